package dev.imbrex.container;

import dev.imbrex.dockerfile.DockerfileException;
import dev.imbrex.image.Image;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.manifest.config.ContainerConfig;
import dev.imbrex.manifest.config.History;
import dev.imbrex.manifest.config.ImageConfig;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes an image of a container layer, as {@code docker commit} does: one more layer if anything
 * has changed, one more history entry, and a config that is the image's with changes (SN-S26,
 * SN-B35).
 *
 * <pre>{@code
 * Image next =
 *     container
 *         .commit()
 *         .command("/bin/sh", "-c", "make install")
 *         .author("Ada")
 *         .comment("installed")
 *         .config(config -> config.withUser("1000"))
 *         .build();
 * }</pre>
 *
 * <p>Changes act on the config of the image in the order in which they are given; what they leave
 * open or empty comes from the image again (SN-C13). Belongs to one thread; may be built from more
 * than once.
 */
public final class ContainerCommit {
  private final ContainerLayer container;
  private final ContainerConfig image;
  private final Clock clock;
  private ContainerConfig config;
  private List<String> command;
  private String author = "";
  private String comment = "";
  private @Nullable Instant created;
  private UnaryOperator<LayerOptions> layerOptions = UnaryOperator.identity();
  private DiffOptions diff = ContainerLayer.defaultDiff();
  private Progress progress = Progress.none();

  ContainerCommit(ContainerLayer container, ContainerConfig image, Clock clock) {
    this.container = container;
    this.image = image;
    this.clock = clock;
    this.config = image;
    this.command = image.cmd().orElse(List.of());
  }

  /**
   * What the container ran, which the history says it was created by, joined by spaces; the command
   * of the image unless told.
   */
  public ContainerCommit command(String... words) {
    command = List.of(words);
    return this;
  }

  /** Who made the image, for its config and history; as in the image below unless told. */
  public ContainerCommit author(String name) {
    author = Objects.requireNonNull(name);
    return this;
  }

  /** A remark, for the history. */
  public ContainerCommit comment(String text) {
    comment = Objects.requireNonNull(text);
    return this;
  }

  /** The creation time of the image and of its history entry; that of the clock unless told. */
  public ContainerCommit created(Instant time) {
    created = Objects.requireNonNull(time);
    return this;
  }

  /** Changes how containers of the image are run. */
  public ContainerCommit config(UnaryOperator<ContainerConfig> change) {
    config = Objects.requireNonNull(change.apply(config));
    return this;
  }

  /**
   * Changes how containers of the image are run by instructions of a Dockerfile, as {@code docker
   * commit --change} takes them: {@code CMD}, {@code ENTRYPOINT}, {@code ENV}, {@code EXPOSE},
   * {@code LABEL}, {@code ONBUILD}, {@code USER}, {@code VOLUME} and {@code WORKDIR} (SN-B35).
   * Variables in them are those of the environment so far.
   *
   * @param instructions one in a line
   * @throws DockerfileException if it is another instruction, or none; nothing is changed then
   */
  public ContainerCommit change(String instructions) throws DockerfileException {
    config = ConfigChange.of(instructions).apply(config);
    return this;
  }

  /**
   * How the layer is compressed, and which times its files get; as the storage prefers, and whole
   * seconds, unless told.
   */
  public ContainerCommit layerOptions(LayerOptions options) {
    Objects.requireNonNull(options);
    layerOptions = any -> options;
    return this;
  }

  /** Changes how the layer is written, and leaves the rest as it is. */
  public ContainerCommit layerOptions(UnaryOperator<LayerOptions> change) {
    Objects.requireNonNull(change);
    UnaryOperator<LayerOptions> before = layerOptions;
    layerOptions = options -> change.apply(before.apply(options));
    return this;
  }

  /** What counts as a change; contents are compared by their bytes unless told. */
  public ContainerCommit diffOptions(DiffOptions options) {
    diff = Objects.requireNonNull(options);
    return this;
  }

  /** Is told how far the layer is written, and may stop that. */
  public ContainerCommit progress(Progress listener) {
    progress = Objects.requireNonNull(listener);
    return this;
  }

  /**
   * Makes the image from the files as they are now. It gets no name.
   *
   * @throws dev.imbrex.manifest.error.UnsupportedContentException if a change cannot be said in a
   *     layer
   * @throws dev.imbrex.manifest.error.ImageException if content cannot be read or written
   */
  public Image build() throws IOException {
    ContainerConfig merged = config.mergedOver(image);
    String by = author;
    History history =
        History.empty()
            .withCreated(Optional.ofNullable(created).orElseGet(clock::instant))
            .withCreatedBy(String.join(" ", command))
            .withAuthor(by)
            .withComment(comment);
    UnaryOperator<ImageConfig> change =
        old -> (by.isEmpty() ? old : old.withAuthor(by)).withContainer(merged);
    return container.build(
        diff,
        (builder, layer) ->
            builder.layerOptions(layerOptions).step(history, layer, change, progress).build());
  }
}
