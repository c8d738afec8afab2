package dev.imbrex.manifest.digest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.imbrex.manifest.digest.InvalidDigestException.Reason;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
  // The values are of sha256sum and sha512sum (GNU coreutils).
  private static final String SHA256_ABC =
      "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  private static final String SHA512_ABC =
      "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
          + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";
  private static final String SHA512_EMPTY =
      "sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
          + "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e";

  /** LC-C11: text that is no digest is none before it gets near a path. */
  @Nested
  class Parsing {
    @ParameterizedTest(name = "SN-D1: {0}")
    @ValueSource(
        strings = {
          SHA256_ABC,
          SHA512_ABC,
          "a:b",
          "sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564",
          "multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8",
          "blake3:AF1349B9F5F9A1A6A0404DEA36DCC9499BCB25C9ADC112B7CC9A93CAE41F3262",
          "a+b.c_d-e:=_-",
          "9:0",
          "sha384:x"
        })
    void printsWhatItRead(String text) {
      Digest digest = Digest.parse(text);

      assertThat(digest).hasToString(text);
      assertThat(digest.algorithm() + ':' + digest.encoded()).isEqualTo(text);
    }

    static Stream<Arguments> refused() {
      String hex = "a".repeat(64);
      return Stream.of(
          // SN-D1: the grammar
          Arguments.of("", Reason.MALFORMED),
          Arguments.of(":", Reason.MALFORMED),
          Arguments.of("sha256:", Reason.MALFORMED),
          Arguments.of(":" + hex, Reason.MALFORMED),
          Arguments.of(hex, Reason.MALFORMED),
          Arguments.of("sha256", Reason.MALFORMED),
          Arguments.of("sha256" + hex, Reason.MALFORMED),
          Arguments.of("sha256::" + hex, Reason.MALFORMED),
          Arguments.of("sha256:" + hex + ":", Reason.MALFORMED),
          Arguments.of("SHA256:" + hex, Reason.MALFORMED),
          Arguments.of("Sha256:" + hex, Reason.MALFORMED),
          Arguments.of(" sha256:" + hex, Reason.MALFORMED),
          Arguments.of("sha256:" + hex + " ", Reason.MALFORMED),
          Arguments.of("sha256:" + hex + "\n", Reason.MALFORMED),
          Arguments.of("sha256: " + hex, Reason.MALFORMED),
          Arguments.of("+a:" + hex, Reason.MALFORMED),
          Arguments.of("a+:" + hex, Reason.MALFORMED),
          Arguments.of("a++b:" + hex, Reason.MALFORMED),
          Arguments.of("a+-b:" + hex, Reason.MALFORMED),
          Arguments.of("a b:" + hex, Reason.MALFORMED),
          Arguments.of("é:" + hex, Reason.MALFORMED),
          Arguments.of("a:é", Reason.MALFORMED),
          Arguments.of("a:٣", Reason.MALFORMED),
          Arguments.of("a:b\0", Reason.MALFORMED),
          Arguments.of("a:b+c", Reason.MALFORMED),
          // SN-D2: the count is tested before the digits
          Arguments.of("sha256:" + hex.substring(1), Reason.WRONG_LENGTH),
          Arguments.of("sha256:" + hex + "a", Reason.WRONG_LENGTH),
          Arguments.of("sha256:" + "A".repeat(63), Reason.WRONG_LENGTH),
          Arguments.of("sha256:" + "Z=_-", Reason.WRONG_LENGTH),
          Arguments.of("sha512:" + hex, Reason.WRONG_LENGTH),
          Arguments.of("sha256:" + hex + hex, Reason.WRONG_LENGTH),
          Arguments.of("sha256:" + "A".repeat(64), Reason.MALFORMED),
          Arguments.of("sha256:" + hex.substring(1) + "A", Reason.MALFORMED),
          Arguments.of("sha256:A" + hex.substring(1), Reason.MALFORMED),
          Arguments.of("sha256:" + hex.substring(1) + "g", Reason.MALFORMED),
          Arguments.of("sha256:" + hex.substring(1) + "=", Reason.MALFORMED),
          Arguments.of("sha512:" + "A".repeat(128), Reason.MALFORMED),
          // SN-D4: nothing that could walk a file system
          Arguments.of("..", Reason.MALFORMED),
          Arguments.of("..:" + hex, Reason.MALFORMED),
          Arguments.of(".:" + hex, Reason.MALFORMED),
          Arguments.of("a..b:" + hex, Reason.MALFORMED),
          Arguments.of("../a:" + hex, Reason.MALFORMED),
          Arguments.of("a/b:" + hex, Reason.MALFORMED),
          Arguments.of("a\\b:" + hex, Reason.MALFORMED),
          Arguments.of("sha256:..", Reason.MALFORMED),
          Arguments.of("a:..", Reason.MALFORMED),
          Arguments.of("a:.", Reason.MALFORMED),
          Arguments.of("a:../../etc/passwd", Reason.MALFORMED),
          Arguments.of("a:b/c", Reason.MALFORMED),
          Arguments.of("a:b\\c", Reason.MALFORMED),
          Arguments.of("sha256:../" + hex.substring(3), Reason.MALFORMED));
    }

    @ParameterizedTest(name = "{0} is {1}")
    @MethodSource("refused")
    void refusesWhatIsNoDigest(String text, Reason reason) {
      assertThatExceptionOfType(InvalidDigestException.class)
          .isThrownBy(() -> Digest.parse(text))
          .satisfies(
              e -> {
                assertThat(e.reason()).isEqualTo(reason);
                assertThat(e.input()).isEqualTo(text);
              });
    }

    @Test
    void namesTheCountsInTheMessage() {
      assertThatExceptionOfType(InvalidDigestException.class)
          .isThrownBy(() -> Digest.parse("sha512:abc"))
          .withMessage("Digest \"sha512:abc\": sha512 has 128 hex digits, not 3");
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without null checks may do
    void refusesNull() {
      assertThatNullPointerException().isThrownBy(() -> Digest.parse(null));
    }

    @ParameterizedTest
    @CsvSource({"a,:b", "a.,a:b", "a-,a:b", "a,''", "a.,:b.", "sha256:,a", "a:,A", ":,:", "a--,:c"})
    @Timeout(30)
    void readsAMillionCharactersAtOnce(String repeated, String end) {
      String text = repeated.repeat(1_000_000 / repeated.length()) + end;
      boolean wellFormed = end.endsWith(":b");

      assertThat(wellFormed ? Digest.parse(text).toString() : reasonOf(text))
          .isEqualTo(wellFormed ? text : "MALFORMED");
    }

    private String reasonOf(String text) {
      try {
        return "accepted " + Digest.parse(text).algorithm();
      } catch (InvalidDigestException e) {
        assertThat(e.getMessage()).hasSizeLessThan(1000);
        return e.reason().toString();
      }
    }
  }

  @Nested
  class AnUnknownAlgorithm {
    // SN-D3
    private final Digest unknown = Digest.parse("a.b:Zz=");

    @Test
    void isCarriedButNotVerifiedWith() {
      assertThat(unknown.findAlgorithm()).isEmpty();
      assertThat(unknown.algorithm()).isEqualTo("a.b");
      assertThat(unknown.encoded()).isEqualTo("Zz=");
      assertThatExceptionOfType(InvalidDigestException.class)
          .isThrownBy(unknown::requireAlgorithm)
          .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED))
          .withMessage("Digest \"a.b:Zz=\": the algorithm is not supported");
    }

    @Test
    void cannotLeaveADirectoryOfItsName() {
      Path root = Path.of("blobs");
      Path blob = root.resolve(unknown.algorithm()).resolve(unknown.encoded());

      assertThat(blob.normalize()).isEqualTo(blob);
      assertThat(blob.getNameCount()).isEqualTo(3);
    }
  }

  @Test
  void hashesBytes() {
    assertThat(Digest.sha256(bytes("abc"))).hasToString(SHA256_ABC);
    assertThat(Digest.of(DigestAlgorithm.SHA512, bytes("abc"))).hasToString(SHA512_ABC);
    assertThat(Digest.of(DigestAlgorithm.SHA512, new byte[0])).hasToString(SHA512_EMPTY);
    // SN-D8
    assertThat(Digest.sha256(bytes("{}")))
        .hasToString("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    assertThat(Digest.sha256(new byte[0]))
        .hasToString("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  @Test
  void makesWhatItReads() {
    for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
      Digest digest = Digest.of(algorithm, bytes("abc"));

      assertThat(Digest.parse(digest.toString())).isEqualTo(digest).hasSameHashCodeAs(digest);
      assertThat(digest.requireAlgorithm()).isEqualTo(algorithm);
      assertThat(digest.algorithm()).isEqualTo(algorithm.toString());
      assertThat(digest.encoded()).hasSize(algorithm.encodedLength());
    }
  }

  @Test
  void shortensToTwelveCharacters() {
    assertThat(Digest.parse(SHA256_ABC).shortId()).isEqualTo("ba7816bf8f01");
    assertThat(Digest.parse("a:bc").shortId()).isEqualTo("bc");
  }

  @Test
  void isOrderedAndEqualByItsText() {
    List<Digest> sorted =
        Stream.of("b:a", "a:z", "a:b", SHA256_ABC).map(Digest::parse).sorted().toList();

    assertThat(sorted)
        .extracting(Digest::toString)
        .containsExactly("a:b", "a:z", "b:a", SHA256_ABC);
    assertThat(Digest.parse("a:b")).isNotEqualTo(Digest.parse("a:B")).isNotEqualTo("a:b");
  }

  @Nested
  class TheDigester {
    @Test
    void takesBytesInAnyPieces() {
      byte[] bytes = new byte[1_000_000];
      Arrays.fill(bytes, (byte) 'a');
      Digester digester = DigestAlgorithm.SHA256.newDigester();

      digester.update(bytes, 0, 1);
      digester.update(bytes, 17, 0);
      ByteBuffer middle = ByteBuffer.wrap(bytes, 1, 499_999);
      digester.update(middle);
      ByteBuffer direct = ByteBuffer.allocateDirect(500_000).put(bytes, 500_000, 500_000).flip();
      digester.update(direct);

      assertThat(middle.hasRemaining()).isFalse();
      // FIPS 180-2, appendix B.3
      assertThat(digester.finish())
          .hasToString("sha256:cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    }

    @Test
    void startsAnewAfterTheEnd() {
      Digester digester = DigestAlgorithm.SHA512.newDigester();
      digester.update(bytes("xyz"), 0, 3);
      digester.finish();

      assertThat(digester.finish()).hasToString(SHA512_EMPTY);
      digester.update(bytes("xabcx"), 1, 3);
      assertThat(digester.finish()).hasToString(SHA512_ABC);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA256", "sha-256", "sha384", "md5", "", "sha2560", " sha256"})
  void knowsNoOtherAlgorithm(String name) {
    assertThat(DigestAlgorithm.find(name)).isEmpty();
  }

  @Test
  void knowsItsAlgorithmsByName() {
    assertThat(DigestAlgorithm.find("sha256")).contains(DigestAlgorithm.SHA256);
    assertThat(DigestAlgorithm.find("sha512")).contains(DigestAlgorithm.SHA512);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }

  @ParameterizedTest
  @EnumSource(DigestAlgorithm.class)
  void goesOnInACopyByItself(DigestAlgorithm algorithm) {
    Digester digester = algorithm.newDigester();
    digester.update(new byte[] {1, 2, 3}, 0, 3);
    Digester copy = digester.copy().orElseThrow();
    digester.update(new byte[] {4}, 0, 1);
    copy.update(new byte[] {5}, 0, 1);
    Digester whole = algorithm.newDigester();
    whole.update(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
    assertThat(digester.finish()).isEqualTo(whole.finish());
    whole.update(ByteBuffer.wrap(new byte[] {1, 2, 3, 5}));
    assertThat(copy.finish()).isEqualTo(whole.finish());
  }
}
