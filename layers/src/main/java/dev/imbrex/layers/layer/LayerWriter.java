package dev.imbrex.layers.layer;

import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Makes a layer in one pass: entries become a tar, whose digest is the diffID, which is compressed,
 * digested again and written.
 *
 * <pre>{@code
 * try (LayerWriter layer = LayerWriter.to(out, LayerOptions.defaults())) {
 *   layer.add(new LayerEntry.Present(
 *       TreePath.of("etc/motd"),
 *       new Node.RegularFile(Metadata.forFile(), Content.text("hello\n"))));
 *   LayerSummary summary = layer.finish();
 * }
 * }</pre>
 *
 * <p>What holds for {@link TarWriter} holds for the entries here. Belongs to one thread.
 */
public final class LayerWriter implements AutoCloseable {
  private final TarWriter tar;
  private final LayerSink sink;

  private LayerWriter(LayerSink sink, LayerOptions options) {
    this.sink = sink;
    tar = TarWriter.to(sink, options.times());
  }

  /**
   * Writes a layer to a stream.
   *
   * @param out where the stored bytes go; never closed
   * @throws UnsupportedContentException if the library for the compression is not there
   */
  public static LayerWriter to(OutputStream out, LayerOptions options)
      throws UnsupportedContentException {
    return new LayerWriter(LayerSink.to(out, options.compression()), options);
  }

  /**
   * Writes all entries as one layer.
   *
   * @param out where the stored bytes go; never closed
   * @throws IOException as {@link #to} and {@link #add}
   */
  public static LayerSummary write(
      Iterable<? extends LayerEntry> entries, LayerOptions options, OutputStream out)
      throws IOException {
    try (LayerWriter layer = to(out, options)) {
      for (LayerEntry entry : entries) {
        layer.add(entry);
      }
      return layer.finish();
    }
  }

  /**
   * Writes one entry, as {@link TarWriter#add}.
   *
   * @throws IOException as {@link TarWriter#add}, or if the stream fails
   */
  public void add(LayerEntry entry) throws IOException {
    tar.add(entry);
  }

  /**
   * Ends the layer and flushes the stream.
   *
   * @throws IllegalStateException if an entry failed, or the layer is finished
   */
  public LayerSummary finish() throws IOException {
    tar.finish();
    return sink.finish(tar.entryCount(), tar.payloadSize());
  }

  /** Gives back memory outside the heap. A layer that is not finished is not completed by this. */
  @Override
  public void close() {
    sink.close();
  }
}
