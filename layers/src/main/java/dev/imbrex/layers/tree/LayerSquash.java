package dev.imbrex.layers.tree;

import dev.imbrex.layers.progress.Progress;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Makes one layer of several that lie upon each other, so that it does to any tree below what they
 * do one after another (LC-E5 to LC-E7).
 *
 * <pre>{@code
 * LayerSquash.Result result = LayerSquash.of(layers);
 * List<LayerEntry> squashed =
 *     result instanceof LayerSquash.Squashed whole
 *         ? whole.entries()
 *         : LayerSquash.onto(lower, layers, Findings.tolerant());
 * }</pre>
 *
 * <p>Whiteouts stay where the layers at some point removed what the lower tree may hold: single
 * ones single, and a directory that was removed or replaced and made again is opaque. Nothing is
 * put below an opaque directory to remove anything. Entries come in the order of {@link TreeDiff},
 * no path twice.
 *
 * <p>Not every sequence of layers has such a layer. One of the usual kind, where every entry and
 * whiteout comes with entries for all directories above it, has: then no symbolic link of the lower
 * tree can lead anything astray. Where something hangs on what the lower tree has, {@link #of} says
 * so instead of guessing.
 */
public final class LayerSquash {
  private LayerSquash() {}

  /** What came of squashing layers without knowing the tree below. */
  public sealed interface Result {}

  /**
   * One layer that does the same to every tree to which the layers can be applied.
   *
   * @param entries what it says
   */
  public record Squashed(List<LayerEntry> entries) implements Result {
    /** Copies the list. */
    public Squashed {
      entries = List.copyOf(entries);
    }

    /**
     * Whether it has hard links to files of the lower tree (LC-E7), which the layers had, too.
     * Applying it knows how to do that; but such a layer is not to be written (LC-A22).
     */
    public boolean hasLinksToLower() {
      Set<TreePath> named = new HashSet<>();
      for (LayerEntry entry : entries) {
        if (entry instanceof LayerEntry.Link link && !named.contains(link.target())) {
          return true;
        }
        named.add(entry.path());
      }
      return false;
    }
  }

  /**
   * What the layers do hangs on the tree below in a way that one layer cannot say.
   *
   * @param layer which of the layers it is about, counted from 0 for the lowest
   * @param path the entry or whiteout it is about
   * @param reason why, for people
   */
  public record NeedsLower(int layer, TreePath path, String reason) implements Result {
    /** Checks that nothing is null. */
    public NeedsLower {
      Objects.requireNonNull(path);
      Objects.requireNonNull(reason);
    }
  }

  /**
   * Squashes layers upon an unknown tree. Layers without entries do not count; a single one stays
   * as it is.
   *
   * @param layers what they say, lowest first
   * @throws MalformedContentException if there is no tree at all to which they could be applied
   */
  public static Result of(List<? extends List<? extends LayerEntry>> layers)
      throws MalformedContentException {
    try {
      return of(layers, Pace.unasked());
    } catch (InterruptedIOException e) {
      throw new AssertionError("nobody looks for interruptions", e);
    }
  }

  /**
   * Squashes layers upon an unknown tree, as {@link #of(List)}.
   *
   * @param progress is asked every now and then whether to go on
   * @throws MalformedContentException if there is no tree at all to which they could be applied
   * @throws InterruptedIOException if the thread is interrupted, which it stays
   */
  public static Result of(List<? extends List<? extends LayerEntry>> layers, Progress progress)
      throws MalformedContentException, InterruptedIOException {
    try (Pace pace = Pace.start("Squash layers", progress)) {
      return of(layers, pace);
    }
  }

  private static Result of(List<? extends List<? extends LayerEntry>> layers, Pace pace)
      throws MalformedContentException, InterruptedIOException {
    List<? extends List<? extends LayerEntry>> speaking =
        layers.stream().filter(layer -> !layer.isEmpty()).toList();
    if (speaking.size() < 2) {
      return new Squashed(speaking.isEmpty() ? List.of() : List.copyOf(speaking.get(0)));
    }
    UnknownTree tree = new UnknownTree();
    for (int i = 0; i < layers.size(); i++) {
      NeedsLower needed = new SquashStep(tree, layers.get(i), i, pace).apply();
      if (needed != null) {
        return needed;
      }
    }
    return new SquashedEntries(tree, pace).make(layers.size() - 1);
  }

  /**
   * Squashes layers upon a known tree: the layer leads from it to what the layers make of it, and
   * does no more. Contents are taken from layers and tree; extended attributes are kept whatever
   * their name.
   *
   * @param layers what they say, lowest first
   * @param findings takes what is irregular but harmless in them
   * @throws MalformedContentException if a layer cannot be applied, or a finding is reported and
   *     findings are strict
   * @throws IOException if what the layers do cannot be said in one
   */
  public static List<LayerEntry> onto(
      FileTree lower, List<? extends List<? extends LayerEntry>> layers, Findings findings)
      throws IOException {
    return onto(lower, layers, ApplyOptions.defaults().withFindings(findings));
  }

  /**
   * Squashes layers upon a known tree, as {@link #onto(FileTree, List, Findings)}. The layer is for
   * engines that apply it in any way: it has entries for all parents of what it changes.
   *
   * @throws MalformedContentException if a layer cannot be applied, or a finding is reported and
   *     findings are strict
   * @throws InterruptedIOException if the thread is interrupted, which it stays
   * @throws IOException if what the layers do cannot be said in one
   */
  public static List<LayerEntry> onto(
      FileTree lower, List<? extends List<? extends LayerEntry>> layers, ApplyOptions options)
      throws IOException {
    FileTree upper = lower;
    for (int i = 0; i < layers.size(); i++) {
      upper = upper.apply(layers.get(i), options.withFindings(options.findings().inLayer(i)));
    }
    return TreeDiff.between(lower, upper, exact(), options.progress());
  }

  /** All that a tree has counts, and is written. */
  static DiffOptions exact() {
    return DiffOptions.standard()
        .withTimePrecision(DiffOptions.TimePrecision.NANOS)
        .withRootTime(true)
        .withoutXattrs(List.of());
  }
}
