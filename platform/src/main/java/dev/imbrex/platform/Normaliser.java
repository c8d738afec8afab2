package dev.imbrex.platform;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Canonical words for operating systems and architectures (SN-P3 to SN-P5). */
final class Normaliser {
  private static final Set<String> KNOWN_OS =
      Set.of(
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
          "zos");

  private static final Set<String> KNOWN_ARCHITECTURE =
      Set.of(
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
          "wasm");

  private Normaliser() {}

  static boolean isKnownOs(String os) {
    return KNOWN_OS.contains(os);
  }

  static boolean isKnownArchitecture(String architecture) {
    return KNOWN_ARCHITECTURE.contains(architecture);
  }

  static Platform normalise(Platform platform) {
    String architecture = lower(platform.architecture());
    String variant = platform.variant() == null ? "" : lower(platform.variant());
    return new Platform(
        os(platform.os()),
        architecture(architecture),
        variant(architecture, variant),
        platform.osVersion(),
        features(platform.osFeatures()));
  }

  private static String os(String os) {
    String lower = lower(os);
    return lower.equals("macos") ? "darwin" : lower;
  }

  private static String architecture(String architecture) {
    return switch (architecture) {
      case "i386" -> "386";
      case "x86_64", "x86-64" -> "amd64";
      case "aarch64" -> "arm64";
      case "armhf", "armel" -> "arm";
      default -> architecture;
    };
  }

  /** The canonical variant of an architecture as it was written; null where it goes without. */
  private static @Nullable String variant(String architecture, String variant) {
    return switch (architecture) {
      case "i386" -> null;
      case "x86_64", "x86-64", "amd64" -> variant.equals("v1") ? null : variant;
      case "aarch64", "arm64" -> arm64Variant(variant);
      case "armhf" -> "v7";
      case "armel" -> "v6";
      case "arm" -> armVariant(variant);
      default -> variant;
    };
  }

  private static @Nullable String arm64Variant(String variant) {
    return switch (variant) {
      case "8", "v8", "v8.0" -> null;
      case "9", "9.0", "v9.0" -> "v9";
      default -> variant;
    };
  }

  private static String armVariant(String variant) {
    return switch (variant) {
      case "" -> "v7";
      case "5", "6", "7", "8" -> "v" + variant;
      default -> variant;
    };
  }

  static List<String> features(List<String> features) {
    return features.stream().filter(feature -> !feature.isEmpty()).distinct().sorted().toList();
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
