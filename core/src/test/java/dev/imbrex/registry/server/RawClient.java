package dev.imbrex.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sends requests as they stand in the specification, and knows nothing of registries. */
final class RawClient {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final URI base;
  private final Map<String, String> headers = new LinkedHashMap<>();

  RawClient(RegistryServer server) {
    this(server.uri());
  }

  RawClient(URI base) {
    this.base = base;
  }

  /** An answer with what a test looks at. */
  record Answer(HttpResponse<byte[]> response) {
    int status() {
      return response.statusCode();
    }

    byte[] body() {
      return response.body();
    }

    String text() {
      return new String(response.body(), StandardCharsets.UTF_8);
    }

    /** A header that must be there. */
    String header(String name) {
      assertThat(response.headers().allValues(name)).describedAs("header " + name).isNotEmpty();
      return response.headers().firstValue(name).orElseThrow();
    }

    List<String> headers(String name) {
      return response.headers().allValues(name);
    }

    /** This answer, if it has the status. */
    Answer expect(int status) {
      assertThat(status()).describedAs(() -> response.request() + " " + text()).isEqualTo(status);
      return this;
    }

    /** This answer, if it is an error answer with the code (SN-T2). */
    Answer expect(int status, String code) {
      expect(status);
      assertThat(header("Content-Type")).isEqualTo("application/json");
      assertThat(text()).startsWith("{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"");
      return this;
    }
  }

  /** A client that sends a header with each request. */
  RawClient with(String name, String value) {
    RawClient copy = new RawClient(base);
    copy.headers.putAll(headers);
    copy.headers.put(name, value);
    return copy;
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send("GET", path, BodyPublishers.noBody());
  }

  Answer head(String path) throws IOException, InterruptedException {
    return send("HEAD", path, BodyPublishers.noBody());
  }

  Answer delete(String path) throws IOException, InterruptedException {
    return send("DELETE", path, BodyPublishers.noBody());
  }

  Answer post(String path) throws IOException, InterruptedException {
    return send("POST", path, BodyPublishers.noBody());
  }

  Answer post(String path, byte[] body) throws IOException, InterruptedException {
    return send("POST", path, BodyPublishers.ofByteArray(body));
  }

  Answer put(String path, byte[] body) throws IOException, InterruptedException {
    return send("PUT", path, BodyPublishers.ofByteArray(body));
  }

  Answer patch(String path, byte[] body) throws IOException, InterruptedException {
    return send("PATCH", path, BodyPublishers.ofByteArray(body));
  }

  /** Sends a body whose length is not known before, in chunks of HTTP. */
  Answer stream(String method, String path, byte[] body) throws IOException, InterruptedException {
    return send(method, path, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));
  }

  Answer send(String method, String path, HttpRequest.BodyPublisher body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).method(method, body);
    headers.forEach(request::setHeader);
    return new Answer(CLIENT.send(request.build(), BodyHandlers.ofByteArray()));
  }
}
