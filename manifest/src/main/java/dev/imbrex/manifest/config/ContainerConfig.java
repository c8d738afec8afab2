package dev.imbrex.manifest.config;

import static java.util.Objects.requireNonNull;

import dev.imbrex.manifest.config.ContainerMember.Kind;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.internal.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a container of an image is run by default: the {@code config} of an image config (OCI
 * image-spec 1.1, "config"; SN-C2 to SN-C5).
 *
 * <pre>{@code
 * ContainerConfig changed =
 *     image.container().withEnv("PATH", "/app/bin").withExposedPort(ExposedPort.tcp(8080));
 * }</pre>
 *
 * <p>Immutable; {@code with…} returns a copy in which everything else is as it was: unknown
 * members, their order, numbers as they are written, and whether a member is absent, null or empty.
 * The accessors do not tell absent from null; {@link #has} and {@link #isNull} do. An edit that
 * says what is already there changes nothing.
 */
public final class ContainerConfig {
  private static final ContainerConfig EMPTY = new ContainerConfig(JsonObject.empty());

  private final JsonObject json;

  private ContainerConfig(JsonObject json) {
    this.json = json;
  }

  /** A config without members. */
  public static ContainerConfig empty() {
    return EMPTY;
  }

  static ContainerConfig from(JsonObject json) throws MalformedContentException {
    for (ContainerMember member : ContainerMember.values()) {
      member.check(json);
    }
    return new ContainerConfig(json);
  }

  /** Whether there is such a member, be it null. */
  public boolean has(ContainerMember member) {
    return json.has(member.toString());
  }

  /** Whether there is such a member, and it is null. */
  public boolean isNull(ContainerMember member) {
    return json.isNull(member.toString());
  }

  /** A copy without the member. */
  public ContainerConfig without(ContainerMember member) {
    return edited(json.without(member.toString()));
  }

  /** A copy in which the member is null. */
  public ContainerConfig withNull(ContainerMember member) {
    return isNull(member) ? this : put(member, o -> o.withNull(member.toString()));
  }

  /**
   * The text of a member; empty if it is absent, null or empty.
   *
   * @throws IllegalArgumentException if the member is no text
   */
  public Optional<String> text(ContainerMember member) {
    member.require(Kind.TEXT);
    return Checked.again(() -> json.findString(member.toString())).filter(t -> !t.isEmpty());
  }

  /**
   * The flag of a member; false if it is absent or null.
   *
   * @throws IllegalArgumentException if the member is no flag
   */
  public boolean flag(ContainerMember member) {
    member.require(Kind.FLAG);
    return Checked.again(() -> json.findBoolean(member.toString())).orElse(false);
  }

  /**
   * The number of a member; empty if it is absent or null.
   *
   * @throws IllegalArgumentException if the member is no number
   */
  public OptionalLong number(ContainerMember member) {
    member.require(Kind.NUMBER);
    return Checked.again(() -> json.findLong(member.toString()))
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }

  /**
   * The list of a member; empty if it is absent or null, and an empty list if it is that. A lone
   * string, which old tools wrote, is a list of one.
   *
   * @throws IllegalArgumentException if the member is no list
   */
  public Optional<List<String>> strings(ContainerMember member) {
    member.require(Kind.STRINGS);
    return Checked.again(() -> member.strings(json));
  }

  /**
   * A copy with a text.
   *
   * @throws IllegalArgumentException if the member is no text
   */
  public ContainerConfig with(ContainerMember member, String value) {
    member.require(Kind.TEXT);
    requireNonNull(value, "value");
    boolean same =
        Checked.again(() -> json.findString(member.toString())).equals(Optional.of(value));
    return same ? this : put(member, o -> o.with(member.toString(), value));
  }

  /**
   * A copy with a flag.
   *
   * @throws IllegalArgumentException if the member is no flag
   */
  public ContainerConfig with(ContainerMember member, boolean value) {
    member.require(Kind.FLAG);
    boolean same =
        Checked.again(() -> json.findBoolean(member.toString())).equals(Optional.of(value));
    return same ? this : put(member, o -> o.with(member.toString(), value));
  }

  /**
   * A copy with a number.
   *
   * @throws IllegalArgumentException if the member is no number
   */
  public ContainerConfig with(ContainerMember member, long value) {
    return number(member).equals(OptionalLong.of(value))
        ? this
        : put(member, o -> o.with(member.toString(), value));
  }

  /**
   * A copy with a list.
   *
   * @throws IllegalArgumentException if the member is no list
   */
  public ContainerConfig with(ContainerMember member, List<String> values) {
    List<String> copy = List.copyOf(values);
    return strings(member).equals(Optional.of(copy))
        ? this
        : put(member, o -> o.withStrings(member.toString(), copy));
  }

  /** The user, as text: {@code 1000:1000}. */
  public Optional<String> user() {
    return text(ContainerMember.USER);
  }

  /** A copy with another user. */
  public ContainerConfig withUser(String user) {
    return with(ContainerMember.USER, user);
  }

  /** The directory a container starts in. */
  public Optional<String> workingDir() {
    return text(ContainerMember.WORKING_DIR);
  }

  /** A copy with another working directory. */
  public ContainerConfig withWorkingDir(String workingDir) {
    return with(ContainerMember.WORKING_DIR, workingDir);
  }

  /** The signal that stops a container, as text: {@code SIGTERM}. */
  public Optional<String> stopSignal() {
    return text(ContainerMember.STOP_SIGNAL);
  }

  /** A copy with another stop signal. */
  public ContainerConfig withStopSignal(String stopSignal) {
    return with(ContainerMember.STOP_SIGNAL, stopSignal);
  }

  /** What runs in front of the command. An empty list is not the same as none (SN-C3). */
  public Optional<List<String>> entrypoint() {
    return strings(ContainerMember.ENTRYPOINT);
  }

  /** A copy with another entrypoint; the command stays. */
  public ContainerConfig withEntrypoint(List<String> entrypoint) {
    return with(ContainerMember.ENTRYPOINT, entrypoint);
  }

  /** The command, or the arguments of the entrypoint. An empty list is not the same as none. */
  public Optional<List<String>> cmd() {
    return strings(ContainerMember.CMD);
  }

  /** A copy with another command. */
  public ContainerConfig withCmd(List<String> cmd) {
    return with(ContainerMember.CMD, cmd);
  }

  /** The shell of a Dockerfile's shell forms. */
  public Optional<List<String>> shell() {
    return strings(ContainerMember.SHELL);
  }

  /** A copy with another shell. */
  public ContainerConfig withShell(List<String> shell) {
    return with(ContainerMember.SHELL, shell);
  }

  /** The instructions a build on this image starts with. */
  public Optional<List<String>> onBuild() {
    return strings(ContainerMember.ON_BUILD);
  }

  /** A copy with other triggers. */
  public ContainerConfig withOnBuild(List<String> onBuild) {
    return with(ContainerMember.ON_BUILD, onBuild);
  }

  /** The entries of the environment as they are written, those without {@code =} included. */
  public Optional<List<String>> env() {
    return strings(ContainerMember.ENV);
  }

  /** A copy with other entries, as they are to be written. */
  public ContainerConfig withEnv(List<String> entries) {
    return with(ContainerMember.ENV, entries);
  }

  /**
   * The environment by name, in the order in which the names first appear. Of several entries the
   * last one counts; one without {@code =} sets nothing.
   */
  public Map<String, String> environment() {
    return Env.values(env().orElse(List.of()));
  }

  /** The value of an environment variable: that of the last entry that sets it. */
  public Optional<String> findEnv(String name) {
    return Optional.ofNullable(environment().get(name));
  }

  /**
   * A copy with an environment variable. It keeps the place of the first entry of its name, further
   * ones go away; a new one comes last.
   *
   * @throws IllegalArgumentException if the name is empty or holds {@code =}
   */
  public ContainerConfig withEnv(String name, String value) {
    return withEnv(Env.with(env().orElse(List.of()), name, value));
  }

  /** A copy in which no entry has this name. */
  public ContainerConfig withoutEnv(String name) {
    List<String> entries = env().orElse(List.of());
    List<String> left = Env.without(entries, name);
    return left.size() == entries.size() ? this : withEnv(left);
  }

  /** The ports a container listens on, those keys left out that are not port keys. */
  public List<ExposedPort> exposedPorts() {
    return exposedPortKeys().stream()
        .map(ExposedPort::find)
        .flatMap(Optional::stream)
        .distinct()
        .toList();
  }

  /** The keys of {@code ExposedPorts} as they are written. */
  public List<String> exposedPortKeys() {
    return object(ContainerMember.EXPOSED_PORTS).names();
  }

  /** A copy with one more port; the same if it is there, with or without its protocol. */
  public ContainerConfig withExposedPort(ExposedPort port) {
    return exposedPorts().contains(port)
        ? this
        : withName(ContainerMember.EXPOSED_PORTS, port.toString());
  }

  /** A copy without a port. */
  public ContainerConfig withoutExposedPort(ExposedPort port) {
    JsonObject ports = object(ContainerMember.EXPOSED_PORTS);
    JsonObject left = ports;
    for (String key : ports.names()) {
      left = ExposedPort.find(key).equals(Optional.of(port)) ? left.without(key) : left;
    }
    return withObject(ContainerMember.EXPOSED_PORTS, ports, left);
  }

  /** The paths that are volumes. */
  public List<String> volumes() {
    return object(ContainerMember.VOLUMES).names();
  }

  /** A copy with one more volume. */
  public ContainerConfig withVolume(String path) {
    return withName(ContainerMember.VOLUMES, path);
  }

  /** A copy without a volume. */
  public ContainerConfig withoutVolume(String path) {
    JsonObject volumes = object(ContainerMember.VOLUMES);
    return withObject(ContainerMember.VOLUMES, volumes, volumes.without(path));
  }

  /** The labels, in their order; a null one reads as empty text. */
  public Map<String, String> labels() {
    JsonObject labels = object(ContainerMember.LABELS);
    Map<String, String> map = new LinkedHashMap<>();
    for (String name : labels.names()) {
      map.put(name, Checked.again(() -> labels.findString(name)).orElse(""));
    }
    return Collections.unmodifiableMap(map);
  }

  /** A copy with a label; an existing one keeps its place. */
  public ContainerConfig withLabel(String name, String value) {
    JsonObject labels = object(ContainerMember.LABELS);
    boolean same = Checked.again(() -> labels.findString(name)).equals(Optional.of(value));
    return same ? this : withObject(ContainerMember.LABELS, labels, labels.with(name, value));
  }

  /** A copy without a label. */
  public ContainerConfig withoutLabel(String name) {
    JsonObject labels = object(ContainerMember.LABELS);
    return withObject(ContainerMember.LABELS, labels, labels.without(name));
  }

  /** How to find out whether a container is well. */
  public Optional<Healthcheck> healthcheck() {
    Optional<JsonObject> written = findObject(ContainerMember.HEALTHCHECK);
    return written.map(object -> Checked.again(() -> Healthcheck.from(object)));
  }

  /** A copy with another health check; members of the old one that are not known survive. */
  public ContainerConfig withHealthcheck(Healthcheck healthcheck) {
    Optional<JsonObject> old = findObject(ContainerMember.HEALTHCHECK);
    JsonObject before = old.orElse(JsonObject.empty());
    JsonObject after = Checked.again(() -> healthcheck.writtenOver(before));
    return old.isPresent() && after.equals(before)
        ? this
        : put(ContainerMember.HEALTHCHECK, o -> o.with("Healthcheck", after));
  }

  /** Docker's host name. */
  public Optional<String> hostname() {
    return text(ContainerMember.HOSTNAME);
  }

  /** Docker's domain name. */
  public Optional<String> domainname() {
    return text(ContainerMember.DOMAINNAME);
  }

  /** The image a container was made from, as Docker's classic builder notes it. */
  public Optional<String> image() {
    return text(ContainerMember.IMAGE);
  }

  /** Docker's MAC address. */
  public Optional<String> macAddress() {
    return text(ContainerMember.MAC_ADDRESS);
  }

  /** Whether the command is escaped already; Windows only. */
  public boolean isArgsEscaped() {
    return flag(ContainerMember.ARGS_ESCAPED);
  }

  /** Whether a container has a terminal. */
  public boolean isTty() {
    return flag(ContainerMember.TTY);
  }

  /** The seconds after which stopping becomes killing. */
  public OptionalLong stopTimeout() {
    return number(ContainerMember.STOP_TIMEOUT);
  }

  /** The memory limit, in bytes. */
  public OptionalLong memory() {
    return number(ContainerMember.MEMORY);
  }

  /** The limit of memory and swap together, in bytes; -1 for none. */
  public OptionalLong memorySwap() {
    return number(ContainerMember.MEMORY_SWAP);
  }

  /** The relative share of processor time. */
  public OptionalLong cpuShares() {
    return number(ContainerMember.CPU_SHARES);
  }

  /**
   * What a commit writes (SN-C13): this config, and from the config of the image what this one
   * leaves open.
   *
   * <ul>
   *   <li>User, WorkingDir and StopSignal if they are empty here;
   *   <li>ExposedPorts, Volumes and Labels that are not here;
   *   <li>Env entries whose names are not here; from a config with none, all as they are;
   *   <li>Cmd, with ArgsEscaped, if both Entrypoint and Cmd are empty here;
   *   <li>Entrypoint if it is absent or null here: an empty list clears it;
   *   <li>Healthcheck, member by member.
   * </ul>
   */
  public ContainerConfig mergedOver(ContainerConfig image) {
    return Checked.again(() -> new ContainerConfig(ContainerMerge.merge(this, image)));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ContainerConfig that && json.equals(that.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  /** The config as JSON. */
  @Override
  public String toString() {
    return json.toString();
  }

  JsonObject json() {
    return json;
  }

  /** The object of a member, empty if it is absent or null. */
  JsonObject object(ContainerMember member) {
    return findObject(member).orElse(JsonObject.empty());
  }

  private Optional<JsonObject> findObject(ContainerMember member) {
    return Checked.again(() -> json.findObject(member.toString()));
  }

  private ContainerConfig withName(ContainerMember member, String name) {
    JsonObject names = object(member);
    return names.has(name) ? this : withObject(member, names, names.with(name, JsonObject.empty()));
  }

  private ContainerConfig withObject(ContainerMember member, JsonObject before, JsonObject after) {
    return after.equals(before) ? this : put(member, o -> o.with(member.toString(), after));
  }

  private ContainerConfig put(ContainerMember member, UnaryOperator<JsonObject> edit) {
    return edited(Checked.placed(json, edit.apply(json), member.toString(), ContainerMember.ORDER));
  }

  private ContainerConfig edited(JsonObject edited) {
    return edited.equals(json) ? this : new ContainerConfig(edited);
  }
}
