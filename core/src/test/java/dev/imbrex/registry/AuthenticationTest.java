package dev.imbrex.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.registry.FakeRegistry.Handler;
import dev.imbrex.registry.FakeRegistry.Request;
import dev.imbrex.registry.RegistryException.Kind;
import dev.imbrex.registry.credentials.Credential;
import dev.imbrex.registry.credentials.Credentials;
import dev.imbrex.testing.MovableClock;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who asks, and how a registry gets to know it (SN-G4 to SN-G10). */
class AuthenticationTest {
  private final List<AutoCloseable> open = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // each test starts its own
  private FakeRegistry registry;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
  }

  private FakeRegistry start(Handler handler) throws IOException {
    FakeRegistry started = FakeRegistry.start(handler);
    open.add(started);
    return started;
  }

  private RegistryClient client(RegistryOptions options) {
    RegistryClient client = RegistryClient.create(options);
    open.add(client);
    return client;
  }

  private RegistryOptions with(Credential credential) {
    return Clients.options().withCredentials(Credentials.of(registry.host(), credential));
  }

  private List<String> tags(RegistryClient client) throws IOException {
    return client.repository(registry.host() + "/app").tags();
  }

  private static String basic(String user, String password) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  /** A registry that gives out its tags to whoever shows a header. */
  private static Handler wants(String authorization, String... challenges) {
    String[] headers =
        Arrays.stream(challenges).map(c -> "WWW-Authenticate: " + c).toArray(String[]::new);
    return (request, reply) -> {
      if (request.header("Authorization").equals(authorization)) {
        reply.send(200, "{\"tags\":[\"1\"]}");
      } else {
        reply.send(401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}", headers);
      }
    };
  }

  @Test
  void showsAUserByBasic() throws IOException {
    String password = "pä:ss" + Clients.SECRET;
    registry = start(wants(basic("röbot", password), "Basic realm=\"x\""));
    RegistryClient client = client(with(new Credential.Basic("röbot", password)));
    assertThat(tags(client)).containsExactly("1");
    assertThat(tags(client)).containsExactly("1");
    // Asked once, it is shown in advance.
    assertThat(registry.requests()).hasSize(3);
  }

  @Test
  void failsByNameWhereThereIsNoUser() throws IOException {
    registry = start(wants("x", "Basic realm=\"x\""));
    assertUnauthorized(() -> tags(client(Clients.options())), "there are none for 127.0.0.1");
  }

  @Test
  void doesNotInsistOnAPasswordThatIsNotTaken() throws IOException {
    registry = start(wants("x", "Basic realm=\"x\""));
    assertUnauthorized(
        () -> tags(client(with(new Credential.Basic("robot", Clients.PASSWORD)))),
        "does not take the credential");
    assertThat(registry.requests()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Negotiate", "Digest realm=\"x\", nonce=\"y\"", "NTLM abc=="})
  void namesTheSchemesItDoesNotKnow(String challenge) throws IOException {
    registry = start(wants("x", challenge));
    assertUnauthorized(
        () -> tags(client(with(new Credential.Basic("robot", Clients.PASSWORD)))),
        challenge.split(" ", -1)[0].toLowerCase(java.util.Locale.ROOT));
  }

  @Test
  void failsWhereNothingIsAsked() throws IOException {
    registry = start((request, reply) -> reply.send(401, ""));
    assertUnauthorized(() -> tags(client(Clients.options())), "nothing we could show");
  }

  /** Gives tokens at {@code /token}, and lets in whoever has one with a right. */
  private final class TokenRegistry implements Handler {
    private final AtomicInteger number = new AtomicInteger();
    private final List<Request> asked = new ArrayList<>();
    private String extra = "";
    private String tokenMember = "token";
    private volatile String valid = "";
    private volatile String challenge =
        "Bearer realm=\"%s/token\",service=\"fake\",scope=\"repository:app:pull\"";

    @Override
    public void handle(Request request, FakeRegistry.Reply reply) throws IOException {
      if (request.path().equals("/token")) {
        synchronized (asked) {
          asked.add(request);
        }
        valid = "token-" + Clients.SECRET + number.incrementAndGet();
        reply.send(200, "{\"" + tokenMember + "\":\"" + valid + "\"" + extra + "}");
      } else if (request.header("Authorization").equals("Bearer " + valid)) {
        reply.send(200, "{\"tags\":[\"1\"]}");
      } else {
        reply.send(
            401,
            "{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}",
            "WWW-Authenticate: " + challenge.replace("%s", registry.url()));
      }
    }

    List<String> parameters(int request) {
      String text =
          asked.get(request).method().equals("POST")
              ? asked.get(request).text()
              : asked.get(request).query();
      return Arrays.stream(text.split("&", -1))
          .map(p -> URLDecoder.decode(p, StandardCharsets.UTF_8))
          .toList();
    }
  }

  private TokenRegistry startWithTokens() throws IOException {
    TokenRegistry tokens = new TokenRegistry();
    registry = start(tokens);
    return tokens;
  }

  @Test
  void fetchesATokenAnonymously() throws IOException {
    TokenRegistry tokens = startWithTokens();
    RegistryClient client = client(Clients.options());
    assertThat(tags(client)).containsExactly("1");
    assertThat(tags(client)).containsExactly("1");
    assertThat(tokens.asked).hasSize(1);
    assertThat(tokens.asked.get(0).header("Authorization")).isEmpty();
    assertThat(tokens.parameters(0))
        .contains("service=fake", "scope=repository:app:pull", "client_id=imbrex")
        .noneMatch(parameter -> parameter.startsWith("account"));
  }

  @ParameterizedTest
  @CsvSource({"'', x", "robot, ''"})
  void takesAnEmptyUserOrPasswordForNone(String user, String password) throws IOException {
    TokenRegistry tokens = startWithTokens();
    assertThat(tags(client(with(new Credential.Basic(user, password))))).containsExactly("1");
    assertThat(tokens.asked.get(0).header("Authorization")).isEmpty();
  }

  @Test
  void fetchesATokenWithAUser() throws IOException {
    TokenRegistry tokens = startWithTokens();
    tokens.tokenMember = "access_token";
    assertThat(tags(client(with(new Credential.Basic("robot", Clients.PASSWORD)))))
        .containsExactly("1");
    assertThat(tokens.asked.get(0).method()).isEqualTo("GET");
    assertThat(tokens.asked.get(0).header("Authorization"))
        .isEqualTo(basic("robot", Clients.PASSWORD));
    assertThat(tokens.parameters(0)).contains("account=robot");
    // The password goes to the token service, and nowhere else.
    assertThat(registry.requests())
        .filteredOn(request -> !request.path().equals("/token"))
        .noneMatch(request -> request.header("Authorization").startsWith("Basic"));
  }

  @Test
  void postsAnIdentityTokenAndKeepsTheNewOne() throws IOException {
    TokenRegistry tokens = startWithTokens();
    tokens.extra = ",\"refresh_token\":\"second-" + Clients.SECRET + "\"";
    MovableClock clock = new MovableClock();
    RegistryClient client =
        client(with(new Credential.IdentityToken("first-" + Clients.SECRET)).withClock(clock));
    tags(client);
    clock.advance(Duration.ofMinutes(2));
    tags(client);
    assertThat(tokens.asked).extracting(Request::method).containsExactly("POST", "POST");
    assertThat(tokens.parameters(0))
        .containsExactlyInAnyOrder(
            "grant_type=refresh_token",
            "refresh_token=first-" + Clients.SECRET,
            "service=fake",
            "scope=repository:app:pull",
            "client_id=imbrex");
    assertThat(tokens.parameters(1)).contains("refresh_token=second-" + Clients.SECRET);
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 405})
  void getsATokenWhereItCannotBePosted(int status) throws IOException {
    TokenRegistry tokens = new TokenRegistry();
    registry =
        start(
            (request, reply) -> {
              if (request.method().equals("POST")) {
                reply.send(status, "");
              } else {
                tokens.handle(request, reply);
              }
            });
    assertThat(tags(client(with(new Credential.IdentityToken("id-" + Clients.SECRET)))))
        .containsExactly("1");
    assertThat(tokens.asked).extracting(Request::method).containsExactly("GET");
  }

  @Test
  void showsAFixedTokenAsItIs() throws IOException {
    registry = start(wants("Bearer fixed-" + Clients.SECRET, "Bearer realm=\"https://nowhere/\""));
    RegistryClient client = client(with(new Credential.RegistryToken("fixed-" + Clients.SECRET)));
    assertThat(tags(client)).containsExactly("1");
    assertThat(registry.requests()).hasSize(1);
  }

  @Test
  void renewsATokenBeforeItsEnd() throws IOException {
    TokenRegistry tokens = startWithTokens();
    tokens.extra = ",\"expires_in\":300";
    MovableClock clock = new MovableClock();
    RegistryClient client = client(Clients.options().withClock(clock));
    tags(client);
    clock.advance(Duration.ofSeconds(260));
    tags(client);
    assertThat(tokens.asked).hasSize(1);
    clock.advance(Duration.ofSeconds(20));
    tags(client);
    assertThat(tokens.asked).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",\"expires_in\":1",
        ",\"expires_in\":-5",
        ",\"expires_in\":\"600\"",
        ",\"expires_in\":1.5e1",
        ",\"expires_in\":null"
      })
  void takesAMinuteForTheLeast(String extra) throws IOException {
    TokenRegistry tokens = startWithTokens();
    tokens.extra = extra;
    MovableClock clock = new MovableClock();
    RegistryClient client = client(Clients.options().withClock(clock));
    tags(client);
    clock.advance(Duration.ofSeconds(50));
    tags(client);
    assertThat(tokens.asked).hasSize(1);
    clock.advance(Duration.ofSeconds(10));
    tags(client);
    assertThat(tokens.asked).hasSize(2);
  }

  @Test
  void refreshesOnceWhereATokenIsNotTakenAnyMore() throws IOException {
    TokenRegistry tokens = startWithTokens();
    RegistryClient client = client(Clients.options());
    tags(client);
    tokens.valid = "revoked";
    assertThat(tags(client)).containsExactly("1");
    assertThat(tokens.asked).hasSize(2);
  }

  @Test
  void givesUpWhereNoTokenIsTaken() throws IOException {
    AtomicInteger number = new AtomicInteger();
    registry =
        start(
            (request, reply) -> {
              if (request.path().equals("/token")) {
                reply.send(
                    200, "{\"token\":\"" + Clients.SECRET + number.incrementAndGet() + "\"}");
              } else {
                reply.send(
                    401,
                    "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\""
                        + request.header("Authorization")
                        + "\"}]}",
                    "WWW-Authenticate: Bearer realm=\"" + registry.url() + "/token\"");
              }
            });
    assertUnauthorized(() -> tags(client(Clients.options())), "UNAUTHORIZED");
    assertThat(number.get()).isBetween(1, 3);
  }

  @Test
  void asksForTheUnionOfWhatTheRegistryNames() throws IOException {
    TokenRegistry tokens = startWithTokens();
    tokens.challenge =
        "Bearer realm=\"%s/token\",service=\"fake\","
            + "scope=\"repository:other:pull\",error=\"insufficient_scope\"";
    tags(client(Clients.options()));
    List<String> scopes =
        tokens.parameters(0).stream().filter(p -> p.startsWith("scope=")).toList();
    assertThat(scopes).containsExactly("scope=repository:other:pull", "scope=repository:app:pull");
  }

  @Test
  void servesALesserNeedWithAWiderToken() throws IOException {
    TokenRegistry tokens = startWithTokens();
    tokens.challenge =
        "Bearer realm=\"%s/token\",service=\"fake\",scope=\"repository:app:pull,push\"";
    RegistryClient client = client(Clients.options());
    tags(client);
    tags(client);
    assertThat(tokens.asked).hasSize(1);
    assertThat(tokens.parameters(0)).contains("scope=repository:app:pull,push");
  }

  @Test
  void hasOneRequestUnderWayForManyThreads() throws Exception {
    TokenRegistry tokens = new TokenRegistry();
    registry =
        start(
            (request, reply) -> {
              if (request.path().equals("/token")) {
                sleep();
              }
              tokens.handle(request, reply);
            });
    RegistryClient client = client(Clients.options());
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      List<Future<List<String>>> all = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        all.add(threads.submit(() -> tags(client)));
      }
      for (Future<List<String>> one : all) {
        assertThat(one.get()).containsExactly("1");
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(tokens.asked).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void refusesATokenServiceAtAPrivateAddress() throws IOException {
    // The registry's own host is loopback, so the other one must be another kind of private.
    registry = start(wants("x", "Bearer realm=\"http://169.254.169.254/latest/meta-data\""));
    assertThatThrownBy(() -> tags(client(Clients.withUser(registry))))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
        .hasMessageContaining("private address");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/token",
        "ftp://auth.example.com/",
        "file:///etc/passwd",
        "https://",
        "not a url",
        "http://user:s3cr3t@127.0.0.1/token",
        "https://auth.example.com/#s3cr3t",
        "https:token"
      })
  void refusesARealmThatIsNone(String realm) throws IOException {
    registry = start(wants("x", "Bearer realm=\"" + realm + "\""));
    assertThatThrownBy(() -> tags(client(Clients.withUser(registry))))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PROTOCOL))
        .hasMessageNotContaining(Clients.SECRET);
  }

  @Test
  void followsATokenServiceElsewhereWithoutThePassword() throws IOException {
    TokenRegistry tokens = new TokenRegistry();
    FakeRegistry other =
        start(
            (request, reply) -> {
              tokens.valid = "moved-" + Clients.SECRET;
              reply.send(200, "{\"token\":\"" + tokens.valid + "\"}");
            });
    registry =
        start(
            (request, reply) -> {
              if (request.path().equals("/token")) {
                reply.send(307, "", "Location: " + other.url() + "/other?" + request.query());
              } else {
                tokens.handle(request, reply);
              }
            });
    assertThat(tags(client(Clients.withUser(registry)))).containsExactly("1");
    assertThat(other.requests()).hasSize(1);
    assertThat(other.requests().get(0).header("Authorization")).isEmpty();
  }

  @Test
  void doesNotPostAnIdentityTokenElsewhere() throws IOException {
    FakeRegistry other = start((request, reply) -> reply.send(200, "{\"token\":\"x\"}"));
    registry =
        start(
            (request, reply) -> {
              if (request.path().equals("/token")) {
                reply.send(307, "", "Location: " + other.url() + "/other");
              } else {
                reply.send(
                    401, "", "WWW-Authenticate: Bearer realm=\"" + registry.url() + "/token\"");
              }
            });
    assertThatThrownBy(
            () -> tags(client(with(new Credential.IdentityToken("id-" + Clients.SECRET)))))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED));
    assertThat(other.requests()).isEmpty();
  }

  @Test
  void triesATokenServiceAgain() throws IOException {
    TokenRegistry tokens = new TokenRegistry();
    AtomicInteger number = new AtomicInteger();
    registry =
        start(
            (request, reply) -> {
              if (request.path().equals("/token") && number.getAndIncrement() < 2) {
                reply.send(503, "later");
              } else {
                tokens.handle(request, reply);
              }
            });
    assertThat(tags(client(Clients.options()))).containsExactly("1");
  }

  @Test
  void looksCredentialsUpForTheRepository() throws IOException {
    registry = start(wants(basic("team", Clients.PASSWORD), "Basic realm=\"x\""));
    List<String> asked = new ArrayList<>();
    Credentials credentials =
        (host, path) -> {
          asked.add(host + " " + path);
          return Optional.of(new Credential.Basic("team", Clients.PASSWORD));
        };
    RegistryClient client = client(Clients.options().withCredentials(credentials));
    client.repository(registry.host() + "/team/app").tags();
    assertThat(asked).containsOnly(registry.host() + " team/app");
  }

  @Test
  void printsNoCredential() {
    assertThat(
            List.of(
                new Credential.Basic(Clients.SECRET, Clients.SECRET).toString(),
                new Credential.IdentityToken(Clients.SECRET).toString(),
                new Credential.RegistryToken(Clients.SECRET).toString(),
                Authorization.bearer(Clients.SECRET).toString(),
                Authorization.basic("a", Clients.SECRET).toString(),
                new AccessToken(Clients.SECRET, Clock.systemUTC().instant(), Optional.empty())
                    .toString()))
        .noneMatch(text -> text.contains(Clients.SECRET));
  }

  private static void assertUnauthorized(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED);
              assertThat(e.status()).isEqualTo(401);
              assertThat(e.isTransient()).isFalse();
            })
        .hasMessageContaining(message)
        .hasMessageNotContaining(Clients.SECRET);
  }

  private static void sleep() {
    try {
      Thread.sleep(300);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
