package dev.imbrex.build.run;

import dev.imbrex.layers.disk.DirectoryWriter;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.disk.OverlayDirectory;
import dev.imbrex.layers.disk.OverlayForm;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.TreeDiff;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Trees written to directories, for overlay mounts to lie on. A tree that differs little from one
 * that is there already costs what differs: one more directory on top of those of the other. Safe
 * for use by many threads.
 */
final class LowerStack {
  /** As many directories as the options of a mount have room for. */
  private static final int MOST = 40;

  private final Path directory;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Written> written = new ArrayList<>();
  private int count;

  /** A tree, and the names of the directories that show it, the topmost first. */
  record Written(FileTree tree, List<String> names) {
    Written {
      names = List.copyOf(names);
    }
  }

  LowerStack(Path directory) {
    this.directory = directory;
  }

  /** The directories for a tree, written now as far as they are missing. */
  Written of(FileTree tree, Progress progress) throws IOException {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while another command's files are written");
    }
    try {
      Written nearest = null;
      List<LayerEntry> difference = List.of();
      for (Written candidate : written) {
        List<LayerEntry> entries = TreeDiff.between(candidate.tree(), tree);
        if (nearest == null || entries.size() < difference.size()) {
          nearest = candidate;
          difference = entries;
        }
      }
      if (nearest != null && difference.isEmpty()) {
        return nearest;
      }
      boolean stacks =
          nearest != null && nearest.names().size() < MOST && difference.size() < tree.count() / 2;
      Written made = stacks ? onTop(nearest, difference, tree, progress) : alone(tree, progress);
      written.add(made);
      return made;
    } finally {
      lock.unlock();
    }
  }

  private Written alone(FileTree tree, Progress progress) throws IOException {
    String name = nextName();
    DirectoryWriter.write(
        tree, directory.resolve(name), ExtractOptions.trusted(), Findings.tolerant(), progress);
    return new Written(tree, List.of(name));
  }

  private Written onTop(
      @Nullable Written below, List<LayerEntry> layer, FileTree tree, Progress progress)
      throws IOException {
    if (below == null) {
      return alone(tree, progress);
    }
    String name = nextName();
    OverlayDirectory.write(
        below.tree(),
        layer,
        OverlayForm.TRUSTED,
        directory.resolve(name),
        ExtractOptions.trusted(),
        Findings.tolerant(),
        progress);
    List<String> names = new ArrayList<>();
    names.add(name);
    names.addAll(below.names());
    return new Written(tree, names);
  }

  private String nextName() {
    return "l" + count++;
  }
}
