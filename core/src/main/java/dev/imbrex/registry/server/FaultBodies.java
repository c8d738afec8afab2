package dev.imbrex.registry.server;

import dev.imbrex.registry.internal.http.ClientGoneException;
import dev.imbrex.registry.internal.http.HttpRequest;
import dev.imbrex.registry.internal.http.HttpResponse;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The faults of bodies, and of the connections they travel on. */
final class FaultBodies {
  private static final int SLICES_PER_SECOND = 20;

  private FaultBodies() {}

  static Fault.Effect dropRequestAfter(long bytes) {
    return new Fault.Effect() {
      @Override
      public void before(HttpRequest request) {
        request.readThrough(in -> new CutInput(in, bytes));
      }
    };
  }

  static Fault.Effect dropAnswer() {
    return new Fault.Effect() {
      @Override
      public HttpResponse after(HttpResponse response, RegistryFaults faults) throws IOException {
        response.discard();
        throw new ClientGoneException("A fault");
      }
    };
  }

  static Fault.Effect dropInHead(long bytes) {
    return onWire((out, faults, head) -> new Wire(out, bytes, false, Long.MAX_VALUE, faults));
  }

  static Fault.Effect dropAfter(long bytes) {
    return onWire(
        (out, faults, head) -> new Wire(out, head + bytes, false, Long.MAX_VALUE, faults));
  }

  static Fault.Effect stallAfter(long bytes) {
    return onWire((out, faults, head) -> new Wire(out, head + bytes, true, Long.MAX_VALUE, faults));
  }

  static Fault.Effect slow(long bytesPerSecond) {
    return onWire(
        (out, faults, head) -> new Wire(out, Long.MAX_VALUE, false, bytesPerSecond, faults));
  }

  static Fault.Effect truncate(long bytes) {
    return new Fault.Effect() {
      @Override
      public HttpResponse after(HttpResponse response, RegistryFaults faults) throws IOException {
        String type = response.fields().find("Content-Type").orElse("application/octet-stream");
        return response.withBody(type, response.body(), Math.min(bytes, response.length()));
      }
    };
  }

  static Fault.Effect corrupt(long offset) {
    return body(offset, (in, faults) -> new CorruptedInput(in, offset));
  }

  /** Makes a stream that does wrong. */
  private interface WrongInput {
    InputStream over(InputStream in, RegistryFaults faults);
  }

  /** Makes a wire that does wrong. */
  private interface WrongWire {
    OutputStream over(OutputStream out, RegistryFaults faults, long headBytes);
  }

  private static Fault.Effect body(long offset, WrongInput wrong) {
    if (offset < 0) {
      throw new IllegalArgumentException("Must not be negative: " + offset);
    }
    return new Fault.Effect() {
      @Override
      public HttpResponse after(HttpResponse response, RegistryFaults faults) {
        return response.readThrough(in -> wrong.over(in, faults));
      }
    };
  }

  private static Fault.Effect onWire(WrongWire wrong) {
    return new Fault.Effect() {
      @Override
      public HttpResponse after(HttpResponse response, RegistryFaults faults) {
        return response.withWire(out -> new AfterHead(out, head -> wrong.over(out, faults, head)));
      }
    };
  }

  /** Gives up the connection after some bytes, which were handed on. */
  private static final class CutInput extends FilterInputStream {
    private long left;

    CutInput(InputStream in, long bytes) {
      super(in);
      this.left = bytes;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left == 0) {
        throw new ClientGoneException("A fault");
      }
      int count = in.read(bytes, offset, (int) Math.min(length, left));
      left -= Math.max(0, count);
      return count;
    }
  }

  /** Turns one byte around. */
  private static final class CorruptedInput extends FilterInputStream {
    private long before;

    CorruptedInput(InputStream in, long offset) {
      super(in);
      this.before = offset;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = in.read(bytes, offset, length);
      if (before >= 0 && before < count) {
        bytes[offset + (int) before] ^= 0x55;
      }
      before -= Math.max(0, count);
      return count;
    }
  }

  /** Finds out how long the head is, which the first write holds, and hands on from there. */
  private static final class AfterHead extends OutputStream {
    /** Makes the wire for a head of some bytes. */
    interface Next {
      OutputStream after(long headBytes);
    }

    private final OutputStream out;
    private final Next next;
    private OutputStream wire;

    AfterHead(OutputStream out, Next next) {
      this.out = out;
      this.next = next;
      this.wire = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (wire == out) {
        wire = next.after(headLength(bytes, offset, length));
      }
      wire.write(bytes, offset, length);
    }

    private static long headLength(byte[] bytes, int offset, int length) {
      for (int i = offset; i + 3 < offset + length; i++) {
        if (bytes[i] == '\r' && bytes[i + 1] == '\n' && bytes[i + 2] == '\r') {
          return i + 4L - offset;
        }
      }
      return length;
    }
  }

  /** A wire that ends after some bytes, by a cut or by silence, or is slow. */
  private static final class Wire extends OutputStream {
    private final OutputStream out;
    private final boolean silent;
    private final long bytesPerSecond;
    private final RegistryFaults faults;
    private long left;

    Wire(OutputStream out, long bytes, boolean silent, long bytesPerSecond, RegistryFaults faults) {
      this.out = out;
      this.left = bytes;
      this.silent = silent;
      this.bytesPerSecond = bytesPerSecond;
      this.faults = faults;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      long slice = Math.max(1, bytesPerSecond / SLICES_PER_SECOND);
      int done = 0;
      while (done < length) {
        int count = (int) Math.min(Math.min(length - done, left), slice);
        if (count == 0) {
          end();
        }
        out.write(bytes, offset + done, count);
        done += count;
        left -= count;
        if (bytesPerSecond != Long.MAX_VALUE) {
          faults.pause(1000L * count / Math.max(1, bytesPerSecond));
        }
      }
    }

    private void end() throws IOException {
      if (silent) {
        faults.pause(Long.MAX_VALUE);
      }
      throw new ClientGoneException("A fault");
    }
  }
}
