package dev.imbrex.image;

/**
 * How far {@link ImageStore#delete} goes (SN-H3).
 *
 * @param force whether an image goes that has several names, or that others were built on; the
 *     others stay and lose their link
 * @param prune whether parents that nothing uses any more, and that have no name, go too
 */
public record DeleteOptions(boolean force, boolean prune) {
  /** Refuses to delete what is in use, and deletes unused steps on the way to the image. */
  public static final DeleteOptions DEFAULT = new DeleteOptions(false, true);
}
