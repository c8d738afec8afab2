package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.DirectoryHandle;
import dev.imbrex.layers.internal.calls.FileCalls;
import dev.imbrex.layers.internal.calls.FileStatus;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads a directory as a tree: names as bytes, all attributes that can be seen, and which names are
 * links to one inode (LC-A19). Nothing is followed, and only regular files are ever opened, by
 * whoever reads their content (LC-A59).
 *
 * <p>The directory should be left alone while it is read. The tree holds contents by reference:
 * they are read from the directory when they are asked for, and fail with a {@link
 * FileChangedException} if a file has changed by then (LC-A57). So to compare a directory with what
 * it was, keep the contents somewhere else before changing files in place.
 *
 * <p>A large directory is read on several threads ({@link ScanOptions#withParallelism}); the tree,
 * the findings and the failure are those of one.
 *
 * <p>Sockets are left out with a finding (LC-A56). A provider of calls that sees only part of the
 * extended attributes gives one finding (LC-G4).
 */
public final class DirectoryScanner {
  private final ScannedDirectory source;
  private final ScanOptions options;
  private final Findings findings;
  private final Progress.Task task;
  private final AtomicLong count = new AtomicLong();
  private final TreeEditor editor = FileTree.empty().edit();

  /** The first name of each inode that has several. */
  private final Map<Object, TreePath> linked = new HashMap<>();

  private final LinkCopies copies = new LinkCopies();

  private DirectoryScanner(
      ScannedDirectory source, ScanOptions options, Findings findings, Progress.Task task) {
    this.source = source;
    this.options = options;
    this.findings = findings;
    this.task = task;
  }

  /**
   * Reads a directory in the standard way, and reports what cannot be seen to nobody.
   *
   * @throws IOException as {@link #scan(Path, ScanOptions, Findings, Progress)}
   */
  public static FileTree scan(Path directory) throws IOException {
    return scan(directory, ScanOptions.standard(), Findings.tolerant(), Progress.none());
  }

  /**
   * Reads a directory. Symbolic links in its own path are followed.
   *
   * @param findings takes what is left out or cannot be seen
   * @throws ContentNotFoundException if there is no such directory, or something vanishes
   * @throws IncompleteDirectoryException if an update of the directory was not completed
   * @throws UnsupportedContentException if an owner is not in the id map, or a name or link target
   *     is too long for a tree
   * @throws LimitExceededException if the directory is deeper or larger than the options allow
   * @throws InterruptedIOException if the thread is interrupted
   * @throws IOException if something cannot be read
   */
  public static FileTree scan(
      Path directory, ScanOptions options, Findings findings, Progress progress)
      throws IOException {
    FileCalls calls = options.access().callsFor(directory);
    UpdateMark.requireNone(calls, directory, "scan");
    return scan(calls, directory, options, findings, progress);
  }

  /** Reads a directory whether or not an update of it is under way. */
  static FileTree scan(
      FileCalls calls, Path directory, ScanOptions options, Findings findings, Progress progress)
      throws IOException {
    ScannedDirectory source = new ScannedDirectory(calls, directory.toAbsolutePath());
    try (Progress.Task task = progress.start("Scan " + source, -1);
        DirectoryHandle root = open(source)) {
      return new DirectoryScanner(source, options, findings, task).scan(root);
    }
  }

  private static DirectoryHandle open(ScannedDirectory source) throws IOException {
    try {
      return source.open(TreePath.root());
    } catch (FileSystemException e) {
      throw failure(source, TreePath.root(), e);
    }
  }

  private FileTree scan(DirectoryHandle root) throws IOException {
    NodeReader reader = new NodeReader(source, options, root.support());
    reader.reportBlindness(source.calls().name(), findings);
    long device = root.status().device();
    ScannedFolder all = new ScannedFolder(TreePath.root());
    ScanCrew.read(all, () -> new FolderReader(open(source), reader, device), options.parallelism());
    addAll(all);
    copies.linkIn(editor);
    return editor.toTree();
  }

  /** Makes the tree, in the order in which one thread would have come across everything. */
  private void addAll(ScannedFolder root) throws IOException {
    Deque<ScannedFolder> ahead = new ArrayDeque<>();
    ahead.push(root);
    while (!ahead.isEmpty()) {
      ScannedFolder folder = ahead.pop();
      add(folder);
      for (int i = folder.folders.size() - 1; i >= 0; i--) {
        ahead.push(folder.folders.get(i));
      }
    }
  }

  private void add(ScannedFolder folder) throws IOException {
    Findings found = folder.found();
    if (found != null) {
      findings.reportAll(found);
    }
    if (folder.failure != null) {
      throw folder.failure;
    }
    if (folder.node == null) {
      return;
    }
    editor.putDirectory(folder.path, folder.node.metadata(), folder.names, folder.nodes);
    for (ScannedFolder.Link link : folder.links) {
      TreePath first = linked.putIfAbsent(link.identity(), link.path());
      if (first == null) {
        editor.put(link.path(), link.node());
      } else {
        editor.link(link.path(), first);
      }
    }
    for (ScannedFolder.Copy copy : folder.copies) {
      copies.add(copy.path(), copy.group());
    }
  }

  /** Reads directories one after the other, on one thread. */
  private final class FolderReader implements ScanCrew.Reader {
    private final HandleChain handles;
    private final NodeReader reader;
    private final long device;

    FolderReader(DirectoryHandle root, NodeReader reader, long device) {
      this.handles = new HandleChain(root);
      this.reader = reader;
      this.device = device;
    }

    @Override
    public void read(ScannedFolder folder) throws IOException {
      TreePath path = folder.path;
      DirectoryHandle directory;
      FileStatus status;
      try {
        directory = handles.open(path);
        status = directory.status();
        SortedMap<ByteString, ByteString> xattrs = reader.xattrs(directory, status);
        folder.node = reader.readDirectory(path, status, xattrs, folder);
      } catch (IOException e) {
        leaveOut(folder, path, e);
        return;
      }
      if (options.oneFileSystem() && status.device() != device) {
        report(folder, Finding.Code.MOUNT_POINT_SKIPPED, path, "what is mounted on " + path);
        return;
      }
      List<ByteString> names = sortedNames(path, directory);
      if (!names.isEmpty() && path.depth() >= options.depth()) {
        TreePath below = child(path, names.get(0));
        throw new LimitExceededException(below + " of " + source, "depth", options.depth());
      }
      for (ByteString name : names) {
        takeChild(folder, directory, child(path, name), name);
      }
    }

    private void takeChild(
        ScannedFolder folder, DirectoryHandle directory, TreePath path, ByteString name)
        throws IOException {
      task.advance(0);
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while scanning " + source);
      }
      try {
        FileStatus status = directory.status(name);
        if (status.type() == FileStatus.Type.DIRECTORY) {
          folder.folders.add(new ScannedFolder(path));
        } else if (status.type() == FileStatus.Type.OTHER) {
          String what = "a socket, or a file of a foreign kind, ";
          report(folder, Finding.Code.SOCKET_SKIPPED, path, what);
        } else if (options.oneFileSystem() && status.device() != device) {
          report(folder, Finding.Code.MOUNT_POINT_SKIPPED, path, "what is mounted on " + path);
        } else {
          Node node = reader.readFile(directory, path, name, status, folder);
          add(folder, path, name, node, status);
        }
      } catch (IOException e) {
        leaveOut(folder, path, e);
      }
    }

    private void add(
        ScannedFolder folder, TreePath path, ByteString name, Node node, FileStatus status) {
      if (status.links() > 1 && status.identity() != null) {
        folder.links.add(new ScannedFolder.Link(path, node, status.identity()));
        return;
      }
      folder.names.add(name);
      folder.nodes.add(node);
      long group = reader.groupOf(path, status);
      if (group != 0) {
        folder.copies.add(new ScannedFolder.Copy(path, group));
      }
    }

    @Override
    public void close() throws IOException {
      handles.close();
    }
  }

  /** Lists a directory in full or fails, whatever the options say (LC-A58). */
  private List<ByteString> sortedNames(TreePath path, DirectoryHandle directory)
      throws IOException {
    List<ByteString> names;
    try {
      names = new ArrayList<>(directory.names());
    } catch (FileSystemException e) {
      throw failure(source, path, e);
    }
    if (names.size() > options.directoryEntries()) {
      throw new LimitExceededException(
          "directory " + path + " of " + source, "directoryEntries", options.directoryEntries());
    }
    if (count.addAndGet(names.size()) > options.entries()) {
      throw new LimitExceededException("directory " + source, "entries", options.entries());
    }
    Collections.sort(names);
    return names;
  }

  private TreePath child(TreePath directory, ByteString name) throws ImageException {
    try {
      return directory.child(name);
    } catch (IllegalArgumentException e) {
      throw new UnsupportedContentException(
          "cannot read directory " + source + ": " + e.getMessage(), e);
    }
  }

  /** Reports, or throws, what kept a node from being read. */
  private void leaveOut(ScannedFolder folder, TreePath path, IOException e) throws IOException {
    boolean isFinal =
        e instanceof ImageException
            || e instanceof InterruptedIOException
            || e instanceof ClosedByInterruptException;
    if (isFinal) {
      throw e;
    }
    if (options.unreadable() == ScanOptions.Unreadable.FAIL || path.isRoot()) {
      throw failure(source, path, e);
    }
    String message = path + " is left out: " + reason(e);
    folder.findings().report(Finding.Code.UNREADABLE_SKIPPED, -1, path, message);
  }

  private static void report(ScannedFolder folder, Finding.Code code, TreePath path, String what)
      throws ImageException {
    folder.findings().report(code, -1, path, what.strip() + " is left out");
  }

  private static ImageException failure(ScannedDirectory source, TreePath path, IOException cause) {
    String message = "cannot read " + path + " of " + source + ": " + reason(cause);
    return cause instanceof NoSuchFileException
        ? new ContentNotFoundException(message, cause)
        : new ImageException(message, cause);
  }

  private static String reason(IOException cause) {
    if (cause instanceof NoSuchFileException) {
      return "it is gone";
    }
    String reason = cause instanceof FileSystemException system ? system.getReason() : null;
    return reason == null ? cause.toString() : reason;
  }
}
