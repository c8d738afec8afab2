package dev.imbrex.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.registry.credentials.Credential;
import dev.imbrex.registry.credentials.Credentials;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Answers that no registry should give. Each is an error of our family, or of no consequence; none
 * is another exception, an endless wait, or a message with a secret in it.
 */
class MalformedAnswersTest {
  private static final byte[] BYTES = Clients.random(100);

  /** What is tried with a bad answer. */
  @FunctionalInterface
  private interface Use {
    void of(RegistryStorage storage) throws IOException;
  }

  /** Whole answers, from the first byte. */
  private static final List<String> RAW =
      List.of(
          "",
          "\r\n\r\n",
          "HTTP/1.1",
          "HTTP/1.1 \r\n\r\n",
          "HTTP/1.1 abc OK\r\n\r\n",
          "HTTP/1.1 99 Low\r\n\r\n",
          "HTTP/1.1 2000 High\r\n\r\n",
          "HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\n{}",
          "SMTP ready\r\n",
          "HTTP/1.1 200 OK",
          "HTTP/1.1 200 OK\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"tags\":[",
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\n{}",
          "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n{}",
          "HTTP/1.1 200 OK\r\n: no name\r\n\r\n{}",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n",
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
          "HTTP/1.1 200 OK\r\n" + "X-Long: " + "x".repeat(20_000) + "\r\n\r\n",
          "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n{}",
          "HTTP/1.1 302 Found\r\n\r\n",
          "HTTP/1.1 302 Found\r\nLocation: \r\n\r\n",
          "HTTP/1.1 302 Found\r\nLocation: \\\\s3cr3t\\x\r\n\r\n",
          "HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer realm=\"http://[s3cr3t\"\r\n\r\n",
          "HTTP/1.1 429 Slow\r\nRetry-After: never\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 503 Busy\r\nContent-Length: 10000000\r\n\r\n<html>");

  /** Bodies of a list of tags. */
  private static final List<String> TAGS =
      List.of(
          "[]",
          "null",
          "7",
          "\"s3cr3t\"",
          "{\"tags\":{}}",
          "{\"tags\":\"x\"}",
          "{\"tags\":7}",
          "{\"tags\":[7]}",
          "{\"tags\":[null]}",
          "{\"tags\":[[\"a\"]]}",
          "{\"tags\":[\"a\"]",
          "{\"tags\":[\"a\",]}",
          "{\"tags\":[\"a\"]} x",
          "{\"tags\":[\"a\"],\"tags\":[\"b\"]}",
          "\uFEFF{\"tags\":[]}",
          "<html><body>s3cr3t</body></html>",
          "{\"tags\":" + "[".repeat(1000) + "]".repeat(1000) + "}",
          "\u0000\u0001\u0002");

  /** Bodies of a manifest, found by its tag. */
  private static final List<String> MANIFESTS =
      List.of(
          "",
          "{",
          "[]",
          "7",
          "{}",
          "{\"schemaVersion\":2}",
          "{\"schemaVersion\":\"2\",\"manifests\":[]}",
          "{\"schemaVersion\":2.5,\"manifests\":[]}",
          "{\"schemaVersion\":99999999999999999999,\"manifests\":[]}",
          "{\"schemaVersion\":2,\"manifests\":{}}",
          "{\"schemaVersion\":2,\"manifests\":[7]}",
          "{\"schemaVersion\":2,\"manifests\":[{}]}",
          "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"a/b\",\"digest\":\"x\",\"size\":1}]}",
          "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"a/b\",\"digest\":"
              + "\"sha256:../../../etc/passwd\",\"size\":1}]}",
          "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"a/b\",\"digest\":\"sha256:"
              + "0".repeat(64)
              + "\",\"size\":-1}]}",
          "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"none\",\"digest\":\"sha256:"
              + "0".repeat(64)
              + "\",\"size\":1}]}",
          "{\"schemaVersion\":2,\"mediaType\":\"x\",\"manifests\":[]}",
          "{\"schemaVersion\":2,\"mediaType\":7,\"manifests\":[]}",
          "{\"schemaVersion\":2,\"config\":{},\"layers\":[]}",
          "{\"schemaVersion\":2,\"config\":7,\"layers\":[]}",
          "{\"schemaVersion\":2,\"layers\":[]}",
          "{\"schemaVersion\":2,\"Manifests\":[],\"manifests\":[]}",
          "{\"schemaVersion\":1,\"fsLayers\":[]}",
          "{\"schemaVersion\":2,\"manifests\":[],\"fsLayers\":[]}");

