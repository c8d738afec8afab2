package dev.imbrex.registry.internal.auth;

import dev.imbrex.registry.internal.wire.AccessScope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rights to several things, each named once (SN-G8). Equal if they are the same rights; the order
 * is that of sending. Immutable.
 */
public final class Scopes {
  private static final Scopes NONE = new Scopes(List.of());

  private final List<AccessScope> scopes;

  private Scopes(List<AccessScope> scopes) {
    this.scopes = List.copyOf(scopes);
  }

  /** No right at all. */
  public static Scopes none() {
    return NONE;
  }

  /** Rights, sorted by what they are about; those about the same thing become one. */
  public static Scopes of(AccessScope... scopes) {
    Scopes all = NONE;
    for (AccessScope scope : scopes) {
      all = all.append(scope);
    }
    List<AccessScope> sorted = new ArrayList<>(all.scopes);
    sorted.sort(Comparator.comparing(AccessScope::toString));
    return new Scopes(sorted);
  }

  /** The rights a challenge names, separated by spaces; what is no scope is passed over. */
  public static Scopes parse(String text) {
    return NONE.union(new Scopes(AccessScope.parseAll(text)));
  }

  /** These rights and others; what these name stands first. */
  public Scopes union(Scopes others) {
    Scopes all = this;
    for (AccessScope scope : others.scopes) {
      all = all.append(scope);
    }
    return all;
  }

  /** Whether whoever has these rights has the others, too. */
  public boolean covers(Scopes others) {
    return others.scopes.stream()
        .allMatch(wanted -> scopes.stream().anyMatch(scope -> scope.covers(wanted)));
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return scopes.isEmpty();
  }

  /** Each right as it is sent, in order. */
  public List<String> texts() {
    return scopes.stream().map(AccessScope::toString).toList();
  }

  private Scopes append(AccessScope added) {
    List<AccessScope> all = new ArrayList<>(scopes);
    for (int i = 0; i < all.size(); i++) {
      AccessScope present = all.get(i);
      if (present.type().equals(added.type()) && present.name().equals(added.name())) {
        List<String> actions = new ArrayList<>(present.actions());
        actions.addAll(added.actions());
        all.set(i, new AccessScope(added.type(), added.name(), actions));
        return new Scopes(all);
      }
    }
    all.add(added);
    return new Scopes(all);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Scopes that && new HashSet<>(scopes).equals(new HashSet<>(that.scopes));
  }

  @Override
  public int hashCode() {
    return new HashSet<>(scopes).hashCode();
  }

  /** The rights, separated by spaces. */
  @Override
  public String toString() {
    return String.join(" ", texts());
  }
}
