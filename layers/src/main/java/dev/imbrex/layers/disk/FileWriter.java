package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.DirectoryHandle;
import dev.imbrex.layers.tree.TreePath;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** Writes files into directories that are there, with handles of its own. For one thread. */
final class FileWriter implements Closeable, PendingContents.Target {
  private final HandleChain handles;
  private final TargetNames names;
  private final NodeWriter nodes;
  private final DeferredLosses losses;

  /** Opens the root once more. */
  FileWriter(DirectoryHandle root, TargetNames names, NodeWriter nodes, DeferredLosses losses)
      throws IOException {
    this.handles = new HandleChain(root.reopen());
    this.names = names;
    this.nodes = nodes;
    this.losses = losses;
  }

  @Override
  public void write(PendingContents.Waiting waiting, InputStream data) throws IOException {
    if (waiting.early() == null) {
      put(waiting, data);
      return;
    }
    Source source = new Source(data);
    try {
      put(waiting, source);
      waiting.early().write(losses.take());
    } catch (IOException e) {
      if (source.failed) {
        throw e;
      }
      giveUp(waiting, e);
    }
  }

  /** Writes a file whose bytes were read already. */
  void write(PendingContents.Waiting waiting, ReadBytes data) throws IOException {
    TreePath path = waiting.path();
    try {
      DirectoryHandle holder = handles.openHolder(names.onDisk(path));
      nodes.writeFile(holder, names.onDisk(path.name()), path, waiting.file(), data);
      if (waiting.early() != null) {
        waiting.early().write(losses.take());
      }
    } catch (IOException e) {
      if (waiting.early() == null) {
        throw e;
      }
      giveUp(waiting, e);
    }
  }

  private void put(PendingContents.Waiting waiting, InputStream data) throws IOException {
    TreePath path = waiting.path();
    DirectoryHandle holder = handles.openHolder(names.onDisk(path));
    nodes.writeFile(holder, names.onDisk(path.name()), path, waiting.file(), data);
  }

  /** What the disk has against it will show again, when the file is written in its turn. */
  private void giveUp(PendingContents.Waiting waiting, IOException cause) throws IOException {
    if (cause instanceof InterruptedIOException || cause instanceof ClosedByInterruptException) {
      throw cause;
    }
    losses.take();
    if (!(cause instanceof FileAlreadyExistsException)) {
      remove(waiting.path());
    }
  }

  private void remove(TreePath path) throws IOException {
    try {
      handles.open(names.onDisk(path.parent())).deleteFile(names.onDisk(path.name()));
    } catch (NoSuchFileException e) {
      // It did not come to be.
      return;
    }
  }

  /** What there is to report since this was asked last. */
  List<DeferredLosses.Report> reports() {
    return losses.take();
  }

  @Override
  public void close() throws IOException {
    handles.close();
  }

  /** Knows whether it was the bytes that could not be had. */
  private static final class Source extends FilterInputStream {
    private boolean failed;

    Source(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      failed = true;
      int read = in.read();
      failed = false;
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      failed = true;
      int read = in.read(bytes, offset, length);
      failed = false;
      return read;
    }
  }
}
