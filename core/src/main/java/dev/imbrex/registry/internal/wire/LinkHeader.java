package dev.imbrex.registry.internal.wire;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The Link header that leads to the next page of a list (RFC 8288; SN-G24, SN-T11). */
public final class LinkHeader {
  private LinkHeader() {}

  /** A header that names the next page. */
  public static String next(String target) {
    return "<" + target + ">; rel=\"next\"";
  }

  /**
   * The target of the first link to a next page, as it is written: a URL, or part of one. The
   * headers may hold several links each, with parameters in any order.
   */
  public static Optional<String> findNext(List<String> headers) {
    for (String header : headers) {
      int at = header.indexOf('<');
      while (at >= 0) {
        int close = header.indexOf('>', at);
        if (close < 0) {
          break;
        }
        int end = endOfLink(header, close + 1);
        if (isNext(header.substring(close + 1, end))) {
          return Optional.of(header.substring(at + 1, close).strip());
        }
        at = header.indexOf('<', end);
      }
    }
    return Optional.empty();
  }

  /** Where the parameters of a link end: at a comma that no quotes hold. */
  private static int endOfLink(String header, int from) {
    boolean quoted = false;
    for (int i = from; i < header.length(); i++) {
      char c = header.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        return i;
      }
    }
    return header.length();
  }

  private static boolean isNext(String parameters) {
    for (String parameter : parameters.split(";", -1)) {
      int equals = parameter.indexOf('=');
      if (equals >= 0 && parameter.substring(0, equals).strip().equalsIgnoreCase("rel")) {
        String value = parameter.substring(equals + 1).strip().replace("\"", "");
        // One relation, or several with spaces between.
        for (String relation : value.split(" ", -1)) {
          if (relation.toLowerCase(Locale.ROOT).equals("next")) {
            return true;
          }
        }
        // Only the first rel counts.
        return false;
      }
    }
    return false;
  }
}
