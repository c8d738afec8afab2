package dev.imbrex.layers.disk;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What engines without privilege note in extended attributes of files and directories (LC-B64).
 *
 * <p>{@value #ROOTLESS} holds the owner as a protobuf message of uid (1) and gid (2), where
 * 4294967295 leaves the disk's owner alone. {@value #STAT} holds {@code uid:gid:mode:type}, the
 * mode in octal, the type {@code file}, {@code dir}, {@code pipe}, {@code char-MAJOR-MINOR} or
 * {@code block-MAJOR-MINOR}; the last three stand on an empty regular file.
 */
final class OverrideXattrs {
  static final String ROOTLESS = "user.rootlesscontainers";
  static final String STAT = "user.containers.override_stat";
  static final ByteString ROOTLESS_NAME = ByteString.of(ROOTLESS);
  static final ByteString STAT_NAME = ByteString.of(STAT);

  /** The id that says: as it is on the disk. */
  static final long UNSET = 4294967295L;

  private static final int UID_TAG = 1 << 3;
  private static final int GID_TAG = 2 << 3;

  private OverrideXattrs() {}

  /** An owner of which each half may be {@link #UNSET}. */
  record Owner(long uid, long gid) {}

  /** What the attributes make of a node, with an owner of which each half may be unset. */
  record Claim(Node node, long uid, long gid) {
    static Claim none(Node node) {
      return new Claim(node, UNSET, UNSET);
    }

    /**
     * What the attributes of a node say, which are taken off it; of both, {@value #STAT} counts.
     *
     * @throws IllegalArgumentException if one is not of the form it should have
     */
    static Claim of(Node node) {
      ByteString stat = node.metadata().xattrs().get(STAT_NAME);
      ByteString rootless = node.metadata().xattrs().get(ROOTLESS_NAME);
      Node bare = removeFrom(node);
      if (stat != null) {
        Node claimed = parseStat(stat, bare);
        return new Claim(claimed, claimed.metadata().uid(), claimed.metadata().gid());
      }
      if (rootless != null) {
        Owner owner = parseRootless(rootless);
        return new Claim(bare, owner.uid(), owner.gid());
      }
      return none(bare);
    }
  }

  /** The node without the two attributes. */
  static Node removeFrom(Node node) {
    SortedMap<ByteString, ByteString> rest = new TreeMap<>(node.metadata().xattrs());
    rest.remove(STAT_NAME);
    rest.remove(ROOTLESS_NAME);
    return rest.size() == node.metadata().xattrs().size()
        ? node
        : node.withMetadata(node.metadata().withXattrs(rest));
  }

  /** The value of {@value #ROOTLESS} for an owner. A 0 is left out, as protobuf does. */
  static ByteString rootless(long uid, long gid) {
    byte[] value = new byte[12];
    int length = putVarint(value, putTag(value, 0, UID_TAG, uid), uid);
    length = putVarint(value, putTag(value, length, GID_TAG, gid), gid);
    return ByteString.of(value, 0, length);
  }

  /**
   * Reads what {@link #rootless} writes.
   *
   * @throws IllegalArgumentException if the value is not of that form
   */
  static Owner parseRootless(ByteString value) {
    return new Message(value.toBytes())
        .parse()
        .orElseThrow(() -> new IllegalArgumentException(ROOTLESS + " is malformed: " + value));
  }

  /** The value of {@value #STAT} for a node that the disk has as a file or directory. */
  static ByteString stat(Node node) {
    Metadata metadata = node.metadata();
    return ByteString.of(
        metadata.uid()
            + ":"
            + metadata.gid()
            + ":"
            + String.format("%04o", metadata.mode())
            + ":"
            + typeOf(node));
  }

  /**
   * The node that a file or directory of the disk stands for. A file that is not empty any more
   * stands for itself, whatever type is noted.
   *
   * @throws IllegalArgumentException if the value is not of the form above
   */
  static Node parseStat(ByteString value, Node onDisk) {
    String[] parts = new String(value.toBytes(), StandardCharsets.ISO_8859_1).split(":", -1);
    try {
      Metadata metadata =
          onDisk
              .metadata()
              .withOwner(Long.parseLong(parts[0]), Long.parseLong(parts[1]))
              .withMode(Integer.parseInt(parts[2], 8));
      return ofType(parts.length == 3 ? "" : parts[3], onDisk, metadata);
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new IllegalArgumentException(STAT + " is malformed: " + value, e);
    }
  }

  private static String typeOf(Node node) {
    return switch (node.kind()) {
      case REGULAR -> "file";
      case DIRECTORY -> "dir";
      case SYMLINK -> "symlink";
      case FIFO -> "pipe";
      case CHARACTER_DEVICE -> "char-" + numbers((Node.Device) node);
      case BLOCK_DEVICE -> "block-" + numbers((Node.Device) node);
    };
  }

  private static String numbers(Node.Device device) {
    return device.major() + "-" + device.minor();
  }

  private static Node ofType(String type, Node onDisk, Metadata metadata) {
    Node plain = onDisk.withMetadata(metadata);
    if (type.isEmpty() || type.equals(typeOf(plain))) {
      return plain;
    }
    Node special = special(type.split("-", -1), metadata);
    if (onDisk.isDirectory()) {
      throw new IllegalArgumentException("a directory cannot stand for " + special);
    }
    return onDisk instanceof Node.RegularFile file && file.content().size() == 0 ? special : plain;
  }

  private static Node special(String[] type, Metadata metadata) {
    return switch (type[0]) {
      case "pipe" -> new Node.Fifo(metadata);
      case "char" -> device(Node.Kind.CHARACTER_DEVICE, type, metadata);
      case "block" -> device(Node.Kind.BLOCK_DEVICE, type, metadata);
      default -> throw new IllegalArgumentException("no type that a file can stand for");
    };
  }

  /** Further parts are for later versions, as the engine that writes them has it. */
  private static Node device(Node.Kind kind, String[] type, Metadata metadata) {
    return new Node.Device(metadata, kind, Long.parseLong(type[1]), Long.parseLong(type[2]));
  }

  private static int putTag(byte[] into, int at, int tag, long value) {
    if (value == 0) {
      return at;
    }
    into[at] = (byte) tag;
    return at + 1;
  }

  private static int putVarint(byte[] into, int from, long value) {
    int at = from;
    for (long rest = value; rest != 0; rest >>>= 7) {
      into[at++] = (byte) (rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    }
    return at;
  }

  /** A protobuf message being read; fields that are not known are passed over. */
  private static final class Message {
    private final byte[] bytes;
    private int at;
    private boolean isMalformed;

    Message(byte[] bytes) {
      this.bytes = bytes;
    }

    Optional<Owner> parse() {
      long uid = 0;
      long gid = 0;
      while (at < bytes.length && !isMalformed) {
        long tag = varint();
        if (tag == UID_TAG) {
          uid = id();
        } else if (tag == GID_TAG) {
          gid = id();
        } else {
          skip(tag);
        }
      }
      return isMalformed ? Optional.empty() : Optional.of(new Owner(uid, gid));
    }

    private long id() {
      long id = varint();
      isMalformed |= id < 0 || id > UNSET;
      return id;
    }

    private void skip(long tag) {
      int wireType = (int) (tag & 7);
      switch (wireType) {
        case 0 -> varint();
        case 1 -> advance(8);
        case 2 -> advance(varint());
        case 5 -> advance(4);
        default -> isMalformed = true;
      }
      isMalformed |= tag >>> 3 == 0;
    }

    private void advance(long count) {
      isMalformed |= count < 0 || count > bytes.length - at;
      at += isMalformed ? 0 : (int) count;
    }

    private long varint() {
      long value = 0;
      for (int shift = 0; shift < 64 && at < bytes.length; shift += 7) {
        byte next = bytes[at++];
        value |= (next & 0x7fL) << shift;
        if (next >= 0) {
          return value;
        }
      }
      isMalformed = true;
      return 0;
    }
  }
}
