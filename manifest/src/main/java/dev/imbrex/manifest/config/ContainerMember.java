package dev.imbrex.manifest.config;

import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.internal.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The members of a {@link ContainerConfig} (SN-C2), in the order in which Docker writes them. */
public enum ContainerMember {
  /** {@code Hostname}; Docker's. */
  HOSTNAME("Hostname", Kind.TEXT),
  /** {@code Domainname}; Docker's. */
  DOMAINNAME("Domainname", Kind.TEXT),
  /** {@code User}. */
  USER("User", Kind.TEXT),
  /** {@code AttachStdin}; Docker's. */
  ATTACH_STDIN("AttachStdin", Kind.FLAG),
  /** {@code AttachStdout}; Docker's. */
  ATTACH_STDOUT("AttachStdout", Kind.FLAG),
  /** {@code AttachStderr}; Docker's. */
  ATTACH_STDERR("AttachStderr", Kind.FLAG),
  /** {@code ExposedPorts}. */
  EXPOSED_PORTS("ExposedPorts", Kind.NAMES),
  /** {@code Tty}; Docker's. */
  TTY("Tty", Kind.FLAG),
  /** {@code OpenStdin}; Docker's. */
  OPEN_STDIN("OpenStdin", Kind.FLAG),
  /** {@code StdinOnce}; Docker's. */
  STDIN_ONCE("StdinOnce", Kind.FLAG),
  /** {@code Env}. */
  ENV("Env", Kind.STRINGS),
  /** {@code Cmd}. */
  CMD("Cmd", Kind.STRINGS),
  /** {@code Healthcheck}. */
  HEALTHCHECK("Healthcheck", Kind.HEALTHCHECK),
  /** {@code ArgsEscaped}. */
  ARGS_ESCAPED("ArgsEscaped", Kind.FLAG),
  /** {@code Image}; Docker's. */
  IMAGE("Image", Kind.TEXT),
  /** {@code Volumes}. */
  VOLUMES("Volumes", Kind.NAMES),
  /** {@code WorkingDir}. */
  WORKING_DIR("WorkingDir", Kind.TEXT),
  /** {@code Entrypoint}. */
  ENTRYPOINT("Entrypoint", Kind.STRINGS),
  /** {@code NetworkDisabled}; Docker's. */
  NETWORK_DISABLED("NetworkDisabled", Kind.FLAG),
  /** {@code MacAddress}; Docker's. */
  MAC_ADDRESS("MacAddress", Kind.TEXT),
  /** {@code OnBuild}. */
  ON_BUILD("OnBuild", Kind.STRINGS),
  /** {@code Labels}. */
  LABELS("Labels", Kind.LABELS),
  /** {@code StopSignal}. */
  STOP_SIGNAL("StopSignal", Kind.TEXT),
  /** {@code StopTimeout}, in seconds; Docker's. */
  STOP_TIMEOUT("StopTimeout", Kind.NUMBER),
  /** {@code Shell}. */
  SHELL("Shell", Kind.STRINGS),
  /** {@code Memory}, in bytes. */
  MEMORY("Memory", Kind.NUMBER),
  /** {@code MemorySwap}, in bytes. */
  MEMORY_SWAP("MemorySwap", Kind.NUMBER),
  /** {@code CpuShares}. */
  CPU_SHARES("CpuShares", Kind.NUMBER);

  static final List<String> ORDER = Arrays.stream(values()).map(ContainerMember::toString).toList();

  private final String jsonName;
  private final Kind kind;

  ContainerMember(String jsonName, Kind kind) {
    this.jsonName = jsonName;
    this.kind = kind;
  }

  /** What stands behind a member. */
  enum Kind {
    TEXT,
    FLAG,
    NUMBER,
    STRINGS,
    NAMES,
    LABELS,
    HEALTHCHECK
  }

  /** The name of the member in JSON: {@code WorkingDir}. */
  @Override
  public String toString() {
    return jsonName;
  }

  void require(Kind wanted) {
    if (kind != wanted) {
      throw new IllegalArgumentException(
          jsonName + " is not a " + wanted.name().toLowerCase(Locale.ROOT));
    }
  }

  /** Fails if the member is there and of another type. */
  void check(JsonObject container) throws MalformedContentException {
    switch (kind) {
      case TEXT -> container.findString(jsonName);
      case FLAG -> container.findBoolean(jsonName);
      case NUMBER -> container.findLong(jsonName);
      case STRINGS -> strings(container);
      case NAMES -> checkNames(container);
      case LABELS -> checkLabels(container);
      case HEALTHCHECK -> checkHealthcheck(container);
    }
  }

  /** The list; a lone string is a list of one, as Docker reads it. */
  Optional<List<String>> strings(JsonObject container) throws MalformedContentException {
    try {
      return container.findStrings(jsonName);
    } catch (MalformedContentException notStrings) {
      try {
        return container.findString(jsonName).map(List::of);
      } catch (MalformedContentException notString) {
        throw notStrings;
      }
    }
  }

  private void checkNames(JsonObject container) throws MalformedContentException {
    JsonObject names = container.findObject(jsonName).orElse(JsonObject.empty());
    for (String name : names.names()) {
      names.findObject(name);
    }
  }

  private void checkLabels(JsonObject container) throws MalformedContentException {
    JsonObject labels = container.findObject(jsonName).orElse(JsonObject.empty());
    for (String name : labels.names()) {
      labels.findString(name);
    }
  }

  private void checkHealthcheck(JsonObject container) throws MalformedContentException {
    Optional<JsonObject> healthcheck = container.findObject(jsonName);
    if (healthcheck.isPresent()) {
      Healthcheck.from(healthcheck.get());
    }
  }
}
