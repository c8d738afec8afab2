package dev.imbrex.layers.layer;

/** Says what is wrong with a header; where it stands is for the reader to add. */
final class TarSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  TarSyntaxException(String problem) {
    super(problem);
  }

  String problem() {
    return String.valueOf(getMessage());
  }
}
