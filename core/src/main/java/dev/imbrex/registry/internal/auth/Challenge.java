package dev.imbrex.registry.internal.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a server asks for before it answers (RFC 7235, section 2.1; SN-G4).
 *
 * @param scheme the scheme in lower case: {@code basic}, {@code bearer}
 * @param parameters its parameters, names in lower case; none if there was one bare value
 */
public record Challenge(String scheme, Map<String, String> parameters) {
  /**
   * Reads all challenges of an answer, in their order. What follows a place that cannot be read is
   * passed over up to the end of that header.
   *
   * @param headers the values of its WWW-Authenticate headers
   */
  public static List<Challenge> parseAll(List<String> headers) {
    List<Challenge> challenges = new ArrayList<>();
    for (String header : headers) {
      challenges.addAll(new ChallengeParser(header).parse());
    }
    return List.copyOf(challenges);
  }

  /** Whether it is of a scheme, however that is written. */
  public boolean is(String wanted) {
    return scheme.equals(wanted.toLowerCase(Locale.ROOT));
  }

  /** The value of a parameter; of several with one name the first. */
  public Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }
}
