package dev.imbrex.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.registry.internal.http.HttpRequest;
import dev.imbrex.registry.internal.wire.AccessScope;
import dev.imbrex.registry.internal.wire.ErrorCode;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who sends a request, and turns away who may not do what it wants (RFC 7617; Docker's
 * token authentication, "Requesting a Token"; SN-G4 to SN-G8).
 */
final class Gate {
  static final String SERVICE = "imbrex";

  private final Optional<RegistryAccess> access;
  private final @Nullable Tokens tokens;

  /**
   * A user and a password.
   *
   * @param user without colons
   * @param password anything
   */
  record Login(String user, String password) {}

  Gate(Optional<RegistryAccess> access, @Nullable Tokens tokens) {
    this.access = access;
    this.tokens = tokens;
  }

  /**
   * Who sends the request.
   *
   * @throws Refusal if the credentials are no good
   */
  Caller identify(HttpRequest request) throws Refusal {
    if (access.isEmpty()) {
      return Caller.ANYBODY;
    }
    Optional<String> header = request.fields().find("Authorization");
    if (header.isEmpty()) {
      return tokens == null
          ? Caller.of(Optional.empty(), access.get())
          : Caller.of(Optional.empty(), access.get().withRights((user, name, action) -> false));
    }
    if (tokens == null) {
      Login login = basic(header.get()).orElseThrow(() -> unauthorized(request, Optional.empty()));
      return Caller.of(Optional.of(checked(login, request)), access.get());
    }
    return bearer(header.get())
        .flatMap(tokens::find)
        .orElseThrow(() -> challenge(request, Optional.empty(), "invalid_token"));
  }

  /** The user of credentials that the access accepts. */
  String checked(Login login, HttpRequest request) throws Refusal {
    if (access.isPresent() && access.get().login().accepts(login.user, login.password)) {
      return login.user;
    }
    throw unauthorized(request, Optional.empty());
  }

  /** Turns away who must say first who they are, as {@code /v2/} does to tell how. */
  void requireKnown(Caller caller, HttpRequest request) throws Refusal {
    boolean hasToken = tokens != null && request.fields().find("Authorization").isPresent();
    if (!caller.isKnown() && !hasToken) {
      throw unauthorized(request, Optional.empty());
    }
  }

  /**
   * Turns away who may not do something.
   *
   * @param asked the path as it was asked for
   * @param repository the shortest path
   */
  void require(
      Caller caller, HttpRequest request, String asked, String repository, RegistryAction action)
      throws Refusal {
    if (caller.may(repository, action)) {
      return;
    }
    if (caller.isKnown()) {
      throw new Refusal(ErrorCode.DENIED, "The user may not do this: " + action);
    }
    AccessScope scope =
        switch (action) {
          case PULL, DELETE -> AccessScope.repository(asked, action.text());
          case PUSH -> AccessScope.repository(asked, "pull", "push");
          case CATALOG -> AccessScope.catalog();
        };
    throw unauthorized(request, Optional.of(scope));
  }

  /** A refusal that tells how to authenticate. */
  Refusal unauthorized(HttpRequest request, Optional<AccessScope> scope) {
    boolean insufficient = scope.isPresent() && request.fields().find("Authorization").isPresent();
    return challenge(request, scope, insufficient ? "insufficient_scope" : "");
  }

  private Refusal challenge(HttpRequest request, Optional<AccessScope> scope, String error) {
    String challenge;
    if (tokens == null) {
      challenge = "Basic realm=\"" + SERVICE + "\", charset=\"UTF-8\"";
    } else {
      challenge =
          "Bearer realm=\""
              + (request.isSecure() ? "https://" : "http://")
              + host(request)
              + "/token\",service=\""
              + SERVICE
              + "\""
              + scope.map(s -> ",scope=\"" + s + "\"").orElse("")
              + (error.isEmpty() ? "" : ",error=\"" + error + "\"");
    }
    return new Refusal(ErrorCode.UNAUTHORIZED, "Authentication is required")
        .with("WWW-Authenticate", challenge);
  }

  /** The host as the client calls it, so that the token endpoint is where it can reach it. */
  private static String host(HttpRequest request) {
    return request
        .fields()
        .find("Host")
        .filter(host -> host.matches("[A-Za-z0-9.:\\[\\]_-]+"))
        .orElse("localhost");
  }

  /** User and password of a Basic header. */
  static Optional<Login> basic(String header) {
    String credentials = afterScheme(header, "basic");
    try {
      String text = new String(Base64.getDecoder().decode(credentials), UTF_8);
      int colon = text.indexOf(':');
      return colon < 0
          ? Optional.empty()
          : Optional.of(new Login(text.substring(0, colon), text.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> bearer(String header) {
    String token = afterScheme(header, "bearer");
    return token.isEmpty() ? Optional.empty() : Optional.of(token);
  }

  /** What follows the scheme; empty if it is another. */
  private static String afterScheme(String header, String scheme) {
    boolean fits =
        header.length() > scheme.length()
            && header.substring(0, scheme.length()).toLowerCase(Locale.ROOT).equals(scheme)
            && header.charAt(scheme.length()) == ' ';
    return fits ? header.substring(scheme.length()).strip() : "";
  }
}
