package dev.imbrex.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.internal.json.Json;
import dev.imbrex.manifest.internal.json.JsonLimits;
import dev.imbrex.manifest.internal.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Which engine Docker's own client would talk to: the one of {@code DOCKER_HOST}, else the one of
 * the context that {@code DOCKER_CONTEXT} or the client's configuration names, else the one on this
 * machine.
 */
final class EngineEnvironment {
  private static final int MAX_FILE = 1 << 20;
  private static final String DEFAULT_CONTEXT = "default";

  private final Map<String, String> variables;
  private final Path configuration;
  private final boolean windows;

  /**
   * Nothing is read yet.
   *
   * @param home the home directory, for the client's configuration
   * @param os the name of the operating system, as Java has it
   */
  EngineEnvironment(Map<String, String> variables, Path home, String os) {
    this.variables = variables;
    String directory = variables.getOrDefault("DOCKER_CONFIG", "");
    this.configuration = directory.isEmpty() ? home.resolve(".docker") : home.resolve(directory);
    this.windows = os.toLowerCase(Locale.ROOT).startsWith("windows");
  }

  DockerEngine engine(EngineOptions options) throws IOException {
    EngineOptions wanted = withVersion(options);
    Optional<String> host = variable("DOCKER_HOST");
    if (host.isPresent()) {
      return DockerEngine.at(uri(host.get(), "DOCKER_HOST"), withKeys(wanted));
    }
    String context = contextName();
    if (!context.equals(DEFAULT_CONTEXT)) {
      return ofContext(context, wanted);
    }
    String local = windows ? "npipe:////./pipe/docker_engine" : "unix:///var/run/docker.sock";
    return DockerEngine.at(URI.create(local), wanted);
  }

  private EngineOptions withVersion(EngineOptions options) {
    Optional<String> version = variable("DOCKER_API_VERSION");
    return version.isPresent() && options.apiVersion().isEmpty()
        ? options.withApiVersion(version.get())
        : options;
  }

  /** Docker takes any value of DOCKER_TLS_VERIFY for yes. */
  private EngineOptions withKeys(EngineOptions options) throws IOException {
    if (options.tls().isPresent() || variable("DOCKER_TLS_VERIFY").isEmpty()) {
      return options;
    }
    Path directory = variable("DOCKER_CERT_PATH").map(Path::of).orElse(configuration);
    return options.withTls(keys(directory));
  }

  private String contextName() throws IOException {
    Optional<String> named = variable("DOCKER_CONTEXT");
    if (named.isPresent()) {
      return named.get();
    }
    Path file = configuration.resolve("config.json");
    try {
      return read(file)
          .findString("currentContext")
          .filter(name -> !name.isEmpty())
          .orElse(DEFAULT_CONTEXT);
    } catch (NoSuchFileException e) {
      return DEFAULT_CONTEXT;
    }
  }

  private DockerEngine ofContext(String name, EngineOptions options) throws IOException {
    String directory = Digest.sha256(name.getBytes(UTF_8)).encoded();
    Path contexts = configuration.resolve("contexts");
    Path file = contexts.resolve("meta").resolve(directory).resolve("meta.json");
    JsonObject context;
    try {
      context = read(file);
    } catch (NoSuchFileException e) {
      throw new ContentNotFoundException("There is no Docker context " + name + ": no " + file, e);
    }
    Optional<JsonObject> endpoints = context.findObject("Endpoints");
    Optional<JsonObject> endpoint =
        endpoints.isEmpty() ? Optional.empty() : endpoints.get().findObject("docker");
    if (endpoint.isEmpty()) {
      throw new MalformedContentException(
          "Docker context " + name, file.toString(), "it has no endpoint of a Docker engine");
    }
    Path keys = contexts.resolve("tls").resolve(directory).resolve("docker");
    return DockerEngine.at(
        uri(endpoint.get().requireString("Host"), "Docker context " + name),
        options.tls().isEmpty() && Files.isDirectory(keys) ? options.withTls(keys(keys)) : options);
  }

  private static SSLContext keys(Path directory) throws IOException {
    return EngineKeys.of(
        directory.resolve("ca.pem"), directory.resolve("cert.pem"), directory.resolve("key.pem"));
  }

  private static URI uri(String text, String what) throws MalformedContentException {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new MalformedContentException(what, "", "it is no address: " + text, e);
    }
  }

  private static JsonObject read(Path file) throws IOException {
    return Json.parseObject(
        Files.readAllBytes(file), file.toString(), JsonLimits.ofBytes(MAX_FILE, "configuration"));
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
  }
}
