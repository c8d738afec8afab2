package dev.imbrex.registry.server;

import dev.imbrex.registry.internal.wire.AccessScope;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tokens that were given out: random texts that mean something to this server alone. Safe for
 * use by many threads.
 */
final class Tokens {
  private static final int BYTES = 32;

  private final RegistryAccess access;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Grant> tokens = new ConcurrentHashMap<>();
  private final Map<String, String> refreshTokens = new ConcurrentHashMap<>();

  private record Grant(List<AccessScope> scopes, Instant end, Caller user) implements Caller {
    @Override
    public boolean maySee(String repository) {
      return user.maySee(repository);
    }

    @Override
    public boolean may(String repository, RegistryAction action) {
      AccessScope need =
          action == RegistryAction.CATALOG
              ? AccessScope.catalog()
              : AccessScope.repository(repository, action.text());
      return scopes.stream().anyMatch(scope -> scope.covers(need));
    }

    @Override
    public boolean isKnown() {
      // Who lacks a right asks for another token, whoever they are.
      return false;
    }
  }

  /**
   * A token that was given out.
   *
   * @param text the token
   * @param issued when
   */
  record Issued(String text, Instant issued) {}

  Tokens(RegistryAccess access, Clock clock) {
    this.access = access;
    this.clock = clock;
  }

  /** Gives out a token for what a user may do of what is asked. */
  Issued issue(Optional<String> user, List<AccessScope> asked) {
    List<AccessScope> granted = new ArrayList<>();
    for (AccessScope scope : asked) {
      granted.addAll(granted(user, scope));
    }
    Instant now = clock.instant();
    String token = newText();
    Instant end = now.plus(access.tokenLifetime());
    tokens.put(token, new Grant(List.copyOf(granted), end, Caller.of(user, access)));
    return new Issued(token, now);
  }

  /** Gives out a token that stands for a user's password. */
  String issueRefreshToken(String user) {
    String token = newText();
    refreshTokens.put(token, user);
    return token;
  }

  /** The user a refresh token was given to. */
  Optional<String> refresh(String token) {
    return Optional.ofNullable(refreshTokens.get(token));
  }

  /** What the bearer of a token may do; empty if it is none, or not any more. */
  Optional<Caller> find(String token) {
    Grant grant = tokens.get(token);
    return grant == null || !clock.instant().isBefore(grant.end)
        ? Optional.empty()
        : Optional.of(grant);
  }

  /** Forgets tokens that have ended. */
  void expire() {
    Instant now = clock.instant();
    tokens.values().removeIf(grant -> !now.isBefore(grant.end));
  }

  /** Ends all tokens now, but for refresh tokens. */
  void revoke() {
    tokens.clear();
  }

  private List<AccessScope> granted(Optional<String> user, AccessScope asked) {
    if (asked.equals(AccessScope.catalog())) {
      return access.rights().allow(user, "", RegistryAction.CATALOG) ? List.of(asked) : List.of();
    }
    RepositoryName repository;
    try {
      repository = RepositoryName.parse(asked.name());
    } catch (Refusal e) {
      // Nobody has a right to what cannot be.
      return List.of();
    }
    List<String> actions = new ArrayList<>();
    for (RegistryAction action :
        List.of(RegistryAction.PULL, RegistryAction.PUSH, RegistryAction.DELETE)) {
      boolean wanted =
          asked.actions().contains(action.text()) || asked.actions().contains(AccessScope.ALL);
      if (wanted && access.rights().allow(user, repository.path(), action)) {
        actions.add(action.text());
      }
    }
    return asked.type().equals("repository") && !actions.isEmpty()
        ? List.of(AccessScope.repository(repository.path(), actions.toArray(String[]::new)))
        : List.of();
  }

  private String newText() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
