package dev.imbrex.registry.server;

import dev.imbrex.registry.internal.http.HttpResponse;
import dev.imbrex.registry.internal.wire.ErrorCode;
import dev.imbrex.registry.internal.wire.LinkHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One page of a sorted list (OCI distribution-spec 1.1, "Listing Tags"; SN-T11).
 *
 * @param entries the entries
 * @param more whether others follow
 */
record Pages(List<String> entries, boolean more) {
  /**
   * The page a query asks for.
   *
   * @param sorted all entries, sorted
   * @param largest how many entries a page has at most; 0 for any number
   * @throws Refusal if the number asked for is none
   */
  static Pages of(List<String> sorted, Parameters query, int largest) throws Refusal {
    int limit = limit(query.find("n"), largest);
    String last = query.find("last").orElse("");
    List<String> entries = new ArrayList<>();
    boolean more = false;
    for (String entry : sorted) {
      if (entry.compareTo(last) > 0) {
        if (entries.size() == limit) {
          more = limit > 0;
          break;
        }
        entries.add(entry);
      }
    }
    return new Pages(List.copyOf(entries), more);
  }

  /** Adds the link to the next page, if there is one. */
  HttpResponse linked(HttpResponse response, String path) {
    return more
        ? response.with(
            "Link",
            LinkHeader.next(
                path + "?n=" + entries.size() + "&last=" + entries.get(entries.size() - 1)))
        : response;
  }

  private static int limit(Optional<String> n, int largest) throws Refusal {
    int most = largest == 0 ? Integer.MAX_VALUE : largest;
    if (n.isEmpty()) {
      return most;
    }
    try {
      int asked = Integer.parseInt(n.get());
      if (asked >= 0) {
        return Math.min(asked, most);
      }
    } catch (NumberFormatException e) {
      // Refused with the negative ones.
    }
    throw new Refusal(ErrorCode.PAGINATION_NUMBER_INVALID, "The parameter \"n\" is no number");
  }
}
