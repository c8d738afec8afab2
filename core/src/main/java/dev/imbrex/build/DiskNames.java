package dev.imbrex.build;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.imbrex.layers.tree.ByteString;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The bytes of names on a disk.
 *
 * <p>On a POSIX system a name is bytes, and turning it into a string loses those that are no text
 * in the locale's encoding (LC-G1). A {@code file:} URI has them all, percent-encoded.
 */
final class DiskNames {
  private DiskNames() {}

  /** The last name of a path. */
  static ByteString nameOf(Path path) {
    String text = path.getFileName().toString();
    if (isAscii(text) || !isPosixDefault(path)) {
      return ByteString.of(text);
    }
    byte[] bytes = withoutTrailingSlash(bytesOf(path.toUri()));
    int slash = bytes.length - 1;
    while (slash >= 0 && bytes[slash] != '/') {
      slash--;
    }
    return ByteString.of(bytes, slash + 1, bytes.length);
  }

  /** The target of a symbolic link, as it was read from the link. */
  static ByteString targetOf(Path target) {
    if (!isPosixDefault(target)) {
      // A link of another file system leads where its slashes lead in the image.
      return ByteString.of(target.toString().replace(target.getFileSystem().getSeparator(), "/"));
    }
    byte[] bytes = bytesOf(target.toUri());
    if (!target.toString().endsWith("/")) {
      // The URI of what happens to be a directory here gets a slash.
      bytes = withoutTrailingSlash(bytes);
    }
    if (target.isAbsolute()) {
      return ByteString.of(bytes);
    }
    byte[] here = withoutTrailingSlash(bytesOf(Path.of("").toAbsolutePath().toUri()));
    int start = here.length == 0 ? 1 : here.length + 1;
    return ByteString.of(bytes, start, bytes.length);
  }

  /**
   * Whether the text is the name: what is no text in an encoding shows as a character beyond ASCII.
   * A URI takes many times as long, and a look at the file.
   */
  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPosixDefault(Path path) {
    return path.getFileSystem() == FileSystems.getDefault()
        && path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static byte[] withoutTrailingSlash(byte[] bytes) {
    int last = bytes.length - 1;
    return last >= 0 && bytes[last] == '/' ? Arrays.copyOf(bytes, last) : bytes;
  }

  private static byte[] bytesOf(URI uri) {
    byte[] encoded = uri.getRawPath().getBytes(US_ASCII);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length);
    for (int i = 0; i < encoded.length; i++) {
      if (encoded[i] == '%') {
        bytes.write(Character.digit(encoded[i + 1], 16) << 4 | Character.digit(encoded[i + 2], 16));
        i += 2;
      } else {
        bytes.write(encoded[i]);
      }
    }
    return bytes.toByteArray();
  }
}
