package dev.imbrex.build;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Layer;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.LayerSummary;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.LayerCompression;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.platform.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers as nobody builds them, from a short notation, each item being a path as an archive has it:
 *
 * <pre>
 * d/        directory, 0755
 * d/f       file of which the content is its name; d/f:text has that text
 * l->t      symbolic link
 * x=d/f     hard link
 * .wh.x     whiteout, as in an archive
 * </pre>
 */
public final class HandMade {
  private HandMade() {}

  /** An image for linux/amd64 of these layers, lowest first. */
  @SafeVarargs
  public static Image image(ImageStore store, List<String>... layers) throws IOException {
    ImageBuilder builder = ImageBuilder.scratch(store, Platform.of("linux", "amd64"));
    for (int i = 0; i < layers.length; i++) {
      builder.layer("layer " + i, layer(store, layers[i].toArray(String[]::new)));
    }
    return builder.build();
  }

  /** A layer of these entries, in this order. */
  public static Layer layer(ImageStore store, String... items) throws IOException {
    List<LayerEntry> entries = new ArrayList<>();
    for (String item : items) {
      entries.add(entry(item));
    }
    return layer(store, entries);
  }

  /** A layer of these entries, in this order. */
  public static Layer layer(ImageStore store, List<LayerEntry> entries) throws IOException {
    try (BlobWriter blob = store.storage().write(DigestAlgorithm.SHA256)) {
      LayerSummary summary = LayerWriter.write(entries, LayerOptions.defaults(), blob);
      blob.commit(summary.digest());
      MediaType type = MediaType.OCI_LAYER.findLayerType(LayerCompression.GZIP).orElseThrow();
      Descriptor descriptor = Descriptor.of(type, summary.digest(), summary.size());
      return Layer.of(store.storage(), descriptor, summary.diffId());
    }
  }

  private static LayerEntry entry(String item) throws IOException {
    int arrow = item.indexOf("->");
    int equals = item.indexOf('=');
    int colon = item.indexOf(':');
    if (arrow >= 0) {
      ByteString target = ByteString.of(item.substring(arrow + 2));
      return LayerEntry.of(
          path(item.substring(0, arrow)), new Node.Symlink(Metadata.forFile(), target));
    }
    if (equals >= 0) {
      return LayerEntry.link(
          path(item.substring(0, equals)), path(item.substring(equals + 1)), Metadata.forFile());
    }
    if (item.endsWith("/")) {
      return LayerEntry.of(path(item), new Node.Directory(Metadata.forDirectory()));
    }
    String name = colon >= 0 ? item.substring(0, colon) : item;
    String text = colon >= 0 ? item.substring(colon + 1) : name;
    return LayerEntry.of(path(name), new Node.RegularFile(Metadata.forFile(), Content.text(text)));
  }

  private static TreePath path(String name) throws IOException {
    return TreePath.fromEntryName(name.getBytes(StandardCharsets.UTF_8));
  }
}
