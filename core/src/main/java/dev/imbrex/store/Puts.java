package dev.imbrex.store;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.error.DigestMismatchException;
import java.io.IOException;
import java.io.InputStream;

/** Takes content into a storage, and watches that it is what its descriptor promises. */
final class Puts {
  private static final int BUFFER = 1 << 18;

  private Puts() {}

  /**
   * Copies content and commits it.
   *
   * @throws DigestMismatchException as soon as the size or the digest cannot fit any more
   */
  static void copy(Descriptor descriptor, InputStream content, BlobWriter writer, String what)
      throws IOException {
    byte[] buffer = new byte[(int) Math.min(BUFFER, descriptor.size() + 1)];
    for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
      writer.write(buffer, 0, count);
      if (writer.size() > descriptor.size()) {
        throw wrongSize(descriptor, what, "more");
      }
    }
    if (writer.size() < descriptor.size()) {
      throw wrongSize(descriptor, what, writer.size() + " bytes");
    }
    writer.commit(descriptor.digest());
  }

  private static DigestMismatchException wrongSize(
      Descriptor descriptor, String what, String found) {
    return new DigestMismatchException(
        what + " " + descriptor.digest(), descriptor.size() + " bytes", found);
  }
}
