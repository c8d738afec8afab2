package dev.imbrex.platform;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Writes specifiers (SN-P7). */
final class SpecifierPrinter {
  private static final String HEX = "0123456789ABCDEF";

  private SpecifierPrinter() {}

  static String print(Platform platform, boolean full) {
    if (platform.os().isEmpty()) {
      return "unknown";
    }
    StringBuilder text = new StringBuilder(platform.os());
    if (full) {
      text.append(options(platform));
    }
    if (!platform.architecture().isEmpty()) {
      text.append('/').append(platform.architecture());
      if (platform.variant() != null) {
        text.append('/').append(platform.variant());
      }
    }
    return text.toString();
  }

  private static String options(Platform platform) {
    StringBuilder options = new StringBuilder();
    if (platform.osVersion() != null) {
      options.append(encode(platform.osVersion()));
    }
    for (String feature : Normaliser.features(platform.osFeatures())) {
      options.append('+').append(encode(feature));
    }
    return options.isEmpty() ? "" : "(" + options + ")";
  }

  /**
   * Encodes all that a specifier does not allow, so that every value can be read back; P7 names the
   * characters that would be read wrongly.
   */
  private static String encode(String value) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : value.getBytes(UTF_8)) {
      if (SpecifierParser.isWordCharacter((char) (b & 0xff))) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(HEX.charAt((b >> 4) & 0xf)).append(HEX.charAt(b & 0xf));
      }
    }
    return encoded.toString();
  }
}
