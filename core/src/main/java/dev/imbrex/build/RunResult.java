package dev.imbrex.build;

import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.manifest.error.ImageException;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/**
 * How a command ended. The contents of what changed are read after the command, until this is
 * closed.
 */
public final class RunResult implements Closeable {
  private static final Closeable NOTHING = () -> {};

  private final int exitCode;
  private final List<LayerEntry> changes;
  private final Closeable release;

  private RunResult(int exitCode, List<LayerEntry> changes, Closeable release) {
    this.exitCode = exitCode;
    this.changes = changes;
    this.release = Objects.requireNonNull(release);
  }

  /** A command that failed; what it changed does not count. */
  public static RunResult failed(int exitCode) {
    if (exitCode == 0) {
      throw new IllegalArgumentException("Code 0 is success");
    }
    return new RunResult(exitCode, List.of(), NOTHING);
  }

  /** A command that succeeded, and changed the files from one tree into another. */
  public static RunResult changed(FileTree before, FileTree after) throws ImageException {
    return changed(TreeDiff.between(before, after));
  }

  /** A command that succeeded, and made these changes. */
  public static RunResult changed(List<LayerEntry> changes) {
    return new RunResult(0, List.copyOf(changes), NOTHING);
  }

  /**
   * The same result, which releases something when it is closed: the directory the contents lie in,
   * above all.
   */
  public RunResult releasing(Closeable resource) {
    return new RunResult(exitCode, changes, resource);
  }

  /** The code the command ended with; 0 is success. */
  public int exitCode() {
    return exitCode;
  }

  /** What changed, as a layer on top of the files it began with. */
  public List<LayerEntry> changes() {
    return changes;
  }

  @Override
  public void close() throws IOException {
    release.close();
  }
}
