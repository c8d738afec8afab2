package dev.imbrex.layers.disk;

import static java.util.Objects.requireNonNull;

import dev.imbrex.layers.internal.calls.DirectoryHandle;
import dev.imbrex.layers.internal.calls.FileCalls;
import dev.imbrex.layers.internal.calls.FileStatus;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a tree to a directory: every name of it, every file once.
 *
 * <p>A tree holds what layers come to, so nothing of a layer is looked up on the disk: a name of
 * the tree is one component, made in a directory that this made before, and what exists is never
 * written to or followed (LC-C1 to LC-C5). All is written to a directory beside the target that
 * only the caller can enter, which becomes the target when it is complete, and is removed if
 * anything fails or the thread is interrupted (LC-B78).
 *
 * <p>What the disk cannot hold is reported as a finding and, if the options say so, recorded.
 */
public final class DirectoryWriter {
  private final FileTree tree;
  private final TargetNames names;
  private final NodeWriter nodes;
  private final HandleChain handles;
  private final Losses losses;
  private final FileCrew.Writers writers;
  private final int parallelism;
  private final PendingContents contents = new PendingContents();
  private final List<FileTree.Entry> directories = new ArrayList<>();
  private final List<FileTree.Entry> symlinks = new ArrayList<>();
  private final List<TreePath> links = new ArrayList<>();

  /** The numbers of the link groups that the disk has copies of, by first name. */
  private final Map<TreePath, Long> groups = new HashMap<>();

  private long files;
  private long others;

  private DirectoryWriter(
      FileTree tree,
      TargetNames names,
      NodeWriter nodes,
      HandleChain handles,
      Losses losses,
      FileCrew.Writers writers,
      int parallelism) {
    this.tree = tree;
    this.names = names;
    this.nodes = nodes;
    this.handles = handles;
    this.losses = losses;
    this.writers = writers;
    this.parallelism = parallelism;
  }

  /**
   * Writes a tree, and reports what is not kept to nobody.
   *
   * @throws IOException as {@link #write(FileTree, Path, ExtractOptions, Findings, Progress)}
   */
  public static ExtractionReport write(FileTree tree, Path target, ExtractOptions options)
      throws IOException {
    return write(tree, target, options, Findings.tolerant(), Progress.none());
  }

  /**
   * Writes a tree.
   *
   * @param target the directory; it must not exist, or be empty, and its parent must exist
   * @param findings takes what is not kept, or refuses it
   * @param progress is told of the bytes of content
   * @throws dev.imbrex.manifest.error.UnsupportedContentException if the disk cannot hold a name,
   *     or takes two names for one, or an owner is not in the id map; nothing is written then
   * @throws java.nio.file.FileAlreadyExistsException if there is something at the target
   * @throws InterruptedIOException if the thread is interrupted
   * @throws IOException if a content cannot be read, or the disk fails
   */
  public static ExtractionReport write(
      FileTree tree, Path target, ExtractOptions options, Findings findings, Progress progress)
      throws IOException {
    requireNonNull(tree);
    Path place = target.toAbsolutePath().normalize();
    FileCalls calls = options.access().callsFor(place);
    try (Staging staging = Staging.beside(calls, place);
        Progress.Task task = progress.start("Write " + place, tree.size())) {
      Sidecar sidecar = new Sidecar();
      boolean isRecorded = options.overrideRecords().isPresent();
      Losses losses = new Losses(findings, isRecorded ? sidecar : null, options.overrideXattrs());
      ExtractionReport report = write(tree, calls, staging, options, losses, task);
      if (isRecorded) {
        sidecar.write(options.overrideRecords().get());
      }
      staging.publish();
      return report;
    }
  }

  /**
   * Removes the private directories beside a target in which it was being written by processes that
   * were killed. Nobody may be writing it meanwhile: nothing tells their directories apart.
   *
   * @return how many there were
   * @throws IOException if one cannot be removed, or there is no parent directory
   */
  public static int discard(Path target, DiskAccess access) throws IOException {
    Path place = target.toAbsolutePath().normalize();
    return Staging.removeLeft(access.callsFor(place), place);
  }

  private static ExtractionReport write(
      FileTree tree,
      FileCalls calls,
      Staging staging,
      ExtractOptions options,
      Losses losses,
      Progress.Task task)
      throws IOException {
    try (HandleChain handles = new HandleChain(staging.open())) {
      DirectoryHandle root = handles.root();
      TargetNames names = TargetNames.probe(root, options);
      names.check(tree);
      checkOwners(tree, options);
      FileStatus self = root.status();
      NodeWriter nodes = new NodeWriter(options, root.support(), losses, task, self);
      FileCrew.Writers writers =
          () -> {
            DeferredLosses deferred = new DeferredLosses(losses);
            return new FileWriter(
                root,
                names,
                new NodeWriter(options, root.support(), deferred, task, self),
                deferred);
          };
      return new DirectoryWriter(
              tree, names, nodes, handles, losses, writers, options.parallelism())
          .write(calls.name());
    }
  }

