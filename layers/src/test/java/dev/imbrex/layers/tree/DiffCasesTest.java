package dev.imbrex.layers.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases of LC-A.1 to LC-A.5, in the notation of {@link Sketch}. */
class DiffCasesTest {
  private static final TreePath A = TreePath.of("a");
  private static final FileContent CONTENT = new TextContent("same");

  private static String[] items(String line) {
    return line.isEmpty() ? new String[0] : line.split(" ");
  }

  /** The second tree is the first after an edit, given as a layer; both share what is equal. */
  static Stream<Arguments> cases() {
    return Stream.of(
        Arguments.of("A3 symlink target", "l->aa", "l->bb", "l->bb"),
        Arguments.of("A4 type", "a", "a->b", "a->b"),
        Arguments.of("A14 equal", "a d/b l->a h=a", "", ""),
        Arguments.of("A15 from nothing", "", "d/e/f a l->d h=a", "a d/ d/e/ d/e/f h=a l->d"),
        Arguments.of("A16 parents", "d/e/f d/g h", "d/e/f:new", "d/ d/e/ d/e/f:new"),
        Arguments.of("A17 parents of whiteouts", "d/e/f d/g", "d/e/.wh.f", "d/ d/e/ d/e/.wh.f"),
        Arguments.of("A18 new directories", "", "d/ e/ e/f", "d/ e/ e/f"),
        Arguments.of("A20 split", "a b=a", "b:a", "b:a"),
        Arguments.of("A20 the largest part stays", "a b=a c=a", "a:n .wh.b b:x c=b", "a:n b:x c=b"),
        Arguments.of("A20 group grew", "a c=a", "d=a", "a c=a d=a"),
        Arguments.of("A20 group shrank", "a b=a c=a", ".wh.b", ".wh.b"),
        Arguments.of("A20 group shrank to one", "a b=a", ".wh.a", ".wh.a"),
        Arguments.of("A21 changed under one name only", "a b=a c=a", "c:new", "c:new"),
        Arguments.of("A21 all names re-sent", "a m z=a", ".wh.m m=a", "a m=a z=a"),
        Arguments.of("A22 link backward in the layer", "z", "a=z", "a:z z=a"),
        Arguments.of("A24 symlinks as group", "s->t", "h=s", "h->t s=h"),
        Arguments.of("A25 parents of re-sent names", "d/a e/x", "e/b=d/a", "d/ d/a e/ e/b=d/a"),
        Arguments.of("A26 one whiteout for a directory", "d/a/b/c e", ".wh.d", ".wh.d"),
        Arguments.of("A27 names, not prefixes", "d/x d-x/y d.x", ".wh.d", ".wh.d"),
        Arguments.of("A28 file by directory", "a", "a/ a/b", "a/ a/b"),
        Arguments.of("A28 directory by file", "a/b/c", "a", "a"),
        Arguments.of("A28 symlink by directory", "r/x l->r", "l/ l/x", "l/ l/x"),
        Arguments.of("A28 directory by symlink", "d/x/y r/", "d->r", "d->r"),
        Arguments.of("A29 children gone", "d/a d/b d/c", "d/.wh.a d/.wh.c", "d/ d/.wh.a d/.wh.c"),
        Arguments.of("A29 opaque is not used", "d/a d/b", "d/.wh..wh..opq", "d/ d/.wh.a d/.wh.b"),
        Arguments.of("A29 removed and re-created", "d/a", ".wh.d d/ d/b", "d/ d/.wh.a d/b"),
        Arguments.of(
            "A36 whiteouts before siblings",
            "d/z d/b",
            "d/.wh.z d/a a b/ .wh.d-x",
            "a b/ d/ d/.wh.z d/a"),
        Arguments.of(
            "A36 subtrees together", "", "a-b a/b a.b a/c/d a0", "a/ a/b a/c/ a/c/d a-b a.b a0"),
        Arguments.of("A37 link at its sorted place", "", "b a=b d/c=b", "a:b b=a d/ d/c=a"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void says(String id, String before, String edit, String expected) throws Exception {
    FileTree a = Sketch.tree(items(before));
    FileTree b = plain(Sketch.apply(a, items(edit)), a);

    List<LayerEntry> layer = TreeDiff.between(a, b);

    assertThat(Sketch.show(layer)).containsExactly(items(expected));
    assertThat(a.apply(layer, Findings.strict())).isEqualTo(b);
  }

  /** Puts the contents of the first tree where the text is the same, as a diff of texts would. */
  private static FileTree plain(FileTree b, FileTree a) {
    TreeEditor editor = b.edit();
    b.walk()
        .forEach(
            entry -> {
              Node old = a.find(entry.path()).orElse(null);
              if (old instanceof Node.RegularFile before
                  && entry.node() instanceof Node.RegularFile after
                  && before.content().toString().equals(after.content().toString())
                  && b.linksOf(entry.path()).size() == 1
                  && !before.content().equals(after.content())) {
                editor.put(entry.path(), before);
              }
            });
    return editor.toTree();
  }

  /** LC-A20: two halves, the larger with the greater names. */
  @Test
  void keepsTheLargestPartOfASplitGroup() throws Exception {
    FileTree a = Sketch.tree("a", "b=a", "c=a");
    FileTree b = a.edit().put(A, a.find(A).orElseThrow()).toTree();
    assertThat(Sketch.show(b)).containsExactly("a", "b:a", "c=b");
    assertThat(Sketch.show(TreeDiff.between(a, b))).containsExactly("a");
  }

  /** LC-A20: two halves of equal size. */
  @Test
  void keepsThePartWithTheSmallestNameAmongEqualOnes() throws Exception {
    FileTree a = Sketch.tree("a", "b=a", "c=a", "d=a");
    Node node = a.find(A).orElseThrow();
    FileTree b =
        a.edit().put(TreePath.of("b"), node).link(TreePath.of("c"), TreePath.of("b")).toTree();
    assertThat(Sketch.show(b)).containsExactly("a", "b:a", "c=b", "d=a");
    assertThat(Sketch.show(TreeDiff.between(a, b))).containsExactly("b:a", "c=b");
  }

  /** LC-A20: two groups that became one; and their names stand in a directory that is shared. */
  @Test
  void sendsAMergedGroupWhole() throws Exception {
    FileTree a = Sketch.tree("d/a", "e/b=d/a", "f/x:d/a");
    FileTree b = a.edit().link(TreePath.of("f/x"), TreePath.of("e/b")).toTree();
    assertThat(Sketch.show(TreeDiff.between(a, b)))
        .containsExactly("d/", "d/a", "e/", "e/b=d/a", "f/", "f/x=d/a");
  }

  /** LC-A7: a name in a shared directory is re-sent although nothing in the directory changed. */
  @Test
  void looksIntoSharedDirectoriesForLinksOnly() throws Exception {
    FileTree a = Sketch.tree("shared/z", "apart/a", "shared/y");
    FileTree linked = a.edit().link(TreePath.of("apart/n"), TreePath.of("shared/z")).toTree();
    assertThat(Sketch.show(TreeDiff.between(a, linked)))
        .containsExactly("apart/", "apart/n:shared/z", "shared/", "shared/z=apart/n");
    FileTree split =
        linked
            .edit()
            .put(TreePath.of("apart/n"), a.find(TreePath.of("shared/z")).orElseThrow())
            .toTree();
    assertThat(Sketch.show(TreeDiff.between(linked, split)))
        .as("the group of the smallest name stays")
        .containsExactly("shared/", "shared/z");
  }

  private static FileTree file(Metadata metadata) {
    return FileTree.empty().edit().put(A, new Node.RegularFile(metadata, CONTENT)).toTree();
  }

  private static FileTree directory(Metadata metadata) {
    return FileTree.empty().edit().put(A, new Node.Directory(metadata)).toTree();
  }

  private static Metadata at(long seconds, long nanos) {
    return Metadata.ofMode(0755).withMtime(Instant.ofEpochSecond(seconds, nanos));
  }

  /** LC-A2, LC-A8. */
  @Test
  void countsEveryAttributeOfEveryKind() throws Exception {
    Metadata before = Metadata.ofMode(0755);
    List<Metadata> changes =
        List.of(
            before.withMode(04755),
            before.withOwner(1, 0),
            before.withOwner(0, 1),
            before.withMtime(Instant.ofEpochSecond(1)),
            before.withXattr(ByteString.of("user.a"), ByteString.empty()));
    List<Node> kinds =
        List.of(
            new Node.RegularFile(before, CONTENT),
            new Node.Directory(before),
            new Node.Symlink(before, ByteString.of("t")),
            new Node.Device(before, Node.Kind.BLOCK_DEVICE, 1, 2),
            new Node.Fifo(before));
    for (Node node : kinds) {
      for (Metadata change : changes) {
        FileTree a = FileTree.empty().edit().put(A, node).toTree();
        FileTree b = FileTree.empty().edit().put(A, node.withMetadata(change)).toTree();
        boolean isMode = change.mode() != before.mode();
        int expected = isMode && node.kind() == Node.Kind.SYMLINK ? 0 : 1;
        assertThat(TreeDiff.between(a, b)).as("%s to %s", node, change).hasSize(expected);
        assertThat(TreeDiff.between(b, a)).as("%s to %s", node, change).hasSize(expected);
      }
    }
  }

  /** LC-A4. */
  @Test
  void countsDeviceNumbers() throws Exception {
    FileTree a =
        FileTree.empty()
            .edit()
            .put(A, new Node.Device(Metadata.forFile(), Node.Kind.BLOCK_DEVICE, 1, 2))
            .toTree();
    for (Node other :
        List.of(
            new Node.Device(Metadata.forFile(), Node.Kind.BLOCK_DEVICE, 2, 2),
            new Node.Device(Metadata.forFile(), Node.Kind.BLOCK_DEVICE, 1, 1),
            new Node.Device(Metadata.forFile(), Node.Kind.CHARACTER_DEVICE, 1, 2))) {
      assertThat(TreeDiff.between(a, a.edit().put(A, other).toTree())).hasSize(1);
    }
  }

  /** LC-M5, LC-A5. */
  @Test
  void takesTimesForEqualThatMayHaveLostTheirFraction() throws Exception {
    Object[][] table = {
      // seconds, nanos, seconds, nanos, entries by seconds, entries by nanos
      {5L, 0L, 5L, 0L, 0, 0},
      {5L, 0L, 5L, 7L, 0, 1},
      {5L, 7L, 5L, 0L, 0, 1},
      {5L, 7L, 5L, 8L, 1, 1},
      {5L, 0L, 6L, 0L, 1, 1},
      {-2L, 500_000_000L, -2L, 0L, 0, 1},
      {-2L, 500_000_000L, -1L, 0L, 1, 1},
    };
    DiffOptions nanos = DiffOptions.standard().withTimePrecision(DiffOptions.TimePrecision.NANOS);
    for (Object[] row : table) {
      Metadata before = at((long) row[0], (long) row[1]);
      Metadata after = at((long) row[2], (long) row[3]);
      String as = Arrays.toString(row);
      assertThat(TreeDiff.between(file(before), file(after))).as(as).hasSize((int) row[4]);
      assertThat(TreeDiff.between(file(before), file(after), nanos)).as(as).hasSize((int) row[5]);
      assertThat(TreeDiff.between(directory(before), directory(after)))
          .as(as)
          .hasSize((int) row[4]);
    }
  }

  /** LC-A11. */
  @Test
  void leavesOutTimesOfDirectoriesOnRequest() throws Exception {
    DiffOptions without = DiffOptions.standard().withDirectoryTimes(false);
    FileTree a = directory(at(1, 0));
    assertThat(TreeDiff.between(a, directory(at(2, 0)))).hasSize(1);
    assertThat(TreeDiff.between(a, directory(at(2, 0)), without)).isEmpty();
    assertThat(TreeDiff.between(a, directory(at(2, 0).withMode(0700)), without)).hasSize(1);
    assertThat(TreeDiff.between(file(at(1, 0)), file(at(2, 0)), without)).hasSize(1);
  }

  /** LC-A13, LC-A15. */
  @Test
  void saysTheRootOnlyIfMoreThanItsTimeDiffers() throws Exception {
    FileTree a = Sketch.tree("x");
    FileTree later = a.edit().put(TreePath.root(), new Node.Directory(at(9, 0))).toTree();
    FileTree closed =
        a.edit().put(TreePath.root(), new Node.Directory(Metadata.ofMode(0700))).toTree();
    DiffOptions withTime = DiffOptions.standard().withRootTime(true);

    assertThat(TreeDiff.between(a, later)).isEmpty();
    assertThat(Sketch.show(TreeDiff.between(a, later, withTime))).containsExactly("./");
    assertThat(Sketch.show(TreeDiff.between(a, closed))).containsExactly("./");
    assertThat(Sketch.show(TreeDiff.between(FileTree.empty(), a))).containsExactly("x");
    assertThat(Sketch.show(TreeDiff.between(FileTree.empty(), closed))).containsExactly("./", "x");
    assertThat(a.apply(TreeDiff.between(a, closed), Findings.strict())).isEqualTo(closed);
  }

  /** LC-A9. */
  @Test
  void leavesOutAttributesThatBelongToOneMachine() throws Exception {
    FileTree plain = file(Metadata.forFile());
    for (String name :
        List.of(
            "security.selinux",
            "security.ima",
            "security.evm",
            "security.apparmor",
            "system.nfs4_acl",
            "trusted.overlay.opaque",
            "user.rootlesscontainers",
            "user.containers.override_stat",
            "com.apple.quarantine")) {
      Metadata metadata = Metadata.forFile().withXattr(ByteString.of(name), ByteString.of("1"));
      assertThat(TreeDiff.between(plain, file(metadata))).as(name).isEmpty();
      assertThat(TreeDiff.between(FileTree.empty(), file(metadata)))
          .containsExactlyElementsOf(TreeDiff.between(FileTree.empty(), plain));
      assertThat(
              TreeDiff.between(
                  plain, file(metadata), DiffOptions.standard().withoutXattrs(List.of("user.*x"))))
          .hasSize(1);
    }
    Metadata kept =
        Metadata.forFile().withXattr(ByteString.of("security.imagine"), ByteString.of("1"));
    assertThat(TreeDiff.between(plain, file(kept))).hasSize(1);
    assertThat(
            TreeDiff.between(
                plain, file(kept), DiffOptions.standard().withoutXattrs(List.of("security.*"))))
        .isEmpty();
  }

  /** LC-A10. */
  @Test
  void writesCapabilitiesWithoutTheirNamespace() throws Exception {
    ByteString name = ByteString.of("security.capability");
    byte[] third = {
      1, 0, 0, 3, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 9, 9, 9, 9
    };
    byte[] second = {1, 0, 0, 2, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25};
    FileTree a = file(Metadata.forFile().withXattr(name, ByteString.of(second)));
    FileTree b = file(Metadata.forFile().withXattr(name, ByteString.of(third)));

    assertThat(TreeDiff.between(a, b)).isEmpty();
    assertThat(TreeDiff.between(FileTree.empty(), b))
        .isEqualTo(TreeDiff.between(FileTree.empty(), a));
    LayerEntry.Present entry = (LayerEntry.Present) TreeDiff.between(FileTree.empty(), b).get(0);
    assertThat(entry.node().metadata().xattrs().get(name)).isEqualTo(ByteString.of(second));
  }

  /** LC-A23. */
  @Test
  void givesLinksTheAttributesOfTheirInode() throws Exception {
    Metadata metadata = Metadata.ofMode(0600).withOwner(3, 4);
    FileTree b = file(metadata).edit().link(TreePath.of("b"), A).toTree();
    assertThat(TreeDiff.between(FileTree.empty(), b))
        .containsExactly(
            new LayerEntry.Present(A, new Node.RegularFile(metadata, CONTENT)),
            new LayerEntry.Link(TreePath.of("b"), A, metadata));
  }

  /** LC-A33, and what is too long to be removed. */
  @Test
  void refusesNamesThatALayerCannotSay() throws Exception {
    Node file = new Node.RegularFile(Metadata.forFile(), CONTENT);
    for (String name : List.of(".wh.x", ".wh..wh..opq", ".wh.d/x", "d/.wh.x")) {
      FileTree b = FileTree.empty().edit().put(TreePath.of(name), file).toTree();
      for (FileTree[] pair : new FileTree[][] {{FileTree.empty(), b}, {b, FileTree.empty()}}) {
        if (name.startsWith("d/") && pair[0].equals(b)) {
          continue; // all of d goes at once, whatever it holds
        }
        assertThatThrownBy(() -> TreeDiff.between(pair[0], pair[1]))
            .isInstanceOf(UnsupportedContentException.class)
            .hasMessageContaining(".wh.");
      }
    }
    FileTree below = FileTree.empty().edit().put(TreePath.of(".wh.d/x"), file).toTree();
    FileTree more = below.edit().put(TreePath.of(".wh.d/y"), file).toTree();
    assertThatThrownBy(() -> TreeDiff.between(below, more))
        .isInstanceOf(UnsupportedContentException.class);
    assertThat(TreeDiff.between(below, below.edit().put(A, file).toTree())).hasSize(1);

    FileTree fits = FileTree.empty().edit().put(TreePath.of("n".repeat(251)), file).toTree();
    FileTree tooLong = FileTree.empty().edit().put(TreePath.of("n".repeat(252)), file).toTree();
    assertThat(TreeDiff.between(fits, FileTree.empty())).hasSize(1);
    assertThatThrownBy(() -> TreeDiff.between(tooLong, FileTree.empty()))
        .isInstanceOf(UnsupportedContentException.class)
        .hasMessageContaining("too long");
  }

  /** LC-A1, LC-A6. */
  @Test
  void readsContentsOnRequest() throws Exception {
    FileTree a = Sketch.tree("a:1234", "b:1", "c:long");
    FileTree b = Sketch.tree("a:1234", "b:2", "c:longer");
    DiffOptions reading = DiffOptions.standard().withContents(DiffOptions.Contents.BY_BYTES);
    assertThat(Sketch.show(TreeDiff.between(a, b))).containsExactly("a:1234", "b:2", "c:longer");
    assertThat(Sketch.show(TreeDiff.between(a, b, reading))).containsExactly("b:2", "c:longer");

    FileTree big = Sketch.tree("a:" + "x".repeat(200_000) + "1");
    FileTree sameSize = Sketch.tree("a:" + "x".repeat(200_000) + "2");
    assertThat(TreeDiff.between(big, sameSize, reading)).hasSize(1);
    FileTree copy = Sketch.tree("a:" + "x".repeat(200_000) + "1");
    assertThat(TreeDiff.between(big, copy, reading)).isEmpty();
  }

  @Test
  void failsIfContentsCannotBeRead() {
    FileContent broken =
        new FileContent() {
          @Override
          public long size() {
            return 4;
          }

          @Override
          public InputStream open() throws IOException {
            throw new IOException("gone");
          }
        };
    FileTree a = file(Metadata.forFile());
    FileTree b = a.edit().put(A, new Node.RegularFile(Metadata.forFile(), broken)).toTree();
    DiffOptions reading = DiffOptions.standard().withContents(DiffOptions.Contents.BY_BYTES);
    assertThatThrownBy(() -> TreeDiff.between(a, b, reading))
        .isInstanceOf(IOException.class)
        .hasMessage("gone");
  }

  @Test
  void keepsUntouchedDirectoriesAsTheyAre() throws Exception {
    FileTree a = Sketch.tree("d0/x", "d3/y", "d4/f4", "d4/z");
    FileTree b = Sketch.apply(a, "d3/new", "d4/.wh.f4");
    assertThat(b.find(TreePath.of("d0")).orElseThrow())
        .isSameAs(a.find(TreePath.of("d0")).orElseThrow());
    assertThat(b.find(TreePath.of("d3")).orElseThrow())
        .isNotSameAs(a.find(TreePath.of("d3")).orElseThrow());
    assertThat(Sketch.show(TreeDiff.between(a, b)))
        .containsExactly("d3/", "d3/new", "d4/", "d4/.wh.f4");
  }

  /** A tree of a thousand million names, made by repeating itself: nobody may walk through it. */
  @Test
  void doesNotLookIntoWhatIsShared() {
    Folder folder = Folder.empty(Metadata.forDirectory());
    for (int i = 0; i < 29; i++) {
      folder =
          new Folder(
              Metadata.forDirectory(), new byte[][] {{'a'}, {'b'}}, new Node[] {folder, folder});
    }
    FileTree a = new FileTree(folder, Links.none());
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          FileTree b = Sketch.apply(a, "a/b/new", "a/a/.wh.b", "b/x=a/b/new", "c/");
          List<LayerEntry> layer = TreeDiff.between(a, b);
          assertThat(Sketch.show(layer))
              .containsExactly(
                  "a/", "a/a/", "a/a/.wh.b", "a/b/", "a/b/new", "b/", "b/x=a/b/new", "c/");
          assertThat(a.apply(layer, Findings.strict()).find(TreePath.of("b/x"))).isPresent();
          assertThat(a.equals(b)).isFalse();
          assertThat(TreeDiff.between(b, b)).isEmpty();
        });
  }
}
