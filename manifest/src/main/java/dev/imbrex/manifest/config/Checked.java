package dev.imbrex.manifest.config;

import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.internal.json.JsonObject;
import java.util.List;

/** Reading members whose types were checked when the document was read, and writing them. */
final class Checked {
  private Checked() {}

  /** Reads something from JSON. */
  @FunctionalInterface
  interface Reading<T> {
    /** Reads it. */
    T read() throws MalformedContentException;
  }

  /** What is read, from a document of which this was read before. */
  static <T> T again(Reading<T> reading) {
    try {
      return reading.read();
    } catch (MalformedContentException e) {
      throw new AssertionError("Read well before: " + e.getMessage(), e);
    }
  }

  /** The edited object, in which a member that was not there before takes its place in an order. */
  static JsonObject placed(JsonObject before, JsonObject edited, String name, List<String> order) {
    return before.has(name) ? edited : edited.placed(name, order);
  }
}
