package dev.imbrex.testing;

import static dev.imbrex.testing.Fixtures.cmd;
import static dev.imbrex.testing.Fixtures.deleted;
import static dev.imbrex.testing.Fixtures.directory;
import static dev.imbrex.testing.Fixtures.env;
import static dev.imbrex.testing.Fixtures.file;
import static dev.imbrex.testing.Fixtures.hardLink;
import static dev.imbrex.testing.Fixtures.image;
import static dev.imbrex.testing.Fixtures.label;
import static dev.imbrex.testing.Fixtures.layer;
import static dev.imbrex.testing.Fixtures.symlink;
import static dev.imbrex.testing.Fixtures.tree;
import static dev.imbrex.testing.Fixtures.user;
import static dev.imbrex.testing.ImbrexAssertions.assertThat;
import static dev.imbrex.testing.ImbrexAssertions.assertThatHistory;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.tree.FileTree;
import java.io.IOException;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What people read when something is not as expected. */
@ExtendWith(ImbrexExtension.class)
class ImbrexAssertionsTest {
  private static String failureOf(ThrowingCallable code) {
    AssertionError error = catchThrowableOfType(AssertionError.class, code);
    return String.valueOf(error.getMessage());
  }

  @Test
  void showsHowTreesDiffer() throws IOException {
    FileTree expected =
        tree(
            directory("/d"),
            file("/d/gone", "12"),
            file("/d/mode", "m"),
            file("/text", "one\ntwo\nthree\n"),
            symlink("/link", "a"),
            file("/kind", "k"));
    FileTree actual =
        tree(
            directory("/d"),
            file("/d/mode", "m").mode(0755).owner(1000, 10).mtime(Instant.ofEpochSecond(5)),
            file("/d/new", "1").xattr("user.a", "b"),
            file("/text", "one\n2\nthree\n"),
            symlink("/link", "b"),
            directory("/kind", 0700));
    assertThat(failureOf(() -> assertThat(actual).as("files").hasSameFilesAs(expected)))
        .isEqualTo(
            """
            [files] Expected other files; 6 paths differ (- expected, + found, ~ differs):
            - /d/gone file 0644, 2 bytes
            ~ /d/mode mode 0644 -> 0755; owner 0:0 -> 1000:10; time 1970-01-01T00:00:00Z -> 1970-01-01T00:00:05Z
            + /d/new file 0644 {user.a=b}, 1 byte
            ~ /kind file 0644, 1 byte -> directory 0700; mode 0644 -> 0700
            ~ /link symlink -> a -> symlink -> b
            ~ /text content
                  one
                - two
                + 2
                  three""");
    assertThat(expected).hasSameFilesAs(expected);
  }

  @Test
  void showsWhichNamesAreLinks() throws IOException {
    FileTree expected = tree(file("/a", "x"), hardLink("/b", "/a"));
    assertThat(
            failureOf(
                () -> assertThat(tree(file("/a", "x"), file("/b", "x"))).hasSameFilesAs(expected)))
        .contains("~ /a links [/a, /b] -> [/a]\n~ /b links [/a, /b] -> [/b]");
  }

  @Test
  void showsContentThatIsNoTextByItsDigest() throws IOException {
    FileTree actual = tree(file("/a", new byte[] {0, 1}));
    assertThat(failureOf(() -> assertThat(actual).hasFile("/a").withContent("x")))
        .isEqualTo(
            """
            Expected other content of /a (- expected, + found):
            - 1 byte sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881
            + 2 bytes sha256:b413f47d13ee2fe6c845b2ee141af81de858df4ec549a58b7970bb96645bc8d2""");
  }

  @Test
  void tellsALastLineWithoutEnd() throws IOException {
    FileTree actual = tree(file("/a", "x\ny"));
    assertThat(failureOf(() -> assertThat(actual).hasFile("/a").withContent("x\ny\n")))
        .endsWith("  x\n- y\n+ y (no end of line)");
  }

  @Test
  void doesNotShowMoreThanSomebodyReads() throws IOException {
    String expected =
        IntStream.range(0, 1000).mapToObj(i -> i + "\n").collect(Collectors.joining());
    FileTree actual = tree(file("/a", expected.replace("500", "half")));
    assertThat(failureOf(() -> assertThat(actual).hasFile("/a").withContent(expected)))
        .endsWith("  ...\n  498\n  499\n- 500\n+ half\n  501\n  502\n  ...");
    FileTree other = tree(file("/a", expected.replace("\n", "!\n")));
    assertThat(failureOf(() -> assertThat(other).hasFile("/a").withContent(expected)))
        .endsWith("- 59\n... and 1940 lines more");
  }

