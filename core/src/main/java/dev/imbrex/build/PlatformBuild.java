package dev.imbrex.build;

import dev.imbrex.dockerfile.Stage;
import dev.imbrex.image.Image;
import dev.imbrex.manifest.config.ContainerConfig;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.platform.Platform;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;

/** A build for one platform: the stages that the target needs, each once. */
final class PlatformBuild {
  private final BuildSettings settings;
  private final ArgScope global;
  private final StageGraph graph;
  private final BuildFiles files;
  private final StageBases bases;
  private final Map<Integer, FutureTask<StageState>> stages = new ConcurrentHashMap<>();

  PlatformBuild(BuildSettings settings, BuildContexts contexts, Platform platform)
      throws IOException {
    this.settings = settings;
    String targetName = settings.target().orElse("default");
    this.global =
        ArgScope.global(
            settings.buildArgs(),
            settings.buildPlatform(),
            platform,
            targetName,
            settings.dockerfile().globalArgs(),
            settings.dockerfile().escape());
    this.graph = StageGraph.of(settings.dockerfile(), global, settings.target());
    this.files = new BuildFiles(contexts, settings, graph, this::image, platform);
    this.bases = new StageBases(settings, graph, global, platform, files);
  }

  Image build() throws IOException {
    List<Stage> needed = graph.needed();
    if (settings.parallelism() > 1 && needed.size() > 1) {
      begin(needed);
    }
    StageState state = require(graph.target());
    return settings.labels().isEmpty() ? imageOf(state) : labelled(state);
  }

  /**
   * Builds stages on several threads, in the order of the file: nobody waits for what is behind.
   */
  private void begin(List<Stage> needed) throws IOException {
    Threads.run(
        needed.stream().map(stage -> (Callable<StageState>) () -> require(stage)).toList(),
        settings.parallelism());
  }

  /** How a stage ends: built by whoever asks first, while others wait. */
  private StageState require(Stage stage) throws IOException {
    FutureTask<StageState> task =
        stages.computeIfAbsent(stage.index(), index -> new FutureTask<>(() -> run(stage)));
    task.run();
    return Threads.get(task);
  }

  private StageState run(Stage stage) throws IOException {
    Optional<Stage> base = graph.baseStage(stage);
    StageState begin = base.isPresent() ? bases.on(require(base.get())) : bases.begin(stage);
    return new StageBuild(settings, stage, files).build(begin);
  }

  private Image image(Stage stage) throws IOException {
    return imageOf(require(stage));
  }

  private static Image imageOf(StageState state) {
    return state.draft().parent().orElseThrow();
  }

  /** The labels of the build are no step, and have no word in the history. */
  private Image labelled(StageState state) throws IOException {
    ContainerConfig container = state.container();
    for (Map.Entry<String, String> label : settings.labels().entrySet()) {
      container = container.withLabel(label.getKey(), label.getValue());
    }
    ContainerConfig labels = container;
    Digest key = new StepKeys(settings).digest("labels", state).add(labels.toString()).finish();
    Step step = new Step(key, draft -> draft.withConfig(draft.config().withContainer(labels)));
    boolean off = settings.isCacheOff(graph.target().index(), graph.target().name());
    return imageOf(new StepCache(settings).run(state, step, "Label", off));
  }
}
