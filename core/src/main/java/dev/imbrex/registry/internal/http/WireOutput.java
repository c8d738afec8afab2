package dev.imbrex.registry.internal.http;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** What goes out on a connection; each write goes at once. Belongs to one thread. */
final class WireOutput extends OutputStream {
  private final OutputStream out;
  private final Watch watch;
  private final Duration stall;

  WireOutput(OutputStream out, Watch watch, Duration stall) {
    this.out = out;
    this.watch = watch;
    this.stall = stall;
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
    watch.start(stall.toNanos());
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw new ClientGoneException("The connection broke: " + e.getMessage(), e);
    } finally {
      watch.stop();
    }
  }

  void writeNow(byte[] bytes, int length) throws IOException {
    write(bytes, 0, length);
  }
}
