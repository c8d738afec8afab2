package dev.imbrex.layers.internal.calls;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Node;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * An open directory, and the calls that act on what it holds (LC-C1). A name is one component and
 * no path; the last component of a link is never followed; what is created must not exist.
 *
 * <p>Errors are those of {@code java.nio.file}: {@link java.nio.file.NoSuchFileException}, {@link
 * java.nio.file.FileAlreadyExistsException}, {@link java.nio.file.NotDirectoryException}, {@link
 * java.nio.file.DirectoryNotEmptyException}, {@link java.nio.file.AccessDeniedException}, {@link
 * java.nio.file.NotLinkException}, else {@link java.nio.file.FileSystemException} with the system's
 * reason. A call the provider does not have ({@link #support}) fails as {@link
 * UnsupportedOperationException}. A name that the file system cannot hold (LC-B75) fails as {@link
 * java.nio.file.FileSystemException} before anything happens.
 *
 * <p>Safe for use by many threads, as long as none closes it.
 */
public interface DirectoryHandle extends Closeable {
  /** What can be done here. */
  CallSupport support();

  /** Whether the file system could hold a file of this name; nothing is written. */
  boolean canHold(ByteString name);

  /** All names in the directory, in no promised order. */
  List<ByteString> names() throws IOException;

  /** What there is to know about the directory itself. */
  FileStatus status() throws IOException;

  /** What there is to know about a child. */
  FileStatus status(ByteString name) throws IOException;

  /**
   * Whether a child is a regular file, that very one, of this size and time.
   *
   * @param identity as {@link FileStatus#identity} gave it
   */
  default boolean isRegular(ByteString name, @Nullable Object identity, long size, Instant mtime)
      throws IOException {
    return status(name).isRegular(identity, size, mtime);
  }

  /** The attributes of the directory itself. */
  FileAttributes attributes();

  /** The attributes of a child of a type known to the caller. */
  FileAttributes attributes(ByteString name, FileStatus.Type type);

  /** The extended attributes of a child, as {@link FileAttributes#xattrs}; not to be changed. */
  default SortedMap<ByteString, ByteString> xattrs(ByteString name, FileStatus.Type type)
      throws IOException {
    return attributes(name, type).xattrs();
  }

  /** Opens a child directory; anything else at the name, a link too, is an error. */
  DirectoryHandle openDirectory(ByteString name) throws IOException;

  /** Opens the directory itself once more. */
  DirectoryHandle reopen() throws IOException;

  /**
   * Opens a child for reading; anything but a regular file is an error, and is not opened (LC-A59).
   */
  SeekableByteChannel openFile(ByteString name) throws IOException;

  /**
   * Opens a child that was seen to be a regular file just now; it is an error if what is opened is
   * another, or has another size or time, as far as that can be told.
   *
   * @param identity as {@link FileStatus#identity} gave it
   */
  default SeekableByteChannel openFile(
      ByteString name, @Nullable Object identity, long size, Instant mtime) throws IOException {
    SeekableByteChannel channel = openFile(name);
    try {
      if (!isRegular(name, identity, size, mtime)) {
        throw Errors.notSame(name.toString());
      }
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** The target of a symbolic link. */
  ByteString readSymlink(ByteString name) throws IOException;

  /** Creates a directory for the caller alone ({@code 0700}). */
  void createDirectory(ByteString name) throws IOException;

  /** Creates a regular file for the caller alone ({@code 0600}) and opens it for writing. */
  FileHandle createFile(ByteString name) throws IOException;

  /** Creates a symbolic link with this very target. */
  void createSymlink(ByteString name, ByteString target) throws IOException;

  /**
   * Creates a device for the caller alone.
   *
   * @param kind {@link Node.Kind#CHARACTER_DEVICE} or {@link Node.Kind#BLOCK_DEVICE}
   */
  void createDevice(ByteString name, Node.Kind kind, long major, long minor) throws IOException;

  /** Creates a named pipe for the caller alone. */
  void createFifo(ByteString name) throws IOException;

  /** Makes the name another name of an inode, a symbolic link too, that is no directory. */
  void createLink(ByteString name, DirectoryHandle holder, ByteString existing) throws IOException;

  /** Removes a name that is no directory. */
  void deleteFile(ByteString name) throws IOException;

  /** Removes an empty directory. */
  void deleteDirectory(ByteString name) throws IOException;

  /** Gives a child a new name, in this or another directory; one that exists is an error. */
  void move(ByteString name, DirectoryHandle target, ByteString newName) throws IOException;

  /** Closes the directory; handles opened from it stay open. */
  @Override
  void close() throws IOException;
}
