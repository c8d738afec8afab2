package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.DirectoryHandle;
import dev.imbrex.layers.internal.calls.FileCalls;
import dev.imbrex.layers.internal.calls.FileStatus;
import dev.imbrex.layers.internal.calls.TreeRemoval;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Makes a directory that holds one tree hold another, by what differs.
 *
 * <p>New files are written beside, while all of it is still as it was; then what has to go is
 * removed, and what is new takes its place as a new inode (LC-B47). A directory that stays keeps
 * its children (LC-B46), and those that merely gain or lose some keep their times (LC-B35). From
 * the first change to the last a file beside the directory, named {@code .NAME.imbrex-incomplete},
 * says that it is neither the one nor the other; it is left there by anything that fails in
 * between, and such a directory is refused (LC-B78).
 */
public final class DirectoryUpdate {
  private static final DiffOptions EVERYTHING =
      DiffOptions.standard()
          .withTimePrecision(DiffOptions.TimePrecision.NANOS)
          .withRootTime(true)
          .withoutXattrs(List.of());

  private final Node root;
  private final NodeWriter nodes;
  private final HandleChain handles;
  private final Staging staging;
  private final DirectoryHandle staged;
  private final List<LayerEntry> entries;
  private final List<LayerEntry.Present> directories = new ArrayList<>();

  private DirectoryUpdate(
      Node root,
      NodeWriter nodes,
      HandleChain handles,
      Staging staging,
      DirectoryHandle staged,
      List<LayerEntry> entries) {
    this.root = root;
    this.nodes = nodes;
    this.handles = handles;
    this.staging = staging;
    this.staged = staged;
    this.entries = entries;
  }

  /**
   * Applies a layer to a directory.
   *
   * @param layer what the layer says
   * @return what the directory holds then
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
    FileTree after = before.apply(layer, findings);
    update(directory, before, after, options, findings, progress);
    return after;
  }

  /**
   * Carries out what makes one tree of another.
   *
   * @param before what the directory holds, as a scan found it; nothing else may change it
   *     meanwhile
   * @param after what it shall hold; what is the same by reference stays untouched
   * @throws FileAlreadyExistsException if an earlier update was not completed
   * @throws InterruptedIOException if the thread is interrupted
   * @throws IOException if a content cannot be read, or the disk fails
   */
  public static void update(
      Path directory,
      FileTree before,
      FileTree after,
      ExtractOptions options,
      Findings findings,
      Progress progress)
      throws IOException {
    List<LayerEntry> entries = TreeDiff.between(before, after, EVERYTHING);
    if (entries.isEmpty()) {
      return;
    }
    Path place = directory.toRealPath();
    FileCalls calls = options.access().callsFor(place);
    Path marker = place.resolveSibling("." + place.getFileName() + ".imbrex-incomplete");
    if (Files.exists(marker)) {
      throw new FileAlreadyExistsException(
          marker.toString(), null, "an earlier update of the directory was not completed");
    }
    try (Staging staging = Staging.within(calls, place);
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
      names.check(after);
      NodeWriter nodes = new NodeWriter(options, staged.support(), losses, task, staged.status());
      DirectoryUpdate update =
          new DirectoryUpdate(
              after.find(TreePath.root()).orElseThrow(), nodes, handles, staging, staged, entries);
      update.stage();
      Files.createFile(marker);
      forget(sidecar, entries);
      update.carryOut();
      if (isRecorded) {
        sidecar.write(options.overrideRecords().get());
      }
    }
    Files.delete(marker);
  }

  private static void forget(Sidecar sidecar, List<LayerEntry> entries) {
    for (LayerEntry entry : entries) {
      boolean stays = entry instanceof LayerEntry.Present present && present.node().isDirectory();
      if (!stays) {
        sidecar.forget(entry.path());
      }
    }
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
  }

  private static void requireUninterrupted() throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("Interrupted before a directory was changed");
    }
  }
}