  private static void checkOwners(FileTree tree, ExtractOptions options) throws IOException {
    if (options.idMap().equals(IdMap.identity())) {
      return;
    }
    for (FileTree.Entry entry : (Iterable<FileTree.Entry>) tree.walk()::iterator) {
      options.idMap().toHost(entry.path(), entry.node().metadata());
    }
  }

  private ExtractionReport write(String calls) throws IOException {
    for (FileTree.Entry entry : (Iterable<FileTree.Entry>) tree.walk()::iterator) {
      take(entry);
    }
    long bytes = parallelism == 1 ? writeContents() : writeContentsInParallel();
    // A link of Windows is made for a file or a directory, which is there by now (LC-B76).
    for (FileTree.Entry entry : symlinks) {
      writeSpecial(entry);
    }
    for (TreePath link : links) {
      writeLink(link);
    }
    for (int i = directories.size() - 1; i >= 0; i--) {
      FileTree.Entry directory = directories.get(i);
      nodes.finishDirectory(
          handles.open(names.onDisk(directory.path())), directory.path(), directory.node());
    }
    return new ExtractionReport(calls, directories.size() - 1L, files, links.size(), others, bytes);
  }

  private long writeContents() throws IOException {
    contents.writeTo(
        (waiting, data) ->
            nodes.writeFile(
                holder(waiting.path()),
                name(waiting.path()),
                waiting.path(),
                waiting.file(),
                data));
    return nodes.bytes();
  }

  private long writeContentsInParallel() throws IOException {
    try (FileCrew crew = new FileCrew(writers, parallelism, losses)) {
      contents.writeTo(crew);
      crew.finish();
      return crew.bytes();
    }
  }

  private void take(FileTree.Entry entry) throws IOException {
    requireUninterrupted();
    TreePath path = entry.path();
    Node node = entry.node();
    if (node.isDirectory()) {
      if (!path.isRoot()) {
        holder(path).createDirectory(name(path));
      }
      directories.add(entry);
    } else if (!tree.linksOf(path).get(0).equals(path)) {
      links.add(path);
    } else if (node instanceof Node.RegularFile file) {
      contents.add(path, file);
      files++;
    } else if (node instanceof Node.Symlink) {
      symlinks.add(entry);
    } else {
      writeSpecial(entry);
    }
  }

  private void writeSpecial(FileTree.Entry entry) throws IOException {
    TreePath path = entry.path();
    if (nodes.writeSpecial(holder(path), name(path), path, entry.node())) {
      others++;
    }
  }

  private void writeLink(TreePath path) throws IOException {
    requireUninterrupted();
    TreePath first = tree.linksOf(path).get(0);
    try (DirectoryHandle existing = handles.openApart(names.onDisk(first.parent()))) {
      holder(path).createLink(name(path), existing, name(first));
      losses.keepForLink(first, path);
    } catch (UnsupportedOperationException | FileSystemException e) {
      copyLink(path, first, e);
    }
  }

  /** Where the disk takes no link, a copy serves (LC-B57). */
  private void copyLink(TreePath path, TreePath first, Exception cause) throws IOException {
    Node node = tree.find(path).orElseThrow();
    losses.reportOnce(
        Finding.Code.LINK_COPIED, path, "a copy of " + first + " is written: " + cause);
    if (node instanceof Node.RegularFile file) {
      try (InputStream data = file.content().open()) {
        nodes.writeFile(holder(path), name(path), path, file, data);
      }
    } else {
      nodes.writeSpecial(holder(path), name(path), path, node);
    }
    long group = groups.computeIfAbsent(first, name -> groups.size() + 1L);
    keepGroup(first, group);
    keepGroup(path, group);
  }

  private void keepGroup(TreePath path, long group) throws IOException {
    if (losses.isRecorded()) {
      DirectoryHandle holder = holder(path);
      FileStatus status = holder.status(name(path));
      boolean isSymlink = status.type() == FileStatus.Type.SYMLINK;
      losses.keepGroup(
          path,
          OverrideRecord.of(status, isSymlink ? holder.readSymlink(name(path)) : null),
          group);
    }
  }

  private DirectoryHandle holder(TreePath path) throws IOException {
    return handles.open(names.onDisk(path.parent()));
  }

  private ByteString name(TreePath path) {
    return names.onDisk(path.name());
  }

  private static void requireUninterrupted() throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("Interrupted while a tree was written");
    }
  }
}
