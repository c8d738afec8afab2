package dev.imbrex.layers.layer;

import dev.imbrex.layers.internal.threads.Interruption;
import dev.imbrex.manifest.error.LimitExceededException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/** The bytes of a tar behind one large buffer, counted. */
final class TarInput {
  private static final int BUFFER = 1 << 16;
  private static final byte[] ZEROS = new byte[BUFFER];

  private final InputStream in;
  private final long limit;
  private final boolean seeks;
  private final byte[] buffer = new byte[BUFFER];

  private int position;
  private int end;
  private long filled;
  private long holes;

  /**
   * Reads a stream.
   *
   * @param seeks whether the stream itself passes over bytes, as many as it is asked to
   */
  TarInput(InputStream in, long limit, boolean seeks) {
    this.in = in;
    this.limit = limit;
    this.seeks = seeks;
  }

  /** Where in the tar the next byte stands. */
  long offset() {
    return filled - (end - position);
  }

  /** Counts what a sparse file is expanded by. */
  void addHoles(long bytes) throws LimitExceededException {
    if (bytes > limit - holes) {
      throw exceeded();
    }
    holes += bytes;
    checkLimit();
  }

  /** Fills a block from the stream; gives how many bytes there were. */
  int readBlock(byte[] block) throws IOException {
    return readFully(block, TarFormat.BLOCK);
  }

  /** Takes so many bytes from the stream; gives how many there were. */
  int readFully(byte[] bytes, int length) throws IOException {
    int got = 0;
    while (got < length) {
      int read = read(bytes, got, length - got);
      if (read < 0) {
        break;
      }
      got += read;
    }
    return got;
  }

  int read(byte[] bytes, int offset, int length) throws IOException {
    if (position == end && length >= BUFFER) {
      Interruption.check();
      int read = Streams.readSome(in, bytes, offset, length);
      filled += Math.max(read, 0);
      checkLimit();
      return read;
    }
    if (!fill()) {
      return -1;
    }
    int part = Math.min(length, end - position);
    System.arraycopy(buffer, position, bytes, offset, part);
    position += part;
    return part;
  }

  /** Passes over bytes; gives how many there were. */
  long skip(long count) throws IOException {
    if (!seeks) {
      return transfer(count, OutputStream.nullOutputStream());
    }
    long buffered = Math.min(count, end - position);
    position += (int) buffered;
    long skipped = count == buffered ? 0 : in.skip(count - buffered);
    filled += skipped;
    checkLimit();
    return buffered + skipped;
  }

  /** Gives bytes to a stream; gives how many there were. */
  long transfer(long count, OutputStream out) throws IOException {
    long remaining = count;
    while (remaining > 0 && fill()) {
      int part = (int) Math.min(remaining, end - position);
      out.write(buffer, position, part);
      position += part;
      remaining -= part;
    }
    return count - remaining;
  }

  /** Passes over all that is left; tells whether it was nothing but zeros. */
  boolean drain() throws IOException {
    boolean isZero = true;
    while (fill()) {
      isZero = isZero && Arrays.equals(buffer, position, end, ZEROS, 0, end - position);
      position = end;
    }
    return isZero;
  }

  private boolean fill() throws IOException {
    if (position < end) {
      return true;
    }
    Interruption.check();
    position = 0;
    end = 0;
    int read = Streams.readSome(in, buffer, 0, BUFFER);
    if (read < 0) {
      return false;
    }
    end = read;
    filled += read;
    checkLimit();
    return true;
  }

  private void checkLimit() throws LimitExceededException {
    if (filled > limit - holes) {
      throw exceeded();
    }
  }

  private LimitExceededException exceeded() {
    return new LimitExceededException("the content of a layer", "uncompressedBytes", limit);
  }
}
