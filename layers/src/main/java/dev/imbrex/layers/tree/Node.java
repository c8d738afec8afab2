package dev.imbrex.layers.tree;

import java.util.Objects;

/**
 * What a name in a tree stands for: attributes, and by kind a content, a target or device numbers
 * (LC-M2). A directory's node says nothing of its children; those are the tree's matter. Immutable;
 * equal if everything said here is equal. Whether two names share one inode is not a property of
 * the node but of the tree ({@link FileTree#linksOf}).
 */
public abstract sealed class Node {
  /** The kinds of node. */
  public enum Kind {
    /** A regular file. */
    REGULAR,
    /** A directory. */
    DIRECTORY,
    /** A symbolic link. */
    SYMLINK,
    /** A character device. */
    CHARACTER_DEVICE,
    /** A block device. */
    BLOCK_DEVICE,
    /** A named pipe. */
    FIFO
  }

  /** The greatest number of bytes in the target of a symbolic link (LC-C34). */
  public static final int MAX_TARGET = 4095;

  private final Metadata metadata;

  private Node(Metadata metadata) {
    this.metadata = Objects.requireNonNull(metadata);
  }

  /** The attributes that nodes of all kinds have. */
  public final Metadata metadata() {
    return metadata;
  }

  /** Which kind of node this is. */
  public abstract Kind kind();

  /** Whether this is a directory. */
  public final boolean isDirectory() {
    return kind() == Kind.DIRECTORY;
  }

  /** The same node with other attributes. */
  public abstract Node withMetadata(Metadata metadata);

  /** Whether the kind and what only this kind has are the same, whatever the attributes. */
  abstract boolean equalsButMetadata(Node other);

  @Override
  public final boolean equals(Object other) {
    return other instanceof Node that && equalsButMetadata(that) && metadata.equals(that.metadata);
  }

  @Override
  public final int hashCode() {
    return metadata.hashCode();
  }

  @Override
  public String toString() {
    return kind() + " " + metadata;
  }

  /** A regular file with its content. */
  public static final class RegularFile extends Node {
    private final FileContent content;

    /** Creates a file. */
    public RegularFile(Metadata metadata, FileContent content) {
      super(metadata);
      this.content = Objects.requireNonNull(content);
    }

    /** The bytes of the file, by reference. */
    public FileContent content() {
      return content;
    }

    @Override
    public Kind kind() {
      return Kind.REGULAR;
    }

    @Override
    public RegularFile withMetadata(Metadata metadata) {
      return new RegularFile(metadata, content);
    }

    @Override
    boolean equalsButMetadata(Node other) {
      return other instanceof RegularFile that && content.equals(that.content);
    }

    @Override
    public String toString() {
      return super.toString() + " of " + content.size() + " bytes";
    }
  }

  /** The attributes of a directory. */
  public static sealed class Directory extends Node permits Folder {
    /** Creates a directory. */
    public Directory(Metadata metadata) {
      super(metadata);
    }

    @Override
    public final Kind kind() {
      return Kind.DIRECTORY;
    }

    @Override
    public Directory withMetadata(Metadata metadata) {
      return new Directory(metadata);
    }

    @Override
    final boolean equalsButMetadata(Node other) {
      return other instanceof Directory;
    }
  }

  /** A symbolic link. Its permissions are not an attribute and always read {@code 0777}. */
  public static final class Symlink extends Node {
    private final ByteString target;

    /**
     * Creates a symbolic link; the mode of the attributes is set to {@code 0777}.
     *
     * @param target the target as it stands, neither cleaned nor resolved
     * @throws IllegalArgumentException if the target is empty, longer than {@value #MAX_TARGET}
     *     bytes, or holds a NUL
     */
    public Symlink(Metadata metadata, ByteString target) {
      super(metadata.withMode(0777));
      this.target = checkedTarget(target);
    }

    /** The target as it stands. */
    public ByteString target() {
      return target;
    }

    @Override
    public Kind kind() {
      return Kind.SYMLINK;
    }

    @Override
    public Symlink withMetadata(Metadata metadata) {
      return new Symlink(metadata, target);
    }

    @Override
    boolean equalsButMetadata(Node other) {
      return other instanceof Symlink that && target.equals(that.target);
    }

    @Override
    public String toString() {
      return super.toString() + " to " + target;
    }

    private static ByteString checkedTarget(ByteString target) {
      boolean hasNul = false;
      for (int i = 0; i < target.length(); i++) {
        hasNul |= target.byteAt(i) == 0;
      }
      if (target.isEmpty() || target.length() > MAX_TARGET || hasNul) {
        throw new IllegalArgumentException(
            "a symlink target is 1 to "
                + MAX_TARGET
                + " bytes without NUL, not \""
                + target
                + "\"");
      }
      return target;
    }
  }

  /** A character or block device. */
  public static final class Device extends Node {
    /** The greatest device number (LC-B19). */
    public static final long MAX_NUMBER = 4294967295L;

    private final Kind kind;
    private final int major;
    private final int minor;

    /**
     * Creates a device.
     *
     * @param kind {@link Kind#CHARACTER_DEVICE} or {@link Kind#BLOCK_DEVICE}
     * @throws IllegalArgumentException if it is another kind, or a number is not within 0 to
     *     {@value #MAX_NUMBER}
     */
    public Device(Metadata metadata, Kind kind, long major, long minor) {
      super(metadata);
      if (kind != Kind.CHARACTER_DEVICE && kind != Kind.BLOCK_DEVICE) {
        throw new IllegalArgumentException(kind + " is not a kind of device");
      }
      this.kind = kind;
      this.major = checkedNumber(major);
      this.minor = checkedNumber(minor);
    }

    /** The major number, 0 to {@value #MAX_NUMBER}. */
    public long major() {
      return Integer.toUnsignedLong(major);
    }

    /** The minor number, 0 to {@value #MAX_NUMBER}. */
    public long minor() {
      return Integer.toUnsignedLong(minor);
    }

    @Override
    public Kind kind() {
      return kind;
    }

    @Override
    public Device withMetadata(Metadata metadata) {
      return new Device(metadata, kind, major(), minor());
    }

    @Override
    boolean equalsButMetadata(Node other) {
      return other instanceof Device that
          && kind == that.kind
          && major == that.major
          && minor == that.minor;
    }

    @Override
    public String toString() {
      return super.toString() + " " + major() + ":" + minor();
    }

    private static int checkedNumber(long number) {
      if (number < 0 || number > MAX_NUMBER) {
        throw new IllegalArgumentException(
            "device number " + number + " is not within 0 to " + MAX_NUMBER);
      }
      return (int) number;
    }
  }

  /** A named pipe. */
  public static final class Fifo extends Node {
    /** Creates a named pipe. */
    public Fifo(Metadata metadata) {
      super(metadata);
    }

    @Override
    public Kind kind() {
      return Kind.FIFO;
    }

    @Override
    public Fifo withMetadata(Metadata metadata) {
      return new Fifo(metadata);
    }

    @Override
    boolean equalsButMetadata(Node other) {
      return other instanceof Fifo;
    }
  }
}
