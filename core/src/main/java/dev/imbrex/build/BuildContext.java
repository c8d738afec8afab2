package dev.imbrex.build;

import dev.imbrex.dockerfile.Dockerfile;
import dev.imbrex.dockerfile.GlobPattern;
import dev.imbrex.dockerfile.IgnorePatterns;
import dev.imbrex.layers.layer.TarTree;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ContentNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The files a build may copy: a directory of any file system, a tar, or a tree.
 *
 * <p>A directory is read when a build wants it, without what its {@code .dockerignore} leaves out;
 * contents are read when they are hashed and written. It should be left alone meanwhile. Immutable;
 * safe for use by many threads.
 */
public final class BuildContext {
  private static final String IGNORE_FILE = ".dockerignore";
  private static final int MAX_SIZE = 1 << 24;

  /** Gives the files, those left out missing or not. */
  private interface Source {
    FileTree read(IgnorePatterns ignore) throws IOException;
  }

  private final Source source;
  private final String shown;

  private BuildContext(Source source, String shown) {
    this.source = source;
    this.shown = shown;
  }

  /** No files. */
  public static BuildContext empty() {
    return of(FileTree.empty());
  }

  /** The files of a tree. */
  public static BuildContext of(FileTree files) {
    Objects.requireNonNull(files);
    return new BuildContext(ignore -> files, "the build context");
  }

  /** The files of a directory of any file system. */
  public static BuildContext directory(Path directory) {
    Objects.requireNonNull(directory);
    return new BuildContext(ignore -> read(directory, ignore), directory.toString());
  }

  /** The files of a tar, plain or compressed, which must stay as it is during the build. */
  public static BuildContext tar(Path tar) {
    Objects.requireNonNull(tar);
    return new BuildContext(ignore -> TarTree.read(tar), tar.toString());
  }

  /**
   * The Dockerfile at a path in the context.
   *
   * @throws ContentNotFoundException if there is none
   * @throws dev.imbrex.dockerfile.DockerfileException if it breaks a rule
   */
  public Dockerfile dockerfile(String path) throws IOException {
    byte[] bytes =
        read(path)
            .orElseThrow(
                () -> new ContentNotFoundException("There is no " + path + " in " + shown));
    return Dockerfile.parse(path, bytes);
  }

  /**
   * What is left out for a Dockerfile: what a file beside it says that has its name and {@code
   * .dockerignore} behind, else the {@code .dockerignore} of the context (SN-B22).
   *
   * @param dockerfile the path of the Dockerfile in the context
   * @throws IllegalArgumentException if it holds a malformed pattern
   */
  public IgnorePatterns ignorePatterns(String dockerfile) throws IOException {
    Optional<byte[]> own = read(dockerfile + IGNORE_FILE);
    Optional<byte[]> lines = own.isPresent() ? own : read(IGNORE_FILE);
    return lines.map(IgnorePatterns::parse).orElse(IgnorePatterns.none());
  }

  /** The files without those left out. */
  FileTree files(IgnorePatterns ignore) throws IOException {
    FileTree all = source.read(ignore);
    return ignore.isEmpty() ? all : prune(all, ignore);
  }

  private Optional<byte[]> read(String path) throws IOException {
    TreePath wanted = TreePath.of(path);
    // Only this file is wanted; one that is a link may lead anywhere.
    IgnorePatterns others =
        GlobPattern.hasWildcards(path)
            ? IgnorePatterns.none()
            : IgnorePatterns.of(List.of("**", "!" + path));
    FileTree tree = source.read(others);
    boolean isLink = tree.find(wanted).filter(n -> n.kind() == Node.Kind.SYMLINK).isPresent();
    FileTree files = isLink ? source.read(IgnorePatterns.none()) : tree;
    Optional<TreePath> place = files.follow(wanted);
    return place.isPresent() && !files.find(place.get()).orElseThrow().isDirectory()
        ? Optional.of(files.read(place.get(), MAX_SIZE))
        : Optional.empty();
  }

  private static FileTree read(Path directory, IgnorePatterns ignore) throws IOException {
    TreeEditor editor = FileTree.empty().edit();
    CopyOptions options =
        ignore.isEmpty()
            ? CopyOptions.DEFAULT
            : CopyOptions.DEFAULT.withFilter(path -> isWanted(directory, path, ignore));
    // Sockets, pipes and devices are no part of a context.
    new DiskCopy(editor, options, true).copy(directory, TreePath.root());
    return editor.toTree();
  }

  private static boolean isWanted(Path directory, Path path, IgnorePatterns ignore) {
    if (path.equals(directory)) {
      return true;
    }
    String name = directory.relativize(path).toString();
    String relative = name.replace(path.getFileSystem().getSeparator(), "/");
    if (ignore.excludes(relative)) {
      return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) && ignore.mayIncludeBelow(relative);
    }
    return true;
  }

  /** Takes away what is left out; a directory stays for what in it is taken back in. */
  private static FileTree prune(FileTree all, IgnorePatterns ignore) {
    TreeEditor editor = all.edit();
    Pruning pruning = new Pruning(ignore);
    all.walk().forEach(entry -> pruning.see(entry.path()));
    pruning.removed().forEach(editor::remove);
    return editor.toTree();
  }

  @Override
  public String toString() {
    return shown;
  }
}
