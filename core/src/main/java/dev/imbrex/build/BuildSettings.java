package dev.imbrex.build;

import dev.imbrex.dockerfile.Dockerfile;
import dev.imbrex.dockerfile.DockerfileWarning;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.platform.Platform;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** All that a build was told, as it begins. */
record BuildSettings(
    ImageStore store,
    Dockerfile dockerfile,
    BaseImageSource images,
    Map<String, Image> namedImages,
    Map<String, String> buildArgs,
    Map<String, String> labels,
    Optional<String> target,
    Platform buildPlatform,
    HistoryStyle style,
    Instant created,
    boolean isCreatedFixed,
    LayerOptions layerOptions,
    boolean noCache,
    Set<String> noCacheStages,
    List<Image> cacheFrom,
    boolean baseAnnotations,
    Optional<RunExecutor> executor,
    Optional<Duration> timeLimit,
    OutputStream output,
    Map<String, FileContent> secrets,
    Map<String, Path> agents,
    RemoteSource remote,
    int parallelism,
    Progress progress,
    Consumer<DockerfileWarning> warnings) {
  /** Whether steps of this stage are always done anew. */
  boolean isCacheOff(int index, Optional<String> name) {
    return noCache
        || noCacheStages.contains(Integer.toString(index))
        || name.filter(noCacheStages::contains).isPresent();
  }
}
