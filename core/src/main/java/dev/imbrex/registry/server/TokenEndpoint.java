package dev.imbrex.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.manifest.internal.json.JsonObject;
import dev.imbrex.registry.internal.http.HttpRequest;
import dev.imbrex.registry.internal.http.HttpResponse;
import dev.imbrex.registry.internal.wire.AccessScope;
import dev.imbrex.registry.internal.wire.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives out tokens: Docker's token authentication by GET, and its OAuth2 form by POST (SN-G6). */
final class TokenEndpoint {
  private static final int LARGEST_FORM = 1 << 16;

  private final Gate gate;
  private final Tokens tokens;
  private final long lifetimeSeconds;

  TokenEndpoint(Gate gate, Tokens tokens, RegistryAccess access) {
    this.gate = gate;
    this.tokens = tokens;
    this.lifetimeSeconds = access.tokenLifetime().toSeconds();
  }

  HttpResponse answer(HttpRequest request) throws IOException {
    return switch (request.method()) {
      case "GET" -> get(request);
      case "POST" -> post(request);
      default -> throw Endpoints.wrongMethod("GET, POST");
    };
  }

  private HttpResponse get(HttpRequest request) throws IOException {
    // Scopes have spaces between, if there are several in one parameter.
    Parameters query = Parameters.ofForm(request.rawQuery());
    Optional<String> user = Optional.empty();
    Optional<String> header = request.fields().find("Authorization");
    if (header.isPresent()) {
      user = Optional.of(gate.checked(Gate.basic(header.get()).orElseThrow(this::denied), request));
    }
    boolean offline = query.find("offline_token").filter("true"::equals).isPresent();
    return grant(user, query.all("scope"), user.filter(u -> offline));
  }

  private HttpResponse post(HttpRequest request) throws IOException {
    byte[] form = request.body().readNBytes(LARGEST_FORM + 1);
    if (form.length > LARGEST_FORM) {
      throw new Refusal(413, ErrorCode.SIZE_INVALID, "The form is too large");
    }
    Parameters fields = Parameters.ofForm(new String(form, UTF_8));
    String type = fields.find("grant_type").orElse("");
    String user;
    if (type.equals("password")) {
      user =
          gate.checked(
              new Gate.Login(
                  fields.find("username").orElse(""), fields.find("password").orElse("")),
              request);
    } else if (type.equals("refresh_token")) {
      user = fields.find("refresh_token").flatMap(tokens::refresh).orElseThrow(this::denied);
    } else {
      throw new Refusal(400, ErrorCode.UNSUPPORTED, "No such grant_type");
    }
    boolean offline = fields.find("access_type").filter("offline"::equals).isPresent();
    boolean again = type.equals("refresh_token");
    return grant(
        Optional.of(user),
        fields.all("scope"),
        offline || again ? Optional.of(user) : Optional.empty());
  }

  private HttpResponse grant(
      Optional<String> user, List<String> scopes, Optional<String> refreshFor) {
    List<AccessScope> asked = new ArrayList<>();
    scopes.forEach(scope -> asked.addAll(AccessScope.parseAll(scope)));
    Tokens.Issued token = tokens.issue(user, asked);
    JsonObject json =
        JsonObject.empty()
            .with("token", token.text())
            .with("access_token", token.text())
            .with("expires_in", lifetimeSeconds)
            .with("issued_at", token.issued().toString());
    if (refreshFor.isPresent()) {
      json = json.with("refresh_token", tokens.issueRefreshToken(refreshFor.get()));
    }
    return HttpResponse.of(200)
        .with("Cache-Control", "no-store")
        .withBody("application/json", json.print());
  }

  private Refusal denied() {
    return new Refusal(ErrorCode.UNAUTHORIZED, "The credentials are not accepted");
  }
}
