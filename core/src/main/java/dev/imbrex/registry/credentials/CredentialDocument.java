package dev.imbrex.registry.credentials;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.internal.json.Json;
import dev.imbrex.manifest.internal.json.JsonLimits;
import dev.imbrex.manifest.internal.json.JsonObject;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * The document that Docker and podman keep credentials in. An error names the document and the
 * place, and never shows what is there: nor does it carry a cause, which might.
 */
final class CredentialDocument {
  private static final JsonLimits LIMITS = JsonLimits.ofBytes(4 << 20, "bytes");
  private static final String AUTHS = "auths";

  private final JsonObject json;
  private final String name;

  private CredentialDocument(JsonObject json, String name) {
    this.json = json;
    this.name = name;
  }

  static CredentialDocument parse(byte[] bytes, String name) throws MalformedContentException {
    try {
      return new CredentialDocument(Json.parseObject(bytes, name, LIMITS), name);
    } catch (ImageException e) {
      throw new MalformedContentException(name, "", "it is no JSON object");
    }
  }

  /** The name of the helper that keeps the credentials of a registry. */
  Optional<String> helper(ServerKey key) throws MalformedContentException {
    try {
      Map<String, String> helpers = json.findStringMap("credHelpers").orElse(Map.of());
      for (Map.Entry<String, String> helper : helpers.entrySet()) {
        if (!helper.getValue().isEmpty() && key.fit(helper.getKey()) > 0) {
          return Optional.of(helper.getValue());
        }
      }
      return json.findString("credsStore").filter(store -> !store.isEmpty());
    } catch (MalformedContentException e) {
      throw hidden(e);
    }
  }

  /** The credential that the document itself holds. */
  Optional<Credential> entry(ServerKey key) throws MalformedContentException {
    try {
      Optional<JsonObject> auths = json.findObject(AUTHS);
      if (auths.isEmpty()) {
        return Optional.empty();
      }
      String best = "";
      int fit = 0;
      for (String filed : auths.get().names()) {
        if (key.fit(filed) > fit) {
          best = filed;
          fit = key.fit(filed);
        }
      }
      return fit == 0 ? Optional.empty() : credential(auths.get().requireObject(best));
    } catch (MalformedContentException e) {
      throw hidden(e);
    }
  }

  private Optional<Credential> credential(JsonObject entry) throws MalformedContentException {
    Optional<String> registryToken = some(entry, "registrytoken");
    if (registryToken.isPresent()) {
      return registryToken.map(Credential.RegistryToken::new);
    }
    Optional<String> identityToken = some(entry, "identitytoken");
    if (identityToken.isPresent()) {
      return identityToken.map(Credential.IdentityToken::new);
    }
    Optional<String> auth = some(entry, "auth");
    if (auth.isPresent()) {
      return Optional.of(basic(entry, auth.get()));
    }
    Optional<String> user = some(entry, "username");
    Optional<String> password = some(entry, "password");
    if (user.isEmpty() || password.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(basic(entry, "username", user.get(), password.get()));
  }

  private Credential basic(JsonObject entry, String auth) throws MalformedContentException {
    String decoded;
    try {
      decoded = new String(Base64.getDecoder().decode(auth.strip()), UTF_8);
    } catch (IllegalArgumentException e) {
      throw malformed(entry, "auth", "it is no base64");
    }
    int colon = decoded.indexOf(':');
    if (colon < 0) {
      throw malformed(entry, "auth", "it is not of the form user:password");
    }
    String password = decoded.substring(colon + 1).replaceFirst("\u0000+$", "");
    return basic(entry, "auth", decoded.substring(0, colon), password);
  }

  private Credential basic(JsonObject entry, String member, String user, String password)
      throws MalformedContentException {
    if (user.indexOf(':') >= 0) {
      throw malformed(entry, member, "the user's name holds a colon");
    }
    // What helpers say for an identity token, some write into the file as well (SN-G13).
    return user.equals("<token>")
        ? new Credential.IdentityToken(password)
        : new Credential.Basic(user, password);
  }

  private static Optional<String> some(JsonObject entry, String member)
      throws MalformedContentException {
    return entry.findString(member).filter(text -> !text.isEmpty());
  }

  private MalformedContentException malformed(JsonObject entry, String member, String problem) {
    return new MalformedContentException(name, entry.where() + "/" + member, problem);
  }

  private MalformedContentException hidden(MalformedContentException e) {
    return new MalformedContentException(name, e.where(), "it is not what belongs there");
  }
}
