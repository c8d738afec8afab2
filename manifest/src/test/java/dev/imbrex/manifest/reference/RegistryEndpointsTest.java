package dev.imbrex.manifest.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.imbrex.manifest.reference.InvalidReferenceException.Reason;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SN-R19. */
class RegistryEndpointsTest {
  private final RegistryEndpoints defaults = RegistryEndpoints.defaults();

  @Test
  void knowsWhereTheDefaultDomainAnswers() {
    assertThat(defaults.hostOf("docker.io")).isEqualTo("registry-1.docker.io");
    assertThat(defaults.hostOf(Repository.parse("app"))).isEqualTo("registry-1.docker.io");
    assertThat(defaults.asMap()).containsExactly(Map.entry("docker.io", "registry-1.docker.io"));
  }

  @Test
  void leavesOtherDomainsAsTheyAre() {
    assertThat(defaults.hostOf("host:5000")).isEqualTo("host:5000");
    assertThat(defaults.hostOf(Repository.parse("[::1]:80/a"))).isEqualTo("[::1]:80");
    assertThat(RegistryEndpoints.none().hostOf("docker.io")).isEqualTo("docker.io");
    assertThat(defaults.without("docker.io")).isEqualTo(RegistryEndpoints.none());
  }

  @Test
  void canBeReplacedWithoutChangingOthers() {
    RegistryEndpoints mirror =
        defaults.with("docker.io", "mirror.example:5000").with("b.example", "docker.io");

    assertThat(mirror.hostOf("docker.io")).isEqualTo("mirror.example:5000");
    assertThat(mirror.hostOf("b.example")).as("not looked up twice").isEqualTo("docker.io");
    assertThat(mirror).hasToString("{b.example=docker.io, docker.io=mirror.example:5000}");
    assertThat(defaults.hostOf("docker.io")).isEqualTo("registry-1.docker.io");
  }

  @Test
  void isEqualByContentAndListsSorted() {
    RegistryEndpoints one = RegistryEndpoints.none().with("z.example", "a").with("a.example", "b");
    RegistryEndpoints other =
        RegistryEndpoints.none().with("a.example", "b").with("z.example", "a");

    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other).isNotEqualTo(defaults);
    assertThat(one.asMap().keySet()).containsExactly("a.example", "z.example");
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> one.asMap().clear());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "https://a.b", "a.b/c", "a.b:", "a b", "user@a.b", "a.b:x"})
  void refusesWhatIsNoHost(String text) {
    assertThat(InvalidReferenceTest.reasonOf(() -> defaults.with("docker.io", text)))
        .isEqualTo(Reason.INVALID_FORMAT);
    assertThat(InvalidReferenceTest.reasonOf(() -> defaults.with(text, "a.b")))
        .isEqualTo(Reason.INVALID_FORMAT);
  }

  @Test
  void needsADomain() {
    assertThatIllegalStateException()
        .isThrownBy(() -> defaults.hostOf(Repository.parseStrict("app")));
  }
}
