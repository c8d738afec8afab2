package dev.imbrex.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.registry.internal.wire.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parameters of a query or a form, decoded. */
final class Parameters {
  private final Map<String, List<String>> values = new LinkedHashMap<>();

  private Parameters() {}

  /**
   * Reads a query. A plus sign is one: media types have it, and nothing that stands in a query here
   * has spaces.
   */
  static Parameters ofQuery(String query) throws Refusal {
    return parse(query, false);
  }

  /** Reads a form, in which a plus sign is a space. */
  static Parameters ofForm(String form) throws Refusal {
    return parse(form, true);
  }

  Optional<String> find(String name) {
    return all(name).stream().findFirst();
  }

  List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  private static Parameters parse(String text, boolean plusIsSpace) throws Refusal {
    Parameters parameters = new Parameters();
    for (String part : text.split("&", -1)) {
      if (!part.isEmpty()) {
        String pair = plusIsSpace ? part.replace('+', ' ') : part;
        int equals = pair.indexOf('=');
        String name = decode(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
        parameters.values.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
      }
    }
    return parameters;
  }

  /**
   * Resolves escapes (RFC 3986, section 2.1).
   *
   * @throws Refusal if one is not well formed, or the bytes are no UTF-8 or hold control characters
   */
  static String decode(String text) throws Refusal {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] bytes = new byte[text.length() * 3];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
        int low = high >= 0 ? Character.digit(text.charAt(i + 2), 16) : -1;
        if (low < 0) {
          throw malformed();
        }
        bytes[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        for (byte b : String.valueOf(c).getBytes(UTF_8)) {
          bytes[length++] = b;
        }
      }
    }
    try {
      String decoded = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
      if (decoded.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
        throw malformed();
      }
      return decoded;
    } catch (CharacterCodingException e) {
      throw malformed();
    }
  }

  private static Refusal malformed() {
    return new Refusal(400, ErrorCode.UNSUPPORTED, "The URL holds an escape that is none");
  }
}
