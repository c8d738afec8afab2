package dev.imbrex.build;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Layer;
import dev.imbrex.image.Lease;
import dev.imbrex.image.ReadOptions;
import dev.imbrex.image.TransferOptions;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.TimePolicy;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.LayerSquash;
import dev.imbrex.layers.tree.Resolution;
import dev.imbrex.manifest.config.History;
import dev.imbrex.manifest.document.ImageManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Makes one layer of several in an image: the files stay the same, and so does what the config says
 * of running it (LC-E4 to LC-E8).
 *
 * <pre>{@code
 * Image small = ImageSquash.of(image).build();
 * Image flatTop = ImageSquash.of(image).layers(3, image.layers().size()).build();
 * }</pre>
 *
 * <p>The history gets one entry for the new layer in place of those of the old ones. Layers below
 * and above are carried over. The result is no child of the image, but of the ancestor that has
 * exactly the layers below, if there is one: nothing keeps the image from being deleted.
 *
 * <p>What the new layer says is, if possible, true upon any other tree as well ({@link
 * LayerSquash}); if the old layers do not allow that, it is made for the layers below. Its bytes
 * are a function of the layers and the options alone. Belongs to one thread.
 */
public final class ImageSquash {
  private final Image image;
  private ImageStore store;
  private int from;
  private int to;
  private UnaryOperator<LayerOptions> layerOptions =
      options -> options.withTimes(TimePolicy.nanos());
  private ReadOptions readOptions = ReadOptions.defaults();
  private boolean keepEmptyHistory = true;
  private Optional<String> createdBy = Optional.empty();

  private ImageSquash(Image image) {
    this.image = image;
    this.to = image.layers().size();
    this.store = ImageStore.of(image);
  }

  /** Squashes all layers, in the storage of the image, unless told otherwise. */
  public static ImageSquash of(Image image) {
    return new ImageSquash(image);
  }

  /** Writes into this store; an image that comes from another one is brought into it first. */
  public ImageSquash in(ImageStore newStore) {
    store = Objects.requireNonNull(newStore);
    return this;
  }

  /**
   * Squashes some layers.
   *
   * @param first the lowest of them, counted from 0
   * @param end the first above that is not to be squashed
   * @throws IndexOutOfBoundsException if there are no such layers
   */
  public ImageSquash layers(int first, int end) {
    Objects.checkFromToIndex(first, end, image.layers().size());
    from = first;
    to = end;
    return this;
  }

  /**
   * How the layer is compressed, and which times its files get. Unless told, as the storage prefers
   * it, and the times that they have, to the nanosecond.
   */
  public ImageSquash layerOptions(LayerOptions options) {
    Objects.requireNonNull(options);
    layerOptions = any -> options;
    return this;
  }

  /** Changes how the layer is written, and leaves the rest as it is. */
  public ImageSquash layerOptions(UnaryOperator<LayerOptions> change) {
    Objects.requireNonNull(change);
    UnaryOperator<LayerOptions> before = layerOptions;
    layerOptions = options -> change.apply(before.apply(options));
    return this;
  }

  /**
   * How the layers are read and applied: limits, findings, progress, resolution. The progress is
   * also told of layers that are brought into the store, and of the one that is written.
   */
  public ImageSquash readOptions(ReadOptions options) {
    readOptions = Objects.requireNonNull(options);
    return this;
  }

  /** Whether entries among the history that made no layer are kept. They are, unless told. */
  public ImageSquash keepEmptyHistory(boolean keep) {
    keepEmptyHistory = keep;
    return this;
  }

  /** What the history says of the new layer. */
  public ImageSquash createdBy(String text) {
    createdBy = Optional.of(text);
    return this;
  }

  /**
   * Makes the image. It is the image itself if there are not at least two layers to be squashed.
   *
   * @throws dev.imbrex.manifest.error.MalformedContentException if a layer cannot be applied
   * @throws dev.imbrex.manifest.error.DigestMismatchException if a layer is not what it should be;
   *     nothing of it is written then
   */
  @SuppressWarnings("try") // The lease is held, not used.
  public Image build() throws IOException {
    try (Lease lease = store.storage().lease()) {
      TransferOptions bringing = TransferOptions.defaults().withProgress(readOptions.progress());
      Image here = image.storage() == store.storage() ? image : store.add(image, bringing);
      return to - from < 2 ? here : squash(here);
    }
  }

  private Image squash(Image here) throws IOException {
    Layer layer =
        NewLayer.write(
            store.storage(),
            ManifestFormat.of(here.manifest()),
            entries(here),
            layerOptions.apply(NewLayer.optionsFor(store.storage())),
            readOptions.progress());
    StackedLayers all = StackedLayers.of(here.layers(), here.config());
    StackedLayers below = all.below(from);
    StackedLayers squashed =
        new StackedLayers(List.of(layer), history(all.below(to).from(from).history()));
    ImageManifest manifest =
        from == 0 ? RewrittenImage.withoutBase(here.manifest()) : here.manifest();
    return RewrittenImage.write(
        store,
        here,
        here.config(),
        manifest,
        below.with(squashed).with(all.from(to)),
        parent(here, below));
  }

  /** What the new layer says. Where nothing lies below, that is the files there are (LC-E4). */
  private List<LayerEntry> entries(Image here) throws IOException {
    // Once for the findings, each in its layer, and to see that the layers can be applied.
    here.files(to, readOptions);
    ReadOptions quiet = readOptions.withFindings(Findings.tolerant());
    List<List<LayerEntry>> layers = new ArrayList<>();
    for (int i = from; i < to; i++) {
      layers.add(here.entries(i, quiet));
    }
    boolean isBlind = from > 0 && readOptions.resolution() == Resolution.FLAT;
    if (isBlind
        && LayerSquash.of(layers, readOptions.progress()) instanceof LayerSquash.Squashed squashed
        && !squashed.hasLinksToLower()) {
      return squashed.entries();
    }
    return LayerSquash.onto(here.files(from, quiet), layers, quiet.applying());
  }

  private List<History> history(List<History> old) {
    int newest = old.size() - 1;
    while (old.get(newest).isEmptyLayer()) {
      newest--;
    }
    List<History> history = new ArrayList<>();
    for (int i = 0; i < old.size(); i++) {
      if (i == newest) {
        history.add(entry(old.get(i)));
      } else if (old.get(i).isEmptyLayer() && keepEmptyHistory) {
        history.add(old.get(i));
      }
    }
    return history;
  }

  /** The time is that of the newest step, as no clock has a say. */
  private History entry(History newest) {
    History entry =
        History.empty()
            .withCreatedBy(createdBy.orElse("squash " + (to - from) + " layers"))
            .withComment("imbrex");
    return newest.created().isPresent() ? entry.withCreated(newest.created().get()) : entry;
  }

  /** The nearest ancestor that has just what was left below. */
  private Optional<Image> parent(Image here, StackedLayers below) throws IOException {
    if (from == 0) {
      return Optional.empty();
    }
    for (Image ancestor : store.ancestors(here)) {
      if (ancestor.layers().equals(below.layers())) {
        return Optional.of(ancestor);
      }
    }
    return Optional.empty();
  }
}
