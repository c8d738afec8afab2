package dev.imbrex.registry.credentials;

import java.util.Objects;

/**
 * What a client shows a registry, or the service that gives tokens for it. No {@code toString} here
 * prints a secret. Equal by content; immutable.
 */
public sealed interface Credential {
  /**
   * A user and a password. With an empty one of either, it is as if there were no credential
   * (SN-G10).
   *
   * @param user the user's name; it holds no colon
   * @param password the password, or what the registry takes for one
   */
  record Basic(String user, String password) implements Credential {
    /** Checks the name. */
    public Basic {
      Objects.requireNonNull(password);
      if (user.indexOf(':') >= 0) {
        throw new IllegalArgumentException("The name of a user must hold no colon");
      }
    }

    @Override
    public String toString() {
      return "Basic[hidden]";
    }
  }

  /**
   * A token which a token service takes in place of a password, and gives access tokens for.
   *
   * @param token the token
   */
  record IdentityToken(String token) implements Credential {
    /** Refuses null. */
    public IdentityToken {
      Objects.requireNonNull(token);
    }

    @Override
    public String toString() {
      return "IdentityToken[hidden]";
    }
  }

  /**
   * A token which the registry itself takes, as it is.
   *
   * @param token the token
   */
  record RegistryToken(String token) implements Credential {
    /** Refuses null. */
    public RegistryToken {
      Objects.requireNonNull(token);
    }

    @Override
    public String toString() {
      return "RegistryToken[hidden]";
    }
  }
}
