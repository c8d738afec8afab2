package dev.imbrex.manifest.document;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Changes JSON documents: a token here and there, and sometimes a byte. */
final class Mutations {
  private static final Pattern TOKEN =
      Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|[-+.0-9eE]+|true|false|null|[\\[\\]{}:,]");

  private static final String[] STRANGE = {
    "null",
    "0",
    "-1",
    "1e3",
    "1.0",
    "9223372036854775807",
    "9223372036854775808",
    "true",
    "[]",
    "{}",
    "[[]]",
    "{\"a\":{}}",
    "\"\"",
    "\"a/b\"",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"x\":1,",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "",
    "\"config\"",
    "\"layers\"",
    "\"manifests\"",
    "\"mediaType\"",
    "\"application/vnd.oci.image.index.v1+json\"",
    "\"application/vnd.oci.image.manifest.v1+json\"",
    "\"application/vnd.docker.distribution.manifest.v2+json\"",
    "\"sha256:\"",
    "\"unknown\"",
    "\"blake3:ab\"",
    "\"platform\"",
    "\"annotations\"",
    "\"subject\"",
    "\"data\"",
    "\"urls\"",
  };

  private Mutations() {}

  /** The document with one to three changes. */
  static byte[] of(String document, Random random) {
    List<String> tokens = new ArrayList<>();
    TOKEN.matcher(document).results().map(MatchResult::group).forEach(tokens::add);
    for (int change = random.nextInt(3); change >= 0; change--) {
      change(tokens, random);
    }
    byte[] bytes = String.join("", tokens).getBytes(UTF_8);
    if (random.nextInt(8) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private static void change(List<String> tokens, Random random) {
    int at = random.nextInt(tokens.size());
    switch (random.nextInt(8)) {
      case 0 -> tokens.set(at, STRANGE[random.nextInt(STRANGE.length)]);
      case 1 -> tokens.add(at, STRANGE[random.nextInt(STRANGE.length)]);
      case 2 -> tokens.set(at, tokens.get(random.nextInt(tokens.size())));
      case 3 -> tokens.set(at, "");
      default -> likely(tokens, at, random);
    }
  }

  /** Changes a value and leaves the syntax as it is, so that the change is seen further in. */
  private static void likely(List<String> tokens, int from, Random random) {
    for (int at = from; at < tokens.size(); at++) {
      String token = tokens.get(at);
      if (token.startsWith("\"") || (!token.isEmpty() && Character.isDigit(token.charAt(0)))) {
        boolean name = at + 1 < tokens.size() && tokens.get(at + 1).equals(":");
        tokens.set(at, name ? "\"n" + random.nextInt(99) + "\"" : STRANGE[random.nextInt(17)]);
        return;
      }
    }
  }
}
