package dev.imbrex.build;

import dev.imbrex.image.Image;
import dev.imbrex.layers.progress.Progress;
import java.io.IOException;
import java.util.Optional;

/** Does steps, or finds what they made before among the images made of the parent (SN-B33). */
final class StepCache {
  private final BuildSettings settings;

  StepCache(BuildSettings settings) {
    this.settings = settings;
  }

  /**
   * Does a step.
   *
   * @param name what it is, for people
   * @param off whether it is done in any case
   */
  StageState run(StageState state, Step step, String name, boolean off) throws IOException {
    Draft before = state.draft();
    Optional<Image> done =
        off ? Optional.empty() : settings.store().findBuilt(before.parent(), step.key());
    if (done.isPresent()) {
      told("Cached: " + name);
      return state.written(Draft.on(done.get()));
    }
    told(name);
    Draft after = step.work().apply(before);
    Image image = after.write(settings.store(), state.annotations(), step.key());
    return state.written(after.onTopOf(image));
  }

  /** Steps are tasks of no size; a layer that is written is told of by itself. */
  private void told(String name) {
    try (Progress.Task task = settings.progress().start(name, -1)) {
      task.advance(0);
    }
  }
}
