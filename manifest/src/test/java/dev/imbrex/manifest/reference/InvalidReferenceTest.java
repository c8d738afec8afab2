package dev.imbrex.manifest.reference;

import static dev.imbrex.manifest.reference.ReferenceParseTest.HEX;
import static dev.imbrex.manifest.reference.ReferenceParseTest.SHA256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.imbrex.manifest.digest.InvalidDigestException;
import dev.imbrex.manifest.reference.InvalidReferenceException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SN-R17: what is no reference, and why. */
class InvalidReferenceTest {
  private static final String LONG = "a/".repeat(127) + "aa";

  /** Refused for the same reason by both ways to parse. */
  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of("", Reason.EMPTY),
        // SN-R1: the parts
        Arguments.of(" ", Reason.INVALID_FORMAT),
        Arguments.of("/", Reason.INVALID_FORMAT),
        Arguments.of("//", Reason.INVALID_FORMAT),
        Arguments.of(":", Reason.INVALID_FORMAT),
        Arguments.of("@", Reason.INVALID_FORMAT),
        Arguments.of(":1", Reason.INVALID_FORMAT),
        Arguments.of("@" + SHA256, Reason.INVALID_FORMAT),
        Arguments.of(":1@" + SHA256, Reason.INVALID_FORMAT),
        Arguments.of("/app", Reason.INVALID_FORMAT),
        Arguments.of("app/", Reason.INVALID_FORMAT),
        Arguments.of("a.b/", Reason.INVALID_FORMAT),
        Arguments.of("docker.io/", Reason.INVALID_FORMAT),
        Arguments.of("docker.io/:1", Reason.INVALID_FORMAT),
        Arguments.of("docker.io/@" + SHA256, Reason.INVALID_FORMAT),
        Arguments.of("a:1:2", Reason.INVALID_FORMAT),
        Arguments.of("a.b/c:1:2", Reason.INVALID_FORMAT),
        Arguments.of("a.b/c:1/d", Reason.INVALID_FORMAT),
        Arguments.of("https://a.b/c", Reason.INVALID_FORMAT),
        Arguments.of("docker://a", Reason.INVALID_FORMAT),
        Arguments.of("-user@a.b/c", Reason.INVALID_FORMAT),
        // whole strings, ASCII only
        Arguments.of(" app", Reason.INVALID_FORMAT),
        Arguments.of("app ", Reason.INVALID_FORMAT),
        Arguments.of("app\n", Reason.INVALID_FORMAT),
        Arguments.of("\napp", Reason.INVALID_FORMAT),
        Arguments.of("a\tb", Reason.INVALID_FORMAT),
        Arguments.of("app\0", Reason.INVALID_FORMAT),
        Arguments.of("äpp", Reason.INVALID_FORMAT),
        Arguments.of("É", Reason.INVALID_FORMAT),
        Arguments.of("a٣", Reason.INVALID_FORMAT),
        Arguments.of("aı", Reason.INVALID_FORMAT),
        Arguments.of("a\uD83D\uDE00", Reason.INVALID_FORMAT),
        Arguments.of("ä.b/c", Reason.INVALID_FORMAT),
        Arguments.of("a\u202eb", Reason.INVALID_FORMAT),
        // SN-R2: separators
        Arguments.of("a//b", Reason.INVALID_FORMAT),
        Arguments.of("a..b", Reason.INVALID_FORMAT),
        Arguments.of("a___b", Reason.INVALID_FORMAT),
        Arguments.of("a._b", Reason.INVALID_FORMAT),
        Arguments.of("a_.b", Reason.INVALID_FORMAT),
        Arguments.of("a-_b", Reason.INVALID_FORMAT),
        Arguments.of("a_-b", Reason.INVALID_FORMAT),
        Arguments.of("a-.b", Reason.INVALID_FORMAT),
        Arguments.of("a.-b", Reason.INVALID_FORMAT),
        Arguments.of("a-__-b", Reason.INVALID_FORMAT),
        Arguments.of("-a", Reason.INVALID_FORMAT),
        Arguments.of("a-", Reason.INVALID_FORMAT),
        Arguments.of("_a", Reason.INVALID_FORMAT),
        Arguments.of("a_", Reason.INVALID_FORMAT),
        Arguments.of(".a", Reason.INVALID_FORMAT),
        Arguments.of("a.", Reason.INVALID_FORMAT),
        Arguments.of("..", Reason.INVALID_FORMAT),
        Arguments.of("../a", Reason.INVALID_FORMAT),
        Arguments.of("a.b/../c", Reason.INVALID_FORMAT),
        Arguments.of("a.b/c-/d", Reason.INVALID_FORMAT),
        Arguments.of("a.b/-c", Reason.INVALID_FORMAT),
        Arguments.of("a\\b", Reason.INVALID_FORMAT),
        Arguments.of("a+b", Reason.INVALID_FORMAT),
        Arguments.of("$HOME", Reason.UPPER_CASE),
        Arguments.of("a%2fb", Reason.INVALID_FORMAT),
        // SN-R3: domains
        Arguments.of("a_b:80/c", Reason.INVALID_FORMAT),
        Arguments.of("a_b.c:80/d", Reason.INVALID_FORMAT),
        Arguments.of("-a.b/c", Reason.INVALID_FORMAT),
        Arguments.of("a-.b/c", Reason.INVALID_FORMAT),
        Arguments.of("a..b/c", Reason.INVALID_FORMAT),
        Arguments.of(".a.b/c", Reason.INVALID_FORMAT),
        Arguments.of("a.b./c", Reason.INVALID_FORMAT),
        Arguments.of("a.b:/c", Reason.INVALID_FORMAT),
        Arguments.of("a.b:x/c", Reason.INVALID_FORMAT),
        Arguments.of("a.b:-1/c", Reason.INVALID_FORMAT),
        Arguments.of("a.b:80:80/c", Reason.INVALID_FORMAT),
        Arguments.of("a.b:٣/c", Reason.INVALID_FORMAT),
        Arguments.of(":80/c", Reason.INVALID_FORMAT),
        Arguments.of("::1/c", Reason.INVALID_FORMAT),
        Arguments.of("[::1/c", Reason.INVALID_FORMAT),
        Arguments.of("::1]/c", Reason.INVALID_FORMAT),
        Arguments.of("[]/c", Reason.INVALID_FORMAT),
        Arguments.of("[]:80/c", Reason.INVALID_FORMAT),
        Arguments.of("[::1]80/c", Reason.INVALID_FORMAT),
        Arguments.of("[::1]:/c", Reason.INVALID_FORMAT),
        Arguments.of("[::1]]/c", Reason.INVALID_FORMAT),
        Arguments.of("[[::1]]/c", Reason.INVALID_FORMAT),
        Arguments.of("a[::1]/c", Reason.INVALID_FORMAT),
        Arguments.of("[fe80::1%25eth0]/c", Reason.INVALID_FORMAT),
        Arguments.of("[fe80::1%eth0]/c", Reason.INVALID_FORMAT),
        Arguments.of("[::ffff:1.2.3.4]/c", Reason.INVALID_FORMAT),
        Arguments.of("[::g]/c", Reason.INVALID_FORMAT),
        Arguments.of("[::1]", Reason.INVALID_FORMAT),
        // SN-R4: tags
        Arguments.of("app:", Reason.INVALID_TAG),
        Arguments.of("app:.1", Reason.INVALID_TAG),
        Arguments.of("app:-1", Reason.INVALID_TAG),
        Arguments.of("app:1+2", Reason.INVALID_TAG),
        Arguments.of("app: 1", Reason.INVALID_TAG),
        Arguments.of("app:1 ", Reason.INVALID_TAG),
        Arguments.of("app:1\n", Reason.INVALID_TAG),
        Arguments.of("app:é", Reason.INVALID_TAG),
        Arguments.of("app:٣", Reason.INVALID_TAG),
        Arguments.of("app:" + "t".repeat(129), Reason.INVALID_TAG),
        Arguments.of("app:@" + SHA256, Reason.INVALID_TAG),
        Arguments.of("a.b:80/app:..", Reason.INVALID_TAG),
        // SN-R5: digests, three kinds of wrong
        Arguments.of("app@", Reason.INVALID_DIGEST),
        Arguments.of("app:1@", Reason.INVALID_DIGEST),
        Arguments.of("app@" + HEX, Reason.INVALID_DIGEST),
        Arguments.of("app@sha256", Reason.INVALID_DIGEST),
        Arguments.of("app@sha256:", Reason.INVALID_DIGEST),
        Arguments.of("app@:" + HEX, Reason.INVALID_DIGEST),
        Arguments.of("app@sha256:" + HEX.substring(33), Reason.INVALID_DIGEST),
        Arguments.of("app@sha256:" + HEX.substring(1) + "g", Reason.INVALID_DIGEST),
        Arguments.of("app@sha256:" + HEX.substring(1) + "A", Reason.INVALID_DIGEST),
        Arguments.of("app@SHA256:" + HEX, Reason.INVALID_DIGEST),
        Arguments.of("app@sha256::" + HEX, Reason.INVALID_DIGEST),
        Arguments.of("app@@" + SHA256, Reason.INVALID_DIGEST),
        Arguments.of("app@" + SHA256 + "@" + SHA256, Reason.INVALID_DIGEST),
        Arguments.of("app@" + SHA256 + ":1", Reason.INVALID_DIGEST),
        Arguments.of("app@" + SHA256 + "\n", Reason.INVALID_DIGEST),
        Arguments.of("app@a++b:" + HEX, Reason.INVALID_DIGEST),
        Arguments.of("app@..:" + HEX, Reason.INVALID_DIGEST),
        Arguments.of("app@sha256:" + HEX.substring(32), Reason.WRONG_DIGEST_LENGTH),
        Arguments.of("app@sha256:" + HEX + "0", Reason.WRONG_DIGEST_LENGTH),
        Arguments.of("app@sha512:" + HEX, Reason.WRONG_DIGEST_LENGTH),
        Arguments.of("app@sha256:" + "A".repeat(63), Reason.WRONG_DIGEST_LENGTH),
        Arguments.of("app@blake3:" + HEX, Reason.UNSUPPORTED_DIGEST),
        Arguments.of("app@sha384:" + HEX + HEX.substring(32), Reason.UNSUPPORTED_DIGEST),
        Arguments.of("app@a+b.c_d-e:" + HEX, Reason.UNSUPPORTED_DIGEST),
        // SN-R10: upper case in the path, whatever else is wrong
        Arguments.of("App", Reason.UPPER_CASE),
        Arguments.of("aPP:1", Reason.UPPER_CASE),
        Arguments.of("App@" + SHA256, Reason.UPPER_CASE),
        Arguments.of("a.b/App", Reason.UPPER_CASE),
        Arguments.of("a.b:80/c/dE:1", Reason.UPPER_CASE),
        Arguments.of("Reg/Foo", Reason.UPPER_CASE),
        Arguments.of("-App", Reason.UPPER_CASE),
        Arguments.of("docker.io/App", Reason.UPPER_CASE),
        Arguments.of("App:", Reason.UPPER_CASE),
        // SN-R6
        Arguments.of("a.b/" + LONG, Reason.TOO_LONG),
        Arguments.of("a.b/" + "a".repeat(256), Reason.TOO_LONG),
        Arguments.of("a.b/" + "a".repeat(256) + ":", Reason.TOO_LONG));
  }

  @ParameterizedTest(name = "{index}: {1}")
  @MethodSource("refused")
  void isRefusedWithItsReason(String text, Reason reason) {
    for (Callable<Reference> parse :
        List.<Callable<Reference>>of(
            () -> Reference.parse(text),
            () -> Reference.parseStrict(text),
            () -> Reference.parseCanonical(text))) {
      assertThatExceptionOfType(InvalidReferenceException.class)
          .isThrownBy(parse::call)
          .satisfies(
              e -> {
                assertThat(e.reason()).isEqualTo(reason);
                assertThat(e.input()).isEqualTo(text);
                assertThat(e.getMessage()).startsWith("Reference \"").matches("[^\\p{Cntrl}]+");
              });
    }
  }

  @Test
  void coversEveryReasonOfAParse() {
    Set<Reason> seen = refused().map(row -> (Reason) row.get()[1]).collect(Collectors.toSet());

    assertThat(seen)
        .containsExactlyInAnyOrderElementsOf(
            EnumSet.complementOf(
                EnumSet.of(Reason.IMAGE_ID, Reason.NOT_CANONICAL, Reason.INVALID_PATTERN)));
    assertThat(refused().count()).isGreaterThan(60);
  }

  /**
   * SN-R9: a dot, a colon or an upper-case letter makes it a domain, an underscore none (SN-R3).
   */
  @ParameterizedTest
  @ValueSource(strings = {"a_b.c/d", "Foo_bar/d", "a__b.c/d/e:1"})
  void isNotReadAsAPathWhereAPersonMeansADomain(String text) {
    assertThat(reasonOf(() -> Reference.parse(text))).isEqualTo(Reason.INVALID_FORMAT);
  }

  /** SN-R11. */
  @Test
  void isAnImageIdAlone() {
    assertThat(reasonOf(() -> Reference.parse(HEX))).isEqualTo(Reason.IMAGE_ID);
    assertThat(reasonOf(() -> Reference.parse("0".repeat(64)))).isEqualTo(Reason.IMAGE_ID);
    assertThat(reasonOf(() -> Repository.parse(HEX))).isEqualTo(Reason.IMAGE_ID);
    assertThat(reasonOf(() -> Reference.parse(HEX.toUpperCase(Locale.ROOT))))
        .isEqualTo(Reason.UPPER_CASE);
  }

  /** No entry point takes longer than its input, or recurses into it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a/",
        "a.",
        "a-",
        "-",
        "_",
        "__a",
        "a__",
        ":",
        "@",
        "/",
        "a:",
        "a@",
        "[",
        "[:",
        "[:]/",
        "A",
        "a.b/",
        "A.",
        "0",
        ".",
        "é",
        "\0",
        "a:1@",
        "@a+",
        "sha256:",
        "\n",
        "a-a.",
        "https://"
      })
  @Timeout(60)
  void isFoundOutAtOnceInAMillionCharacters(String repeated) {
    String text = repeated.repeat(1_000_000 / repeated.length());
    for (String whole :
        List.of(
            text,
            "a.b/" + text,
            "app:" + text,
            "app@" + text,
            text + "/app",
            text + "@" + SHA256)) {
      for (Callable<?> parse :
          List.<Callable<?>>of(
              () -> Reference.parse(whole),
              () -> Reference.parseStrict(whole),
              () -> Reference.parseAny(whole),
              () -> Reference.requireTag(whole))) {
        Reason reason = reasonOf(parse);
        boolean longDomain = reason == null && whole.endsWith("/app");
        assertThat(reason != null || longDomain || whole.endsWith(SHA256)).isTrue();
      }
    }
  }

  @Test
  void saysWhatIsWrong() {
    assertThatExceptionOfType(InvalidReferenceException.class)
        .isThrownBy(() -> Reference.parse("a.b/App:1"))
        .withMessage("Reference \"a.b/App:1\": repository name must be lowercase");
    assertThatExceptionOfType(InvalidReferenceException.class)
        .isThrownBy(() -> Reference.parseCanonical("app"))
        .withMessage("Reference \"app\": written in full it is docker.io/library/app");
    assertThatExceptionOfType(InvalidReferenceException.class)
        .isThrownBy(() -> Reference.parse("app@sha512:" + HEX))
        .withMessageContaining("sha512 has 128 hex digits, not 64")
        .withCauseInstanceOf(InvalidDigestException.class);
  }

  /** A URL given by mistake may hold a password; messages go to logs. */
  @Test
  void hidesTheUserOfAUrlInTheMessage() {
    String text = "https://me:s3cret@a.b/c";

    assertThatExceptionOfType(InvalidReferenceException.class)
        .isThrownBy(() -> Reference.parse(text))
        .satisfies(e -> assertThat(e.input()).isEqualTo(text))
        .withMessage(
            "Reference \"https://***@a.b/c\": a reference is not a URL; leave out the scheme");
  }

  @Test
  void survivesSerialisation() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new InvalidReferenceException("X", Reason.UPPER_CASE, "no"));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      InvalidReferenceException copy = (InvalidReferenceException) in.readObject();
      assertThat(copy).hasMessage("Reference \"X\": no");
      assertThat(copy.reason()).isEqualTo(Reason.UPPER_CASE);
      assertThat(copy.input()).isEqualTo("X");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "-a", "a b", "a/b", "a:b", "a@b", "ä", "a\n"})
  void isNoTag(String text) {
    assertThat(Reference.isTag(text)).isFalse();
    assertThat(reasonOf(() -> Reference.requireTag(text))).isEqualTo(Reason.INVALID_TAG);
    assertThat(reasonOf(() -> Reference.parse("app").withTag(text))).isEqualTo(Reason.INVALID_TAG);
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without null checks may do
  void isNotNull() {
    assertThatNullPointerException().isThrownBy(() -> Reference.parse(null));
    assertThatNullPointerException().isThrownBy(() -> Reference.parseStrict(null));
    assertThatNullPointerException().isThrownBy(() -> Reference.parseCanonical(null));
    assertThatNullPointerException().isThrownBy(() -> Reference.parseAny(null));
    assertThatNullPointerException().isThrownBy(() -> Reference.isTag(null));
    assertThatNullPointerException().isThrownBy(() -> Reference.parse("a").withTag(null));
    assertThatNullPointerException().isThrownBy(() -> Reference.parse("a").withDigest(null));
    assertThatNullPointerException().isThrownBy(() -> Repository.parse(null));
    assertThatNullPointerException().isThrownBy(() -> Repository.of(null, "a"));
    assertThatNullPointerException().isThrownBy(() -> Repository.of("a.b", null));
    assertThatNullPointerException().isThrownBy(() -> new DigestReference(null));
    assertThatNullPointerException().isThrownBy(() -> ReferencePattern.parse(null));
    assertThatNullPointerException().isThrownBy(() -> RegistryEndpoints.defaults().without(null));
    assertThatNullPointerException()
        .isThrownBy(() -> RegistryEndpoints.defaults().hostOf((String) null));
  }

  /** Why a parse refuses its text, or null if it does not. */
  static @Nullable Reason reasonOf(Callable<?> parse) {
    try {
      parse.call();
      return null;
    } catch (InvalidReferenceException e) {
      return e.reason();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
