package dev.imbrex.registry.internal.http;

import java.io.IOException;
import java.util.OptionalLong;

/** The body of a request as it comes from the connection. */
abstract class HttpBody {
  /** A body of a length that is known. */
  static HttpBody ofLength(WireInput in, long length) {
    return new Fixed(in, length);
  }

  /** A body in chunks (RFC 9112, section 7.1). */
  static HttpBody chunked(WireInput in) {
    return new Chunked(in);
  }

  /** Reads some bytes; −1 at the end. */
  abstract int read(byte[] bytes, int offset, int length) throws IOException;

  /** The length, where the client says it. */
  abstract OptionalLong length();

  /** Whether nothing is left to read. */
  abstract boolean isAtEnd();

  /** Whether reading what is left takes no longer than is fair. */
  abstract boolean isWorthReading();

  /** Reads what is left, for as long as is fair; false if there is more. */
  boolean discard() throws IOException {
    byte[] buffer = new byte[1 << 14];
    long deadline = System.nanoTime() + HttpLimits.DISCARDING.toNanos();
    while (!isAtEnd()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      read(buffer, 0, buffer.length);
    }
    return true;
  }

  private static final class Fixed extends HttpBody {
    private final WireInput in;
    private final long length;
    private long left;

    Fixed(WireInput in, long length) {
      this.in = in;
      this.length = length;
      this.left = length;
    }

    @Override
    int read(byte[] bytes, int offset, int count) throws IOException {
      if (left == 0) {
        return -1;
      }
      int read = in.read(bytes, offset, (int) Math.min(count, left));
      if (read < 0) {
        throw new ClientGoneException(
            "The client left after " + (length - left) + " of " + length + " bytes");
      }
      left -= read;
      return read;
    }

    @Override
    OptionalLong length() {
      return OptionalLong.of(length);
    }

    @Override
    boolean isAtEnd() {
      return left == 0;
    }

    @Override
    boolean isWorthReading() {
      return left <= HttpLimits.DISCARDED_BYTES;
    }
  }

  private static final class Chunked extends HttpBody {
    private static final int MAX_LINE = 8192;

    private final WireInput in;
    private long left;
    private boolean first = true;
    private boolean ended;

    Chunked(WireInput in) {
      this.in = in;
    }

    @Override
    int read(byte[] bytes, int offset, int count) throws IOException {
      if (left == 0 && !ended) {
        nextChunk();
      }
      if (ended) {
        return -1;
      }
      int read = in.read(bytes, offset, (int) Math.min(count, left));
      if (read < 0) {
        throw new ClientGoneException("The client left within a chunk");
      }
      left -= read;
      return read;
    }

    @Override
    OptionalLong length() {
      return OptionalLong.empty();
    }

    @Override
    boolean isAtEnd() {
      return ended;
    }

    @Override
    boolean isWorthReading() {
      return true;
    }

    private void nextChunk() throws IOException {
      if (!first && !in.readLine(2).isEmpty()) {
        throw new MalformedRequestException(400, "A chunk is longer than it says");
      }
      first = false;
      left = size(in.readLine(MAX_LINE));
      if (left == 0) {
        ended = true;
        // Fields may follow the last chunk; nobody here asks for any.
        int trailer = 0;
        for (String line = in.readLine(MAX_LINE); !line.isEmpty(); line = in.readLine(MAX_LINE)) {
          trailer += line.length();
          if (trailer > MAX_LINE) {
            throw new MalformedRequestException(431, "The trailer is too large");
          }
        }
      }
    }

    private static long size(String line) throws MalformedRequestException {
      int semicolon = line.indexOf(';');
      String digits = (semicolon < 0 ? line : line.substring(0, semicolon)).strip();
      long size = 0;
      for (int i = 0; i < digits.length(); i++) {
        int digit = Character.digit(digits.charAt(i), 16);
        if (digit < 0) {
          throw new MalformedRequestException(400, "A chunk has no size");
        }
        size = size * 16 + digit;
      }
      if (digits.isEmpty() || digits.length() > 15) {
        throw new MalformedRequestException(400, "A chunk has no size");
      }
      return size;
    }
  }
}
