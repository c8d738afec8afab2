package dev.imbrex.dockerfile;

import dev.imbrex.manifest.internal.text.Quoted;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/**
 * Which checks count, and whether what they find fails a build (SN-B36): what a {@code check}
 * directive says, as {@code # check=skip=JSONArgsRecommended;error=true}.
 *
 * @param skipped the codes of the checks that are left out; {@code all} leaves out every one
 * @param isError whether a build fails when a check finds something
 */
public record CheckOptions(Set<String> skipped, boolean isError) {
  private static final Set<String> YES = Set.of("1", "t", "T", "TRUE", "true", "True");
  private static final Set<String> NO = Set.of("0", "f", "F", "FALSE", "false", "False");

  /** All checks, as warnings. */
  public static final CheckOptions DEFAULT = new CheckOptions(Set.of(), false);

  /** Keeps a copy of the codes, in their order. */
  public CheckOptions {
    skipped = Collections.unmodifiableSet(new LinkedHashSet<>(skipped));
  }

  /**
   * Reads options as a directive has them: {@code skip=} with codes between commas or {@code all},
   * {@code error=} with a truth value, and {@code experimental=}, which asks for checks that there
   * are none of here; semicolons stand between them. An empty text is the default.
   *
   * @throws IllegalArgumentException if it holds another option, or a value that is none
   */
  public static CheckOptions parse(String text) {
    Objects.requireNonNull(text);
    if (Blanks.trim(text).isEmpty()) {
      return DEFAULT;
    }
    Set<String> skipped = new LinkedHashSet<>();
    boolean isError = false;
    for (String option : text.split(";", -1)) {
      int equals = option.indexOf('=');
      String name = Blanks.trim(equals < 0 ? option : option.substring(0, equals));
      String value = equals < 0 ? "" : Blanks.trim(option.substring(equals + 1));
      if (name.equals("skip") && equals >= 0) {
        for (String code : value.split(",", -1)) {
          skipped.add(Blanks.trim(code));
        }
      } else if (name.equals("error") && (YES.contains(value) || NO.contains(value))) {
        isError = YES.contains(value);
      } else if (!name.equals("experimental") || equals < 0) {
        throw new IllegalArgumentException("invalid check option " + Quoted.of(option));
      }
    }
    return new CheckOptions(skipped, isError);
  }

  /** Whether a check is left out. */
  public boolean skips(DockerfileCheck check) {
    return skipped.contains("all") || skipped.contains(check.toString());
  }
}
