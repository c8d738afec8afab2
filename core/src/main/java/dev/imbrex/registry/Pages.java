package dev.imbrex.registry;

import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.registry.internal.transport.Answer;
import dev.imbrex.registry.internal.transport.Origin;
import dev.imbrex.registry.internal.wire.LinkHeader;
import java.io.IOException;
import java.net.URI;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Reads a list that comes in pages, one leading to the next by a Link (SN-G24). For one thread. */
final class Pages {
  /** No list of anything anybody can use has more. */
  private static final int MOST = 100_000;

  private final RegistryHost host;
  private final String path;
  private final Set<URI> seen = new HashSet<>();

  Pages(RegistryHost host, String path) {
    this.host = host;
    this.path = path;
  }

  /** What a page is good for. */
  @FunctionalInterface
  interface Reader {
    /**
     * Reads a page.
     *
     * @return the call for the next one, if no Link leads there
     */
    Optional<RegistryCall> read(byte[] body, Answer answer, boolean linked) throws IOException;
  }

  /** Reads page after page. */
  void readAll(RegistryCall first, Reader reader) throws IOException {
    Optional<RegistryCall> call = Optional.of(first);
    Repeats repeats = host.repeats();
    for (int page = 0; call.isPresent(); page++) {
      if (page > MOST) {
        throw new LimitExceededException("List " + path + " of " + host.host(), "pages", MOST);
      }
      try {
        call = readPage(call.get(), reader);
      } catch (RegistryException e) {
        // An answer whose body broke; the call itself was repeated already.
        if (e.kind() != RegistryException.Kind.CONNECTION) {
          throw e;
        }
        repeats.awaitNext(e);
      }
    }
  }

  private Optional<RegistryCall> readPage(RegistryCall call, Reader reader) throws IOException {
    try (Answer answer = host.call(call, path)) {
      byte[] body = RepositoryAccess.bytes(call, answer, host.options().limits().manifestBytes());
      Optional<String> link = LinkHeader.findNext(answer.headers("Link"));
      Optional<RegistryCall> own = reader.read(body, answer, link.isPresent());
      return link.isPresent() ? Optional.of(next(call, answer, link.get())) : own;
    }
  }

  private RegistryCall next(RegistryCall call, Answer answer, String link)
      throws RegistryException {
    Attempted attempted = Attempted.of(call.method(), answer.uri());
    URI target;
    try {
      target = answer.uri().resolve(URI.create(link));
      if (!Origin.of(target).equals(Origin.of(answer.uri()))) {
        throw Refusals.protocol(attempted, "its Link leads to another host");
      }
    } catch (IllegalArgumentException e) {
      // Not with its cause, which shows the whole text.
      throw Refusals.protocol(attempted, "its Link is no URL");
    }
    seen.add(answer.uri());
    if (!seen.add(target)) {
      throw Refusals.protocol(attempted, "its Link leads to a page that was read already");
    }
    return new RegistryCall(
        call.method(), "", target, call.headers(), call.body(), call.scopes(), call.accepted());
  }
}
