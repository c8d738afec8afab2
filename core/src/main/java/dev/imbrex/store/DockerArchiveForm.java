package dev.imbrex.store;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageRecord;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Layer;
import dev.imbrex.image.Storage;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.internal.json.Json;
import dev.imbrex.manifest.internal.json.JsonObject;
import dev.imbrex.manifest.internal.json.JsonStyle;
import dev.imbrex.manifest.reference.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Puts images into an archive as Docker has them: {@code manifest.json}, {@code repositories}, and
 * the configs and layers they name (SN-S13, SN-S17, SN-S18).
 */
final class DockerArchiveForm {
  private final ArchiveContents contents;
  private final boolean isHybrid;
  private final Map<Digest, Saved> images = new LinkedHashMap<>();

  /** An image under its id, with all its names. */
  private record Saved(Image image, Set<Reference> names) {}

  DockerArchiveForm(ArchiveContents contents, SaveOptions.Form form) {
    this.contents = contents;
    this.isHybrid = form == SaveOptions.Form.HYBRID;
  }

  void addTo(ArchiveTar tar) throws IOException {
    for (ArchiveContents.Item item : contents.items()) {
      Image image = ImageStore.on(item.storage()).load(item.root());
      requireLayers(image);
      Saved saved =
          images.computeIfAbsent(image.id(), id -> new Saved(image, new LinkedHashSet<>()));
      item.names().forEach(name -> saved.names.add(Reference.parse(name)));
    }
    if (isHybrid) {
      tar.addLayout(contents);
    }
    List<JsonObject> entries = new ArrayList<>();
    SortedMap<String, SortedMap<String, String>> repositories = new TreeMap<>();
    for (Saved saved : images.values()) {
      List<String> layers = addLayers(saved.image, tar);
      String config = configPath(saved.image.id());
      tar.add(config, Content.of(saved.image.config().bytes()));
      entries.add(entry(saved, config, layers));
      addNames(saved, repositories);
    }
    tar.add(DockerArchive.MANIFEST, Json.print(entries, JsonStyle.DOCKER));
    if (!repositories.isEmpty()) {
      tar.add("repositories", print(repositories));
    }
  }

  private static void requireLayers(Image image) throws IOException {
    for (Layer layer : image.layers()) {
      if (!image.storage().exists(layer.descriptor())) {
        throw new ContentNotFoundException(
            image + " cannot be saved for Docker: " + layer + " is not in " + image.storage());
      }
    }
  }

  private List<String> addLayers(Image image, ArchiveTar tar) throws IOException {
    List<String> paths = new ArrayList<>(image.layers().size());
    for (Layer layer : image.layers()) {
      String path =
          isHybrid
              ? ArchiveTar.pathOf(layer.descriptor().digest())
              : layer.diffId().digest().encoded() + "/layer.tar";
      if (isHybrid) {
        tar.add(path, new StoredFile(image.storage(), layer.descriptor()));
      } else if (!tar.has(path)) {
        tar.add(path, PlainLayerFile.of(layer));
      }
      paths.add(path);
    }
    return paths;
  }

  private String configPath(Digest id) {
    return isHybrid ? ArchiveTar.pathOf(id) : id.encoded() + ".json";
  }

  private JsonObject entry(Saved saved, String config, List<String> layers) throws IOException {
    List<String> names = saved.names.stream().map(Reference::familiar).toList();
    JsonObject entry = JsonObject.empty().with("Config", config);
    entry = names.isEmpty() ? entry.withNull("RepoTags") : entry.withStrings("RepoTags", names);
    entry = entry.withStrings("Layers", layers);
    Optional<Digest> parent = parentOf(saved.image);
    if (parent.isPresent()) {
      entry = entry.with("Parent", parent.get().toString());
    }
    JsonObject foreign = foreignSources(saved.image);
    return foreign.names().isEmpty() ? entry : entry.with("LayerSources", foreign);
  }

  /** Where layers can be had that are not to be distributed; the engine pushes them no further. */
  private static JsonObject foreignSources(Image image) throws IOException {
    JsonObject sources = JsonObject.empty();
    for (Layer layer : image.layers()) {
      Descriptor descriptor = layer.descriptor();
      if (descriptor.mediaType().isNondistributable()) {
        sources =
            sources.with(
                layer.diffId().toString(),
                JsonObject.empty()
                    .with("mediaType", descriptor.mediaType().toString())
                    .with("size", descriptor.size())
                    .with("digest", descriptor.digest().toString())
                    .withStrings("urls", descriptor.urls()));
      }
    }
    return sources;
  }

  /** The id of the parent, if it is in the archive, and Docker will agree (SN-S20). */
  private Optional<Digest> parentOf(Image image) throws IOException {
    Storage storage = image.storage();
    Optional<Digest> parent = storage.catalog().find(image.digest()).flatMap(ImageRecord::parent);
    if (parent.isEmpty()) {
      return Optional.empty();
    }
    return images.values().stream()
        .map(Saved::image)
        .filter(candidate -> candidate.digest().equals(parent.get()))
        .filter(candidate -> DockerParents.fits(candidate.config(), image.config()))
        .map(Image::id)
        .findFirst();
  }

  private void addNames(Saved saved, SortedMap<String, SortedMap<String, String>> repositories) {
    List<Layer> layers = saved.image.layers();
    if (layers.isEmpty()) {
      return;
    }
    Layer top = layers.get(layers.size() - 1);
    Digest id = isHybrid ? top.descriptor().digest() : top.diffId().digest();
    for (Reference name : saved.names) {
      repositories
          .computeIfAbsent(name.repository().familiar(), repository -> new TreeMap<>())
          .put(name.tag().orElseThrow(), id.encoded());
    }
  }

  private static byte[] print(SortedMap<String, SortedMap<String, String>> repositories) {
    JsonObject json = JsonObject.empty();
    for (Map.Entry<String, SortedMap<String, String>> repository : repositories.entrySet()) {
      json = json.withStringMap(repository.getKey(), repository.getValue());
    }
    return json.print(JsonStyle.DOCKER);
  }
}
