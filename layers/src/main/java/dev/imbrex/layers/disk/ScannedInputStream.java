package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.DirectoryHandle;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.util.Objects;

/**
 * The bytes of a scanned file. Before it hands out the last of them it looks once more whether the
 * file is what it was, so that nobody has all bytes of a file that changed while it was read.
 */
final class ScannedInputStream extends InputStream implements ReadableByteChannel {
  private final ScannedContent content;
  private final DirectoryHandle directory;
  private final SeekableByteChannel channel;
  private final Closeable owned;
  private long remaining;

  /** Takes over the channel and what is owned, to close both. */
  ScannedInputStream(
      ScannedContent content,
      DirectoryHandle directory,
      SeekableByteChannel channel,
      Closeable owned) {
    this.content = content;
    this.directory = directory;
    this.channel = channel;
    this.owned = owned;
    this.remaining = content.size();
  }

  @Override
  public int read() throws IOException {
    if (remaining == 0) {
      return -1;
    }
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    return length == 0 ? 0 : fill(ByteBuffer.wrap(into, offset, length));
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return into.hasRemaining() ? fill(into) : 0;
  }

  private int fill(ByteBuffer into) throws IOException {
    if (remaining == 0) {
      return -1;
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted while reading " + content);
    }
    int limit = into.limit();
    into.limit((int) Math.min(limit, into.position() + remaining));
    int count = channel.read(into);
    into.limit(limit);
    if (count < 0) {
      throw content.changed("it has shrunk", content.size() - remaining);
    }
    remaining -= count;
    if (remaining == 0) {
      check();
    }
    return count;
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  /** Fails if the name no longer leads to what was scanned. */
  private void check() throws IOException {
    content.requireSame(directory);
  }

  @Override
  public int available() {
    return (int) Math.min(remaining, Integer.MAX_VALUE);
  }

  @Override
  public void close() throws IOException {
    try (owned) {
      channel.close();
    }
  }
}
