package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The extended attributes of users, whose full names start with {@code user.}; the others a file
 * has are not shown, but kept.
 */
final class VirtualUserView implements UserDefinedFileAttributeView {
  private static final ByteString PREFIX = ByteString.of("user.");
  private static final int MOST = 1 << 16;

  private final AttributeChange file;
  private final VirtualPath path;

  VirtualUserView(AttributeChange file, VirtualPath path) {
    this.file = file;
    this.path = path;
  }

  @Override
  public String name() {
    return "user";
  }

  @Override
  public List<String> list() throws IOException {
    List<String> names = new ArrayList<>();
    for (ByteString name : attributes().keySet()) {
      if (name.startsWith(PREFIX)) {
        names.add(NameText.of(name.substring(PREFIX.length())));
      }
    }
    return names;
  }

  @Override
  public int size(String name) throws IOException {
    return value(name).length();
  }

  @Override
  public int read(String name, ByteBuffer into) throws IOException {
    ByteString value = value(name);
    if (value.length() > into.remaining()) {
      throw Reasons.failure(path, "No room for the " + value.length() + " bytes of '" + name + "'");
    }
    into.put(value.toBytes());
    return value.length();
  }

  /** The values of these names, or of all if one is {@code *}. */
  Map<String, Object> read(List<String> names) throws IOException {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String name : names.contains("*") ? list() : names) {
      values.put(name, value(name).toBytes());
    }
    return values;
  }

  @Override
  public int write(String name, ByteBuffer from) throws IOException {
    ByteString full = full(name);
    if (from.remaining() > MOST || full.length() > 255) {
      throw Reasons.failure(path, "The attribute '" + name + "' is too large");
    }
    byte[] value = new byte[from.remaining()];
    from.get(value);
    file.metadata(metadata -> metadata.withXattr(full, ByteString.of(value)));
    return value.length;
  }

  @Override
  public void delete(String name) throws IOException {
    value(name);
    ByteString full = full(name);
    file.metadata(metadata -> without(metadata, full));
  }

  private static Metadata without(Metadata metadata, ByteString name) {
    SortedMap<ByteString, ByteString> left = new TreeMap<>(metadata.xattrs());
    left.remove(name);
    return metadata.withXattrs(left);
  }

  private ByteString value(String name) throws IOException {
    ByteString value = attributes().get(full(name));
    if (value == null) {
      throw Reasons.failure(path, "No attribute '" + name + "'");
    }
    return value;
  }

  private SortedMap<ByteString, ByteString> attributes() throws IOException {
    VirtualAttributes attributes = file.read();
    file.requireUserAttributes(
        attributes.isRegularFile()
            ? Node.Kind.REGULAR
            : attributes.isDirectory() ? Node.Kind.DIRECTORY : Node.Kind.SYMLINK);
    return attributes.metadata().xattrs();
  }

  private static ByteString full(String name) {
    return NameText.parse("user." + name);
  }
}
