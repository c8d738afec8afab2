package dev.imbrex.registry.internal.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Challenges as RFC 7235 writes them, and as servers do (SN-G4). */
class ChallengeTest {
  private static List<Challenge> parse(String... headers) {
    return Challenge.parseAll(List.of(headers));
  }

  private static Challenge of(String scheme, String... parameters) {
    Map<String, String> all = new LinkedHashMap<>();
    for (int i = 0; i < parameters.length; i += 2) {
      all.put(parameters[i], parameters[i + 1]);
    }
    return new Challenge(scheme, all);
  }

  @Test
  void readsWhatDockerHubSends() {
    assertThat(
            parse(
                "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\","
                    + "scope=\"repository:library/app:pull,push\""))
        .containsExactly(
            of(
                "bearer",
                "realm",
                "https://auth.docker.io/token",
                "service",
                "registry.docker.io",
                "scope",
                "repository:library/app:pull,push"));
  }

  @Test
  void readsTheExampleOfTheStandard() {
    assertThat(
            parse(
                "Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\","
                    + " Basic realm=\"simple\""))
        .containsExactly(
            of("newauth", "realm", "apps", "type", "1", "title", "Login to \"apps\""),
            of("basic", "realm", "simple"));
  }

  @Test
  void readsSeveralHeadersAndSchemesInAnyCase() {
    assertThat(parse("BASIC Realm=\"a\"", "bEaReR REALM=b , Service = \"c\""))
        .containsExactly(of("basic", "realm", "a"), of("bearer", "realm", "b", "service", "c"));
  }

  @Test
  void keepsCommasAndEqualsSignsInQuotes() {
    assertThat(parse("Bearer realm=\"https://a/t?x=1,y=2\",scope=\"a:b:c,d e:f:g\""))
        .containsExactly(of("bearer", "realm", "https://a/t?x=1,y=2", "scope", "a:b:c,d e:f:g"));
  }

  @Test
  void readsSchemesWithoutParametersAndWithABareValue() {
    assertThat(parse("Negotiate, NTLM TlRMTVNTUAAC==, Basic realm=\"x\""))
        .containsExactly(of("negotiate"), of("ntlm"), of("basic", "realm", "x"));
    assertThat(parse("Negotiate abc/def==")).containsExactly(of("negotiate"));
  }

  @Test
  void readsUnquotedUrls() {
    assertThat(parse("Bearer realm=https://auth.example.com/token,service=reg"))
        .containsExactly(of("bearer", "realm", "https://auth.example.com/token", "service", "reg"));
  }

  @Test
  void takesTheFirstOfTwoParametersOfOneName() {
    assertThat(parse("Bearer realm=\"a\",realm=\"b\"")).containsExactly(of("bearer", "realm", "a"));
  }

  @Test
  void readsAnEmptyValue() {
    assertThat(parse("Bearer realm=\"\",service=\"\""))
        .containsExactly(of("bearer", "realm", "", "service", ""));
    assertThat(parse("Bearer realm=")).containsExactly(of("bearer", "realm", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ",",
        ",,, ,",
        "=",
        "\"",
        "\"Basic\"",
        "=Basic",
        "@",
        "Bearer realm=\"unclosed",
        "Bearer realm=\"a\\",
        "Bearer =x",
        "Bearer realm=\"a\" \"b\"",
        "\u0000",
        "Bearer\u0001x=1"
      })
  void survivesNonsense(String header) {
    for (Challenge challenge : parse(header)) {
      assertThat(challenge.parameter("realm").orElse("")).isIn("", "a", "x");
    }
  }
}
