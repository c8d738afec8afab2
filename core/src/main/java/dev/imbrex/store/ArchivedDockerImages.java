package dev.imbrex.store;

import dev.imbrex.image.ImageRecord;
import dev.imbrex.image.internal.MemoryCatalog;
import dev.imbrex.layers.compress.DecompressionLimits;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.config.ImageConfig;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.DocumentLimits;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The images of a Docker archive that is no layout. It has configs and layers, but no manifests: an
 * OCI manifest is made for each image, over the config byte by byte, which is its id (SN-S15), and
 * the layers as they are stored. The same archive always gives the same manifests.
 */
final class ArchivedDockerImages {
  private final TarFile archive;
  private final DecompressionLimits limits;
  private final Map<Digest, ArchivedContent> contents = new HashMap<>();
  private final Map<TreePath, ArchivedLayer> layers = new HashMap<>();
  private final Map<Digest, Found> images = new LinkedHashMap<>();

  /** An image, the names it has, and the id of the image it claims to be made from. */
  private record Found(
      ImageManifest manifest, ImageConfig config, Set<String> names, Optional<String> parent) {}

  ArchivedDockerImages(TarFile archive, ArchiveOptions options) {
    this.archive = archive;
    this.limits = options.limits().decompression();
  }

  /** The images as a storage, which closes the archive. */
  ArchiveStorage open() throws IOException {
    DockerManifest document = new DockerManifest(archive);
    for (DockerManifest.Entry entry : document.read()) {
      add(entry, document);
    }
    return new ArchiveStorage(
        archive,
        digest -> Optional.ofNullable(contents.get(digest)),
        new LayoutIndex(index()),
        catalog());
  }

  private void add(DockerManifest.Entry entry, DockerManifest document) throws IOException {
    byte[] bytes = config(entry.config());
    ImageConfig config = ImageConfig.parse(bytes, entry.config() + " of " + archive);
    List<DiffId> diffIds = config.diffIds();
    if (entry.layers().size() != diffIds.size()) {
      throw malformed(
          DockerArchive.MANIFEST,
          entry.layers().size() + " layers, but the config has " + diffIds.size() + " diffIDs");
    }
    List<Descriptor> stack = new ArrayList<>();
    for (int i = 0; i < diffIds.size(); i++) {
      stack.add(layer(entry.layers().get(i), diffIds.get(i), document));
    }
    Descriptor configDescriptor = Descriptor.of(MediaType.OCI_IMAGE_CONFIG, bytes);
    ImageManifest manifest = ImageManifest.of(configDescriptor, stack);
    contents.put(configDescriptor.digest(), new ArchivedBytes(bytes));
    contents.put(manifest.digest(), new ArchivedBytes(manifest.bytes()));
    Found image =
        images.computeIfAbsent(
            manifest.digest(),
            digest -> new Found(manifest, config, new LinkedHashSet<>(), entry.parent()));
    for (String name : entry.names()) {
      // As Docker loads them: a name that comes again moves on.
      images.values().forEach(other -> other.names.remove(name));
      image.names.add(name);
    }
  }

  private byte[] config(String name) throws IOException {
    try {
      return archive.read(name, DocumentLimits.DEFAULT.configBytes());
    } catch (ContentNotFoundException e) {
      throw new MalformedContentException(
          archive.toString(), DockerArchive.MANIFEST, "the config " + name + " is missing", e);
    }
  }

  private Descriptor layer(String name, DiffId diffId, DockerManifest document) throws IOException {
    ArchivedContent file = document.layer(name, diffId);
    TreePath path = archive.resolve(name).orElseThrow();
    ArchivedLayer layer = layers.get(path);
    if (layer == null) {
      layer = ArchivedLayer.of(file, diffId, "Layer " + name + " of " + archive, limits);
      layers.put(path, layer);
      contents.put(layer.descriptor().digest(), layer.content());
    }
    return layer.descriptor();
  }

  private IndexManifest index() {
    List<Descriptor> entries = new ArrayList<>();
    for (Found image : images.values()) {
      Descriptor descriptor = image.manifest.descriptor();
      if (image.names.isEmpty()) {
        entries.add(descriptor);
      }
      image.names.forEach(name -> entries.add(LayoutNames.named(descriptor, name)));
    }
    return IndexManifest.of(entries);
  }

  private MemoryCatalog catalog() {
    MemoryCatalog catalog = new MemoryCatalog();
    for (Found image : images.values()) {
      catalog.record(
          List.of(
              new ImageRecord(
                  image.manifest.descriptor(),
                  image.manifest.config().digest(),
                  parentOf(image).map(parent -> parent.manifest.digest()),
                  false,
                  image.config.created().orElse(Instant.EPOCH))));
    }
    return catalog;
  }

  /** The parent, if it is in the archive and really is one (SN-S20). */
  private Optional<Found> parentOf(Found child) {
    return child.parent.flatMap(
        id ->
            images.values().stream()
                .filter(image -> image.manifest.config().digest().toString().equals(id))
                .filter(image -> DockerParents.fits(image.config, child.config))
                .findFirst());
  }

  private MalformedContentException malformed(String where, String problem) {
    return new MalformedContentException(archive.toString(), where, problem);
  }
}
