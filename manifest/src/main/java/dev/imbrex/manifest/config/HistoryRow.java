package dev.imbrex.manifest.config;

import static java.util.Objects.requireNonNull;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.MalformedContentException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * One line of the history of an image (SN-C10).
 *
 * @param id the id of the image this step made, if it is known; else {@code <missing>} is shown
 * @param created when the step was done, if it is known
 * @param createdBy the command that did it; may be empty
 * @param size the size of the step's layer, uncompressed, in bytes; 0 for a step that made none;
 *     empty if only the compressed size is known
 * @param comment a remark; may be empty
 * @param tags the names of the image this step made
 */
public record HistoryRow(
    Optional<Digest> id,
    Optional<Instant> created,
    String createdBy,
    OptionalLong size,
    String comment,
    List<String> tags) {
  /** Copies the tags. */
  public HistoryRow {
    requireNonNull(id, "id");
    requireNonNull(created, "created");
    requireNonNull(createdBy, "createdBy");
    requireNonNull(size, "size");
    requireNonNull(comment, "comment");
    tags = List.copyOf(tags);
  }

  /**
   * The history of an image, newest first (SN-C10). The newest step made the image itself, each
   * older one its parent, as far as parents are known; below the last of them no step has an id.
   *
   * @param config the config of the image
   * @param ids the id of the image, then those of its parents, nearest first
   * @param tags the names of an image by its id
   * @param layerSizes the sizes of the layers, uncompressed, lowest first; empty where unknown
   * @throws MalformedContentException if more steps claim a layer than there are
   * @throws IllegalArgumentException if there are not as many sizes as layers
   */
  public static List<HistoryRow> listOf(
      ImageConfig config,
      List<Digest> ids,
      Function<Digest, List<String>> tags,
      List<OptionalLong> layerSizes)
      throws MalformedContentException {
    int layers = config.diffIds().size();
    if (layerSizes.size() != layers) {
      throw new IllegalArgumentException(layerSizes.size() + " sizes for " + layers + " layers");
    }
    List<LayerHistory.Step> steps = config.requireLayerHistory().steps();
    List<HistoryRow> rows = new ArrayList<>(steps.size());
    for (int i = steps.size() - 1; i >= 0; i--) {
      LayerHistory.Step step = steps.get(i);
      OptionalInt layer = step.layer();
      OptionalLong size = layer.isPresent() ? layerSizes.get(layer.getAsInt()) : OptionalLong.of(0);
      Optional<Digest> id =
          rows.size() < ids.size() ? Optional.of(ids.get(rows.size())) : Optional.empty();
      rows.add(row(step.history(), id, id.map(tags).orElse(List.of()), size));
    }
    return List.copyOf(rows);
  }

  private static HistoryRow row(
      History history, Optional<Digest> id, List<String> tags, OptionalLong size) {
    return new HistoryRow(
        id, history.created(), history.createdBy(), size, history.comment(), tags);
  }
}
