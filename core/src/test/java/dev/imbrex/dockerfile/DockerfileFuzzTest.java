package dev.imbrex.dockerfile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Mutated files: nothing but typed errors, and what can be read is printed as it was. */
class DockerfileFuzzTest {
  /** More for a soak: {@code -Dimbrex.cases=1000000}. */
  private static final int CASES = Integer.getInteger("imbrex.cases", 2000);

  private static final List<String> SEEDS =
      List.of(
          """
          # syntax=docker/dockerfile:1
          # escape=`
          FROM --platform=$BUILDPLATFORM a AS b
          RUN --mount=type=cache,target=/x,ro a `
           # c
           b
          COPY ["a", "b"]
          """,
          """
          ARG v=1
          FROM a:${v:-x${y#*/}}
          ENV a=1 b="2 $v" c='x' d=\\ e
          ENV x y z
          LABEL a.b="c\\
          d" e=f
          ARG q w=1
          RUN <<E cat 3<<-'F' > x
          body
          E
          \tmore
          \tF
          """,
          """
          \ufefffrom scratch\r
          copy --from=0 --chown=a:b --chmod=0755 --link --exclude=**/x a b /c/\r
          add --checksum=sha256:00 --unpack=true http://x/y /z\r
          workdir ./a\r
          HEALTHCHECK --interval=1m1.5s --retries=3 CMD ["a", "\\u0041\\n"]\r
          """,
          """
          FROM a
          ONBUILD RUN <<E
          x
          E
          ONBUILD COPY --from=x a b
          CMD []
          ENTRYPOINT exec x
          EXPOSE 80/tcp 90-99/UDP
          VOLUME /a ["/b"]
          USER a:b
          STOPSIGNAL RTMIN+3
          SHELL ["/bin/bash", "-c"]
          MAINTAINER me
          WORKDIR ${a//\\//-}/b
          HEALTHCHECK NONE
          """);

  private static final List<String> PIECES =
      List.of(
          "\\",
          "\n",
          "\r\n",
          "#",
          "--",
          "=",
          "<<E",
          "\nE\n",
          "[",
          "]",
          "\"",
          "'",
          "$",
          "${",
          "}",
          ":-",
          "//",
          "%",
          "*",
          "FROM ",
          "ONBUILD ",
          "RUN ",
          "COPY ",
          "HEALTHCHECK ",
          "`",
          "\t",
          "{",
          ",",
          "\u0000",
          "\ud83d\ude00",
          "\u0085",
          "!",
          "**/",
          "[^a-",
          "AS ",
          "\ufeff",
          "1e9",
          "null");

  @Test
  void findsNothingButTypedErrors() {
    long seed = Long.getLong("imbrex.seed", System.nanoTime());
    int read = 0;
    for (int i = 0; i < CASES; i++) {
      Random random = new Random(seed + i);
      byte[] input = mutated(random);
      try {
        read += check(input) ? 1 : 0;
      } catch (RuntimeException | StackOverflowError | AssertionError e) {
        fail("-Dimbrex.seed=" + (seed + i) + " -Dimbrex.cases=1: " + new String(input, UTF_8), e);
      }
    }
    if (CASES > 100) {
      assertThat(read).as("files that can be read").isBetween(CASES / 20, CASES * 19 / 20);
    }
  }

  private static boolean check(byte[] input) {
    try {
      Dockerfile dockerfile = Dockerfile.parse("Dockerfile", input);
      assertThat(Arrays.equals(dockerfile.bytes(), input)).isTrue();
      for (Instruction instruction : dockerfile.instructions()) {
        SourceRange range = instruction.statement().range();
        assertThat(range.line()).isLessThanOrEqualTo(range.endLine());
        expand(instruction.statement().arguments());
      }
      ignore(dockerfile.toString());
      return true;
    } catch (DockerfileException e) {
      assertThat(e.range()).isNotNull();
      assertThat(e.problem()).isNotEmpty();
      return false;
    }
  }

  private static void expand(String text) {
    Expansion expansion = Expansion.of(Map.of("a", "b c", "v", "x/y"), '\\');
    try {
      assertThat(expansion.word(text)).isNotNull();
      assertThat(expansion.words(text)).isNotNull();
    } catch (ExpansionException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  private static void ignore(String text) {
    try {
      IgnorePatterns ignore = IgnorePatterns.parse(text);
      assertThat(ignore.excludes("a/b") || ignore.mayIncludeBelow("a") || !ignore.isEmpty())
          .isTrue();
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).contains("Line");
    }
  }

  private static byte[] mutated(Random random) {
    StringBuilder text = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      int at = random.nextInt(text.length() + 1);
      int to = Math.min(text.length(), at + random.nextInt(12));
      switch (random.nextInt(5)) {
        case 0 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
        case 1 -> text.delete(at, to);
        case 2 -> text.insert(at, text.substring(at, to));
        case 3 -> text.replace(at, to, PIECES.get(random.nextInt(PIECES.size())));
        default -> {
          String other = SEEDS.get(random.nextInt(SEEDS.size()));
          text.insert(at, other.substring(random.nextInt(other.length())));
        }
      }
    }
    byte[] bytes = text.toString().getBytes(UTF_8);
    if (random.nextInt(4) == 0 && bytes.length > 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }
}
