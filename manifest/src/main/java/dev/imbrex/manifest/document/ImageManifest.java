package dev.imbrex.manifest.document;

import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.manifest.internal.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The manifest of one image, or of an artifact: a config and layers (OCI image-spec 1.1, "Image
 * Manifest"; Docker "Image Manifest Version 2, Schema 2").
 */
public final class ImageManifest extends Manifest {
  private final Descriptor config;
  private final List<Descriptor> layers;

  ImageManifest(Source source) throws MalformedContentException {
    super(source);
    JsonObject json = source.json;
    this.config = Descriptor.from(json.requireObject(Members.CONFIG));
    this.layers = descriptors(json.findObjects(Members.LAYERS).orElse(List.of()));
  }

  /**
   * A new OCI manifest.
   *
   * @param layers the layers, lowest first; one may be there more than once
   */
  public static ImageManifest of(Descriptor config, List<Descriptor> layers) {
    return of(MediaType.OCI_IMAGE_MANIFEST, config, layers);
  }

  /**
   * A new Docker manifest of schema 2. The media types of config and layers are taken as they are;
   * {@link ManifestConversion} changes those of an OCI manifest.
   *
   * @param layers the layers, lowest first
   */
  public static ImageManifest ofDocker(Descriptor config, List<Descriptor> layers) {
    return of(MediaType.DOCKER_MANIFEST, config, layers);
  }

  /** The config; for an artifact it may be anything. */
  public Descriptor config() {
    return config;
  }

  /** The layers, lowest first, in the order and number the manifest has them (SN-M7). */
  public List<Descriptor> layers() {
    return layers;
  }

  /** Whether the config is one of an image; else it is opaque bytes (SN-M8). */
  public boolean hasImageConfig() {
    return config.mediaType().isImageConfig();
  }

  /**
   * The config, if it is one of an image, which has a platform, a history and diffIDs.
   *
   * @throws UnsupportedContentException if it is of another type
   */
  public Descriptor requireImageConfig() throws UnsupportedContentException {
    if (!hasImageConfig()) {
      throw new UnsupportedContentException(
          what()
              + " is no image: its config is of type "
              + config.mediaType()
              + ", which has no platform, no history and no diffIDs");
    }
    return config;
  }

  @Override
  public Optional<MediaType> effectiveArtifactType() {
    return artifactType().or(() -> Optional.of(config.mediaType()));
  }

  @Override
  public List<Descriptor> references() {
    List<Descriptor> references = new ArrayList<>(layers.size() + 1);
    references.add(config);
    references.addAll(layers);
    return Collections.unmodifiableList(references);
  }

  /** A manifest with another config. */
  public ImageManifest withConfig(Descriptor newConfig) {
    return with(json().with(Members.CONFIG, newConfig.json()));
  }

  /**
   * A manifest with other layers, lowest first, such as the same ones in another compression
   * (SN-M13). The config stays; if the diffIDs changed, it is not right any more.
   */
  public ImageManifest withLayers(List<Descriptor> newLayers) {
    return newLayers.isEmpty() && layers.isEmpty()
        ? this
        : with(put(json().withObjects(Members.LAYERS, jsonOf(newLayers)), Members.LAYERS));
  }

  @Override
  public ImageManifest withAnnotations(Map<String, String> newAnnotations) {
    return with(annotated(newAnnotations));
  }

  @Override
  public ImageManifest withAnnotation(String key, String value) {
    return withAnnotations(Descriptor.withEntry(annotations(), key, value));
  }

  @Override
  public ImageManifest withoutAnnotation(String key) {
    return withAnnotations(Descriptor.withoutEntry(annotations(), key));
  }

  @Override
  public ImageManifest withSubject(Descriptor newSubject) {
    return with(about(newSubject));
  }

  @Override
  public ImageManifest withoutSubject() {
    return with(json().without(Members.SUBJECT));
  }

  @Override
  public ImageManifest withArtifactType(MediaType newArtifactType) {
    return with(ofArtifactType(newArtifactType));
  }

  @Override
  public ImageManifest withoutArtifactType() {
    return with(json().without(Members.ARTIFACT_TYPE));
  }

  ImageManifest with(JsonObject edited) {
    return with(edited, mediaType());
  }

  ImageManifest with(JsonObject edited, MediaType newMediaType) {
    return isUnchangedBy(edited, newMediaType) ? this : rebuilt(edited(edited, newMediaType));
  }

  static List<Descriptor> descriptors(List<JsonObject> objects) throws MalformedContentException {
    List<Descriptor> descriptors = new ArrayList<>(objects.size());
    for (JsonObject object : objects) {
      descriptors.add(Descriptor.from(object));
    }
    return Collections.unmodifiableList(descriptors);
  }

  private static ImageManifest of(MediaType mediaType, Descriptor config, List<Descriptor> layers) {
    JsonObject json =
        newJson(mediaType)
            .with(Members.CONFIG, config.json())
            .withObjects(Members.LAYERS, jsonOf(layers));
    return rebuilt(created(json, mediaType));
  }

  private static ImageManifest rebuilt(Source source) {
    try {
      return new ImageManifest(source);
    } catch (MalformedContentException e) {
      throw new IllegalStateException("What was put in was checked", e);
    }
  }
}
