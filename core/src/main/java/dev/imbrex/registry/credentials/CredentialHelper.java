package dev.imbrex.registry.credentials;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.internal.json.Json;
import dev.imbrex.manifest.internal.json.JsonLimits;
import dev.imbrex.manifest.internal.json.JsonObject;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A program that keeps credentials, {@code docker-credential-NAME} (SN-G13). Each call runs it
 * once, without a shell. What it prints never gets into a message. Safe for use by many threads.
 */
public final class CredentialHelper {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]+");
  private static final String NOT_FOUND = "credentials not found in native keychain";
  private static final String IDENTITY = "<token>";
  private static final JsonLimits LIMITS =
      JsonLimits.ofBytes(HelperProcess.OUTPUT_LIMIT, "bytes of a credential helper");

  private final String program;
  private final HelperOptions options;

  /**
   * A helper.
   *
   * @param name what follows {@code docker-credential-} in the name of the program
   * @throws ImageException if the name could be anything else than that of a program
   */
  public CredentialHelper(String name, HelperOptions options) throws ImageException {
    if (!NAME.matcher(name).matches()) {
      throw new ImageException("A credential helper cannot have this name");
    }
    this.program = "docker-credential-" + name;
    this.options = options;
  }

  /**
   * The credential kept for a server.
   *
   * @param server the key, as Docker files it
   * @return empty if the helper knows none
   * @throws ImageException if the helper cannot be run, fails, or takes too long
   * @throws MalformedContentException if it prints something else than it should
   */
  public Optional<Credential> find(String server) throws IOException {
    HelperProcess.Result result = run("get", server);
    if (result.status() != 0) {
      if (result.output().contains(NOT_FOUND)) {
        return Optional.empty();
      }
      throw failed("get", result);
    }
    JsonObject json = parse(result);
    try {
      String user = json.findString("Username").orElse("");
      String secret = json.requireString("Secret");
      if (user.isEmpty() && secret.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          user.equals(IDENTITY)
              ? new Credential.IdentityToken(secret)
              : new Credential.Basic(user, secret));
    } catch (MalformedContentException | IllegalArgumentException e) {
      throw malformed();
    }
  }

  /** Keeps a user and a password, or an identity token, for a server. */
  public void store(String server, Credential credential) throws IOException {
    JsonObject json = JsonObject.empty().with("ServerURL", server);
    if (credential instanceof Credential.Basic basic) {
      json = json.with("Username", basic.user()).with("Secret", basic.password());
    } else if (credential instanceof Credential.IdentityToken identity) {
      json = json.with("Username", IDENTITY).with("Secret", identity.token());
    } else {
      throw new IllegalArgumentException("Helpers keep no registry tokens");
    }
    requireSuccess("store", run("store", new String(json.print(), UTF_8)));
  }

  /** Forgets what is kept for a server. */
  public void erase(String server) throws IOException {
    requireSuccess("erase", run("erase", server));
  }

  /** The servers something is kept for, with the names of the users. */
  public Map<String, String> list() throws IOException {
    HelperProcess.Result result = run("list", "");
    requireSuccess("list", result);
    JsonObject json = parse(result);
    try {
      return json.asStringMap();
    } catch (MalformedContentException e) {
      throw malformed();
    }
  }

  private HelperProcess.Result run(String action, String input) throws IOException {
    return new HelperProcess(program, options).run(action, input);
  }

  private void requireSuccess(String action, HelperProcess.Result result) throws ImageException {
    if (result.status() != 0) {
      throw failed(action, result);
    }
  }

  private ImageException failed(String action, HelperProcess.Result result) {
    return new ImageException(
        "Credential helper " + program + " " + action + " ended with status " + result.status());
  }

  private JsonObject parse(HelperProcess.Result result) throws MalformedContentException {
    try {
      return Json.parseObject(result.output().strip().getBytes(UTF_8), program, LIMITS);
    } catch (ImageException e) {
      throw malformed();
    }
  }

  private MalformedContentException malformed() {
    return new MalformedContentException(
        "Output of " + program, "", "it is not the JSON a credential helper prints");
  }

  /** The name of the program. */
  @Override
  public String toString() {
    return program;
  }
}
