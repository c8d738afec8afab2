package dev.imbrex.layers.disk;

import static java.util.Objects.requireNonNull;

import dev.imbrex.layers.internal.calls.DirectoryHandle;
import dev.imbrex.layers.internal.calls.FileCalls;
import dev.imbrex.layers.internal.calls.FileStatus;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A directory that begins to be written while its tree is still being found out. Whoever reads
 * layers for what they say has the bytes of all files at hand, and need not read them again later:
 *
 * <pre>{@code
 * try (DirectoryDraft draft = DirectoryDraft.begin(target, options, findings, progress, -1)) {
 *   draft.offer(path, file, data); // for each file that comes by
 *   draft.write(tree);
 * }
 * }</pre>
 *
 * <p>An offer is a guess and never more: what comes of it all is the tree that {@link #write} is
 * given, whatever was offered before. Files that the tree has where they were offered are left
 * there, others are removed, and what is missing is read from its content. So {@link
 * DirectoryWriter}, which writes the same without offers, is the measure of this.
 *
 * <p>All happens in a directory beside the target that only the caller can enter, which becomes the
 * target at the end of {@link #write}; closing it before removes it (LC-B78). For one thread.
 */
public final class DirectoryDraft implements Closeable {
  private final ExtractOptions options;
  private final FileCalls calls;
  private final Staging staging;
  private final Progress.Task task;
  private final Sidecar sidecar = new Sidecar();
  private final Losses losses;
  private final HandleChain handles;
  private final TargetNames names;
  private final FileStatus self;
  private final EarlyFiles early;
  private @Nullable FileTarget target;

  private DirectoryDraft(
      ExtractOptions options,
      FileCalls calls,
      Staging staging,
      HandleChain handles,
      Findings findings,
      Progress.Task task)
      throws IOException {
    this.options = options;
    this.calls = calls;
    this.staging = staging;
    this.handles = handles;
    this.task = task;
    boolean isRecorded = options.overrideRecords().isPresent();
    losses = new Losses(findings, isRecorded ? sidecar : null, options.overrideXattrs());
    names = TargetNames.probe(handles.root(), options);
    self = handles.root().status();
    early = new EarlyFiles(handles);
  }

  /**
   * Makes the directory in which all is written.
   *
   * @param target the directory; it must not exist, or be empty, and its parent must exist
   * @param findings takes what is not kept, or refuses it
   * @param progress is told of the bytes of content
   * @param bytes how many bytes of content there are; -1 if that is not known yet
   * @throws java.nio.file.FileAlreadyExistsException if there is something at the target
   * @throws IOException if the disk fails
   */
  public static DirectoryDraft begin(
      Path target, ExtractOptions options, Findings findings, Progress progress, long bytes)
      throws IOException {
    requireNonNull(findings);
    Path place = target.toAbsolutePath().normalize();
    FileCalls calls = options.access().callsFor(place);
    Staging staging = Staging.beside(calls, place);
    try {
      Progress.Task task = progress.start("Write " + place, bytes);
      try {
        HandleChain handles = new HandleChain(staging.open());
        try {
          return new DirectoryDraft(options, calls, staging, handles, findings, task);
        } catch (Throwable e) {
          handles.close();
          throw e;
        }
      } catch (Throwable e) {
        task.close();
        throw e;
      }
    } catch (Throwable e) {
      staging.close();
      throw e;
    }
  }

  /**
   * Takes a file that the tree may have at this path. Its bytes are taken before this returns, or
   * not at all, and are on the disk when {@link #write} needs them.
   *
   * @param file with the content that the tree would have; it is known again by being the same
   * @param data the bytes, left open
   * @return whether the bytes were taken
   * @throws java.io.InterruptedIOException if the thread is interrupted
   * @throws IOException what the stream throws; what the disk refuses does not show until the tree
   *     has the file
   */
  public boolean offer(TreePath path, Node.RegularFile file, InputStream data) throws IOException {
    requireNonNull(data);
    EarlyFile offered = names.areExact() ? early.add(path, file) : null;
    if (offered == null) {
      return false;
    }
    target().write(new PendingContents.Waiting(path, file, offered), data);
    return true;
  }

  /**
   * Writes the tree, and makes the directory the target. This can be done once.
   *
   * @throws dev.imbrex.manifest.error.UnsupportedContentException if the disk cannot hold a name,
   *     or takes two names for one, or an owner is not in the id map
   * @throws java.io.InterruptedIOException if the thread is interrupted
   * @throws IOException if a content cannot be read, or the disk fails
   */
  public ExtractionReport write(FileTree tree) throws IOException {
    List<FileTree.Entry> entries = tree.walk().toList();
    names.check(tree, entries);
    checkOwners(entries);
    FileTarget files = target();
    files.finish();
    early.settle(tree, entries);
    NodeWriter nodes = new NodeWriter(options, handles.root().support(), losses, task, self);
    ExtractionReport report =
        new TreeWriter(tree, names, nodes, handles, losses, early)
            .write(entries, files, calls.name());
    if (options.overrideRecords().isPresent()) {
      sidecar.write(options.overrideRecords().get());
    }
    closeHandles();
    staging.publish();
    return report;
  }

  private void closeHandles() throws IOException {
    try {
      if (target != null) {
        target.close();
      }
    } finally {
      handles.close();
    }
  }

  /** Ends the threads; what was not written to its end is removed. */
  @Override
  public void close() throws IOException {
    try {
      closeHandles();
    } finally {
      try {
        task.close();
      } finally {
        staging.close();
      }
    }
  }

  private void checkOwners(List<FileTree.Entry> entries) throws IOException {
    if (options.idMap().equals(IdMap.identity())) {
      return;
    }
    for (FileTree.Entry entry : entries) {
      options.idMap().toHost(entry.path(), entry.node().metadata());
    }
  }

  private FileTarget target() throws IOException {
    if (target == null) {
      target =
          options.parallelism() == 1
              ? new LoneWriter(newWriter(), losses)
              : new FileCrew(this::newWriter, options.parallelism(), losses);
    }
    return target;
  }

  private FileWriter newWriter() throws IOException {
    DirectoryHandle root = handles.root();
    DeferredLosses deferred = new DeferredLosses(losses);
    NodeWriter nodes = new NodeWriter(options, root.support(), deferred, task, self);
    return new FileWriter(root, names, nodes, deferred);
  }
}
