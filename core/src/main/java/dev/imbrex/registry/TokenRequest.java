package dev.imbrex.registry;

import dev.imbrex.registry.credentials.Credential;
import dev.imbrex.registry.internal.auth.Scopes;
import java.net.URI;
import java.util.Optional;

/**
 * What a token is asked for; equal ones get the same token (SN-G9).
 *
 * @param registry the host of the registry
 * @param secure whether the registry is asked by https
 * @param realm the service that gives tokens
 * @param service what the registry is called there; may be empty
 * @param credential who asks
 * @param scopes for which rights
 */
record TokenRequest(
    String registry,
    boolean secure,
    URI realm,
    String service,
    Optional<Credential> credential,
    Scopes scopes) {

  TokenRequest with(Scopes newScopes) {
    return new TokenRequest(registry, secure, realm, service, credential, newScopes);
  }

  /** Whether a token for this one does for the other. */
  boolean serves(TokenRequest other) {
    return with(other.scopes).equals(other) && scopes.covers(other.scopes);
  }

  @Override
  public String toString() {
    return "TokenRequest[" + registry + ", " + scopes + "]";
  }
}
