package dev.imbrex.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.image.ContentWalk;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.layer.TarWriter;
import dev.imbrex.layers.layer.TimePolicy;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.IndexManifest;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of an archive that is to be written, and their one order: sorted, owned by 0:0, of mode
 * 0644 or 0755, at the epoch (SN-S19).
 */
final class ArchiveTar {
  private final SortedMap<String, FileContent> files = new TreeMap<>();

  /** The path of a blob in a layout. */
  static String pathOf(Digest digest) {
    return "blobs/" + digest.algorithm() + "/" + digest.encoded();
  }

  /** Adds a file; where there is one of this name it stays. */
  void add(String path, FileContent content) {
    files.putIfAbsent(path, content);
  }

  boolean has(String path) {
    return files.containsKey(path);
  }

  void add(String path, byte[] content) {
    add(path, Content.of(content));
  }

  /** Adds all content as an OCI layout, and the index that leads to it. */
  void addLayout(ArchiveContents contents) throws IOException {
    List<Descriptor> entries = new ArrayList<>();
    for (ArchiveContents.Item item : contents.items()) {
      for (Descriptor content : ContentWalk.of(item.storage(), item.root())) {
        add(pathOf(content.digest()), new StoredFile(item.storage(), content));
      }
      Descriptor root = LayoutNames.nameless(item.root());
      if (item.names().isEmpty()) {
        entries.add(root);
      }
      item.names().forEach(name -> entries.add(LayoutNames.named(root, name)));
    }
    add(LayoutMarker.NAME, LayoutMarker.CONTENT);
    add(LayoutIndex.NAME, IndexManifest.of(entries).bytes());
  }

  /** Writes all files, and the directories above them. */
  void write(OutputStream out, Progress progress) throws IOException {
    SortedMap<String, LayerEntry> entries = new TreeMap<>();
    directory(entries, "blobs/sha256/");
    long bytes = 0;
    for (Map.Entry<String, FileContent> file : files.entrySet()) {
      String path = file.getKey();
      directory(entries, path.substring(0, path.lastIndexOf('/') + 1));
      bytes += file.getValue().size();
    }
    try (Progress.Task task = progress.start("Write archive", bytes)) {
      for (Map.Entry<String, FileContent> file : files.entrySet()) {
        FileContent content = new ToldFile(file.getValue(), task);
        entries.put(
            file.getKey(), present(file.getKey(), new Node.RegularFile(metadata(0644), content)));
      }
      TarWriter tar = TarWriter.to(out, TimePolicy.seconds());
      for (LayerEntry entry : entries.values()) {
        tar.add(entry);
      }
      tar.finish();
    }
  }

  private static void directory(SortedMap<String, LayerEntry> entries, String path) {
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      String directory = path.substring(0, slash + 1);
      entries.putIfAbsent(directory, present(directory, new Node.Directory(metadata(0755))));
    }
  }

  private static LayerEntry present(String path, Node node) {
    return new LayerEntry.Present(TreePath.of(path.getBytes(UTF_8)), node);
  }

  private static Metadata metadata(int mode) {
    return Metadata.ofMode(mode);
  }
}
