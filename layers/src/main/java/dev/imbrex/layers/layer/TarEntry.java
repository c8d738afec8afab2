package dev.imbrex.layers.layer;

import static java.util.Objects.requireNonNull;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.layers.tree.Whiteout;
import dev.imbrex.manifest.error.MalformedContentException;
import org.jspecify.annotations.Nullable;

/**
 * What a tar says about one entry, all its headers taken together. Its data is had from the {@link
 * TarReader} that gave it. Immutable.
 */
public final class TarEntry {
  /** The kinds of entry. */
  public enum Kind {
    /** A regular file, the only kind with data. */
    REGULAR,
    /** Another name of an entry. */
    HARD_LINK,
    /** A symbolic link. */
    SYMLINK,
    /** A character device. */
    CHARACTER_DEVICE,
    /** A block device. */
    BLOCK_DEVICE,
    /** A directory. */
    DIRECTORY,
    /** A named pipe. */
    FIFO
  }

  private final long index;
  private final byte[] name;
  private final TreePath path;
  private final Whiteout whiteout;
  private final Kind kind;
  private final Metadata metadata;
  private final ByteString linkName;
  private final @Nullable TreePath linkPath;
  private final long major;
  private final long minor;
  private final long size;
  private final long dataOffset;

  /** Puts together what was found; takes the array of the name over. */
  TarEntry(
      long index,
      byte[] name,
      TreePath path,
      Whiteout whiteout,
      Kind kind,
      Metadata metadata,
      ByteString linkName,
      @Nullable TreePath linkPath,
      long major,
      long minor,
      long size,
      long dataOffset) {
    this.index = index;
    this.name = name;
    this.path = path;
    this.whiteout = whiteout;
    this.kind = kind;
    this.metadata = metadata;
    this.linkName = linkName;
    this.linkPath = linkPath;
    this.major = major;
    this.minor = minor;
    this.size = size;
    this.dataOffset = dataOffset;
  }

  /** Which entry of the archive this is, counted from 0. */
  public long index() {
    return index;
  }

  /** The name as the archive has it. */
  public ByteString name() {
    return ByteString.of(name);
  }

  /** The name as a path, with the prefix of a whiteout if it has one. */
  public TreePath path() {
    return path;
  }

  /** What the name says; of anything but {@link Whiteout#NONE} the rest means little (LC-B38). */
  public Whiteout whiteout() {
    return whiteout;
  }

  /** The kind of entry. */
  public Kind kind() {
    return kind;
  }

  /**
   * Permissions, owner, time and extended attributes. What the layer says for Windows alone, as the
   * security descriptor, is among these under the whole key of its record, {@code MSWINDOWS.rawsd}.
   */
  public Metadata metadata() {
    return metadata;
  }

  /** The target of a hard link or a symbolic link as the archive has it; else empty. */
  public ByteString linkName() {
    return linkName;
  }

  /** The major number of a device, else 0. */
  public long major() {
    return major;
  }

  /** The minor number of a device, else 0. */
  public long minor() {
    return minor;
  }

  /** The number of bytes of a regular file, holes included; else 0. */
  public long size() {
    return size;
  }

  /**
   * Where in the uncompressed tar the {@link #size} bytes of a regular file stand, so that they can
   * be read from there later; -1 for other kinds, and for a sparse file, whose bytes are not there
   * as such.
   */
  public long dataOffset() {
    return dataOffset;
  }

  /**
   * What the entry says about the tree below the layer.
   *
   * @param content the content, should the entry be a regular file; it has {@link #size} bytes
   * @throws MalformedContentException as {@link LayerEntry#link} and {@link LayerEntry#of}
   */
  public LayerEntry toLayerEntry(FileContent content) throws MalformedContentException {
    requireNonNull(content);
    if (linkPath != null) {
      return LayerEntry.link(path, linkPath, metadata);
    }
    boolean isWhiteout = whiteout != Whiteout.NONE && whiteout != Whiteout.LINK_SOURCE;
    return LayerEntry.of(path, isWhiteout ? new Node.Fifo(metadata) : node(content));
  }

  @Override
  public String toString() {
    return "entry " + index + " (" + path + ")";
  }

  private Node node(FileContent content) {
    return switch (kind) {
      case REGULAR -> new Node.RegularFile(metadata, content);
      case DIRECTORY -> new Node.Directory(metadata);
      case SYMLINK -> new Node.Symlink(metadata, linkName);
      case CHARACTER_DEVICE -> new Node.Device(metadata, Node.Kind.CHARACTER_DEVICE, major, minor);
      case BLOCK_DEVICE -> new Node.Device(metadata, Node.Kind.BLOCK_DEVICE, major, minor);
      case FIFO -> new Node.Fifo(metadata);
      case HARD_LINK -> throw new AssertionError(this);
    };
  }
}
