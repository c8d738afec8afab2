package dev.imbrex.registry.server;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request a {@link RegistryServer} got, as {@link RegistryFaults#requests} tells. It holds what
 * the client sent, credentials too; its text does not.
 *
 * @param method the method
 * @param path the path as it was sent, without the query
 * @param query the query as it was sent; empty if there is none
 * @param port the port it came to
 * @param headers the header fields, by their names in lower case
 * @param status what was answered; 0 if the connection was cut before there was an answer
 */
public record RecordedRequest(
    String method,
    String path,
    String query,
    int port,
    Map<String, List<String>> headers,
    int status) {
  /** The first value of a header field, whatever the case of its name. */
  public Optional<String> header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream().findFirst();
  }

  /** Method, path and status. */
  @Override
  public String toString() {
    return method + " " + path + " -> " + status;
  }
}
