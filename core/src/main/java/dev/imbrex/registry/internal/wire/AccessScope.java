package dev.imbrex.registry.internal.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a token is for: {@code repository:library/app:pull,push} (Docker's token authentication,
 * "Scope"; SN-G8).
 *
 * @param type the kind of resource: {@code repository}, {@code registry}
 * @param name the name of the resource; may hold colons, as {@code host:5000/app} does
 * @param actions what may be done with it, sorted; {@code *} stands for all, alone
 */
public record AccessScope(String type, String name, List<String> actions) {
  /** The action that stands for all others. */
  public static final String ALL = "*";

  /** Sorts the actions and takes repeats out. */
  public AccessScope {
    Objects.requireNonNull(type);
    Objects.requireNonNull(name);
    TreeSet<String> sorted = new TreeSet<>(actions);
    actions = sorted.contains(ALL) ? List.of(ALL) : List.copyOf(sorted);
  }

  /** The scope of a repository. */
  public static AccessScope repository(String path, String... actions) {
    return new AccessScope("repository", path, List.of(actions));
  }

  /** The scope of the list of repositories. */
  public static AccessScope catalog() {
    return new AccessScope("registry", "catalog", List.of(ALL));
  }

  /** Reads a scope; empty if it is not {@code type:name:actions}. */
  public static Optional<AccessScope> parse(String text) {
    int first = text.indexOf(':');
    int last = text.lastIndexOf(':');
    if (first <= 0 || last <= first + 1) {
      return Optional.empty();
    }
    List<String> actions = new ArrayList<>();
    for (String action : text.substring(last + 1).split(",", -1)) {
      if (!action.isBlank()) {
        actions.add(action.strip());
      }
    }
    return Optional.of(
        new AccessScope(text.substring(0, first), text.substring(first + 1, last), actions));
  }

  /** Reads scopes with spaces between; what is none is passed over. */
  public static List<AccessScope> parseAll(String text) {
    List<AccessScope> scopes = new ArrayList<>();
    for (String part : text.split(" ", -1)) {
      parse(part).ifPresent(scopes::add);
    }
    return List.copyOf(scopes);
  }

  /** Whether it is about the same resource and allows all that another one does. */
  public boolean covers(AccessScope other) {
    return type.equals(other.type)
        && name.equals(other.name)
        && (actions.contains(ALL) || actions.containsAll(other.actions));
  }

  /** As it stands in a challenge or a token request. */
  @Override
  public String toString() {
    return type + ":" + name + ":" + String.join(",", actions);
  }
}
