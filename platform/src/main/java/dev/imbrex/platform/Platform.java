package dev.imbrex.platform;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an image runs on (OCI image-spec 1.1, "platform").
 *
 * <pre>{@code
 * Platform wanted = Platform.parse("linux/arm64/v8");
 * PlatformMatcher.only(wanted).findBest(entries, Entry::platform);
 * }</pre>
 *
 * A value is kept as it was given: {@code x86_64} and {@code amd64} are different platforms to
 * {@link #equals}, and the same to {@link #normalised()}, {@link #agreesWith(Platform)} and every
 * {@link PlatformMatcher}.
 *
 * @param os the operating system: {@code linux}; empty when it is not known
 * @param architecture the processor architecture: {@code amd64}; empty when it is not known
 * @param variant the variant of the architecture: {@code v8}; empty text becomes null
 * @param osVersion the version of the operating system: {@code 10.0.20348.2227}; empty text becomes
 *     null
 * @param osFeatures features of the operating system the image needs: {@code win32k}; in the order
 *     given
 */
public record Platform(
    String os,
    String architecture,
    @Nullable String variant,
    @Nullable String osVersion,
    List<String> osFeatures) {
  /** Copies the features. */
  public Platform {
    requireNonNull(os, "os");
    requireNonNull(architecture, "architecture");
    variant = emptyToNull(variant);
    osVersion = emptyToNull(osVersion);
    osFeatures = List.copyOf(osFeatures);
  }

  /** A platform without variant, version and features; the words are taken as they are. */
  public static Platform of(String os, String architecture) {
    return new Platform(os, architecture, null, null, List.of());
  }

  /** A platform without version and features; the words are taken as they are. */
  public static Platform of(String os, String architecture, String variant) {
    return new Platform(os, architecture, requireNonNull(variant, "variant"), null, List.of());
  }

  /**
   * Reads {@code os/architecture} or {@code os/architecture/variant}. The operating system may be
   * followed by its version and features, percent-encoded: {@code windows(10.0.17763+win32k)}.
   *
   * <p>The result is normalised, except that {@code linux/arm} stays without a variant (v7 is
   * implied), and {@code linux/arm64/v8} keeps its variant. Words need not be known ones.
   *
   * @throws InvalidPlatformException if the text is no specifier, or has one part only
   */
  public static Platform parse(String specifier) {
    return SpecifierParser.parse(specifier, null);
  }

  /**
   * Reads what {@link #parse(String)} reads, and also an operating system alone or an architecture
   * alone, which must be known words; the host gives the other half.
   *
   * @param host a platform with os and architecture, such as {@link #host()}
   * @throws InvalidPlatformException if the text is no specifier, or a single unknown word
   */
  public static Platform parse(String specifier, Platform host) {
    return SpecifierParser.parse(specifier, requireNonNull(host, "host"));
  }

  /**
   * The platform this Java runtime was made for, by the system properties {@code os.name} and
   * {@code os.arch}. It has no version: Java does not tell the build of a Windows host.
   */
  public static Platform host() {
    return hostOf(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  /**
   * The platform that a Java runtime describes in its own words, normalised. Words it does not know
   * are taken in lower case.
   *
   * @param osName a value of {@code os.name}: {@code Mac OS X}
   * @param osArch a value of {@code os.arch}: {@code x86_64}
   */
  public static Platform hostOf(String osName, String osArch) {
    return JavaHost.platform(osName, osArch);
  }

  /**
   * This platform in canonical words: {@code macos/x86_64/v1} becomes {@code darwin/amd64}, {@code
   * linux/arm} becomes {@code linux/arm/v7}. Features are sorted, without empties and repeats. An
   * empty os stays empty.
   */
  public Platform normalised() {
    return Normaliser.normalise(this);
  }

  /** This platform in canonical words, an empty os replaced by that of the host. */
  public Platform normalised(Platform host) {
    requireNonNull(host, "host");
    Platform platform = os.isEmpty() ? withOs(host.os()) : this;
    return platform.normalised();
  }

  /**
   * Whether both describe the same platform: os, architecture and variant are equal in canonical
   * words, and so are version and features (in any order) where both state them. This is the
   * question to ask of an index entry and the config behind it.
   */
  public boolean agreesWith(Platform other) {
    Platform mine = normalised();
    Platform theirs = other.normalised();
    return mine.withoutDetails().equals(theirs.withoutDetails())
        && (mine.osVersion == null
            || theirs.osVersion == null
            || mine.osVersion.equals(theirs.osVersion))
        && (mine.osFeatures.isEmpty()
            || theirs.osFeatures.isEmpty()
            || mine.osFeatures.equals(theirs.osFeatures));
  }

  /**
   * The specifier with version and features: {@code windows(10.0.17763+win32k)/amd64}, features
   * sorted, without empties and repeats. {@link #parse(String)} reads it back: it gives an equal
   * platform for every platform that parsing gave, and for every normalised one whose os,
   * architecture and variant keep to the characters of a specifier.
   */
  public String toFullString() {
    return SpecifierPrinter.print(this, true);
  }

  /**
   * The specifier without version and features: {@code os/architecture} or {@code
   * os/architecture/variant}; {@code unknown} if the os is empty.
   */
  @Override
  public String toString() {
    return SpecifierPrinter.print(this, false);
  }

  private Platform withOs(String newOs) {
    return new Platform(newOs, architecture, variant, osVersion, osFeatures);
  }

  private Platform withoutDetails() {
    return new Platform(os, architecture, variant, null, List.of());
  }

  private static @Nullable String emptyToNull(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }
}
