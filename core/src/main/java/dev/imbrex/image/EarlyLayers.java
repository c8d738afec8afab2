package dev.imbrex.image;

import dev.imbrex.layers.tree.Findings;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Layers that were read before those below them. What is irregular in one, or wrong with it, is
 * held back until it is its turn.
 */
final class EarlyLayers {
  private final Map<Integer, Outcome> outcomes = new HashMap<>();

  /** What came of a layer: what it says, or what is wrong with it. */
  private record Outcome(
      @Nullable LayerIndex index, Findings findings, @Nullable ImageException failure) {}

  /**
   * Reads a layer.
   *
   * @param opening opens it
   * @param findings those that it is opened with
   * @return what it says; null if there is something wrong with it
   * @throws IOException if it cannot be read, whatever it is
   */
  @Nullable LayerIndex read(
      Layer layer,
      int height,
      LayerIndex.Opening opening,
      Findings findings,
      ReadOptions options,
      LayerWatcher watcher)
      throws IOException {
    @Nullable LayerIndex index = null;
    @Nullable ImageException failure = null;
    try {
      index =
          LayerIndex.of(
              layer, opening, options.layerRules(), findings, options.progress(), watcher);
    } catch (MalformedContentException
        | LimitExceededException
        | DigestMismatchException
        | UnsupportedContentException e) {
      failure = e;
    }
    outcomes.put(height, new Outcome(index, findings, failure));
    return index;
  }

  /** Whether a layer was read. */
  boolean has(int height) {
    return outcomes.containsKey(height);
  }

  /**
   * What a layer says.
   *
   * @param findings takes what was found in it
   * @throws IOException what is wrong with it
   */
  LayerIndex take(int height, Findings findings) throws IOException {
    Outcome outcome = Objects.requireNonNull(outcomes.get(height));
    findings.reportAll(outcome.findings());
    if (outcome.failure() != null) {
      throw outcome.failure();
    }
    return Objects.requireNonNull(outcome.index());
  }
}
