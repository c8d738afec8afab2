package dev.imbrex.manifest.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import org.jspecify.annotations.Nullable;

/**
 * Reads one document, strictly: all of it UTF-8 with no byte order mark, one value and nothing
 * after it, no member twice in an object (SN-D12, LC-C21). One reader reads one document.
 */
final class JsonReader {
  /**
   * Keeps nothing between documents: no table of names seen, no buffers tied to threads. The limits
   * are ours, and are checked before Jackson sees the document or while its tokens are taken.
   */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final String what;
  private final JsonLimits limits;
  private int depth;
  private int values;

  JsonReader(String what, JsonLimits limits) {
    this.what = what;
    this.limits = limits;
  }

  JsonNode read(byte[] bytes) throws LimitExceededException, MalformedContentException {
    if (bytes.length > limits.maxBytes()) {
      throw new LimitExceededException(what, limits.bytesOption(), limits.maxBytes());
    }
    CharBuffer text = decoded(bytes);
    try (JsonParser parser = FACTORY.createParser(text.array(), 0, text.length())) {
      return whole(parser, text);
    } catch (LimitExceededException | MalformedContentException e) {
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("Reading from memory failed", e);
    }
  }

  private JsonNode whole(JsonParser parser, CharBuffer text) throws IOException {
    try {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new MalformedContentException(what, "", "the document is empty");
      }
      JsonNode value = value(first, parser, Place.ROOT);
      requireEnd(parser, text);
      return value;
    } catch (JsonProcessingException e) {
      throw new MalformedContentException(
          what,
          place(text, parser.currentLocation().getCharOffset()),
          "not JSON: " + Excerpt.of(e.getOriginalMessage()),
          e);
    }
  }

  private void requireEnd(JsonParser parser, CharBuffer text) throws IOException {
    long end = parser.currentLocation().getCharOffset();
    boolean more;
    try {
      more = parser.nextToken() != null;
    } catch (JsonProcessingException e) {
      throw trailing(text, end, e);
    }
    if (more) {
      throw trailing(text, end, null);
    }
  }

  private MalformedContentException trailing(
      CharBuffer text, long end, @Nullable JsonProcessingException cause) {
    String problem = "expected the end of the document, found more after it";
    return cause == null
        ? new MalformedContentException(what, place(text, end), problem)
        : new MalformedContentException(what, place(text, end), problem, cause);
  }

  private JsonNode value(JsonToken token, JsonParser parser, Place place) throws IOException {
    if (++values > limits.maxValues()) {
      throw new LimitExceededException(what, JsonLimits.VALUES_OPTION, limits.maxValues());
    }
    return switch (token) {
      case START_OBJECT -> object(parser, place);
      case START_ARRAY -> array(parser, place);
      case VALUE_STRING -> new TextNode(parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonNumber(parser.getText());
      case VALUE_TRUE -> BooleanNode.TRUE;
      case VALUE_FALSE -> BooleanNode.FALSE;
      case VALUE_NULL -> NullNode.instance;
      default -> throw new AssertionError(token);
    };
  }

  private ObjectNode object(JsonParser parser, Place place) throws IOException {
    enter();
    ObjectNode object = NODES.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      Place member = place.member(name);
      if (object.has(name)) {
        throw new MalformedContentException(what, member.toString(), "the member appears twice");
      }
      object.set(name, value(parser.nextToken(), parser, member));
    }
    depth--;
    return object;
  }

  private ArrayNode array(JsonParser parser, Place place) throws IOException {
    enter();
    ArrayNode array = NODES.arrayNode();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      array.add(value(token, parser, place.element(array.size())));
    }
    depth--;
    return array;
  }

  private void enter() throws LimitExceededException {
    if (++depth > limits.maxDepth()) {
      throw new LimitExceededException(what, JsonLimits.DEPTH_OPTION, limits.maxDepth());
    }
  }

  private CharBuffer decoded(byte[] bytes) throws MalformedContentException {
    CharsetDecoder decoder =
        UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      throw new MalformedContentException(what, "byte " + in.position(), "not UTF-8");
    }
    out.flip();
    if (out.length() > 0 && out.charAt(0) == '\uFEFF') {
      throw new MalformedContentException(what, "byte 0", "expected no byte order mark");
    }
    return out;
  }

  private static String place(CharBuffer text, long chars) {
    int end = (int) Math.max(0, Math.min(chars, text.length()));
    return "byte " + text.subSequence(0, end).toString().getBytes(UTF_8).length;
  }
}
