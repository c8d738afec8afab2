package dev.imbrex.platform;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How far down a candidate stands among what a processor runs (SN-P9). Ranks are computed, never
 * listed: the variant comes from outside, and {@code v999999999} would be a long list.
 */
final class ProcessorFallback {
  static final int NO_MATCH = -1;

  private static final Pattern LEVEL = Pattern.compile("v([1-9][0-9]{0,8})");
  private static final Pattern ARM64_LEVEL = Pattern.compile("v8\\.[1-9]|v9(\\.[1-7])?");

  private static final int LOWEST_ARM = 5;
  private static final int ARM_OF_ARM64 = 8;

  /** Armv9.0 has what Armv8.5 has, v9.1 what v8.6 has, and so on until v8 ends. */
  private static final int V8_MINOR_OF_V9 = 5;

  private static final int LAST_V8_MINOR = 9;

  private ProcessorFallback() {}

  /** The rank of a candidate, 0 being the wanted one itself; both in canonical words. */
  static int rank(Platform wanted, Platform candidate) {
    return switch (wanted.architecture()) {
      case "amd64" -> amd64(wanted, candidate);
      case "arm" -> arm(wanted, candidate);
      case "arm64" -> arm64(wanted.variant(), candidate);
      default -> itself(wanted, candidate);
    };
  }

  private static int itself(Platform wanted, Platform candidate) {
    return isSame(wanted, candidate) ? 0 : NO_MATCH;
  }

  /** Whether both are the same processor; the operating system is not looked at. */
  static boolean isSame(Platform a, Platform b) {
    return a.architecture().equals(b.architecture()) && Objects.equals(a.variant(), b.variant());
  }

  private static int amd64(Platform wanted, Platform candidate) {
    int level = amd64Level(wanted.variant());
    if (level == 0) {
      return itself(wanted, candidate);
    }
    if (candidate.architecture().equals("386") && candidate.variant() == null) {
      return level;
    }
    int offered = candidate.architecture().equals("amd64") ? amd64Level(candidate.variant()) : 0;
    return offered >= 1 && offered <= level ? level - offered : NO_MATCH;
  }

  private static int amd64Level(@Nullable String variant) {
    return variant == null ? 1 : level(variant);
  }

  private static int arm(Platform wanted, Platform candidate) {
    int level = level(wanted.variant());
    return level > LOWEST_ARM ? armBelow(level, candidate) : itself(wanted, candidate);
  }

  private static int armBelow(int level, Platform candidate) {
    int offered = candidate.architecture().equals("arm") ? level(candidate.variant()) : 0;
    return offered >= LOWEST_ARM && offered <= level ? level - offered : NO_MATCH;
  }

  private static int arm64(@Nullable String wanted, Platform candidate) {
    if (!isArm64Level(wanted)) {
      return NO_MATCH;
    }
    int minor = minor(wanted);
    int nines = isV9(wanted) ? minor + 1 : 0;
    int eight = isV9(wanted) ? Math.min(minor + V8_MINOR_OF_V9, LAST_V8_MINOR) : minor;
    if (candidate.architecture().equals("arm")) {
      int rank = armBelow(ARM_OF_ARM64, candidate);
      return rank == NO_MATCH ? NO_MATCH : nines + eight + 1 + rank;
    }
    String offered = candidate.variant();
    if (!candidate.architecture().equals("arm64") || !isArm64Level(offered)) {
      return NO_MATCH;
    }
    if (isV9(offered)) {
      return minor(offered) < nines ? minor - minor(offered) : NO_MATCH;
    }
    return minor(offered) <= eight ? nines + eight - minor(offered) : NO_MATCH;
  }

  /** v8 has no variant in canonical words. */
  private static boolean isArm64Level(@Nullable String variant) {
    return variant == null || ARM64_LEVEL.matcher(variant).matches();
  }

  private static boolean isV9(@Nullable String variant) {
    return variant != null && variant.startsWith("v9");
  }

  private static int minor(@Nullable String variant) {
    int dot = variant == null ? -1 : variant.indexOf('.');
    return variant == null || dot < 0 ? 0 : variant.charAt(dot + 1) - '0';
  }

  /** The number of {@code vN}; 0 for any other variant. */
  private static int level(@Nullable String variant) {
    if (variant == null) {
      return 0;
    }
    Matcher matcher = LEVEL.matcher(variant);
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
  }
}
