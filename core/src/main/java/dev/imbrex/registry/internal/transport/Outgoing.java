package dev.imbrex.registry.internal.transport;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request.
 *
 * @param method the method
 * @param uri where it goes
 * @param headers names and values, each once and in order
 * @param body its body
 * @param timeout how long the answer may take once the body is sent
 */
public record Outgoing(
    String method,
    URI uri,
    List<Map.Entry<String, String>> headers,
    Optional<RequestBody> body,
    Duration timeout) {
  /** Copies the headers. */
  public Outgoing {
    headers = List.copyOf(headers);
  }

  /** Method and origin; headers and the rest of the URL may hold secrets. */
  @Override
  public String toString() {
    return method + " " + Origin.of(uri);
  }
}
