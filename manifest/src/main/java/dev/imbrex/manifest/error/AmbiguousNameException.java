package dev.imbrex.manifest.error;

import java.util.List;

/** Thrown when a short id or an empty name fits more than one thing (SN-R18, SN-S9). */
public class AmbiguousNameException extends ImageException {
  private static final long serialVersionUID = 1L;

  private static final int SHOWN = 10;

  @SuppressWarnings("serial") // the lists of List.copyOf are serialisable
  private final List<String> choices;

  /**
   * Creates an exception that lists the choices.
   *
   * @param message what was looked up
   * @param choices what it could have meant, in a stable order
   */
  public AmbiguousNameException(String message, List<String> choices) {
    super(message + ": " + shown(choices));
    this.choices = List.copyOf(choices);
  }

  /** What the name could have meant. */
  public List<String> choices() {
    return choices;
  }

  private static String shown(List<String> choices) {
    String first = String.join(", ", choices.subList(0, Math.min(SHOWN, choices.size())));
    return choices.size() <= SHOWN ? first : first + " and " + (choices.size() - SHOWN) + " more";
  }
}
