package dev.imbrex.registry.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.registry.server.RawClient.Answer;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each fault does on the wire. */
class RegistryFaultsTest {
  private static final byte[] BLOB = Fixture.bytes(1, 300_000);
  private static final String DIGEST = Fixture.sha256(BLOB);
  private static final String PATH = "/v2/app/blobs/" + DIGEST;

  private RegistryServer server;
  private RawClient client;

  @BeforeEach
  void start() throws Exception {
    server = RegistryServer.start(new MemoryStorage());
    client = new RawClient(server);
    Fixture.push(client, "app", BLOB);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  /** All that comes on a connection until it ends, and no later than asked for. */
  private byte[] raw(String request, int most) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      byte[] bytes = new byte[most];
      int length = 0;
      try {
        InputStream in = socket.getInputStream();
        for (int n = in.read(bytes); n >= 0 && length < most; ) {
          length += n;
          n = length < most ? in.read(bytes, length, most - length) : -1;
        }
      } catch (SocketException e) {
        // Cut in the middle of it.
      }
      return Arrays.copyOf(bytes, length);
    }
  }

  private byte[] rawBody(int most) throws IOException {
    byte[] answer = raw("GET " + PATH + " HTTP/1.1\r\nHost: x\r\n\r\n", most);
    String text = new String(answer, ISO_8859_1);
    assertThat(text).contains("\r\nContent-Length: 300000\r\n");
    return Arrays.copyOfRange(answer, text.indexOf("\r\n\r\n") + 4, answer.length);
  }

  @Test
  void answersWithAStatusAsOftenAsItIsTold() throws Exception {
    Fault fault = Fault.tooManyRequests("2").on("GET", "/blobs/").after(1).times(2);
    server.faults().add(fault);
    client.get(PATH).expect(200);
    client.get("/v2/").expect(200);
    assertThat(client.get(PATH).expect(429, "TOOMANYREQUESTS").header("Retry-After"))
        .isEqualTo("2");
    client.head(PATH).expect(200);
    client.get(PATH).expect(429);
    client.get(PATH).expect(200);
    assertThat(server.faults().count(fault)).isEqualTo(2);
  }

  @Test
  void standsForARegistryWithoutReferrers() throws Exception {
    server.faults().add(Fault.status(404).on("GET", "/referrers/"));
    client.get("/v2/app/referrers/" + DIGEST).expect(404);
    server.faults().clear();
    client.get("/v2/app/referrers/" + DIGEST).expect(200);
  }

  @Test
  void answersWithAnyBody() throws Exception {
    server.faults().add(Fault.status(200, "text/html", "<html>".getBytes(UTF_8)).on("/tags/"));
    Answer answer = client.get("/v2/app/tags/list").expect(200);
    assertThat(answer.text()).isEqualTo("<html>");
    assertThat(answer.header("Content-Type")).isEqualTo("text/html");
    server.faults().add(Fault.status(503, "Retry-After", "x").on("/tags/"));
  }

  @Test
  void sendsPeopleAway() throws Exception {
    server.faults().add(Fault.unauthorized().times(1));
    assertThat(client.get(PATH).expect(401, "UNAUTHORIZED").header("WWW-Authenticate"))
        .startsWith("Basic ");
    client.get(PATH).expect(200);
  }

  @Test
  void redirectsToAnotherPort() throws Exception {
    int port = server.openAnotherPort();
    String base = "http://localhost:" + port;
    server.faults().add(Fault.redirect(307, base).on("GET", "/v2/app/blobs/sha256:"));
    server.faults().add(Fault.locationAt(base).on("POST", "/uploads/"));
    // The other port has the same faults, but another name in its requests.
    Answer answer = client.get(PATH + "?x=1").expect(307);
    assertThat(answer.header("Location")).isEqualTo(base + PATH + "?x=1");
    assertThat(answer.body()).isEmpty();
    assertThat(client.post("/v2/app/blobs/uploads/").expect(202).header("Location"))
        .startsWith(base + "/v2/app/blobs/uploads/");
    server.faults().clear();
    assertThat(new RawClient(URI.create(base)).get(PATH).expect(200).body()).isEqualTo(BLOB);
  }

  @Test
  void changesHeaders() throws Exception {
    server.faults().add(Fault.header("Docker-Content-Digest", "sha256:wrong"));
    server.faults().add(Fault.withoutHeader("ETag"));
    Answer answer = client.head(PATH).expect(200);
    assertThat(answer.header("Docker-Content-Digest")).isEqualTo("sha256:wrong");
    assertThat(answer.headers("ETag")).isEmpty();
  }

  @Test
  void liesAboutRanges() throws Exception {
    RawClient ranged = client.with("Range", "bytes=10-19");
    server.faults().add(Fault.ignoreRange().times(1));
    assertThat(ranged.get(PATH).expect(200).body()).isEqualTo(BLOB);
    server.faults().add(Fault.header("Content-Range", "bytes 0-9/10").times(1));
    Answer answer = ranged.get(PATH).expect(206);
    assertThat(answer.header("Content-Range")).isEqualTo("bytes 0-9/10");
    assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(BLOB, 10, 20));
  }

  @Test
  void corruptsOneByte() throws Exception {
    server.faults().add(Fault.corrupt(299_999).on("GET", "/blobs/").times(1));
    byte[] body = client.get(PATH).expect(200).body();
    assertThat(Arrays.mismatch(body, BLOB)).isEqualTo(299_999);
    assertThat(client.get(PATH).body()).isEqualTo(BLOB);
  }

  @Test
  void cutsTheConnectionBeforeAndWithinTheAnswer() throws Exception {
    server.faults().add(Fault.drop().times(1));
    assertThat(raw("GET " + PATH + " HTTP/1.1\r\nHost: x\r\n\r\n", 1000)).isEmpty();
    server.faults().add(Fault.dropInHead(10).times(1));
    assertThat(raw("GET " + PATH + " HTTP/1.1\r\nHost: x\r\n\r\n", 1000))
        .isEqualTo("HTTP/1.1 2".getBytes(ISO_8859_1));
    for (int bytes : new int[] {0, 1, 70_000, 131_072, 299_999}) {
      server.faults().add(Fault.dropAfter(bytes).times(1));
      byte[] body = rawBody(400_000);
      assertThat(body).isEqualTo(Arrays.copyOf(BLOB, body.length));
      assertThat(body.length).isEqualTo(bytes);
    }
  }

  @Test
  void endsTheBodyEarlyAndSaysSo() throws Exception {
    server.faults().add(Fault.truncate(7).times(1));
    Answer answer = client.get(PATH).expect(200);
    assertThat(answer.body()).isEqualTo(Arrays.copyOf(BLOB, 7));
    assertThat(answer.header("Content-Length")).isEqualTo("7");
  }

  @Test
  void stallsUntilItIsReleased() throws Exception {
    server.faults().add(Fault.stallAfter(100));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      String request = "GET " + PATH + " HTTP/1.1\r\nHost: x\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      InputStream in = socket.getInputStream();
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) in.read());
      }
      assertThat(in.readNBytes(100)).isEqualTo(Arrays.copyOf(BLOB, 100));
      socket.setSoTimeout(200);
      assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
      server.faults().clear();
      socket.setSoTimeout(20_000);
      assertThat(in.read()).isNegative();
    }
  }

  @Test
  void sendsSlowly() throws Exception {
    server.faults().add(Fault.slow(2_000_000).on("GET", "/blobs/").times(1));
    assertThat(client.get(PATH).expect(200).body()).isEqualTo(BLOB);
    assertThatThrownBy(() -> Fault.slow(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void dropsARequestHalfWay() throws Exception {
    String location = client.post("/v2/app/blobs/uploads/").header("Location");
    server.faults().add(Fault.dropRequestAfter(1000).on("PATCH", "").times(1));
    assertThatThrownBy(() -> client.patch(location, BLOB)).isInstanceOf(IOException.class);
    assertThat(client.get(location).expect(204).header("Range")).isEqualTo("0-999");
  }

  @Test
  void doesWhatItDoesNotAnswer() throws Exception {
    server.faults().add(Fault.dropAnswer().on("PUT", "/manifests/").times(1));
    byte[] manifest = Fixture.sparse(1);
    assertThatThrownBy(() -> Fixture.put(client, "app", "1", Fixture.MANIFEST, manifest))
        .isInstanceOf(IOException.class);
    client.get("/v2/app/manifests/1").expect(200);
  }

  @Test
  void recordsWhatItWasAsked() throws Exception {
    client.get("/v2/");
    assertThat(server.faults().requests()).isEmpty();
    server.faults().record();
    server.faults().add(Fault.status(500).on("GET", "n=1").times(1));
    client.with("Authorization", "Basic c2VjcmV0").get("/v2/app/tags/list?n=1");
    client.head(PATH);
    List<RecordedRequest> requests = server.faults().requests();
    assertThat(requests).hasSize(2);
    RecordedRequest first = requests.get(0);
    assertThat(first.method()).isEqualTo("GET");
    assertThat(first.path()).isEqualTo("/v2/app/tags/list");
    assertThat(first.query()).isEqualTo("n=1");
    assertThat(first.port()).isEqualTo(server.port());
    assertThat(first.status()).isEqualTo(500);
    assertThat(first.header("authorization")).contains("Basic c2VjcmV0");
    assertThat(first).hasToString("GET /v2/app/tags/list -> 500");
    assertThat(requests.get(1).status()).isEqualTo(200);
    server.faults().forgetRequests();
    assertThat(server.faults().requests()).isEmpty();
  }

  @Test
  void endsTokensEarly() throws Exception {
    RegistryServerOptions options =
        RegistryServerOptions.defaults()
            .withAccess(RegistryAccess.bearer(Map.of("user", "password")));
    try (RegistryServer guarded = RegistryServer.start(new MemoryStorage(), options)) {
      RawClient guest = new RawClient(guarded);
      String token =
          guest
              .with("Authorization", "Basic dXNlcjpwYXNzd29yZA==")
              .get("/token?service=imbrex&scope=repository:app:pull")
              .expect(200)
              .text()
              .replaceAll(".*\"token\":\"([^\"]*)\".*", "$1");
      RawClient user = guest.with("Authorization", "Bearer " + token);
      user.get("/v2/app/tags/list").expect(404);
      guarded.faults().expireTokens();
      assertThat(user.get("/v2/app/tags/list").expect(401).header("WWW-Authenticate"))
          .contains("error=\"invalid_token\"");
    }
  }
}
