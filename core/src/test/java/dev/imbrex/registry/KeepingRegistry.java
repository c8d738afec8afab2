package dev.imbrex.registry;

import static java.util.stream.Collectors.toSet;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.registry.FakeRegistry.Reply;
import dev.imbrex.registry.FakeRegistry.Request;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps blobs and manifests of one repository, and gives them out slowly if wanted. */
final class KeepingRegistry implements FakeRegistry.Handler {
  private final Map<String, byte[]> content = new ConcurrentHashMap<>();
  private final Map<String, String> types = new ConcurrentHashMap<>();
  private volatile int pauseMillis;

  /** How long each blob takes in the middle, in milliseconds. */
  void setPause(int millis) {
    pauseMillis = millis;
  }

  /** The digests of all that is here. */
  Set<String> digests() {
    return content.keySet().stream().filter(name -> name.contains(":")).collect(toSet());
  }

  @Override
  public void handle(Request request, Reply reply) throws IOException {
    String name = request.path().substring(request.path().lastIndexOf('/') + 1);
    switch (request.method()) {
      case "HEAD", "GET" -> give(name, request, reply);
      case "POST" -> reply.send(202, "", "Location: /upload/1");
      case "PUT" -> {
        byte[] body = request.body();
        if (request.path().contains("/manifests/")) {
          types.put(name, request.header("Content-Type"));
          types.put(Digest.sha256(body).toString(), request.header("Content-Type"));
          content.put(name, body);
        } else {
          sleep(pauseMillis);
        }
        content.put(Digest.sha256(body).toString(), body);
        reply.send(201, "", "Location: /there");
      }
      default -> reply.send(204, "");
    }
  }

  private void give(String name, Request request, Reply reply) throws IOException {
    byte[] bytes = content.get(name);
    if (bytes == null) {
      reply.send(404, "");
      return;
    }
    String[] headers = {
      "Content-Type: " + types.getOrDefault(name, "application/octet-stream"),
      "Docker-Content-Digest: " + Digest.sha256(bytes)
    };
    if (request.method().equals("HEAD") || pauseMillis == 0) {
      reply.send(200, bytes, headers);
      return;
    }
    reply.start(200, bytes.length, headers);
    reply.raw(Arrays.copyOf(bytes, bytes.length / 2));
    sleep(pauseMillis);
    reply.raw(Arrays.copyOfRange(bytes, bytes.length / 2, bytes.length));
  }

  private static void sleep(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
