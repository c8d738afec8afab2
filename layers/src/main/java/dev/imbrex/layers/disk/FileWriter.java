package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.DirectoryHandle;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
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
    DirectoryHandle holder = handles.open(names.onDisk(waiting.path().parent()));
    nodes.writeFile(
        holder, names.onDisk(waiting.path().name()), waiting.path(), waiting.file(), data);
  }

  /** What there is to report since this was asked last. */
  List<DeferredLosses.Report> reports() {
    return losses.take();
  }

  /** How many bytes of content were written. */
  long bytes() {
    return nodes.bytes();
  }

  @Override
  public void close() throws IOException {
    handles.close();
  }
}
