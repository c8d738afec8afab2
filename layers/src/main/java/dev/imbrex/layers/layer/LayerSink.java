package dev.imbrex.layers.layer;

import static java.util.Objects.requireNonNull;

import dev.imbrex.layers.compress.CompressingOutputStream;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestingOutputStream;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.io.OutputStream;

/** Takes the bytes of a tar and gives their compressed form to a stream, digesting both. */
final class LayerSink extends OutputStream {
  private final Compression compression;
  private final DigestingOutputStream stored;
  private final CompressingOutputStream compressor;
  private final DigestingOutputStream tar;

  private LayerSink(OutputStream out, CompressionOptions options)
      throws UnsupportedContentException {
    compression = options.compression();
    stored = DigestingOutputStream.sha256(out);
    // What is not compressed needs to be digested but once.
    boolean isPlain = compression == Compression.NONE;
    compressor = options.compressTo(isPlain ? out : stored);
    tar = DigestingOutputStream.sha256(compressor);
  }

  static LayerSink to(OutputStream out, CompressionOptions options)
      throws UnsupportedContentException {
    return new LayerSink(requireNonNull(out), options);
  }

  @Override
  public void write(int b) throws IOException {
    tar.write(b);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    tar.write(bytes, offset, length);
  }

  LayerSummary finish(long entryCount, long payloadSize) throws IOException {
    compressor.finish();
    DigestingOutputStream last = compression == Compression.NONE ? tar : stored;
    Digest diffId = tar.digest();
    return new LayerSummary(
        new DiffId(diffId),
        last.digest(),
        last.size(),
        tar.size(),
        payloadSize,
        entryCount,
        compression);
  }

  @Override
  public void close() {
    compressor.close();
  }
}
