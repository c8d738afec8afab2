package dev.imbrex.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.ArchiveContents;
import dev.imbrex.store.MemoryStorage;
import dev.imbrex.store.SaveOptions;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DockerEngineTest {
  private static final EngineOptions V1 = EngineOptions.defaults().withApiVersion("1.40");
  private static final String ID = "sha256:" + "ab".repeat(32);

  private static String ok(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  private static String refusal(int status, String body) {
    return "HTTP/1.1 " + status + " No\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  private static ImageStore store(int bytes) throws IOException {
    ImageStore store = ImageStore.on(new MemoryStorage());
    byte[] content = new byte[bytes];
    store.tag(
        "app:1",
        ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
            .layer(layer -> layer.file("/a", Content.of(content), Metadata.forFile()))
            .build());
    return store;
  }

  /** Answers, right and wrong. */
  @Nested
  class Answers {
    @Test
    void areReadInChunksAndWithUnknownMembers() throws IOException {
      String body =
          "[{\"Id\":\"" + ID + "\",\"RepoTags\":[\"<none>:<none>\",\"a:1\"],\"X\":{},\"Size\":5}]";
      String chunked =
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
              + "3;x=y\r\n"
              + body.substring(0, 3)
              + "\r\n"
              + Integer.toHexString(body.length() - 3)
              + "\r\n"
              + body.substring(3)
              + "\r\n0\r\nTrailer: x\r\n\r\n";
      for (String answer : new String[] {ok(body), chunked, "HTTP/1.0 200\n\n" + body}) {
        try (ScriptedEngine scripted = ScriptedEngine.answering(answer)) {
          DockerEngine engine = DockerEngine.at(scripted.address(), V1);
          assertThat(engine.images())
              .singleElement()
              .satisfies(
                  image -> {
                    assertThat(image.id().toString()).isEqualTo(ID);
                    assertThat(image.names()).containsExactly("docker.io/library/a:1");
                    assertThat(image.size()).isEqualTo(5);
                  });
          assertThat(scripted.requests.get(0)).startsWith("GET /v1.40/images/json HTTP/1.1\r\n");
        }
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "HTTP/1.1 200 OK\r\n",
          "SSH-2.0-OpenSSH\r\n\r\n",
          "HTTP/1.1 abc\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n[]",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n[]\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n[]\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[]\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n[]",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n",
          "HTTP/1.1 200 OK\r\n\r\n{}",
          "HTTP/1.1 200 OK\r\n\r\n[1]",
          "HTTP/1.1 200 OK\r\n\r\n[{}]",
          "HTTP/1.1 200 OK\r\n\r\n[{\"Id\":\"x\"}]",
          "HTTP/1.1 500 Oops\r\n\r\n",
          "HTTP/1.1 500 Oops\r\n\r\n<html>",
          "HTTP/1.1 302 Found\r\nLocation: http://example.com/\r\n\r\n",
        })
    void thatMakeNoSenseAreErrors(String answer) throws IOException {
      try (ScriptedEngine scripted = ScriptedEngine.answering(answer)) {
        DockerEngine engine = DockerEngine.at(scripted.address(), V1);
        assertThatThrownBy(engine::images).isInstanceOf(ImageException.class);
      }
    }

    @Test
    void thatRefuseTellWhy() throws IOException {
      String answer = refusal(409, "{\"message\":\"conflict: image is in use\"}");
      try (ScriptedEngine scripted = ScriptedEngine.answering(answer)) {
        DockerEngine engine = DockerEngine.at(scripted.address(), V1);
        assertThatThrownBy(() -> engine.remove("a/b:1", true))
            .isInstanceOfSatisfying(
                EngineException.class, e -> assertThat(e.status()).isEqualTo(409))
            .hasMessageContaining("conflict: image is in use")
            .hasMessageContaining(scripted.address().toString());
        assertThat(scripted.requests.get(0))
            .startsWith("DELETE /v1.40/images/a%2Fb%3A1?force=1 HTTP/1.1\r\n");
      }
    }

    @Test
    void negotiateTheVersion() throws IOException {
      for (String[] versions :
          new String[][] {{"1.24", "/v1.24"}, {"1.99", "/v1.43"}, {"", ""}, {"x", ""}}) {
        String answer =
            "HTTP/1.1 200 OK\r\nApi-Version: " + versions[0] + "\r\nContent-Length: 2\r\n\r\n[]";
        try (ScriptedEngine scripted = ScriptedEngine.answering(answer)) {
          DockerEngine.at(scripted.address()).images();
          assertThat(scripted.requests.get(0)).startsWith("GET /_ping ");
          assertThat(scripted.requests.get(1)).startsWith("GET " + versions[1] + "/images/json ");
        }
      }
    }
  }

  /** Loading. */
  @Nested
  class Loading {
    @Test
    void reportsWhatTheEngineSays() throws IOException {
      String said =
          "{\"status\":\"Loading layer\",\"progressDetail\":{\"current\":10,\"total\":30},\"id\":\"a\"}\r\n"
              + "{\"status\":\"Loading layer\",\"progressDetail\":{\"current\":30,\"total\":30},\"id\":\"a\"}\r\n"
              + "{\"stream\":\"The image app:1 already exists, renaming the old one with ID "
              + ID
              + " to empty string\\n\"}\n{\"stream\":\"Loaded image: app:1\\n\"}\n"
              + "{\"stream\":\"Loaded image ID: "
              + ID
              + "\\n\"}";
      try (ImageStore store = store(10);
          ScriptedEngine scripted = ScriptedEngine.interruptingAfter(10_000, ok(said))) {
        LoadReport report =
            DockerEngine.at(scripted.address(), V1).load(ArchiveContents.of(store, "app:1"));
        assertThat(report.names()).containsExactly("docker.io/library/app:1");
        assertThat(report.ids()).containsExactly(Digest.parse(ID));
        assertThat(report.messages()).singleElement().asString().contains("renaming the old one");
        assertThat(scripted.requests.get(0))
            .startsWith("POST /v1.40/images/load?quiet=0 ")
            .contains("Transfer-Encoding: chunked");
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"error\":\"no space left\"}", "{\"stream\":1}", "nonsense"})
    void failsIfTheEngineDoes(String said) throws IOException {
      try (ImageStore store = store(10);
          ScriptedEngine scripted = ScriptedEngine.interruptingAfter(10_000, ok(said))) {
        DockerEngine engine = DockerEngine.at(scripted.address(), V1);
        assertThatThrownBy(() -> engine.load(ArchiveContents.of(store, "app:1")))
            .isInstanceOf(ImageException.class);
      }
    }

    /** The engine closes without reading on: what it said counts, not the broken pipe. */
    @Test
    void hearsARefusalInTheMiddle() throws IOException {
      String answer = refusal(507, "{\"message\":\"disk full\"}");
      try (ImageStore store = store(20 << 20);
          ScriptedEngine scripted = ScriptedEngine.interruptingAfter(100_000, answer)) {
        DockerEngine engine = DockerEngine.at(scripted.address(), V1);
        assertThatThrownBy(() -> engine.load(ArchiveContents.of(store, "app:1")))
            .isInstanceOf(EngineException.class)
            .hasMessageContaining("disk full");
      }
    }

    @Test
    void failsOfItselfWithWhatTheStorageSays() throws IOException {
      try (ImageStore store = store(10);
          ScriptedEngine scripted = ScriptedEngine.interruptingAfter(10_000, ok(""))) {
        ArchiveContents contents = ArchiveContents.of(store, "app:1");
        store.storage().close();
        DockerEngine engine = DockerEngine.at(scripted.address(), V1);
        assertThatThrownBy(() -> engine.load(contents)).isInstanceOf(IllegalStateException.class);
      }
    }

    @Test
    void endsWhenItIsCancelled() throws IOException {
      CancellationException cancelled = new CancellationException();
      Progress progress =
          (name, bytes) ->
              new Progress.Task() {
                @Override
                public void advance(long more) {
                  throw cancelled;
                }

                @Override
                public void close() {}
              };
      try (ImageStore store = store(1 << 20);
          ScriptedEngine scripted = ScriptedEngine.hangingAfter("")) {
        DockerEngine engine = DockerEngine.at(scripted.address(), V1);
        assertThatThrownBy(
                () ->
                    engine.load(
                        ArchiveContents.of(store, "app:1"),
                        SaveOptions.defaults().withProgress(progress)))
            .isSameAs(cancelled);
      }
    }
  }

  /** Time. */
  @Nested
  class Waiting {
    @Test
    void endsWhenTheEngineIsSilentForTooLong() throws IOException {
      for (String begun : new String[] {"", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n["}) {
        try (ScriptedEngine scripted = ScriptedEngine.hangingAfter(begun)) {
          DockerEngine engine =
              DockerEngine.at(scripted.address(), V1.withIdleTimeout(Duration.ofMillis(50)));
          assertThatThrownBy(engine::images).isInstanceOf(SocketTimeoutException.class);
        }
      }
    }

    @Test
    void endsWhenTheThreadIsInterrupted() throws Exception {
      try (ScriptedEngine scripted = ScriptedEngine.hangingAfter("HTTP/1.1 200 OK\r\n\r\n[")) {
        DockerEngine engine = DockerEngine.at(scripted.address(), V1);
        Throwable[] thrown = new Throwable[1];
        boolean[] flag = new boolean[1];
        Thread thread =
            new Thread(
                () -> {
                  try {
                    engine.images();
                  } catch (IOException e) {
                    thrown[0] = e;
                    flag[0] = Thread.currentThread().isInterrupted();
                  }
                });
        thread.start();
        while (scripted.requests.isEmpty()) {
          Thread.onSpinWait();
        }
        thread.interrupt();
        thread.join();
        assertThat(thrown[0]).isInstanceOf(InterruptedIOException.class);
        assertThat(flag[0]).isTrue();
      }
    }
  }

  /** Where an engine is. */
  @Nested
  class Addresses {
    @TempDir Path home;

    private DockerEngine engine(Map<String, String> variables) throws IOException {
      return new EngineEnvironment(variables, home, "Linux").engine(EngineOptions.defaults());
    }

    private void context(String name, String json) throws IOException {
      Path directory =
          home.resolve(".docker/contexts/meta")
              .resolve(Digest.sha256(name.getBytes(UTF_8)).encoded());
      Files.createDirectories(directory);
      Files.writeString(directory.resolve("meta.json"), json);
    }

    @Test
    void thatNobodyListensAtAreErrorsThatNameThem() throws IOException {
      URI missing = home.resolve("missing.sock").toUri();
      DockerEngine engine = DockerEngine.at(URI.create("unix://" + missing.getPath()));
      assertThatThrownBy(engine::ping)
          .isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.status()).isZero())
          .hasMessageContaining("missing.sock");
    }

    @Test
    void thatCannotBeReachedSayWhy() {
      assertThatThrownBy(() -> DockerEngine.at(URI.create("npipe:////./pipe/docker_engine")))
          .isInstanceOf(UnsupportedContentException.class)
          .hasMessageContaining("named pipe");
      assertThatThrownBy(() -> DockerEngine.at(URI.create("ssh://user@host")))
          .isInstanceOf(UnsupportedContentException.class);
      for (String wrong : new String[] {"/var/run/docker.sock", "unix:", "tcp:///", "ftp://x"}) {
        assertThatThrownBy(() -> DockerEngine.at(URI.create(wrong)))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }

    @Test
    void comeFromTheEnvironmentAsDockersClientTakesThem() throws IOException {
      assertThat(engine(Map.of())).hasToString("unix:///var/run/docker.sock");
      context("one", "{\"Name\":\"one\",\"Endpoints\":{\"docker\":{\"Host\":\"unix:///one\"}}}");
      context("two", "{\"Name\":\"two\",\"Endpoints\":{\"docker\":{\"Host\":\"tcp://two:1\"}}}");
      Files.writeString(home.resolve(".docker/config.json"), "{\"currentContext\":\"one\"}");
      assertThat(engine(Map.of())).hasToString("unix:///one");
      assertThat(engine(Map.of("DOCKER_CONTEXT", "two"))).hasToString("tcp://two:1");
      assertThat(engine(Map.of("DOCKER_CONTEXT", "default")))
          .hasToString("unix:///var/run/docker.sock");
      assertThat(engine(Map.of("DOCKER_CONTEXT", "two", "DOCKER_HOST", "tcp://h:2375")))
          .hasToString("tcp://h:2375");
      assertThat(engine(Map.of("DOCKER_CONFIG", "elsewhere")))
          .hasToString("unix:///var/run/docker.sock");
      assertThatThrownBy(
              () ->
                  new EngineEnvironment(Map.of(), home.resolve("x"), "Windows 11")
                      .engine(EngineOptions.defaults()))
          .isInstanceOf(UnsupportedContentException.class);
    }

    @Test
    void thatTheEnvironmentHasWrongAreErrors() throws IOException {
      assertThatThrownBy(() -> engine(Map.of("DOCKER_CONTEXT", "none")))
          .isInstanceOf(ContentNotFoundException.class)
          .hasMessageContaining("none");
      context("broken", "{");
      context("empty", "{\"Endpoints\":{}}");
      context("odd", "{\"Endpoints\":{\"docker\":{\"Host\":\"a b\"}}}");
      for (String name : new String[] {"broken", "empty", "odd"}) {
        assertThatThrownBy(() -> engine(Map.of("DOCKER_CONTEXT", name)))
            .isInstanceOf(MalformedContentException.class);
      }
      Files.writeString(home.resolve("key.pem"), "-----BEGIN PRIVATE KEY-----SECRET");
      Files.writeString(home.resolve("cert.pem"), "no certificate");
      assertThatThrownBy(
              () ->
                  engine(
                      Map.of(
                          "DOCKER_HOST",
                          "tcp://h:1",
                          "DOCKER_TLS_VERIFY",
                          "1",
                          "DOCKER_CERT_PATH",
                          home.toString())))
          .isInstanceOf(MalformedContentException.class)
          .message()
          .doesNotContain("SECRET");
    }
  }
}
