package dev.imbrex.layers.tree;

/** The content of a file that lies in one stream with those of others: a file of a layer. */
public interface StreamedContent extends FileContent {
  /** The stream it lies in; equal for all contents that one pass over it can give. */
  ContentStream stream();

  /**
   * Whether {@link #open} reads it from its place, and not the stream up to it first; what does not
   * say so does not.
   */
  default boolean isDirect() {
    return false;
  }
}
