package dev.imbrex.registry.credentials;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the credentials for a registry come from. A client asks once for each repository it talks
 * to. Implementations are safe for use by many threads.
 *
 * <pre>{@code
 * Credentials.of("registry.example.com", new Credential.Basic("robot", password))
 *     .or(Credentials.fromEnvironment())
 * }</pre>
 */
@FunctionalInterface
public interface Credentials {
  /**
   * The credential for a repository.
   *
   * @param host the registry as names of images have it, {@code docker.io} or {@code host:5000}
   * @param path the path of the repository there; empty for the registry as a whole
   * @return empty to go on without
   * @throws IOException if it cannot be found out; the message holds no secret
   */
  Optional<Credential> find(String host, String path) throws IOException;

  /** Knows none. */
  static Credentials none() {
    return (host, path) -> Optional.empty();
  }

  /** One for all repositories of one registry. */
  static Credentials of(String host, Credential credential) {
    return (asked, path) -> asked.equals(host) ? Optional.of(credential) : Optional.empty();
  }

  /**
   * Those in a file of Docker ({@code config.json}) or of podman and skopeo ({@code auth.json}),
   * and of the helpers it names (SN-G12, SN-G13). The file is read again for each look-up; one that
   * is not there knows none.
   */
  static Credentials inFile(Path file) {
    return new CredentialFile(file, HelperOptions.DEFAULT);
  }

  /** Those in a file, as {@link #inFile(Path)}, with helpers run in another way. */
  static Credentials inFile(Path file, HelperOptions helpers) {
    return new CredentialFile(file, helpers);
  }

  /**
   * Those in a text that has {@code auths} as a file has them, which is what {@code
   * DOCKER_AUTH_CONFIG} holds.
   *
   * @param name what the text is called in errors
   */
  static Credentials inText(String text, String name) {
    return new CredentialText(text, name);
  }

  /**
   * Those of the user who runs this program: reads the environment variables and the home directory
   * of the process, and from there {@code DOCKER_AUTH_CONFIG}, then the files of Docker, then those
   * of podman and skopeo (SN-G11). Helpers that the files name are run.
   */
  static Credentials fromEnvironment() {
    return fromEnvironment(
        System.getenv(), Path.of(System.getProperty("user.home")), HelperOptions.DEFAULT);
  }

  /**
   * Those that {@link #fromEnvironment()} finds, in another environment.
   *
   * @param environment the variables
   * @param home the home directory of the user
   * @param helpers how to run helpers
   */
  static Credentials fromEnvironment(
      Map<String, String> environment, Path home, HelperOptions helpers) {
    return CredentialPlaces.in(environment, home, helpers);
  }

  /** Those here, and what others know where these know nothing. */
  default Credentials or(Credentials others) {
    return (host, path) -> {
      Optional<Credential> found = find(host, path);
      return found.isPresent() ? found : others.find(host, path);
    };
  }
}
