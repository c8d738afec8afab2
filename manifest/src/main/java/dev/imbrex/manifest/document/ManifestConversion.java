package dev.imbrex.manifest.document;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.manifest.internal.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns Docker documents into OCI ones and back (SN-M12). Only media types change: config and
 * layers stay byte by byte what they are, so the image keeps its id. Members that are not known
 * here stay too. A document that is already as wanted is returned as it is.
 *
 * <p>An index refers to its manifests by digest, and converting them changes that; so they are
 * converted first, and handed over by their old digests.
 */
public final class ManifestConversion {
  /** What to do with that which the Docker formats have no place for. */
  public enum Losses {
    /** Fail, and say what would be lost. */
    REFUSE,
    /** Leave out annotations, subject, artifactType and embedded data. */
    DROP
  }

  private static final List<String> LOST_OF_MANIFEST =
      List.of(Members.ARTIFACT_TYPE, Members.SUBJECT, Members.ANNOTATIONS);
  private static final List<String> LOST_OF_DESCRIPTOR =
      List.of(Members.ANNOTATIONS, Members.DATA, Members.ARTIFACT_TYPE);

  private final Manifest document;
  private final boolean toDocker;
  private final List<String> lost = new ArrayList<>();

  private ManifestConversion(Manifest document, boolean toDocker) {
    this.document = document;
    this.toDocker = toDocker;
  }

  /**
   * The OCI manifest of the same config and layers. Types that Docker does not define, of
   * artifacts, are kept.
   */
  public static ImageManifest toOci(ImageManifest manifest) {
    try {
      return new ManifestConversion(manifest, false).image(manifest, Losses.DROP);
    } catch (UnsupportedContentException e) {
      throw new IllegalStateException("OCI has a place for everything", e);
    }
  }

  /**
   * The Docker manifest of the same config and layers.
   *
   * @throws UnsupportedContentException if the config is not one of an image, if a layer is of a
   *     type Docker has no word for, such as zstd, or if something would be lost and must not
   */
  public static ImageManifest toDocker(ImageManifest manifest, Losses losses)
      throws UnsupportedContentException {
    return new ManifestConversion(manifest, true).image(manifest, losses);
  }

  /**
   * The OCI index of converted manifests. Entries that are no Docker documents and have no
   * replacement stay as they are.
   *
   * @param converted the OCI documents to refer to, by the digests of the entries they replace
   * @throws IllegalArgumentException if a Docker document has no replacement, or the replacement is
   *     one
   */
  public static IndexManifest toOci(
      IndexManifest index, Map<Digest, ? extends Manifest> converted) {
    try {
      return new ManifestConversion(index, false).index(index, converted, Losses.DROP);
    } catch (UnsupportedContentException e) {
      throw new IllegalStateException("OCI has a place for everything", e);
    }
  }

  /**
   * The Docker manifest list of converted manifests.
   *
   * @param converted the Docker documents to refer to, by the digests of the entries they replace
   * @throws UnsupportedContentException if an entry is neither manifest nor index, or if something
   *     would be lost and must not
   * @throws IllegalArgumentException if an OCI document has no replacement, or the replacement is
   *     one
   */
  public static IndexManifest toDocker(
      IndexManifest index, Map<Digest, ? extends Manifest> converted, Losses losses)
      throws UnsupportedContentException {
    return new ManifestConversion(index, true).index(index, converted, losses);
  }

  private ImageManifest image(ImageManifest manifest, Losses losses)
      throws UnsupportedContentException {
    MediaType mediaType = toDocker ? MediaType.DOCKER_MANIFEST : MediaType.OCI_IMAGE_MANIFEST;
    JsonObject json = outside(mediaType).with(Members.CONFIG, config(manifest.config()).json());
    if (!manifest.layers().isEmpty()) {
      json = json.withObjects(Members.LAYERS, Manifest.jsonOf(layers(manifest.layers())));
    }
    requireAllowed(losses);
    return manifest.with(json, mediaType);
  }

  private IndexManifest index(
      IndexManifest index, Map<Digest, ? extends Manifest> converted, Losses losses)
      throws UnsupportedContentException {
    MediaType mediaType = toDocker ? MediaType.DOCKER_MANIFEST_LIST : MediaType.OCI_IMAGE_INDEX;
    JsonObject json = outside(mediaType);
    if (!index.manifests().isEmpty()) {
      List<Descriptor> entries = entries(index.manifests(), converted);
      json = json.withObjects(Members.MANIFESTS, Manifest.jsonOf(entries));
    }
    requireAllowed(losses);
    return index.with(json, mediaType);
  }

