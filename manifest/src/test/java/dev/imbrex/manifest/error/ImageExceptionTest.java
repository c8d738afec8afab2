package dev.imbrex.manifest.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ImageExceptionTest {
  static Stream<ImageException> all() {
    IOException cause = new IOException("cause");
    return Stream.of(
        new ImageException("plain"),
        new ImageException("plain", cause),
        new AmbiguousNameException("Image id 4", List.of("41", "42")),
        new ContentNotFoundException("no"),
        new ContentNotFoundException("no", cause),
        new DigestMismatchException("layer", "a", "b"),
        new LimitExceededException("layer", "maxEntries", 3),
        new MalformedContentException("config", "/os", "missing"),
        new MalformedContentException("config", "", "missing", cause),
        new NoMatchingPlatformException("app:1", "linux/s390x", List.of("linux/amd64")),
        new UnsupportedContentException("xz"),
        new UnsupportedContentException("xz", cause));
  }

  @ParameterizedTest
  @MethodSource("all")
  void survivesSerialisation(ImageException exception) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(exception);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject())
          .usingRecursiveComparison()
          .withStrictTypeChecking()
          .ignoringFields("stackTrace", "cause", "suppressedExceptions")
          .isEqualTo(exception);
    }
  }

  @Test
  void saysWhatWasPromisedAndFound() {
    DigestMismatchException e = new DigestMismatchException("layer 3", "10 bytes", "more");

    assertThat(e).hasMessage("layer 3: expected 10 bytes, found more");
    assertThat(e.expected()).isEqualTo("10 bytes");
    assertThat(e.actual()).isEqualTo("more");
  }

  @Test
  void saysWhichLimitAndWhereItStands() {
    LimitExceededException e = new LimitExceededException("layer 3", "maxEntries", 100);

    assertThat(e).hasMessage("layer 3 exceeds the limit maxEntries of 100");
    assertThat(e.limit()).isEqualTo("maxEntries");
    assertThat(e.allowed()).isEqualTo(100);
  }

  @Test
  void saysWhereContentIsMalformed() {
    IOException cause = new IOException("cause");
    MalformedContentException part = new MalformedContentException("config", "/os", "no text");
    MalformedContentException whole = new MalformedContentException("config", "", "no JSON", cause);

    assertThat(part).hasMessage("config, at /os: no text").hasNoCause();
    assertThat(part.what()).isEqualTo("config");
    assertThat(part.where()).isEqualTo("/os");
    assertThat(whole).hasMessage("config: no JSON").hasCause(cause);
    assertThat(whole.where()).isEmpty();
  }

  @Test
  void listsThePlatformsThereAre() {
    NoMatchingPlatformException e =
        new NoMatchingPlatformException(
            "app:1", "linux/s390x", List.of("linux/arm64", "linux/amd64"));

    assertThat(e)
        .hasMessage("app:1 has no image for linux/s390x; it has [linux/arm64, linux/amd64]");
    assertThat(e.wanted()).isEqualTo("linux/s390x");
    assertThat(e.available()).containsExactly("linux/arm64", "linux/amd64");
  }

  @Test
  void listsUpToTenChoices() {
    List<String> ten = IntStream.rangeClosed(1, 10).mapToObj(i -> "c" + i).toList();
    AmbiguousNameException e = new AmbiguousNameException("Image id c", ten);

    assertThat(e).hasMessage("Image id c: c1, c2, c3, c4, c5, c6, c7, c8, c9, c10");
  }

  @Test
  void countsChoicesBeyondTenAndKeepsThem() {
    List<String> many = IntStream.rangeClosed(1, 12).mapToObj(i -> "c" + i).toList();
    AmbiguousNameException e = new AmbiguousNameException("Image id c", many);

    assertThat(e).hasMessageEndingWith("c9, c10 and 2 more");
    assertThat(e.choices()).isEqualTo(many);
  }

  @Test
  void keepsItsOwnCopyOfLists() {
    List<String> choices = new ArrayList<>(List.of("a"));
    AmbiguousNameException ambiguous = new AmbiguousNameException("x", choices);
    NoMatchingPlatformException platform = new NoMatchingPlatformException("x", "y", choices);

    choices.add("b");

    assertThat(ambiguous.choices()).containsExactly("a");
    assertThat(platform.available()).containsExactly("a");
  }
}
