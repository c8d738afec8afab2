package dev.imbrex.build;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageDiff;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Layer;
import dev.imbrex.image.Lease;
import dev.imbrex.image.TransferOptions;
import dev.imbrex.image.internal.progress.Asking;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.manifest.config.ContainerConfig;
import dev.imbrex.manifest.config.ExposedPort;
import dev.imbrex.manifest.config.Healthcheck;
import dev.imbrex.manifest.config.History;
import dev.imbrex.manifest.config.ImageConfig;
import dev.imbrex.platform.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Builds an image on another one, or on scratch, step by step.
 *
 * <pre>{@code
 * Image app =
 *     ImageBuilder.from(base)
 *         .layer(layer -> layer.file("/app/greeting", "Hello\n").delete("/etc/motd"))
 *         .env("LANG", "C.UTF-8")
 *         .cmd("/bin/cat", "/app/greeting")
 *         .build();
 * }</pre>
 *
 * <p>Each call that names a step makes one history entry, and one image whose parent is the step
 * before (SN-C8); {@link #keepSteps} says whether these are kept, or only the last one with the
 * base as its parent. Nothing happens before {@link #build}; it writes into the store of the base,
 * or the one given. What it writes is a function of base, steps and options: no clock and no
 * machine setting has a say.
 *
 * <p>A builder belongs to one thread. It may be built from more than once.
 */
public final class ImageBuilder {
  private final Optional<Image> base;
  private final Platform platform;
  private final List<Step> steps = new ArrayList<>();
  private final Map<String, String> annotations = new LinkedHashMap<>();
  private ImageStore store;
  private UnaryOperator<LayerOptions> layerOptions = UnaryOperator.identity();
  private Optional<Instant> created = Optional.of(Instant.EPOCH);
  private boolean keepSteps = true;
  private Progress progress = Progress.none();

  /** One history entry to be, with what it changes. */
  private interface Step {
    Draft apply(Draft draft, Progress progress) throws IOException;
  }

  private ImageBuilder(ImageStore store, Optional<Image> base, Platform platform) {
    this.store = store;
    this.base = base;
    this.platform = platform;
  }

  /** Builds on an image, in the storage it is in. */
  public static ImageBuilder from(Image base) {
    return new ImageBuilder(ImageStore.of(base), Optional.of(base), base.platform());
  }

  /**
   * Builds on nothing.
   *
   * @param store the store to build in
   * @param platform what the image is to run on
   */
  public static ImageBuilder scratch(ImageStore store, Platform platform) {
    return new ImageBuilder(store, Optional.empty(), Objects.requireNonNull(platform));
  }

  // ---- Where and how

  /** Builds in this store; a base that comes from another one is brought into it first. */
  public ImageBuilder in(ImageStore newStore) {
    store = Objects.requireNonNull(newStore);
    return this;
  }

  /**
   * How layers are compressed, and which times their files get, from here on. Unless told, they are
   * compressed as the store that is built in prefers it, with times of whole seconds.
   */
  public ImageBuilder layerOptions(LayerOptions options) {
    Objects.requireNonNull(options);
    layerOptions = any -> options;
    return this;
  }

  /**
   * Changes how layers are written from here on, and leaves the rest as it is: {@code options ->
   * options.withTimes(TimePolicy.nanos())} keeps the compression that the store prefers.
   *
   * @param change of the options as they are; asked at each layer of each {@link #build}
   */
  public ImageBuilder layerOptions(UnaryOperator<LayerOptions> change) {
    Objects.requireNonNull(change);
    UnaryOperator<LayerOptions> before = layerOptions;
    layerOptions = options -> change.apply(before.apply(options));
    return this;
  }

  /**
   * The creation time of the image and of the steps from here on; the epoch, unless told. It is
   * written with whatever precision it has.
   */
  public ImageBuilder created(Instant time) {
    created = Optional.of(time);
    return this;
  }

  /** Writes no creation time for the steps from here on. */
  public ImageBuilder withoutCreated() {
    created = Optional.empty();
    return this;
  }

  /**
   * Whether each step is kept as an image of its own, without a name, linked to the one before. It
   * is, unless told.
   */
  public ImageBuilder keepSteps(boolean keep) {
    keepSteps = keep;
    return this;
  }

  /** Is told how far content is read, copied and written, and may stop that. */
  public ImageBuilder progress(Progress listener) {
    progress = Objects.requireNonNull(listener);
    return this;
  }

  /** Annotates the manifest of the final image. A base's annotations are not inherited. */
  public ImageBuilder annotation(String key, String value) {
    annotations.put(key, value);
    return this;
  }

  // ---- Layers

  /** Puts together what goes into a layer. */
  public interface LayerContent {
    /** Says what the layer adds, changes and deletes. */
    void describe(LayerBuilder layer) throws IOException;
  }

  /** Adds a layer. The content is asked for at each {@link #build}. */
  public ImageBuilder layer(LayerContent content) {
    return layer("layer", content);
  }

  /**
   * Adds a layer.
   *
   * @param createdBy what the history says of it
   */
  public ImageBuilder layer(String createdBy, LayerContent content) {
    Objects.requireNonNull(content);
    UnaryOperator<LayerOptions> options = layerOptions;
    History history = history(createdBy);
    steps.add(
        (draft, told) -> draft.withNewLayer(content, optionsFor(draft, options), history, told));
    return this;
  }

  /**
   * Adds a layer that is there already, in any store.
   *
   * @param createdBy what the history says of it
   */
  public ImageBuilder layer(String createdBy, Layer layer) {
    Objects.requireNonNull(layer);
    History history = history(createdBy);
    steps.add((draft, told) -> draft.withLayer(layer, history, told));
    return this;
  }

  /**
   * Adds a layer of these entries, as they are and in this order. {@link #layer(String,
   * LayerContent)} is for describing a layer; this is for one that was computed.
   *
   * @param createdBy what the history says of it
   * @param entries a layer as {@link dev.imbrex.layers.layer.TarWriter} takes it
   */
  public ImageBuilder layer(String createdBy, List<? extends LayerEntry> entries) {
    List<LayerEntry> copied = List.copyOf(entries);
    UnaryOperator<LayerOptions> options = layerOptions;
    History history = history(createdBy);
    steps.add(
        (draft, told) -> draft.withEntries(copied, optionsFor(draft, options), history, told));
    return this;
  }

  /**
   * Lays all layers of another image on top, with their history (LC-E12). Whiteouts in them act on
   * what is below. Nothing else of the image is taken over.
   */
  public ImageBuilder layersOf(Image other) {
    StackedLayers stack = StackedLayers.of(other.layers(), other.config());
    for (int i = 0; i < stack.layers().size(); i++) {
      Layer layer = stack.layers().get(i);
      History history = stack.historyOf(i);
      steps.add((draft, told) -> draft.withLayer(layer, history, told));
    }
    return this;
  }

  /**
   * Adds what leads from one image to another (LC-E13): the layers that the second has more, if
   * that is all, else one computed layer. Laid upon the first image, it gives the files of the
   * second.
   *
   * @param createdBy what the history says of it
   */
  public ImageBuilder diff(String createdBy, ImageDiff diff) {
    UnaryOperator<LayerOptions> options = layerOptions;
    History history = history(createdBy);
    if (diff.layers().isPresent()) {
      diff.layers()
          .get()
          .forEach(layer -> steps.add((draft, told) -> draft.withLayer(layer, history, told)));
    } else {
      steps.add(
          (draft, told) ->
              draft.withEntries(diff.entries(), optionsFor(draft, options), history, told));
    }
    return this;
  }

  /**
   * Adds a tar file as a layer, with its bytes as they are: only compressed, or decompressed first,
   * as the options want. This is how a root file system becomes a base image.
   *
   * @param tar a tar, plain or compressed with gzip, zstd, bzip2 or xz; of any file system
   * @param createdBy what the history says of it
   */
  public ImageBuilder tarLayer(String createdBy, Path tar) {
    Objects.requireNonNull(tar);
    UnaryOperator<LayerOptions> options = layerOptions;
    History history = history(createdBy);
    steps.add((draft, told) -> draft.withTar(tar, optionsFor(draft, options), history, told));
    return this;
  }

  // ---- Config

  /** Sets an environment variable. */
  public ImageBuilder env(String name, String value) {
    return config("ENV " + name + "=" + value, config -> config.withEnv(name, value));
  }

  /** Sets a label. */
  public ImageBuilder label(String name, String value) {
    return config("LABEL " + name + "=" + value, config -> config.withLabel(name, value));
  }

  /** Sets the command, as a list of program and arguments. */
  public ImageBuilder cmd(String... command) {
    List<String> words = List.of(command);
    return config("CMD " + quoted(words), config -> config.withCmd(words));
  }

  /** Sets the entry point, as a list of program and arguments. */
  public ImageBuilder entrypoint(String... command) {
    List<String> words = List.of(command);
    return config("ENTRYPOINT " + quoted(words), config -> config.withEntrypoint(words));
  }

  /** Sets the user, by name or number, with a group behind a colon perhaps. */
  public ImageBuilder user(String user) {
    return config("USER " + user, config -> config.withUser(user));
  }

  /** Sets the working directory. */
  public ImageBuilder workingDir(String directory) {
    return config("WORKDIR " + directory, config -> config.withWorkingDir(directory));
  }

  /** Adds a port: {@code 80}, {@code 80/tcp}, {@code 53/udp}. */
  public ImageBuilder exposedPort(String port) {
    return config(
        "EXPOSE [" + port + "]", config -> config.withExposedPort(ExposedPort.parse(port)));
  }

  /** Adds a volume. */
  public ImageBuilder volume(String path) {
    return config("VOLUME [" + path + "]", config -> config.withVolume(path));
  }

  /** Sets the signal that stops a container: a name or a number. */
  public ImageBuilder stopSignal(String signal) {
    return config("STOPSIGNAL " + signal, config -> config.withStopSignal(signal));
  }

  /** Sets the health check. */
  public ImageBuilder healthcheck(Healthcheck healthcheck) {
    return config("HEALTHCHECK " + healthcheck, config -> config.withHealthcheck(healthcheck));
  }

  /**
   * Changes the container config in any way, as one step.
   *
   * @param createdBy what the history says of it
   */
  public ImageBuilder config(String createdBy, UnaryOperator<ContainerConfig> change) {
    Objects.requireNonNull(change);
    return change(createdBy, config -> config.withContainer(change.apply(config.container())));
  }

  /** Sets the author, as one step. */
  public ImageBuilder author(String author) {
    return change("MAINTAINER " + author, config -> config.withAuthor(author));
  }

  // ---- Both

  /**
   * Adds a layer and changes the config, as one step with one history entry. Without entries there
   * is no layer, and the history says so (SN-C8).
   *
   * @param history the entry; whether it made a layer is set as it is
   * @param entries a layer as {@link dev.imbrex.layers.layer.TarWriter} takes it
   * @param change of the config as it is before the step
   * @param progress is told how far the layer is written, in place of {@link #progress(Progress)}
   */
  public ImageBuilder step(
      History history,
      List<? extends LayerEntry> entries,
      UnaryOperator<ImageConfig> change,
      Progress progress) {
    Objects.requireNonNull(change);
    Objects.requireNonNull(progress);
    List<LayerEntry> copied = List.copyOf(entries);
    UnaryOperator<LayerOptions> options = layerOptions;
    History made = history.withEmptyLayer(copied.isEmpty());
    steps.add(
        (draft, told) ->
            copied.isEmpty()
                ? draft.withConfig(change.apply(draft.config()), made)
                : draft.withEntries(copied, optionsFor(draft, options), change, made, progress));
    return this;
  }

  // ---- Building

  /**
   * Builds the image and the steps to it. It gets no name; {@link ImageStore#tag} gives it one.
   *
   * <p>The result is the base itself if there is a base and no step.
   *
   * @throws dev.imbrex.manifest.error.ImageException if content cannot be read or written, or does
   *     not fit together; what was written by then is garbage for the next collection
   */
  public Image build() throws IOException {
    return Asking.during(progress, this::build);
  }

  @SuppressWarnings("try") // The lease is held, not used.
  private Image build(Progress asked) throws IOException {
    try (Lease lease = store.storage().lease()) {
      Draft draft = start(asked);
      int left = steps.size();
      if (left == 0 && draft.parent().isPresent() && annotations.isEmpty()) {
        return draft.parent().get();
      }
      for (Step step : steps) {
        draft = step.apply(draft, asked);
        left--;
        if (keepSteps && left > 0) {
          draft = draft.onTopOf(draft.write(store, Map.of()));
        }
      }
      return draft.write(store, annotations);
    }
  }

  private Draft start(Progress asked) throws IOException {
    if (base.isEmpty()) {
      return Draft.scratch(store.storage(), ImageConfig.of(platform));
    }
    Image image = base.get();
    boolean elsewhere = image.storage() != store.storage();
    return Draft.on(
        elsewhere ? store.add(image, TransferOptions.defaults().withProgress(asked)) : image);
  }

  /** Where a layer goes is known only when it is written. */
  private static LayerOptions optionsFor(Draft draft, UnaryOperator<LayerOptions> change) {
    return change.apply(NewLayer.optionsFor(draft.storage()));
  }

  private ImageBuilder change(String createdBy, UnaryOperator<ImageConfig> change) {
    History history = history(createdBy);
    steps.add((draft, told) -> draft.withConfig(change.apply(draft.config()), history));
    return this;
  }

  private History history(String createdBy) {
    History history = History.empty().withCreatedBy(createdBy).withComment("imbrex");
    return created.isPresent() ? history.withCreated(created.get()) : history;
  }

  /** A list of words as BuildKit's history has it (SN-B30). */
  private static String quoted(List<String> words) {
    StringBuilder text = new StringBuilder("[");
    for (String word : words) {
      text.append(text.length() > 1 ? " \"" : "\"").append(word).append('"');
    }
    return text.append(']').toString();
  }
}
