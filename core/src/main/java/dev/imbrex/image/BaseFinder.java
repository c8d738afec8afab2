package dev.imbrex.image;

import dev.imbrex.image.BaseImage.Evidence;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.InvalidDigestException;
import dev.imbrex.manifest.document.Descriptor;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the image another one was built on (SN-H4). */
final class BaseFinder {
  private static final String NAME = "org.opencontainers.image.base.name";
  private static final String DIGEST = "org.opencontainers.image.base.digest";

  private final ImageStore store;
  private final ImageLoader loader;

  BaseFinder(ImageStore store, ImageLoader loader) {
    this.store = store;
    this.loader = loader;
  }

  Optional<BaseImage> find(Image image) throws IOException {
    StoreSnapshot snapshot = store.snapshot();
    Optional<BaseImage> linked = byLinks(image, snapshot);
    if (linked.isPresent()) {
      return linked;
    }
    Optional<BaseImage> annotated = byAnnotations(image);
    if (annotated.isPresent()) {
      return annotated;
    }
    return byLayers(image, snapshot);
  }

  /** The nearest ancestor that is more than a step: it has a name, or came from elsewhere. */
  private Optional<BaseImage> byLinks(Image image, StoreSnapshot snapshot) throws IOException {
    for (Image ancestor : store.ancestors(image)) {
      Optional<StoreSnapshot.Known> known = snapshot.find(ancestor.digest());
      boolean step =
          known.isPresent()
              && !known.get().isEntry()
              && known.get().record().map(ImageRecord::builtLocally).orElse(false);
      if (!step) {
        return Optional.of(
            found(
                ancestor,
                known.flatMap(k -> k.names().stream().findFirst()),
                Evidence.PARENT_LINK));
      }
    }
    return Optional.empty();
  }

  private Optional<BaseImage> byAnnotations(Image image) throws IOException {
    Optional<BaseImage> annotated = stated(image.manifest().annotations());
    return annotated.isPresent() ? annotated : stated(image.config().container().labels());
  }

  private Optional<BaseImage> stated(Map<String, String> annotations) throws IOException {
    @Nullable String name = annotations.get(NAME);
    Optional<Digest> digest = parse(annotations.get(DIGEST));
    if (name == null && digest.isEmpty()) {
      return Optional.empty();
    }
    Optional<Descriptor> here =
        digest.isPresent() ? store.findDescriptor(digest.get().toString()) : Optional.empty();
    Optional<Image> image =
        here.isPresent() && here.get().mediaType().isImageManifest()
            ? Optional.of(store.load(here.get()))
            : Optional.empty();
    return Optional.of(
        new BaseImage(image, Optional.ofNullable(name), digest, Evidence.ANNOTATION));
  }

  private Optional<BaseImage> byLayers(Image image, StoreSnapshot snapshot) throws IOException {
    Optional<StoreSnapshot.Known> base = LayerPrefixes.of(snapshot, loader).findBase(image);
    if (base.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        found(
            store.load(base.get().descriptor()),
            base.get().names().stream().findFirst(),
            Evidence.LAYERS));
  }

  private static BaseImage found(Image base, Optional<String> name, Evidence evidence) {
    return new BaseImage(Optional.of(base), name, Optional.of(base.digest()), evidence);
  }

  /** What an annotation says is only a claim: a digest that is none counts as absent. */
  private static Optional<Digest> parse(@Nullable String digest) {
    if (digest == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Digest.parse(digest));
    } catch (InvalidDigestException e) {
      return Optional.empty();
    }
  }
}
