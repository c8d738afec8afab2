package dev.imbrex.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.LayerSizes;
import dev.imbrex.image.Storage;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.LayerSummary;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.layers.layer.TarEntry;
import dev.imbrex.layers.layer.TarReader;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.config.ImageConfig;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.manifest.document.LayerCompression;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.AmbiguousNameException;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.manifest.internal.json.Json;
import dev.imbrex.manifest.internal.json.JsonLimits;
import dev.imbrex.manifest.internal.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a Docker archive in one pass. Entries come in any order, the manifest last perhaps, so
 * every file is taken for what it looks like: documents are kept in memory, tars go into the
 * storage as layers, and what is neither is passed over. What turns out to be unused is garbage for
 * the next collection.
 */
final class DockerArchiveReader {
  private static final int MAX_DOCUMENT = 8 << 20;
  private static final int MAX_LINKS = 255;

  private final String what;
  private final ImageStore store;
  private final Storage storage;
  private final Compression compression;
  private final Map<TreePath, byte[]> documents = new HashMap<>();
  private final Map<TreePath, LayerSummary> layers = new HashMap<>();
  private final Map<TreePath, TreePath> links = new HashMap<>();

  DockerArchiveReader(String what, ImageStore store) {
    this.what = what;
    this.store = store;
    this.storage = store.storage();
    this.compression = storage.preferredCompression();
  }

  void read(TarReader tar) throws IOException {
    for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
      switch (entry.kind()) {
        case REGULAR -> take(entry, tar.data());
        case SYMLINK ->
            links.put(entry.path(), relative(entry.path().parent(), entry.linkName().toBytes()));
        case HARD_LINK ->
            links.put(entry.path(), TreePath.fromEntryName(entry.linkName().toBytes()));
        default -> {
          // Directories say nothing, and devices have no business here.
        }
      }
    }
  }

  Image image() throws IOException {
    JsonObject entry = onlyEntry();
    byte[] configBytes = documents.get(path(entry.requireString("Config")));
    if (configBytes == null) {
      throw malformed("Config", "the config " + entry.requireString("Config") + " is missing");
    }
    ImageConfig config = ImageConfig.parse(configBytes, "config of " + what);
    List<String> files = entry.findStrings("Layers").orElse(List.of());
    List<DiffId> diffIds = config.diffIds();
    if (files.size() != diffIds.size()) {
      throw malformed(
          "Layers", files.size() + " layers, but the config has " + diffIds.size() + " diffIDs");
    }
    List<Descriptor> descriptors = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      descriptors.add(layer(files.get(i), diffIds.get(i)));
    }
    ImageManifest manifest =
        ImageManifest.of(Descriptor.of(MediaType.OCI_IMAGE_CONFIG, configBytes), descriptors);
    Image image = store.put(manifest, config);
    if (storage.catalog().find(image.digest()).isEmpty()) {
      store.record(image, Optional.empty(), false);
    }
    return image;
  }

  private void take(TarEntry entry, InputStream data) throws IOException {
    BufferedInputStream peekable = new BufferedInputStream(data, 1 << 16);
    peekable.mark(1);
    int first = peekable.read();
    peekable.reset();
    boolean document = first == '{' || first == '[' || first == 'n';
    if (document && entry.size() <= MAX_DOCUMENT) {
      documents.put(entry.path(), peekable.readAllBytes());
      return;
    }
    try (BlobWriter blob = storage.write(DigestAlgorithm.SHA256)) {
      LayerSummary summary = LayerWriter.recompress(peekable, compression, blob);
      blob.commit(summary.digest());
      layers.put(entry.path(), summary);
      storage
          .catalog()
          .recordLayers(
              Map.of(summary.diffId(), new LayerSizes(summary.payloadSize(), summary.tarSize())));
    } catch (MalformedContentException e) {
      // No layer, then. If the manifest takes it for one, that is where it is missed.
      return;
    }
  }

  private JsonObject onlyEntry() throws IOException {
    byte[] manifest = documents.get(path(DockerArchive.MANIFEST));
    if (manifest == null) {
      if (documents.keySet().stream().anyMatch(p -> p.name().toString().equals("repositories"))) {
        throw new UnsupportedContentException(
            what
                + " is a Docker archive from before Docker 1.10, without manifest.json;"
                + " load it into Docker and save it again");
      }
      throw malformed("", "it is no Docker archive: it has no manifest.json");
    }
    List<JsonObject> entries =
        Json.parseObjects(
            manifest,
            "manifest.json of " + what,
            JsonLimits.ofBytes(MAX_DOCUMENT, "manifest.json"));
    if (entries.isEmpty()) {
      throw malformed("manifest.json", "the archive is empty");
    }
    if (entries.size() > 1) {
      List<String> choices = new ArrayList<>();
      for (JsonObject entry : entries) {
        choices.add(entry.findStrings("RepoTags").orElse(List.of()).toString());
      }
      throw new AmbiguousNameException(what + " holds several images", choices);
    }
    return entries.get(0);
  }

  private Descriptor layer(String file, DiffId diffId) throws IOException {
    TreePath path = path(file);
    LayerSummary summary = layers.get(path);
    if (summary == null) {
      throw malformed("Layers", "the layer " + file + " is missing, or no tar");
    }
    if (!summary.diffId().equals(diffId)) {
      throw new DigestMismatchException(
          "Layer " + file + " of " + what, diffId.toString(), summary.diffId().toString());
    }
    MediaType type =
        MediaType.OCI_LAYER
            .findLayerType(LayerCompression.valueOf(summary.compression().name()))
            .orElseThrow();
    return Descriptor.of(type, summary.digest(), summary.size());
  }

  /** The path of what a name in the manifest leads to, links followed (SN-S13). */
  private TreePath path(String name) throws MalformedContentException {
    TreePath path = TreePath.fromEntryName(name.getBytes(UTF_8));
    for (int followed = 0; links.containsKey(path); followed++) {
      if (followed > MAX_LINKS) {
        throw malformed(name, "its links lead in a circle");
      }
      path = links.get(path);
    }
    return path;
  }

  private static TreePath relative(TreePath directory, byte[] target)
      throws MalformedContentException {
    byte[] start = directory.isRoot() ? new byte[0] : directory.toBytes();
    if (target.length > 0 && target[0] == '/') {
      return TreePath.fromEntryName(target);
    }
    byte[] whole = new byte[start.length + 1 + target.length];
    System.arraycopy(start, 0, whole, 0, start.length);
    whole[start.length] = '/';
    System.arraycopy(target, 0, whole, start.length + 1, target.length);
    return TreePath.fromEntryName(whole);
  }

  private MalformedContentException malformed(String where, String problem) {
    return new MalformedContentException(what, where, problem);
  }
}
