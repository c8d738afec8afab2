package dev.imbrex.manifest.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Prints one document: compact, members in their order, UTF-8 with no byte order mark (SN-D11).
 * Jackson's generator refuses strings that are not well-formed UTF-16; foreign documents have them,
 * so they are printed as the escapes they came as.
 */
final class JsonWriter {
  private final StringBuilder out = new StringBuilder();
  private final JsonStyle style;

  private JsonWriter(JsonStyle style) {
    this.style = style;
  }

  static byte[] print(JsonNode value, JsonStyle style) {
    JsonWriter writer = new JsonWriter(style);
    writer.value(value);
    return writer.out.toString().getBytes(UTF_8);
  }

  private void value(JsonNode value) {
    switch (value.getNodeType()) {
      case OBJECT -> object((ObjectNode) value);
      case ARRAY -> array(value);
      case STRING -> string(value.textValue());
      case NUMBER, BOOLEAN, NULL -> out.append(value.asText());
      default -> throw new AssertionError(value.getNodeType());
    }
  }

  private void object(ObjectNode object) {
    char before = '{';
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      out.append(before);
      string(member.getKey());
      out.append(':');
      value(member.getValue());
      before = ',';
    }
    out.append(object.isEmpty() ? "{}" : "}");
  }

  private void array(JsonNode array) {
    char before = '[';
    for (JsonNode element : array) {
      out.append(before);
      value(element);
      before = ',';
    }
    out.append(array.isEmpty() ? "[]" : "]");
  }

  private void string(String text) {
    out.append('"');
    // What stands for itself is copied at once, which is almost all text.
    int plain = plainLength(text);
    out.append(plain == text.length() ? text : text.substring(0, plain));
    for (int i = plain; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        i += surrogate(text, i);
      } else {
        character(c);
      }
    }
    out.append('"');
  }

  /** How many characters, from the first, stand for themselves. */
  private int plainLength(String text) {
    int i = 0;
    while (i < text.length() && isPlain(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private boolean isPlain(char c) {
    return c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c) && !style.escapes(c);
  }

  /** Prints a pair, or a single surrogate as an escape; returns the further characters taken. */
  private int surrogate(String text, int at) {
    int codePoint = text.codePointAt(at);
    if (Character.isSupplementaryCodePoint(codePoint)) {
      out.appendCodePoint(codePoint);
      return 1;
    }
    escape(text.charAt(at));
    return 0;
  }

  private void character(char c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c < ' ' || style.escapes(c)) {
          escape(c);
        } else {
          out.append(c);
        }
      }
    }
  }

  private void escape(char c) {
    out.append(String.format("\\u%04x", (int) c));
  }
}
