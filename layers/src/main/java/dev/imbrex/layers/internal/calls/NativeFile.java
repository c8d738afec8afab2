package dev.imbrex.layers.internal.calls;

import com.sun.jna.LastErrorException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A new file, open for writing. */
final class NativeFile extends NativeAttributes implements FileHandle {
  private final Fd fd;
  private final Buffers buffers;

  NativeFile(Fd fd, Buffers buffers) {
    super(new OpenTarget(fd));
    this.fd = fd;
    this.buffers = buffers;
  }

  @Override
  public OutputStream out() {
    return new Out();
  }

  @Override
  public void close() throws IOException {
    fd.close();
  }

  private final class Out extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      ByteBuffer buffer = buffers.take();
      try {
        for (int done = 0; done < length; ) {
          int part = Math.min(length - done, buffer.capacity());
          buffer.clear();
          buffer.put(bytes, offset + done, part).flip();
          while (buffer.hasRemaining()) {
            ByteBuffer rest = buffer.position() == 0 ? buffer : buffer.slice();
            long written = Libc.write(fd.number(), rest, rest.remaining());
            buffer.position(buffer.position() + (int) written);
          }
          done += part;
        }
      } catch (LastErrorException e) {
        throw Errno.about(fd.shown(), e);
      } finally {
        buffers.giveBack(buffer);
      }
    }
  }
}
