package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.DirectoryHandle;
import dev.imbrex.layers.internal.calls.FileCalls;
import dev.imbrex.layers.internal.calls.FileStatus;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.Metadata;
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
 * <p>Sockets are left out with a finding (LC-A56). A provider of calls that sees only part of the
 * extended attributes gives one finding (LC-G4).
 */
public final class DirectoryScanner {
  private final ScannedDirectory source;
  private final ScanOptions options;
  private final Findings findings;
  private final Progress.Task task;
  private final HandleChain handles;
  private final NodeReader reader;
  private final long device;
  private final TreeEditor editor = FileTree.empty().edit();

  /** The first name of each inode that has several. */
  private final Map<Object, TreePath> linked = new HashMap<>();

  private final LinkCopies copies = new LinkCopies();
  private final Deque<TreePath> ahead = new ArrayDeque<>();
  private long count;

  private DirectoryScanner(
      ScannedDirectory source,
      ScanOptions options,
      Findings findings,
      Progress.Task task,
      HandleChain handles)
      throws IOException {
    this.source = source;
    this.options = options;
    this.findings = findings;
    this.task = task;
    this.handles = handles;
    this.reader = new NodeReader(source, options, findings, handles.root().support());
    this.device = handles.root().status().device();
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
        HandleChain handles = new HandleChain(open(source))) {
      return new DirectoryScanner(source, options, findings, task, handles).scan();
    }
  }

  private static DirectoryHandle open(ScannedDirectory source) throws IOException {
    try {
      return source.open(TreePath.root());
    } catch (FileSystemException e) {
      throw failure(source, TreePath.root(), e);
    }
  }

  private FileTree scan() throws IOException {
    reader.reportBlindness(source.calls().name());
    ahead.push(TreePath.root());
    while (!ahead.isEmpty()) {
      enter(ahead.pop());
    }
    copies.linkIn(editor);
    return editor.toTree();
  }

  private void enter(TreePath path) throws IOException {
    DirectoryHandle directory;
    FileStatus status;
    try {
      directory = handles.open(path);
      status = directory.status();
      Node node = new Node.Directory(Metadata.forDirectory());
      editor.put(path, reader.read(path, node, status, directory.attributes()));
    } catch (IOException e) {
      leaveOut(path, e);
      return;
    }
    if (options.oneFileSystem() && status.device() != device) {
      report(Finding.Code.MOUNT_POINT_SKIPPED, path, "what is mounted on " + path);
      return;
    }
    List<TreePath> directories = new ArrayList<>();
    for (ByteString name : sortedNames(path, directory)) {
      takeChild(directory, child(path, name), name, directories);
    }
    Collections.reverse(directories);
    directories.forEach(ahead::push);
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
    count += names.size();
    if (count > options.entries()) {
      throw new LimitExceededException("directory " + source, "entries", options.entries());
    }
    Collections.sort(names);
    return names;
  }

  private TreePath child(TreePath directory, ByteString name) throws ImageException {
    TreePath path;
    try {
      path = directory.child(name);
    } catch (IllegalArgumentException e) {
      throw new UnsupportedContentException(
          "cannot read directory " + source + ": " + e.getMessage(), e);
    }
    if (path.depth() > options.depth()) {
      throw new LimitExceededException(path + " of " + source, "depth", options.depth());
    }
    return path;
  }

  private void takeChild(
      DirectoryHandle directory, TreePath path, ByteString name, List<TreePath> directories)
      throws IOException {
    task.advance(0);
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted while scanning " + source);
    }
    try {
      FileStatus status = directory.status(name);
      if (status.type() == FileStatus.Type.DIRECTORY) {
        directories.add(path);
      } else if (status.type() == FileStatus.Type.OTHER) {
        report(Finding.Code.SOCKET_SKIPPED, path, "a socket, or a file of a foreign kind, ");
      } else if (options.oneFileSystem() && status.device() != device) {
        report(Finding.Code.MOUNT_POINT_SKIPPED, path, "what is mounted on " + path);
      } else {
        takeFile(directory, path, name, status);
      }
    } catch (IOException e) {
      leaveOut(path, e);
    }
  }

  private void takeFile(
      DirectoryHandle directory, TreePath path, ByteString name, FileStatus status)
      throws IOException {
    Object identity = status.links() > 1 ? status.identity() : null;
    TreePath first = identity == null ? null : linked.get(identity);
    if (first != null) {
      editor.link(path, first);
      return;
    }
    Node node = reader.readFile(directory, path, name, status);
    editor.put(path, node);
    if (identity != null) {
      linked.put(identity, path);
    } else {
      copies.add(path, reader.groupOf(path, status));
    }
  }

  /** Reports, or throws, what kept a node from being read. */
  private void leaveOut(TreePath path, IOException e) throws IOException {
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
    findings.report(Finding.Code.UNREADABLE_SKIPPED, -1, path, path + " is left out: " + reason(e));
  }

  private void report(Finding.Code code, TreePath path, String what) throws ImageException {
    findings.report(code, -1, path, what.strip() + " is left out");
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
