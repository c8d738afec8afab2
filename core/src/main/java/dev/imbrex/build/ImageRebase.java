package dev.imbrex.build;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Layer;
import dev.imbrex.image.Lease;
import dev.imbrex.image.ReadOptions;
import dev.imbrex.image.TransferOptions;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.manifest.config.History;
import dev.imbrex.manifest.config.ImageConfig;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Puts what an image has above its base upon another base: the layers as they are, with their
 * history (LC-E10). No layer is read for it.
 *
 * <pre>{@code
 * ImageRebase rebase = ImageRebase.of(app, oldBase, newBase);
 * if (rebase.hazards().isEmpty()) {
 *   store.tag("app:1", rebase.build());
 * }
 * }</pre>
 *
 * <p>The config stays as it was, settings that once came from the old base included; the platform
 * is that of the new base. The result is a child of the new base. A layer made upon one base need
 * not mean the same upon another: {@link #hazards} tells where it may not. Belongs to one thread.
 */
public final class ImageRebase {
  private final Image image;
  private final Image oldBase;
  private final Image newBase;
  private ImageStore store;
  private ReadOptions readOptions = ReadOptions.defaults();

  private ImageRebase(Image image, Image oldBase, Image newBase) {
    this.image = Objects.requireNonNull(image);
    this.oldBase = Objects.requireNonNull(oldBase);
    this.newBase = Objects.requireNonNull(newBase);
    this.store = ImageStore.of(image);
  }

  /**
   * Rebases an image, in its storage unless told otherwise.
   *
   * @param oldBase the image it lies upon now; its layers, by diffID, are the lowest of the image
   */
  public static ImageRebase of(Image image, Image oldBase, Image newBase) {
    return new ImageRebase(image, oldBase, newBase);
  }

  /** Writes into this store; images that come from another one are brought into it first. */
  public ImageRebase in(ImageStore newStore) {
    store = Objects.requireNonNull(newStore);
    return this;
  }

  /**
   * How layers are read to find hazards: limits, findings, progress. What is irregular in the image
   * or the new base is reported to the findings, or refused by them, beside the hazards. The
   * progress is also told of layers that are brought into the store.
   */
  public ImageRebase readOptions(ReadOptions options) {
    readOptions = Objects.requireNonNull(options);
    return this;
  }

  /**
   * What may mean another thing upon the new base (LC-E11). Reads all layers of the images.
   *
   * @throws UnsupportedContentException if the image cannot be rebased
   * @throws dev.imbrex.manifest.error.MalformedContentException if a layer of the image or the new
   *     base cannot be applied, or there is a finding and findings are strict
   */
  public List<RebaseHazard> hazards() throws IOException {
    check();
    List<RebaseHazard> hazards = new ArrayList<>();
    if (!startsWith(stackOf(image).history(), stackOf(oldBase).history())) {
      hazards.add(
          new RebaseHazard(
              RebaseHazard.Code.HISTORY_DIFFERS,
              -1,
              Optional.empty(),
              "the history of the image does not begin with that of the old base"));
    }
    // Once for the findings, each in its layer: some are of the same sort as hazards.
    image.files(readOptions);
    newBase.files(readOptions);
    ReadOptions quiet = readOptions.withFindings(Findings.tolerant());
    int height = oldBase.layers().size();
    int moved = newBase.layers().size() - height;
    RebaseCheck check =
        new RebaseCheck(image.files(height, quiet), newBase.files(quiet), quiet.applying());
    int next = height;
    boolean goesOn = true;
    while (goesOn && next < image.layers().size()) {
      goesOn = check.add(next + moved, image.entries(next, quiet));
      next++;
    }
    hazards.addAll(check.hazards());
    return List.copyOf(hazards);
  }

  /**
   * Makes the image. Hazards do not keep it from being made.
   *
   * @throws UnsupportedContentException if the layers of the old base are not the lowest of the
   *     image, or the new base is for another operating system or architecture
   */
  @SuppressWarnings("try") // The lease is held, not used.
  public Image build() throws IOException {
    check();
    try (Lease lease = store.storage().lease()) {
      Image here = here(image);
      Image base = here(newBase);
      StackedLayers all = stackOf(here);
      int height = oldBase.layers().size();
      StackedLayers upper =
          new StackedLayers(
              all.layers().subList(height, all.layers().size()),
              all.history().subList(cut(all, height), all.history().size()));
      StackedLayers stack = new StackedLayers(converted(base), stackOf(base).history()).with(upper);
      ImageConfig config = here.config().withPlatform(base.platform());
      return RewrittenImage.write(
          store, here, config, annotated(here.manifest(), base), stack, Optional.of(base));
    }
  }

  private Image here(Image other) throws IOException {
    return other.storage() == store.storage()
        ? other
        : store.add(other, TransferOptions.defaults().withProgress(readOptions.progress()));
  }

  private static StackedLayers stackOf(Image image) {
    return StackedLayers.of(image.layers(), image.config());
  }

  private void check() throws UnsupportedContentException {
    List<DiffId> lowest = diffIds(oldBase);
    if (!startsWith(diffIds(image), lowest)) {
      throw new UnsupportedContentException(
          "Cannot rebase "
              + image
              + ": the layers of "
              + oldBase
              + " are not its lowest "
              + lowest.size());
    }
    boolean agree =
        image.platform().os().equals(newBase.platform().os())
            && image.platform().architecture().equals(newBase.platform().architecture());
    if (!agree) {
      throw new UnsupportedContentException(
          "Cannot rebase " + image + " onto " + newBase + ", which is for another platform");
    }
  }

  /** Where the history of the upper layers starts: behind that of the old base, if it is there. */
  private int cut(StackedLayers all, int height) {
    List<History> base = stackOf(oldBase).history();
    return startsWith(all.history(), base) ? base.size() : all.historyUpTo(height);
  }

  /** The layers of the base, with types of the image's own format. */
  private List<Layer> converted(Image base) throws UnsupportedContentException {
    ManifestFormat format = ManifestFormat.of(image.manifest());
    List<Layer> layers = new ArrayList<>();
    for (Layer layer : base.layers()) {
      Descriptor descriptor = layer.descriptor();
      layers.add(
          Layer.of(
              store.storage(),
              descriptor.withMediaType(format.layerType(descriptor.mediaType())),
              layer.diffId()));
    }
    return layers;
  }

  /** What the image said of its base is brought up to date; the new one's name nobody knows. */
  private static ImageManifest annotated(ImageManifest manifest, Image base) {
    ImageManifest without = RewrittenImage.withoutBase(manifest);
    return manifest.annotations().containsKey(RewrittenImage.BASE_DIGEST)
        ? without.withAnnotation(RewrittenImage.BASE_DIGEST, base.digest().toString())
        : without;
  }

  private static List<DiffId> diffIds(Image image) {
    return image.config().diffIds();
  }

  private static boolean startsWith(List<?> list, List<?> beginning) {
    return beginning.size() <= list.size() && list.subList(0, beginning.size()).equals(beginning);
  }
}
