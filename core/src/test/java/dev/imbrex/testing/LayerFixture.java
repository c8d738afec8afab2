package dev.imbrex.testing;

import static java.util.Objects.requireNonNull;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.BlobWriter;
import dev.imbrex.image.Layer;
import dev.imbrex.image.Storage;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.LayerSummary;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.MediaType;
import java.io.IOException;
import java.util.List;

/**
 * A layer that a test describes, made by {@link Fixtures#layer}: exactly these entries in this
 * order, without the directories above them unless they are named. Equal fixtures make equal bytes,
 * in whatever storage.
 *
 * @param createdBy what the history says of it
 * @param entries what it holds
 * @param compression how it is stored; not at all unless told
 */
public record LayerFixture(String createdBy, List<EntryFixture> entries, Compression compression)
    implements ImagePart {
  /** Checks that nothing is null. */
  public LayerFixture {
    requireNonNull(createdBy);
    entries = List.copyOf(entries);
    requireNonNull(compression);
  }

  /** The same, stored like this. */
  public LayerFixture compressed(Compression newCompression) {
    return new LayerFixture(createdBy, entries, newCompression);
  }

  /** What the layer says, in its order. */
  public List<LayerEntry> layerEntries() {
    return entries.stream().map(EntryFixture::entry).toList();
  }

  /**
   * The files there are when this layer lies on others.
   *
   * @throws IOException if the layer breaks a rule of layers
   */
  public FileTree over(FileTree below) throws IOException {
    return below.apply(layerEntries(), Findings.strict());
  }

  /** Writes this layer, and no image, into a storage. */
  public Layer in(Storage storage) throws IOException {
    try (BlobWriter blob = storage.write(DigestAlgorithm.SHA256)) {
      LayerSummary summary = LayerWriter.write(layerEntries(), options(), blob);
      blob.commit(summary.digest());
      return Layer.of(
          storage, Descriptor.of(mediaType(), summary.digest(), summary.size()), summary.diffId());
    }
  }

  @Override
  public void addTo(ImageBuilder builder) {
    builder.layerOptions(options()).layer(createdBy, layerEntries());
  }

  private LayerOptions options() {
    return LayerOptions.defaults().withCompression(compression);
  }

  private MediaType mediaType() {
    return switch (compression) {
      case NONE -> MediaType.OCI_LAYER;
      case GZIP -> MediaType.OCI_LAYER_GZIP;
      case ZSTD -> MediaType.OCI_LAYER_ZSTD;
      default -> throw new IllegalStateException("No layer is stored as " + compression);
    };
  }
}
