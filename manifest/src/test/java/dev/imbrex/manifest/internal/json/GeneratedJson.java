package dev.imbrex.manifest.internal.json;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;

/**
 * Makes JSON text in the form the writer prints, but without the writer: compact, with only the
 * escapes JSON demands. No name repeats within an object.
 */
public final class GeneratedJson {
  private static final String[] NUMBERS = {
    "0",
    "-0",
    "1",
    "1e3",
    "1E+3",
    "1.0",
    "0.10",
    "-1.50e-07",
    "9007199254740993",
    "1e400",
    "5e-324",
    "123456789012345678901234567890",
    "0.1234567890123456789012345678901234567890",
  };
  private static final String[] CHUNKS = {
    "a", "Z", "0", " ", "/", "~", "<", ">", "&", "'", "é", "ß", "中", "😀", "\u2028", "\u007f",
    "\\\"", "\\\\", "\\n", "\\t", "\\b", "\\f", "\\r", "\\u0000", "\\u001f", "\\ud800", "\\udfff",
  };

  private final Random random;

  /** Creates a generator that takes its choices from this source. */
  public GeneratedJson(Random random) {
    this.random = random;
  }

  /** An object with members nested at most so deep. */
  public String object(int depth) {
    return "{" + members(depth, random.nextInt(5)) + "}";
  }

  /** So many members, as they stand between braces; their names start with {@code x-}. */
  public String members(int depth, int count) {
    Map<String, String> members = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      members.put("x-" + i + chunks(), value(depth - 1));
    }
    StringJoiner joined = new StringJoiner(",");
    members.forEach((name, value) -> joined.add('"' + name + "\":" + value));
    return joined.toString();
  }

  /** A value of any type, nested at most so deep. */
  public String value(int depth) {
    return switch (random.nextInt(depth > 0 ? 7 : 5)) {
      case 0 -> "null";
      case 1 -> random.nextBoolean() ? "true" : "false";
      case 2, 3 -> NUMBERS[random.nextInt(NUMBERS.length)];
      case 4 -> '"' + chunks() + '"';
      case 5 -> array(depth);
      default -> object(depth);
    };
  }

  /** The inside of a string, escaped. */
  public String chunks() {
    StringBuilder text = new StringBuilder();
    String last = "";
    for (int i = random.nextInt(6); i > 0; i--) {
      String chunk = CHUNKS[random.nextInt(CHUNKS.length)];
      // Two single surrogates in this order would make a pair.
      if (!last.equals("\\ud800") || !chunk.equals("\\udfff")) {
        text.append(chunk);
        last = chunk;
      }
    }
    return text.toString();
  }

  private String array(int depth) {
    StringJoiner elements = new StringJoiner(",", "[", "]");
    for (int i = random.nextInt(4); i > 0; i--) {
      elements.add(value(depth - 1));
    }
    return elements.toString();
  }
}
