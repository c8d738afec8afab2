package dev.imbrex.platform;

import static dev.imbrex.platform.Normaliser.lower;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates what Java calls the host it runs on (SN-P13). */
final class JavaHost {
  private JavaHost() {}

  static Platform platform(String osName, String osArch) {
    String arch = lower(osArch);
    return new Platform(os(lower(osName)), architecture(arch), variant(arch), null, List.of())
        .normalised();
  }

  private static String os(String name) {
    // Java appends the edition: "Windows 11", "Windows Server 2022".
    if (name.startsWith("windows")) {
      return "windows";
    }
    return switch (name) {
      case "mac os x", "mac os" -> "darwin";
      case "sunos" -> "solaris";
      case "dragonflybsd" -> "dragonfly";
      case "z/os" -> "zos";
      case "gnu" -> "hurd";
      default -> name;
    };
  }

  private static String architecture(String arch) {
    return switch (arch) {
      case "x86", "i486", "i586", "i686" -> "386";
      case "armv5l", "armv6l", "armv7l", "armv8l" -> "arm";
      case "loongarch64" -> "loong64";
      case "mipsel" -> "mipsle";
      case "mips64el" -> "mips64le";
      case "sparcv9" -> "sparc64";
      default -> arch;
    };
  }

  private static @Nullable String variant(String arch) {
    return switch (arch) {
      case "armv5l" -> "v5";
      case "armv6l" -> "v6";
      case "armv7l" -> "v7";
      case "armv8l" -> "v8";
      default -> null;
    };
  }
}
