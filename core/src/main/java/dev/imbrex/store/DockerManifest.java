package dev.imbrex.store;

import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.manifest.internal.json.Json;
import dev.imbrex.manifest.internal.json.JsonLimits;
import dev.imbrex.manifest.internal.json.JsonObject;
import dev.imbrex.manifest.reference.InvalidReferenceException;
import dev.imbrex.manifest.reference.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code manifest.json} of a Docker archive (SN-S13 to SN-S16). */
final class DockerManifest {
  /** What archives from before Docker 1.10 have instead. */
  static final String RETIRED = "repositories";

  private static final int MAX_BYTES = 64 << 20;

  private final TarFile archive;
  private final Map<TreePath, DiffId> diffIds = new HashMap<>();

  /**
   * One image.
   *
   * @param config the name of the config's file
   * @param names full references with tags
   * @param layers the names of the layers' files, lowest first
   * @param parent the id of the image it was made from, as the archive has it
   */
  record Entry(String config, List<String> names, List<String> layers, Optional<String> parent) {}

  DockerManifest(TarFile archive) {
    this.archive = archive;
  }

  /**
   * Reads it.
   *
   * @throws UnsupportedContentException if the archive is older than Docker 1.10
   */
  List<Entry> read() throws IOException {
    if (!archive.has(DockerArchive.MANIFEST)) {
      if (archive.has(RETIRED)) {
        throw new UnsupportedContentException(
            archive
                + " is a Docker archive from before Docker 1.10, without manifest.json;"
                + " load it into Docker and save it again");
      }
      throw malformed("", "it is no Docker archive: it has no manifest.json");
    }
    List<Entry> entries = new ArrayList<>();
    for (JsonObject json :
        Json.parseObjects(
            archive.read(DockerArchive.MANIFEST, MAX_BYTES),
            DockerArchive.MANIFEST + " of " + archive,
            JsonLimits.ofBytes(MAX_BYTES, DockerArchive.MANIFEST))) {
      entries.add(
          new Entry(
              json.requireString("Config"),
              names(json.findStrings("RepoTags").orElse(List.of())),
              json.findStrings("Layers").orElse(List.of()),
              json.findString("Parent").filter(parent -> !parent.isEmpty())));
    }
    return entries;
  }

  /**
   * The file of a layer.
   *
   * @param name its name in {@code manifest.json}
   * @param diffId what the config says it is; the same file cannot be two layers
   */
  ArchivedContent layer(String name, DiffId diffId) throws IOException {
    Optional<TreePath> file = archive.resolve(name);
    if (file.isEmpty()) {
      throw malformed(name, "the file of a layer is missing");
    }
    DiffId other = diffIds.putIfAbsent(file.get(), diffId);
    if (other != null && !other.equals(diffId)) {
      throw malformed(name, "it cannot be both layer " + other + " and layer " + diffId);
    }
    return archive.find(name).orElseThrow();
  }

  private List<String> names(List<String> repoTags) throws MalformedContentException {
    List<String> names = new ArrayList<>(repoTags.size());
    for (String text : repoTags) {
      try {
        Reference reference = Reference.parse(text);
        if (reference.tag().isEmpty() || reference.digest().isPresent()) {
          throw malformed(
              DockerArchive.MANIFEST, "RepoTags has \"" + text + "\", which is no name with a tag");
        }
        names.add(reference.toString());
      } catch (InvalidReferenceException e) {
        throw new MalformedContentException(
            archive.toString(), DockerArchive.MANIFEST, "RepoTags: " + e.getMessage(), e);
      }
    }
    return names;
  }

  private MalformedContentException malformed(String where, String problem) {
    return new MalformedContentException(archive.toString(), where, problem);
  }
}
