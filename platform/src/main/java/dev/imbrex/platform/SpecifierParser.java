package dev.imbrex.platform;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.platform.InvalidPlatformException.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads specifiers (SN-P1, SN-P2, SN-P6) in one pass over the text. */
final class SpecifierParser {
  private static final int MOST_PARTS = 3;

  private final String specifier;

  private SpecifierParser(String specifier) {
    this.specifier = specifier;
  }

  static Platform parse(String specifier, @Nullable Platform host) {
    return new SpecifierParser(specifier).parse(host);
  }

  private Platform parse(@Nullable Platform host) {
    if (specifier.indexOf('*') >= 0) {
      throw invalid(Reason.WILDCARD, "wildcards are not supported");
    }
    List<String> parts = parts();
    Platform first = osPart(parts.get(0));
    for (String word : parts.subList(1, parts.size())) {
      requireWord(word);
    }
    if (parts.size() == 1) {
      return complete(first, host);
    }
    String variant = parts.size() == MOST_PARTS ? parts.get(2) : null;
    return shown(withArchitecture(first, parts.get(1), variant), variant != null);
  }

  private List<String> parts() {
    List<String> parts = new ArrayList<>(MOST_PARTS);
    int start = 0;
    while (true) {
      if (parts.size() == MOST_PARTS) {
        throw invalid(Reason.TOO_MANY_PARTS, "there are more than three parts");
      }
      int slash = specifier.indexOf('/', start);
      int end = slash < 0 ? specifier.length() : slash;
      if (start == end) {
        throw invalid(Reason.EMPTY_PART, "part " + (parts.size() + 1) + " is empty");
      }
      parts.add(specifier.substring(start, end));
      if (slash < 0) {
        return parts;
      }
      start = slash + 1;
    }
  }

  /** The first part: a name, then perhaps version and features in parentheses. */
  private Platform osPart(String part) {
    int open = part.indexOf('(');
    String name = open < 0 ? part : part.substring(0, open);
    if (name.isEmpty()) {
      throw invalid(Reason.EMPTY_PART, "no operating system stands before the parenthesis");
    }
    requireWord(name);
    if (name.indexOf('.') >= 0) {
      throw invalid(
          Reason.INVALID_CHARACTER, "the name of an operating system or a lone part has no dot");
    }
    if (open < 0) {
      return Platform.of(name, "");
    }
    if (part.indexOf(')') != part.length() - 1) {
      throw invalid(
          Reason.MALFORMED_OPTIONS, "version and features end with one closing parenthesis");
    }
    String options = part.substring(open + 1, part.length() - 1);
    int plus = options.indexOf('+');
    String version = plus < 0 ? options : options.substring(0, plus);
    List<String> features = new ArrayList<>();
    while (plus >= 0) {
      int next = options.indexOf('+', plus + 1);
      features.add(decode(options.substring(plus + 1, next < 0 ? options.length() : next)));
      plus = next;
    }
    return new Platform(name, "", null, decode(version), features);
  }

  private void requireWord(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (!isWordCharacter(word.charAt(i))) {
        throw invalidCharacter(word.charAt(i));
      }
    }
  }

  private String decode(String value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '%') {
        bytes.write(hexDigit(value, i + 1) << 4 | hexDigit(value, i + 2));
        i += 2;
      } else if (isWordCharacter(c)) {
        bytes.write(c);
      } else {
        throw invalidCharacter(c);
      }
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      throw invalid(Reason.MALFORMED_ENCODING, "percent-encoded bytes are not UTF-8");
    }
  }

  private int hexDigit(String value, int index) {
    char c = index < value.length() ? value.charAt(index) : '%';
    // Character.digit alone would take the digits of every script.
    int digit = c < 0x80 ? Character.digit(c, 16) : -1;
    if (digit < 0) {
      throw invalid(Reason.MALFORMED_ENCODING, "two hex digits must follow a percent sign");
    }
    return digit;
  }

  /** One part: an operating system or an architecture, and the host gives the other (P2). */
  private Platform complete(Platform first, @Nullable Platform host) {
    if (host == null) {
      throw invalid(
          Reason.HOST_NEEDED, "operating system and architecture are needed: os/architecture");
    }
    Platform completed = host.normalised();
    if (Normaliser.isKnownOs(first.normalised().os())) {
      // The variant tells what an arm host can run at all; elsewhere it would only narrow the wish.
      String variant = completed.architecture().equals("arm") ? completed.variant() : null;
      return shown(withArchitecture(first, completed.architecture(), variant), false);
    }
    Platform asArchitecture = Platform.of(completed.os(), first.os()).normalised();
    boolean plain = first.osVersion() == null && first.osFeatures().isEmpty();
    if (!plain || !Normaliser.isKnownArchitecture(asArchitecture.architecture())) {
      throw invalid(
          Reason.UNKNOWN_WORD, "neither a known operating system nor a known architecture");
    }
    return shown(asArchitecture, false);
  }

  private static Platform withArchitecture(
      Platform platform, String architecture, @Nullable String variant) {
    return new Platform(
            platform.os(), architecture, variant, platform.osVersion(), platform.osFeatures())
        .normalised();
  }

  /** Where parsing shows another variant than normalising (P6). */
  private static Platform shown(Platform normalised, boolean variantGiven) {
    String variant = normalised.variant();
    if (!variantGiven && normalised.architecture().equals("arm") && "v7".equals(variant)) {
      variant = null;
    } else if (variantGiven && normalised.architecture().equals("arm64") && variant == null) {
      variant = "v8";
    }
    return new Platform(
        normalised.os(),
        normalised.architecture(),
        variant,
        normalised.osVersion(),
        normalised.osFeatures());
  }

  static boolean isWordCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '.'
        || c == '-';
  }

  private InvalidPlatformException invalidCharacter(char c) {
    return invalid(
        Reason.INVALID_CHARACTER, String.format("the character U+%04X is not allowed", (int) c));
  }

  private InvalidPlatformException invalid(Reason reason, String problem) {
    return new InvalidPlatformException(specifier, reason, problem);
  }
}
