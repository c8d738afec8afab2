package dev.imbrex.platform;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The first three numbers of a Windows version, and what a host with them runs (SN-P12). */
record WindowsVersion(int major, int minor, int build) {
  /** The first build whose kernel interface is stable, so that later hosts run its containers. */
  private static final int FIRST_STABLE_BUILD = 20348;

  /** The long-term releases since then, newest first: Windows Server 2025 and 2022. */
  private static final int[] LONG_TERM_BUILDS = {26100, FIRST_STABLE_BUILD};

  private static final int NUMBERS = 3;
  private static final int MOST_DIGITS = 9;

  /** Whether a container of this version runs on a host of that one. */
  static boolean fits(@Nullable String host, @Nullable String container) {
    Optional<WindowsVersion> wanted = parse(host);
    return container == null
        || wanted.isEmpty()
        || parse(container).filter(version -> wanted.get().runs(version)).isPresent();
  }

  private boolean runs(WindowsVersion container) {
    if (major != container.major || minor != container.minor) {
      return false;
    }
    return build < FIRST_STABLE_BUILD
        ? container.build == build
        : container.build >= oldestBuild() && container.build <= build;
  }

  private int oldestBuild() {
    for (int release : LONG_TERM_BUILDS) {
      if (release < build) {
        return release;
      }
    }
    return FIRST_STABLE_BUILD;
  }

  /** Three dotted numbers, and whatever follows a third dot. */
  private static Optional<WindowsVersion> parse(@Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    String[] parts = text.split("\\.", NUMBERS + 1);
    if (parts.length < NUMBERS) {
      return Optional.empty();
    }
    for (int i = 0; i < NUMBERS; i++) {
      if (!isNumber(parts[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(
        new WindowsVersion(
            Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2])));
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() <= MOST_DIGITS
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
