package dev.imbrex.platform;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says which platforms will do, and which of two is better.
 *
 * <p>The matchers made here compare canonical words ({@link Platform#normalised()}). A candidate
 * that needs features of the operating system fits only where the wanted platform names them all.
 * The version matters on Windows alone:
 *
 * <ul>
 *   <li>any version fits a candidate without one, and a wanted platform with less than {@code
 *       major.minor.build};
 *   <li>a wanted build below 20348 fits the same build only;
 *   <li>from 20348 on, it also fits older builds, down to the newest long-term release below it.
 * </ul>
 *
 * <p>Among candidates that fit equally well those with more features are better, then, on Windows,
 * those whose version text is higher. No host is asked: an empty os is a word that nothing else is
 * equal to, unless {@link #assuming(Platform)} names a host.
 *
 * <p>Matchers are immutable and thread-safe. {@code toString()} names what is wanted, for messages.
 * An implementation of one's own needs {@link #matches(Platform)} only, and then has no order.
 */
@FunctionalInterface
public interface PlatformMatcher {
  /**
   * Tells the platform of something to choose. A function of its own, so that null is in its type.
   */
  @FunctionalInterface
  interface PlatformOf<T> {
    /** The platform; null if there is none, which reads as one with empty os and architecture. */
    @Nullable Platform platformOf(T candidate);
  }

  /** Whether an image for this platform will do. */
  boolean matches(Platform candidate);

  /**
   * Sorts better platforms first, and those that do not match last. Platforms of one rank compare
   * as 0 without being equal, so sort with a stable algorithm: then the order of the index decides.
   */
  default Comparator<Platform> ranking() {
    return Comparator.comparing(this::matches).reversed();
  }

  /** The best of the candidates; the earliest of them if several are equally good. */
  default <T> Optional<T> findBest(List<T> candidates, PlatformOf<? super T> platformOf) {
    return allMatches(candidates, platformOf).stream().findFirst();
  }

  /** The candidates that match, best first, and in their own order where they are equally good. */
  default <T> List<T> allMatches(List<T> candidates, PlatformOf<? super T> platformOf) {
    requireNonNull(platformOf, "platformOf");
    List<Candidate<T>> matching = new ArrayList<>();
    for (T value : candidates) {
      Platform platform = platformOf.platformOf(value);
      if (platform == null) {
        platform = Platform.of("", "");
      }
      if (matches(platform)) {
        matching.add(new Candidate<>(value, platform));
      }
    }
    matching.sort(Comparator.comparing(Candidate::platform, ranking()));
    return matching.stream().map(Candidate::value).toList();
  }

  /** This matcher, reading an empty os of a candidate as that of the host. */
  default PlatformMatcher assuming(Platform host) {
    return new HostMatcher(this, requireNonNull(host, "host"));
  }

  /**
   * The wanted platform, or else what a processor of that kind runs as well, best first:
   *
   * <ul>
   *   <li>amd64 v<i>n</i>: v<i>n</i> to v1, then 386;
   *   <li>arm v<i>n</i>, <i>n</i> above 5: v<i>n</i> to v5;
   *   <li>arm64 v9.<i>m</i>, <i>m</i> up to 7: v9.<i>m</i> to v9, then v8.(<i>m</i>+5), or v8.9 if
   *       that is lower, to v8, then arm v8 to v5;
   *   <li>arm64 v8.<i>m</i>, <i>m</i> up to 9: v8.<i>m</i> to v8, then arm v8 to v5;
   *   <li>arm64 with any other variant: nothing, not even itself;
   *   <li>all else: itself.
   * </ul>
   */
  static PlatformMatcher only(Platform wanted) {
    return RankedMatcher.only(wanted);
  }

  /** The wanted platform and no other, in whatever words. */
  static PlatformMatcher strict(Platform wanted) {
    return RankedMatcher.strict(wanted);
  }

  /** Each of the wanted platforms, strictly; those that stand earlier are better. */
  static PlatformMatcher ordered(List<Platform> wanted) {
    return RankedMatcher.ordered(wanted);
  }

  /** Each of the wanted platforms, strictly; none is better for where it stands in the list. */
  static PlatformMatcher any(List<Platform> wanted) {
    return RankedMatcher.any(wanted);
  }

  /** Every platform, also an unknown one; none is better than another. */
  static PlatformMatcher all() {
    return AllMatcher.ALL;
  }

  /** The operating system of the wanted platform on any architecture; the wanted one is best. */
  static PlatformMatcher sameOs(Platform wanted) {
    return RankedMatcher.sameOs(wanted);
  }
}
