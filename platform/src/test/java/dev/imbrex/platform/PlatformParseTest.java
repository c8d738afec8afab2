package dev.imbrex.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.imbrex.platform.InvalidPlatformException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformParseTest {
  private static final Platform HOST = Platform.of("linux", "amd64");

  private static Platform withOptions(@Nullable String version, String... features) {
    return new Platform("windows", "amd64", null, version, List.of(features));
  }

  @Nested
  class Specifiers {
    @ParameterizedTest(name = "{0} is {1} {2} {3}")
    @CsvSource({
      // SN-P1: two and three parts, which need not be known words (SN-P2)
      "linux/amd64, linux, amd64, ",
      "linux/arm64/v9.2, linux, arm64, v9.2",
      "haiku/z80, haiku, z80, ",
      "haiku/z80/turbo-2_x.1, haiku, z80, turbo-2_x.1",
      "my_os-2/a.b-c_d, my_os-2, a.b-c_d, ",
      "unknown/unknown, unknown, unknown, ",
      // SN-P4, SN-P5
      "Linux/X86_64, linux, amd64, ",
      "linux/x86-64/v1, linux, amd64, ",
      "linux/AMD64/V3, linux, amd64, v3",
      "macOS/Aarch64, darwin, arm64, ",
      "linux/i386/sse, linux, 386, ",
      "linux/386/sse, linux, 386, sse",
      "linux/armel, linux, arm, v6",
      "linux/armel/v8, linux, arm, v6",
      "linux/armhf/v6, linux, arm, v7",
      "linux/arm/7, linux, arm, v7",
      "linux/arm/5, linux, arm, v5",
      "linux/arm64/9.0, linux, arm64, v9",
      // SN-P6: v7 is implied where no variant was given, v8 is shown where it was
      "linux/arm, linux, arm, ",
      "linux/armhf, linux, arm, ",
      "linux/arm/v7, linux, arm, v7",
      "linux/arm64, linux, arm64, ",
      "linux/arm64/v8, linux, arm64, v8",
      "linux/arm64/8, linux, arm64, v8",
      "linux/aarch64/V8.0, linux, arm64, v8",
      "linux/arm64/v8.1, linux, arm64, v8.1",
    })
    void readsOsArchitectureAndVariant(
        String specifier, String os, String architecture, @Nullable String variant) {
      assertThat(Platform.parse(specifier))
          .isEqualTo(new Platform(os, architecture, variant, null, List.of()));
      assertThat(Platform.parse(specifier, HOST)).isEqualTo(Platform.parse(specifier));
    }

    /** SN-P1. */
    @Test
    void readsVersionAndFeaturesEachOptional() {
      assertThat(Platform.parse("windows(10.0.17763)/amd64")).isEqualTo(withOptions("10.0.17763"));
      assertThat(Platform.parse("windows(10.0.17763+win32k)/amd64"))
          .isEqualTo(withOptions("10.0.17763", "win32k"));
      assertThat(Platform.parse("windows(+gpu+simd)/amd64"))
          .isEqualTo(withOptions(null, "gpu", "simd"));
      assertThat(Platform.parse("windows()/amd64")).isEqualTo(withOptions(null));
      assertThat(Platform.parse("windows(+)/amd64")).isEqualTo(withOptions(null));
    }

    /** SN-P1. */
    @Test
    void decodesPercentSignsInVersionAndFeatures() {
      assertThat(Platform.parse("windows(10%2Bb%2fc%25+f%28%29)/amd64"))
          .isEqualTo(withOptions("10+b/c%", "f()"));
      assertThat(Platform.parse("windows(%C3%a4%e2%82%ac)/amd64")).isEqualTo(withOptions("ä€"));
    }

    @Test
    void keepsTheCaseOfVersionAndFeatures() {
      assertThat(Platform.parse("Windows(10.0-RC1+GPU)/amd64"))
          .isEqualTo(withOptions("10.0-RC1", "GPU"));
    }

    @Test
    void sortsFeaturesAndDropsEmptiesAndRepeats() {
      assertThat(Platform.parse("windows(+b++a+b+)/amd64")).isEqualTo(withOptions(null, "a", "b"));
    }
  }

  /** SN-P2. */
  @Nested
  class OnePart {
    @ParameterizedTest(name = "{0} on {1} is {2}")
    @CsvSource({
      "linux, windows/arm64, linux/arm64",
      "LINUX, linux/x86_64, linux/amd64",
      "macos, linux/amd64, darwin/amd64",
      "arm64, linux/amd64, linux/arm64",
      "Aarch64, macos/amd64, darwin/arm64",
      "x86_64, windows/arm64, windows/amd64",
      "i386, linux/amd64, linux/386",
      "armel, linux/amd64, linux/arm/v6",
      "arm, linux/amd64, linux/arm",
      "armhf, linux/amd64, linux/arm",
      "linux, linux/arm/v7, linux/arm",
      "linux, linux/arm/v6, linux/arm/v6",
      "linux, linux/amd64/v3, linux/amd64",
      "linux, linux/arm64/v9, linux/arm64",
      "windows(10.0.17763), linux/amd64, windows(10.0.17763)/amd64",
      "linux(+gpu), linux/s390x, linux(+gpu)/s390x",
      "windows(), linux/amd64, windows/amd64",
    })
    void takesTheOtherHalfFromTheHost(String specifier, String host, String expected) {
      assertThat(Platform.parse(specifier, Platform.parse(host)).toFullString())
          .isEqualTo(expected);
    }

    /** SN-P3. */
    @ParameterizedTest
    @ValueSource(
        strings = {
          "aix",
          "android",
          "darwin",
          "dragonfly",
          "freebsd",
          "hurd",
          "illumos",
          "ios",
          "js",
          "linux",
          "nacl",
          "netbsd",
          "openbsd",
          "plan9",
          "solaris",
          "windows",
          "zos"
        })
    void knowsOperatingSystems(String os) {
      assertThat(Platform.parse(os, HOST)).isEqualTo(Platform.of(os, "amd64"));
    }

    /** SN-P3. */
    @ParameterizedTest
    @ValueSource(
        strings = {
          "386",
          "amd64",
          "amd64p32",
          "arm",
          "armbe",
          "arm64",
          "arm64be",
          "ppc64",
          "ppc64le",
          "loong64",
          "mips",
          "mipsle",
          "mips64",
          "mips64le",
          "mips64p32",
          "mips64p32le",
          "ppc",
          "riscv",
          "riscv64",
          "s390",
          "s390x",
          "sparc",
          "sparc64",
          "wasm"
        })
    void knowsArchitectures(String architecture) {
      assertThat(Platform.parse(architecture, Platform.of("freebsd", "amd64")))
          .isEqualTo(Platform.of("freebsd", architecture));
    }

    @ParameterizedTest
    @ValueSource(strings = {"linux", "amd64", "nonsense", "windows(10.0.17763)"})
    void needsAHost(String specifier) {
      assertRefused(specifier, Reason.HOST_NEEDED, null);
    }
  }

  @Nested
  class Refusals {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
        quoteCharacter = '\'',
        ignoreLeadingAndTrailingWhitespace = false,
        value = {
          "'',EMPTY_PART",
          "/,EMPTY_PART",
          "/amd64,EMPTY_PART",
          "linux/,EMPTY_PART",
          "linux//v7,EMPTY_PART",
          "linux/arm/,EMPTY_PART",
          "//,EMPTY_PART",
          "(10.0)/amd64,EMPTY_PART",
          "linux/arm/v7/x,TOO_MANY_PARTS",
          "linux/arm/v7/,TOO_MANY_PARTS",
          "a/b/c/d/e/f,TOO_MANY_PARTS",
          "*,WILDCARD",
          "linux/*,WILDCARD",
          "*/amd64,WILDCARD",
          "windows(*)/amd64,WILDCARD",
          " linux/amd64,INVALID_CHARACTER",
          "linux/amd64 ,INVALID_CHARACTER",
          "linux /amd64,INVALID_CHARACTER",
          "linux/&arm,INVALID_CHARACTER",
          "linux/arm/v7;ls,INVALID_CHARACTER",
          "linux:amd64,INVALID_CHARACTER",
          "linux.6/amd64,INVALID_CHARACTER",
          "x.y,INVALID_CHARACTER",
          "linux\\amd64,INVALID_CHARACTER",
          "линукс/amd64,INVALID_CHARACTER",
          "linux/amd64\u0661,INVALID_CHARACTER",
          "l\u0130nux/amd64,INVALID_CHARACTER",
          "linux)/amd64,INVALID_CHARACTER",
          "linux/amd64(1),INVALID_CHARACTER",
          "lin%75x/amd64,INVALID_CHARACTER",
          "linux+gpu/amd64,INVALID_CHARACTER",
          "windows(10 0)/amd64,INVALID_CHARACTER",
          "windows(10~1)/amd64,INVALID_CHARACTER",
          "windows(1(2)/amd64,INVALID_CHARACTER",
          "windows(/amd64,MALFORMED_OPTIONS",
          "windows(10.0/amd64,MALFORMED_OPTIONS",
          "windows(10.0)x/amd64,MALFORMED_OPTIONS",
          "windows(10)(11)/amd64,MALFORMED_OPTIONS",
          "windows(10))/amd64,MALFORMED_OPTIONS",
          "windows(a/b)/amd64,MALFORMED_OPTIONS",
          "windows(%)/amd64,MALFORMED_ENCODING",
          "windows(%2)/amd64,MALFORMED_ENCODING",
          "windows(%2+b)/amd64,MALFORMED_ENCODING",
          "windows(%G0)/amd64,MALFORMED_ENCODING",
          "windows(%-1)/amd64,MALFORMED_ENCODING",
          "windows(%\u0662\u0662)/amd64,MALFORMED_ENCODING",
          "windows(%ff)/amd64,MALFORMED_ENCODING",
          "windows(+%c3)/amd64,MALFORMED_ENCODING",
          "windows(%c0%80)/amd64,MALFORMED_ENCODING",
          "windows(%ed%a0%80)/amd64,MALFORMED_ENCODING",
          "nonsense,UNKNOWN_WORD",
          "unknown,UNKNOWN_WORD",
          "v7,UNKNOWN_WORD",
          "amd64(10.0),UNKNOWN_WORD",
          "arm(+gpu),UNKNOWN_WORD",
        })
    void refusesWhatIsNoSpecifier(String specifier, Reason reason) {
      assertRefused(specifier, reason, HOST);
    }

    @Test
    void refusesControlCharactersAndKeepsThemOutOfTheMessage() {
      for (String specifier : List.of("linux/amd\n64", "linux/amd64\u0000", "linux/\u001b[31m")) {
        assertRefused(specifier, Reason.INVALID_CHARACTER, HOST);
        assertThatExceptionOfType(InvalidPlatformException.class)
            .isThrownBy(() -> Platform.parse(specifier))
            .satisfies(e -> assertThat(e.getMessage()).isNotNull().matches("[ -~]+"));
      }
    }

    @Test
    void refusesHugeInputsFastWithAShortMessage() {
      List<String> huge =
          List.of(
              "a".repeat(1_000_000),
              "/".repeat(1_000_000),
              "linux/" + "%".repeat(1_000_000),
              "linux(" + "+".repeat(1_000_000),
              "linux(" + "(".repeat(1_000_000) + ")/amd64");
      for (String specifier : huge) {
        InvalidPlatformException thrown =
            Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () ->
                    catchThrowableOfType(
                        InvalidPlatformException.class, () -> Platform.parse(specifier, HOST)));
        assertThat(thrown.input()).isSameAs(specifier);
        assertThat(thrown).message().hasSizeLessThan(400);
      }
    }

    @Test
    void readsAMillionEmptyFeaturesAsNone() {
      String specifier = "linux(" + "+".repeat(1_000_000) + ")/amd64";
      assertThat(
              Assertions.assertTimeoutPreemptively(
                  Duration.ofSeconds(10), () -> Platform.parse(specifier)))
          .isEqualTo(HOST);
    }

    @Test
    @SuppressWarnings("NullAway") // null is what the test is about
    void refusesNull() {
      assertThatNullPointerException().isThrownBy(() -> Platform.parse(null));
      assertThatNullPointerException().isThrownBy(() -> Platform.parse("linux", null));
      assertThatNullPointerException().isThrownBy(() -> Platform.of(null, "amd64"));
      assertThatNullPointerException().isThrownBy(() -> Platform.of("linux", null));
      assertThatNullPointerException().isThrownBy(() -> Platform.of("linux", "arm", null));
    }
  }

  /** SN-P7. */
  @Nested
  class RoundTrips {
    private static final String WORD =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

    @Test
    void readsBackEveryNormalisedPlatformItPrintsInFull() {
      Seeds.forEachSeed(
          2_000,
          random -> {
            Platform platform = anyPlatform(random).normalised();
            assertThat(Platform.parse(platform.toFullString())).isEqualTo(platform);
            assertThat(Platform.parse(platform.toFullString(), HOST)).isEqualTo(platform);
          });
    }

    @Test
    void readsBackEveryPlatformItRead() {
      Seeds.forEachSeed(
          2_000,
          random -> {
            Platform read = Platform.parse(anyPlatform(random).toFullString());
            assertThat(Platform.parse(read.toFullString())).isEqualTo(read);
            assertThat(Platform.parse(read.toString()).toString()).isEqualTo(read.toString());
          });
    }

    @Test
    void normalisingTwiceIsNormalisingOnce() {
      Seeds.forEachSeed(
          2_000,
          random -> {
            Platform once = anyPlatform(random).normalised();
            assertThat(once.normalised()).isEqualTo(once);
          });
    }

    /** A parser that meets random text answers with a platform or with its own exception. */
    @Test
    void neverFailsOtherwiseThanByItsOwnException() {
      String alphabet = "linuxarm64v78(+)%2B/./_-* é\n";
      Seeds.forEachSeed(
          5_000,
          random -> {
            String text = text(random, alphabet, random.nextInt(20));
            try {
              Platform read = Platform.parse(text, HOST);
              assertThat(Platform.parse(read.toFullString())).isEqualTo(read);
            } catch (InvalidPlatformException e) {
              assertThat(e.input()).isEqualTo(text);
            }
          });
    }

    private Platform anyPlatform(Random random) {
      List<String> architectures =
          List.of("amd64", "x86_64", "i386", "386", "arm", "armhf", "armel", "arm64", "riscv64");
      List<String> variants =
          List.of("v1", "v2", "5", "7", "8", "v7", "v8", "v8.0", "9", "v9.0", "v9.3", "odd.1");
      String architecture =
          random.nextInt(4) == 0
              ? text(random, WORD + ".", 1 + random.nextInt(8))
              : architectures.get(random.nextInt(architectures.size()));
      List<String> features = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        features.add(value(random));
      }
      return new Platform(
          text(random, WORD, 1 + random.nextInt(8)),
          architecture,
          random.nextBoolean() ? null : variants.get(random.nextInt(variants.size())),
          random.nextBoolean() ? null : value(random),
          features);
    }

    private String value(Random random) {
      return text(random, WORD + ".%+()/ *~\u0000\nä€\u65e5", random.nextInt(12));
    }

    private String text(Random random, String alphabet, int length) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < length; i++) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      return text.toString();
    }
  }

  private static void assertRefused(String specifier, Reason reason, @Nullable Platform host) {
    assertThatExceptionOfType(InvalidPlatformException.class)
        .isThrownBy(
            () -> {
              if (host == null) {
                Platform.parse(specifier);
              } else {
                Platform.parse(specifier, host);
              }
            })
        .satisfies(
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.input()).isEqualTo(specifier);
            })
        .withMessageStartingWith("Platform \"");
  }
}
