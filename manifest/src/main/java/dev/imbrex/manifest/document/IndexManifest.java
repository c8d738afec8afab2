package dev.imbrex.manifest.document;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.internal.json.JsonObject;
import dev.imbrex.platform.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * An index: manifests, usually one for each platform (OCI image-spec 1.1, "Image Index"; Docker
 * "Manifest List"). Entries may be of any media type, also unknown ones, and may be indexes again
 * (SN-M9).
 */
public final class IndexManifest extends Manifest {
  private static final String ATTESTATION_MARK = "vnd.docker.reference.type";

  private final List<Descriptor> manifests;

  /** Where the documents that an index refers to come from. */
  @FunctionalInterface
  public interface ManifestSource {
    /**
     * The document of a descriptor, verified by it.
     *
     * @throws IOException if it cannot be had
     */
    Manifest open(Descriptor descriptor) throws IOException;
  }

  IndexManifest(Source source) throws MalformedContentException {
    super(source);
    this.manifests =
        ImageManifest.descriptors(source.json.findObjects(Members.MANIFESTS).orElse(List.of()));
  }

  /** A new OCI index of these entries. */
  public static IndexManifest of(List<Descriptor> manifests) {
    return of(MediaType.OCI_IMAGE_INDEX, manifests);
  }

  /** A new Docker manifest list of these entries, whose media types are taken as they are. */
  public static IndexManifest ofDocker(List<Descriptor> manifests) {
    return of(MediaType.DOCKER_MANIFEST_LIST, manifests);
  }

  /**
   * Whether an entry is an attestation about another entry: a document that is copied with the
   * index and cannot be run (SN-M10).
   */
  public static boolean isAttestation(Descriptor entry) {
    return entry.annotations().containsKey(ATTESTATION_MARK)
        && entry.platform().filter(IndexManifest::isUnknown).isPresent();
  }

  /** The entries, in their order. */
  public List<Descriptor> manifests() {
    return manifests;
  }

  /**
   * The entries in their order, with the entries of an index in the place of that index, to any
   * depth the limits allow. Each nested index is opened once, where it first appears.
   *
   * @param source where nested indexes come from; entries of other types are not opened
   * @throws LimitExceededException if indexes nest deeper than {@link DocumentLimits#indexDepth},
   *     or have more entries together than {@link DocumentLimits#manifestEntries}
   * @throws IOException if the source fails
   */
  public List<Descriptor> flattened(ManifestSource source, DocumentLimits limits)
      throws IOException {
    return new IndexWalk(source, limits).leavesOf(this);
  }

  @Override
  public Optional<MediaType> effectiveArtifactType() {
    return artifactType();
  }

  @Override
  public List<Descriptor> references() {
    return manifests;
  }

  /** An index with these entries. */
  public IndexManifest withManifests(List<Descriptor> newManifests) {
    return newManifests.isEmpty() && manifests.isEmpty()
        ? this
        : with(json().withObjects(Members.MANIFESTS, jsonOf(newManifests)));
  }

  /** An index with one entry more, at the end. */
  public IndexManifest append(Descriptor entry) {
    List<Descriptor> entries = new ArrayList<>(manifests);
    entries.add(entry);
    return withManifests(entries);
  }

  /**
   * An index with another entry in one place.
   *
   * @param position the place, from 0
   * @throws IndexOutOfBoundsException if there is no such place
   */
  public IndexManifest replace(int position, Descriptor entry) {
    List<Descriptor> entries = new ArrayList<>(manifests);
    entries.set(position, entry);
    return withManifests(entries);
  }

  /** An index without the entries that fit. */
  public IndexManifest removeIf(Predicate<Descriptor> unwanted) {
    return withManifests(manifests.stream().filter(unwanted.negate()).toList());
  }

  /** An index without the entries of this digest. */
  public IndexManifest remove(Digest digest) {
    return removeIf(entry -> entry.digest().equals(digest));
  }

  @Override
  public IndexManifest withAnnotations(Map<String, String> newAnnotations) {
    return with(annotated(newAnnotations));
  }

  @Override
  public IndexManifest withAnnotation(String key, String value) {
    return withAnnotations(Descriptor.withEntry(annotations(), key, value));
  }

  @Override
  public IndexManifest withoutAnnotation(String key) {
    return withAnnotations(Descriptor.withoutEntry(annotations(), key));
  }

  @Override
  public IndexManifest withSubject(Descriptor newSubject) {
    return with(about(newSubject));
  }

  @Override
  public IndexManifest withoutSubject() {
    return with(json().without(Members.SUBJECT));
  }

  @Override
  public IndexManifest withArtifactType(MediaType newArtifactType) {
    return with(ofArtifactType(newArtifactType));
  }

  @Override
  public IndexManifest withoutArtifactType() {
    return with(json().without(Members.ARTIFACT_TYPE));
  }

  IndexManifest with(JsonObject edited) {
    return with(edited, mediaType());
  }

  IndexManifest with(JsonObject edited, MediaType newMediaType) {
    return isUnchangedBy(edited, newMediaType) ? this : rebuilt(edited(edited, newMediaType));
  }

  private static boolean isUnknown(Platform platform) {
    return platform.os().equals("unknown") && platform.architecture().equals("unknown");
  }

  private static IndexManifest of(MediaType mediaType, List<Descriptor> manifests) {
    JsonObject json = newJson(mediaType).withObjects(Members.MANIFESTS, jsonOf(manifests));
    return rebuilt(created(json, mediaType));
  }

  private static IndexManifest rebuilt(Source source) {
    try {
      return new IndexManifest(source);
    } catch (MalformedContentException e) {
      throw new IllegalStateException("What was put in was checked", e);
    }
  }
}
