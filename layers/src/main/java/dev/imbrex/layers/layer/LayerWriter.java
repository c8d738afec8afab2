package dev.imbrex.layers.layer;

import static java.util.Objects.requireNonNull;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.layers.compress.DecompressingInputStream;
import dev.imbrex.layers.internal.places.OpenPlaces;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collection;

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
  /** From how many bytes on contents are read on a thread of their own. */
  private static final long MUCH = 1 << 20;

  private final TarWriter tar;
  private final LayerSink sink;
  private final OpenPlaces places = new OpenPlaces();
  private final boolean isParallel;

  private LayerWriter(LayerSink sink, LayerOptions options) {
    this.sink = sink;
    isParallel = options.compression().threads() > 1;
    tar = TarWriter.to(sink, options.times(), places);
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
   * @throws IOException as {@link #to} and {@link #add(LayerEntry)}
   */
  public static LayerSummary write(
      Iterable<? extends LayerEntry> entries, LayerOptions options, OutputStream out)
      throws IOException {
    try (LayerWriter layer = to(out, options)) {
      if (entries instanceof Collection<? extends LayerEntry> all) {
        layer.addAll(all, Progress.none().start("", 0));
      } else {
        for (LayerEntry entry : entries) {
          layer.add(entry);
        }
      }
      return layer.finish();
    }
  }

  /**
   * Makes a layer of an existing tar, whose bytes stay as they are (LC-D14, LC-D15): the diffID is
   * that of the tar as it came. The tar is checked within the default limits.
   *
   * @param in a tar, plain or in any form {@link Compression} names; never closed
   * @param out where the stored bytes go; never closed
   * @throws IOException as {@link #recompress(InputStream, CompressionOptions, LayerLimits,
   *     Findings, OutputStream)}
   */
  public static LayerSummary recompress(InputStream in, Compression compression, OutputStream out)
      throws IOException {
    return recompress(
        in, CompressionOptions.of(compression), LayerLimits.defaults(), Findings.tolerant(), out);
  }

  /**
   * Makes a layer of an existing tar, as above.
   *
   * @param in a tar, plain or in any form {@link Compression} names; never closed
   * @param findings takes what is harmless but not right, or refuses it
   * @param out where the stored bytes go; never closed
   * @throws IOException as {@link TarReader#next}, or if the library for a compression is not
   *     there, or a stream fails; what was written is then incomplete
   */
  public static LayerSummary recompress(
      InputStream in,
      CompressionOptions compression,
      LayerLimits limits,
      Findings findings,
      OutputStream out)
      throws IOException {
    try (LayerSink sink = LayerSink.to(out, compression);
        DecompressingInputStream tar =
            DecompressingInputStream.openAny(new Uncloseable(in), limits.decompression())) {
      TarReader reader = TarReader.of(new Tee(tar, sink), limits, findings);
      TarEntry entry;
      do {
        entry = reader.next();
      } while (entry != null);
      if (tar.trailingZeros() > 0) {
        findings.report(
            Finding.Code.ZEROS_AFTER_COMPRESSED_DATA,
            -1,
            null,
            tar.trailingZeros() + " zero bytes follow the compressed data");
      }
      return sink.finish(reader.entryCount(), reader.payloadSize());
    }
  }

  /** Gives what is read to a sink too. */
  private static final class Tee extends InputStream {
    private final InputStream in;
    private final OutputStream sink;

    Tee(InputStream in, OutputStream sink) {
      this.in = in;
      this.sink = sink;
    }

    @Override
    public int read() throws IOException {
      byte[] single = new byte[1];
      return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = in.read(bytes, offset, length);
      if (read > 0) {
        sink.write(bytes, offset, read);
      }
      return read;
    }
  }

  /** Leaves the stream of somebody else open. */
  private static final class Uncloseable extends FilterInputStream {
    Uncloseable(InputStream in) {
      super(requireNonNull(in));
    }

    @Override
    public void close() {}
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
   * Writes one entry, as {@link #add(LayerEntry)}.
   *
   * @param task is told of each block of the content that is read, and can stop it; what it throws
   *     comes out of here, and the layer is broken
   */
  public void add(LayerEntry entry, Progress.Task task) throws IOException {
    tar.add(entry, task);
  }

  /**
   * Writes many entries, as {@link #add(LayerEntry)} does one after the other. If the options allow
   * more than one thread and there is much to read, the contents are read and the progress is told
   * on another one, which has ended when this returns; the stream is written to by the caller's.
   *
   * @param entries are not changed meanwhile
   * @param task is told of each block of the contents that is read, and after each entry of nothing
   *     more, and can stop it; what it throws comes out of here, and the layer is broken
   */
  public void addAll(Collection<? extends LayerEntry> entries, Progress.Task task)
      throws IOException {
    requireNonNull(task);
    if (isParallel && isMuch(entries)) {
      TarAhead ahead = new TarAhead(tar, sink, task);
      tar.redirect(ahead);
      try {
        ahead.write(entries);
      } finally {
        tar.redirect(sink);
      }
      return;
    }
    for (LayerEntry entry : entries) {
      tar.add(entry, task);
      task.advance(0);
    }
  }

  /** Whether it is worth a thread. */
  private static boolean isMuch(Collection<? extends LayerEntry> entries) {
    long bytes = 0;
    for (LayerEntry entry : entries) {
      if (entry instanceof LayerEntry.Present present
          && present.node() instanceof Node.RegularFile file) {
        bytes += file.content().size();
      }
    }
    return bytes >= MUCH;
  }

  /**
   * Ends the layer and flushes the stream.
   *
   * @throws IllegalStateException if an entry failed, or the layer is finished
   */
  public LayerSummary finish() throws IOException {
    places.close();
    tar.finish();
    return sink.finish(tar.entryCount(), tar.payloadSize());
  }

  /**
   * Gives back memory outside the heap, and closes the directory that was read from last. A layer
   * that is not finished is not completed by this.
   */
  @Override
  public void close() {
    places.close();
    sink.close();
  }
}
