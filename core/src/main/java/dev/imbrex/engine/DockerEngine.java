package dev.imbrex.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.image.Storage;
import dev.imbrex.image.internal.progress.Asking;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.manifest.internal.json.Json;
import dev.imbrex.manifest.internal.json.JsonLimits;
import dev.imbrex.manifest.reference.Reference;
import dev.imbrex.store.ArchiveContents;
import dev.imbrex.store.ArchiveOptions;
import dev.imbrex.store.DockerArchive;
import dev.imbrex.store.SaveOptions;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A Docker engine: brings images to it and gets them from it (Docker Engine API, "Image").
 *
 * <pre>{@code
 * DockerEngine engine = DockerEngine.fromEnvironment();
 * engine.load(ArchiveContents.of(store, "app:1.0"));
 * try (ImageStore saved = ImageStore.on(engine.save("debian:bookworm"))) {
 *   Image image = store.add(saved.require("debian:bookworm"));
 * }
 * }</pre>
 *
 * <p>Each call uses a connection of its own, which it closes; there is nothing to close here. Safe
 * for use by many threads. An interruption ends a call as does what a {@link Progress} throws.
 *
 * <p>It does not start containers, pull or push.
 */
public final class DockerEngine {
  private static final int MAX_ERROR = 1 << 16;

  private final EngineAddress address;
  private final EngineOptions options;

  private DockerEngine(EngineAddress address, EngineOptions options) {
    this.address = address;
    this.options = options;
  }

  /** The engine at an address, as {@link #at(URI, EngineOptions)}, with default options. */
  public static DockerEngine at(URI address) throws UnsupportedContentException {
    return at(address, EngineOptions.defaults());
  }

  /**
   * The engine at an address. Nothing is asked of it yet.
   *
   * @param address {@code unix:///path}, or {@code tcp://host:port}; without a port 2375, or 2376
   *     with TLS
   * @throws UnsupportedContentException if it is a named pipe of Windows, or goes by ssh
   * @throws IllegalArgumentException if it is no address of an engine
   */
  public static DockerEngine at(URI address, EngineOptions options)
      throws UnsupportedContentException {
    EngineAddress parsed = EngineAddress.of(address);
    if (parsed.isHttps() && options.tls().isEmpty()) {
      throw new IllegalArgumentException(
          "TLS is wanted for " + address + ", but no keys are given");
    }
    return new DockerEngine(parsed, Objects.requireNonNull(options));
  }

  /** The engine of the environment, as {@link #fromEnvironment(EngineOptions)}. */
  public static DockerEngine fromEnvironment() throws IOException {
    return fromEnvironment(EngineOptions.defaults());
  }

  /**
   * The engine that Docker's own client would talk to. Reads {@code DOCKER_HOST}, {@code
   * DOCKER_TLS_VERIFY}, {@code DOCKER_CERT_PATH}, {@code DOCKER_CONTEXT}, {@code
   * DOCKER_API_VERSION} and {@code DOCKER_CONFIG}, and the configuration and contexts of the client
   * in the home directory; without any of them it is the engine on this machine. Nothing is asked
   * of it yet.
   *
   * @param options what the environment does not say
   * @throws ContentNotFoundException if the context that is named does not exist
   * @throws dev.imbrex.manifest.error.MalformedContentException if a file cannot be understood
   * @throws UnsupportedContentException as {@link #at(URI, EngineOptions)}
   */
  public static DockerEngine fromEnvironment(EngineOptions options) throws IOException {
    return new EngineEnvironment(
            System.getenv(),
            Path.of(System.getProperty("user.home")),
            System.getProperty("os.name"))
        .engine(options);
  }

  /** Asks the engine who it is. */
  public EngineVersion ping() throws IOException {
    try (HttpExchange exchange = connect()) {
      exchange.send("GET", "/_ping", address.host(), null);
      requireSuccess(exchange, "be asked who it is");
      return new EngineVersion(
          Objects.requireNonNullElse(exchange.header("Api-Version"), ""),
          Objects.requireNonNullElse(exchange.header("OSType"), ""));
    }
  }

  /** Loads images, as {@link #load(ArchiveContents, SaveOptions)}, in the hybrid form. */
  public LoadReport load(ArchiveContents contents) throws IOException {
    return load(contents, SaveOptions.defaults());
  }

  /**
   * Loads images, as {@code docker load} does: a name that is there moves. The archive is written
   * straight to the engine; layers it has are sent nevertheless, for its interface knows no other
   * way.
   *
   * @param options the form of the archive, and who is told; what the engine tells of its own work
   *     is told, too
   * @throws EngineException if the engine refuses the archive, or cannot be reached
   */
  public LoadReport load(ArchiveContents contents, SaveOptions options) throws IOException {
    return Asking.during(
        options.progress(), asked -> loadAsked(contents, options.withProgress(asked)));
  }

  private LoadReport loadAsked(ArchiveContents contents, SaveOptions options) throws IOException {
    String target = version() + "/images/load?quiet=0";
    try (HttpExchange exchange = connect()) {
      exchange.send(
          "POST", target, address.host(), out -> DockerArchive.write(out, contents, options));
      requireSuccess(exchange, "load images");
      try (LoadAnswer answer = new LoadAnswer(address.toString(), options.progress())) {
        return answer.read(exchange.body());
      }
    }
  }

  /** Gets images, as {@link #save(List, ArchiveOptions)}. */
  public Storage save(String... names) throws IOException {
    return save(List.of(names), ArchiveOptions.defaults());
  }

