package dev.imbrex.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer on a connection of their own (RFC 9112). {@code java.net.http} cannot
 * talk to a socket in the file system.
 */
final class HttpExchange implements Closeable {
  private static final int BUFFER = 1 << 16;
  private static final int MAX_HEAD = 1 << 16;

  private final ByteChannel wire;
  private final InputStream in;
  private final OutputStream out;
  private int status;
  private Map<String, String> headers = Map.of();

  /** What writes the body of a request. */
  interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  HttpExchange(ByteChannel wire) {
    this.wire = wire;
    this.in = new BufferedInputStream(Channels.newInputStream(wire), BUFFER);
    this.out = new BufferedOutputStream(Channels.newOutputStream(wire), BUFFER);
  }

  /**
   * Sends a request and reads the head of the answer. An engine that refuses a body may answer
   * before it has all of it; then that answer counts, and not the failure to write.
   *
   * @param target path and query, escaped
   * @param body the body; null for none
   */
  void send(String method, String target, String host, @Nullable Body body) throws IOException {
    String head =
        method
            + " "
            + target
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\nUser-Agent: imbrex\r\nConnection: close\r\n"
            + (body == null
                ? method.equals("POST") ? "Content-Length: 0\r\n" : ""
                : "Content-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\n")
            + "\r\n";
    out.write(head.getBytes(ISO_8859_1));
    if (body != null) {
      ChunkedOutput chunked = new ChunkedOutput(out);
      try {
        body.writeTo(chunked);
        chunked.finish();
      } catch (WireFailure e) {
        readEarlyAnswer(e);
        return;
      }
    }
    out.flush();
    readHead();
  }

  int status() {
    return status;
  }

  @Nullable String header(String name) {
    return headers.get(name.toLowerCase(Locale.ROOT));
  }

  /** The body of the answer, which ends early nowhere without an error. */
  InputStream body() throws IOException {
    if (status == 204 || status == 304) {
      return InputStream.nullInputStream();
    }
    String encoding = header("Transfer-Encoding");
    if (encoding != null && encoding.toLowerCase(Locale.ROOT).endsWith("chunked")) {
      return new ChunkedInput(in);
    }
    String length = header("Content-Length");
    if (length == null) {
      return in;
    }
    try {
      return new SizedInput(in, Long.parseLong(length.strip()));
    } catch (NumberFormatException e) {
      throw new EngineException("The answer has a Content-Length that is no number", status);
    }
  }

  @Override
  public void close() throws IOException {
    wire.close();
  }

  private void readEarlyAnswer(WireFailure failure) throws IOException {
    try {
      readHead();
    } catch (IOException e) {
      // There is no answer, then: the first failure is the one that tells.
      throw failure.failure();
    }
    if (status < 400) {
      throw failure.failure();
    }
  }

  private void readHead() throws IOException {
    do {
      int[] left = {MAX_HEAD};
      String line = readLine(left);
      String[] parts = line.split(" ", 3);
      if (parts.length < 2
          || !parts[0].startsWith("HTTP/1.")
          || !parts[1].matches("[1-5][0-9]{2}")) {
        throw new EngineException("The answer is not HTTP", 0);
      }
      status = Integer.parseInt(parts[1]);
      Map<String, String> read = new TreeMap<>();
      for (String header = readLine(left); !header.isEmpty(); header = readLine(left)) {
        int colon = header.indexOf(':');
        if (colon > 0) {
          read.put(
              header.substring(0, colon).strip().toLowerCase(Locale.ROOT),
              header.substring(colon + 1).strip());
        }
      }
      headers = read;
    } while (status < 200);
  }

  private String readLine(int[] left) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EngineException("The connection ended before the answer was complete", 0);
      }
      if (--left[0] < 0) {
        throw new EngineException("The head of the answer is longer than " + MAX_HEAD, status);
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  /** A failure of the connection, told apart from those of what writes the body. */
  private static final class WireFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private final IOException failure;

    WireFailure(IOException failure) {
      super(failure);
      this.failure = failure;
    }

    IOException failure() {
      return failure;
    }
  }

  /** Writes each piece as a chunk. */
  private static final class ChunkedOutput extends FilterOutputStream {
    ChunkedOutput(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return;
      }
      try {
        out.write((Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1));
        out.write(bytes, offset, length);
        out.write('\r');
        out.write('\n');
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        throw new WireFailure(e);
      }
    }

    void finish() throws IOException {
      try {
        out.write("0\r\n\r\n".getBytes(ISO_8859_1));
        out.flush();
      } catch (IOException e) {
        throw new WireFailure(e);
      }
    }

    @Override
    public void flush() {
      // The end of the body flushes; chunks need not be sent one by one.
    }
  }
}
