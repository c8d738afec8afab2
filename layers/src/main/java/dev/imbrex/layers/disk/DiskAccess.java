package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.FileCalls;
import dev.imbrex.layers.internal.calls.NativeCalls;
import dev.imbrex.layers.internal.calls.NioCalls;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.nio.file.Path;
import java.util.Optional;

/** By which calls a disk is read and written. */
public enum DiskAccess {
  /** Those of the operating system where they are to be had, else {@link #NIO}. */
  AUTOMATIC,
  /**
   * {@code java.nio} alone, on any of its file systems. Devices, pipes, and extended attributes
   * other than {@code user.*} are beyond it.
   */
  NIO,
  /**
   * Those of the operating system, which see and keep everything. For the default file system on
   * Linux, with {@code net.java.dev.jna:jna} or {@code jna-jpms} on the path.
   */
  NATIVE;

  FileCalls callsFor(Path path) throws UnsupportedContentException {
    Optional<FileCalls> found =
        this == NIO ? Optional.empty() : nativeCalls().filter(calls -> calls.serves(path));
    if (found.isEmpty() && this == NATIVE) {
      throw new UnsupportedContentException(
          "there are no native calls for "
              + path
              + ": they need the default file system of Linux, and JNA");
    }
    return found.orElseGet(NioCalls::instance);
  }

  /** Without JNA the class is not even linked: its handlers name an exception of JNA. */
  private static Optional<FileCalls> nativeCalls() {
    try {
      return NativeCalls.find();
    } catch (LinkageError e) {
      return Optional.empty();
    }
  }
}
