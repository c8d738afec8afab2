package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.DirectoryHandle;
import dev.imbrex.layers.internal.calls.FileStatus;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes what a tree has into a directory, in this order: directories, without attributes; files;
 * what else there is; further names of inodes; attributes of directories, the deepest first.
 */
final class TreeWriter {
  private final FileTree tree;
  private final TargetNames names;
  private final NodeWriter nodes;
  private final HandleChain handles;
  private final Losses losses;
  private final EarlyFiles early;
  private final PendingContents contents = new PendingContents();
  private final List<FileTree.Entry> directories = new ArrayList<>();
  private final List<FileTree.Entry> symlinks = new ArrayList<>();
  private final List<TreePath> links = new ArrayList<>();

  /** The names that inodes have on the disk already, by first name, where it is another. */
  private final Map<TreePath, TreePath> present = new HashMap<>();

  /** The numbers of the link groups that the disk has copies of, by first name. */
  private final Map<TreePath, Long> groups = new HashMap<>();

  private long files;
  private long others;
  private long bytes;

  /**
   * Prepares to write a tree.
   *
   * @param early the files of it that are there, and nothing else
   */
  TreeWriter(
      FileTree tree,
      TargetNames names,
      NodeWriter nodes,
      HandleChain handles,
      Losses losses,
      EarlyFiles early) {
    this.tree = tree;
    this.names = names;
    this.nodes = nodes;
    this.handles = handles;
    this.losses = losses;
    this.early = early;
  }

  /**
   * Writes it.
   *
   * @param entries all that the tree has, in order
   * @param calls how the report calls the provider of calls
   */
  ExtractionReport write(List<FileTree.Entry> entries, FileTarget target, String calls)
      throws IOException {
    for (FileTree.Entry entry : entries) {
      take(entry);
    }
    early.report(losses);
    contents.writeTo(target);
    target.finish();
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

  private void take(FileTree.Entry entry) throws IOException {
    requireUninterrupted();
    TreePath path = entry.path();
    Node node = entry.node();
    if (node.isDirectory()) {
      if (!early.hasDirectory(path)) {
        holder(path).createDirectory(name(path));
      }
      directories.add(entry);
      return;
    }
    List<TreePath> inodeNames = tree.linksOf(entry);
    TreePath first = inodeNames.get(0);
    if (!first.equals(path)) {
      addLink(path, first);
    } else if (node instanceof Node.RegularFile file) {
      takeFile(path, file, inodeNames);
    } else if (node instanceof Node.Symlink) {
      symlinks.add(entry);
    } else {
      writeSpecial(entry);
    }
  }

  private void takeFile(TreePath path, Node.RegularFile file, List<TreePath> inodeNames) {
    files++;
    bytes += file.content().size();
    EarlyFile there = early.find(inodeNames);
    if (there == null) {
      contents.add(path, file);
    } else if (!there.path().equals(path)) {
      present.put(path, there.path());
      links.add(path);
    }
  }

  private void addLink(TreePath path, TreePath first) {
    TreePath there = present.get(first);
    if (there == null || !there.equals(path)) {
      links.add(path);
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
    TreePath named = tree.linksOf(path).get(0);
    TreePath first = present.getOrDefault(named, named);
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
      bytes += file.content().size();
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
    return handles.openHolder(names.onDisk(path));
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
