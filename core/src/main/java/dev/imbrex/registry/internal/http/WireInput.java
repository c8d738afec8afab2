package dev.imbrex.registry.internal.http;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** What comes in on a connection, through a small buffer. Belongs to one thread. */
final class WireInput {
  private static final int BUFFER = 1 << 13;

  private final InputStream in;
  private final Watch watch;
  private final Duration stall;
  private byte[] buffer = new byte[BUFFER];
  private int position;
  private int end;

  WireInput(InputStream in, Watch watch, Duration stall) {
    this.in = in;
    this.watch = watch;
    this.stall = stall;
  }

  /** Reads some bytes of a body; −1 at the end of the connection. */
  int read(byte[] bytes, int offset, int length) throws IOException {
    if (position == end) {
      return blocking(bytes, offset, length, stall.toNanos());
    }
    int count = Math.min(length, end - position);
    System.arraycopy(buffer, position, bytes, offset, count);
    position += count;
    return count;
  }

  /** Reads a line within a body, without its end. */
  String readLine(int limit) throws IOException {
    StringBuilder line = new StringBuilder();
    byte[] one = new byte[1];
    while (true) {
      if (position == end) {
        fill(stall.toNanos());
      }
      if (read(one, 0, 1) < 0) {
        throw new ClientGoneException("The client left within a body");
      }
      char c = (char) (one[0] & 0xff);
      if (c == '\n') {
        int length = line.length();
        return length > 0 && line.charAt(length - 1) == '\r'
            ? line.substring(0, length - 1)
            : line.toString();
      }
      if (line.length() == limit) {
        throw new MalformedRequestException(400, "A line within the body does not end");
      }
      line.append(c);
    }
  }

  /**
   * Reads the head of the next request.
   *
   * @return its length in {@link #head}, or −1 if the client closed the connection in between
   */
  int readHead(HttpLimits limits) throws IOException {
    skipEmptyLines();
    while (position == end) {
      if (fill(limits.idle().toNanos()) < 0) {
        return -1;
      }
      skipEmptyLines();
    }
    if (!RequestHead.isTokenCharacter((char) (buffer[position] & 0xff))) {
      // A client that begins to speak TLS is to notice at once that nobody else does.
      throw new MalformedRequestException(400, "This is no HTTP");
    }
    long deadline = System.nanoTime() + limits.head().toNanos();
    int searched = position;
    while (true) {
      int headEnd = endOfHead(searched);
      int length = (headEnd < 0 ? end : headEnd) - position;
      if (length > limits.headBytes()) {
        throw new MalformedRequestException(431, "The head is larger than " + limits.headBytes());
      }
      if (headEnd >= 0) {
        return length;
      }
      searched = Math.max(position, end - 3) - position;
      if (fill(Math.max(1, deadline - System.nanoTime())) < 0) {
        throw new ClientGoneException("The client left within a head");
      }
      searched += position;
    }
  }

  /** The bytes of the head that was read; they are taken out of the buffer. */
  byte[] head(int length) {
    byte[] head = new byte[length];
    System.arraycopy(buffer, position, head, 0, length);
    position += length;
    return head;
  }

  /** Reads and forgets, until the connection ends, or up to a number of bytes or a time. */
  void discard(long bytes, Duration time) throws IOException {
    long deadline = System.nanoTime() + time.toNanos();
    long left = bytes - (end - position);
    position = end;
    int count = 0;
    while (count >= 0 && left > 0 && deadline - System.nanoTime() > 0) {
      count = blocking(buffer, 0, buffer.length, Math.max(1, deadline - System.nanoTime()));
      left -= Math.max(0, count);
    }
  }

  /** Whether the first bytes of a request are here already. */
  boolean hasMore() {
    return position < end;
  }

  private void skipEmptyLines() {
    while (position < end && (buffer[position] == '\r' || buffer[position] == '\n')) {
      position++;
    }
  }

  private int endOfHead(int from) {
    for (int i = from; i < end; i++) {
      if (buffer[i] == '\n') {
        int next = i + 1 < end && buffer[i + 1] == '\r' ? i + 2 : i + 1;
        if (next < end && buffer[next] == '\n') {
          return next + 1;
        }
      }
    }
    return -1;
  }

  /** Gets more bytes into the buffer, behind those that are there. */
  private int fill(long allowedNanos) throws IOException {
    if (position > 0) {
      System.arraycopy(buffer, position, buffer, 0, end - position);
      end -= position;
      position = 0;
    }
    if (end == buffer.length) {
      byte[] larger = new byte[buffer.length * 2];
      System.arraycopy(buffer, 0, larger, 0, end);
      buffer = larger;
    }
    int count = blocking(buffer, end, buffer.length - end, allowedNanos);
    end += Math.max(count, 0);
    return count;
  }

  private int blocking(byte[] bytes, int offset, int length, long allowedNanos) throws IOException {
    watch.start(allowedNanos);
    try {
      return in.read(bytes, offset, length);
    } catch (IOException e) {
      throw new ClientGoneException("The connection broke: " + e.getMessage(), e);
    } finally {
      watch.stop();
    }
  }
}
