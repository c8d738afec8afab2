package dev.imbrex.image;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.LayerContents;
import dev.imbrex.layers.layer.LayerReader;
import dev.imbrex.layers.layer.LayerRules;
import dev.imbrex.layers.layer.LayerSummary;
import dev.imbrex.layers.layer.ReadAhead;
import dev.imbrex.layers.layer.TarEntry;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.manifest.digest.DiffId;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a layer says and how large it is, from reading it once. The bytes were verified, stored ones
 * and tar, before one of these exists; contents of files are references into the layer.
 *
 * @param entries what it says, in order
 * @param sizes its sizes
 * @param isRegular whether there was nothing to find in it
 */
record LayerIndex(List<LayerEntry> entries, LayerSizes sizes, boolean isRegular) {
  /** How much of a file is passed over before somebody may object. */
  private static final int BLOCK = 1 << 16;

  /** Reads a layer, and keeps what it says. */
  static LayerIndex of(Layer layer, LayerRules rules, Findings findings, Progress progress)
      throws IOException {
    Opening opening = LayerAhead.onDemand(layer, rules, findings);
    return of(layer, opening, rules, findings, progress, LayerWatcher.NONE);
  }

  /** Opens a layer to read it. */
  interface Opening {
    /** The reader, for the caller to close; the task is told of the stored bytes. */
    LayerReader open(Progress.Task task) throws IOException;
  }

  /** Reads a layer, and keeps what it says. */
  static LayerIndex of(
      Layer layer,
      Opening opening,
      LayerRules rules,
      Findings findings,
      Progress progress,
      LayerWatcher watcher)
      throws IOException {
    List<LayerEntry> entries = new ArrayList<>();
    ReadAhead ahead = watcher.isParallel() ? ReadAhead.little() : ReadAhead.none();
    LayerContents contents = LayerContents.of(new StoredLayer(layer), rules, ahead);
    long before = count(findings);
    Visitor visitor =
        (entry, data) -> {
          LayerEntry said = entry.toLayerEntry(contents.of(entry));
          entries.add(said);
          return watcher.watch(said, data);
        };
    Consumer<LayerReader> end =
        reader -> {
          if (watcher.comesBack()) {
            contents.remember(reader.checkpoints());
          }
        };
    LayerSummary summary = summary(layer, opening, progress, visitor, end);
    return new LayerIndex(List.copyOf(entries), checked(layer, summary), count(findings) == before);
  }

  /** Reads a layer for its sizes alone, and keeps nothing of what it says. */
  static LayerSizes measure(Layer layer, Progress progress) throws IOException {
    return checked(layer, summary(layer, LayerRules.defaults(), Findings.tolerant(), progress));
  }

  /** Reads a layer, and tells what its diffID is, whatever it should be. */
  static DiffId summarize(Layer layer, LayerRules rules, Findings findings, Progress progress)
      throws IOException {
    return summary(layer, rules, findings, progress).diffId();
  }

  private static LayerSummary summary(
      Layer layer, LayerRules rules, Findings findings, Progress progress) throws IOException {
    Opening opening = LayerAhead.onDemand(layer, rules, findings);
    return summary(layer, opening, progress, (entry, data) -> false, reader -> {});
  }

  /** How many findings there are, of all codes. */
  static long count(Findings findings) {
    long count = 0;
    for (Finding.Code code : Finding.Code.values()) {
      count += findings.count(code);
    }
    return count;
  }

  private interface Visitor {
    /** Tells whether it has read the data. */
    boolean visit(TarEntry entry, InputStream data) throws IOException;
  }

  private static LayerSummary summary(
      Layer layer, Opening opening, Progress progress, Visitor visitor, Consumer<LayerReader> end)
      throws IOException {
    try (Progress.Task task =
            progress.start("Read layer " + layer.diffId(), layer.descriptor().size());
        LayerReader reader = opening.open(task)) {
      Optional<Compression> declared = declared(layer);
      if (declared.isPresent()) {
        reader.expect(declared.get());
      }
      byte[] block = new byte[BLOCK];
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        if (!visitor.visit(entry, reader.data())) {
          pass(entry, reader, block, task);
        }
      }
      LayerSummary summary = reader.summary();
      end.accept(reader);
      return summary;
    }
  }

  /** Passes over a file block by block: little that is stored can be much that comes out. */
  private static void pass(TarEntry entry, LayerReader reader, byte[] block, Progress.Task task)
      throws IOException {
    // The holes of a sparse file, which has no place, need not be read.
    if (entry.dataOffset() < 0 || entry.size() <= block.length) {
      return;
    }
    InputStream data = reader.data();
    while (data.read(block, 0, block.length) >= 0) {
      task.advance(0);
    }
  }

  /** How the media type says that the layer is stored, if it is a type we know. */
  private static Optional<Compression> declared(Layer layer) {
    return layer
        .descriptor()
        .mediaType()
        .findLayerCompression()
        .map(
            compression ->
                switch (compression) {
                  case NONE -> Compression.NONE;
                  case GZIP -> Compression.GZIP;
                  case ZSTD -> Compression.ZSTD;
                });
  }

  /** Reads what is left of a layer, and compares its digests with what was promised. */
  static LayerSizes verified(Layer layer, LayerReader reader) throws IOException {
    return checked(layer, reader.summary());
  }

  private static LayerSizes checked(Layer layer, LayerSummary summary) throws IOException {
    new StoredLayer(layer).check(summary);
    return new LayerSizes(summary.payloadSize(), summary.tarSize());
  }
}
