package dev.imbrex.build;

import dev.imbrex.dockerfile.Dockerfile;
import dev.imbrex.dockerfile.DockerfileWarning;
import dev.imbrex.dockerfile.IgnorePatterns;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageIndex;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Lease;
import dev.imbrex.image.internal.progress.Asking;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.platform.Platform;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Builds images from a {@link Dockerfile}, without a daemon.
 *
 * <pre>{@code
 * BuildContext context = BuildContext.directory(Path.of("."));
 * Image image =
 *     DockerfileBuild.in(store)
 *         .dockerfile(context.dockerfile("Dockerfile"))
 *         .context(context, context.ignorePatterns("Dockerfile"))
 *         .buildArg("VERSION", "1.2")
 *         .build();
 * store.tag("app:1.2", image);
 * }</pre>
 *
 * <p>Every step is an image in the store, linked to the one before. A step that was done before on
 * the same image, with the same instruction and the same files, is not done again: its image is
 * found among the children (SN-B32, SN-B33). So deleting images empties this cache, and a build of
 * which all is there writes nothing.
 *
 * <p>Stages that the target does not need are not built, in either style: nothing of them is in the
 * image. {@code RUN} needs a {@link RunExecutor}; all other instructions are done here. What is
 * done follows BuildKit; {@link HistoryStyle#CLASSIC} follows the classic builder in what makes a
 * layer and what the history says. {@code ADD} takes no git repositories; such a source is a typed
 * error.
 *
 * <p>Belongs to one thread. It may be built from more than once.
 */
public final class DockerfileBuild {
  private final ImageStore store;
  private Optional<Dockerfile> dockerfile = Optional.empty();
  private BuildContext context = BuildContext.empty();
  private IgnorePatterns ignore = IgnorePatterns.none();
  private final Map<String, BuildContext> contexts = new LinkedHashMap<>();
  private final Map<String, Image> namedImages = new LinkedHashMap<>();
  private final Map<String, String> buildArgs = new LinkedHashMap<>();
  private final Map<String, String> labels = new LinkedHashMap<>();
  private final Map<String, FileContent> secrets = new LinkedHashMap<>();
  private final Map<String, Path> agents = new LinkedHashMap<>();
  private final Set<String> noCacheStages = new LinkedHashSet<>();
  private final List<Image> cacheFrom = new ArrayList<>();
  private BaseImageSource images;
  private Optional<String> target = Optional.empty();
  private Platform buildPlatform = Platform.host();
  private HistoryStyle style = HistoryStyle.BUILDKIT;
  private Optional<Instant> created = Optional.empty();
  private Optional<Instant> clamp = Optional.empty();
  private LayerOptions layerOptions;
  private boolean noCache;
  private boolean baseAnnotations = true;
  private Optional<RunExecutor> executor = Optional.empty();
  private Optional<Duration> timeLimit = Optional.empty();
  private OutputStream output = OutputStream.nullOutputStream();
  private RemoteSource remote = RemoteSource.http();
  private int parallelism = Runtime.getRuntime().availableProcessors();
  private Progress progress = Progress.none();
  private Consumer<DockerfileWarning> warnings = warning -> {};

  private DockerfileBuild(ImageStore store) {
    this.store = Objects.requireNonNull(store);
    this.images = BaseImageSource.of(store);
    this.layerOptions = NewLayer.optionsFor(store.storage());
  }

  /** Builds in this store, on images of this store unless told otherwise. */
  public static DockerfileBuild in(ImageStore store) {
    return new DockerfileBuild(store);
  }

  // ---- What is built

  /** The Dockerfile to build from. */
  public DockerfileBuild dockerfile(Dockerfile file) {
    dockerfile = Optional.of(file);
    return this;
  }

  /** The files to copy from, all of them; none, unless told. */
  public DockerfileBuild context(BuildContext files) {
    return context(files, IgnorePatterns.none());
  }

  /** The files to copy from, but for those left out: see {@link BuildContext#ignorePatterns}. */
  public DockerfileBuild context(BuildContext files, IgnorePatterns patterns) {
    context = Objects.requireNonNull(files);
    ignore = Objects.requireNonNull(patterns);
    return this;
  }

  /** More files to copy from, with {@code --from=name}. */
  public DockerfileBuild context(String name, BuildContext files) {
    contexts.put(name, Objects.requireNonNull(files));
    return this;
  }

  /** An image that {@code FROM name} and {@code --from=name} stand for. */
  public DockerfileBuild image(String name, Image image) {
    namedImages.put(name, Objects.requireNonNull(image));
    return this;
  }

  /** Where the images come from that the Dockerfile names: the store, unless told. */
  public DockerfileBuild images(BaseImageSource source) {
    images = Objects.requireNonNull(source);
    return this;
  }

  /**
   * A build argument. {@code SOURCE_DATE_EPOCH} also sets the time of what is built, as {@link
   * #sourceDateEpoch} does; {@code BUILDKIT_DOCKERFILE_CHECK} stands in for the {@code check}
   * directive of the Dockerfile.
   */
  public DockerfileBuild buildArg(String name, String value) {
    buildArgs.put(name, Objects.requireNonNull(value));
    return this;
  }

  /** Builds the stage of this name or number, and not the last one. */
  public DockerfileBuild target(String stage) {
    target = Optional.of(stage);
    return this;
  }

  /** What the build itself runs on, for {@code BUILDPLATFORM}: this machine, unless told. */
  public DockerfileBuild buildPlatform(Platform platform) {
    buildPlatform = Objects.requireNonNull(platform);
    return this;
  }

  // ---- What comes of it

  /** A label of the image that is built, and not of the steps to it. */
  public DockerfileBuild label(String name, String value) {
    labels.put(name, Objects.requireNonNull(value));
    return this;
  }

  /** How the history tells the steps; as BuildKit, unless told. */
  public DockerfileBuild historyStyle(HistoryStyle historyStyle) {
    style = Objects.requireNonNull(historyStyle);
    return this;
  }

  /**
   * The time at which all steps are created; what the clock of the store says when the build
   * begins, unless told. With a time the same input gives the same bytes.
   */
  public DockerfileBuild created(Instant time) {
    created = Optional.of(time);
    return this;
  }

  /** The time at which all steps are created, which no file in a new layer is younger than. */
  public DockerfileBuild sourceDateEpoch(Instant time) {
    created = Optional.of(time);
    clamp = Optional.of(time);
    return this;
  }

  /** How layers are compressed, and which times their files get. */
  public DockerfileBuild layerOptions(LayerOptions options) {
    layerOptions = Objects.requireNonNull(options);
    return this;
  }

  /** Changes how layers are written, and leaves the rest as it is. */
  public DockerfileBuild layerOptions(UnaryOperator<LayerOptions> change) {
    return layerOptions(change.apply(layerOptions));
  }

  /** Whether the manifest names the base (SN-H5); it does, unless told, if it is an OCI one. */
  public DockerfileBuild baseAnnotations(boolean written) {
    baseAnnotations = written;
    return this;
  }

  // ---- Cache

  /** Does all steps anew. */
  public DockerfileBuild noCache() {
    noCache = true;
    return this;
  }

  /** Does the steps of these stages anew, given by name or number. */
  public DockerfileBuild noCache(Collection<String> stages) {
    stages.forEach(stage -> noCacheStages.add(stage.toLowerCase(Locale.ROOT)));
    return this;
  }

  /**
   * Takes what commands made from this image, built anywhere, as long as its layers and the texts
   * of its history are those of this build (SN-B33).
   */
  public DockerfileBuild cacheFrom(Image image) {
    cacheFrom.add(Objects.requireNonNull(image));
    return this;
  }

  // ---- Commands

  /** Runs commands with this; without a runner {@code RUN} is an error. */
  public DockerfileBuild run(RunExecutor runner) {
    executor = Optional.of(runner);
    return this;
  }

  /** How long one command may take; as long as it likes, unless told. */
  public DockerfileBuild timeLimit(Duration limit) {
    timeLimit = Optional.of(limit);
    return this;
  }

  /** Takes what commands write, as it comes; it is left open. Nobody, unless told. */
  public DockerfileBuild output(OutputStream stream) {
    output = Objects.requireNonNull(stream);
    return this;
  }

  /** A secret for {@code RUN --mount=type=secret}. It is in no layer, history or cache. */
  public DockerfileBuild secret(String id, FileContent content) {
    secrets.put(id, Objects.requireNonNull(content));
    return this;
  }

  /** The socket of an agent for {@code RUN --mount=type=ssh}; the usual id is {@code default}. */
  public DockerfileBuild sshAgent(String id, Path socket) {
    agents.put(id, Objects.requireNonNull(socket));
    return this;
  }

  // ---- How

  /** Fetches what {@code ADD} takes from the network; by HTTP, unless told. */
  public DockerfileBuild remote(RemoteSource source) {
    remote = Objects.requireNonNull(source);
    return this;
  }

  /**
   * How many stages that do not depend on each other are built at a time, and how many files to
   * copy are hashed at a time in each: as many as there are processors, unless told; with 1, all is
   * done on the caller's thread. Threads end with the build.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public DockerfileBuild parallelism(int atATime) {
    if (atATime < 1) {
      throw new IllegalArgumentException("A parallelism of " + atATime);
    }
    parallelism = atATime;
    return this;
  }

  /** Is told of each step, and can stop the build. */
  public DockerfileBuild progress(Progress listener) {
    progress = Objects.requireNonNull(listener);
    return this;
  }

  /** Takes what the checks of the Dockerfile found, and build arguments that nobody uses. */
  public DockerfileBuild onWarning(Consumer<DockerfileWarning> listener) {
    warnings = Objects.requireNonNull(listener);
    return this;
  }

  // ---- Building

  /**
   * Builds for the platform this machine has. The image gets no name.
   *
   * @throws dev.imbrex.dockerfile.DockerfileException if a step fails; it says which. Also, before
   *     anything is done, if the Dockerfile asks by {@code # check=error=true} that what the checks
   *     find is an error, and they find something
   * @throws IOException if the store fails; the steps done by then stay, and are found again
   */
  public Image build() throws IOException {
    return build(buildPlatform);
  }

  /** Builds for a platform, as {@link #build()}. */
  public Image build(Platform platform) throws IOException {
    return asking(settings -> build(platform, settings));
  }

  @SuppressWarnings("try") // The lease is held, not used.
  private Image build(Platform platform, BuildSettings settings) throws IOException {
    BuildChecks.run(settings);
    try (Lease lease = store.storage().lease()) {
      return new PlatformBuild(settings, contexts(), platform).build();
    }
  }

  /** Builds for several platforms, one after the other, into an index without a name. */
  public ImageIndex buildIndex(List<Platform> platforms) throws IOException {
    return asking(settings -> buildIndex(platforms, settings));
  }

  @SuppressWarnings("try") // The lease is held, not used.
  private ImageIndex buildIndex(List<Platform> platforms, BuildSettings settings)
      throws IOException {
    BuildChecks.run(settings);
    try (Lease lease = store.storage().lease()) {
      BuildContexts files = contexts();
      ImageIndexBuilder index = ImageIndexBuilder.in(store);
      for (Platform platform : platforms) {
        index.add(new PlatformBuild(settings, files, platform).build(), platform);
      }
      return index.build();
    }
  }

  private BuildContexts contexts() {
    return new BuildContexts(context, ignore, contexts);
  }

  private interface Building<T> {
    T run(BuildSettings settings) throws IOException;
  }

  /** With a parallelism of 1 there is no thread but the caller's. */
  private <T> T asking(Building<T> building) throws IOException {
    return parallelism == 1
        ? building.run(settings(progress))
        : Asking.during(progress, asked -> building.run(settings(asked)));
  }

  private BuildSettings settings(Progress asked) {
    Dockerfile file =
        dockerfile.orElseThrow(() -> new IllegalStateException("There is no Dockerfile to build"));
    Optional<Instant> epoch = clamp.or(this::epochArgument);
    Optional<Instant> time = created.or(() -> epoch);
    LayerOptions layers =
        epoch
            .map(t -> layerOptions.withTimes(layerOptions.times().clampedTo(t)))
            .orElse(layerOptions);
    return new BuildSettings(
        store,
        file,
        images,
        Map.copyOf(namedImages),
        new LinkedHashMap<>(buildArgs),
        new LinkedHashMap<>(labels),
        target,
        buildPlatform,
        style,
        time.orElseGet(() -> store.clock().instant()),
        time.isPresent(),
        layers,
        noCache,
        Set.copyOf(noCacheStages),
        List.copyOf(cacheFrom),
        baseAnnotations,
        executor,
        timeLimit,
        output,
        Map.copyOf(secrets),
        Map.copyOf(agents),
        remote,
        parallelism,
        asked,
        warnings);
  }

  private Optional<Instant> epochArgument() {
    String seconds = buildArgs.getOrDefault(BuildChecks.SOURCE_DATE_EPOCH, "");
    return seconds.matches("\\d{1,11}")
        ? Optional.of(Instant.ofEpochSecond(Long.parseLong(seconds)))
        : Optional.empty();
  }
}
