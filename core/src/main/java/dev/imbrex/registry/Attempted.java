package dev.imbrex.registry;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A request as a message may show it.
 *
 * @param method the method
 * @param url the URL without user, and without the values of its query that may be secret
 */
record Attempted(String method, String url) {
  private static final Set<String> HARMLESS =
      Set.of(
          "n", "last", "mount", "from", "digest", "artifactType", "tag", "ns", "service", "scope");

  static Attempted of(String method, URI uri) {
    StringBuilder url = new StringBuilder();
    url.append(uri.getScheme()).append("://").append(uri.getHost());
    if (uri.getPort() >= 0) {
      url.append(':').append(uri.getPort());
    }
    url.append(uri.getRawPath() == null ? "" : uri.getRawPath());
    if (uri.getRawQuery() != null) {
      url.append('?').append(String.join("&", shown(uri.getRawQuery())));
    }
    return new Attempted(method, url.toString());
  }

  private static List<String> shown(String query) {
    List<String> shown = new ArrayList<>();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      if (HARMLESS.contains(name)) {
        shown.add(pair);
      } else {
        shown.add(equals < 0 ? "…" : name + "=…");
      }
    }
    return shown;
  }

  @Override
  public String toString() {
    return method + " " + url;
  }
}
