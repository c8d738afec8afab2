package dev.imbrex.registry.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.imbrex.image.Storage.Capability;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.registry.internal.http.ClientGoneException;
import dev.imbrex.registry.internal.http.HttpHandler;
import dev.imbrex.registry.internal.http.HttpRequest;
import dev.imbrex.registry.internal.http.HttpResponse;
import dev.imbrex.registry.internal.http.MalformedRequestException;
import dev.imbrex.registry.internal.wire.ErrorCode;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Leads requests to the endpoints, and makes answers of what goes wrong there. */
final class Endpoints implements HttpHandler {
  private static final byte[] EMPTY_JSON = "{}".getBytes(US_ASCII);

  private final Gate gate;
  private final @Nullable TokenEndpoint token;
  private final ManifestEndpoint manifests;
  private final BlobEndpoint blobs;
  private final UploadEndpoint uploads;
  private final ListEndpoints lists;
  private final RegistryServerOptions options;
  private final boolean readOnly;

  Endpoints(
      Gate gate,
      @Nullable TokenEndpoint token,
      Repositories repositories,
      Uploads openUploads,
      RegistryServerOptions options) {
    this.gate = gate;
    this.token = token;
    this.manifests = new ManifestEndpoint(repositories, options);
    this.blobs = new BlobEndpoint(repositories, options);
    this.uploads = new UploadEndpoint(repositories, openUploads, options);
    this.lists = new ListEndpoints(repositories, options);
    this.options = options;
    this.readOnly =
        options.readOnly()
            || !repositories
                .storage()
                .capabilities()
                .containsAll(Set.of(Capability.WRITE, Capability.TAG));
  }

  @Override
  public HttpResponse handle(HttpRequest request) throws IOException {
    HttpResponse response;
    try {
      response = answer(request);
    } catch (Refusal e) {
      response = e.answer();
    } catch (ClientGoneException | MalformedRequestException e) {
      throw e;
    } catch (ContentNotFoundException e) {
      // It was there a moment ago.
      response = Refusal.answer(404, ErrorCode.BLOB_UNKNOWN, "The content is gone");
    } catch (IOException | RuntimeException e) {
      options.failures().accept(e);
      response = Refusal.answer(500, ErrorCode.UNKNOWN, "The registry failed");
    }
    return response.with("Docker-Distribution-API-Version", "registry/2.0");
  }

  @Override
  public HttpResponse refuse(int status, String problem) {
    return Refusal.answer(status, ErrorCode.UNSUPPORTED, problem);
  }

  private HttpResponse answer(HttpRequest request) throws IOException {
    Route route = Route.of(request.rawPath());
    if (route.kind() == Route.Kind.TOKEN) {
      if (token == null) {
        throw new Refusal(404, ErrorCode.UNSUPPORTED, "No tokens are given out here");
      }
      return token.answer(request);
    }
    Caller caller = gate.identify(request);
    if (route.kind() == Route.Kind.PING) {
      requireMethod(request, "GET, HEAD");
      gate.requireKnown(caller, request);
      return HttpResponse.of(200).withBody("application/json", EMPTY_JSON);
    }
    Parameters query = Parameters.ofQuery(request.rawQuery());
    if (route.kind() == Route.Kind.CATALOG) {
      requireMethod(request, "GET, HEAD");
      gate.require(caller, request, "", "", RegistryAction.CATALOG);
      return lists.catalog(query, caller);
    }
    RepositoryName repository = RepositoryName.parse(route.repository());
    RegistryAction action = action(route.kind(), request.method());
    gate.require(caller, request, route.repository(), repository.path(), action);
    if (readOnly && action != RegistryAction.PULL) {
      throw new Refusal(ErrorCode.UNSUPPORTED, "The registry is read-only");
    }
    return answer(new Call(request, route, query, repository, caller));
  }

  private HttpResponse answer(Call call) throws IOException {
    String method = call.request().method();
    return switch (call.route().kind()) {
      case MANIFEST ->
          switch (method) {
            case "GET", "HEAD" -> manifests.get(call);
            case "PUT" -> manifests.put(call);
            case "DELETE" -> manifests.delete(call);
            default -> throw wrongMethod("GET, HEAD, PUT, DELETE");
          };
      case BLOB ->
          switch (method) {
            case "GET", "HEAD" -> blobs.get(call);
            case "DELETE" -> blobs.delete(call);
            default -> throw wrongMethod("GET, HEAD, DELETE");
          };
      case UPLOADS -> {
        requireMethod(call.request(), "POST");
        yield uploads.post(call);
      }
      case UPLOAD ->
          switch (method) {
            case "GET" -> uploads.status(call);
            case "PATCH" -> uploads.patch(call);
            case "PUT" -> uploads.put(call);
            case "DELETE" -> uploads.cancel(call);
            default -> throw wrongMethod("GET, PATCH, PUT, DELETE");
          };
      case TAGS -> {
        requireMethod(call.request(), "GET, HEAD");
        yield lists.tags(call);
      }
      case REFERRERS -> {
        requireMethod(call.request(), "GET, HEAD");
        yield lists.referrers(call);
      }
      case PING, TOKEN, CATALOG -> throw new AssertionError(call.route());
    };
  }

  private static RegistryAction action(Route.Kind kind, String method) {
    boolean upload = kind == Route.Kind.UPLOAD || kind == Route.Kind.UPLOADS;
    return switch (method) {
      case "GET", "HEAD" -> upload ? RegistryAction.PUSH : RegistryAction.PULL;
      case "DELETE" -> upload ? RegistryAction.PUSH : RegistryAction.DELETE;
      default -> RegistryAction.PUSH;
    };
  }

  private static void requireMethod(HttpRequest request, String allowed) throws Refusal {
    if (!Set.of(allowed.split(", ", -1)).contains(request.method())) {
      throw wrongMethod(allowed);
    }
  }

  static Refusal wrongMethod(String allowed) {
    return new Refusal(ErrorCode.UNSUPPORTED, "Allowed are " + allowed).with("Allow", allowed);
  }

  static void requireDeletable(RegistryServerOptions options, RegistryServerOptions.Deletable kind)
      throws Refusal {
    if (!options.deletable().contains(kind)) {
      throw new Refusal(ErrorCode.UNSUPPORTED, "Nothing of this kind can be deleted: " + kind);
    }
  }

  /** The gate, for a fault that sends people away. */
  Refusal unauthorized(HttpRequest request) {
    return gate.unauthorized(request, Optional.empty());
  }
}
