package dev.imbrex.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** A file that appears when it is complete, in place of one that was there. */
final class NewFile {
  /** What writes a file. */
  interface Writer {
    void write(OutputStream out) throws IOException;
  }

  private NewFile() {}

  /**
   * Writes a file beside its place, and moves it there; a failure leaves nothing. What processes
   * that were killed left there a day ago or earlier is deleted first.
   */
  static void write(Path file, boolean sync, Writer writer) throws IOException {
    Path temporary = Leftovers.beside(file);
    LayoutFiles files = new LayoutFiles(Objects.requireNonNull(temporary.getParent()), sync);
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        Leftovers.sweep(file, temporary);
        writer.write(Channels.newOutputStream(channel));
        files.force(channel);
      }
      files.publish(temporary, file.toAbsolutePath());
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
