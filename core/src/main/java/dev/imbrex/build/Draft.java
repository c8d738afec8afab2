package dev.imbrex.build;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Layer;
import dev.imbrex.image.Storage;
import dev.imbrex.image.internal.progress.MeteredInput;
import dev.imbrex.layers.layer.LayerLimits;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.manifest.config.History;
import dev.imbrex.manifest.config.ImageConfig;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.manifest.document.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An image while it is built: what it will say, with its layers in the storage already. Immutable.
 *
 * @param storage where layers go
 * @param format which kind of manifest is written
 * @param config what the config says so far
 * @param layers the layers so far, all in the storage
 * @param parent the image this goes on from, once it is written
 * @param tree the files so far, if a step has needed to know them
 */
record Draft(
    Storage storage,
    ManifestFormat format,
    ImageConfig config,
    List<Layer> layers,
    Optional<Image> parent,
    @Nullable FileTree tree) {
  static Draft scratch(Storage storage, ImageConfig config) {
    return new Draft(
        storage, ManifestFormat.OCI, config, List.of(), Optional.empty(), FileTree.empty());
  }

  static Draft on(Image base) {
    return new Draft(
        base.storage(),
        ManifestFormat.of(base.manifest()),
        base.config(),
        base.layers(),
        Optional.of(base),
        null);
  }

  /** The same, going on from an image that was written from it. */
  Draft onTopOf(Image written) {
    return new Draft(storage, format, config, layers, Optional.of(written), tree);
  }

  /** The same with another config, without a word in the history. */
  Draft withConfig(ImageConfig changed) {
    return new Draft(storage, format, changed, layers, parent, tree);
  }

  /** Changes the config alone: one history entry without a layer (SN-C8). */
  Draft withConfig(ImageConfig changed, History history) {
    return new Draft(
        storage, format, dated(changed.appendEmpty(history), history), layers, parent, tree);
  }

  /** Adds a layer that a store holds, after bringing it into this storage. */
  Draft withLayer(Layer layer, History history, Progress progress) throws IOException {
    if (layer.storage() != storage) {
      if (storage.exists(layer.descriptor())) {
        storage.put(layer.descriptor(), InputStream.nullInputStream());
      } else {
        try (Progress.Task task =
                progress.start("Copy layer " + layer.diffId(), layer.storedSize());
            InputStream in = new MeteredInput(layer.open(), task)) {
          storage.put(layer.descriptor(), in);
        }
      }
    }
    MediaType type = format.layerType(layer.descriptor().mediaType());
    Descriptor descriptor = layer.descriptor().withMediaType(type);
    return append(Layer.of(storage, descriptor, layer.diffId()), history, null);
  }

  /** Writes a layer of what is described, on top of the files so far. */
  Draft withNewLayer(
      ImageBuilder.LayerContent content, LayerOptions options, History history, Progress progress)
      throws IOException {
    FileTree below = files(progress);
    LayerBuilder builder = new LayerBuilder(below);
    content.describe(builder);
    FileTree above = builder.tree();
    List<LayerEntry> entries = TreeDiff.between(below, above);
    Layer layer = NewLayer.write(storage, format, entries, options, progress);
    return append(layer, history, above);
  }

  /** Writes a layer of these entries, and tells how far that is. */
  Draft withEntries(
      List<LayerEntry> entries, LayerOptions options, History history, Progress progress)
      throws IOException {
    Layer layer = NewLayer.write(storage, format, entries, options, progress);
    return append(layer, history, null);
  }

  /** Writes a layer of these entries, and changes the config, as one step. */
  Draft withEntries(
      List<LayerEntry> entries,
      LayerOptions options,
      UnaryOperator<ImageConfig> change,
      History history,
      Progress progress)
      throws IOException {
    Layer layer = NewLayer.write(storage, format, entries, options, progress);
    ImageConfig changed = change.apply(config);
    return new Draft(storage, format, changed, layers, parent, tree).append(layer, history, null);
  }

  /** The files so far. */
  FileTree files() throws IOException {
    return files(Progress.none());
  }

  private FileTree files(Progress progress) throws IOException {
    if (tree != null) {
      return tree;
    }
    boolean asParent = parent.isPresent() && parent.get().layers().equals(layers);
    return asParent ? parent.get().files(progress) : Layer.filesOf(layers, progress);
  }

  /** Writes a tar as a layer, its bytes unchanged but for compression. */
  Draft withTar(Path tar, LayerOptions options, History history, Progress progress)
      throws IOException {
    try (Progress.Task task = progress.start("Read " + tar.getFileName(), Files.size(tar));
        InputStream in = new MeteredInput(Files.newInputStream(tar), task);
        BlobWriter blob = storage.write(DigestAlgorithm.SHA256)) {
      return append(
          NewLayer.commit(
              storage,
              format,
              blob,
              LayerWriter.recompress(
                  in, options.compression(), LayerLimits.defaults(), Findings.tolerant(), blob)),
          history,
          null);
    }
  }

  /** Writes config and manifest, and records the image as a child of its parent. */
  Image write(ImageStore store, Map<String, String> annotations) throws IOException {
    Image image = put(store, annotations);
    store.record(image, parentOf(image), true);
    return image;
  }

  /** Writes config and manifest, and records the image as what a step made of its parent. */
  Image write(ImageStore store, Map<String, String> annotations, Digest step) throws IOException {
    Image image = put(store, annotations);
    store.record(image, parentOf(image), step);
    return image;
  }

  private Optional<Image> parentOf(Image image) {
    return parent.filter(other -> !other.equals(image));
  }

  private Image put(ImageStore store, Map<String, String> annotations) throws IOException {
    Descriptor configDescriptor = Descriptor.of(format.configType(), config.bytes());
    ImageManifest manifest =
        format.manifest(configDescriptor, layers.stream().map(Layer::descriptor).toList());
    return store.put(
        annotations.isEmpty() ? manifest : manifest.withAnnotations(annotations), config);
  }

  private Draft append(Layer layer, History history, @Nullable FileTree above) {
    List<Layer> stack = new ArrayList<>(layers);
    stack.add(layer);
    return new Draft(
        storage,
        format,
        dated(aligned(config).append(layer.diffId(), history), history),
        List.copyOf(stack),
        parent,
        above);
  }

  /**
   * A base may have layers its history says nothing of (SN-C7). Entries without a word stand in for
   * these, or the next entry would be taken for the history of the lowest of them (LC-D6).
   */
  private static ImageConfig aligned(ImageConfig config) {
    int missing = config.layerHistory().layersWithoutStep();
    if (missing == 0) {
      return config;
    }
    List<History> history = new ArrayList<>(config.history());
    history.addAll(Collections.nCopies(missing, History.empty()));
    return config.withHistory(history);
  }

  /** An image was created when its newest step was. */
  private static ImageConfig dated(ImageConfig config, History newest) {
    return newest.created().map(config::withCreated).orElseGet(config::withoutCreated);
  }
}
