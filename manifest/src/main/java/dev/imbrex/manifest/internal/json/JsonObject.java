package dev.imbrex.manifest.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.imbrex.manifest.error.MalformedContentException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that remembers where it stands. Members keep their order, and those that nobody
 * asks for survive every modification, numbers as they were written.
 *
 * <p>Immutable: {@code with…} returns a copy. A look-up takes {@code null} for absent, as the
 * formats do; {@link #isNull} tells them apart. A value of another type than the one asked for is a
 * {@link MalformedContentException} that names the document and the place in it.
 *
 * <p>Equal to an object with equal members in any order; numbers are equal if they are written
 * alike.
 */
public final class JsonObject {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonObject EMPTY =
      new JsonObject(NODES.objectNode(), "new document", Place.ROOT);

  // Never changed once it is here, so copies may share what they have in common.
  private final ObjectNode node;
  private final String what;
  private final Place place;

  JsonObject(ObjectNode node, String what, Place place) {
    this.node = node;
    this.what = what;
    this.place = place;
  }

  /** The object without members. */
  public static JsonObject empty() {
    return EMPTY;
  }

  /** The document it is from, as a message names it. */
  public String what() {
    return what;
  }

  /** Where it stands in its document, as a JSON pointer; empty for the whole. */
  public String where() {
    return place.toString();
  }

  /** The names of its members, in their order. */
  public List<String> names() {
    List<String> names = new ArrayList<>(node.size());
    node.fieldNames().forEachRemaining(names::add);
    return Collections.unmodifiableList(names);
  }

  /** Whether there is such a member, be it null. */
  public boolean has(String name) {
    return node.has(name);
  }

  /** Whether there is such a member, and it is null. */
  public boolean isNull(String name) {
    return node.get(name) instanceof NullNode;
  }

  /** The string of this name. */
  public Optional<String> findString(String name) throws MalformedContentException {
    return find(name, JsonNodeType.STRING, "a string").map(JsonNode::textValue);
  }

  /** The string of this name, which must be there. */
  public String requireString(String name) throws MalformedContentException {
    return findString(name).orElseThrow(() -> missing(name, "a string"));
  }

  /** The boolean of this name. */
  public Optional<Boolean> findBoolean(String name) throws MalformedContentException {
    return find(name, JsonNodeType.BOOLEAN, "a boolean").map(JsonNode::booleanValue);
  }

  /** The number of this name, which must be written as an integer and fit 64 bits. */
  public Optional<Long> findLong(String name) throws MalformedContentException {
    Optional<JsonNode> number = find(name, JsonNodeType.NUMBER, "a number");
    return number.isEmpty() ? Optional.empty() : Optional.of(integer(name, number.get()));
  }

  /** The integer of this name, which must be there. */
  public long requireLong(String name) throws MalformedContentException {
    return findLong(name).orElseThrow(() -> missing(name, "a number"));
  }

  /** The number of this name, as it is written. */
  public Optional<String> findNumberText(String name) throws MalformedContentException {
    return find(name, JsonNodeType.NUMBER, "a number").map(JsonNode::asText);
  }

  /** The object of this name. */
  public Optional<JsonObject> findObject(String name) throws MalformedContentException {
    return find(name, JsonNodeType.OBJECT, "an object")
        .map(object -> new JsonObject((ObjectNode) object, what, place.member(name)));
  }

  /** The object of this name, which must be there. */
  public JsonObject requireObject(String name) throws MalformedContentException {
    return findObject(name).orElseThrow(() -> missing(name, "an object"));
  }

  /** The array of objects of this name. */
  public Optional<List<JsonObject>> findObjects(String name) throws MalformedContentException {
    Optional<JsonNode> array = find(name, JsonNodeType.ARRAY, "an array");
    return array.isEmpty()
        ? Optional.empty()
        : Optional.of(objectsOf(array.get(), what, place.member(name)));
  }

  /** The array of strings of this name. */
  public Optional<List<String>> findStrings(String name) throws MalformedContentException {
    Optional<JsonNode> array = find(name, JsonNodeType.ARRAY, "an array");
    return array.isEmpty()
        ? Optional.empty()
        : Optional.of(stringsOf(array.get(), what, place.member(name)));
  }

  /** The object of this name whose members are all strings, in their order. */
  public Optional<Map<String, String>> findStringMap(String name) throws MalformedContentException {
    Optional<JsonObject> object = findObject(name);
    return object.isEmpty() ? Optional.empty() : Optional.of(object.get().asStringMap());
  }

  /** All members, which must be strings, in their order. */
  public Map<String, String> asStringMap() throws MalformedContentException {
    Map<String, String> map = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      Place at = place.member(member.getKey());
      map.put(member.getKey(), text(member.getValue(), what, at));
    }
    return Collections.unmodifiableMap(map);
  }

  /** A copy with a string; an existing member keeps its place, a new one comes last. */
  public JsonObject with(String name, String value) {
    return put(name, new TextNode(value));
  }

  /** A copy with an integer. */
  public JsonObject with(String name, long value) {
    return put(name, JsonNumber.of(value));
  }

  /** A copy with a boolean. */
  public JsonObject with(String name, boolean value) {
    return put(name, BooleanNode.valueOf(value));
  }

  /** A copy with an object. */
  public JsonObject with(String name, JsonObject value) {
    return put(name, value.node);
  }

  /** A copy with null. */
  public JsonObject withNull(String name) {
    return put(name, NullNode.instance);
  }

  /** A copy with an array of objects. */
  public JsonObject withObjects(String name, List<JsonObject> values) {
    return put(name, Json.arrayOf(values));
  }

  /** A copy with an array of strings. */
  public JsonObject withStrings(String name, List<String> values) {
    ArrayNode array = NODES.arrayNode(values.size());
    values.forEach(array::add);
    return put(name, array);
  }

  /** A copy with an object whose members are strings, in the order of the map. */
  public JsonObject withStringMap(String name, Map<String, String> values) {
    ObjectNode object = NODES.objectNode();
    values.forEach(object::put);
    return put(name, object);
  }

  /** A copy with the value that another object has under this name, or without, as it has none. */
  public JsonObject withMemberOf(JsonObject other, String name) {
    JsonNode value = other.node.get(name);
    return value == null ? without(name) : put(name, value);
  }

  /** A copy without the member; the same object if there is none. */
  public JsonObject without(String name) {
    if (!has(name)) {
      return this;
    }
    ObjectNode copy = copy();
    copy.remove(name);
    return new JsonObject(copy, what, place);
  }

  /**
   * A copy in which one member stands where an order puts it: before the first other member that
   * comes later in that order, or last. The other members keep theirs.
   */
  public JsonObject placed(String name, List<String> order) {
    JsonNode value = node.get(name);
    if (value == null) {
      return this;
    }
    List<String> later = order.subList(order.indexOf(name) + 1, order.size());
    ObjectNode copy = NODES.objectNode();
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      if (!copy.has(name) && later.contains(member.getKey())) {
        copy.set(name, value);
      }
      if (!member.getKey().equals(name)) {
        copy.set(member.getKey(), member.getValue());
      }
    }
    copy.set(name, value);
    return new JsonObject(copy, what, place);
  }

  /** A copy whose own members are sorted by name, as Docker prints a config (SN-D11). */
  public JsonObject sorted() {
    ObjectNode copy = NODES.objectNode();
    names().stream().sorted().forEach(name -> copy.set(name, node.get(name)));
    return new JsonObject(copy, what, place);
  }

  /** A copy that errors name differently. */
  public JsonObject named(String newWhat) {
    return new JsonObject(node, newWhat, place);
  }

  /** An error about one member. */
  public MalformedContentException malformed(String name, String problem) {
    return new MalformedContentException(what, place.member(name).toString(), problem);
  }

  /** An error about one member, with the failure behind it. */
  public MalformedContentException malformed(String name, String problem, Throwable cause) {
    return new MalformedContentException(what, place.member(name).toString(), problem, cause);
  }

  /** The object as a document: compact UTF-8. */
  public byte[] print() {
    return print(JsonStyle.PLAIN);
  }

  /** The object as a document in the given style. */
  public byte[] print(JsonStyle style) {
    return JsonWriter.print(node, style);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JsonObject that && node.equals(that.node);
  }

  @Override
  public int hashCode() {
    return node.hashCode();
  }

  /** The object as text, with everything in it; for a debugger. */
  @Override
  public String toString() {
    return new String(print(), UTF_8);
  }

  ObjectNode node() {
    return node;
  }

  static List<JsonObject> objectsOf(JsonNode array, String what, Place place)
      throws MalformedContentException {
    if (!array.isArray()) {
      throw unexpected(what, place, "an array", array);
    }
    List<JsonObject> objects = new ArrayList<>(array.size());
    for (JsonNode element : array) {
      Place at = place.element(objects.size());
      if (!(element instanceof ObjectNode object)) {
        throw unexpected(what, at, "an object", element);
      }
      objects.add(new JsonObject(object, what, at));
    }
    return Collections.unmodifiableList(objects);
  }

  static MalformedContentException unexpected(
      String what, Place place, String expected, JsonNode found) {
    return new MalformedContentException(
        what, place.toString(), "expected " + expected + ", found " + described(found));
  }

  private static List<String> stringsOf(JsonNode array, String what, Place place)
      throws MalformedContentException {
    List<String> strings = new ArrayList<>(array.size());
    for (JsonNode element : array) {
      strings.add(text(element, what, place.element(strings.size())));
    }
    return Collections.unmodifiableList(strings);
  }

  private static String text(JsonNode value, String what, Place place)
      throws MalformedContentException {
    if (!value.isTextual()) {
      throw unexpected(what, place, "a string", value);
    }
    return value.textValue();
  }

  private static String described(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "a boolean";
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      case NULL -> "null";
      default -> throw new AssertionError(value.getNodeType());
    };
  }

  private Optional<JsonNode> find(String name, JsonNodeType type, String expected)
      throws MalformedContentException {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (value.getNodeType() != type) {
      throw unexpected(what, place.member(name), expected, value);
    }
    return Optional.of(value);
  }

  private long integer(String name, JsonNode number) throws MalformedContentException {
    OptionalLong value = ((JsonNumber) number).asInteger();
    return value.orElseThrow(
        () -> malformed(name, "expected a 64-bit integer, found " + Excerpt.of(number.asText())));
  }

  private MalformedContentException missing(String name, String expected) {
    return malformed(name, "expected " + expected + ", found " + (has(name) ? "null" : "nothing"));
  }

  private JsonObject put(String name, JsonNode value) {
    ObjectNode copy = copy();
    copy.set(name, value);
    return new JsonObject(copy, what, place);
  }

  /** A copy of the members; the values are shared, since nobody changes them. */
  private ObjectNode copy() {
    ObjectNode copy = NODES.objectNode();
    copy.setAll(node);
    return copy;
  }
}
