package dev.imbrex.manifest.config;

import static java.util.Objects.requireNonNull;

import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.InvalidDigestException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.internal.json.Json;
import dev.imbrex.manifest.internal.json.JsonLimits;
import dev.imbrex.manifest.internal.json.JsonObject;
import dev.imbrex.manifest.internal.json.JsonStyle;
import dev.imbrex.manifest.internal.text.Quoted;
import dev.imbrex.platform.Platform;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The config of an image: its platform, its layers, its history, and how to run it (OCI image-spec
 * 1.1, "Image Configuration"; SN-C1 to SN-C8). The digest of its bytes is the id of the image.
 *
 * <pre>{@code
 * ImageConfig config = ImageConfig.parse(bytes, "config of app:1");
 * ImageConfig changed =
 *     config
 *         .withContainer(config.container().withUser("1000"))
 *         .appendEmpty(History.createdBy(now, "USER 1000"));
 * }</pre>
 *
 * <p>Immutable. The bytes it was read from are kept, and are its bytes as long as nothing changes
 * (SN-D10). {@code with…} and {@code append…} return a copy in which everything else is as it was:
 * unknown members at every level, the order of members, numbers as they are written. White space
 * between the members goes away. An edit that says what is already there changes nothing.
 *
 * <p>Reading is lenient about what is missing, because images in the wild lack things; {@link
 * #violations()} and {@link #validate()} are not. A value of the wrong type is refused in either
 * case.
 */
public final class ImageConfig {
  /** How many bytes are read by default (SN-M16): 8 MiB. */
  public static final long DEFAULT_MAX_BYTES = 8L << 20;

  private static final String BYTES_OPTION = "configBytes";

  private static final String CREATED = "created";
  private static final String AUTHOR = "author";
  private static final String ARCHITECTURE = "architecture";
  private static final String VARIANT = "variant";
  private static final String OS = "os";
  private static final String OS_VERSION = "os.version";
  private static final String OS_FEATURES = "os.features";
  private static final String CONFIG = "config";
  private static final String ROOTFS = "rootfs";
  private static final String HISTORY = "history";
  private static final String TYPE = "type";
  private static final String DIFF_IDS = "diff_ids";
  private static final String LAYERS = "layers";

  private static final String ID = "id";
  private static final String PARENT = "parent";
  private static final String COMMENT = "comment";
  private static final String CONTAINER = "container";
  private static final String CONTAINER_CONFIG = "container_config";
  private static final String DOCKER_VERSION = "docker_version";

  private static final List<String> TEXTS =
      List.of(
          CREATED,
          AUTHOR,
          ARCHITECTURE,
          VARIANT,
          OS,
          OS_VERSION,
          ID,
          PARENT,
          COMMENT,
          CONTAINER,
          DOCKER_VERSION);

  private static final List<String> ORDER =
      List.of(
          CREATED,
          AUTHOR,
          ARCHITECTURE,
          VARIANT,
          OS,
          OS_VERSION,
          OS_FEATURES,
          COMMENT,
          CONFIG,
          ROOTFS,
          HISTORY);

  private final JsonObject json;
  private final byte[] bytes;
  private final @Nullable JsonStyle style;
  private final Digest digest;
  private final Platform platform;
  private final ContainerConfig container;
  private final List<DiffId> diffIds;
  private final List<History> history;

  /**
   * Something a config must not have, or must have and has not.
   *
   * @param where the place, as a JSON pointer
   * @param problem what was expected and what was found
   */
  public record Violation(String where, String problem) {
    @Override
    public String toString() {
      return "at " + where + ": " + problem;
    }
  }

  /**
   * Takes a document apart.
   *
   * @param bytes the document
   * @param json the same
   * @param style how an edit printed it; null if it is as it was read
   */
  private ImageConfig(byte[] bytes, JsonObject json, @Nullable JsonStyle style)
      throws MalformedContentException {
    this.bytes = bytes;
    this.json = json;
    this.style = style;
    this.digest = Digest.sha256(bytes);
    for (String name : TEXTS) {
      json.findString(name);
    }
    this.platform = platform(json);
    this.container = container(json, CONFIG);
    container(json, CONTAINER_CONFIG);
    this.diffIds = diffIds(json);
    this.history = history(json);
  }

  /**
   * Reads a config of at most {@link #DEFAULT_MAX_BYTES}.
   *
   * @param bytes the document; copied
   * @param what the config, as messages name it: {@code "config of app:1"}
   * @throws MalformedContentException if it is not a JSON object, a member appears twice or is of
   *     the wrong type, or a diffID is not a digest
   * @throws LimitExceededException if it is larger or deeper than allowed
   */
  public static ImageConfig parse(byte[] bytes, String what)
      throws LimitExceededException, MalformedContentException {
    return parse(bytes, what, DEFAULT_MAX_BYTES);
  }

  /**
   * Reads a config as {@link #parse(byte[], String)} does.
   *
   * @param maxBytes how large it may be, in bytes
   */
  public static ImageConfig parse(byte[] bytes, String what, long maxBytes)
      throws LimitExceededException, MalformedContentException {
    byte[] copy = bytes.clone();
    JsonLimits limits = JsonLimits.ofBytes(maxBytes, BYTES_OPTION);
    return new ImageConfig(copy, Json.parseObject(copy, what, limits), null);
  }

  /** The config of an image without layers and history, with an empty container config. */
  public static ImageConfig of(Platform platform) {
    JsonObject rootfs =
        JsonObject.empty().with(TYPE, LAYERS).withStrings(DIFF_IDS, List.<String>of());
    JsonObject json =
        JsonObject.empty()
            .named("new image config")
            .with(ARCHITECTURE, platform.architecture())
            .with(OS, platform.os())
            .with(CONFIG, JsonObject.empty())
            .with(ROOTFS, rootfs);
    return Checked.again(() -> new ImageConfig(json.print(), json, JsonStyle.PLAIN))
        .withPlatform(platform);
  }

  /** The document: the bytes that were read, or those that the last edit gave. A copy. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The length of the document, in bytes. */
  public int size() {
    return bytes.length;
  }

  /** The digest of the document, which is the id of the image. */
  public Digest digest() {
    return digest;
  }

  /** What the image runs on (SN-P15); os and architecture are empty if the config has none. */
  public Platform platform() {
    return platform;
  }

  /**
   * A copy for another platform. Members that state the same already stay, and those that the
   * platform does not state go away.
   */
  public ImageConfig withPlatform(Platform newPlatform) {
    JsonObject edited = withText(json, ARCHITECTURE, newPlatform.architecture());
    edited = withText(edited, VARIANT, newPlatform.variant());
    edited = withText(edited, OS, newPlatform.os());
    edited = withText(edited, OS_VERSION, newPlatform.osVersion());
    List<String> features = newPlatform.osFeatures();
    if (!features.equals(platform.osFeatures())) {
      edited =
          features.isEmpty()
              ? edited.without(OS_FEATURES)
              : Checked.placed(
                  edited, edited.withStrings(OS_FEATURES, features), OS_FEATURES, ORDER);
    }
    return edited(edited);
  }

  /**
   * When the image was made; empty if that is not known, is the zero time {@code
   * 0001-01-01T00:00:00Z}, or is not written as RFC 3339 wants (SN-C5).
   */
  public Optional<Instant> created() {
    return createdText().flatMap(Timestamps::findKnown);
  }

  /** When the image was made, as it is written. */
  public Optional<String> createdText() {
    return text(CREATED);
  }

  /**
   * A copy made at another time; the text stays if it states the same time already.
   *
   * @throws IllegalArgumentException if the year is not within 0 to 9999
   */
  public ImageConfig withCreated(Instant created) {
    return created().equals(Optional.of(created))
        ? this
        : edited(withText(json, CREATED, Timestamps.print(created)));
  }

  /** A copy that does not say when it was made. */
  public ImageConfig withoutCreated() {
    return edited(json.without(CREATED));
  }

  /** Who made the image. */
  public Optional<String> author() {
    return text(AUTHOR).filter(author -> !author.isEmpty());
  }

  /** A copy with another author. */
  public ImageConfig withAuthor(String author) {
    return edited(withText(json, AUTHOR, requireNonNull(author, "author")));
  }

  /** A copy without an author. */
  public ImageConfig withoutAuthor() {
    return edited(json.without(AUTHOR));
  }

  /** Docker's remark of the last commit. */
  public Optional<String> comment() {
    return text(COMMENT).filter(comment -> !comment.isEmpty());
  }

  /** How a container is run; empty if the config does not say. */
  public ContainerConfig container() {
    return container;
  }

  /** A copy whose containers are run in another way. */
  public ImageConfig withContainer(ContainerConfig newContainer) {
    return newContainer.equals(container)
        ? this
        : edited(Checked.placed(json, json.with(CONFIG, newContainer.json()), CONFIG, ORDER));
  }

  /** The layers, lowest first. */
  public List<DiffId> diffIds() {
    return diffIds;
  }

  /** The steps in which the image was made, oldest first. */
  public List<History> history() {
    return history;
  }

  /** Which step made which layer; lenient about a history that is too short or too long. */
  public LayerHistory layerHistory() {
    return LayerHistory.of(history, diffIds.size());
  }

  /**
   * Which step made which layer.
   *
   * @throws MalformedContentException if more steps claim a layer than there are (SN-C7)
   */
  public LayerHistory requireLayerHistory() throws MalformedContentException {
    LayerHistory paired = layerHistory();
    if (paired.stepsWithoutLayer() > 0) {
      throw json.malformed(HISTORY, tooManySteps());
    }
    return paired;
  }

  /**
   * A copy with one more layer on top, and the step that made it (SN-C8). In an image whose layers
   * have no history, the step pairs with the lowest of them nevertheless: see {@link
   * LayerHistory#layersWithoutStep()}, and {@link #withLayers} to write the whole history.
   *
   * @throws IllegalArgumentException if the step is marked to have made no layer
   */
  public ImageConfig append(DiffId layer, History step) {
    if (step.isEmptyLayer()) {
      throw new IllegalArgumentException("The step made no layer: " + step);
    }
    return edited(withLayer(withSteps(json, plus(history, step)), plus(diffIds, layer)));
  }

  /** A copy with one more step, which made no layer; it is marked so. */
  public ImageConfig appendEmpty(History step) {
    return withHistory(plus(history, step.withEmptyLayer(true)));
  }

  /**
   * A copy with another history over the same layers.
   *
   * @throws IllegalArgumentException if more steps claim a layer than there are
   */
  public ImageConfig withHistory(List<History> newHistory) {
    return withLayers(diffIds, newHistory);
  }

  /**
   * A copy with other layers and the history of these, as squashing and rebasing need it (SN-C8).
   *
   * @throws IllegalArgumentException if more steps claim a layer than there are
   */
  public ImageConfig withLayers(List<DiffId> newDiffIds, List<History> newHistory) {
    int extra = LayerHistory.of(newHistory, newDiffIds.size()).stepsWithoutLayer();
    if (extra > 0) {
      throw new IllegalArgumentException(
          "Too many non-empty layers in the history: "
              + extra
              + " more than the "
              + newDiffIds.size()
              + " there are");
    }
    return edited(withLayer(withSteps(json, newHistory), newDiffIds));
  }

  /** The version of Docker that made the image. */
  public Optional<String> dockerVersion() {
    return text(DOCKER_VERSION);
  }

  /** The id of the container the image was committed from; Docker's classic builder notes it. */
  public Optional<String> buildContainer() {
    return text(CONTAINER);
  }

  /** The config of that container; Docker's classic builder notes it. */
  public Optional<ContainerConfig> buildContainerConfig() {
    return json.has(CONTAINER_CONFIG) && !json.isNull(CONTAINER_CONFIG)
        ? Optional.of(Checked.again(() -> container(json, CONTAINER_CONFIG)))
        : Optional.empty();
  }

  /** The id the image had before images were named by digest. */
  public Optional<String> legacyId() {
    return text(ID);
  }

  /** The id its parent had before images were named by digest. */
  public Optional<String> legacyParent() {
    return text(PARENT);
  }

  /**
   * What the config lacks or has too much, in the order of the specification; empty if it is valid.
   */
  public List<Violation> violations() {
    return Checked.again(() -> new ConfigRules(json).check(this));
  }

  /**
   * Fails if there are {@link #violations()}.
   *
   * @throws MalformedContentException with the place of the first one, and a message that has all
   */
  public void validate() throws MalformedContentException {
    List<Violation> violations = violations();
    if (!violations.isEmpty()) {
      Violation first = violations.get(0);
      String rest = violations.stream().skip(1).map(v -> "; " + v).collect(Collectors.joining());
      throw new MalformedContentException(json.what(), first.where(), first.problem() + rest);
    }
  }

  /** Equal to a config of equal bytes. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ImageConfig that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  /** The id of the image. */
  @Override
  public String toString() {
    return "ImageConfig[" + digest + "]";
  }

  String tooManySteps() {
    return "too many non-empty layers: "
        + (layerHistory().stepsWithoutLayer() + diffIds.size())
        + " entries for "
        + diffIds.size()
        + " diff_ids";
  }

  private static Platform platform(JsonObject json) throws MalformedContentException {
    return new Platform(
        json.findString(OS).orElse(""),
        json.findString(ARCHITECTURE).orElse(""),
        json.findString(VARIANT).orElse(null),
        json.findString(OS_VERSION).orElse(null),
        json.findStrings(OS_FEATURES).orElse(List.of()));
  }

  private static ContainerConfig container(JsonObject json, String name)
      throws MalformedContentException {
    Optional<JsonObject> written = json.findObject(name);
    return written.isEmpty() ? ContainerConfig.empty() : ContainerConfig.from(written.get());
  }

  private static List<DiffId> diffIds(JsonObject json) throws MalformedContentException {
    JsonObject rootfs = json.findObject(ROOTFS).orElse(JsonObject.empty());
    rootfs.findString(TYPE);
    List<DiffId> diffIds = new ArrayList<>();
    for (String text : rootfs.findStrings(DIFF_IDS).orElse(List.of())) {
      diffIds.add(diffId(rootfs, diffIds.size(), text));
    }
    return List.copyOf(diffIds);
  }

  private static DiffId diffId(JsonObject rootfs, int position, String text)
      throws MalformedContentException {
    try {
      return DiffId.parse(text);
    } catch (InvalidDigestException e) {
      String where = rootfs.where() + "/" + DIFF_IDS + "/" + position;
      throw new MalformedContentException(
          rootfs.what(), where, "not a digest: " + Quoted.of(text), e);
    }
  }

  private static List<History> history(JsonObject json) throws MalformedContentException {
    List<History> history = new ArrayList<>();
    for (JsonObject step : json.findObjects(HISTORY).orElse(List.of())) {
      history.add(History.from(step));
    }
    return List.copyOf(history);
  }

  private static <T> List<T> plus(List<T> list, T last) {
    List<T> longer = new ArrayList<>(list);
    longer.add(requireNonNull(last));
    return longer;
  }

  /** With a text that differs from the one there is, or without if there is to be none. */
  private static JsonObject withText(JsonObject json, String name, @Nullable String value) {
    String wanted = value == null ? "" : value;
    if (wanted.equals(Checked.again(() -> json.findString(name)).orElse(""))) {
      return json;
    }
    return wanted.isEmpty()
        ? json.without(name)
        : Checked.placed(json, json.with(name, wanted), name, ORDER);
  }

  private static JsonObject withSteps(JsonObject json, List<History> steps) {
    if (steps.equals(Checked.again(() -> history(json)))) {
      return json;
    }
    List<JsonObject> objects = steps.stream().map(History::json).toList();
    return Checked.placed(json, json.withObjects(HISTORY, objects), HISTORY, ORDER);
  }

  private static JsonObject withLayer(JsonObject json, List<DiffId> layers) {
    if (layers.equals(Checked.again(() -> diffIds(json)))) {
      return json;
    }
    List<String> texts = layers.stream().map(DiffId::toString).toList();
    JsonObject old = Checked.again(() -> json.findObject(ROOTFS)).orElse(JsonObject.empty());
    JsonObject rootfs = old.withStrings(DIFF_IDS, texts);
    if (!old.has(TYPE) || old.isNull(TYPE)) {
      rootfs = Checked.placed(old, rootfs.with(TYPE, LAYERS), TYPE, List.of(TYPE, DIFF_IDS));
    }
    return Checked.placed(json, json.with(ROOTFS, rootfs), ROOTFS, ORDER);
  }

  private Optional<String> text(String name) {
    return Checked.again(() -> json.findString(name));
  }

  private ImageConfig edited(JsonObject edited) {
    if (edited.equals(json)) {
      return this;
    }
    JsonStyle kept = style();
    return Checked.again(() -> new ImageConfig(edited.print(kept), edited, kept));
  }

  /** Docker escapes more than others do; what it printed stays as it is through an edit. */
  private JsonStyle style() {
    if (style != null) {
      return style;
    }
    boolean byDocker =
        Arrays.equals(bytes, json.print(JsonStyle.DOCKER)) && !Arrays.equals(bytes, json.print());
    return byDocker ? JsonStyle.DOCKER : JsonStyle.PLAIN;
  }
}
