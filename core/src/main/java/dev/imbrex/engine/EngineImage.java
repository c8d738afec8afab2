package dev.imbrex.engine;

import dev.imbrex.manifest.digest.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What an engine says of an image.
 *
 * @param id the image id: digest of its config
 * @param names the names it has, as full references with tags
 * @param digests references by digest, as registries know the image
 * @param created when it was made, if that is known
 * @param size how many bytes its layers take there
 */
public record EngineImage(
    Digest id, List<String> names, List<String> digests, Optional<Instant> created, long size) {
  /** Copies the lists. */
  public EngineImage {
    names = List.copyOf(names);
    digests = List.copyOf(digests);
  }
}
