package dev.imbrex.engine;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A body in chunks (RFC 9112, section 7.1). */
final class ChunkedInput extends InputStream {
  private static final int MAX_LINE = 4096;

  private final InputStream in;
  private long left;
  private boolean isFirst = true;
  private boolean ended;

  ChunkedInput(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (left == 0 && !ended) {
      nextChunk();
    }
    if (ended) {
      return -1;
    }
    int read = in.read(bytes, offset, (int) Math.min(length, left));
    if (read < 0) {
      throw new EngineException("The answer ends in the middle of a chunk", 0);
    }
    left -= read;
    return read;
  }

  private void nextChunk() throws IOException {
    if (!isFirst && !readLine().isEmpty()) {
      throw new EngineException("A chunk of the answer is longer than it says", 0);
    }
    isFirst = false;
    String size = readLine();
    int semicolon = size.indexOf(';');
    try {
      left = Long.parseLong(semicolon < 0 ? size : size.substring(0, semicolon).strip(), 16);
    } catch (NumberFormatException e) {
      left = -1;
    }
    if (left < 0) {
      throw new EngineException("A chunk of the answer has no size", 0);
    }
    if (left == 0) {
      ended = true;
      while (!readLine().isEmpty()) {
        // What may follow the last chunk says nothing here.
      }
    }
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EngineException("The answer ends before its last chunk", 0);
      }
      if (line.length() > MAX_LINE) {
        throw new EngineException("A chunk of the answer has no size", 0);
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }
}
