package dev.imbrex.image;

import dev.imbrex.manifest.config.ImageConfig;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.DocumentLimits;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.manifest.document.Manifest;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.document.ParseContext;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** Reads manifests, indexes and configs from a storage and checks that they belong together. */
final class ImageLoader {
  private static final String ROOTFS_TYPE = "/rootfs/type";

  private final Storage storage;
  private final DocumentLimits limits;
  private final LayerViews views;

  /** Reads from a storage; what layers say is remembered in the views, for all its images. */
  ImageLoader(Storage storage, DocumentLimits limits, LayerViews views) {
    this.storage = storage;
    this.limits = limits;
    this.views = views;
  }

  /** Reads an image whose manifest this is; {@code what} names it in messages. */
  Image image(Descriptor descriptor, String what) throws IOException {
    return image(descriptor, manifest(descriptor, what).requireImage(), what);
  }

  /** Reads the config of an image manifest and checks that it fits the layers (LC-D4, SN-S14). */
  Image image(Descriptor descriptor, ImageManifest manifest, String what) throws IOException {
    byte[] bytes = read(manifest.requireImageConfig(), limits.configBytes(), "configBytes", what);
    ImageConfig config = ImageConfig.parse(bytes, "config of " + what, limits.configBytes());
    return image(descriptor, manifest, config, what);
  }

  /** Puts an image together from its documents, after checking that they fit. */
  Image image(Descriptor descriptor, ImageManifest manifest, ImageConfig config, String what)
      throws MalformedContentException {
    int layers = manifest.layers().size();
    int diffIds = config.diffIds().size();
    if (layers != diffIds) {
      throw new MalformedContentException(
          what, "layers", layers + " layers, but the config has " + diffIds + " diffIDs");
    }
    for (ImageConfig.Violation violation : config.violations()) {
      if (violation.where().equals(ROOTFS_TYPE)) {
        throw new MalformedContentException(what, ROOTFS_TYPE, violation.problem());
      }
    }
    return new Image(storage, views, identity(descriptor), manifest, config);
  }

  Manifest manifest(Descriptor descriptor, String what) throws IOException {
    byte[] bytes = read(descriptor, limits.manifestBytes(), "manifestBytes", what);
    return Manifest.parse(
        bytes, ParseContext.of(what).withDescriptor(descriptor).withLimits(limits));
  }

  /**
   * All that is below an index, those of nested indexes in their place (SN-M9). A nested index that
   * is not here counts as empty: indexes may be sparse.
   */
  List<Descriptor> leavesOf(IndexManifest index) throws IOException {
    return index.flattened(
        nested ->
            storage.exists(nested)
                ? manifest(nested, "index " + nested.digest())
                : IndexManifest.of(List.of()),
        limits);
  }

  /** Fails if indexes nest too deeply; the outermost is at depth 0, its images at depth 1. */
  void requireDepth(Descriptor document, int depth) throws LimitExceededException {
    if (depth > limits.indexDepth()) {
      throw new LimitExceededException(
          "content " + document.digest(), "indexDepth", limits.indexDepth());
    }
  }

  /** Reads content whole, after checking its promised size against a limit. */
  byte[] read(Descriptor descriptor, long limit, String limitName, String what) throws IOException {
    if (descriptor.size() > limit) {
      throw new LimitExceededException(
          what + " (" + descriptor.digest() + ", " + descriptor.size() + " bytes)",
          limitName,
          limit);
    }
    try (InputStream in = storage.open(descriptor)) {
      return in.readAllBytes();
    } catch (ContentNotFoundException e) {
      throw new ContentNotFoundException(
          what + ": " + descriptor.mediaType() + " " + descriptor.digest() + " is missing", e);
    }
  }

  /** Reads an index; {@code what} names it in messages. */
  IndexManifest index(Descriptor descriptor, String what) throws IOException {
    return manifest(descriptor, what).requireIndex();
  }

  /** What a blob refers to, if it is a manifest or an index with a subject. */
  Optional<Collector.Referrer> referrer(StoredBlob blob) throws IOException {
    if (blob.size() > limits.manifestBytes()) {
      return Optional.empty();
    }
    Descriptor unknown = Descriptor.of(MediaType.OCTET_STREAM, blob.digest(), blob.size());
    byte[] bytes;
    try (InputStream in = storage.open(unknown)) {
      if (in.read() != '{') {
        return Optional.empty();
      }
    }
    try {
      bytes = read(unknown, limits.manifestBytes(), "manifestBytes", "blob " + blob.digest());
      Manifest manifest =
          Manifest.parse(
              bytes,
              ParseContext.of("blob " + blob.digest())
                  .withDigest(blob.digest())
                  .withLimits(limits));
      return manifest
          .subject()
          .map(subject -> new Collector.Referrer(manifest.descriptor(), subject.digest()));
    } catch (ImageException e) {
      // Nearly every blob is no manifest; a broken one refers to nothing.
      return Optional.empty();
    }
  }

  /** The descriptor without what the place it was found in says about it. */
  static Descriptor identity(Descriptor descriptor) {
    return Descriptor.of(descriptor.mediaType(), descriptor.digest(), descriptor.size());
  }
}
