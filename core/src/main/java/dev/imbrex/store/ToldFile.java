package dev.imbrex.store;

import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileContent;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Tells a task of each block of a file as it is read. */
record ToldFile(FileContent file, Progress.Task task) implements FileContent {
  @Override
  public long size() {
    return file.size();
  }

  @Override
  public InputStream open() throws IOException {
    return new FilterInputStream(file.open()) {
      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = in.read(bytes, offset, length);
        if (read > 0) {
          task.advance(read);
        }
        return read;
      }
    };
  }
}
