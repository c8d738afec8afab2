package dev.imbrex.build.run;

import dev.imbrex.build.RunMountPoint;
import dev.imbrex.dockerfile.RunMount;
import dev.imbrex.layers.disk.DirectoryWriter;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ContentNotFoundException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Puts on the disk what a command has mounted, in a directory of its own or a cache. */
final class MountSources implements Closeable {
  private final Path directory;
  private final Caches caches;
  private final ExtractOptions writing;
  private final List<Closeable> taken = new ArrayList<>();
  private int count;

  MountSources(Path directory, Caches caches, ExtractOptions writing) {
    this.directory = directory;
    this.caches = caches;
    this.writing = writing;
  }

  /** A source, and whether it is a directory. */
  record Source(Optional<Path> path, boolean isDirectory) {}

  /** What a mount shows; nothing if it is a variable, or there is nothing to show. */
  Optional<Source> of(RunMountPoint mount) throws IOException {
    if (mount.target().isEmpty()) {
      return Optional.empty();
    }
    return switch (mount.kind()) {
      case TMPFS -> Optional.of(new Source(Optional.empty(), true));
      case BIND -> Optional.of(files(mount));
      case CACHE -> Optional.of(cache(mount));
      case SECRET ->
          mount.secret().isEmpty()
              ? Optional.empty()
              : Optional.of(secret(mount, mount.secret().get()));
      case SSH -> mount.agent().map(agent -> new Source(Optional.of(agent), false));
    };
  }

  /** A file with this text. */
  Source file(String text) throws IOException {
    return file(Content.text(text), Metadata.forFile());
  }

  private Source file(FileContent content, Metadata metadata) throws IOException {
    TreePath path = TreePath.of("file");
    Path place = next();
    DirectoryWriter.write(
        FileTree.empty().edit().put(path, new Node.RegularFile(metadata, content)).toTree(),
        place,
        writing);
    return new Source(Optional.of(place.resolve("file")), false);
  }

  private Source secret(RunMountPoint mount, FileContent secret) throws IOException {
    return file(secret, Metadata.ofMode(mount.mode()).withOwner(mount.uid(), mount.gid()));
  }

  private Source files(RunMountPoint mount) throws IOException {
    FileTree tree = mount.files().orElse(FileTree.empty());
    TreePath source = require(tree, mount.source());
    Path place = next();
    DirectoryWriter.write(tree, place, writing);
    return new Source(
        Optional.of(place.resolve(source.toString().substring(1))),
        tree.find(source).orElseThrow().isDirectory());
  }

  private static TreePath require(FileTree tree, TreePath path) throws IOException {
    return tree.follow(path)
        .orElseThrow(() -> new ContentNotFoundException("There is no " + path + " to mount"));
  }

  private Source cache(RunMountPoint mount) throws IOException {
    Caches.Use use = caches.take(mount.id(), mount.sharing());
    taken.add(use);
    if (!Files.exists(use.directory())) {
      Metadata metadata = Metadata.ofMode(mount.mode()).withOwner(mount.uid(), mount.gid());
      FileTree start =
          subtree(mount).edit().put(TreePath.root(), new Node.Directory(metadata)).toTree();
      try {
        DirectoryWriter.write(start, use.directory(), writing);
      } catch (FileAlreadyExistsException e) {
        // Another command that shares it was faster.
      }
    }
    return new Source(Optional.of(use.directory()), true);
  }

  /** The files a cache begins with. */
  private static FileTree subtree(RunMountPoint mount) throws IOException {
    FileTree tree = mount.files().orElse(FileTree.empty());
    TreePath from = require(tree, mount.source());
    if (from.isRoot()) {
      return tree;
    }
    var editor = FileTree.empty().edit();
    int depth = from.toBytes().length + 1;
    try (var entries = tree.walk(from)) {
      for (FileTree.Entry entry : entries.toList()) {
        byte[] path = entry.path().toBytes();
        if (path.length > depth) {
          editor.put(TreePath.of(Arrays.copyOfRange(path, depth, path.length)), entry.node());
        }
      }
    }
    return editor.toTree();
  }

  private Path next() {
    return directory.resolve("m" + count++);
  }

  /** Whether the mount is one of the kinds that give a variable. */
  static boolean isVariable(RunMountPoint mount) {
    return mount.kind() == RunMount.Kind.SECRET && mount.variable().isPresent();
  }

  @Override
  public void close() throws IOException {
    for (Closeable use : taken) {
      use.close();
    }
    taken.clear();
  }
}
