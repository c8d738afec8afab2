package dev.imbrex.engine;

import java.util.Optional;
import java.util.regex.Pattern;

/** The version of an engine's interface: {@code 1.41}. */
final class ApiVersion {
  // The newest whose answers this code was written for.
  private static final int MAJOR = 1;
  private static final int MINOR = 43;
  private static final Pattern FORM = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4})");

  private ApiVersion() {}

  /** Whether a text is a version. */
  static boolean isVersion(String text) {
    return FORM.matcher(text).matches();
  }

  /** The newest version that both sides know, if the other one says what it knows. */
  static Optional<String> spokenWith(String newestOfTheirs) {
    var parts = FORM.matcher(newestOfTheirs);
    if (!parts.matches()) {
      return Optional.empty();
    }
    int major = Integer.parseInt(parts.group(1));
    int minor = Integer.parseInt(parts.group(2));
    boolean isOlder = major < MAJOR || (major == MAJOR && minor < MINOR);
    return Optional.of(isOlder ? newestOfTheirs : MAJOR + "." + MINOR);
  }
}
