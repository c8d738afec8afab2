package dev.imbrex.layers.tree;

import dev.imbrex.manifest.error.MalformedContentException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes the findings of an operation: keeps them, or, when strict, makes the first one an error
 * (LC-M10).
 *
 * <p>Of each code the first {@value #KEPT_PER_CODE} are kept, and all are counted, so that a layer
 * made to annoy cannot fill the memory. For one thread at a time.
 */
public final class Findings {
  /** How many findings of one code are kept. */
  public static final int KEPT_PER_CODE = 1000;

  private final boolean strict;
  private final List<Finding> kept;
  private final Map<Finding.Code, Long> counts;
  private final int layer;

  private Findings(boolean strict, List<Finding> kept, Map<Finding.Code, Long> counts, int layer) {
    this.strict = strict;
    this.kept = kept;
    this.counts = counts;
    this.layer = layer;
  }

  /** Keeps what is found and goes on. */
  public static Findings tolerant() {
    return new Findings(false, new ArrayList<>(), new EnumMap<>(Finding.Code.class), -1);
  }

  /** Fails at the first finding. */
  public static Findings strict() {
    return new Findings(true, new ArrayList<>(), new EnumMap<>(Finding.Code.class), -1);
  }

  /**
   * The same collection, for findings in one layer of an image.
   *
   * @param layer which layer, counted from 0 for the lowest
   */
  public Findings inLayer(int layer) {
    return new Findings(strict, kept, counts, layer);
  }

  /**
   * Takes a finding about one entry.
   *
   * @param entry which entry of the layer, counted from 0; -1 for the layer as a whole
   * @throws MalformedContentException if this is strict
   */
  public void report(Finding.Code code, long entry, @Nullable TreePath path, String message)
      throws MalformedContentException {
    if (strict) {
      String where = entry < 0 ? "" : "entry " + entry + (path == null ? "" : " (" + path + ")");
      throw new MalformedContentException(what(), where, message + " [" + code + "]");
    }
    if (counts.merge(code, 1L, Long::sum) <= KEPT_PER_CODE) {
      kept.add(new Finding(code, layer, entry, path, message));
    }
  }

  /**
   * Takes what another collection found in what this one is for, in the order of its discovery.
   *
   * @throws MalformedContentException if this is strict, and there is something
   */
  public void reportAll(Findings others) throws MalformedContentException {
    Map<Finding.Code, Long> uncounted = new EnumMap<>(others.counts);
    for (Finding finding : others.kept) {
      report(finding.code(), finding.entry(), finding.path(), finding.message());
      uncounted.merge(finding.code(), -1L, Long::sum);
    }
    uncounted.forEach((code, count) -> counts.merge(code, count, Long::sum));
  }

  /** How many findings of this code there were, kept or not. */
  public long count(Finding.Code code) {
    return counts.getOrDefault(code, 0L);
  }

  /** The findings kept so far, in the order of their discovery. */
  public List<Finding> all() {
    return List.copyOf(kept);
  }

  String what() {
    return layer < 0 ? "layer" : "layer " + layer;
  }
}
