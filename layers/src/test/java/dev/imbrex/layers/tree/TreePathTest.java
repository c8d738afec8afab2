package dev.imbrex.layers.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.manifest.error.MalformedContentException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TreePathTest {
  private static byte[] bytes(String latin1) {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** LC-B26, LC-B27, LC-A39, LC-A44, LC-A45. */
  @ParameterizedTest
  @CsvSource({
    "a, /a",
    "/a, /a",
    "///a//b/, /a/b",
    "./a/./b, /a/b",
    "a/../b, /b",
    "a/b/../../c, /c",
    "a/.., /",
    "., /",
    "/, /",
    "'', /",
    "./, /",
    "..., /...",
    "..a/.b, /..a/.b",
    "' a', '/ a'",
    "-a:b*, /-a:b*",
  })
  void cleansNamesLexically(String name, String cleaned) throws Exception {
    assertThat(TreePath.fromEntryName(bytes(name))).hasToString(cleaned);
    assertThat(TreePath.of(name)).hasToString(cleaned);
    assertThat(TreePath.of(bytes(name))).isEqualTo(TreePath.of(name));
    assertThat(TreePath.of(name).isRoot()).isEqualTo(cleaned.equals("/"));
  }

  /** LC-B26, LC-B28. */
  @ParameterizedTest
  @ValueSource(strings = {"..", "/..", "a/../..", "a/../../b", "./../a", "a\0b", "a/\0"})
  void refusesWhatClimbsAboveTheRootOrHoldsNul(String name) {
    assertThatThrownBy(() -> TreePath.fromEntryName(bytes(name)))
        .isInstanceOf(MalformedContentException.class);
    assertThatIllegalArgumentException().isThrownBy(() -> TreePath.of(name));
  }

  /** LC-B26, LENIENT: the parent of the root is the root; the rest is refused as ever. */
  @ParameterizedTest
  @CsvSource({
    "a, /a, false",
    "a/../b, /b, false",
    "..., /..., false",
    ".., /, true",
    "/../a, /a, true",
    "a/../../b, /b, true",
    "a/../../a/b/.., /a, true",
  })
  void clampsNamesIfAsked(String name, String clamped, boolean climbs) throws Exception {
    assertThat(TreePath.clampEntryName(bytes(name))).hasToString(clamped);
    assertThat(TreePath.climbs(bytes(name))).isEqualTo(climbs);
    assertThatThrownBy(() -> TreePath.clampEntryName(bytes(name + "/a\0b")))
        .isInstanceOf(MalformedContentException.class);
  }

  /** LC-B28, LC-C34, LC-F19: each limit passes at its value and fails one above. */
  @Test
  void limitsNamesTo255AndPathsTo4096Bytes() throws Exception {
    String longest = "n".repeat(255);
    assertThat(TreePath.fromEntryName(bytes(longest)).name().length()).isEqualTo(255);
    assertThatThrownBy(() -> TreePath.fromEntryName(bytes(longest + "n")))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining("255");
    assertThatIllegalArgumentException().isThrownBy(() -> TreePath.root().child(longest + "n"));

    String fifteen = (longest + "/").repeat(15);
    String path = fifteen + longest + "/"; // 4096 bytes with the slash, which is dropped
    assertThat(TreePath.fromEntryName(bytes(path)).toBytes()).hasSize(4095);
    String exact = fifteen + "n".repeat(254) + "/n";
    assertThat(TreePath.fromEntryName(bytes(exact)).toBytes()).hasSize(4096);
    assertThatThrownBy(() -> TreePath.fromEntryName(bytes(exact + "n")))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining("4096");
    TreePath parent = TreePath.of(fifteen + longest);
    assertThatIllegalArgumentException().isThrownBy(() -> parent.child("n"));
    assertThatIllegalArgumentException().isThrownBy(() -> parent.resolve(TreePath.of("n")));
  }

  /** LC-M1: a child is one name. */
  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "/", "a\0"})
  void refusesAsNameWhatIsNone(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> TreePath.root().child(name));
  }

  /** LC-C12. */
  @Test
  void showsControlBytesAndInvalidTextEscaped() {
    TreePath path = TreePath.of(bytes("a\n\u001b[31m/\u00ff\u00fe\\/\u007f"));
    assertThat(path.toString()).isEqualTo("/a\\x0a\\x1b[31m/\\xff\\xfe\\x5c/\\x7f");
    assertThat(TreePath.of("h\u00e9/\u65e5/\ud83d\ude00").toString())
        .isEqualTo("/h\u00e9/\u65e5/\ud83d\ude00");
    assertThat(TreePath.of("a\u202eb").toString()).isEqualTo("/a\\xe2\\x80\\xaeb");
    assertThat(TreePath.of(bytes("\u00e2\u0080"))).hasToString("/\\xe2\\x80");
    assertThat(TreePath.of(bytes("\u00c0\u00af"))).hasToString("/\\xc0\\xaf");
  }

  /** LC-M1, LC-A44: names are equal only if their bytes are. */
  @Test
  void foldsNothing() {
    assertThat(TreePath.of("\u00e9")).isNotEqualTo(TreePath.of("e\u0301"));
    assertThat(TreePath.of("A")).isNotEqualTo(TreePath.of("a"));
    assertThat(TreePath.of("\u00e9")).isEqualTo(TreePath.of(bytes("\u00c3\u00a9")));
    assertThatIllegalArgumentException().isThrownBy(() -> TreePath.of("\ud800"));
  }

  /** LC-A36, LC-G12: as if the lists of names were compared. */
  @Test
  void ordersNameByNameAsUnsignedBytes() {
    List<TreePath> sorted =
        List.of(
            TreePath.root(),
            TreePath.of("a"),
            TreePath.of("a/b"),
            TreePath.of("a/\u00e9"),
            TreePath.of(bytes("a\u0001")),
            TreePath.of("a-x"),
            TreePath.of("a.x"),
            TreePath.of("aa"),
            TreePath.of("\u00e9"),
            TreePath.of(bytes("\u00ff")));
    List<TreePath> shuffled = new ArrayList<>(sorted);
    Collections.shuffle(shuffled, new Random(1));
    Collections.sort(shuffled);
    assertThat(shuffled).isEqualTo(sorted);
  }

  @Test
  void orderAgreesWithThatOfTheNames() {
    Generated.forSeeds(
        2000,
        random -> {
          TreePath a = randomPath(random);
          TreePath b = randomPath(random);
          int expected = compareNames(a.names(), b.names());
          assertThat(Integer.signum(a.compareTo(b))).as("%s %s", a, b).isEqualTo(expected);
          assertThat(a.equals(b)).isEqualTo(expected == 0);
          assertThat(a.startsWith(b))
              .isEqualTo(
                  a.depth() >= b.depth() && a.names().subList(0, b.depth()).equals(b.names()));
        });
  }

  private static TreePath randomPath(Random random) {
    TreePath path = TreePath.root();
    for (int i = random.nextInt(4); i > 0; i--) {
      byte[] name = new byte[1 + random.nextInt(2)];
      for (int j = 0; j < name.length; j++) {
        name[j] = new byte[] {1, 'a', '0', (byte) 0xff}[random.nextInt(4)];
      }
      path = path.child(ByteString.of(name));
    }
    return path;
  }

  private static int compareNames(List<ByteString> a, List<ByteString> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      int order = Arrays.compareUnsigned(a.get(i).toBytes(), b.get(i).toBytes());
      if (order != 0) {
        return Integer.signum(order);
      }
    }
    return Integer.compare(a.size(), b.size());
  }

  @Test
  void takesPathsApartAndPutsThemTogether() {
    TreePath path = TreePath.of("usr/share/doc");
    assertThat(path.parent()).isEqualTo(TreePath.of("usr/share"));
    assertThat(path.parent().parent().parent()).isEqualTo(TreePath.root());
    assertThat(path.name()).isEqualTo(ByteString.of("doc"));
    assertThat(path.names())
        .containsExactly(ByteString.of("usr"), ByteString.of("share"), ByteString.of("doc"));
    assertThat(path.depth()).isEqualTo(3);
    assertThat(TreePath.root().depth()).isZero();
    assertThat(TreePath.root().names()).isEmpty();
    assertThat(TreePath.of("usr").resolve(TreePath.of("share/doc"))).isEqualTo(path);
    assertThat(TreePath.root().resolve(path)).isEqualTo(path);
    assertThat(path.resolve(TreePath.root())).isEqualTo(path);
    assertThat(TreePath.of("usr").child("lib")).hasToString("/usr/lib");
    assertThat(path).hasSameHashCodeAs(TreePath.of("/usr/share/./doc"));
    assertThatIllegalStateException().isThrownBy(() -> TreePath.root().parent());
    assertThatIllegalStateException().isThrownBy(() -> TreePath.root().name());
  }

  @Test
  void isInItsParentAndInNothingElse() {
    List<TreePath> paths =
        Stream.of("", "usr", "usr/share", "usr/share/doc", "usr/shared", "usr/s", "us", "share")
            .map(TreePath::of)
            .toList();
    for (TreePath path : paths) {
      for (TreePath directory : paths) {
        assertThat(path.isIn(directory))
            .as("%s in %s", path, directory)
            .isEqualTo(!path.isRoot() && path.parent().equals(directory));
      }
    }
  }

  /** LC-A27. */
  @Test
  void startsWithComparesWholeNames() {
    assertThat(TreePath.of("d/x").startsWith(TreePath.of("d"))).isTrue();
    assertThat(TreePath.of("d-x").startsWith(TreePath.of("d"))).isFalse();
    assertThat(TreePath.of("d").startsWith(TreePath.of("d"))).isTrue();
    assertThat(TreePath.of("d").startsWith(TreePath.root())).isTrue();
    assertThat(TreePath.root().startsWith(TreePath.of("d"))).isFalse();
  }

  @Test
  void isNotChangedThroughArraysGivenOrTaken() {
    byte[] given = bytes("abc");
    TreePath path = TreePath.of(given);
    TreePath child = TreePath.root().child(ByteString.of(given));
    given[0] = 'X';
    path.toBytes()[0] = 'X';
    path.name().toBytes()[0] = 'X';
    assertThat(path).isEqualTo(TreePath.of("abc"));
    assertThat(child).isEqualTo(path);
  }
}
