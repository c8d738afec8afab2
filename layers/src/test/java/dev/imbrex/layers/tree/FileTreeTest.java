package dev.imbrex.layers.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileTreeTest {
  private static final TreePath A = TreePath.of("a");
  private static final TreePath B = TreePath.of("b");

  private static Node file(String text) {
    return new Node.RegularFile(Metadata.forFile(), new TextContent(text));
  }

  @Nested
  class Reading {
    private final FileTree tree;

    Reading() throws Exception {
      tree = Sketch.tree("d/f", "l->d", "etc/passwd->../../d/f", "out->../x");
    }

    @Test
    void opensAFileWhereItIs() throws Exception {
      FileTree hello = FileTree.empty().edit().put(A, file("hello")).toTree();
      try (InputStream in = hello.open(A)) {
        assertThat(in).hasContent("hello");
      }
    }

    @Test
    void opensNothingButFiles() {
      for (String path : new String[] {"l/f", "l", "d", "none"}) {
        assertThatThrownBy(() -> tree.open(TreePath.of(path)))
            .isInstanceOf(ContentNotFoundException.class)
            .hasMessageContaining(path);
      }
    }

    /** LC-C9: what an image says about its users is read inside the image. */
    @Test
    void readsWhatAPathLeadsToInsideTheTree() throws Exception {
      byte[] direct = tree.read(TreePath.of("d/f"), 100);
      assertThat(tree.read(TreePath.of("etc/passwd"), 100)).isEqualTo(direct);
      assertThat(tree.read(TreePath.of("l/f"), direct.length)).isEqualTo(direct);
    }

    /** LC-C9, LC-C22. */
    @Test
    void readsNoDeviceAndNothingTooLarge() throws Exception {
      FileTree hostile =
          tree.edit()
              .put(A, new Node.Device(Metadata.forFile(), Node.Kind.CHARACTER_DEVICE, 1, 5))
              .put(B, new Node.Symlink(Metadata.forFile(), ByteString.of("../../a")))
              .toTree();
      for (TreePath path : List.of(A, B, TreePath.of("out"), TreePath.of("d"))) {
        assertThatThrownBy(() -> hostile.read(path, 100))
            .isInstanceOf(ContentNotFoundException.class);
      }
      int size = tree.read(TreePath.of("d/f"), 100).length;
      assertThatThrownBy(() -> tree.read(TreePath.of("d/f"), size - 1))
          .isInstanceOf(LimitExceededException.class)
          .hasMessageContaining("/d/f");
      assertThatIllegalArgumentException().isThrownBy(() -> tree.read(A, -1));
    }
  }

  @Nested
  class LookingUp {
    /** LC-E1. */
    @Test
    void findsOnlyARootInTheEmptyTree() {
      FileTree empty = FileTree.empty();
      assertThat(empty.find(TreePath.root())).contains(new Node.Directory(Metadata.forDirectory()));
      assertThat(empty.find(A)).isEmpty();
      assertThat(empty.count()).isZero();
      assertThat(empty.size()).isZero();
    }

    /** LC-E3. */
    @Test
    void doesNotFollowLinks() throws Exception {
      FileTree tree = Sketch.tree("d/f", "l->d");
      assertThat(tree.find(TreePath.of("l/f"))).isEmpty();
      assertThat(tree.find(TreePath.of("l")).orElseThrow()).isInstanceOf(Node.Symlink.class);
      assertThat(tree.find(TreePath.of("d/f/g"))).isEmpty();
    }

    /** LC-B29, LC-E3: as chroot would. */
    @ParameterizedTest
    @CsvSource({
      "f, f",
      "d/f, d/f",
      "abs, d",
      "abs/f, d/f",
      "rel/f, d/f",
      "d/up, f",
      "out/f, f",
      "chain/f, d/f",
      "slash/f, d/f",
      "dots/f, d/f",
      "dangling,",
      "dangling/x,",
      "f/x,",
      "tofile/x,",
      "filedots,",
      "missingdots,",
      "none,",
      "fileslash,",
    })
    void followsLinksInsideTheRoot(String path, String expected) throws Exception {
      FileTree tree =
          Sketch.tree(
              "f",
              "d/f",
              "abs->/d",
              "rel->./d",
              "d/up->../f",
              "out->../../..",
              "chain->rel",
              "slash->//d/",
              "dots->d/../d/.",
              "dangling->none",
              "tofile->f",
              "filedots->f/../d",
              "missingdots->none/../d",
              "fileslash->f/");
      assertThat(tree.follow(TreePath.of(path)).map(TreePath::toString))
          .isEqualTo(java.util.Optional.ofNullable(expected).map(e -> "/" + e));
    }

    /** LC-E3, LC-G12. */
    @Test
    void listsInByteOrder() throws Exception {
      FileTree tree = Sketch.tree("d/b", "d/a/x", "d/\u00e9", "d/Z", "d/a-b");
      assertThat(tree.list(TreePath.of("d")))
          .extracting(e -> e.path().toString())
          .containsExactly("/d/Z", "/d/a", "/d/a-b", "/d/b", "/d/\u00e9");
      assertThat(tree.list(TreePath.root())).hasSize(1);
      assertThatThrownBy(() -> tree.list(TreePath.of("d/b")))
          .isInstanceOf(ContentNotFoundException.class);
      assertThatThrownBy(() -> tree.list(TreePath.of("e")))
          .isInstanceOf(ContentNotFoundException.class);
    }

    @Test
    void walksInTheOrderOfPaths() throws Exception {
      FileTree tree = Sketch.tree("a-b", "a/x/y", "a/b", "b", "e/");
      List<TreePath> paths = tree.walk().map(FileTree.Entry::path).toList();
      assertThat(paths).isSorted().hasSize(8).startsWith(TreePath.root());
      assertThat(tree.walk(TreePath.of("a")).map(e -> e.path().toString()))
          .containsExactly("/a", "/a/b", "/a/x", "/a/x/y");
      assertThat(tree.walk(TreePath.of("b"))).hasSize(1);
      assertThat(tree.walk(TreePath.of("none"))).isEmpty();
      Iterator<FileTree.Entry> end = tree.walk(TreePath.of("b")).iterator();
      end.next();
      assertThatThrownBy(end::next).isInstanceOf(NoSuchElementException.class);
      assertThat(tree.count()).isEqualTo(7);
    }

    /** LC-E17. */
    @Test
    void countsTheBytesOfEachInodeOnce() throws Exception {
      FileTree tree = Sketch.tree("a:12345", "d/b=a", "d/c=a", "d/e:123", "s->t");
      assertThat(tree.size()).isEqualTo(8);
      assertThat(tree.size(TreePath.of("d"))).isEqualTo(8);
      assertThat(tree.size(TreePath.of("d/b"))).isEqualTo(5);
      assertThat(tree.size(TreePath.of("s"))).isZero();
      assertThat(tree.size(TreePath.of("none"))).isZero();
    }
  }

  /** LC-M4. */
  @Nested
  class Equality {
    @Test
    void comparesNamesNodesAndLinkGroups() throws Exception {
      Node node = file("x");
      FileTree two = FileTree.empty().edit().put(A, node).put(B, node).toTree();
      FileTree again = FileTree.empty().edit().put(B, node).put(A, node).toTree();
      FileTree linked = FileTree.empty().edit().put(A, node).link(B, A).toTree();
      FileTree linkedBack = FileTree.empty().edit().put(B, node).link(A, B).toTree();

      assertThat(two).isEqualTo(again).hasSameHashCodeAs(again).isNotEqualTo(linked);
      assertThat(linked).isEqualTo(linkedBack).hasSameHashCodeAs(linkedBack);
      assertThat(two.edit().put(A, file("x")).toTree()).isNotEqualTo(two);
      assertThat(two.edit().setMetadata(A, Metadata.ofMode(0)).toTree()).isNotEqualTo(two);
      assertThat(two.edit().put(TreePath.of("c"), node).toTree()).isNotEqualTo(two);
      assertThat(two.edit().setMetadata(TreePath.root(), Metadata.ofMode(0)).toTree())
          .isNotEqualTo(two);
      FileTree renamed = FileTree.empty().edit().put(A, node).put(TreePath.of("c"), node).toTree();
      assertThat(renamed).isNotEqualTo(two);
    }

    @Test
    void tellsPartitionsApartThatHaveEquallyManyGroups() throws Exception {
      Node node = file("x");
      TreePath c = TreePath.of("c");
      FileTree ab = FileTree.empty().edit().put(A, node).link(B, A).put(c, node).toTree();
      FileTree bc = FileTree.empty().edit().put(A, node).put(B, node).link(c, B).toTree();
      assertThat(ab).isNotEqualTo(bc);
      assertThat(bc).isNotEqualTo(ab);
    }
  }

  @Nested
  class Editing {
    @Test
    void leavesTheOldTreeAloneAndSharesWhatIsEqual() throws Exception {
      FileTree old = Sketch.tree("d/a", "e/b");
      TreeEditor editor = old.edit().put(TreePath.of("d/x"), file("x"));
      FileTree first = editor.toTree();
      FileTree second = editor.put(TreePath.of("d/y"), file("y")).toTree();

      assertThat(Sketch.show(old)).containsExactly("d/", "d/a", "e/", "e/b");
      assertThat(Sketch.show(first)).containsExactly("d/", "d/a", "d/x:x", "e/", "e/b");
      assertThat(Sketch.show(second)).contains("d/y:y");
      assertThat(second.find(TreePath.of("e")).orElseThrow())
          .isSameAs(old.find(TreePath.of("e")).orElseThrow());
    }

    @Test
    void thatComesToNothingGivesTheVerySameDirectories() throws Exception {
      FileTree old = Sketch.tree("d/e/a", "b", "c=b");
      TreeEditor editor = old.edit();
      editor.put(TreePath.of("d/e/x"), file("x"));
      editor.remove(TreePath.of("d/e/x"));
      editor.put(TreePath.of("d"), new Node.Directory(Metadata.forDirectory()));
      editor.link(TreePath.of("z"), B).remove(TreePath.of("z"));
      FileTree same = editor.toTree();
      assertThat(same.find(TreePath.root()).orElseThrow())
          .isSameAs(old.find(TreePath.root()).orElseThrow());
      assertThat(same).isEqualTo(old);
    }

    /** LC-M3: an inode is made by putting, not by the value put. */
    @Test
    void doesNotLinkNamesThatWereGivenOneValue() {
      Node node = file("x");
      FileTree tree = FileTree.empty().edit().put(A, node).put(B, node).toTree();
      assertThat(tree.linksOf(A)).containsExactly(A);
      FileTree copied = tree.edit().put(B, tree.find(A).orElseThrow()).toTree();
      assertThat(copied.linksOf(B)).containsExactly(B);
    }

    @Test
    void putsADirectoryOfATreeWithoutItsChildren() throws Exception {
      FileTree tree = Sketch.tree("d/a");
      FileTree next = tree.edit().put(B, tree.find(TreePath.of("d")).orElseThrow()).toTree();
      assertThat(Sketch.show(next)).containsExactly("b/", "d/", "d/a");
    }

    @Test
    void changesAttributesUnderAllNames() throws Exception {
      FileTree tree = Sketch.tree("a", "b=a", "d/c=a");
      FileTree changed = tree.edit().setMetadata(B, Metadata.ofMode(0600)).toTree();
      for (String name : List.of("a", "b", "d/c")) {
        assertThat(changed.find(TreePath.of(name)).orElseThrow().metadata().mode()).isEqualTo(0600);
      }
      assertThat(changed.linksOf(A)).hasSize(3);
      assertThat(tree.find(A).orElseThrow().metadata().mode()).isEqualTo(0644);
      assertThat(changed.walk())
          .allSatisfy(
              entry -> assertThat(changed.linksOf(entry)).isEqualTo(changed.linksOf(entry.path())));

      FileTree split = changed.edit().put(A, file("n")).setMetadata(B, Metadata.ofMode(1)).toTree();
      assertThat(split.linksOf(B)).containsExactly(B, TreePath.of("d/c"));
    }

    @Test
    void seesItsOwnChangesBeforeTheTreeIsMade() throws Exception {
      TreeEditor editor = Sketch.tree("d/a", "l->d").edit();
      editor.put(B, file("b")).link(TreePath.of("d/e"), B);
      assertThat(editor.find(TreePath.of("d/e"))).isEqualTo(editor.find(B)).isPresent();
      assertThat(editor.linksOf(B)).containsExactly(B, TreePath.of("d/e"));
      assertThat(editor.linksOf(TreePath.of("d"))).containsExactly(TreePath.of("d"));
      assertThat(editor.linksOf(TreePath.of("none"))).isEmpty();
      assertThat(editor.realPath(TreePath.of("l/new"))).isEqualTo(TreePath.of("d/new"));
      assertThat(editor.realPath(TreePath.of("l"))).isEqualTo(TreePath.of("l"));
      assertThat(editor.realPath(TreePath.of("x/y"))).isEqualTo(TreePath.of("x/y"));
      assertThat(editor.realPath(TreePath.root())).isEqualTo(TreePath.root());
      editor.removeChildren(TreePath.of("d"));
      assertThat(editor.linksOf(B)).containsExactly(B);
      assertThat(editor.remove(TreePath.of("d/a"))).isFalse();
      assertThat(editor.remove(TreePath.of("b/x"))).isFalse();
      assertThat(editor.remove(B)).isTrue();
      assertThat(Sketch.show(editor.toTree())).containsExactly("d/", "l->d");
      TreeEditor loop = Sketch.tree("l->l").edit();
      assertThatThrownBy(() -> loop.realPath(TreePath.of("l/x")))
          .isInstanceOf(MalformedContentException.class);
    }

    @Test
    void refusesWhatCannotBe() throws Exception {
      TreeEditor editor = Sketch.tree("a", "d/").edit();
      TreePath below = TreePath.of("a/x");
      TreePath d = TreePath.of("d");
      assertThatIllegalArgumentException().isThrownBy(() -> editor.put(below, file("x")));
      assertThatIllegalArgumentException().isThrownBy(() -> editor.link(below, A));
      assertThatIllegalArgumentException().isThrownBy(() -> editor.put(TreePath.root(), file("x")));
      assertThatIllegalArgumentException().isThrownBy(() -> editor.link(TreePath.root(), A));
      assertThatIllegalArgumentException().isThrownBy(() -> editor.link(A, A));
      assertThatIllegalArgumentException().isThrownBy(() -> editor.link(B, d));
      assertThatIllegalArgumentException().isThrownBy(() -> editor.link(B, TreePath.of("no")));
      assertThatIllegalArgumentException().isThrownBy(() -> editor.remove(TreePath.root()));
      assertThatIllegalArgumentException().isThrownBy(() -> editor.removeChildren(A));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> editor.setMetadata(B, Metadata.forFile()));
      assertThat(Sketch.show(editor.toTree())).containsExactly("a", "d/");
    }

    /** A path may have 2048 names; callers' threads may have small stacks. */
    @Test
    void goesAsDeepAsPathsCan() throws Exception {
      FutureTask<Void> task =
          new FutureTask<>(
              () -> {
                goDeep();
                return null;
              });
      Thread thread = new Thread(null, task, "small stack", 512 * 1024);
      thread.start();
      task.get();
    }

    private void goDeep() throws Exception {
      TreePath deep = TreePath.of("d/".repeat(2047) + "f");
      FileTree a = FileTree.empty().edit().put(deep, file("1")).toTree();
      FileTree b = a.edit().put(deep, file("2")).toTree();
      assertThat(a.count()).isEqualTo(2048);
      List<LayerEntry> layer = TreeDiff.between(a, b);
      assertThat(layer).hasSize(2048);
      assertThat(a.apply(layer, Findings.strict()).equals(b)).isTrue();
      TreeEditor editor = a.edit().link(TreePath.of("x"), deep);
      editor.remove(TreePath.of("d"));
      assertThat(Sketch.show(editor.toTree())).containsExactly("x:1");
    }
  }

  /** A directory put whole is what its children would make one by one. */
  @Nested
  class PuttingDirectories {
    private final Node one = file("one");
    private final Node two = file("two");
    private final Metadata metadata = Metadata.ofMode(0700);

    private List<ByteString> names(String... names) {
      return Stream.of(names).map(ByteString::of).toList();
    }

    private TreeEditor put(TreeEditor editor, TreePath path) {
      return editor.putDirectory(path, metadata, names("a", "b"), List.of(one, two));
    }

    @Test
    void isWhatTheChildrenMakeOneByOne() {
      TreePath below = TreePath.of("x/y");
      for (TreePath path : List.of(TreePath.root(), A, below)) {
        FileTree slow =
            FileTree.empty()
                .edit()
                .put(path, new Node.Directory(metadata))
                .put(path.child("a"), one)
                .put(path.child("b"), two)
                .toTree();
        assertThat(put(FileTree.empty().edit(), path).toTree()).isEqualTo(slow);
      }
    }

    @Test
    void takesThePlaceOfAllThatWasThere() throws Exception {
      TreePath link = TreePath.of("l");
      TreeEditor editor =
          FileTree.empty()
              .edit()
              .put(A.child("old"), one)
              .put(A.child("d").child("f"), two)
              .link(link, A.child("d").child("f"));
      FileTree tree = put(editor, A).put(A.child("d").child("new"), one).toTree();
      assertThat(tree.walk().map(entry -> entry.path().toString()))
          .containsExactly("/", "/a", "/a/a", "/a/b", "/a/d", "/a/d/new", "/l");
      assertThat(tree.linksOf(link)).containsExactly(link);

      FileTree whole = put(tree.edit().link(B, A.child("a")), TreePath.root()).toTree();
      assertThat(whole.walk().map(entry -> entry.path().toString()))
          .containsExactly("/", "/a", "/b");
      assertThat(whole.linksOf(A)).containsExactly(A);
      assertThat(put(FileTree.empty().edit().put(A, one), A).toTree().list(A)).hasSize(2);
    }

    /** The caller may put the same value elsewhere, and has no further name of an inode by that. */
    @Test
    void makesNewInodes() {
      FileTree tree =
          FileTree.empty()
              .edit()
              .putDirectory(A, metadata, names("a", "b"), List.of(one, one))
              .link(B, A.child("a"))
              .toTree();
      assertThat(tree.linksOf(A.child("a"))).containsExactly(A.child("a"), B);
      assertThat(tree.linksOf(A.child("b"))).containsExactly(A.child("b"));
    }

    @Test
    void refusesWhatIsNoDirectory() {
      TreeEditor editor = FileTree.empty().edit().put(B, one);
      for (List<ByteString> wrong :
          List.of(
              names("a"), names("b", "a"), names("a", "a"), names("a", "b/c"), names("", "a"))) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> editor.putDirectory(A, metadata, wrong, List.of(one, two)));
      }
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  editor.putDirectory(
                      A, metadata, names("a"), List.of(new Node.Directory(metadata))));
      assertThatIllegalArgumentException().isThrownBy(() -> put(editor, B.child("c")));
      assertThat(editor.toTree().count()).isEqualTo(1);
    }
  }
}
