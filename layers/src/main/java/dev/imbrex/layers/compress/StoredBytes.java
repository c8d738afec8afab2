package dev.imbrex.layers.compress;

import dev.imbrex.manifest.error.LimitExceededException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The stored bytes behind one large buffer, counted against their limit. */
final class StoredBytes extends InputStream {
  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private final long limit;

  /** The buffer; valid from {@link #position} to {@link #limit}. */
  final byte[] buffer = new byte[BUFFER];

  int position;
  int end;
  private long count;
  private @Nullable IOException failure;

  StoredBytes(InputStream in, long limit) {
    this.in = in;
    this.limit = limit;
  }

  /** How many bytes were taken from the stream so far, buffered ones included. */
  long count() {
    return count;
  }

  /** What the stream itself failed with, so that it is not taken for a fault of the content. */
  @Nullable IOException failure() {
    return failure;
  }

  /** Fills the buffer until it holds so many bytes, or to the end of the stream. */
  void require(int bytes) throws IOException {
    int got = 1;
    while (end < bytes && got > 0) {
      got = readInside(buffer, end, BUFFER - end);
      end += Math.max(got, 0);
    }
  }

  /** Whether there is at least one byte in the buffer, which is refilled when empty. */
  boolean hasMore() throws IOException {
    if (position < end) {
      return true;
    }
    position = 0;
    end = Math.max(readInside(buffer, 0, BUFFER), 0);
    return end > 0;
  }

  @Override
  public int read() throws IOException {
    return hasMore() ? buffer[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (position == end && length >= BUFFER) {
      return readInside(bytes, offset, length);
    }
    if (!hasMore()) {
      return -1;
    }
    int part = Math.min(length, end - position);
    System.arraycopy(buffer, position, bytes, offset, part);
    position += part;
    return part;
  }

  @Override
  public int available() throws IOException {
    return end - position + in.available();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private int readInside(byte[] bytes, int offset, int length) throws IOException {
    int read;
    try {
      read = in.read(bytes, offset, length);
      if (read == 0) {
        // Against the contract of read; one byte at a time cannot be answered with none.
        int one = in.read();
        read = one < 0 ? -1 : 1;
        bytes[offset] = (byte) one;
      }
    } catch (IOException e) {
      failure = e;
      throw e;
    }
    count += Math.max(read, 0);
    if (count > limit) {
      failure = new LimitExceededException("compressed content", "compressedBytes", limit);
      throw failure;
    }
    return read;
  }
}
