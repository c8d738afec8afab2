package dev.imbrex.engine;

import dev.imbrex.manifest.digest.Digest;
import java.util.List;

/**
 * What an engine said to a load.
 *
 * @param names the names it gave, as full references with tags
 * @param ids the ids of images that came under no name
 * @param messages what else it said, as that a name moved from another image
 */
public record LoadReport(List<String> names, List<Digest> ids, List<String> messages) {
  /** Copies the lists. */
  public LoadReport {
    names = List.copyOf(names);
    ids = List.copyOf(ids);
    messages = List.copyOf(messages);
  }
}
