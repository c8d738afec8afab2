package dev.imbrex.registry;

import dev.imbrex.registry.RegistryException.Kind;
import dev.imbrex.registry.internal.auth.Scopes;
import dev.imbrex.registry.internal.transport.Answer;
import dev.imbrex.registry.internal.transport.Origin;
import dev.imbrex.registry.internal.transport.PrivateHosts;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One registry as it answers at one host: finds out how to reach it, shows it who asks, follows
 * where it sends us, and tries again. Safe for use by many threads.
 */
final class RegistryHost {
  private static final int MOST_WARNINGS = 1_000;

  private final String host;
  private final RegistryOptions options;
  private final Exchanges exchanges;
  private final Authorizer authorizer;
  private final Redirects redirects;
  private final Follower follower;
  private final Refusals refusals;
  private final Map<String, Boolean> warnings = new ConcurrentHashMap<>();

  private volatile @Nullable URI base;

  /** Whether it has no referrers, as far as is known (SN-G25). */
  private volatile boolean lacksReferrers;

  RegistryHost(
      String host, String domain, RegistryOptions options, Exchanges exchanges, TokenCache tokens) {
    this.host = host;
    this.options = options;
    this.exchanges = exchanges;
    this.authorizer = new Authorizer(host, domain, options, tokens);
    this.redirects = new Redirects(options.privateTargets());
    this.follower = new Follower(exchanges, redirects, this::warn);
    this.refusals = new Refusals(options.clock());
  }

  /** Where it answers, as {@code host:port}. */
  String host() {
    return host;
  }

  HostOptions hostOptions() {
    return options.host(host);
  }

  RegistryOptions options() {
    return options;
  }

  boolean lacksReferrers() {
    return lacksReferrers;
  }

  void setLacksReferrers() {
    lacksReferrers = true;
  }

  Exchanges exchanges() {
    return exchanges;
  }

  Repeats repeats() {
    return new Repeats(options.retries(), options.sleeper());
  }

  /**
   * Makes a call, repeatedly if need be.
   *
   * @param path the repository it is about, under which credentials are looked up; may be empty
   * @return the answer: of a status below 400, or of one the call accepts; the caller closes it
   * @throws RegistryException if there is no such answer
   */
  Answer call(RegistryCall call, String path) throws IOException {
    Repeats repeats = repeats();
    while (true) {
      try {
        return callOnce(call, path);
      } catch (RegistryException e) {
        if (!call.isRepeatable()) {
          throw e;
        }
        repeats.awaitNext(e);
      }
    }
  }

  /** Makes a call without repeating it. */
  Answer callOnce(RegistryCall call, String path) throws IOException {
    URI uri = call.uri() != null ? call.uri() : base().resolve("/v2/" + call.path());
    Origin own = Origin.of(base());
    Optional<Authorization> shown =
        Origin.of(uri).equals(own) ? authorizer.inAdvance(call, path, own) : Optional.empty();
    for (int refused = 0; ; refused++) {
      Answer answer = follower.send(call, uri, shown);
      if (answer.status() != 401 || !Origin.of(answer.uri()).equals(own)) {
        return accepted(call, answer, shown);
      }
      if (refused == 2 || !call.isRepeatable()) {
        throw refusals.of(call.method(), answer, secrets(shown));
      }
      Answer refusal = answer;
      try {
        shown = Optional.of(authorizer.afterRefusal(call, path, refusal, shown, refused > 0));
      } finally {
        refusal.discard();
      }
    }
  }

  /** The URL of an upload that an answer leads to. */
  URI location(String method, Answer answer) throws RegistryException {
    return redirects.target(method, answer);
  }

  private Answer accepted(RegistryCall call, Answer answer, Optional<Authorization> shown)
      throws RegistryException {
    if (answer.status() < 400 || call.accepted().contains(answer.status())) {
      return answer;
    }
    throw refusals.of(call.method(), answer, secrets(shown));
  }

  private static List<String> secrets(Optional<Authorization> shown) {
    return shown.map(Authorization::secrets).orElse(List.of());
  }

  /** Finds out once whether https or http, where http is allowed at all (SN-G2). */
  private URI base() throws IOException {
    URI known = base;
    if (known != null) {
      return known;
    }
    URI https = URI.create("https://" + host + "/");
    if (mayBePlain()) {
      known = isAnswered(https) ? https : URI.create("http://" + host + "/");
    } else {
      known = https;
    }
    base = known;
    return known;
  }

  private boolean mayBePlain() {
    String name = URI.create("https://" + host).getHost();
    return hostOptions().insecure() || (name != null && PrivateHosts.isLoopback(name));
  }

  private boolean isAnswered(URI https) throws IOException {
    try {
      exchanges
          .send(RegistryCall.of("GET", "", Scopes.none()), https.resolve("/v2/"), Optional.empty())
          .close();
      return true;
    } catch (RegistryException e) {
      if (e.kind() == Kind.CONNECTION && Exchanges.isNoTls(e)) {
        return false;
      }
      throw e;
    }
  }

  /** Hands on what {@code Warning: 299 - "text"} says, once for each text (SN-G33). */
  private void warn(Answer answer) {
    for (String text : Warnings.texts(answer.headers("Warning"))) {
      if (warnings.size() < MOST_WARNINGS && warnings.putIfAbsent(text, true) == null) {
        options.warnings().warned(host, text);
      }
    }
  }
}