  /** The members around config, layers and entries. */
  private JsonObject outside(MediaType mediaType) {
    JsonObject json = document.json();
    json = document.put(json.with(Members.MEDIA_TYPE, mediaType.toString()), Members.MEDIA_TYPE);
    if (toDocker) {
      noteLoss(!document.annotations().isEmpty(), "/" + Members.ANNOTATIONS);
      noteLoss(document.subject().isPresent(), "/" + Members.SUBJECT);
      noteLoss(document.artifactType().isPresent(), "/" + Members.ARTIFACT_TYPE);
      for (String name : LOST_OF_MANIFEST) {
        json = json.without(name);
      }
    }
    return json;
  }

  private Descriptor config(Descriptor config) throws UnsupportedContentException {
    String where = "/" + Members.CONFIG;
    if (config.mediaType().isImageConfig()) {
      MediaType image = toDocker ? MediaType.DOCKER_IMAGE_CONFIG : MediaType.OCI_IMAGE_CONFIG;
      return slimmed(config.withMediaType(image), where);
    }
    if (toDocker) {
      throw unsupported(where, config);
    }
    return config;
  }

  private List<Descriptor> layers(List<Descriptor> layers) throws UnsupportedContentException {
    List<Descriptor> converted = new ArrayList<>(layers.size());
    for (Descriptor layer : layers) {
      converted.add(layer(layer, "/" + Members.LAYERS + "/" + converted.size()));
    }
    return converted;
  }

  private Descriptor layer(Descriptor layer, String where) throws UnsupportedContentException {
    Optional<MediaType> mediaType =
        LayerType.find(layer.mediaType()).flatMap(type -> type.inFormat(toDocker));
    if (mediaType.isPresent()) {
      return slimmed(layer.withMediaType(mediaType.get()), where);
    }
    if (toDocker) {
      throw unsupported(where, layer);
    }
    return layer;
  }

  private List<Descriptor> entries(
      List<Descriptor> entries, Map<Digest, ? extends Manifest> converted)
      throws UnsupportedContentException {
    List<Descriptor> replaced = new ArrayList<>(entries.size());
    for (Descriptor entry : entries) {
      String where = "/" + Members.MANIFESTS + "/" + replaced.size();
      replaced.add(slimmed(entry(entry, converted, where), where));
    }
    return replaced;
  }

  private Descriptor entry(
      Descriptor entry, Map<Digest, ? extends Manifest> converted, String where)
      throws UnsupportedContentException {
    Manifest replacement = converted.get(entry.digest());
    MediaType mediaType = replacement == null ? entry.mediaType() : replacement.mediaType();
    if (toDocker && !mediaType.isManifest()) {
      throw unsupported(where, entry);
    }
    if (mediaType.isManifest() && mediaType.isDocker() != toDocker) {
      throw new IllegalArgumentException(
          document.what() + ", at " + where + ": no converted document for " + entry);
    }
    return replacement == null
        ? entry
        : entry.withContent(mediaType, replacement.digest(), replacement.size());
  }

  private Descriptor slimmed(Descriptor descriptor, String where) {
    if (!toDocker) {
      return descriptor;
    }
    Descriptor slim = descriptor;
    for (String name : LOST_OF_DESCRIPTOR) {
      noteLoss(slim.says(name), where + "/" + name);
      slim = slim.without(name);
    }
    return slim;
  }

  private void noteLoss(boolean isLost, String where) {
    if (isLost) {
      lost.add(where);
    }
  }

  private void requireAllowed(Losses losses) throws UnsupportedContentException {
    if (losses == Losses.REFUSE && !lost.isEmpty()) {
      throw new UnsupportedContentException(
          document.what()
              + " cannot become a Docker document without losing "
              + String.join(", ", lost.subList(0, Math.min(lost.size(), 10)))
              + (lost.size() > 10 ? " and " + (lost.size() - 10) + " more" : ""));
    }
  }

  private UnsupportedContentException unsupported(String where, Descriptor descriptor) {
    return new UnsupportedContentException(
        document.what()
            + ", at "
            + where
            + ": a Docker document cannot refer to content of type "
            + descriptor.mediaType());
  }
}
