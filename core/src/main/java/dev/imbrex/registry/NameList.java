package dev.imbrex.registry;

import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.internal.json.Json;
import dev.imbrex.manifest.internal.json.JsonLimits;
import dev.imbrex.registry.internal.auth.Scopes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Lists of tags and of repositories (OCI distribution-spec 1.1, "Listing Tags"; SN-G24). */
final class NameList {
  private final RegistryHost host;
  private final String path;
  private final String what;
  private final String member;
  private final Scopes scopes;

  /**
   * A list.
   *
   * @param path the repository, for credentials; empty for the list of all
   * @param what what follows {@code /v2/}
   * @param member the member of the answers that holds the names
   */
  NameList(RegistryHost host, String path, String what, String member, Scopes scopes) {
    this.host = host;
    this.path = path;
    this.what = what;
    this.member = member;
    this.scopes = scopes;
  }

  /** All names, in the order of the registry. */
  List<String> all(int pageSize) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    new Pages(host, path)
        .readAll(
            page(pageSize, Optional.empty()),
            (body, answer, linked) -> {
              List<String> more = parse(Attempted.of("GET", answer.uri()), body, member);
              boolean added = names.addAll(more);
              // Some give a full page and do not say that there is more.
              return !linked && more.size() == pageSize && added
                  ? Optional.of(page(pageSize, Optional.of(more.get(more.size() - 1))))
                  : Optional.empty();
            });
    return List.copyOf(names);
  }

  private RegistryCall page(int size, Optional<String> last) {
    String after = last.map(name -> "&last=" + RepositoryAccess.encoded(name)).orElse("");
    return RegistryCall.of("GET", what + "?n=" + size + after, scopes);
  }

  /** The names in an answer; null and nothing are the empty list. */
  private List<String> parse(Attempted attempted, byte[] body, String member) throws IOException {
    JsonLimits limits = JsonLimits.ofBytes(body.length, "manifestBytes");
    try {
      return Json.parseObject(body, "answer to " + attempted, limits)
          .findStrings(member)
          .orElse(new ArrayList<>());
    } catch (ImageException e) {
      throw Refusals.malformed(attempted, e);
    }
  }
}
