package dev.imbrex.build;

import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Node;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** A content that tells a task of each block that is read of it, and so lets itself be stopped. */
record ToldContent(FileContent content, Progress.Task task) implements FileContent {
  /** The same entry, telling the task. */
  static LayerEntry of(LayerEntry entry, Progress.Task task) {
    return entry instanceof LayerEntry.Present present
            && present.node() instanceof Node.RegularFile file
        ? new LayerEntry.Present(
            present.path(),
            new Node.RegularFile(file.metadata(), new ToldContent(file.content(), task)))
        : entry;
  }

  /** The bytes in files of all entries together. */
  static long bytes(List<LayerEntry> entries) {
    long bytes = 0;
    for (LayerEntry entry : entries) {
      bytes +=
          entry instanceof LayerEntry.Present present
                  && present.node() instanceof Node.RegularFile file
              ? file.content().size()
              : 0;
    }
    return bytes;
  }

  @Override
  public long size() {
    return content.size();
  }

  @Override
  public InputStream open() throws IOException {
    return new FilterInputStream(content.open()) {
      @Override
      public int read() throws IOException {
        int read = in.read();
        task.advance(read < 0 ? 0 : 1);
        return read;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = in.read(bytes, offset, length);
        task.advance(Math.max(0, read));
        return read;
      }

      @Override
      public long skip(long count) throws IOException {
        long skipped = in.skip(count);
        task.advance(skipped);
        return skipped;
      }
    };
  }
}
