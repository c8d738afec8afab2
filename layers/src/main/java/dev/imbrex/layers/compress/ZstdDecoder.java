package dev.imbrex.layers.compress;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads zstd frames one after the other, skippable ones as empty (RFC 8878; LC-B5). */
final class ZstdDecoder implements Decoder {
  private static final int BUFFER = 1 << 17;

  private final StoredBytes in;
  private final DecompressionLimits limits;
  private final ZstdDecompressCtx context = new ZstdDecompressCtx();
  private final ByteBuffer source = ByteBuffer.allocateDirect(BUFFER).limit(0);
  private final ByteBuffer target = ByteBuffer.allocateDirect(BUFFER).limit(0);

  private boolean inFrame;
  private boolean released;
  private long frames;
  private long emptyInARow;
  private long frameBytes;

  ZstdDecoder(StoredBytes in, DecompressionLimits limits) {
    this.in = in;
    this.limits = limits;
  }

  @Override
  public int decode(byte[] bytes, int offset, int length) throws IOException {
    while (!target.hasRemaining()) {
      if (released) {
        return -1;
      }
      boolean more = fillSource(inFrame ? 1 : ZstdFrameHeader.GREATEST_SIZE);
      if (!more && !inFrame) {
        return -1;
      }
      if (!inFrame) {
        checkWindow();
      }
      decompress();
      if (!more && inFrame && !target.hasRemaining()) {
        throw malformed("the data ends within a frame");
      }
    }
    int part = Math.min(length, target.remaining());
    target.get(bytes, offset, part);
    return part;
  }

  @Override
  public void release() {
    released = true;
    context.close();
  }

  /** Whether there is input: so many bytes of it, or all that is left. */
  private boolean fillSource(int wanted) throws IOException {
    while (source.remaining() < wanted && in.hasMore()) {
      source.compact();
      int part = Math.min(source.remaining(), in.end - in.position);
      source.put(in.buffer, in.position, part).flip();
      in.position += part;
    }
    return source.hasRemaining();
  }

  private void checkWindow() throws LimitExceededException {
    if (ZstdFrameHeader.windowSize(source) > limits.zstdWindowBytes()) {
      throw new LimitExceededException(
          "the window of zstd frame " + frames, "zstdWindowBytes", limits.zstdWindowBytes());
    }
  }

  private void decompress() throws IOException {
    target.clear();
    boolean complete;
    try {
      complete = context.decompressDirectByteBufferStream(target, source);
    } catch (ZstdException e) {
      throw new MalformedContentException(
          "zstd data", "frame " + frames, String.valueOf(e.getMessage()), e);
    }
    target.flip();
    frameBytes += target.remaining();
    inFrame = !complete;
    if (complete) {
      finishFrame();
    }
  }

  private void finishFrame() throws LimitExceededException {
    frames++;
    if (frames > limits.members()) {
      throw new LimitExceededException("zstd data", "members", limits.members());
    }
    emptyInARow = frameBytes == 0 ? emptyInARow + 1 : 0;
    if (emptyInARow > limits.emptyMembersInARow()) {
      throw new LimitExceededException(
          "zstd data", "emptyMembersInARow", limits.emptyMembersInARow());
    }
    frameBytes = 0;
  }

  private MalformedContentException malformed(String problem) {
    return new MalformedContentException("zstd data", "frame " + frames, problem);
  }
}
