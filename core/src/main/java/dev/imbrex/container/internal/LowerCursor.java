package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.FileContent;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The place of one reader in a file of the image: a stream that is read on, skipped in, and opened
 * again to go back. For one thread at a time.
 */
final class LowerCursor implements Closeable {
  private static final int BUFFER = 1 << 16;

  private final LowerContents lowers;
  private @Nullable InputStream in;
  private @Nullable FileContent opened;
  private long position;

  LowerCursor(LowerContents lowers) {
    this.lowers = lowers;
  }

  /** Reads at a position, which lies before the end, at least one byte. */
  int read(FileContent content, ByteBuffer into, long from) throws IOException {
    int count = (int) Math.min(Math.min(into.remaining(), BUFFER), content.size() - from);
    InputStream stream = seek(content, from);
    byte[] bytes = new byte[count];
    int read = stream.readNBytes(bytes, 0, count);
    if (read < count) {
      throw new EOFException(content + " ended after " + (from + read) + " bytes");
    }
    into.put(bytes);
    position += count;
    return count;
  }

  private InputStream seek(FileContent content, long from) throws IOException {
    InputStream stream = in;
    if (stream == null || !content.equals(opened) || from < position) {
      close();
      stream = lowers.open(content);
      in = stream;
      opened = content;
      position = 0;
    }
    if (from > position) {
      stream.skipNBytes(from - position);
      position = from;
    }
    return stream;
  }

  @Override
  public void close() throws IOException {
    InputStream open = in;
    in = null;
    if (open != null) {
      open.close();
    }
  }
}
