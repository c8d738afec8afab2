package dev.imbrex.registry.server;

import dev.imbrex.registry.internal.wire.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/**
 * What a path leads to (OCI distribution-spec 1.1, "Endpoints").
 *
 * @param kind which endpoint
 * @param repository the path of the repository; empty where there is none
 * @param argument the reference, digest or upload id at the end; may be empty
 */
record Route(Kind kind, String repository, String argument) {
  /** The endpoints. */
  enum Kind {
    PING,
    TOKEN,
    CATALOG,
    MANIFEST,
    BLOB,
    UPLOADS,
    UPLOAD,
    TAGS,
    REFERRERS
  }

  /**
   * Reads a path as it was sent. A slash that is escaped is none of the path's; nothing here has a
   * part with one in it.
   *
   * @throws Refusal with 404 if it leads nowhere
   */
  static Route of(String rawPath) throws Refusal {
    List<String> parts = new ArrayList<>();
    for (String raw : rawPath.substring(1).split("/", -1)) {
      String part = Parameters.decode(raw);
      if (part.indexOf('/') >= 0) {
        throw nowhere();
      }
      parts.add(part);
    }
    int size = parts.size();
    if (parts.equals(List.of("token"))) {
      return new Route(Kind.TOKEN, "", "");
    }
    if (!parts.get(0).equals("v2")) {
      throw nowhere();
    }
    if (size == 1 || (size == 2 && parts.get(1).isEmpty())) {
      return new Route(Kind.PING, "", "");
    }
    if (size == 2 && parts.get(1).equals("_catalog")) {
      return new Route(Kind.CATALOG, "", "");
    }
    return inRepository(parts);
  }

  private static Route inRepository(List<String> parts) throws Refusal {
    int size = parts.size();
    if (size < 4) {
      throw nowhere();
    }
    String last = parts.get(size - 1);
    String before = parts.get(size - 2);
    boolean uploads = size > 4 && before.equals("uploads") && parts.get(size - 3).equals("blobs");
    if (uploads) {
      String name = String.join("/", parts.subList(1, size - 3));
      return last.isEmpty()
          ? new Route(Kind.UPLOADS, name, "")
          : new Route(Kind.UPLOAD, name, last);
    }
    String name = String.join("/", parts.subList(1, size - 2));
    if (before.equals("blobs") && last.equals("uploads")) {
      return new Route(Kind.UPLOADS, name, "");
    }
    if (before.equals("tags") && last.equals("list")) {
      return new Route(Kind.TAGS, name, "");
    }
    return switch (before) {
      case "manifests" -> new Route(Kind.MANIFEST, name, last);
      case "blobs" -> new Route(Kind.BLOB, name, last);
      case "referrers" -> new Route(Kind.REFERRERS, name, last);
      default -> throw nowhere();
    };
  }

  private static Refusal nowhere() {
    return new Refusal(404, ErrorCode.UNSUPPORTED, "There is nothing at this path");
  }
}
