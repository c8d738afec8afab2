package dev.imbrex.manifest.internal.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SN-D10 to SN-D12, SN-M16, LC-C21, LC-C37 as far as they are about JSON. */
class JsonTest {
  private static final JsonLimits LIMITS = JsonLimits.ofBytes(100_000, "testBytes");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"b\":1,\"a\":2}",
        "{\"n\":[0,-0,1e3,1E+3,1.0,0.10,-1.50e-07,123456789012345678901234567890,1e400,5e-400]}",
        "{\"s\":\"<>&'/=\",\"t\":\"\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\"}",
        "{\"deep\":{\"a\":[[],{},[{\"x\":null}],true,false]}}",
        "{\"\":\"empty name\",\"é😀\":\"é😀\u2028\u007f\"}",
        "{\"lone\":\"\\ud800\",\"turned\":\"\\udc00\\ud800x\",\"\\udfff\":1}",
      })
  void printsWhatItReadWhenItWasCompact(String text) throws Exception {
    assertThat(parse(text).print()).isEqualTo(text.getBytes(UTF_8));
  }

  @Test
  void printsEscapesInTheirShortestForm() throws Exception {
    assertThat(parse(" { \"\\u0061\" : \"\\/\\u00e9\\ud83d\\ude00\\u000A\" } "))
        .hasToString("{\"a\":\"/é😀\\n\"}");
  }

  @Test
  void escapesAsDockerDoesWhenAsked() throws Exception {
    JsonObject object = parse("{\"a<\":\"<b>&\u2028\u2029\"}");
    assertThat(new String(object.print(JsonStyle.DOCKER), UTF_8))
        .isEqualTo("{\"a\\u003c\":\"\\u003cb\\u003e\\u0026\\u2028\\u2029\"}");
    assertThat(new String(object.print(), UTF_8)).isEqualTo("{\"a<\":\"<b>&\u2028\u2029\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`{\"a\":1,\"a\":1}`              | /a",
        "`{\"a\":1,\"\\u0061\":2}`        | /a",
        "`{\"x\":{\"y\":[0,{\"a\":1,\"b\":2,\"a\":3}]}}` | /x/y/1/a",
        "`{\"a/b~c\":1,\"a/b~c\":1}`      | /a~1b~0c",
        "`{\"\":1,\"\":1}`                | /",
        "`{\"\\u0000\":1,\"\\u0000\":1}`  | /\\u0000",
      })
  void refusesAMemberThatAppearsTwice(String text, String where) {
    MalformedContentException e = malformed(text);
    assertThat(e.where()).isEqualTo(where);
    assertThat(e).hasMessage("doc of app:1, at " + where + ": the member appears twice");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`{}{}`    | byte 2",
        "`{} x`    | byte 2",
        "`{}]`     | byte 2",
        "`{},`     | byte 2",
        "`{\"é\":1} 1` | byte 8",
        "`{}\u0000`| byte 2",
      })
  void refusesWhatFollowsTheDocument(String text, String where) {
    MalformedContentException e = malformed(text);
    assertThat(e.where()).isEqualTo(where);
    assertThat(e).hasMessageContaining("expected the end of the document");
  }

  @Test
  void allowsWhiteSpaceAroundTheDocument() throws Exception {
    assertThat(parse(" \t\r\n{} \t\r\n")).isEqualTo(JsonObject.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{a:1}",
        "{'a':1}",
        "[1",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":1e}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":-}",
        "{\"a\":0x1}",
        "{\"a\":tru}",
        "{\"a\":True}",
        "{\"a\":nulll}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"",
        "{\"a\":1 \"b\":2}",
        "{\"a\":[1,]}",
        "{\"a\":[1 2]}",
        "{\"a\":[,1]}",
        "{/* */}",
        "// c\n{}",
        "{\"a\":1}//",
        "# c\n{}",
        "{\"a\" 1}",
        "\u00a0{}",
        "{\u000b}",
        "{\"a\":[}",
        "{\"a\":{]}",
        "[]",
        "1",
        "\"a\"",
        "null",
        "true",
      })
  void refusesWhatIsNoJsonObject(String text) {
    assertThat(malformed(text)).hasMessageStartingWith("doc of app:1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u00ff",
        "\u00c3",
        "\u00c3(",
        "\u00c0\u0080",
        "\u00c1\u00bf",
        "\u00e0\u0080\u00af",
        "\u00ed\u00a0\u0080",
        "\u00ed\u00a0\u00bd\u00ed\u00b8\u0080",
        "\u00f0\u0080\u0080\u0080",
        "\u00f4\u0090\u0080\u0080",
        "\u00f8\u0088\u0080\u0080\u0080",
        "\u0080",
        "\u00e2\u0082",
      })
  void refusesMalformedUtf8(String bytes) {
    MalformedContentException e = malformed(("{\"a\":\"" + bytes + "\"}").getBytes(ISO_8859_1));
    assertThat(e).hasMessageContaining("not UTF-8");
    assertThat(e.where()).isEqualTo("byte 6");
  }

  @Test
  void refusesOtherEncodingsAndAByteOrderMark() {
    assertThat(malformed("\uFEFF{}")).hasMessageContaining("byte order mark");
    assertThat(malformed("{}".getBytes(UTF_16LE)).where()).startsWith("byte");
    assertThat(malformed("{}".getBytes(UTF_16BE)).where()).startsWith("byte");
  }

  @Test
  void limitsDepthInTheDocumentAndNotInTheProgram() throws Exception {
    parse("{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}");
    assertLimit("{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}", "jsonDepth", 64);
    assertLimit("{\"a\":".repeat(15_000), "jsonDepth", 64);
  }

  @Test
  void limitsBytesAndValues() throws Exception {
    assertLimit(" ".repeat(99_999) + "{}", "testBytes", 100_000);
    JsonLimits few = new JsonLimits(100, "testBytes", 3, 4);
    Json.parseObject(bytes("{\"a\":[1,2]}"), "x", few);
    assertThatThrownBy(() -> Json.parseObject(bytes("{\"a\":[1,2,3]}"), "x", few))
        .isInstanceOfSatisfying(
            LimitExceededException.class, e -> assertThat(e.limit()).isEqualTo("jsonValues"));
  }

  @Test
  void readsStringsNamesAndNumbersUpToTheLimitOfTheDocument() throws Exception {
    String large = "7".repeat(30_000);
    JsonObject object = parse("{\"" + large + "\":\"" + large + "\",\"n\":" + large + "}");
    assertThat(object.requireString(large)).isEqualTo(large);
    assertThat(object.findNumberText("n")).contains(large);
    assertThatThrownBy(() -> object.findLong("n"))
        .isInstanceOf(MalformedContentException.class)
        .message()
        .hasSizeLessThan(300);
  }

  @Test
  void saysWhichTypeWasExpectedAndFoundAndWhere() throws Exception {
    JsonObject object = parse("{\"a\":{\"s\":\"x\",\"l\":[\"x\",1],\"o\":[{},null]},\"n\":null}");
    JsonObject a = object.requireObject("a");
    assertThatThrownBy(() -> a.findLong("s"))
        .hasMessage("doc of app:1, at /a/s: expected a number, found a string");
    assertThatThrownBy(() -> a.findStrings("l"))
        .hasMessage("doc of app:1, at /a/l/1: expected a string, found a number");
    assertThatThrownBy(() -> a.findObjects("o"))
        .hasMessage("doc of app:1, at /a/o/1: expected an object, found null");
    assertThatThrownBy(() -> a.findStringMap("l"))
        .hasMessage("doc of app:1, at /a/l: expected an object, found an array");
    assertThatThrownBy(() -> a.findBoolean("s"))
        .hasMessage("doc of app:1, at /a/s: expected a boolean, found a string");
    assertThatThrownBy(() -> object.requireString("n"))
        .hasMessage("doc of app:1, at /n: expected a string, found null");
    assertThatThrownBy(() -> object.requireObject("z"))
        .hasMessage("doc of app:1, at /z: expected an object, found nothing");
    assertThatThrownBy(object::asStringMap)
        .hasMessage("doc of app:1, at /a: expected a string, found an object");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1.0", "1e3", "9223372036854775808", "-9223372036854775809", "0.5", "1E0"})
  void takesOnlyIntegersOf64BitsAsLong(String number) throws Exception {
    JsonObject object = parse("{\"n\":" + number + "}");
    assertThatThrownBy(() -> object.requireLong("n"))
        .hasMessage("doc of app:1, at /n: expected a 64-bit integer, found " + number);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE})
  void readsAndPrintsAllLongs(long number) throws Exception {
    JsonObject object = parse("{\"n\":" + number + "}");
    assertThat(object.requireLong("n")).isEqualTo(number);
    assertThat(JsonObject.empty().with("n", number)).isEqualTo(object);
  }

  @Test
  void tellsAbsentNullAndEmptyApart() throws Exception {
    JsonObject object = parse("{\"null\":null,\"empty\":[]}");
    assertThat(object.findStrings("null")).isEmpty();
    assertThat(object.isNull("null")).isTrue();
    assertThat(object.has("null")).isTrue();
    assertThat(object.findStrings("empty")).contains(List.of());
    assertThat(object.isNull("empty")).isFalse();
    assertThat(object.findStrings("absent")).isEmpty();
    assertThat(object.has("absent")).isFalse();
    assertThat(object.isNull("absent")).isFalse();
  }

  @Test
  void editsCopiesAndKeepsPlaces() throws Exception {
    String text = "{\"a\":1,\"b\":{\"x\":[1e3]},\"c\":\"s\"}";
    JsonObject object = parse(text);
    assertThat(object.with("b", "new").with("d", true))
        .hasToString("{\"a\":1,\"b\":\"new\",\"c\":\"s\",\"d\":true}");
    assertThat(object.without("a").withNull("c")).hasToString("{\"b\":{\"x\":[1e3]},\"c\":null}");
    Map<String, String> map = new LinkedHashMap<>();
    map.put("z", "1");
    map.put("y", "2");
    assertThat(JsonObject.empty().withStringMap("m", map).withStrings("l", List.of("q", "p")))
        .hasToString("{\"m\":{\"z\":\"1\",\"y\":\"2\"},\"l\":[\"q\",\"p\"]}");
    assertThat(JsonObject.empty().withObjects("o", List.of(object, JsonObject.empty())))
        .hasToString("{\"o\":[" + text + ",{}]}");
    assertThat(JsonObject.empty().with("b", 7).withMemberOf(object, "b"))
        .hasToString("{\"b\":{\"x\":[1e3]}}");
    assertThat(object.withMemberOf(JsonObject.empty(), "b")).hasToString("{\"a\":1,\"c\":\"s\"}");
    assertThat(object.without("nothing")).isSameAs(object);
    assertThat(object).hasToString(text);
  }

  @Test
  void placesAMemberBeforeThoseThatComeLater() throws Exception {
    List<String> order = List.of("a", "b", "c", "d");
    assertThat(parse("{\"x\":0,\"a\":0,\"d\":0,\"y\":0,\"b\":1}").placed("b", order))
        .hasToString("{\"x\":0,\"a\":0,\"b\":1,\"d\":0,\"y\":0}");
    assertThat(parse("{\"b\":1,\"a\":0,\"y\":0}").placed("b", order))
        .hasToString("{\"a\":0,\"y\":0,\"b\":1}");
    assertThat(parse("{\"a\":0}").placed("b", order)).hasToString("{\"a\":0}");
  }

  @Test
  void sortsOnlyItsOwnMembers() throws Exception {
    assertThat(parse("{\"b\":{\"z\":1,\"y\":2},\"a\":0,\"B\":0}").sorted())
        .hasToString("{\"B\":0,\"a\":0,\"b\":{\"z\":1,\"y\":2}}");
  }

  @Test
  void isEqualWhateverTheOrderButNotWhateverTheNumber() throws Exception {
    assertThat(parse("{\"a\":1,\"b\":2}"))
        .isEqualTo(parse("{\"b\":2,\"a\":1}"))
        .hasSameHashCodeAs(parse("{\"b\":2,\"a\":1}"))
        .isNotEqualTo(parse("{\"a\":1.0,\"b\":2}"));
  }

  @Test
  void readsAndPrintsArraysOfObjects() throws Exception {
    String text = "[{\"a\":1},{}]";
    List<JsonObject> objects = Json.parseObjects(bytes(text), "doc", LIMITS);
    assertThat(Json.print(objects, JsonStyle.PLAIN)).isEqualTo(bytes(text));
    assertThat(objects.get(0).where()).isEqualTo("/0");
    assertThat(Json.parseObjects(bytes("[]"), "doc", LIMITS)).isEmpty();
    assertThatThrownBy(() -> Json.parseObjects(bytes("null"), "doc", LIMITS))
        .hasMessage("doc: expected an array, found null");
    assertThatThrownBy(() -> Json.parseObjects(bytes("[{},1]"), "doc", LIMITS))
        .hasMessage("doc, at /1: expected an object, found a number");
  }

  @Test
  void showsHostileTextWithoutControlCharactersAndCut() {
    assertThat(Excerpt.of("a\u001b[31m\n\u202e\ud800" + "x".repeat(200)))
        .startsWith("a\\u001b[31m\\u000a\\u202e\\ud800xxx")
        .endsWith("x…")
        .hasSizeLessThan(130);
    MalformedContentException e = malformed("{\"" + "k".repeat(5000) + "\":1,\"\\u001b[2J");
    assertThat(e).message().hasSizeLessThan(300).doesNotContain("\u001b");
  }

  /** Documents made by a generator of its own are read and printed as they are. */
  @Test
  void keepsGeneratedDocuments() throws Exception {
    long seed = Long.getLong("imbrex.seed", 20261123L);
    GeneratedJson generated = new GeneratedJson(new Random(seed));
    for (int i = 0; i < 2000; i++) {
      String text = generated.object(4);
      assertThat(new String(parse(text).print(), UTF_8))
          .as("seed %s, document %s", seed, i)
          .isEqualTo(text);
    }
  }

  /** Whatever bytes come, the answer is an object or a typed refusal. */
  @Test
  void failsOnlyInTypedWaysOnChangedBytes() {
    long seed = Long.getLong("imbrex.seed", 20261124L);
    Random random = new Random(seed);
    GeneratedJson generated = new GeneratedJson(random);
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      byte[] bytes = generated.object(3).getBytes(UTF_8);
      for (int change = random.nextInt(3); change >= 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(Json.parseObject(bytes, "doc", LIMITS).what()).isEqualTo("doc");
      } catch (ImageException e) {
        refused++;
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", document " + i, e);
      }
    }
    assertThat(refused).as("seed %s", seed).isBetween(1000, 4999);
  }

  private static void assertLimit(String text, String limit, long allowed) {
    LimitExceededException e =
        catchThrowableOfType(LimitExceededException.class, () -> parse(text));
    assertThat(e.limit()).isEqualTo(limit);
    assertThat(e.allowed()).isEqualTo(allowed);
    assertThat(e).hasMessageContaining("app:1");
  }

  private static MalformedContentException malformed(String text) {
    return malformed(bytes(text));
  }

  private static MalformedContentException malformed(byte[] bytes) {
    return catchThrowableOfType(
        MalformedContentException.class, () -> Json.parseObject(bytes, "doc of app:1", LIMITS));
  }

  private static JsonObject parse(String text) throws ImageException {
    return Json.parseObject(bytes(text), "doc of app:1", LIMITS);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