  /** Answers of a token service. */
  private static final List<String> TOKENS =
      List.of(
          "",
          "{",
          "[]",
          "\"s3cr3t\"",
          "{}",
          "{\"token\":\"\"}",
          "{\"token\":null}",
          "{\"token\":7}",
          "{\"token\":[\"s3cr3t\"]}",
          "{\"Token\":\"s3cr3t\"}",
          "{\"token\":\"s3cr3t with spaces\"}",
          "{\"token\":\"s3cr3t\\r\\nX-Injected: 1\"}",
          "{\"token\":\"s3cr3t\\u0000\"}",
          "{\"token\":\"s3cr3t\u00e9\"}",
          "{\"token\":\"s3cr3t\",\"token\":\"other\"}",
          "{\"token\":\"s3cr3t\"} x",
          "{\"token\":\"" + "s3cr3t".repeat(20_000) + "\"}",
          "<html>s3cr3t</html>");

  /** Headers of an answer to HEAD or GET of a manifest. */
  private static final List<String> DIGESTS =
      List.of(
          "Docker-Content-Digest: x",
          "Docker-Content-Digest: sha256:",
          "Docker-Content-Digest: sha256:123",
          "Docker-Content-Digest: SHA256:" + "0".repeat(64),
          "Docker-Content-Digest: sha256:" + "G".repeat(64),
          "Docker-Content-Digest: sha256:" + "0".repeat(63),
          "Docker-Content-Digest: sha512:" + "0".repeat(64),
          "Docker-Content-Digest: sha256:../../etc",
          "Docker-Content-Digest: " + Digest.sha256(new byte[7]));

  @TestFactory
  List<DynamicTest> areErrorsOfOurFamily() {
    List<DynamicTest> tests = new ArrayList<>();
    Descriptor blob = Clients.blob(BYTES);
    for (String raw : RAW) {
      tests.add(
          test(
              "tags from " + raw,
              (request, reply) -> reply.raw(raw.getBytes(ISO_8859_1)),
              RegistryStorage::tags));
      tests.add(
          test(
              "blob from " + raw,
              (request, reply) -> reply.raw(raw.getBytes(ISO_8859_1)),
              storage -> Clients.read(storage, blob)));
      tests.add(
          test(
              "upload to " + raw,
              (request, reply) -> reply.raw(raw.getBytes(ISO_8859_1)),
              storage -> Clients.put(storage, Clients.random(10))));
    }
    for (String body : TAGS) {
      tests.add(
          test("tags " + body, (request, reply) -> reply.send(200, body), RegistryStorage::tags));
    }
    for (String body : MANIFESTS) {
      tests.add(
          test(
              "manifest " + body,
              (request, reply) -> reply.send(200, body, "Content-Type: application/json"),
              storage -> storage.resolve("1.0")));
    }
    for (String body : MANIFESTS) {
      tests.add(
          test(
              "referrers " + body,
              (request, reply) ->
                  reply.send(200, body, "Content-Type: " + MediaType.OCI_IMAGE_INDEX),
              storage -> storage.referrers(Digest.sha256(BYTES))));
    }
    for (String header : DIGESTS) {
      tests.add(
          test(
              header,
              (request, reply) ->
                  reply.send(
                      200,
                      "{\"schemaVersion\":2,\"manifests\":[]}",
                      "Content-Type: application/json",
                      header),
              storage -> storage.resolve("1.0")));
    }
    for (String body : TOKENS) {
      tests.add(
          test(
              "token " + body,
              (request, reply) -> {
                if (request.path().equals("/token")) {
                  reply.send(200, body);
                } else {
                  reply.send(
                      401,
                      "",
                      "WWW-Authenticate: Bearer realm=\"http://"
                          + request.header("Host")
                          + "/token\"");
                }
              },
              RegistryStorage::tags));
    }
    assertThat(tests).hasSizeGreaterThan(150);
    return tests;
  }

  private static DynamicTest test(String name, FakeRegistry.Handler handler, Use use) {
    return DynamicTest.dynamicTest(
        name.substring(0, Math.min(100, name.length())).replaceAll("\\s+", " "),
        () -> {
          Credentials credentials =
              (host, path) -> Optional.of(new Credential.Basic("robot", Clients.PASSWORD));
          RegistryOptions options =
              Clients.options()
                  .withRetries(RetryOptions.DEFAULT.withAttempts(2))
                  .withTimeouts(
                      new RegistryTimeouts(
                          Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5)))
                  .withCredentials(credentials);
          try (FakeRegistry registry = FakeRegistry.start(handler);
              RegistryClient client = RegistryClient.create(options)) {
            Throwable failure =
                catchThrowable(() -> use.of(client.repository(registry.host() + "/app")));
            if (failure != null) {
              assertThat(failure).isInstanceOf(ImageException.class);
              assertThat(trace(failure)).doesNotContain(Clients.SECRET);
              assertThat(String.valueOf(failure.getMessage()).lines()).hasSize(1);
            } else {
              // What a client may well pass over: nothing wrong came of it.
              assertThat(name)
                  .matches(
                      "(?s).*(HTTP/9.9|204 No Content|X-Long|no colon|no name|Length: 9|null).*"
                          + "|referrers.*|Docker-Content-Digest: SHA256.*");
            }
          }
        });
  }

  private static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
