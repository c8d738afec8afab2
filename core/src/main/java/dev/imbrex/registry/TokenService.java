package dev.imbrex.registry;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.registry.RegistryException.Kind;
import dev.imbrex.registry.credentials.Credential;
import dev.imbrex.registry.internal.transport.Answer;
import dev.imbrex.registry.internal.transport.Origin;
import dev.imbrex.registry.internal.transport.PrivateHosts;
import dev.imbrex.registry.internal.transport.RequestBody;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Asks the service of a realm for a token (Docker's "Token Authentication" and "OAuth2 Token
 * Authentication"; SN-G6, SN-G7).
 */
final class TokenService {
  private static final String CLIENT = "imbrex";
  private static final String IDENTITY_USER = "<token>";
  private static final Set<Integer> NO_POST = Set.of(404, 405);

  private final Exchanges exchanges;
  private final RegistryOptions options;
  private final Redirects redirects;
  private final Refusals refusals;

  TokenService(Exchanges exchanges, RegistryOptions options) {
    this.exchanges = exchanges;
    this.options = options;
    this.redirects = new Redirects(options.privateTargets());
    this.refusals = new Refusals(options.clock());
  }

  AccessToken fetch(TokenRequest request) throws IOException {
    requireAllowed(request);
    Repeats repeats = new Repeats(options.retries(), options.sleeper());
    while (true) {
      try {
        return fetchOnce(request);
      } catch (RegistryException e) {
        repeats.awaitNext(e);
      }
    }
  }

  private AccessToken fetchOnce(TokenRequest request) throws IOException {
    if (request.credential().orElse(null) instanceof Credential.IdentityToken identity) {
      Optional<AccessToken> posted = post(request, identity);
      if (posted.isPresent()) {
        return posted.get();
      }
    }
    return get(request);
  }

  private Optional<AccessToken> post(TokenRequest request, Credential.IdentityToken identity)
      throws IOException {
    List<String> form = new ArrayList<>();
    form.add("grant_type=refresh_token");
    form.add("refresh_token=" + encoded(identity.token()));
    form.add("service=" + encoded(request.service()));
    form.add("scope=" + encoded(request.scopes().toString()));
    form.add("client_id=" + CLIENT);
    byte[] body = String.join("&", form).getBytes(US_ASCII);
    RegistryCall call =
        RegistryCall.of("POST", request.realm(), request.scopes())
            .with("Content-Type", "application/x-www-form-urlencoded")
            .with(RequestBody.of(body));
    List<String> secrets = List.of(identity.token(), encoded(identity.token()));
    Answer answer = follow(call, request, Optional.empty());
    if (NO_POST.contains(answer.status())) {
      answer.discard();
      return Optional.empty();
    }
    return Optional.of(token(call, answer, secrets));
  }

  private AccessToken get(TokenRequest request) throws IOException {
    List<String> query = new ArrayList<>();
    if (request.realm().getRawQuery() != null) {
      query.add(request.realm().getRawQuery());
    }
    if (!request.service().isEmpty()) {
      query.add("service=" + encoded(request.service()));
    }
    request.scopes().texts().forEach(scope -> query.add("scope=" + encoded(scope)));
    query.add("client_id=" + CLIENT);
    Optional<Authorization> authorization = Optional.empty();
    Credential credential = request.credential().orElse(null);
    if (credential instanceof Credential.Basic basic) {
      query.add("account=" + encoded(basic.user()));
      authorization = Optional.of(Authorization.basic(basic.user(), basic.password()));
    } else if (credential instanceof Credential.IdentityToken identity) {
      authorization = Optional.of(Authorization.basic(IDENTITY_USER, identity.token()));
    }
    String realm = request.realm().toString();
    int end = realm.indexOf('?') < 0 ? realm.length() : realm.indexOf('?');
    URI uri = URI.create(realm.substring(0, end) + "?" + String.join("&", query));
    RegistryCall call = RegistryCall.of("GET", uri, request.scopes());
    List<String> secrets = authorization.map(Authorization::secrets).orElse(List.of());
    return token(call, follow(call, request, authorization), secrets);
  }

  /** Follows redirects; to another host goes nothing that tells who asks. */
  private Answer follow(
      RegistryCall call, TokenRequest request, Optional<Authorization> authorization)
      throws IOException {
    URI at = request.realm();
    URI next = call.uri() == null ? at : call.uri();
    Optional<Authorization> shown = authorization;
    for (int hop = 0; hop <= Redirects.MOST; hop++) {
      Answer answer = exchanges.send(call, next, shown);
      if (!Redirects.isRedirect(call, answer)) {
        return answer;
      }
      try (answer) {
        URI target = redirects.target(call.method(), answer);
        if (!Origin.of(target).equals(Origin.of(next))) {
          if (call.body().isPresent()) {
            throw refused(call.method(), next, "it sends a request with a token to another host");
          }
          shown = Optional.empty();
        }
        if (request.secure() && !Origin.of(target).isSecure()) {
          throw refused(call.method(), next, "it leads from https to http");
        }
        next = target;
      }
    }
    throw Refusals.protocol(
        Attempted.of(call.method(), at), "more than " + Redirects.MOST + " redirects");
  }

  private AccessToken token(RegistryCall call, Answer answer, List<String> secrets)
      throws IOException {
    if (answer.status() != 200) {
      throw refusals.of(call.method(), answer, secrets);
    }
    Attempted attempted = Attempted.of(call.method(), answer.uri());
    byte[] body;
    try (answer) {
      body = answer.bytes(AccessToken.LIMIT + 1);
    } catch (IOException e) {
      throw Exchanges.broken(attempted, e);
    }
    if (body.length > AccessToken.LIMIT) {
      throw new LimitExceededException(
          "Answer of the token service to " + attempted, "tokenBytes", AccessToken.LIMIT);
    }
    return AccessToken.parse(
        body, "Answer of the token service to " + attempted, options.clock().instant());
  }

  private void requireAllowed(TokenRequest request) throws RegistryException {
    Origin realm = Origin.of(request.realm());
    if (request.secure() && !realm.isSecure()) {
      throw refused("GET", request.realm(), "a registry with https names a token service without");
    }
    String own = URI.create("https://" + request.registry()).getHost();
    boolean same = realm.host().equals(own);
    boolean bothHere = PrivateHosts.isLoopback(own) && PrivateHosts.isLoopback(realm.host());
    if (realm.isPrivate() && !same && !bothHere && !options.privateTargets()) {
      throw refused(
          "GET",
          request.realm(),
          "registry " + request.registry() + " names a token service at a private address");
    }
  }

  private static RegistryException refused(String method, URI uri, String problem) {
    return new RegistryException(Kind.REFUSED, Attempted.of(method, uri), problem);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }
}
