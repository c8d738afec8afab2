package dev.imbrex.registry.credentials;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The places where the programs of a user leave credentials (SN-G11). */
final class CredentialPlaces {
  private CredentialPlaces() {}

  static Credentials in(Map<String, String> environment, Path home, HelperOptions helpers) {
    Credentials all =
        value(environment, "DOCKER_AUTH_CONFIG")
            .map(text -> Credentials.inText(text, "the variable DOCKER_AUTH_CONFIG"))
            .orElse(Credentials.none());
    for (Path file : files(environment, home)) {
      all = all.or(Credentials.inFile(file, helpers));
    }
    return all;
  }

  /** The files, each once, in the order they are asked. */
  static Set<Path> files(Map<String, String> environment, Path home) {
    Set<Path> files = new LinkedHashSet<>();
    Path docker = value(environment, "DOCKER_CONFIG").map(Path::of).orElse(home.resolve(".docker"));
    files.add(docker.resolve("config.json"));
    value(environment, "REGISTRY_AUTH_FILE").ifPresent(file -> files.add(Path.of(file)));
    value(environment, "XDG_RUNTIME_DIR").ifPresent(directory -> files.add(podman(directory)));
    files.add(
        value(environment, "XDG_CONFIG_HOME")
            .map(CredentialPlaces::podman)
            .orElse(podman(home.resolve(".config").toString())));
    return files;
  }

  private static Path podman(String directory) {
    return Path.of(directory, "containers", "auth.json");
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
