package dev.imbrex.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformMatcherTest {
  private static final String ARM_OF_ARM64 = " arm/v8 arm/v7 arm/v6 arm/v5";

  private static Platform platform(String specifier) {
    return Platform.parse(specifier);
  }

  private static List<Platform> platforms(String... specifiers) {
    return Stream.of(specifiers).map(Platform::parse).toList();
  }

  private static List<String> matches(PlatformMatcher matcher, List<Platform> candidates) {
    return matcher.allMatches(candidates, p -> p).stream().map(Platform::toFullString).toList();
  }

  /** SN-P8, by the strict matcher. */
  @Nested
  class Simple {
    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource({
      "linux/amd64, linux/amd64, true",
      "linux/amd64, linux/arm64, false",
      "linux/amd64, freebsd/amd64, false",
      "linux/amd64, linux/amd64/v2, false",
      "linux/amd64/v2, linux/amd64, false",
      "linux/arm, linux/arm/v7, true",
      "linux/arm, linux/arm/v6, false",
      "linux/arm64, linux/arm64/v8, true",
      "linux/arm64/v9, linux/arm64/v8, false",
      "linux/arm64/v10, linux/arm64/v10, true",
      "linux(5.4)/amd64, linux(6.1)/amd64, true",
      "linux(+gpu)/amd64, linux/amd64, true",
      "linux/amd64, linux(+gpu)/amd64, false",
      "linux(+gpu+simd)/amd64, linux(+simd)/amd64, true",
      "linux(+gpu+simd)/amd64, linux(+simd+gpu)/amd64, true",
      "linux(+gpu)/amd64, linux(+gpu+simd)/amd64, false",
      "linux(+gpu)/amd64, linux(+GPU)/amd64, false",
      "linux/amd64, linux(+win32k)/amd64, false",
    })
    void comparesOsArchitectureVariantAndFeatures(String wanted, String candidate, boolean fits) {
      assertThat(PlatformMatcher.strict(platform(wanted)).matches(platform(candidate)))
          .isEqualTo(fits);
    }

    @Test
    void normalisesBothSides() {
      assertThat(
              PlatformMatcher.strict(Platform.of("macOS", "X86_64", "v1"))
                  .matches(Platform.of("Darwin", "x86-64")))
          .isTrue();
    }

    @Test
    void countsRepeatedFeaturesOnce() {
      Platform repeated = new Platform("linux", "amd64", null, null, List.of("gpu", "", "gpu"));
      assertThat(PlatformMatcher.strict(platform("linux(+gpu)/amd64")).matches(repeated)).isTrue();
    }
  }

  /** SN-P9. */
  @Nested
  class Only {
    private static final List<String> PROCESSORS = processors();

    private static List<String> processors() {
      List<String> all =
          new ArrayList<>(
              List.of(
                  "386",
                  "386/sse2",
                  "amd64",
                  "arm64",
                  "arm64/v9",
                  "arm64/v10",
                  "arm64/v8.10",
                  "arm64/v9.10",
                  "arm64/v08",
                  "arm64/v7",
                  "arm64/9.1",
                  "arm/odd",
                  "amd64/odd",
                  "amd64/v0",
                  "amd64/v03",
                  "riscv64",
                  "riscv64/rva20u64",
                  "ppc64le",
                  "s390x",
                  "mips64le",
                  "unknown"));
      IntStream.rangeClosed(2, 12).forEach(n -> all.add("amd64/v" + n));
      IntStream.rangeClosed(3, 12).forEach(n -> all.add("arm/v" + n));
      IntStream.rangeClosed(1, 9).forEach(n -> all.add("arm64/v8." + n));
      IntStream.rangeClosed(1, 9).forEach(n -> all.add("arm64/v9." + n));
      return List.copyOf(all);
    }

    /** All processors on two systems, in any order: the order must come from the matcher alone. */
    private void assertRuns(String wanted, String expected) {
      Seeds.forEachSeed(
          3,
          random -> {
            List<Platform> candidates = new ArrayList<>();
            for (String processor : PROCESSORS) {
              candidates.add(platform("linux/" + processor).normalised());
              candidates.add(platform("freebsd/" + processor).normalised());
            }
            Collections.shuffle(candidates, random);
            List<String> linux =
                Stream.of(expected.split(" "))
                    .filter(s -> !s.isEmpty())
                    .map("linux/"::concat)
                    .toList();
            assertThat(matches(PlatformMatcher.only(platform("linux/" + wanted)), candidates))
                .isEqualTo(linux);
          });
    }

    @ParameterizedTest(name = "{0} runs {1}")
    @CsvSource({
      "amd64, amd64 386",
      "amd64/v1, amd64 386",
      "amd64/v2, amd64/v2 amd64 386",
      "amd64/v3, amd64/v3 amd64/v2 amd64 386",
      "amd64/v4, amd64/v4 amd64/v3 amd64/v2 amd64 386",
      "x86_64/v5, amd64/v5 amd64/v4 amd64/v3 amd64/v2 amd64 386",
      "amd64/odd, amd64/odd",
      "amd64/v0, amd64/v0",
      "amd64/v03, amd64/v03",
      "386, 386",
      "i386, 386",
      "386/sse2, 386/sse2",
      "arm, arm/v7 arm/v6 arm/v5",
      "armhf, arm/v7 arm/v6 arm/v5",
      "arm/v9, arm/v9 arm/v8 arm/v7 arm/v6 arm/v5",
      "arm/v8, arm/v8 arm/v7 arm/v6 arm/v5",
      "arm/v7, arm/v7 arm/v6 arm/v5",
      "arm/v6, arm/v6 arm/v5",
      "armel, arm/v6 arm/v5",
      "arm/v5, arm/v5",
      "arm/v4, arm/v4",
      "arm/odd, arm/odd",
      "riscv64, riscv64",
      "riscv64/rva20u64, riscv64/rva20u64",
      "ppc64le, ppc64le",
      "s390x, s390x",
      "mips64le, mips64le",
    })
    void fallsBackToLowerLevels(String wanted, String expected) {
      assertRuns(wanted, expected);
    }

    @ParameterizedTest(name = "arm64/{0} runs {1}, then arm")
    @CsvSource({
      "v8, arm64",
      "v8.0, arm64",
      "v8.1, arm64/v8.1 arm64",
      "v8.2, arm64/v8.2 arm64/v8.1 arm64",
      "v8.3, arm64/v8.3 arm64/v8.2 arm64/v8.1 arm64",
      "v8.4, arm64/v8.4 arm64/v8.3 arm64/v8.2 arm64/v8.1 arm64",
      "v8.5, arm64/v8.5 arm64/v8.4 arm64/v8.3 arm64/v8.2 arm64/v8.1 arm64",
      "v8.6, arm64/v8.6 arm64/v8.5 arm64/v8.4 arm64/v8.3 arm64/v8.2 arm64/v8.1 arm64",
      "v8.7, arm64/v8.7 arm64/v8.6 arm64/v8.5 arm64/v8.4 arm64/v8.3 arm64/v8.2 arm64/v8.1 arm64",
      "v8.8, arm64/v8.8 arm64/v8.7 arm64/v8.6 arm64/v8.5 arm64/v8.4 arm64/v8.3 arm64/v8.2"
          + " arm64/v8.1 arm64",
      "v8.9, arm64/v8.9 arm64/v8.8 arm64/v8.7 arm64/v8.6 arm64/v8.5 arm64/v8.4 arm64/v8.3"
          + " arm64/v8.2 arm64/v8.1 arm64",
      "v9, arm64/v9 arm64/v8.5 arm64/v8.4 arm64/v8.3 arm64/v8.2 arm64/v8.1 arm64",
      "v9.0, arm64/v9 arm64/v8.5 arm64/v8.4 arm64/v8.3 arm64/v8.2 arm64/v8.1 arm64",
      "v9.1, arm64/v9.1 arm64/v9 arm64/v8.6 arm64/v8.5 arm64/v8.4 arm64/v8.3 arm64/v8.2"
          + " arm64/v8.1 arm64",
      "v9.2, arm64/v9.2 arm64/v9.1 arm64/v9 arm64/v8.7 arm64/v8.6 arm64/v8.5 arm64/v8.4"
          + " arm64/v8.3 arm64/v8.2 arm64/v8.1 arm64",
      "v9.3, arm64/v9.3 arm64/v9.2 arm64/v9.1 arm64/v9 arm64/v8.8 arm64/v8.7 arm64/v8.6"
          + " arm64/v8.5 arm64/v8.4 arm64/v8.3 arm64/v8.2 arm64/v8.1 arm64",
      "v9.4, arm64/v9.4 arm64/v9.3 arm64/v9.2 arm64/v9.1 arm64/v9 arm64/v8.9 arm64/v8.8"
          + " arm64/v8.7 arm64/v8.6 arm64/v8.5 arm64/v8.4 arm64/v8.3 arm64/v8.2 arm64/v8.1 arm64",
      "v9.5, arm64/v9.5 arm64/v9.4 arm64/v9.3 arm64/v9.2 arm64/v9.1 arm64/v9 arm64/v8.9"
          + " arm64/v8.8 arm64/v8.7 arm64/v8.6 arm64/v8.5 arm64/v8.4 arm64/v8.3 arm64/v8.2"
          + " arm64/v8.1 arm64",
      "v9.6, arm64/v9.6 arm64/v9.5 arm64/v9.4 arm64/v9.3 arm64/v9.2 arm64/v9.1 arm64/v9"
          + " arm64/v8.9 arm64/v8.8 arm64/v8.7 arm64/v8.6 arm64/v8.5 arm64/v8.4 arm64/v8.3"
          + " arm64/v8.2 arm64/v8.1 arm64",
      "v9.7, arm64/v9.7 arm64/v9.6 arm64/v9.5 arm64/v9.4 arm64/v9.3 arm64/v9.2 arm64/v9.1"
          + " arm64/v9 arm64/v8.9 arm64/v8.8 arm64/v8.7 arm64/v8.6 arm64/v8.5 arm64/v8.4"
          + " arm64/v8.3 arm64/v8.2 arm64/v8.1 arm64",
    })
    void fallsBackFromArm64(String variant, String expected) {
      assertRuns("arm64/" + variant, expected + ARM_OF_ARM64);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "v7", "v10", "v8.10", "v9.8", "v9.10", "v08", "9.1", "8.1", "v9.", "v8.x", "odd"
        })
    void fitsNothingForAnyOtherArm64Variant(String variant) {
      assertRuns("arm64/" + variant, "");
      Platform wanted = platform("linux/arm64/" + variant);
      assertThat(PlatformMatcher.only(wanted).matches(wanted)).isFalse();
    }

    @Test
    void answersAtOnceForAbsurdLevels() {
      PlatformMatcher huge = PlatformMatcher.only(platform("linux/amd64/v999999999"));
      assertThat(matches(huge, platforms("linux/386", "linux/amd64", "linux/amd64/v999999998")))
          .containsExactly("linux/amd64/v999999998", "linux/amd64", "linux/386");
      PlatformMatcher tooLong = PlatformMatcher.only(platform("linux/amd64/v99999999999999999999"));
      assertThat(tooLong.matches(platform("linux/amd64/v99999999999999999999"))).isTrue();
      assertThat(tooLong.matches(platform("linux/amd64"))).isFalse();
    }

    @Test
    void asksTheFallBackForItsFeaturesToo() {
      PlatformMatcher matcher = PlatformMatcher.only(platform("linux(+gpu)/amd64/v2"));
      assertThat(
              matches(
                  matcher,
                  platforms("linux(+simd)/amd64", "linux(+gpu)/386", "linux/amd64", "linux/386")))
          .containsExactly("linux/amd64", "linux(+gpu)/386", "linux/386");
    }

    @Test
    void asksTheFallBackForItsWindowsVersionToo() {
      PlatformMatcher matcher = PlatformMatcher.only(platform("windows(10.0.17763)/amd64"));
      assertThat(
              matches(matcher, platforms("windows(10.0.20348)/386", "windows(10.0.17763.9)/386")))
          .containsExactly("windows(10.0.17763.9)/386");
    }
  }

  /** SN-P10. */
  @Nested
  class Lists {
    private final List<Platform> candidates =
        platforms("linux/386", "linux/amd64", "linux/arm64", "linux/arm/v7", "windows/amd64");

    @Test
    void strictFitsItselfAlone() {
      assertThat(matches(PlatformMatcher.strict(platform("linux/amd64")), candidates))
          .containsExactly("linux/amd64");
    }

    @Test
    void orderedFollowsItsOwnList() {
      assertThat(
              matches(
                  PlatformMatcher.ordered(platforms("linux/arm", "linux/riscv64", "linux/amd64")),
                  candidates))
          .containsExactly("linux/arm/v7", "linux/amd64");
      assertThat(matches(PlatformMatcher.ordered(List.of()), candidates)).isEmpty();
    }

    @Test
    void anyKeepsTheOrderOfTheCandidates() {
      assertThat(
              matches(
                  PlatformMatcher.any(platforms("linux/arm", "linux/riscv64", "linux/amd64")),
                  candidates))
          .containsExactly("linux/amd64", "linux/arm/v7");
      assertThat(matches(PlatformMatcher.any(List.of()), candidates)).isEmpty();
    }

    @Test
    void allFitsEverythingAndKeepsTheOrder() {
      List<Platform> mixed = new ArrayList<>(platforms("linux/386", "linux(+a)/amd64", "a/b/c"));
      mixed.add(Platform.of("", ""));
      assertThat(PlatformMatcher.all().allMatches(mixed, p -> p)).isEqualTo(mixed);
    }

    @Test
    void sameOsRanksTheExactArchitectureFirst() {
      assertThat(matches(PlatformMatcher.sameOs(platform("linux/arm64/v8")), candidates))
          .containsExactly("linux/arm64", "linux/386", "linux/amd64", "linux/arm/v7");
    }

    @Test
    void sameOsAsksForFeaturesAndVersion() {
      assertThat(
              matches(
                  PlatformMatcher.sameOs(platform("windows(10.0.17763+a)/amd64")),
                  platforms(
                      "windows(10.0.20348)/arm64",
                      "windows(+b)/amd64",
                      "windows(10.0.17763.5+a)/arm64",
                      "windows/amd64")))
          .containsExactly("windows/amd64", "windows(10.0.17763.5+a)/arm64");
    }
  }

  /** SN-P11. */
  @Nested
  class Ranking {
    @Test
    void prefersMoreFeaturesWithinOneRankOnly() {
      assertThat(
              matches(
                  PlatformMatcher.only(platform("linux(+a+b+c)/amd64")),
                  platforms(
                      "linux(+a+b+c)/386",
                      "linux/amd64",
                      "linux(+a)/amd64",
                      "linux(+b+c)/amd64",
                      "linux(+b)/amd64")))
          .containsExactly(
              "linux(+b+c)/amd64",
              "linux(+a)/amd64",
              "linux(+b)/amd64",
              "linux/amd64",
              "linux(+a+b+c)/386");
    }

    @Test
    void leavesTiesToTheOrderOfTheIndex() {
      Map<String, @Nullable Platform> index = new HashMap<>();
      index.put("first", Platform.of("linux", "aarch64"));
      index.put("second", Platform.of("linux", "arm64", "v8"));
      index.put("third", platform("linux/arm64"));
      PlatformMatcher matcher = PlatformMatcher.only(platform("linux/arm64"));
      for (List<String> names :
          List.of(List.of("first", "second", "third"), List.of("third", "first", "second"))) {
        assertThat(matcher.findBest(names, index::get)).hasValue(names.get(0));
        assertThat(matcher.allMatches(names, index::get)).isEqualTo(names);
      }
    }

    @Test
    void findsNothingAmongStrangers() {
      assertThat(
              PlatformMatcher.only(platform("linux/s390x"))
                  .findBest(platforms("linux/amd64"), p -> p))
          .isEmpty();
      assertThat(PlatformMatcher.all().findBest(List.<Platform>of(), p -> p)).isEmpty();
    }

    @Test
    void fitsCandidatesWithoutPlatformToAllOnly() {
      List<String> names = List.of("attestation", "image");
      Map<String, Platform> index = Map.of("image", platform("linux/amd64"));
      assertThat(PlatformMatcher.all().allMatches(names, index::get)).isEqualTo(names);
      assertThat(PlatformMatcher.only(platform("linux/amd64")).allMatches(names, index::get))
          .containsExactly("image");
    }

    @Test
    void sortsStrangersLast() {
      List<Platform> sorted = new ArrayList<>(platforms("linux/arm64", "linux/386", "linux/amd64"));
      sorted.sort(PlatformMatcher.only(platform("linux/amd64")).ranking());
      assertThat(sorted).isEqualTo(platforms("linux/amd64", "linux/386", "linux/arm64"));
    }

    @Test
    void sortsByMatchAloneForAMatcherOfOnesOwn() {
      PlatformMatcher mine = candidate -> candidate.architecture().startsWith("arm");
      List<Platform> sorted = new ArrayList<>(platforms("linux/386", "linux/arm", "linux/arm64"));
      sorted.sort(mine.ranking());
      assertThat(sorted).isEqualTo(platforms("linux/arm", "linux/arm64", "linux/386"));
    }

    /** SN-P4: an empty os is the host's, when the caller names a host. */
    @Test
    void readsAnEmptyOsAsThatOfTheAssumedHost() {
      Platform nameless = Platform.of("", "amd64");
      PlatformMatcher matcher = PlatformMatcher.only(platform("linux/amd64"));
      assertThat(matcher.matches(nameless)).isFalse();
      PlatformMatcher onLinux = matcher.assuming(Platform.of("linux", "s390x"));
      assertThat(onLinux.matches(nameless)).isTrue();
      assertThat(onLinux.allMatches(List.of(Platform.of("linux", "386"), nameless), p -> p))
          .containsExactly(nameless, Platform.of("linux", "386"));
      assertThat(matcher.assuming(Platform.of("windows", "amd64")).matches(nameless)).isFalse();
      assertThat(onLinux).hasToString(matcher.toString());
    }
  }

  /** SN-P12. Builds: 17763 is LTSC 2019, 20348 LTSC 2022, 25398 23H2, 26100 LTSC 2025. */
  @Nested
  class Windows {
    private static Platform windows(@Nullable String version, String... features) {
      return new Platform("windows", "amd64", null, version, List.of(features));
    }

    @ParameterizedTest(name = "{0} runs {1}: {2}")
    @CsvSource({
      // no version, or less than one
      "10.0.17763.1, , true",
      ", 10.0.17763, true",
      "10, 10.0.17763, true",
      "10.0, 6.1.7601, true",
      "10.0, nonsense, true",
      "nonsense, 10.0.17763, true",
      "10.x.17763, 6.1.7601, true",
      "10..17763, 6.1.7601, true",
      "10.0.99999999999, 6.1.7601, true",
      // a candidate that is no version
      "10.0.17763, 10.0, false",
      "10.0.17763, nonsense, false",
      "10.0.17763, 10.0.x, false",
      "10.0.17763, 10.0.+17763, false",
      "10.0.17763, 10.0.99999999999, false",
      "10.0.26100, 10.0., false",
      // major and minor
      "10.0.17763, 10.1.17763, false",
      "10.0.17763, 11.0.17763, false",
      "10.0.26100, 6.0.26100, false",
      // before 20348: the same build, whatever the revision
      "10.0.17763.1, 10.0.17763.9999, true",
      "10.0.17763, 10.0.17763.1.2.3, true",
      "10.0.17763, 10.0.17762, false",
      "10.0.17763, 10.0.17764, false",
      "10.0.17763, 10.0.20348, false",
      "10.0.14393, 10.0.14393.2, true",
      "10.0.20347, 10.0.20347, true",
      "10.0.20347, 10.0.17763, false",
      // from 20348 on: down to the newest long-term build below the host
      "10.0.20348, 10.0.20348, true",
      "10.0.20348, 10.0.20347, false",
      "10.0.20348, 10.0.17763, false",
      "10.0.20348, 10.0.20349, false",
      "10.0.20348, 10.0.26100, false",
      "10.0.20349, 10.0.20348, true",
      "10.0.22621, 10.0.20348.1, true",
      "10.0.22621, 10.0.22000, true",
      "10.0.22621, 10.0.17763, false",
      "10.0.25398, 10.0.20348, true",
      "10.0.25398, 10.0.25398, true",
      "10.0.25398, 10.0.26100, false",
      "10.0.26100, 10.0.26100.2894, true",
      "10.0.26100, 10.0.25398, true",
      "10.0.26100, 10.0.20348, true",
      "10.0.26100, 10.0.17763, false",
      "10.0.26101, 10.0.26100, true",
      "10.0.26101, 10.0.26099, false",
      "10.0.26101, 10.0.20348, false",
      "10.0.29000, 10.0.28000, true",
      "10.0.29000, 10.0.29001, false",
    })
    void comparesBuilds(@Nullable String wanted, @Nullable String candidate, boolean fits) {
      assertThat(PlatformMatcher.strict(windows(wanted)).matches(windows(candidate)))
          .isEqualTo(fits);
      assertThat(PlatformMatcher.only(windows(wanted)).matches(windows(candidate))).isEqualTo(fits);
    }

    @Test
    void ignoresVersionsElsewhere() {
      assertThat(
              PlatformMatcher.strict(platform("darwin(10.0.17763)/amd64"))
                  .matches(platform("darwin(11.0.1)/amd64")))
          .isTrue();
    }

    @Test
    void ignoresTheFeatureWin32k() {
      assertThat(PlatformMatcher.strict(windows(null)).matches(windows(null, "win32k"))).isTrue();
      assertThat(PlatformMatcher.strict(windows(null, "win32k")).matches(windows(null))).isTrue();
      assertThat(PlatformMatcher.strict(windows(null)).matches(windows(null, "win32k", "x")))
          .isFalse();
      assertThat(
              PlatformMatcher.strict(windows(null))
                  .findBest(List.of(windows("1"), windows(null, "win32k")), p -> p))
          .hasValue(windows("1"));
    }

    @Test
    void prefersTheHigherVersionText() {
      List<Platform> candidates =
          List.of(
              windows(null),
              windows("10.0.20348.3091"),
              windows("10.0.26100.2894"),
              windows("10.0.17763.6775"),
              windows("10.0.26100.3000"));
      assertThat(matches(PlatformMatcher.only(windows("10.0.26100.1")), candidates))
          .containsExactly(
              "windows(10.0.26100.3000)/amd64",
              "windows(10.0.26100.2894)/amd64",
              "windows(10.0.20348.3091)/amd64",
              "windows/amd64");
      assertThat(PlatformMatcher.only(windows("10.0.20348.9")).findBest(candidates, p -> p))
          .hasValue(windows("10.0.20348.3091"));
    }

    @Test
    void leavesVersionsOfOtherSystemsInTheirOrder() {
      List<Platform> candidates = platforms("linux(1)/amd64", "linux(2)/amd64");
      assertThat(PlatformMatcher.strict(platform("linux/amd64")).allMatches(candidates, p -> p))
          .isEqualTo(candidates);
    }
  }

  /** SN-P13, SN-P14: messages name what was wanted. */
  @Test
  void printsWhatIsWanted() {
    Platform arm = platform("linux/arm64/v8");
    Platform windows = platform("windows(10.0.17763)/amd64");
    assertThat(PlatformMatcher.only(arm)).hasToString("linux/arm64/v8");
    assertThat(PlatformMatcher.strict(windows)).hasToString("exactly windows(10.0.17763)/amd64");
    assertThat(PlatformMatcher.ordered(List.of(arm, windows)))
        .hasToString("first of [linux/arm64/v8, windows(10.0.17763)/amd64]");
    assertThat(PlatformMatcher.any(List.of(arm))).hasToString("any of [linux/arm64/v8]");
    assertThat(PlatformMatcher.all()).hasToString("any platform");
    assertThat(PlatformMatcher.sameOs(arm)).hasToString("linux/arm64/v8 or another architecture");
  }
}
