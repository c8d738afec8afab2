package dev.imbrex.layers.disk;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;

/**
 * How the directories of an overlay mount say what they remove (Linux, "Overlay Filesystem"). A
 * mount reads one form only.
 */
public enum OverlayForm {
  /**
   * For mounts by root: marks are in {@code trusted.overlay.*}, whiteouts are character devices
   * 0:0. Needs privilege to write, and to read.
   */
  TRUSTED("trusted.overlay."),
  /**
   * For mounts with the option {@code userxattr}: marks are in {@code user.overlay.*}, whiteouts
   * are empty files with one of them, which mounts know in their lower directories alone (since
   * Linux 6.7). Needs no privilege.
   */
  USER("user.overlay.");

  private static final ByteString YES = ByteString.of("y");
  private static final ByteString HAS_WHITEOUTS = ByteString.of("x");

  private final String prefix;

  OverlayForm(String prefix) {
    this.prefix = prefix;
  }

  /** What the names of this form's marks start with. */
  String prefix() {
    return prefix;
  }

  /** Whether a directory hides all that is below it in lower ones (LC-A30). */
  boolean isOpaque(Node directory) {
    SortedMap<ByteString, ByteString> xattrs = directory.metadata().xattrs();
    return !xattrs.isEmpty() && Objects.equals(xattrs.get(mark("opaque")), YES);
  }

  /** Whether the node says that its name is removed (LC-A30, LC-A31). */
  boolean isWhiteout(Node node) {
    return isDeviceWhiteout(node)
        || (node instanceof Node.RegularFile file
            && file.content().size() == 0
            && node.metadata().xattrs().containsKey(mark("whiteout")));
  }

  /** Whether this is what every overlay takes for a whiteout. */
  static boolean isDeviceWhiteout(Node node) {
    return node.kind() == Node.Kind.CHARACTER_DEVICE
        && node instanceof Node.Device device
        && device.major() == 0
        && device.minor() == 0;
  }

  /** A node that says that its name is removed. */
  Node newWhiteout() {
    return this == TRUSTED
        ? new Node.Device(Metadata.ofMode(0), Node.Kind.CHARACTER_DEVICE, 0, 0)
        : new Node.RegularFile(
            Metadata.forFile().withXattr(mark("whiteout"), YES), EmptyContent.EMPTY);
  }

  /** The attributes of a directory that hides all below it in lower ones. */
  Metadata opaque(Metadata directory) {
    return directory.withXattr(mark("opaque"), YES);
  }

  /** The attributes of a directory in which whiteouts lie, if the form wants that to be said. */
  Metadata withWhiteouts(Metadata directory) {
    return this == TRUSTED ? directory : directory.withXattr(mark("opaque"), HAS_WHITEOUTS);
  }

  /**
   * The attributes as they must stand in a directory of a mount, for the mount to show them: names
   * of marks are escaped by one level (LC-B69).
   */
  Metadata escaped(Metadata metadata) {
    ByteString marks = ByteString.of(prefix);
    if (metadata.xattrs().keySet().stream().noneMatch(name -> name.startsWith(marks))) {
      return metadata;
    }
    Metadata escaped = metadata.withXattrs(Map.of());
    for (Map.Entry<ByteString, ByteString> xattr : metadata.xattrs().entrySet()) {
      ByteString name = xattr.getKey();
      escaped =
          escaped.withXattr(
              name.startsWith(marks) ? escaped(name, marks.length()) : name, xattr.getValue());
    }
    return escaped;
  }

  private ByteString mark(String name) {
    return ByteString.of(prefix + name);
  }

  private ByteString escaped(ByteString name, int prefixLength) {
    byte[] start = ByteString.of(prefix + "overlay.").toBytes();
    byte[] rest = name.substring(prefixLength).toBytes();
    byte[] joined = Arrays.copyOf(start, start.length + rest.length);
    System.arraycopy(rest, 0, joined, start.length, rest.length);
    return ByteString.of(joined);
  }
}
