package dev.imbrex.manifest.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which step of a history made which layer (SN-C7): steps that are not marked empty pair with
 * layers in order, lowest first. Layers above the last such step have no history, which is legal;
 * such steps without a layer are not.
 */
public final class LayerHistory {
  private final List<Step> steps;
  private final int layers;
  private final int layerSteps;

  /**
   * One step.
   *
   * @param history what the config says of it
   * @param layer the position of the layer it made, from 0 for the lowest; empty if it made none,
   *     or if there is none left
   */
  public record Step(History history, OptionalInt layer) {}

  private LayerHistory(List<Step> steps, int layers, int layerSteps) {
    this.steps = steps;
    this.layers = layers;
    this.layerSteps = layerSteps;
  }

  /**
   * Pairs a history with layers.
   *
   * @param history the steps, oldest first
   * @param layers the number of layers
   */
  public static LayerHistory of(List<History> history, int layers) {
    List<Step> steps = new ArrayList<>(history.size());
    int layerSteps = 0;
    for (History step : history) {
      boolean paired = !step.isEmptyLayer() && layerSteps < layers;
      steps.add(new Step(step, paired ? OptionalInt.of(layerSteps) : OptionalInt.empty()));
      layerSteps += step.isEmptyLayer() ? 0 : 1;
    }
    return new LayerHistory(List.copyOf(steps), layers, layerSteps);
  }

  /** All steps, oldest first. */
  public List<Step> steps() {
    return steps;
  }

  /** The step that made a layer, if the history has one for it. */
  public Optional<History> findStepOf(int layer) {
    return steps.stream()
        .filter(step -> step.layer().equals(OptionalInt.of(layer)))
        .map(Step::history)
        .findFirst();
  }

  /** How many layers, counted from the top, have no step. */
  public int layersWithoutStep() {
    return Math.max(0, layers - layerSteps);
  }

  /** How many steps claim a layer and have none: too many non-empty entries. */
  public int stepsWithoutLayer() {
    return Math.max(0, layerSteps - layers);
  }
}
