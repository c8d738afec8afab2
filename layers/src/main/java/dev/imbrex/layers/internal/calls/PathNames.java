package dev.imbrex.layers.internal.calls;

import dev.imbrex.layers.tree.ByteString;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Names of bytes as paths of one file system, and back. On Unix every byte counts, whatever the
 * locale: what is not plain ASCII goes through {@code file:} URIs (LC-G1). Elsewhere names are
 * text, and a name is the UTF-8 of it.
 */
final class PathNames {
  /** Making a URI asks the system whether the path is a directory; nothing can be below this. */
  private static final String NOWHERE = "/dev/null";

  private final FileSystem fileSystem;
  private final boolean bytes;

  PathNames(FileSystem fileSystem) {
    this.fileSystem = fileSystem;
    this.bytes =
        fileSystem.provider().getScheme().equals("file") && fileSystem.getSeparator().equals("/");
  }

  /** The path of one component with this name; null if there is none. */
  @Nullable Path name(ByteString name) {
    if (!isComponent(name)) {
      return null;
    }
    Path path = relative(name);
    return path != null && path.getNameCount() == 1 && name.equals(bytesOf(path)) ? path : null;
  }

  private static boolean isComponent(ByteString name) {
    boolean separated = name.isEmpty();
    for (int i = 0; i < name.length(); i++) {
      separated |= name.byteAt(i) == '/' || name.byteAt(i) == 0;
    }
    String text = name.toString();
    return !separated && !text.equals(".") && !text.equals("..");
  }

  /**
   * The path nearest to this target of a symbolic link; null if there is none. It may have lost
   * slashes: compare {@link #bytesOf}.
   */
  @Nullable Path target(ByteString target) {
    if (target.isEmpty()) {
      return null;
    }
    return target.byteAt(0) == '/' && bytes && !isPlain(target)
        ? fromUri("", target)
        : relative(target);
  }

  private @Nullable Path relative(ByteString name) {
    try {
      if (isPlain(name)) {
        return fileSystem.getPath(new String(name.toBytes(), StandardCharsets.US_ASCII));
      }
      if (!bytes) {
        String text = text(name);
        return text == null ? null : fileSystem.getPath(text);
      }
    } catch (InvalidPathException e) {
      return null;
    }
    Path path = fromUri(NOWHERE + "/", name);
    return path == null ? null : path.subpath(2, path.getNameCount());
  }

  private @Nullable Path fromUri(String before, ByteString name) {
    StringBuilder uri = new StringBuilder("file://").append(before);
    for (int i = 0; i < name.length(); i++) {
      byte b = name.byteAt(i);
      if (b == '/') {
        uri.append('/');
      } else {
        uri.append('%').append(HexFormat.of().toHexDigits(b));
      }
    }
    try {
      return fileSystem.provider().getPath(URI.create(uri.toString()));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** The bytes of a path as it stands, slashes included. */
  ByteString bytesOf(Path path) {
    String text = path.toString();
    if (!bytes) {
      return ByteString.of(text.replace(fileSystem.getSeparator(), "/"));
    }
    return isPlain(text) ? ByteString.of(text) : exact(path, text);
  }

  /** Slashes are told by the text, which is not true to what is between them. */
  private ByteString exact(Path path, String text) {
    StringBuilder hex = new StringBuilder();
    int component = 0;
    for (int i = 0; i < text.length(); ) {
      if (text.charAt(i) == '/') {
        hex.append("2f");
        i++;
      } else {
        appendBytes(hex, path.getName(component++));
        int end = text.indexOf('/', i);
        i = end < 0 ? text.length() : end;
      }
    }
    return ByteString.of(HexFormat.of().parseHex(hex));
  }

  private void appendBytes(StringBuilder hex, Path component) {
    String uri = fileSystem.getPath(NOWHERE).resolve(component).toUri().getRawPath();
    for (int i = NOWHERE.length() + 1; i < uri.length(); i++) {
      char c = uri.charAt(i);
      if (c == '%') {
        hex.append(uri, i + 1, i + 3);
        i += 2;
      } else {
        hex.append(HexFormat.of().toHexDigits((byte) c));
      }
    }
  }

  /** The text of a name in UTF-8; null if it is none. */
  static @Nullable String text(ByteString name) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name.toBytes())).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static boolean isPlain(ByteString name) {
    boolean plain = true;
    for (int i = 0; i < name.length(); i++) {
      plain &= name.byteAt(i) >= 0x20 && name.byteAt(i) < 0x7f;
    }
    return plain;
  }

  private static boolean isPlain(String text) {
    return text.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
  }
}
