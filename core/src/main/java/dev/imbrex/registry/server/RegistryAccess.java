package dev.imbrex.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Who may do what on a {@link RegistryServer}, and how they say who they are. Immutable.
 *
 * <pre>{@code
 * RegistryAccess.bearer(Map.of("ci", password))
 *     .withRights((user, repository, action) ->
 *         user.isPresent() || action == RegistryAction.PULL);
 * }</pre>
 *
 * @param scheme how requests carry credentials
 * @param login tells whether a user and a password belong together
 * @param rights tells who may do what
 * @param tokenLifetime how long a token lives, with {@link Scheme#BEARER}; at least a second
 */
public record RegistryAccess(Scheme scheme, Login login, Rights rights, Duration tokenLifetime) {
  /** How requests carry credentials. */
  public enum Scheme {
    /** User and password in each request (RFC 7617). */
    BASIC,
    /** Tokens, which the server gives out at {@code /token} (Docker's token authentication). */
    BEARER
  }

  /** Tells whether a user and a password belong together. Called from many threads. */
  @FunctionalInterface
  public interface Login {
    /** Whether this is the password of this user. */
    boolean accepts(String user, String password);
  }

  /** Tells who may do what. Called from many threads, for each request. */
  @FunctionalInterface
  public interface Rights {
    /**
     * Whether a user may do something.
     *
     * @param user empty for somebody who gave no credentials
     * @param repository the shortest path of the repository, {@code team/app}; empty for {@link
     *     RegistryAction#CATALOG}
     */
    boolean allow(Optional<String> user, String repository, RegistryAction action);
  }

  /**
   * Checks the lifetime.
   *
   * @throws IllegalArgumentException if it is shorter than a second
   */
  public RegistryAccess {
    Objects.requireNonNull(scheme);
    Objects.requireNonNull(login);
    Objects.requireNonNull(rights);
    if (tokenLifetime.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("A token must live for a second at least");
    }
  }

  /**
   * Users with their passwords may do all, by Basic authentication; nobody else may do anything.
   */
  public static RegistryAccess basic(Map<String, String> passwords) {
    return of(Scheme.BASIC, passwords);
  }

  /** Users with their passwords may do all, by tokens of five minutes; nobody else anything. */
  public static RegistryAccess bearer(Map<String, String> passwords) {
    return of(Scheme.BEARER, passwords);
  }

  /** A copy with other rights. */
  public RegistryAccess withRights(Rights newRights) {
    return new RegistryAccess(scheme, login, newRights, tokenLifetime);
  }

  /** A copy with another way to check passwords. */
  public RegistryAccess withLogin(Login newLogin) {
    return new RegistryAccess(scheme, newLogin, rights, tokenLifetime);
  }

  /** A copy with tokens that live for another time. */
  public RegistryAccess withTokenLifetime(Duration lifetime) {
    return new RegistryAccess(scheme, login, rights, lifetime);
  }

  /** The scheme alone. */
  @Override
  public String toString() {
    return "access by " + scheme;
  }

  private static RegistryAccess of(Scheme scheme, Map<String, String> passwords) {
    Map<String, byte[]> known = new LinkedHashMap<>();
    passwords.forEach((user, password) -> known.put(user, password.getBytes(UTF_8)));
    Login login =
        (user, password) -> {
          byte[] expected = known.get(user);
          // In constant time; also where there is no such user.
          return MessageDigest.isEqual(
                  expected == null ? new byte[0] : expected, password.getBytes(UTF_8))
              && expected != null;
        };
    return new RegistryAccess(
        scheme, login, (user, repository, action) -> user.isPresent(), Duration.ofMinutes(5));
  }
}
