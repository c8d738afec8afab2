package dev.imbrex.image;

import dev.imbrex.layers.layer.LayerReader;
import dev.imbrex.layers.layer.LayerSummary;
import dev.imbrex.layers.layer.TarEntry;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.manifest.error.DigestMismatchException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a layer says and how large it is, from reading it once. The bytes were verified, stored ones
 * and tar, before one of these exists; contents of files are references into the layer.
 *
 * @param entries what it says, in order
 * @param sizes its sizes
 */
record LayerIndex(List<LayerEntry> entries, LayerSizes sizes) {
  static LayerIndex of(Layer layer) throws IOException {
    List<LayerEntry> entries = new ArrayList<>();
    LayerStream stream = new LayerStream(layer);
    try (LayerReader reader = layer.read()) {
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        entries.add(entry.toLayerEntry(new LayerFile(stream, entry)));
      }
      return new LayerIndex(entries, verified(layer, reader));
    }
  }

  /** Reads a layer for its sizes alone, and keeps nothing of what it says. */
  static LayerSizes measure(Layer layer) throws IOException {
    try (LayerReader reader = layer.read()) {
      return verified(layer, reader);
    }
  }

  /** Reads what is left of a layer, and compares its digests with what was promised. */
  static LayerSizes verified(Layer layer, LayerReader reader) throws IOException {
    LayerSummary summary = reader.summary();
    if (!summary.diffId().equals(layer.diffId())) {
      throw new DigestMismatchException(
          "DiffID of " + layer, layer.diffId().toString(), summary.diffId().toString());
    }
    return new LayerSizes(summary.payloadSize(), summary.tarSize());
  }
}
