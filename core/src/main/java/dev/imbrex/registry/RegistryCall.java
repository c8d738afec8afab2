package dev.imbrex.registry;

import dev.imbrex.registry.internal.auth.Scopes;
import dev.imbrex.registry.internal.transport.RequestBody;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One call of the protocol, before it is known where the registry answers and what it wants to see.
 *
 * @param method the method
 * @param path what follows {@code /v2/}, with its query
 * @param uri the whole URL, where the registry gave one; {@code path} does not count then
 * @param headers headers beside those every call has
 * @param body the body
 * @param scopes the rights it needs
 * @param accepted statuses of errors that are an answer to this call, and no failure
 */
record RegistryCall(
    String method,
    String path,
    @Nullable URI uri,
    List<Map.Entry<String, String>> headers,
    Optional<RequestBody> body,
    Scopes scopes,
    Set<Integer> accepted) {

  static RegistryCall of(String method, String path, Scopes scopes) {
    return new RegistryCall(method, path, null, List.of(), Optional.empty(), scopes, Set.of());
  }

  static RegistryCall of(String method, URI uri, Scopes scopes) {
    return new RegistryCall(method, "", uri, List.of(), Optional.empty(), scopes, Set.of());
  }

  RegistryCall with(String header, String value) {
    List<Map.Entry<String, String>> more = new ArrayList<>(headers);
    more.add(Map.entry(header, value));
    return new RegistryCall(method, path, uri, List.copyOf(more), body, scopes, accepted);
  }

  RegistryCall with(RequestBody newBody) {
    return new RegistryCall(method, path, uri, headers, Optional.of(newBody), scopes, accepted);
  }

  RegistryCall accepting(Integer... statuses) {
    return new RegistryCall(method, path, uri, headers, body, scopes, Set.of(statuses));
  }

  /**
   * Whether it can be sent again: nothing comes of sending it twice, and its body is still there.
   */
  boolean isRepeatable() {
    return body.isEmpty() || body.get().repeatable();
  }

  /** Whether it only reads. */
  boolean isReading() {
    return method.equals("GET") || method.equals("HEAD");
  }
}
