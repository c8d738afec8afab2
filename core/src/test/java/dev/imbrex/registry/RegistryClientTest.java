package dev.imbrex.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.reference.RegistryEndpoints;
import dev.imbrex.registry.FakeRegistry.Request;
import dev.imbrex.registry.RegistryException.Kind;
import dev.imbrex.registry.credentials.Credential;
import dev.imbrex.registry.credentials.Credentials;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client as a whole: threads, names, mirrors, warnings, proxies, errors. */
class RegistryClientTest {
  private static final IndexManifest INDEX = IndexManifest.of(List.of()).withAnnotation("a", "b");
  private static final byte[] BYTES = Clients.random(1000);
  private static final Descriptor BLOB = Clients.blob(BYTES);

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
  }

  private FakeRegistry start(FakeRegistry.Handler handler) throws IOException {
    FakeRegistry registry = FakeRegistry.start(handler);
    open.add(registry);
    return registry;
  }

  private RegistryClient client(RegistryOptions options) {
    RegistryClient client = RegistryClient.create(options);
    open.add(client);
    return client;
  }

  private static FakeRegistry.Handler serving(String name) {
    return (request, reply) -> {
      if (request.path().contains("/manifests/")) {
        reply.send(
            200,
            INDEX.bytes(),
            "Content-Type: " + INDEX.mediaType(),
            "Docker-Content-Digest: " + INDEX.digest(),
            "X-Name: " + name);
      } else if (request.path().contains("/blobs/")) {
        reply.send(200, BYTES);
      } else {
        reply.send(200, "{\"tags\":[]}");
      }
    };
  }

  // ---- Threads and closing

  @Test
  void leavesNoThreadBehind() throws Exception {
    FakeRegistry registry = start(serving("x"));
    Set<Thread> before = threads();
    RegistryClient client = RegistryClient.create(Clients.options());
    RegistryStorage storage = client.repository(registry.host() + "/app");
    storage.tags();
    assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
    InputStream unread = storage.open(BLOB);
    assertThat(threads()).isNotEqualTo(before);
    client.close();
    client.close();
    assertThat(threads()).isEqualTo(before);
    unread.close();
    assertThatThrownBy(storage::tags).isInstanceOf(IllegalStateException.class);
  }

  /** The threads that a client may have made. */
  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().matches("(?i).*(imbrex|HttpClient).*"))
        .collect(Collectors.toSet());
  }

  @Test
  void startsNoThreadBeforeItIsUsed() {
    Set<Thread> before = threads();
    RegistryClient client = RegistryClient.create(Clients.options());
    client.repository("registry.example.com/app");
    // Threads of others may end meanwhile.
    assertThat(threads()).isSubsetOf(before);
    client.close();
  }

  // ---- Where registries are

  @Test
  void asksWhereTheTableSays() throws IOException {
    FakeRegistry registry = start(serving("x"));
    RegistryClient client =
        client(
            Clients.options()
                .withEndpoints(RegistryEndpoints.defaults().with("docker.io", registry.host())));
    client.repository("ubuntu").tags();
    assertThat(registry.log()).containsExactly("GET /v2/library/ubuntu/tags/list?n=1000");
  }

  @Test
  void triesHttpOnThisMachineAndRemembersIt() throws IOException {
    FakeRegistry registry = start(serving("x"));
    RegistryStorage storage = client(Clients.options()).repository(registry.host() + "/app");
    storage.tags();
    storage.tags();
    assertThat(registry.requests()).hasSize(2);
    // One or two were attempts at https, which came to nothing.
    assertThat(registry.connections()).isBetween(3, 4);
  }

  @Test
  void saysWhoAsks() throws IOException {
    FakeRegistry registry = start(serving("x"));
    client(Clients.options().withProduct("builder/2.1"))
        .repository(registry.host() + "/app")
        .tags();
    client(Clients.options()).repository(registry.host() + "/app").tags();
    assertThat(registry.requests())
        .extracting(request -> request.header("User-Agent"))
        .containsExactly("builder/2.1 imbrex/0.1", "imbrex/0.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb", " a", "a ", "a\u0000", "ä/1"})
  void refusesAProductThatIsNone(String product) {
    assertThatThrownBy(() -> RegistryOptions.defaults().withProduct(product))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // ---- Warnings

  @Test
  void handsOnEachWarningOnce() throws IOException {
    FakeRegistry registry =
        start(
            (request, reply) ->
                reply.send(
                    200,
                    "{\"tags\":[]}",
                    "Warning: 299 - \"old \\\"tag\\\"\"",
                    "Warning: 299 - \"second\"",
                    "Warning: 199 - \"other code\"",
                    "Warning: 299 agent \"an agent\"",
                    "Warning: 299 - \"dated\" \"Sat, 25 Aug 2012 23:34:45 GMT\"",
                    "Warning: 299 - unquoted",
                    "Warning: 299 - \"open",
                    "Warning: nonsense"));
    List<String> warnings = new ArrayList<>();
    RegistryStorage storage =
        client(Clients.options().withWarnings((host, text) -> warnings.add(host + " " + text)))
            .repository(registry.host() + "/app");
    storage.tags();
    storage.tags();
    assertThat(warnings)
        .containsExactly(registry.host() + " old \"tag\"", registry.host() + " second");
  }

  // ---- Mirrors

  @Test
  void asksAMirrorFirstAndWritesToTheRegistry() throws IOException {
    FakeRegistry upstream = start(serving("upstream"));
    FakeRegistry mirror = start(serving("mirror"));
    RegistryOptions options =
        Clients.withUser(upstream)
            .withMirror(new RegistryMirror(upstream.host(), mirror.host() + "/proxy", true));
    RegistryStorage storage = client(options).repository(upstream.host() + "/team/app");
    assertThat(storage.resolve("1.0")).contains(INDEX.descriptor());
    assertThat(Clients.read(storage, INDEX.descriptor())).isEqualTo(INDEX.bytes());
    assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
    String source = "?ns=127.0.0.1%3A" + upstream.host().substring(10);
    assertThat(mirror.log())
        .containsExactly(
            "HEAD /v2/proxy/team/app/manifests/1.0" + source,
            "GET /v2/proxy/team/app/manifests/" + INDEX.digest() + source,
            "GET /v2/proxy/team/app/blobs/" + BLOB.digest() + source);
    assertThat(mirror.requests()).allMatch(request -> request.header("Authorization").isEmpty());
    assertThat(upstream.requests()).isEmpty();
    storage.exists(BLOB);
    storage.tags();
    assertThat(upstream.requests()).extracting(Request::method).containsExactly("HEAD", "GET");
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 500, 503, 403})
  void goesOnToTheNextMirrorAndThenTheRegistry(int status) throws IOException {
    FakeRegistry upstream = start(serving("upstream"));
    FakeRegistry first = start((request, reply) -> reply.send(status, ""));
    FakeRegistry second = start((request, reply) -> reply.reset());
    RegistryOptions options =
        Clients.options()
            .withRetries(RetryOptions.NONE)
            .withMirror(RegistryMirror.of(upstream.host() + "/team", first.host() + "/team"))
            .withMirror(RegistryMirror.of(upstream.host(), second.host()))
            .withMirror(RegistryMirror.of(upstream.host() + "/other", first.host() + "/x"));
    RegistryStorage storage = client(options).repository(upstream.host() + "/team/app");
    assertThat(storage.resolve("1.0")).contains(INDEX.descriptor());
    assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
    assertThat(first.requests()).hasSize(2);
    assertThat(second.requests()).isNotEmpty();
    assertThat(upstream.requests()).hasSize(2);
  }

  @Test
  void mirrorsWholePartsOfNames() {
    RegistryMirror mirror = RegistryMirror.of("docker.io/library", "m.example.com/hub");
    assertThat(mirror.mirrored("docker.io/library/ubuntu")).contains("m.example.com/hub/ubuntu");
    assertThat(mirror.mirrored("docker.io/library")).contains("m.example.com/hub");
    assertThat(mirror.mirrored("docker.io/librarytoo/x")).isEmpty();
    assertThat(RegistryMirror.of("docker.io/app", "m.example.com").mirrored("docker.io/app"))
        .isEmpty();
    assertThat(mirror.mirrored("example.com/library/x")).isEmpty();
    assertThatThrownBy(() -> RegistryMirror.of("docker.io", "https://m.example.com"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // ---- Layers from elsewhere

  @Test
  void fetchesAForeignLayerWithoutCredentials() throws IOException {
    FakeRegistry elsewhere = start((request, reply) -> reply.send(200, BYTES));
    FakeRegistry registry =
        start(
            (request, reply) -> {
              if (request.header("Authorization").isEmpty()) {
                reply.send(401, "", "WWW-Authenticate: Basic realm=\"x\"");
              } else {
                reply.send(404, "");
              }
            });
    Descriptor foreign =
        Descriptor.of(MediaType.OCI_NONDISTRIBUTABLE_LAYER_GZIP, BLOB.digest(), BLOB.size())
            .withUrls(List.of("ftp://x/", "nonsense", elsewhere.url() + "/layer"));
    RegistryStorage storage =
        client(Clients.withUser(registry).withPrivateTargets(true))
            .repository(registry.host() + "/app");
    assertThat(Clients.read(storage, foreign)).isEqualTo(BYTES);
    assertThat(elsewhere.requests().get(0).header("Authorization")).isEmpty();
    // Without the option, nobody is sent to a private address.
    RegistryStorage careful =
        client(Clients.withUser(registry)).repository(registry.host() + "/app");
    assertThatThrownBy(() -> Clients.read(careful, foreign))
        .isInstanceOf(ContentNotFoundException.class);
    assertThat(elsewhere.requests()).hasSize(1);
  }

  @Test
  void doesNotUploadAForeignLayer() throws IOException {
    FakeRegistry registry = start((request, reply) -> reply.send(404, ""));
    RegistryStorage storage = client(Clients.options()).repository(registry.host() + "/app");
    Descriptor foreign =
        Descriptor.of(MediaType.OCI_NONDISTRIBUTABLE_LAYER_GZIP, BLOB.digest(), BLOB.size());
    storage.copyFrom(storage, foreign);
    assertThat(registry.requests()).isEmpty();
  }

  // ---- Errors

  @ParameterizedTest
  @CsvSource({
    "401, UNAUTHORIZED", "403, DENIED", "404, NOT_FOUND", "405, UNSUPPORTED",
    "408, UNAVAILABLE", "429, TOO_MANY_REQUESTS", "500, UNAVAILABLE", "503, UNAVAILABLE",
    "400, OTHER", "418, OTHER", "507, OTHER"
  })
  void tellsWhatWentWrong(int status, Kind kind) throws IOException {
    FakeRegistry registry =
        start(
            (request, reply) ->
                reply.send(
                    status,
                    "{\"errors\":[{\"code\":\"SOME_CODE\",\"message\":\"why\\nso\","
                        + "\"detail\":{\"a\":1}},{\"code\":\"SECOND\"}]}",
                    "Content-Type: text/plain",
                    "WWW-Authenticate: Negotiate"));
    RegistryClient client = client(Clients.options().withRetries(RetryOptions.NONE));
    assertThatThrownBy(() -> client.catalog(registry.host()))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(kind);
              assertThat(e.status()).isEqualTo(status);
              assertThat(e.method()).isEqualTo("GET");
              assertThat(e.url()).isEqualTo(registry.url() + "/v2/_catalog?n=1000");
              if (status != 401) {
                assertThat(e.codes()).containsExactly("SOME_CODE", "SECOND");
                assertThat(e.getMessage())
                    .isEqualTo(
                        "GET "
                            + registry.url()
                            + "/v2/_catalog?n=1000: status "
                            + status
                            + ": SOME_CODE why so; SECOND");
              }
            });
  }

  @Test
  void cutsWhatIsNoJson() throws IOException {
    FakeRegistry registry =
        start((request, reply) -> reply.send(418, "<html>\n" + "x".repeat(100_000)));
    RegistryClient client = client(Clients.options());
    assertThatThrownBy(() -> client.ping(registry.host()))
        .isInstanceOf(RegistryException.class)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500).contains("<html> xxx"));
  }

  @Test
  void hidesWhatAServerRepeats() throws IOException {
    FakeRegistry registry =
        start(
            (request, reply) -> {
              String shown = request.header("Authorization");
              if (shown.isEmpty()) {
                reply.send(401, "", "WWW-Authenticate: Basic realm=\"x\"");
                return;
              }
              String decoded = new String(Base64.getDecoder().decode(shown.substring(6)), UTF_8);
              reply.send(
                  403,
                  "{\"errors\":[{\"code\":\"DENIED\",\"message\":\""
                      + shown
                      + " is "
                      + decoded
                      + "\"}]}");
            });
    RegistryStorage storage =
        client(Clients.withUser(registry)).repository(registry.host() + "/app");
    String encoded =
        Base64.getEncoder().encodeToString(("robot:" + Clients.PASSWORD).getBytes(UTF_8));
    assertThatThrownBy(storage::tags)
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("[hidden]")
        .hasMessageNotContaining(Clients.SECRET)
        .hasMessageNotContaining(encoded);
  }

  @Test
  void showsHarmlessPartsOfAQuery() {
    Attempted attempted =
        Attempted.of(
            "PUT",
            URI.create("https://u:p@example.com:5000/v2/a?digest=sha256:1&state=x&n=5&flag&_s="));
    assertThat(attempted)
        .hasToString("PUT https://example.com:5000/v2/a?digest=sha256:1&state=…&n=5&…&_s=…");
  }

  // ---- Proxies

  @Test
  void goesThroughAProxy() throws IOException {
    FakeRegistry proxy = start(serving("proxied"));
    ProxyOptions options =
        ProxyOptions.fromEnvironment(
            Map.of(
                "http_proxy",
                "http://user:" + Clients.PASSWORD + "@" + proxy.host(),
                "NO_PROXY",
                "direct.example.com"));
    assertThat(options.toString()).doesNotContain(Clients.SECRET);
    RegistryClient client =
        client(
            Clients.options()
                .withProxy(options)
                .withHost("registry.example.com:5000", HostOptions.DEFAULT.withInsecure(true)));
    // https goes to the host itself, which does not exist; http goes to the proxy.
    client.repository("registry.example.com:5000/app").tags();
    assertThat(proxy.log())
        .containsExactly("GET http://registry.example.com:5000/v2/app/tags/list?n=1000");
    assertThat(proxy.requests().get(0).header("Proxy-Authorization"))
        .isEqualTo(
            "Basic "
                + Base64.getEncoder().encodeToString(("user:" + Clients.PASSWORD).getBytes(UTF_8)));
  }

  @Test
  void saysWhatAProxyWantsWithHttp() throws IOException {
    FakeRegistry proxy = start((request, reply) -> reply.send(407, "Who are you?"));
    for (String user : new String[] {"", "user:" + Clients.PASSWORD + "@"}) {
      RegistryClient client =
          client(
              Clients.options()
                  .withProxy(
                      ProxyOptions.none().withHttp(URI.create("http://" + user + proxy.host())))
                  .withHost("registry.example.com:5000", HostOptions.DEFAULT.withInsecure(true)));
      assertThatThrownBy(() -> client.repository("registry.example.com:5000/app").tags())
          .isInstanceOfSatisfying(
              RegistryException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED);
                assertThat(e.status()).isEqualTo(407);
              })
          .hasMessageContaining(user.isEmpty() ? "its URL has none" : "does not accept the user")
          .hasMessageNotContaining(Clients.SECRET);
    }
    assertThat(proxy.requests()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3cr3t://x", "http://", "http://[s3cr3t", "https://proxy.example.com"})
  void refusesAProxyThatIsNone(String proxy) {
    assertThatThrownBy(() -> ProxyOptions.fromEnvironment(Map.of("HTTPS_PROXY", proxy)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("HTTPS_PROXY")
        .hasMessageNotContaining(Clients.SECRET)
        .hasNoCause();
  }

  @Test
  void findsCredentialsOfTheDomainNotOfTheHostThatAnswers() throws IOException {
    FakeRegistry registry =
        start(
            (request, reply) -> {
              if (request.header("Authorization").isEmpty()) {
                reply.send(401, "", "WWW-Authenticate: Basic realm=\"x\"");
              } else {
                reply.send(200, "{\"tags\":[\"1\"]}");
              }
            });
    RegistryClient client =
        client(
            Clients.options()
                .withEndpoints(RegistryEndpoints.none().with("docker.io", registry.host()))
                .withCredentials(
                    Credentials.of("docker.io", new Credential.Basic("u", Clients.PASSWORD))));
    assertThat(client.repository("ubuntu").tags()).containsExactly("1");
  }
}
