package dev.imbrex.layers.compress;

import static java.util.Objects.checkFromIndexSize;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.imbrex.manifest.error.ImageException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Writes one zstd frame with a checksum. The library cuts the content into jobs of constant size
 * and gives them to threads of its own, even if it is only one: so the bytes depend neither on how
 * they were written nor on the number of threads (LC-D13).
 */
final class ZstdOutputStream extends CompressingOutputStream {
  private static final int BUFFER = 1 << 17;

  /** Four windows of level 3; what is smaller costs size, what is larger memory. */
  private static final int JOB = 1 << 23;

  private final OutputStream out;
  private final ZstdCompressCtx context = new ZstdCompressCtx();
  private final ByteBuffer source = ByteBuffer.allocateDirect(BUFFER);
  private final ByteBuffer target = ByteBuffer.allocateDirect(BUFFER);
  private final byte[] compressed = new byte[BUFFER];
  private boolean finished;

  ZstdOutputStream(OutputStream out, int level, int threads) {
    this.out = out;
    try {
      context.setLevel(level).setChecksum(true).setWorkers(threads).setJobSize(JOB);
    } catch (RuntimeException | Error e) {
      context.close();
      throw e;
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    checkFromIndexSize(offset, length, bytes.length);
    if (finished) {
      throw new IllegalStateException("The stream is finished");
    }
    int from = offset;
    int remaining = length;
    while (remaining > 0) {
      int part = Math.min(remaining, source.remaining());
      source.put(bytes, from, part);
      from += part;
      remaining -= part;
      if (!source.hasRemaining()) {
        compress(EndDirective.CONTINUE);
      }
    }
  }

  @Override
  public void finish() throws IOException {
    if (finished) {
      return;
    }
    finished = true;
    compress(EndDirective.END);
    out.flush();
    context.close();
  }

  @Override
  public void close() {
    finished = true;
    context.close();
  }

  private void compress(EndDirective end) throws IOException {
    source.flip();
    try {
      boolean done;
      do {
        boolean flushed = context.compressDirectByteBufferStream(target, source, end);
        drain();
        done = end == EndDirective.END ? flushed : !source.hasRemaining();
      } while (!done);
    } catch (ZstdException e) {
      throw new ImageException("zstd cannot compress: " + e.getMessage(), e);
    }
    source.clear();
  }

  private void drain() throws IOException {
    target.flip();
    int length = target.remaining();
    target.get(compressed, 0, length);
    target.clear();
    out.write(compressed, 0, length);
  }
}
