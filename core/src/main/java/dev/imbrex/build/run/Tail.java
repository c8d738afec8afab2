package dev.imbrex.build.run;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Passes output on, and remembers the last of it for messages. */
final class Tail extends OutputStream {
  private static final int MOST = 2000;

  private final OutputStream target;
  private byte[] last = new byte[0];

  Tail(OutputStream target) {
    this.target = target;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    synchronized (this) {
      byte[] joined = Arrays.copyOf(last, last.length + length);
      System.arraycopy(bytes, offset, joined, last.length, length);
      last = Arrays.copyOfRange(joined, Math.max(0, joined.length - MOST), joined.length);
    }
    target.write(bytes, offset, length);
  }

  @Override
  public void flush() throws IOException {
    target.flush();
  }

  synchronized String text() {
    return new String(last, StandardCharsets.UTF_8).strip();
  }
}
