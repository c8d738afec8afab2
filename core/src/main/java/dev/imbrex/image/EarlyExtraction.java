package dev.imbrex.image;

import dev.imbrex.layers.disk.DirectoryDraft;
import dev.imbrex.layers.disk.DirectoryWriter;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.disk.ExtractionReport;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.Whiteout;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Puts files of an image on the disk while its layers are read for what they say, from the top
 * down: those that no layer above hides. What is remembered of layers already, and where the guess
 * was wrong, is made good when the tree is written.
 */
final class EarlyExtraction implements LayerWatcher, Closeable {
  private final Path target;
  private final ExtractOptions options;
  private final ReadOptions reading;
  private final CoveredPaths covered = new CoveredPaths();
  private @Nullable DirectoryDraft draft;

  /** Whether a file of the layer that is read is wanted though it was passed by. */
  private boolean comesBack;

  EarlyExtraction(Path target, ExtractOptions options, ReadOptions reading) {
    this.target = target;
    this.options = options;
    this.reading = reading;
  }

  @Override
  public boolean watch(LayerEntry entry, InputStream data) throws IOException {
    if (entry instanceof LayerEntry.Link link) {
      // What it names was passed by, and is seen under this name.
      comesBack |= covered.covers(link.target()) && !covered.covers(link.path());
      return false;
    }
    boolean isFile =
        entry instanceof LayerEntry.Present present
            && present.node() instanceof Node.RegularFile
            && !Whiteout.hasReservedName(entry.path());
    if (!isFile || covered.covers(entry.path())) {
      return false;
    }
    Node node = ((LayerEntry.Present) entry).node();
    return draft().offer(entry.path(), (Node.RegularFile) node, data);
  }

  @Override
  public void finish(LayerIndex index) {
    covered.add(index.entries());
    comesBack = false;
  }

  /** All that is wanted was taken on the way, unless a link leads to a file that is hidden. */
  @Override
  public boolean comesBack() {
    return comesBack;
  }

  @Override
  public boolean isParallel() {
    return options.parallelism() > 1;
  }

  /** Writes the tree that the layers make. */
  ExtractionReport write(FileTree tree) throws IOException {
    return draft == null
        ? DirectoryWriter.write(tree, target, options, reading.findings(), reading.progress())
        : draft.write(tree);
  }

  private DirectoryDraft draft() throws IOException {
    if (draft == null) {
      draft = DirectoryDraft.begin(target, options, reading.findings(), reading.progress(), -1);
    }
    return draft;
  }

  @Override
  public void close() throws IOException {
    if (draft != null) {
      draft.close();
    }
  }
}
