package dev.imbrex.manifest.internal.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.util.List;

/**
 * Reads and prints JSON documents. Reading is strict: UTF-8 with no byte order mark, nothing after
 * the document, no member twice in an object, and nothing larger or deeper than the limits.
 */
public final class Json {
  private Json() {}

  /**
   * Reads a document that is an object.
   *
   * @param what the document, as a message names it: {@code "config of app:1"}
   * @throws MalformedContentException if it is not JSON, or not an object
   * @throws LimitExceededException if it exceeds a limit
   */
  public static JsonObject parseObject(byte[] bytes, String what, JsonLimits limits)
      throws LimitExceededException, MalformedContentException {
    JsonNode value = new JsonReader(what, limits).read(bytes);
    if (value instanceof ObjectNode object) {
      return new JsonObject(object, what, Place.ROOT);
    }
    throw JsonObject.unexpected(what, Place.ROOT, "an object", value);
  }

  /**
   * Reads a document that is an array of objects, as {@code manifest.json} of a Docker archive is.
   *
   * @param what the document, as a message names it
   * @throws MalformedContentException if it is not JSON, or not an array of objects
   * @throws LimitExceededException if it exceeds a limit
   */
  public static List<JsonObject> parseObjects(byte[] bytes, String what, JsonLimits limits)
      throws LimitExceededException, MalformedContentException {
    JsonNode value = new JsonReader(what, limits).read(bytes);
    return JsonObject.objectsOf(value, what, Place.ROOT);
  }

  /** Prints an array of objects. */
  public static byte[] print(List<JsonObject> objects, JsonStyle style) {
    return JsonWriter.print(arrayOf(objects), style);
  }

  static ArrayNode arrayOf(List<JsonObject> objects) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode(objects.size());
    objects.forEach(object -> array.add(object.node()));
    return array;
  }
}
