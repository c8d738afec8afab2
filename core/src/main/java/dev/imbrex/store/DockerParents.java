package dev.imbrex.store;

import dev.imbrex.manifest.config.History;
import dev.imbrex.manifest.config.ImageConfig;
import java.util.List;
import java.util.Optional;

/** Which image Docker takes for the parent of another one (SN-S20). */
final class DockerParents {
  private DockerParents() {}

  /**
   * Whether the history of the child is that of the parent and one step more, and its layers begin
   * with the parent's. Docker refuses an archive that claims otherwise.
   */
  static boolean fits(ImageConfig parent, ImageConfig child) {
    List<History> before = parent.history();
    List<History> after = child.history();
    if (after.size() != before.size() + 1 && !(after.isEmpty() && before.isEmpty())) {
      return false;
    }
    for (int i = 0; i < before.size(); i++) {
      if (!isSame(before.get(i), after.get(i))) {
        return false;
      }
    }
    int layers = parent.diffIds().size();
    return layers <= child.diffIds().size()
        && child.diffIds().subList(0, layers).equals(parent.diffIds());
  }

  /** Times are compared as instants: the same one can be written in several ways. */
  private static boolean isSame(History one, History other) {
    Optional<?> time = one.created();
    return time.equals(other.created())
        && one.createdBy().equals(other.createdBy())
        && one.author().equals(other.author())
        && one.comment().equals(other.comment())
        && one.isEmptyLayer() == other.isEmptyLayer();
  }
}
