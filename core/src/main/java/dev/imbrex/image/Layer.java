package dev.imbrex.image;

import dev.imbrex.image.internal.progress.Asking;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.document.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;

/**
 * A layer of an image: the difference to the layers below it, as a tar, stored plain or compressed
 * (OCI image-spec 1.1, "Image Layer Filesystem Changeset").
 *
 * <p>Immutable and safe for use by many threads. Two layers are equal if their diffIDs and stored
 * digests are, wherever they are kept. The content is read from the storage the layer was found in;
 * closing that storage ends that.
 */
public final class Layer {
  private final Storage storage;
  private final Descriptor descriptor;
  private final DiffId diffId;

  private Layer(Storage storage, Descriptor descriptor, DiffId diffId) {
    this.storage = storage;
    this.descriptor = descriptor;
    this.diffId = diffId;
  }

  /**
   * A layer whose content a storage holds. Nothing is read.
   *
   * @param descriptor media type, digest and size of the layer as stored
   * @param diffId the digest of its uncompressed tar
   */
  public static Layer of(Storage storage, Descriptor descriptor, DiffId diffId) {
    return new Layer(
        Objects.requireNonNull(storage),
        Objects.requireNonNull(descriptor),
        Objects.requireNonNull(diffId));
  }

  /** Media type, digest and size of the layer as stored. */
  public Descriptor descriptor() {
    return descriptor;
  }

  /** The digest of the uncompressed tar. */
  public DiffId diffId() {
    return diffId;
  }

  /** The size as stored, in bytes; compressed, if the media type says so. */
  public long storedSize() {
    return descriptor.size();
  }

  /**
   * Opens the layer as stored. The caller closes the stream.
   *
   * @return a stream that fails at its end if digest or size do not fit
   */
  public InputStream open() throws IOException {
    return storage.open(descriptor);
  }

  /** The storage the content is read from. */
  public Storage storage() {
    return storage;
  }

  /**
   * Reads the layer, and checks what its bytes promise: stored size and digest, and the diffID of
   * the tar inside.
   *
   * @throws dev.imbrex.manifest.error.DigestMismatchException if something does not fit
   * @throws dev.imbrex.manifest.error.MalformedContentException if it is no tar
   */
  public void verify() throws IOException {
    verify(Progress.none());
  }

  /** Reads and checks the layer, as {@link #verify()}, and tells how far that is. */
  public void verify(Progress progress) throws IOException {
    Asking.during(progress, asked -> LayerIndex.measure(this, asked));
  }

  /**
   * The files that layers make, applied from the lowest up (LC-E1). The layers are read, and
   * verified; contents of files are read from them again when they are asked for.
   *
   * @throws dev.imbrex.manifest.error.MalformedContentException if one of them cannot be applied
   */
  public static FileTree filesOf(List<Layer> layers) throws IOException {
    return filesOf(layers, Progress.none());
  }

  /** The files that layers make, as {@link #filesOf(List)}, while telling how far each is read. */
  public static FileTree filesOf(List<Layer> layers, Progress progress) throws IOException {
    return new LayerViews(0).files(layers, progress);
  }

  /** Whether the tar is stored as it is, so that places in it are places in what is stored. */
  boolean isPlain() {
    return descriptor.digest().equals(diffId.digest());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Layer that
        && diffId.equals(that.diffId)
        && descriptor.digest().equals(that.descriptor.digest());
  }

  @Override
  public int hashCode() {
    return Objects.hash(diffId, descriptor.digest());
  }

  @Override
  public String toString() {
    return "layer " + diffId + " stored as " + descriptor.digest();
  }
}
