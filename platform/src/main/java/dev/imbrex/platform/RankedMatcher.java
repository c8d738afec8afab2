package dev.imbrex.platform;

import static dev.imbrex.platform.ProcessorFallback.NO_MATCH;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Gives each candidate a rank; fewer is better, and among equals the order of SN-P11 and P12. */
final class RankedMatcher implements PlatformMatcher {
  private static final String WINDOWS = "windows";

  private final ToIntFunction<Platform> rankOfNormalised;
  private final String text;

  private RankedMatcher(ToIntFunction<Platform> rankOfNormalised, String text) {
    this.rankOfNormalised = rankOfNormalised;
    this.text = text;
  }

  static RankedMatcher only(Platform wanted) {
    Platform platform = wanted.normalised();
    return new RankedMatcher(
        candidate ->
            hasOsOf(platform, candidate) ? ProcessorFallback.rank(platform, candidate) : NO_MATCH,
        wanted.toFullString());
  }

  static RankedMatcher strict(Platform wanted) {
    Platform platform = wanted.normalised();
    return new RankedMatcher(
        candidate -> isWanted(platform, candidate) ? 0 : NO_MATCH,
        "exactly " + wanted.toFullString());
  }

  static RankedMatcher ordered(List<Platform> wanted) {
    List<Platform> platforms = wanted.stream().map(Platform::normalised).toList();
    return new RankedMatcher(
        candidate -> firstFit(platforms, candidate), "first of " + print(wanted));
  }

  static RankedMatcher any(List<Platform> wanted) {
    List<Platform> platforms = wanted.stream().map(Platform::normalised).toList();
    return new RankedMatcher(
        candidate -> firstFit(platforms, candidate) == NO_MATCH ? NO_MATCH : 0,
        "any of " + print(wanted));
  }

  static RankedMatcher sameOs(Platform wanted) {
    Platform platform = wanted.normalised();
    return new RankedMatcher(
        candidate -> {
          if (!hasOsOf(platform, candidate)) {
            return NO_MATCH;
          }
          return ProcessorFallback.isSame(platform, candidate) ? 0 : 1;
        },
        wanted.toFullString() + " or another architecture");
  }

  @Override
  public boolean matches(Platform candidate) {
    return rankOfNormalised.applyAsInt(candidate.normalised()) != NO_MATCH;
  }

  @Override
  public Comparator<Platform> ranking() {
    return (a, b) -> compareNormalised(a.normalised(), b.normalised());
  }

  @Override
  public String toString() {
    return text;
  }

  private int compareNormalised(Platform a, Platform b) {
    int rankOfA = rankOfNormalised.applyAsInt(a);
    int rankOfB = rankOfNormalised.applyAsInt(b);
    if (rankOfA != rankOfB) {
      // Unsigned, so that NO_MATCH comes last.
      return Integer.compareUnsigned(rankOfA, rankOfB);
    }
    if (rankOfA == NO_MATCH) {
      return 0;
    }
    int byFeatures = Integer.compare(features(b).size(), features(a).size());
    return byFeatures != 0 ? byFeatures : windowsVersion(b).compareTo(windowsVersion(a));
  }

  private static int firstFit(List<Platform> wanted, Platform candidate) {
    for (int i = 0; i < wanted.size(); i++) {
      if (isWanted(wanted.get(i), candidate)) {
        return i;
      }
    }
    return NO_MATCH;
  }

  /** The simple match (P8); both in canonical words, as everywhere below. */
  private static boolean isWanted(Platform wanted, Platform candidate) {
    return hasOsOf(wanted, candidate) && ProcessorFallback.isSame(wanted, candidate);
  }

  /** Whether os, version and features of a candidate fit. */
  private static boolean hasOsOf(Platform wanted, Platform candidate) {
    return wanted.os().equals(candidate.os())
        && wanted.osFeatures().containsAll(features(candidate))
        && (!isWindows(wanted) || WindowsVersion.fits(wanted.osVersion(), candidate.osVersion()));
  }

  /** Windows hosts with and without win32k share images (P12). */
  private static List<String> features(Platform platform) {
    return isWindows(platform)
        ? platform.osFeatures().stream().filter(feature -> !feature.equals("win32k")).toList()
        : platform.osFeatures();
  }

  /** The version as it is compared: as text, so that empty comes last. */
  private static String windowsVersion(Platform platform) {
    @Nullable String version = platform.osVersion();
    return isWindows(platform) && version != null ? version : "";
  }

  private static boolean isWindows(Platform platform) {
    return platform.os().equals(WINDOWS);
  }

  private static String print(List<Platform> platforms) {
    return platforms.stream()
        .map(Platform::toFullString)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
