package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.manifest.error.AmbiguousNameException;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.NoMatchingPlatformException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.platform.Platform;
import dev.imbrex.platform.PlatformMatcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Images of the same thing for several platforms (OCI image-spec 1.1, "Image Index").
 *
 * <p>An index is a value, as an {@link Image} is. It may name images that are not in the storage;
 * they are listed, and fail when they are asked for. Safe for use by many threads. Two indexes are
 * equal if their digests are.
 */
public final class ImageIndex {
  private final Storage storage;
  private final ImageLoader loader;
  private final Descriptor descriptor;
  private final IndexManifest manifest;

  private ImageIndex(
      Storage storage, ImageLoader loader, Descriptor descriptor, IndexManifest manifest) {
    this.storage = storage;
    this.loader = loader;
    this.descriptor = descriptor;
    this.manifest = manifest;
  }

  static ImageIndex load(Storage storage, ImageLoader loader, Descriptor descriptor, String what)
      throws IOException {
    return new ImageIndex(
        storage, loader, ImageLoader.identity(descriptor), loader.index(descriptor, what));
  }

  /** The digest of the index: what a tag stands for and what a registry calls it. */
  public Digest digest() {
    return descriptor.digest();
  }

  /** Media type, digest and size of the index. */
  public Descriptor descriptor() {
    return descriptor;
  }

  /** The index document, with its original bytes. */
  public IndexManifest manifest() {
    return manifest;
  }

  /** The storage this index is read from. */
  public Storage storage() {
    return storage;
  }

  /**
   * One image an index offers.
   *
   * @param manifest descriptor of the image manifest, as the index has it
   * @param platform what it runs on: as the index says, else as its config says (SN-M9); empty if
   *     the index does not say and the image is not in the storage, or is no image that runs
   */
  public record Candidate(Descriptor manifest, Optional<Platform> platform) {}

  /**
   * The images there are to choose from, in order; those of nested indexes stand in their place.
   * Attestations are no candidates (SN-M10).
   */
  public List<Candidate> candidates() throws IOException {
    List<Candidate> candidates = new ArrayList<>();
    for (Descriptor leaf : loader.leavesOf(manifest)) {
      if (leaf.mediaType().isImageManifest() && !IndexManifest.isAttestation(leaf)) {
        candidates.add(new Candidate(leaf, platformOf(leaf)));
      }
    }
    return List.copyOf(candidates);
  }

  /** The platforms there are images for, in order. */
  public List<Platform> platforms() throws IOException {
    return candidates().stream().flatMap(candidate -> candidate.platform().stream()).toList();
  }

  /** The best image for a platform (SN-P11), if there is one. */
  public Optional<Image> find(PlatformMatcher platform) throws IOException {
    Optional<Candidate> best =
        platform.findBest(candidates(), candidate -> candidate.platform().orElse(null));
    return best.isEmpty() ? Optional.empty() : Optional.of(load(best.get().manifest()));
  }

  /**
   * The best image for a platform.
   *
   * @throws NoMatchingPlatformException if there is none for it
   * @throws ContentNotFoundException if there is one, but its content is not in the storage
   */
  public Image require(PlatformMatcher platform) throws IOException {
    Optional<Image> found = find(platform);
    if (found.isEmpty()) {
      throw new NoMatchingPlatformException(
          toString(), platform.toString(), platforms().stream().map(Platform::toString).toList());
    }
    return found.get();
  }

  /** All images of the index that are in the storage, in order. */
  public List<Image> images() throws IOException {
    List<Image> images = new ArrayList<>();
    for (Candidate candidate : candidates()) {
      if (storage.exists(candidate.manifest())) {
        images.add(load(candidate.manifest()));
      }
    }
    return List.copyOf(images);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImageIndex that && digest().equals(that.digest());
  }

  @Override
  public int hashCode() {
    return digest().hashCode();
  }

  /** The digest, for people. */
  @Override
  public String toString() {
    return "index " + digest();
  }

  /** The image, if there is only one to choose from. */
  Image requireOnly(String what) throws IOException {
    List<Candidate> candidates = candidates();
    if (candidates.isEmpty()) {
      throw new UnsupportedContentException(what + " is an index without images");
    }
    if (candidates.size() > 1) {
      throw new AmbiguousNameException(
          what + " is an index of several images; name a platform",
          candidates.stream()
              .map(
                  c ->
                      c.platform().map(Platform::toString).orElse(c.manifest().digest().toString()))
              .toList());
    }
    return load(candidates.get(0).manifest());
  }

  private Image load(Descriptor image) throws IOException {
    return loader.image(image, "image " + image.digest() + " of " + this);
  }

  private Optional<Platform> platformOf(Descriptor image) throws IOException {
    if (image.platform().isPresent()) {
      return image.platform();
    }
    if (!storage.exists(image)) {
      return Optional.empty();
    }
    try {
      return Optional.of(load(image).platform());
    } catch (UnsupportedContentException e) {
      // An artifact beside the images: it runs nowhere.
      return Optional.empty();
    }
  }
}
