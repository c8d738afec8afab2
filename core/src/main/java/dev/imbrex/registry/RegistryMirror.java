package dev.imbrex.registry;

import java.util.Optional;

/**
 * A registry that is asked in place of another when something is read (SN-G30).
 *
 * @param prefix what it mirrors: a registry, {@code docker.io}, or the beginning of the names of
 *     repositories, {@code docker.io/library}
 * @param location where: {@code mirror.example.com:5000}, or with the beginning of a path there
 *     that takes the place of the prefix
 * @param namesSource whether the query {@code ns=} tells the mirror which registry is meant, which
 *     some that serve several ask for
 */
public record RegistryMirror(String prefix, String location, boolean namesSource) {
  /** Checks that neither is empty, a URL, or ends in a slash. */
  public RegistryMirror {
    for (String name : new String[] {prefix, location}) {
      if (!name.matches("[^/]+(/[^/]+)*") || name.contains("://")) {
        throw new IllegalArgumentException("Not of the form host[:port][/path]: \"" + name + "\"");
      }
    }
  }

  /** A mirror that needs not be told which registry is meant. */
  public static RegistryMirror of(String prefix, String location) {
    return new RegistryMirror(prefix, location, false);
  }

  /** The repository there that mirrors one; empty if it is not mirrored. */
  Optional<String> mirrored(String repository) {
    if (repository.equals(prefix)) {
      // A host alone is no repository.
      return Optional.of(location).filter(name -> name.indexOf('/') > 0);
    }
    return repository.startsWith(prefix + "/")
        ? Optional.of(location + repository.substring(prefix.length()))
        : Optional.empty();
  }
}
