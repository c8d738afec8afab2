package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.ByteString;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The names that were in a directory when it was opened, in the order of their bytes. */
final class VirtualDirectoryStream implements DirectoryStream<Path> {
  private final VirtualFileSystem fileSystem;
  private final VirtualPath directory;
  private final Iterator<ByteString> names;
  private final Filter<? super Path> filter;
  private boolean iterated;
  private volatile boolean closed;

  VirtualDirectoryStream(
      VirtualFileSystem fileSystem,
      VirtualPath directory,
      List<ByteString> names,
      Filter<? super Path> filter) {
    this.fileSystem = fileSystem;
    this.directory = directory;
    this.names = names.iterator();
    this.filter = filter;
  }

  @Override
  public synchronized Iterator<Path> iterator() {
    if (closed || iterated) {
      throw new IllegalStateException(closed ? "The stream is closed" : "Iterated already");
    }
    iterated = true;
    return new Paths();
  }

  @Override
  public void close() {
    closed = true;
    fileSystem.forget(this);
  }

  private final class Paths implements Iterator<Path> {
    private @Nullable Path next;

    @Override
    public synchronized boolean hasNext() {
      while (next == null && !closed && names.hasNext()) {
        Path path = directory.child(names.next());
        try {
          next = filter.accept(path) ? path : null;
        } catch (IOException e) {
          throw new DirectoryIteratorException(e);
        }
      }
      return next != null;
    }

    @Override
    public synchronized Path next() {
      Path path = hasNext() ? next : null;
      if (path == null) {
        throw new NoSuchElementException();
      }
      next = null;
      return path;
    }
  }
}
