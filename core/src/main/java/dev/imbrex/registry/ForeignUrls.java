package dev.imbrex.registry;

import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.registry.internal.auth.Scopes;
import dev.imbrex.registry.internal.transport.Answer;
import dev.imbrex.registry.internal.transport.Origin;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The places outside of the registry that a descriptor names for a layer which must not be uploaded
 * (SN-M15). No credential goes there.
 */
final class ForeignUrls {
  private ForeignUrls() {}

  static List<BlobDownload.Place> of(Descriptor content, RegistryHost host) {
    List<BlobDownload.Place> places = new ArrayList<>();
    if (content.mediaType().isNondistributable()) {
      for (String url : content.urls()) {
        find(url, host)
            .ifPresent(uri -> places.add((range, etag, once) -> get(host, uri, range, etag)));
      }
    }
    return places;
  }

  /** The URL, if it is one we would ask: http or https, and not at a private address. */
  private static Optional<URI> find(String url, RegistryHost host) {
    try {
      URI uri = URI.create(url);
      Origin origin = Origin.of(uri);
      boolean allowed = host.options().privateTargets() || !origin.isPrivate();
      return allowed && uri.getRawUserInfo() == null ? Optional.of(uri) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Answer get(
      RegistryHost host, URI uri, Optional<String> range, Optional<String> etag)
      throws IOException {
    RegistryCall call =
        RegistryCall.of("GET", uri, Scopes.none()).with("Accept-Encoding", "identity");
    if (range.isPresent()) {
      call = call.with("Range", range.get());
      if (etag.isPresent()) {
        call = call.with("If-Range", etag.get());
      }
    }
    Redirects redirects = new Redirects(host.options().privateTargets());
    Answer answer =
        new Follower(host.exchanges(), redirects, any -> {}).send(call, uri, Optional.empty());
    if (answer.status() >= 400 && answer.status() != 404 && answer.status() != 416) {
      throw new Refusals(host.options().clock()).of("GET", answer, List.of());
    }
    return answer;
  }
}
