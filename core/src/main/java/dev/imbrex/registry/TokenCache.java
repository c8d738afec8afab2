package dev.imbrex.registry;

import dev.imbrex.registry.credentials.Credential;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * Tokens that are still good, shared by all threads of a client, with one request under way for
 * each (SN-G9). A token with more rights than needed serves, too.
 */
final class TokenCache {
  private static final int MOST = 1_000;

  private final TokenService service;
  private final Clock clock;
  private final Map<TokenRequest, AccessToken> tokens = new ConcurrentHashMap<>();
  private final Map<TokenRequest, CompletableFuture<AccessToken>> underWay =
      new ConcurrentHashMap<>();

  /** What stands for an identity token from now on, for as long as this client lives. */
  private final Map<Credential, Credential> refreshed = new ConcurrentHashMap<>();

  TokenCache(TokenService service, Clock clock) {
    this.service = service;
    this.clock = clock;
  }

  /** A token that serves a request: one that is here, or a new one. */
  AccessToken get(TokenRequest request) throws IOException {
    Optional<AccessToken> here = find(request);
    if (here.isPresent()) {
      return here.get();
    }
    CompletableFuture<AccessToken> own = new CompletableFuture<>();
    CompletableFuture<AccessToken> others = underWay.putIfAbsent(request, own);
    if (others != null) {
      return await(others, request);
    }
    try {
      // It may have come between looking and asking.
      AccessToken token = find(request).orElse(null);
      if (token == null) {
        token = fetch(request);
      }
      own.complete(token);
      return token;
    } catch (IOException | RuntimeException | Error e) {
      own.completeExceptionally(e);
      throw e;
    } finally {
      underWay.remove(request, own);
    }
  }

  /** A token that serves a request, if one is here. */
  Optional<AccessToken> find(TokenRequest request) {
    var now = clock.instant();
    return tokens.entrySet().stream()
        .filter(entry -> entry.getKey().serves(request) && entry.getValue().isFresh(now))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** Forgets a token that a registry did not take. */
  void drop(String token) {
    tokens.values().removeIf(known -> known.token().equals(token));
  }

  private AccessToken fetch(TokenRequest request) throws IOException {
    TokenRequest asked =
        new TokenRequest(
            request.registry(),
            request.secure(),
            request.realm(),
            request.service(),
            request.credential().map(known -> refreshed.getOrDefault(known, known)),
            request.scopes());
    AccessToken token = service.fetch(asked);
    Optional<Credential> credential = request.credential();
    if (credential.isPresent()
        && credential.get() instanceof Credential.IdentityToken
        && token.refreshToken().isPresent()) {
      refreshed.put(credential.get(), new Credential.IdentityToken(token.refreshToken().get()));
    }
    var now = clock.instant();
    if (tokens.size() >= MOST) {
      tokens.values().removeIf(known -> !known.isFresh(now));
    }
    if (tokens.size() >= MOST) {
      tokens.clear();
    }
    tokens.put(request, token);
    return token;
  }

  private AccessToken await(CompletableFuture<AccessToken> others, TokenRequest request)
      throws IOException {
    try {
      return others.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while waiting for a token");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RegistryException failure) {
        throw failure.again();
      }
      // The other was interrupted, or cancelled, which is no reason for us to fail.
      return get(request);
    }
  }
}
