package dev.imbrex.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
  private static Platform platform(String os, @Nullable String version, String... features) {
    return new Platform(os, "amd64", null, version, List.of(features));
  }

  /** SN-P5; an empty column is no variant. */
  @ParameterizedTest(name = "{0} {1} is {2} {3}")
  @CsvSource({
    "i386, , 386, ",
    "I386, sse2, 386, ",
    "386, sse2, 386, sse2",
    "x86_64, , amd64, ",
    "x86-64, v1, amd64, ",
    "amd64, V1, amd64, ",
    "amd64, v2, amd64, v2",
    "amd64, 1, amd64, 1",
    "AMD64, V4, amd64, v4",
    "aarch64, , arm64, ",
    "arm64, 8, arm64, ",
    "arm64, v8, arm64, ",
    "AARCH64, V8.0, arm64, ",
    "arm64, 8.0, arm64, 8.0",
    "arm64, v8.1, arm64, v8.1",
    "arm64, 9, arm64, v9",
    "arm64, 9.0, arm64, v9",
    "arm64, v9.0, arm64, v9",
    "arm64, v9, arm64, v9",
    "arm64, v9.1, arm64, v9.1",
    "armhf, , arm, v7",
    "armhf, v6, arm, v7",
    "armel, , arm, v6",
    "armel, v7, arm, v6",
    "arm, , arm, v7",
    "arm, 5, arm, v5",
    "arm, 6, arm, v6",
    "arm, 7, arm, v7",
    "arm, 8, arm, v8",
    "arm, 9, arm, 9",
    "ARM, V6, arm, v6",
    "riscv64, RVA23U64, riscv64, rva23u64",
    "Z80, , z80, ",
  })
  void normalisesArchitectureAndVariant(
      String architecture,
      @Nullable String variant,
      String expectedArchitecture,
      @Nullable String expectedVariant) {
    assertThat(new Platform("linux", architecture, variant, null, List.of()).normalised())
        .isEqualTo(new Platform("linux", expectedArchitecture, expectedVariant, null, List.of()));
  }

  /** SN-P4. */
  @ParameterizedTest(name = "{0} on freebsd is {1}")
  @CsvSource({"Linux, linux", "macos, darwin", "macOS, darwin", "WINDOWS, windows", "'', freebsd"})
  void normalisesTheOs(String os, String expected) {
    Platform host = Platform.of("FreeBSD", "arm64");
    assertThat(Platform.of(os, "amd64").normalised(host)).isEqualTo(Platform.of(expected, "amd64"));
  }

  /** SN-P4 without a host: it is never looked up. */
  @Test
  void keepsAnEmptyOsWithoutAHost() {
    assertThat(Platform.of("", "x86_64").normalised()).isEqualTo(Platform.of("", "amd64"));
  }

  @Test
  void normalisesFeaturesAndKeepsTheVersion() {
    assertThat(platform("windows", "10.0.1-B", "b", "", "a", "b").normalised())
        .isEqualTo(platform("windows", "10.0.1-B", "a", "b"));
  }

  @Test
  void takesEmptyTextForNothing() {
    assertThat(new Platform("linux", "amd64", "", "", List.of()))
        .isEqualTo(Platform.of("linux", "amd64"));
  }

  @Test
  void keepsWordsAndFeaturesAsGiven() {
    List<String> features = new ArrayList<>(List.of("z", "a"));
    Platform platform = new Platform("macos", "x86_64", "v1", null, features);
    features.clear();
    assertThat(platform.os()).isEqualTo("macos");
    assertThat(platform.architecture()).isEqualTo("x86_64");
    assertThat(platform.variant()).isEqualTo("v1");
    assertThat(platform.osFeatures()).containsExactly("z", "a");
  }

  /** SN-P7. */
  @Test
  void printsOsArchitectureAndVariant() {
    assertThat(Platform.of("linux", "amd64")).hasToString("linux/amd64");
    assertThat(Platform.of("linux", "arm", "v7")).hasToString("linux/arm/v7");
    assertThat(platform("windows", "10.0.17763", "win32k")).hasToString("windows/amd64");
    assertThat(Platform.of("linux", "")).hasToString("linux");
    assertThat(Platform.of("", "amd64")).hasToString("unknown");
  }

  /** SN-P7. */
  @Test
  void printsVersionAndFeaturesInFull() {
    assertThat(Platform.of("linux", "arm64", "v8").toFullString()).isEqualTo("linux/arm64/v8");
    assertThat(platform("windows", "10.0.17763").toFullString())
        .isEqualTo("windows(10.0.17763)/amd64");
    assertThat(platform("linux", null, "gpu").toFullString()).isEqualTo("linux(+gpu)/amd64");
    assertThat(platform("linux", "5", "simd", "", "gpu", "simd").toFullString())
        .isEqualTo("linux(5+gpu+simd)/amd64");
    assertThat(platform("linux", null, "").toFullString()).isEqualTo("linux/amd64");
    assertThat(platform("", "5", "gpu").toFullString()).isEqualTo("unknown");
  }

  /** SN-P7; the space and what lies beyond ASCII are ours, since no specifier may hold them. */
  @Test
  void encodesWhatASpecifierCannotHold() {
    assertThat(platform("windows", "%+()/", "a+b", "50%").toFullString())
        .isEqualTo("windows(%25%2B%28%29%2F+50%25+a%2Bb)/amd64");
    assertThat(platform("windows", "a b\u00e4").toFullString())
        .isEqualTo("windows(a%20b%C3%A4)/amd64");
  }

  /** SN-P13. */
  @ParameterizedTest(name = "{0} {1} is {2}")
  @CsvSource({
    "Linux, amd64, linux/amd64",
    "Linux, x86_64, linux/amd64",
    "Linux, i386, linux/386",
    "Linux, x86, linux/386",
    "Linux, i686, linux/386",
    "Linux, aarch64, linux/arm64",
    "Linux, arm, linux/arm/v7",
    "Linux, armv6l, linux/arm/v6",
    "Linux, ppc64le, linux/ppc64le",
    "Linux, s390x, linux/s390x",
    "Linux, riscv64, linux/riscv64",
    "Linux, loongarch64, linux/loong64",
    "Mac OS X, x86_64, darwin/amd64",
    "Mac OS X, aarch64, darwin/arm64",
    "Windows 11, amd64, windows/amd64",
    "Windows Server 2022, amd64, windows/amd64",
    "Windows 10, x86, windows/386",
    "FreeBSD, amd64, freebsd/amd64",
    "SunOS, sparcv9, solaris/sparc64",
    "AIX, ppc64, aix/ppc64",
    "z/OS, s390x, zos/s390x",
    "Haiku, Z80, haiku/z80",
  })
  void mapsTheWordsOfJava(String osName, String osArch, String expected) {
    assertThat(Platform.hostOf(osName, osArch)).hasToString(expected);
  }

  @Test
  void describesThisHostInKnownWords() {
    Platform host = Platform.host();
    assertThat(host)
        .isEqualTo(Platform.hostOf(System.getProperty("os.name"), System.getProperty("os.arch")));
    assertThat(Platform.parse(host.os(), host).normalised()).isEqualTo(host);
    assertThat(Platform.parse(host.architecture(), host).normalised().os()).isEqualTo(host.os());
  }

  /** SN-P15: what an index says of an image, and what its config says. */
  @ParameterizedTest(name = "{0} and {1}: {2}")
  @CsvSource({
    "linux/amd64, linux/amd64, true",
    "linux/arm64/v8, linux/arm64, true",
    "linux/arm/v7, linux/arm, true",
    "linux/arm/v6, linux/arm, false",
    "linux/amd64, linux/386, false",
    "linux/amd64, windows/amd64, false",
    "linux/arm64, linux/arm64/v9, false",
    "windows(10.0.17763.1)/amd64, windows/amd64, true",
    "windows(10.0.17763.1)/amd64, windows(10.0.17763.1+win32k)/amd64, true",
    "windows(10.0.17763.1)/amd64, windows(10.0.17763.2)/amd64, false",
    "windows(+a+b)/amd64, windows(+b+a)/amd64, true",
    "windows(+a)/amd64, windows(+a+b)/amd64, false",
  })
  void tellsWhetherTwoDescribeTheSame(String index, String config, boolean agree) {
    Platform a = Platform.parse(index);
    Platform b = Platform.parse(config);
    assertThat(a.agreesWith(b)).isEqualTo(agree);
    assertThat(b.agreesWith(a)).isEqualTo(agree);
  }

  @Test
  void agreesInWhateverWords() {
    assertThat(Platform.of("macOS", "X86_64", "v1").agreesWith(Platform.of("darwin", "amd64")))
        .isTrue();
  }
}