  @Test
  void tellsWhatIsThereInstead() throws IOException {
    FileTree actual = tree(directory("/etc"), file("/etc/motd", "x"), file("/etc/hosts", "y"));
    assertThat(failureOf(() -> assertThat(actual).hasFile("/etc/apt/conf")))
        .isEqualTo(
            "Expected a file at /etc/apt/conf, but there is nothing;"
                + " in /etc there is [hosts, motd]");
    assertThat(failureOf(() -> assertThat(actual).hasFile("/etc")))
        .isEqualTo("Expected a file at /etc, but there is a directory 0755");
    assertThat(failureOf(() -> assertThat(actual).hasNothingAt("/etc/motd")))
        .isEqualTo("Expected nothing at /etc/motd, but there is a file 0644, 1 byte");
    assertThat(failureOf(() -> assertThat(actual).hasFile("/etc/motd").withMode(0755)))
        .isEqualTo("Expected mode of /etc/motd to be 0755, but it is 0644");
    assertThat(failureOf(() -> assertThat(actual).hasOnlyPaths("/etc", "/etc/motd", "/x")))
        .isEqualTo(
            "Expected other paths (- expected, + found):\n  /etc\n+ /etc/hosts\n  /etc/motd\n- /x");
    assertThat(failureOf(() -> assertThat(actual).hasFile("/etc/motd").withXattr("user.a", "b")))
        .isEqualTo("Expected attribute user.a of /etc/motd to be \"b\", but it is nothing");
  }

  @Test
  void showsConfigsMemberByMember(ImageStore store) throws IOException {
    Image expected =
        image(env("A", "1"), env("B", "2"), label("v", "1"), label("old", "x")).in(store);
    Image actual =
        image(env("A", "1"), env("B", "3"), label("v", "2"), user("me"))
            .platform("linux/arm64")
            .in(store);
    assertThat(failureOf(() -> assertThat(actual).hasSameConfigAs(expected)))
        .startsWith(
            """
            Expected another config (- expected, + found, ~ differs):
            ~ architecture: "amd64" -> "arm64"
            ~ config.Env:
                  "A=1"
                - "B=2"
                + "B=3"
            ~ config.Labels.v: "1" -> "2"
            - config.Labels.old: "x"
            ~ history:
            """)
        .endsWith("\n+ config.User: \"me\"");
    assertThat(expected).hasSameConfigAs(expected);
    assertThat(failureOf(() -> assertThat(actual).config().hasLabel("v", "1")))
        .isEqualTo("Expected the label v to be 1, but it is 2");
    assertThat(failureOf(() -> assertThat(actual).config().hasEnv("C", "1")))
        .isEqualTo("Expected the variable C, but there is only [A, B]");
  }

  @Test
  void showsHistoriesRowByRow(ImageStore store) throws IOException {
    Image expected = image(layer("base", file("/a", "x")), env("A", "1"), cmd("/a")).in(store);
    Image actual = image(layer("base", file("/a", "x")), env("A", "2"), cmd("/a")).in(store);
    assertThat(
            failureOf(
                () ->
                    assertThatHistory(actual.config().history())
                        .hasSameStepsAs(expected.config().history())))
        .isEqualTo(
            """
            Expected another history (- expected, + found):
              1970-01-01T00:00:00Z  base  # imbrex
            - 1970-01-01T00:00:00Z  ENV A=1  (no layer)  # imbrex
            + 1970-01-01T00:00:00Z  ENV A=2  (no layer)  # imbrex
              1970-01-01T00:00:00Z  CMD ["/a"]  (no layer)  # imbrex""");
    assertThat(failureOf(() -> assertThat(actual).history().hasSteps("base", "CMD [\"/a\"]")))
        .endsWith("  base\n+ ENV A=2\n  CMD [\"/a\"]");
  }

  @Test
  void showsHowLayersDiffer(ImageStore store) throws IOException {
    Image actual =
        image(layer(file("/a", "x"), symlink("/b", "a"), deleted("/c"), file("/l", "1".repeat(50))))
            .in(store);
    assertThat(actual)
        .layer(0)
        .deletes("/c")
        .hasEntries(file("/a", "x"), symlink("/b", "a"), deleted("/c"), file("/l", "1".repeat(50)));
    assertThat(
            failureOf(
                () ->
                    assertThat(actual)
                        .as("app")
                        .layer(0)
                        .hasEntries(file("/a", "y"), symlink("/b", "a"), file("/l", "1"))))
        .isEqualTo(
            """
            [app] Expected other entries (- expected, + found):
            - /a file 0644, 1 byte "y"
            + /a file 0644, 1 byte "x"
              /b symlink -> a
            - /l file 0644, 1 byte "1"
            + /c deleted
            + /l file 0644, 50 bytes \
            sha256:3dac51a65ec9fcfc409a1b5f1defe92ba723843118ea511971ab46b36859495f""");
    assertThat(failureOf(() -> assertThat(actual).layer(0).deletes("/a"))).contains("/c deleted");
    assertThat(failureOf(() -> assertThat(actual).hasLayers(2)))
        .startsWith("Expected 2 layers, but there are 1: [");
    assertThat(failureOf(() -> assertThat(actual).layer(1)))
        .isEqualTo("Expected a layer 1, but there are 1 layers");
  }
}
