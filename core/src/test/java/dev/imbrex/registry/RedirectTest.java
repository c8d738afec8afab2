package dev.imbrex.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.registry.FakeRegistry.Request;
import dev.imbrex.registry.RegistryException.Kind;
import dev.imbrex.registry.internal.transport.Origin;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where registries send us (SN-G14). */
class RedirectTest {
  private static final byte[] BYTES = Clients.random(1000);
  private static final Descriptor BLOB = Clients.blob(BYTES);

  private final List<AutoCloseable> open = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // each test starts its own
  private FakeRegistry registry;

  @SuppressWarnings("NullAway.Init") // each test starts its own
  private FakeRegistry other;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
  }

  private FakeRegistry start(FakeRegistry.Handler handler) throws IOException {
    FakeRegistry started = FakeRegistry.start(handler);
    open.add(started);
    return started;
  }

  /** Asks for a password, and sends on whoever has it. */
  private FakeRegistry sendingTo(int status, String location) throws IOException {
    return start(
        (request, reply) -> {
          if (request.header("Authorization").isEmpty()) {
            reply.send(401, "", "WWW-Authenticate: Basic realm=\"x\"");
          } else {
            reply.send(status, "", "Location: " + location);
          }
        });
  }

  private RegistryStorage storage() {
    RegistryClient client = RegistryClient.create(Clients.withUser(registry));
    open.add(client);
    return client.repository(registry.host() + "/app");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void followsWithoutThePassword(int status) throws IOException {
    other = start((request, reply) -> reply.send(200, BYTES));
    registry = sendingTo(status, other.url() + "/cdn/blob?X-Signature=" + Clients.SECRET);
    assertThat(Clients.read(storage(), BLOB)).isEqualTo(BYTES);
    Request last = other.requests().get(0);
    assertThat(last.target()).isEqualTo("/cdn/blob?X-Signature=" + Clients.SECRET);
    assertThat(last.header("Authorization")).isEmpty();
    assertThat(last.header("Cookie")).isEmpty();
  }

  @Test
  void doesNotShowThePasswordToTheRegistryWhenSentBack() throws IOException {
    registry =
        start(
            (request, reply) -> {
              if (request.path().equals("/back")) {
                reply.send(200, BYTES);
              } else if (request.header("Authorization").isEmpty()) {
                reply.send(401, "", "WWW-Authenticate: Basic realm=\"x\"");
              } else {
                reply.send(307, "", "Location: " + other.url() + "/on");
              }
            });
    other = start((request, reply) -> reply.send(307, "", "Location: " + registry.url() + "/back"));
    assertThat(Clients.read(storage(), BLOB)).isEqualTo(BYTES);
    assertThat(registry.requests())
        .filteredOn(request -> request.path().equals("/back"))
        .hasSize(1)
        .allMatch(request -> request.header("Authorization").isEmpty());
  }

  @Test
  void keepsThePasswordWithinTheRegistry() throws IOException {
    registry =
        start(
            (request, reply) -> {
              if (request.header("Authorization").isEmpty()) {
                reply.send(401, "", "WWW-Authenticate: Basic realm=\"x\"");
              } else if (request.path().equals("/elsewhere")) {
                reply.send(200, BYTES);
              } else {
                reply.send(302, "", "Location: /elsewhere");
              }
            });
    assertThat(Clients.read(storage(), BLOB)).isEqualTo(BYTES);
  }

  @Test
  void showsAnErrorOfTheOtherHostWithoutItsSignature() throws IOException {
    other = start((request, reply) -> reply.send(403, "<Error>no, X-Signature=… is old</Error>"));
    registry = sendingTo(307, other.url() + "/cdn/blob?X-Signature=" + Clients.SECRET);
    assertThatThrownBy(() -> Clients.read(storage(), BLOB))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.DENIED);
              assertThat(e.url()).isEqualTo(other.url() + "/cdn/blob?X-Signature=…");
            })
        .hasMessageNotContaining(Clients.SECRET);
  }

  @Test
  void givesUpAfterTen() throws IOException {
    registry = sendingTo(302, "/v2/again");
    assertThatThrownBy(() -> Clients.read(storage(), BLOB))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("more than 10 redirects");
    assertThat(registry.requests()).hasSize(12);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ftp://example.com/x",
        "file:///etc/passwd",
        "http://",
        "http:///x",
        "not a url",
        "http://user:s3cr3t@127.0.0.1/x",
        "javascript:alert(1)",
        "http://[bad/x"
      })
  void refusesWhatIsNoUrl(String location) throws IOException {
    registry = sendingTo(302, location);
    assertThatThrownBy(() -> Clients.read(storage(), BLOB))
        .isInstanceOf(RegistryException.class)
        .hasMessageNotContaining(Clients.SECRET);
  }

  @ParameterizedTest
  @CsvSource({
    "https://registry.example.com/v2/, http://registry.example.com/x, false",
    "https://registry.example.com/v2/, http://cdn.example.com/x, false",
    "https://registry.example.com/v2/, https://cdn.example.com/x, true",
    "https://registry.example.com/v2/, https://127.0.0.1/x, false",
    "https://registry.example.com/v2/, https://localhost/x, false",
    "https://registry.example.com/v2/, https://10.1.2.3/x, false",
    "https://registry.example.com/v2/, https://169.254.169.254/x, false",
    "https://registry.example.com/v2/, https://[fd00::1]/x, false",
    "https://registry.example.com/v2/, https://2130706433/x, false",
    "https://10.0.0.1/v2/, https://10.0.0.2/x, true",
    "http://127.0.0.1:5000/v2/, http://127.0.0.1:6000/x, true",
    "http://127.0.0.1:5000/v2/, https://cdn.example.com/x, true",
    "https://8.8.8.8/v2/, https://8.8.4.4/x, true"
  })
  void goesOnlyWhereItIsSafe(String from, String to, boolean allowed) throws IOException {
    URI asked = URI.create(from);
    Attempted attempted = Attempted.of("GET", asked);
    if (allowed) {
      assertThat(new Redirects(false).target(attempted, asked, to)).isEqualTo(URI.create(to));
    } else {
      assertThatThrownBy(() -> new Redirects(false).target(attempted, asked, to))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED));
    }
    if (!to.startsWith("http:")) {
      assertThat(new Redirects(true).target(attempted, asked, to)).isEqualTo(URI.create(to));
    }
  }

  @Test
  void knowsOrigins() {
    assertThat(Origin.of(URI.create("https://A.example.com/x")))
        .isEqualTo(Origin.of(URI.create("HTTPS://a.EXAMPLE.com:443/y")))
        .isNotEqualTo(Origin.of(URI.create("https://a.example.com:444/")))
        .isNotEqualTo(Origin.of(URI.create("http://a.example.com:443/")));
  }
}
