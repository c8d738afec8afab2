package dev.imbrex.manifest.internal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ValueNode;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A number as it was written. Jackson's own number nodes keep the value and print {@code 1e3} or
 * {@code 1.0} in their own way; a document that was not meant to change there must not (SN-D10).
 */
final class JsonNumber extends ValueNode {
  private static final long serialVersionUID = 1L;

  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,19}");

  private final String text;

  JsonNumber(String text) {
    this.text = text;
  }

  static JsonNumber of(long value) {
    return new JsonNumber(Long.toString(value));
  }

  /** The value, if it is written as an integer and fits. */
  OptionalLong asInteger() {
    if (!INTEGER.matcher(text).matches()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public JsonNodeType getNodeType() {
    return JsonNodeType.NUMBER;
  }

  @Override
  public JsonToken asToken() {
    return text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'))
        ? JsonToken.VALUE_NUMBER_INT
        : JsonToken.VALUE_NUMBER_FLOAT;
  }

  @Override
  public String asText() {
    return text;
  }

  @Override
  public void serialize(JsonGenerator generator, SerializerProvider provider) throws IOException {
    generator.writeNumber(text);
  }

  @Override
  public void serializeWithType(
      JsonGenerator generator, SerializerProvider provider, TypeSerializer typeSerializer)
      throws IOException {
    serialize(generator, provider);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JsonNumber that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
