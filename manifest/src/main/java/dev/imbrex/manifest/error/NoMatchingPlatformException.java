package dev.imbrex.manifest.error;

import java.util.List;

/** Thrown when an image exists, but not for the wanted platform (SN-P14). */
public class NoMatchingPlatformException extends ImageException {
  private static final long serialVersionUID = 1L;

  private final String wanted;

  @SuppressWarnings("serial") // the lists of List.copyOf are serialisable
  private final List<String> available;

  /**
   * Creates an exception that lists the platforms there are.
   *
   * @param what the image or index, as a message names it
   * @param wanted the wanted platform or matcher, printed
   * @param available the platforms there are, printed, in index order
   */
  public NoMatchingPlatformException(String what, String wanted, List<String> available) {
    super(what + " has no image for " + wanted + "; it has " + available);
    this.wanted = wanted;
    this.available = List.copyOf(available);
  }

  /** The wanted platform or matcher, printed. */
  public String wanted() {
    return wanted;
  }

  /** The platforms there are, printed, in index order. */
  public List<String> available() {
    return available;
  }
}
