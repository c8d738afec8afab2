package dev.imbrex.manifest.config;

import static java.util.Objects.requireNonNull;

import dev.imbrex.manifest.digest.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

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
}
