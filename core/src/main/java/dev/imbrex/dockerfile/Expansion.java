package dev.imbrex.dockerfile;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Puts variables into the words of a Dockerfile, and takes quotes and escapes away (SN-B10,
 * SN-B11).
 *
 * <ul>
 *   <li>{@code $name} and {@code ${name}}: the value, or nothing if it is not set;
 *   <li>{@code ${name:-word}}, {@code ${name-word}}: the word if the variable is not set; with the
 *       colon, also if it is empty. {@code +} the other way round. {@code ?} fails, with the word
 *       as message;
 *   <li>{@code ${name#pattern}}, {@code ##}, {@code %}, {@code %%}: the value without the shortest
 *       or longest beginning or end that fits; {@code *} and {@code ?} are the wildcards;
 *   <li>{@code ${name/pattern/text}}, {@code //}: the value with the first match, or all, replaced.
 * </ul>
 *
 * <p>Between single quotes nothing counts; between double quotes {@code $} does, and the escape
 * character in front of {@code "}, {@code $} and itself; elsewhere it protects any character.
 * Immutable; safe for use by many threads if the source of values is.
 */
public final class Expansion {
  private final Function<String, Optional<String>> values;
  private final char escape;

  private Expansion(Function<String, Optional<String>> values, char escape) {
    this.values = Objects.requireNonNull(values);
    this.escape = escape;
  }

  /**
   * Expansion with values from anywhere.
   *
   * @param values gives the value of a name, if it is set
   * @param escape the escape character of the Dockerfile, {@code \} or {@code `}
   */
  public static Expansion of(Function<String, Optional<String>> values, char escape) {
    return new Expansion(values, escape);
  }

  /** Expansion with these values. */
  public static Expansion of(Map<String, String> values, char escape) {
    return of(name -> Optional.ofNullable(values.get(name)), escape);
  }

  /**
   * Expands a text into one word, whatever blanks there are.
   *
   * @throws ExpansionException if it is malformed, or a variable is demanded that is not set
   */
  public String word(String text) {
    return new ExpansionRun(values, escape, false, text).word();
  }

  /**
   * Expands a text, and splits what comes out at blanks that are not quoted.
   *
   * @throws ExpansionException as {@link #word}
   */
  public List<String> words(String text) {
    return new ExpansionRun(values, escape, false, text).words();
  }

  /**
   * Expands a here-document, in which quotes are plain characters (SN-B9).
   *
   * @throws ExpansionException as {@link #word}
   */
  public String document(String text) {
    return new ExpansionRun(values, escape, true, text).word();
  }
}
