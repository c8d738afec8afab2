package dev.imbrex.registry.server;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.internal.json.JsonObject;
import dev.imbrex.registry.internal.http.HttpResponse;
import dev.imbrex.registry.internal.wire.ErrorCode;
import dev.imbrex.registry.internal.wire.LinkHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Lists: tags, repositories, referrers (OCI distribution-spec 1.1, "Content Discovery"). */
final class ListEndpoints {
  private static final String JSON = "application/json";

  private final Repositories repositories;
  private final RegistryServerOptions options;

  ListEndpoints(Repositories repositories, RegistryServerOptions options) {
    this.repositories = repositories;
    this.options = options;
  }

  HttpResponse tags(Call call) throws IOException {
    List<String> tags = repositories.tags().list(call.repository());
    if (tags.isEmpty() && !repositories.isKnown(call.repository())) {
      throw new Refusal(
          ErrorCode.NAME_UNKNOWN, "There is no repository " + call.route().repository());
    }
    Pages page = Pages.of(tags, call.query(), options.pageSize());
    byte[] body =
        JsonObject.empty()
            .with("name", call.route().repository())
            .withStrings("tags", page.entries())
            .print();
    return page.linked(HttpResponse.of(200).withBody(JSON, body), call.path("/tags/list"));
  }

  HttpResponse catalog(Parameters query, Caller caller) throws IOException {
    List<String> names = new ArrayList<>();
    for (RepositoryName repository : repositories.all()) {
      if (caller.maySee(repository.path())) {
        names.add(repository.path());
      }
    }
    Pages page = Pages.of(names, query, options.pageSize());
    byte[] body = JsonObject.empty().withStrings("repositories", page.entries()).print();
    return page.linked(HttpResponse.of(200).withBody(JSON, body), "/v2/_catalog");
  }

  HttpResponse referrers(Call call) throws IOException {
    Digest subject = Call.digest(call.route().argument());
    Optional<String> artifactType = call.query().find("artifactType");
    List<Descriptor> found = new ArrayList<>();
    for (Descriptor referrer : repositories.referrers(call.repository(), subject)) {
      if (artifactType.isEmpty()
          || referrer.artifactType().map(MediaType::toString).equals(artifactType)) {
        found.add(referrer);
      }
    }
    boolean more = false;
    if (options.pageSize() > 0) {
      found.sort(Comparator.comparing(Descriptor::digest));
      String last = call.query().find("last").orElse("");
      found.removeIf(referrer -> referrer.digest().toString().compareTo(last) <= 0);
      more = found.size() > options.pageSize();
      found = found.subList(0, Math.min(found.size(), options.pageSize()));
    }
    HttpResponse response =
        HttpResponse.of(200)
            .withBody(MediaType.OCI_IMAGE_INDEX.toString(), IndexManifest.of(found).bytes());
    if (artifactType.isPresent()) {
      response.with("OCI-Filters-Applied", "artifactType");
    }
    if (more) {
      String filter = artifactType.map(type -> "artifactType=" + escaped(type) + "&").orElse("");
      Digest last = found.get(found.size() - 1).digest();
      response.with(
          "Link",
          LinkHeader.next(call.path("/referrers/" + subject) + "?" + filter + "last=" + last));
    }
    return response;
  }

  /** A media type as a part of a URL. */
  private static String escaped(String mediaType) {
    return mediaType
        .replace("%", "%25")
        .replace("+", "%2B")
        .replace("&", "%26")
        .replace("#", "%23");
  }
}
