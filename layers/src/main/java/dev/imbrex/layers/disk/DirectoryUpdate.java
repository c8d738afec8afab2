package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.DirectoryHandle;
import dev.imbrex.layers.internal.calls.FileCalls;
import dev.imbrex.layers.internal.calls.FileStatus;
import dev.imbrex.layers.internal.calls.TreeRemoval;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Makes a directory that holds one tree hold another, by what differs.
 *
 * <p>New files are written beside, while all of it is still as it was; then what has to go is
 * removed, and what is new takes its place as a new inode (LC-B47). A directory that stays keeps
 * its children (LC-B46), and those that merely gain or lose some keep their times (LC-B35). From
 * the first change to the last a file beside the directory, named {@code .NAME.imbrex-incomplete},
 * says that it is neither the one nor the other; it is left there by anything that fails in between
 * (LC-B78). Such a directory is refused by updates and scans until {@link #recover} has made it
 * hold a known tree. A process that is killed before leaves {@code .NAME.imbrex-staged}, which
 * {@link #discard} takes away with what was prepared. Two updates of one directory exclude each
 * other by the same files.
 */
public final class DirectoryUpdate {
  private static final DiffOptions EVERYTHING =
      DiffOptions.standard()
          .withTimePrecision(DiffOptions.TimePrecision.NANOS)
          .withRootTime(true)
          .withoutXattrs(List.of());

  private final FileTree after;
  private final NodeWriter nodes;
  private final HandleChain handles;
  private final Staging staging;
  private final DirectoryHandle staged;
  private final List<LayerEntry> entries;
  private final Losses losses;
  private final List<LayerEntry.Present> directories = new ArrayList<>();

  /** What the disk says of the files that were written. */
  private final Map<TreePath, FileStatus> written = new HashMap<>();

  private DirectoryUpdate(
      FileTree after,
      NodeWriter nodes,
      HandleChain handles,
      Staging staging,
      DirectoryHandle staged,
      List<LayerEntry> entries,
      Losses losses) {
    this.after = after;
    this.nodes = nodes;
    this.handles = handles;
    this.staging = staging;
    this.staged = staged;
    this.entries = entries;
    this.losses = losses;
  }

  /**
   * Applies a layer to a directory.
   *
   * @param layer what the layer says
   * @return what the directory holds then; contents of it are read from the directory
   * @throws dev.imbrex.manifest.error.MalformedContentException if the layer cannot be applied; the
   *     directory is as it was
   * @throws IOException as {@link #update}, and as a scan of the directory
   */
  public static FileTree apply(
      Iterable<? extends LayerEntry> layer,
      Path directory,
      ScanOptions scan,
      ExtractOptions options,
      Findings findings,
      Progress progress)
      throws IOException {
    FileTree before = DirectoryScanner.scan(directory, scan, findings, progress);
    return update(directory, before, before.apply(layer, findings), options, findings, progress);
  }

  /**
   * Carries out what makes one tree of another.
   *
   * @param before what the directory holds, as a scan found it; nothing else may change it
   *     meanwhile
   * @param after what it shall hold; what is the same by reference stays untouched
   * @return the tree that it shall hold, with the contents of what was written as they lie in the
   *     directory now
   * @throws IncompleteDirectoryException if an earlier update was not completed, or one is under
   *     way
   * @throws InterruptedIOException if the thread is interrupted
   * @throws IOException if a content cannot be read, or the disk fails
   */
  public static FileTree update(
      Path directory,
      FileTree before,
      FileTree after,
      ExtractOptions options,
      Findings findings,
      Progress progress)
      throws IOException {
    Path place = directory.toRealPath();
    FileCalls calls = options.access().callsFor(place);
    List<LayerEntry> entries = TreeDiff.between(before, after, EVERYTHING);
    if (entries.isEmpty()) {
      UpdateMark.requireNone(calls, place, "update");
      return after;
    }
    try (UpdateMark mark = UpdateMark.begin(calls, place)) {
      return update(calls, place, mark, entries, after, options, findings, progress);
    }
  }

  /**
   * Takes away what an update prepared that was killed before it changed anything, so that the
   * directory is as it was. Nobody may be updating it meanwhile: nothing tells the two apart.
   *
   * @return whether there was such an update
   * @throws IncompleteDirectoryException if it was killed later, which only {@link #recover} mends
   * @throws IOException if something cannot be removed
   */
  public static boolean discard(Path directory, DiskAccess access) throws IOException {
    Path place = directory.toRealPath();
    Optional<UpdateMark> found = UpdateMark.find(access.callsFor(place), place);
    if (found.isEmpty()) {
      return false;
    }
    try (UpdateMark mark = found.get()) {
      if (mark.isChanged()) {
        throw mark.refusal("discard an update of");
      }
      return true;
    }
  }

  /**
   * Makes a directory hold a tree, whatever it holds, if an update of it was killed: with the tree
   * that the update should have made, it completes it; with the one from before, it takes it back.
   * What is there is compared with the tree by all bytes. Nobody may be updating it meanwhile.
   *
   * <p>If this fails or is killed in its turn the directory stays marked, and this can be called
   * again.
   *
   * @param wanted what the directory shall hold; its contents must not lie in the directory
   * @return the same with the contents of what was written as they lie in the directory now
   * @throws IOException as {@link #update}, and as a scan of the directory
   */
  public static FileTree recover(
      Path directory,
      FileTree wanted,
      ScanOptions scan,
      ExtractOptions options,
      Findings findings,
      Progress progress)
      throws IOException {
    Path place = directory.toRealPath();
    FileCalls calls = options.access().callsFor(place);
    Optional<UpdateMark> found = UpdateMark.find(calls, place);
    try (UpdateMark mark = found.isPresent() ? found.get() : UpdateMark.begin(calls, place)) {
      mark.removeStaging();
      FileTree held = DirectoryScanner.scan(calls, place, scan, findings, progress);
      DiffOptions bytes = EVERYTHING.withContents(DiffOptions.Contents.BY_BYTES);
      List<LayerEntry> entries = TreeDiff.between(held, wanted, bytes);
      return update(calls, place, mark, entries, wanted, options, findings, progress);
    }
  }

  private static FileTree update(
      FileCalls calls,
      Path place,
      UpdateMark mark,
      List<LayerEntry> entries,
      FileTree after,
      ExtractOptions options,
      Findings findings,
      Progress progress)
      throws IOException {
    FileTree held;
    try (Staging staging = Staging.within(calls, place, mark.staging());
        DirectoryHandle staged = staging.open();
        HandleChain handles = new HandleChain(calls.open(place));
        Progress.Task task = progress.start("Update " + place, -1)) {
      Sidecar sidecar = new Sidecar();
      boolean isRecorded = options.overrideRecords().isPresent();
      if (isRecorded) {
        sidecar = Sidecar.read(options.overrideRecords().get());
      }
      Losses losses = new Losses(findings, isRecorded ? sidecar : null, options.overrideXattrs());
      TargetNames names =
          TargetNames.probe(staged, options.withOddNames(ExtractOptions.OddNames.REFUSE));
      names.check(after, after.walk().toList());
      NodeWriter nodes = new NodeWriter(options, staged.support(), losses, task, staged.status());
      DirectoryUpdate update =
          new DirectoryUpdate(after, nodes, handles, staging, staged, entries, losses);
      update.stage();
      mark.change();
      forget(sidecar, entries);
      update.carryOut();
      if (isRecorded) {
        sidecar.write(options.overrideRecords().get());
      }
      held = update.held(new ScannedDirectory(calls, place));
    }
    mark.remove();
    return held;
  }

  private static void forget(Sidecar sidecar, List<LayerEntry> entries) {
    for (LayerEntry entry : entries) {
      boolean stays = entry instanceof LayerEntry.Present present && present.node().isDirectory();
      if (!stays) {
        sidecar.forget(entry.path());
      }
    }
  }

  /** Contents may have come from files that were replaced; those written now are in their place. */
  private FileTree held(ScannedDirectory place) {
    TreeEditor editor = after.edit();
    for (LayerEntry entry : entries) {
      FileStatus status = written.get(entry.path());
      if (status != null
          && after.find(entry.path()).orElseThrow() instanceof Node.RegularFile file) {
        FileContent content =
            new ScannedContent(place, entry.path().parent(), entry.path().name(), status);
        editor.put(entry.path(), new Node.RegularFile(file.metadata(), content));
      } else if (entry instanceof LayerEntry.Link link && written.containsKey(link.target())) {
        // The names of one inode are all written, or none is (LC-A21).
        editor.link(link.path(), link.target());
      }
    }
    return editor.toTree();
  }

  private static ByteString stagedName(int index) {
    return ByteString.of("new-" + index);
  }

  /** Writes what is new where nobody sees it: contents may come from what will be removed. */
  private void stage() throws IOException {
    PendingContents contents = new PendingContents();
    Map<TreePath, Integer> numbers = new HashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      requireUninterrupted();
      if (entries.get(i) instanceof LayerEntry.Present present
          && present.node() instanceof Node.RegularFile file) {
        numbers.put(present.path(), i);
        contents.add(present.path(), file);
      }
    }
    contents.writeTo(
        (waiting, data) ->
            nodes.writeFile(
                staged,
                stagedName(Objects.requireNonNull(numbers.get(waiting.path()))),
                waiting.path(),
                waiting.file(),
                data));
  }

  private void carryOut() throws IOException {
    // A layer says nothing of the root whose children change, and the disk gives it a new time.
    Node root = after.find(TreePath.root()).orElseThrow();
    directories.add(new LayerEntry.Present(TreePath.root(), root));
    for (int i = 0; i < entries.size(); i++) {
      LayerEntry entry = entries.get(i);
      TreePath path = entry.path();
      if (path.isRoot()) {
        continue;
      }
      if (entry instanceof LayerEntry.Present present && present.node().isDirectory()) {
        makeDirectory(path);
        directories.add(present);
        continue;
      }
      DirectoryHandle holder = handles.open(path.parent());
      TreeRemoval.remove(holder, path.name());
      if (entry instanceof LayerEntry.Present present) {
        put(holder, present, i);
      } else if (entry instanceof LayerEntry.Link link) {
        link(link);
      }
    }
    // It lies in the root, whose time is set last.
    staged.close();
    staging.close();
    for (int i = directories.size() - 1; i >= 0; i--) {
      LayerEntry.Present directory = directories.get(i);
      DirectoryHandle handle = handles.open(directory.path());
      nodes.removeOtherXattrs(handle, directory.node());
      nodes.finishDirectory(handle, directory.path(), directory.node());
    }
  }

  private void makeDirectory(TreePath path) throws IOException {
    DirectoryHandle holder = handles.open(path.parent());
    try {
      if (holder.status(path.name()).type() == FileStatus.Type.DIRECTORY) {
        makeWritable(holder, path);
        return;
      }
      holder.deleteFile(path.name());
    } catch (NoSuchFileException e) {
      // Then it is new.
    }
    holder.createDirectory(path.name());
  }

  /** It gets its mode in the end (LC-B61). */
  private static void makeWritable(DirectoryHandle holder, TreePath path) throws IOException {
    FileStatus.Type type = FileStatus.Type.DIRECTORY;
    boolean isClosed = (holder.status(path.name()).mode() & 0700) != 0700;
    if (holder.support().permissions() && isClosed) {
      holder.attributes(path.name(), type).setMode(0700);
    }
  }

  private void put(DirectoryHandle holder, LayerEntry.Present present, int index)
      throws IOException {
    if (present.node() instanceof Node.RegularFile) {
      staged.move(stagedName(index), holder, present.path().name());
      written.put(present.path(), holder.status(present.path().name()));
    } else {
      nodes.writeSpecial(holder, present.path().name(), present.path(), present.node());
    }
  }

  private void link(LayerEntry.Link link) throws IOException {
    try (DirectoryHandle existing = handles.openApart(link.target().parent())) {
      handles
          .open(link.path().parent())
          .createLink(link.path().name(), existing, link.target().name());
    }
    losses.keepForLink(link.target(), link.path());
  }

  private static void requireUninterrupted() throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("Interrupted before a directory was changed");
    }
  }
}
