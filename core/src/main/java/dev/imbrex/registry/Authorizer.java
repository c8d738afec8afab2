package dev.imbrex.registry;

import dev.imbrex.registry.RegistryException.Kind;
import dev.imbrex.registry.credentials.Credential;
import dev.imbrex.registry.internal.auth.Challenge;
import dev.imbrex.registry.internal.auth.Scopes;
import dev.imbrex.registry.internal.transport.Answer;
import dev.imbrex.registry.internal.transport.Origin;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Knows what one registry wants to see of who asks, and gets it (SN-G4 to SN-G10). What it wanted
 * the last time it is shown at once the next time. Safe for use by many threads.
 */
final class Authorizer {
  private final String host;
  private final String domain;
  private final RegistryOptions options;
  private final TokenCache tokens;
  private volatile @Nullable Challenge known;

  /**
   * For a registry.
   *
   * @param host where it answers
   * @param domain what it is called in names, under which credentials are kept
   */
  Authorizer(String host, String domain, RegistryOptions options, TokenCache tokens) {
    this.host = host;
    this.domain = domain;
    this.options = options;
    this.tokens = tokens;
  }

  /** What to show before the registry asks, going by what it asked for earlier. */
  Optional<Authorization> inAdvance(RegistryCall call, String path, Origin origin)
      throws IOException {
    Challenge asked = known;
    return asked == null
        ? registryToken(path)
        : Optional.of(answer(asked, call, path, origin, call.scopes()));
  }

  /**
   * What to show a registry that refused.
   *
   * @param shown what it was shown
   * @param second whether it refused a second time
   * @throws RegistryException if there is nothing else to show
   */
  Authorization afterRefusal(
      RegistryCall call, String path, Answer refusal, Optional<Authorization> shown, boolean second)
      throws IOException {
    Attempted attempted = Attempted.of(call.method(), refusal.uri());
    List<Challenge> challenges = Challenge.parseAll(refusal.headers("WWW-Authenticate"));
    Challenge chosen = choose(challenges, attempted);
    Scopes scopes = call.scopes();
    if (chosen.is("bearer")) {
      Scopes named = Scopes.parse(chosen.parameter("scope").orElse(""));
      scopes = named.isEmpty() ? scopes : named.union(scopes);
      shown.ifPresent(used -> tokens.drop(tokenOf(used)));
    }
    Authorization next = answer(chosen, call, path, Origin.of(refusal.uri()), scopes);
    known = chosen;
    boolean nothingNew = chosen.is("basic") || registryToken(path).isPresent() || second;
    if (nothingNew && shown.filter(next::equals).isPresent()) {
      throw new RegistryException(
          Kind.UNAUTHORIZED,
          attempted,
          "the registry does not take the credential for " + domain,
          401,
          List.of(),
          null,
          null);
    }
    return next;
  }

  private static Challenge choose(List<Challenge> challenges, Attempted attempted)
      throws RegistryException {
    Optional<Challenge> bearer =
        challenges.stream()
            .filter(challenge -> challenge.is("bearer") && challenge.parameter("realm").isPresent())
            .findFirst();
    return bearer
        .or(() -> challenges.stream().filter(challenge -> challenge.is("basic")).findFirst())
        .orElseThrow(
            () ->
                new RegistryException(
                    Kind.UNAUTHORIZED,
                    attempted,
                    "the registry asks for "
                        + (challenges.isEmpty()
                            ? "nothing we could show"
                            : challenges.stream().map(Challenge::scheme).toList())
                        + ", not for Basic or Bearer",
                    401,
                    List.of(),
                    null,
                    null));
  }

  private Authorization answer(
      Challenge asked, RegistryCall call, String path, Origin origin, Scopes scopes)
      throws IOException {
    Optional<Authorization> fixed = registryToken(path);
    if (fixed.isPresent()) {
      return fixed.get();
    }
    Attempted attempted = new Attempted(call.method(), origin.toString());
    Optional<Credential> credential = credential(path);
    if (asked.is("basic")) {
      if (credential.orElse(null) instanceof Credential.Basic basic) {
        return Authorization.basic(basic.user(), basic.password());
      }
      throw new RegistryException(
          Kind.UNAUTHORIZED,
          attempted,
          "the registry asks for a user and a password, and there are none for " + domain,
          401,
          List.of(),
          null,
          null);
    }
    return Authorization.bearer(
        tokens.get(request(asked, attempted, origin, credential, scopes)).token());
  }

  private TokenRequest request(
      Challenge asked,
      Attempted attempted,
      Origin origin,
      Optional<Credential> credential,
      Scopes scopes)
      throws RegistryException {
    URI realm;
    try {
      realm = URI.create(asked.parameter("realm").orElse(""));
      Origin.of(realm);
    } catch (IllegalArgumentException e) {
      // Not with its cause, which shows the whole text.
      throw Refusals.protocol(attempted, "the realm of its challenge is no http or https URL");
    }
    if (realm.getRawUserInfo() != null || realm.getRawFragment() != null) {
      throw Refusals.protocol(attempted, "the realm of its challenge holds a user or a fragment");
    }
    return new TokenRequest(
        host, origin.isSecure(), realm, asked.parameter("service").orElse(""), credential, scopes);
  }

  private Optional<Authorization> registryToken(String path) throws IOException {
    return credential(path).orElse(null) instanceof Credential.RegistryToken fixed
        ? Optional.of(Authorization.bearer(fixed.token()))
        : Optional.empty();
  }

  /** An empty user or password is none (SN-G10). */
  private Optional<Credential> credential(String path) throws IOException {
    return options
        .credentials()
        .find(domain, path)
        .filter(
            found ->
                !(found instanceof Credential.Basic basic)
                    || !(basic.user().isEmpty() || basic.password().isEmpty()));
  }

  private static String tokenOf(Authorization authorization) {
    return authorization.secrets().get(0);
  }
}
