package dev.imbrex.build;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.image.Layer;
import dev.imbrex.image.LayerSizes;
import dev.imbrex.image.Storage;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.LayerSummary;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.MediaType;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Puts new layers into a storage. */
final class NewLayer {
  private NewLayer() {}

  /** How layers are written where nobody says anything: compressed as the storage prefers it. */
  static LayerOptions optionsFor(Storage storage) {
    return LayerOptions.defaults().withCompression(storage.preferredCompression());
  }

  /** Writes these entries; what lies in other layers is read from them once, and verified. */
  static Layer write(
      Storage storage,
      ManifestFormat format,
      List<LayerEntry> entries,
      LayerOptions options,
      Progress progress)
      throws IOException {
    try (Spool spool = new Spool();
        BlobWriter blob = storage.write(DigestAlgorithm.SHA256);
        LayerWriter writer = LayerWriter.to(blob, options)) {
      List<LayerEntry> taken = spool.take(entries, progress);
      try (Progress.Task task = progress.start("Write layer", bytes(taken))) {
        writer.addAll(taken, task);
        return commit(storage, format, blob, writer.finish());
      }
    }
  }

  /** Publishes a layer that was written, and notes its sizes. */
  static Layer commit(Storage storage, ManifestFormat format, BlobWriter blob, LayerSummary summary)
      throws IOException {
    blob.commit(summary.digest());
    storage
        .catalog()
        .recordLayers(
            Map.of(summary.diffId(), new LayerSizes(summary.payloadSize(), summary.tarSize())));
    MediaType type = format.layerType(summary.compression());
    return Layer.of(
        storage, Descriptor.of(type, summary.digest(), summary.size()), summary.diffId());
  }

  /** The bytes in files of all entries together. */
  private static long bytes(List<LayerEntry> entries) {
    long bytes = 0;
    for (LayerEntry entry : entries) {
      if (entry instanceof LayerEntry.Present present
          && present.node() instanceof Node.RegularFile file) {
        bytes += file.content().size();
      }
    }
    return bytes;
  }
}