  /**
   * Gets images, as {@code docker save} does. They are kept in a temporary file until the storage
   * is closed, which the caller does.
   *
   * @param names names or ids; a name without a tag is {@code latest}, as everywhere here, while
   *     the program {@code docker} takes it for all tags: {@link #images} tells them
   * @throws ContentNotFoundException if the engine does not have one
   */
  public Storage save(List<String> names, ArchiveOptions options) throws IOException {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("No image to save is named");
    }
    StringBuilder query = new StringBuilder();
    for (String name : names) {
      query.append(query.isEmpty() ? "?" : "&").append("names=").append(escape(asked(name)));
    }
    try (HttpExchange exchange = connect(version() + "/images/get" + query, "GET")) {
      requireSuccess(exchange, "save " + names);
      return DockerArchive.read(exchange.body(), "images " + names + " of " + address, options);
    }
  }

  /** All images that have a name or nothing built on them, in the order the engine gives them. */
  public List<EngineImage> images() throws IOException {
    return answers().images(answer("/images/json", "list images"));
  }

  /**
   * What the engine says of an image.
   *
   * @param name a name or an id
   */
  public Optional<EngineImage> find(String name) throws IOException {
    try {
      return Optional.of(require(name));
    } catch (ContentNotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * What the engine says of an image.
   *
   * @param name a name or an id
   * @throws ContentNotFoundException if it has no such image
   */
  public EngineImage require(String name) throws IOException {
    return answers().image(answer("/images/" + escape(asked(name)) + "/json", "inspect " + name));
  }

  /**
   * Gives an image another name; it moves there if it is another image's.
   *
   * @param image a name or an id
   * @param name a reference without digest; {@code latest} is added if it has no tag
   * @throws ContentNotFoundException if there is no such image
   */
  public void tag(String image, String name) throws IOException {
    Reference reference = Reference.parse(name).withDefaultTag();
    if (reference.digest().isPresent()) {
      throw new IllegalArgumentException("A name to tag with has no digest: \"" + name + "\"");
    }
    String query =
        "?repo="
            + escape(reference.repository().toString())
            + "&tag="
            + escape(reference.tag().orElseThrow());
    String target = version() + "/images/" + escape(asked(image)) + "/tag" + query;
    try (HttpExchange exchange = connect(target, "POST")) {
      requireSuccess(exchange, "tag " + image + " as " + name);
    }
  }

  /**
   * Takes a name away, and the image with its last one.
   *
   * @param name a name or an id
   * @param force whether also images go that have several names or that stopped containers use
   * @throws ContentNotFoundException if there is no such image
   * @throws EngineException if the image is in use
   */
  public void remove(String name, boolean force) throws IOException {
    String target = version() + "/images/" + escape(asked(name)) + "?force=" + (force ? 1 : 0);
    try (HttpExchange exchange = connect(target, "DELETE")) {
      requireSuccess(exchange, "remove " + name);
    }
  }

  /** The address, for messages. */
  @Override
  public String toString() {
    return address.toString();
  }

  private byte[] answer(String path, String what) throws IOException {
    try (HttpExchange exchange = connect(version() + path, "GET")) {
      requireSuccess(exchange, what);
      byte[] bytes = exchange.body().readNBytes(ImageAnswers.MAX_BYTES + 1);
      if (bytes.length > ImageAnswers.MAX_BYTES) {
        throw new EngineException(
            "The answer of " + address + " is longer than " + ImageAnswers.MAX_BYTES,
            exchange.status());
      }
      return bytes;
    }
  }

  private HttpExchange connect(String target, String method) throws IOException {
    HttpExchange exchange = connect();
    try {
      exchange.send(method, target, address.host(), null);
      return exchange;
    } catch (IOException | RuntimeException e) {
      exchange.close();
      throw e;
    }
  }

  private HttpExchange connect() throws IOException {
    return new HttpExchange(EngineConnector.connect(address, options));
  }

  /** The part of a path that says which version is spoken: the newest that both sides know. */
  private String version() throws IOException {
    if (options.apiVersion().isPresent()) {
      return "/v" + options.apiVersion().get();
    }
    return ApiVersion.spokenWith(ping().apiVersion()).map(v -> "/v" + v).orElse("");
  }

  private void requireSuccess(HttpExchange exchange, String what) throws IOException {
    if (exchange.status() < 300) {
      return;
    }
    String said = saidBy(exchange);
    EngineException refusal =
        new EngineException(
            "The engine at " + address + " could not " + what + ": " + said, exchange.status());
    if (exchange.status() == 404) {
      throw new ContentNotFoundException(String.valueOf(refusal.getMessage()), refusal);
    }
    throw refusal;
  }

  private static String saidBy(HttpExchange exchange) throws IOException {
    byte[] bytes = exchange.body().readNBytes(MAX_ERROR);
    try {
      return Json.parseObject(bytes, "answer", JsonLimits.ofBytes(MAX_ERROR, "answer"))
          .requireString("message");
    } catch (IOException e) {
      // Not in the form the API promises; a proxy between, perhaps.
      String text = new String(bytes, UTF_8).strip();
      return "status " + exchange.status() + (text.isEmpty() ? "" : ", " + shortened(text));
    }
  }

  private static String shortened(String text) {
    return text.length() <= 300 ? text : text.substring(0, 300) + "…";
  }

  /** The text as the engine is to be asked; it would take a name without a tag for all its tags. */
  private static String asked(String text) {
    try {
      Reference reference = Reference.parse(text);
      return reference.isNameOnly() && !text.matches("[0-9a-f]{1,64}")
          ? reference.withDefaultTag().familiar()
          : text;
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  private ImageAnswers answers() {
    return new ImageAnswers(address.toString());
  }

  /** Keeps slashes and colons out of paths. */
  private static String escape(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }
}
