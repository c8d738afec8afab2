package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.DirectoryHandle;
import dev.imbrex.layers.internal.calls.FileStatus;
import dev.imbrex.layers.internal.places.OpenPlaces;
import dev.imbrex.layers.internal.places.Placed;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.ImageException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The content of a file in a scanned directory, read from there each time. It must still be the
 * same inode, of the same size and time.
 *
 * <p>Contents are equal if they are those of one inode in one state (LC-A7): whatever becomes of
 * the file, both give the same bytes or fail.
 */
final class ScannedContent implements FileContent, Placed {
  private static final Closeable NOTHING = () -> {};

  private final ScannedDirectory directory;

  /** The directory that holds the file, and its name there: nothing is put together to open it. */
  private final TreePath parent;

  private final ByteString name;
  private final @Nullable Object identity;
  private final long size;
  private final Instant mtime;

  ScannedContent(ScannedDirectory directory, TreePath parent, ByteString name, FileStatus status) {
    this.directory = directory;
    this.parent = parent;
    this.name = name;
    this.identity = status.identity();
    this.size = status.size();
    this.mtime = status.mtime();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public InputStream open() throws IOException {
    try {
      DirectoryHandle parent = directory.open(this.parent);
      try {
        return openIn(parent, parent);
      } catch (IOException | RuntimeException e) {
        parent.close();
        throw e;
      }
    } catch (FileSystemException e) {
      throw failure(e);
    }
  }

  @Override
  public InputStream open(OpenPlaces places) throws IOException {
    try {
      HandleChain handles = places.of(directory, HandleChain.class, directory::openChain);
      return openIn(handles.open(parent), NOTHING);
    } catch (FileSystemException e) {
      throw failure(e);
    }
  }

  private ImageException failure(FileSystemException cause) {
    String what = "cannot read " + path() + " of " + directory + ": ";
    return cause instanceof NoSuchFileException
        ? new ContentNotFoundException(what + "it is gone", cause)
        : new ImageException(what + cause.getMessage(), cause);
  }

  /** What is owned is closed with the stream. */
  private InputStream openIn(DirectoryHandle parent, Closeable owned) throws IOException {
    // Opening a device can have an effect, so it is looked at before (LC-A59).
    requireSame(parent);
    SeekableByteChannel channel;
    try {
      channel = parent.openFile(name, identity, size, mtime);
    } catch (FileSystemException e) {
      requireSame(parent.status(name));
      throw e;
    }
    return new ScannedInputStream(this, parent, channel, owned);
  }

  /** Fails if the name does not lead to the file, in the state, that was scanned. */
  void requireSame(DirectoryHandle parent) throws IOException {
    if (!parent.isRegular(name, identity, size, mtime)) {
      requireSame(parent.status(name));
    }
  }

  private void requireSame(FileStatus now) throws FileChangedException {
    if (now.type() != FileStatus.Type.REGULAR || !Objects.equals(now.identity(), identity)) {
      throw changed("another file has taken its place", now.size());
    }
    if (now.size() != size) {
      throw changed(now.size() < size ? "it has shrunk" : "it has grown", now.size());
    }
    if (!now.mtime().equals(mtime)) {
      throw changed("it was written to", now.size());
    }
  }

  FileChangedException changed(String what, long found) {
    return new FileChangedException(directory.toString(), path(), what, size, found);
  }

  private TreePath path() {
    return parent.child(name);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof ScannedContent that
            && identity != null
            && identity.equals(that.identity)
            && size == that.size
            && mtime.equals(that.mtime));
  }

  @Override
  public int hashCode() {
    return identity == null ? System.identityHashCode(this) : identity.hashCode();
  }

  @Override
  public String toString() {
    return path() + " of " + directory;
  }
}
