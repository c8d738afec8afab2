package dev.imbrex.registry.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.registry.internal.wire.AccessScope;
import org.junit.jupiter.api.Test;

/** Rights, as token services write them (SN-G8). */
class ScopesTest {
  @Test
  void sortActionsAndRepositories() {
    Scopes scopes =
        Scopes.of(
            AccessScope.repository("b/c", "push", "pull", "push"),
            AccessScope.repository("a", "pull", "delete"));
    assertThat(scopes).hasToString("repository:a:delete,pull repository:b/c:pull,push");
    assertThat(scopes.texts())
        .containsExactly("repository:a:delete,pull", "repository:b/c:pull,push");
  }

  @Test
  void letTheStarSwallowAll() {
    assertThat(Scopes.of(AccessScope.repository("a", "pull", "*", "push")))
        .hasToString("repository:a:*");
    assertThat(Scopes.of(AccessScope.catalog())).hasToString("registry:catalog:*");
  }

  @Test
  void uniteWithWhatWasNamedFirst() {
    Scopes named = Scopes.parse("repository:z:pull repository:m:pull");
    Scopes own =
        Scopes.of(AccessScope.repository("m", "push"), AccessScope.repository("a", "pull"));
    assertThat(named.union(own))
        .hasToString("repository:z:pull repository:m:pull,push repository:a:pull");
  }

  @Test
  void coverLesser() {
    Scopes wide = Scopes.parse("repository:a:pull,push repository:b:*");
    assertThat(wide.covers(Scopes.parse("repository:a:pull"))).isTrue();
    assertThat(wide.covers(Scopes.parse("repository:b:delete repository:a:push"))).isTrue();
    assertThat(wide.covers(Scopes.parse("repository:a:delete"))).isFalse();
    assertThat(wide.covers(Scopes.parse("repository:c:pull"))).isFalse();
    assertThat(wide.covers(Scopes.none())).isTrue();
    assertThat(Scopes.none().covers(wide)).isFalse();
  }

  @Test
  void areEqualInAnyOrder() {
    Scopes one = Scopes.parse("repository:a:pull,push registry:catalog:*");
    Scopes two = Scopes.parse("registry:catalog:* repository:a:push,pull");
    assertThat(one).isEqualTo(two).hasSameHashCodeAs(two);
    assertThat(one).isNotEqualTo(Scopes.parse("repository:a:pull"));
  }

  @Test
  void passOverWhatIsNone() {
    assertThat(Scopes.parse("").isEmpty()).isTrue();
    assertThat(Scopes.parse("  nonsense :x a: repository:host:5000/a:pull "))
        .hasToString("repository:host:5000/a:pull");
  }
}
