package dev.imbrex.registry;

import dev.imbrex.registry.internal.transport.Answer;
import dev.imbrex.registry.internal.transport.Origin;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.function.Consumer;

/** Sends a request, and goes where it is sent (SN-G14). Safe for use by many threads. */
final class Follower {
  private final Exchanges exchanges;
  private final Redirects redirects;
  private final Consumer<Answer> witness;

  /**
   * Follows redirects.
   *
   * @param witness sees each answer, redirects included, and leaves its body alone
   */
  Follower(Exchanges exchanges, Redirects redirects, Consumer<Answer> witness) {
    this.exchanges = exchanges;
    this.redirects = redirects;
    this.witness = witness;
  }

  /**
   * Gets the answer that is no redirect.
   *
   * @param authorization what the first origin is shown, and no other
   */
  Answer send(RegistryCall call, URI uri, Optional<Authorization> authorization)
      throws IOException {
    URI at = uri;
    Optional<Authorization> shown = authorization;
    for (int hop = 0; hop <= Redirects.MOST; hop++) {
      Answer answer = exchanges.send(call, at, shown);
      witness.accept(answer);
      if (!Redirects.isRedirect(call, answer)) {
        return answer;
      }
      URI target;
      try {
        target = redirects.target(call.method(), answer);
      } finally {
        answer.discard();
      }
      if (!call.isRepeatable()) {
        throw Refusals.protocol(
            Attempted.of(call.method(), at), "it redirects a body that cannot be sent again");
      }
      if (!Origin.of(target).equals(Origin.of(at))) {
        // Once gone it does not come back, not even if the way does.
        shown = Optional.empty();
      }
      at = target;
    }
    throw Refusals.protocol(
        Attempted.of(call.method(), uri), "more than " + Redirects.MOST + " redirects");
  }
}
