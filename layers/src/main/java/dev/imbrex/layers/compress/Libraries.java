package dev.imbrex.layers.compress;

import dev.imbrex.manifest.error.UnsupportedContentException;

/** Reaches the optional libraries, and says which one is missing. */
final class Libraries {
  /** Creates something whose class may fail to link. */
  interface Linked<T, E extends Exception> {
    T create() throws E;
  }

  private Libraries() {}

  static <T, E extends Exception> T zstd(Linked<T, E> linked)
      throws E, UnsupportedContentException {
    return link(linked, "zstd", "com.github.luben:zstd-jni");
  }

  static <T, E extends Exception> T xz(Linked<T, E> linked) throws E, UnsupportedContentException {
    return link(linked, "xz", "org.tukaani:xz");
  }

  /** An UnsatisfiedLinkError says that the library is there, but not for this machine. */
  private static <T, E extends Exception> T link(Linked<T, E> linked, String format, String library)
      throws E, UnsupportedContentException {
    try {
      return linked.create();
    } catch (LinkageError e) {
      throw new UnsupportedContentException(
          format
              + " needs the library "
              + library
              + " on the class path, which cannot be loaded: "
              + e.getMessage(),
          e);
    }
  }
}
