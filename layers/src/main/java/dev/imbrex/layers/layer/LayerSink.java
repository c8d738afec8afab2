package dev.imbrex.layers.layer;

import static java.util.Objects.checkFromIndexSize;
import static java.util.Objects.requireNonNull;

import dev.imbrex.layers.compress.CompressingOutputStream;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.layers.internal.threads.DigestBehind;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.digest.DigestingOutputStream;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Takes the bytes of a tar and gives their compressed form to a stream, digesting both; the tar on
 * a thread of its own, if there may be more than one.
 */
final class LayerSink extends OutputStream implements BlockSink {
  private final Compression compression;
  private final DigestingOutputStream stored;
  private final CompressingOutputStream compressor;
  private final DigestBehind tar;
  private byte[] block = new byte[0];
  private int filled;
  private long tarSize;

  private LayerSink(OutputStream out, CompressionOptions options)
      throws UnsupportedContentException {
    compression = options.compression();
    stored = DigestingOutputStream.sha256(out);
    // What is not compressed needs to be digested but once.
    boolean isPlain = compression == Compression.NONE;
    compressor = options.compressTo(isPlain ? out : stored);
    tar = new DigestBehind(DigestAlgorithm.SHA256, BLOCK, options.threads() > 1);
  }

  static LayerSink to(OutputStream out, CompressionOptions options)
      throws UnsupportedContentException {
    return new LayerSink(requireNonNull(out), options);
  }

  @Override
  public byte[] give(byte[] given, int length) throws IOException {
    tar.take(given, length);
    compressor.write(given, 0, length);
    tarSize += length;
    return tar.exchange();
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    checkFromIndexSize(offset, length, bytes.length);
    if (block.length == 0) {
      block = new byte[BLOCK];
    }
    for (int done = 0; done < length; ) {
      int part = Math.min(length - done, BLOCK - filled);
      System.arraycopy(bytes, offset + done, block, filled, part);
      filled += part;
      done += part;
      if (filled == BLOCK) {
        giveFilled();
      }
    }
  }

  private void giveFilled() throws IOException {
    int length = filled;
    filled = 0;
    block = give(block, length);
  }

  LayerSummary finish(long entryCount, long payloadSize) throws IOException {
    if (filled > 0) {
      giveFilled();
    }
    compressor.finish();
    Digest diffId = tar.finish();
    boolean isPlain = compression == Compression.NONE;
    return new LayerSummary(
        new DiffId(diffId),
        isPlain ? diffId : stored.digest(),
        isPlain ? tarSize : stored.size(),
        tarSize,
        payloadSize,
        entryCount,
        compression);
  }

  @Override
  public void close() {
    tar.close();
    compressor.close();
  }
}
