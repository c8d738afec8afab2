package dev.imbrex.layers.tree;

import static dev.imbrex.layers.tree.Finding.Code.AUFS_LEFTOVER;
import static dev.imbrex.layers.tree.Finding.Code.DUPLICATE_PATH;
import static dev.imbrex.layers.tree.Finding.Code.LINK_TO_REMOVED;
import static dev.imbrex.layers.tree.Finding.Code.REPLACED_ANCESTOR;
import static dev.imbrex.layers.tree.Finding.Code.SYMLINK_AS_PARENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.tree.Finding.Code;
import dev.imbrex.manifest.error.MalformedContentException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases of LC-B.3 to LC-B.6, in the notation of {@link Sketch}. */
class ApplyCasesTest {
  private static String[] items(String line) {
    return line.isEmpty() ? new String[0] : line.split(" ");
  }

  private static Arguments given(
      String id, String lower, String layer, String result, Code... found) {
    return Arguments.of(id, lower, layer, result, List.of(found));
  }

  static Stream<Arguments> cases() {
    return Stream.of(
        given("B27 root by any name", "", "./ a", "a"),
        given("B29 absolute target", "r/ l->/r", "l/x", "l->/r r/ r/x:l/x", SYMLINK_AS_PARENT),
        given(
            "B29 relative target",
            "d/ r/ d/l->../r",
            "d/l/x",
            "d/ d/l->../r r/ r/x:d/l/x",
            SYMLINK_AS_PARENT),
        given(
            "B29 above the root",
            "r/ l->../../../r",
            "l/x",
            "l->../../../r r/ r/x:l/x",
            SYMLINK_AS_PARENT),
        given(
            "B29 chain",
            "r/ l->m m->/n n->r",
            "l/x",
            "l->m m->/n n->r r/ r/x:l/x",
            SYMLINK_AS_PARENT),
        given("B29 last name is not followed", "r/ l->r", "l", "l r/"),
        given("B30 sees what the layer wrote", "", "r/ l->r l/x", "l->r r/ r/x:l/x"),
        given("B30 sees replaced links", "r/ l->r", "l/ l/x", "l/ l/x r/"),
        given("B32 dangling", "l->r/s", "l/x", "l->r/s r/ r/s/ r/s/x:l/x", SYMLINK_AS_PARENT),
        given("B33 missing parents", "", "a/b/c", "a/ a/b/ a/b/c"),
        given("B34 lower file as ancestor", "a", "a/b/c", "a/ a/b/ a/b/c", REPLACED_ANCESTOR),
        given(
            "B34 lower file behind a link",
            "f l->f",
            "l/x",
            "f/ f/x:l/x l->f",
            SYMLINK_AS_PARENT,
            REPLACED_ANCESTOR),
        given("B36 file", "a b", ".wh.a", "b"),
        given("B36 subtree", "d/a/x d/b", "d/.wh.a", "d/ d/b"),
        given("B36 symlink, not its target", "r/x l->r", ".wh.l", "r/ r/x"),
        given("A27 whole names only", "d/x d-x d.x", ".wh.d", "d-x d.x"),
        given("B37 missing", "a", ".wh.b no/.wh.c", "a"),
        given("B40 opaque", "d/a/b/c d/e f", "d/.wh..wh..opq", "d/ f"),
        given("B40 opaque after new entries", "d/a", "d/ d/b d/.wh..wh..opq", "d/ d/b"),
        given("B40 opaque root", "a d/b", "c .wh..wh..opq", "c"),
        given("B40 opaque without effect", "", "d/.wh..wh..opq", ""),
        given(
            "B41 leftovers", "", ".wh..wh.aufs .wh..wh.orph a", "a", AUFS_LEFTOVER, AUFS_LEFTOVER),
        given(
            "B41 link source",
            "",
            ".wh..wh.plnk/1.2:t a=.wh..wh.plnk/1.2 b=.wh..wh.plnk/1.2",
            "a:t b=a",
            AUFS_LEFTOVER),
        given(
            "B41 link source made from a file",
            "f",
            ".wh..wh.plnk/1=f a=.wh..wh.plnk/1",
            "a:f f=a",
            AUFS_LEFTOVER),
        given("B43 through a lower link", "r/x r/y l->r", "l/.wh.x", "l->r r/ r/y"),
        given("B43 opaque through a lower link", "r/x l->r", "l/.wh..wh..opq", "l->r r/"),
        given(
            "B43 not through a link that the layer replaces",
            "r/x l->r",
            "l/ l/.wh.x",
            "l/ r/ r/x"),
        given("B43 own directory over a lower one", "d/x d/y", "d/ d/.wh.x", "d/ d/y"),
        given("B43 own file over a lower directory", "d/x", "d d/.wh.x", "d"),
        given("B43 own link over a lower directory", "d/x r/x", "d->r d/.wh.x", "d->r r/ r/x"),
        given("B43 the own entry is not yet followed", "r/x", "l->r l/.wh.x", "l->r r/ r/x"),
        given("B43 through the lower as it was", "r/x l->r", ".wh.l l/.wh.x", "r/"),
        given(
            "B43 an own entry counts below a removed link",
            "d/s/x l->d",
            ".wh.l l/s l/s/.wh.x",
            "d/ d/s/ d/s/x l/ l/s"),
        given("B43 below a file", "f", "f/.wh.x", "f"),
        given("M6 a whiteout spares the layer's own", "a:old", "a:new .wh.a", "a:new"),
        given("B44 whiteout and file", "a:old", ".wh.a a:new", "a:new"),
        given("B44 whiteout and directory", "d/x", ".wh.d d/ d/y", "d/ d/y"),
        given("B44 directory, then whiteout", "d/x", "d/ d/y .wh.d", "d/ d/y"),
        given("B45 lowest layer", "", ".wh.a d/.wh..wh..opq b", "b"),
        given("B46 directory over directory", "d/x", "d/", "d/ d/x"),
        given("B47 file over directory", "d/x/y", "d", "d"),
        given("B47 directory over file", "d", "d/ d/x", "d/ d/x"),
        given("B47 other names keep the old inode", "a b=a", "a:new", "a:new b:a"),
        given("B48 directory over link to directory", "r/x l->r", "l/", "l/ r/ r/x"),
        given("B49 file over link", "t l->t", "l:new", "l:new t"),
        given("B50 the later acts on the earlier", "", "a:1 a:2", "a:2", DUPLICATE_PATH),
        given("B50 file, then directory", "", "a a/ a/b", "a/ a/b", DUPLICATE_PATH),
        given("B50 directory, then file", "", "a/ a/b a", "a", DUPLICATE_PATH),
        given("B51 absolute target", "", "d/a b=/d/a", "b:d/a d/ d/a=b"),
        given(
            "B51 parent of the target through a link",
            "r/a l->r",
            "b=l/a",
            "b:r/a l->r r/ r/a=b",
            SYMLINK_AS_PARENT),
        given("B52 lower file", "a", "b=a", "a b=a"),
        given("B52 lower file that the layer removes", "a", ".wh.a b=a", "b:a", LINK_TO_REMOVED),
        given("B52 the same, whiteout last", "a", "b=a .wh.a", "b:a", LINK_TO_REMOVED),
        given(
            "B52 two links to what is removed",
            "a",
            ".wh.a b=a c=a",
            "b:a c=b",
            LINK_TO_REMOVED,
            LINK_TO_REMOVED),
        given(
            "B52 removed, but one name is left", "a c=a", ".wh.a b=a", "b:a c=b", LINK_TO_REMOVED),
        given(
            "B52 way removed, inode left",
            "r/f l->r",
            ".wh.l x=l/f",
            "r/ r/f x=r/f",
            LINK_TO_REMOVED),
        given("B52 the current state first", "a:old", "a:new b=a", "a:new b=a"),
        given("B53 later entries do not matter", "", "a:1 b=a a:2", "a:2 b:1", DUPLICATE_PATH),
        given("B55 link to a symlink", "", "s->t h=s", "h->t s=h"),
        given("B58 missing parents", "a", "x/y/b=a", "a x/ x/y/ x/y/b=a"),
        given("link over a directory that holds the target", "d/f", "d=d/f", "d:d/f"),
        given(
            "link in place of the target's own file", "f", "f/x=f", "f/ f/x:f", REPLACED_ANCESTOR),
        given("link to what it is linked to", "a b=a", "b=a", "a b=a"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void applies(String id, String lower, String layer, String result, List<Code> found)
      throws Exception {
    FileTree tree = Sketch.tree(items(lower));
    List<String> before = Sketch.show(tree);
    Findings findings = Findings.tolerant();

    FileTree applied = tree.apply(Sketch.layer(items(layer)), findings);

    assertThat(Sketch.show(applied)).containsExactly(items(result));
    assertThat(findings.all()).extracting(Finding::code).containsExactlyElementsOf(found);
    assertThat(Sketch.show(tree)).as("the lower tree").isEqualTo(before);
    if (!found.isEmpty()) {
      assertThatThrownBy(() -> tree.apply(Sketch.layer(items(layer)), Findings.strict()))
          .isInstanceOf(MalformedContentException.class)
          .hasMessageContaining(found.get(0).name());
    }
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of("B27 root as link", "", ".->x"),
        Arguments.of("B27 root as hard link", "a", ".=a"),
        Arguments.of("B29 loop", "l->l", "l/x"),
        Arguments.of("B29 loop of two", "", "l->m m->l l/x"),
        Arguments.of("B29 loop before a whiteout", "l->l", "l/.wh.x"),
        Arguments.of("B29 loop before a link's target", "l->l", "x=l/y"),
        Arguments.of("B34 own file as ancestor", "", "a a/b"),
        Arguments.of("B34 own file as ancestor of a directory", "", "a a/b/c/"),
        Arguments.of("B34 own hard link as ancestor", "f", "a=f a/b"),
        Arguments.of("B34 own file behind an own link", "", "f l->f l/x"),
        Arguments.of("B52 missing", "", "b=a"),
        Arguments.of("B52 whiteout name", "a", "b=.wh.a"),
        Arguments.of("B52 link source that is not there", "", "b=.wh..wh.plnk/1"),
        Arguments.of("B41 link source of another layer", "a", "b=.wh..wh.plnk/2"),
        Arguments.of("B54 directory", "d/", "b=d"),
        Arguments.of("B54 root", "", "b=/"),
        Arguments.of("B54 removed directory", "d/", ".wh.d b=d"),
        Arguments.of("B54 itself", "a", "a=a"),
        Arguments.of("B54 itself through a link", "d/a l->d", "l/a=d/a"),
        Arguments.of("B54 forward reference", "", "b=a a"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void refuses(String id, String lower, String layer) throws Exception {
    FileTree tree = Sketch.tree(items(lower));
    List<String> before = Sketch.show(tree);
    List<LayerEntry> entries = Sketch.layer(items(layer));
    assertThatThrownBy(() -> tree.apply(entries, Findings.tolerant().inLayer(3)))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageStartingWith("layer 3, at entry " + (entries.size() - lastOffset(id)));
    assertThat(Sketch.show(tree)).isEqualTo(before);
  }

  /** All refusals but one are about the last entry. */
  private static int lastOffset(String id) {
    return id.contains("forward") ? 2 : 1;
  }

  /** LC-B29, LC-F19: 255 links pass, 256 do not. */
  @Test
  void followsUpTo255Links() throws Exception {
    List<String> chain = new ArrayList<>(List.of("l0/"));
    for (int i = 1; i <= 256; i++) {
      chain.add("l" + i + "->l" + (i - 1));
    }
    FileTree tree = Sketch.tree(chain.toArray(String[]::new));

    assertThat(Sketch.apply(tree, "l255/x").find(TreePath.of("l0/x"))).isPresent();
    assertThatThrownBy(() -> Sketch.apply(tree, "l256/x"))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining("255");
    assertThat(tree.follow(TreePath.of("l255"))).contains(TreePath.of("l0"));
    assertThatThrownBy(() -> tree.follow(TreePath.of("l256")))
        .isInstanceOf(MalformedContentException.class);
  }

  /** LC-B28 holds for where links lead, too. */
  @Test
  void refusesLinksThatLeadTooDeep() throws Exception {
    String deep = ("n".repeat(255) + "/").repeat(8);
    FileTree tree = Sketch.tree(deep, "l->" + deep);
    assertThatThrownBy(() -> Sketch.apply(tree, "l/" + deep + "x"))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining("too long");
    FileTree wide = Sketch.tree("l->" + "n".repeat(256));
    assertThatThrownBy(() -> Sketch.apply(wide, "l/x"))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining("too long");
  }

  /** LC-B33, LC-B35, LC-B46, LC-B56. */
  @Test
  void givesEachNodeTheAttributesOfItsLastEntry() throws Exception {
    Metadata own =
        Metadata.ofMode(0750)
            .withOwner(7, 8)
            .withMtime(Instant.ofEpochSecond(9, 10))
            .withXattr(ByteString.of("user.a"), ByteString.of("1"));
    TreePath d = TreePath.of("d");
    FileTree tree =
        FileTree.empty()
            .apply(List.of(new LayerEntry.Present(d, new Node.Directory(own))), Findings.strict());

    FileTree filled = Sketch.apply(tree, "d/f", "d/e/g", "d/h=d/f", ".wh.none");
    assertThat(filled.find(d)).contains(new Node.Directory(own));
    assertThat(Sketch.apply(filled, "d/.wh.f").find(d)).contains(new Node.Directory(own));
    assertThat(filled.find(TreePath.of("d/e")))
        .contains(new Node.Directory(Metadata.forDirectory()));
    assertThat(filled.find(TreePath.of("d/h")).orElseThrow().metadata())
        .as("the link's own attributes are ignored")
        .isEqualTo(Metadata.forFile());

    FileTree replaced = Sketch.apply(filled, "d/");
    assertThat(replaced.find(d)).contains(new Node.Directory(Metadata.forDirectory()));
    assertThat(replaced.find(TreePath.of("d/f"))).isPresent();
  }

  /** LC-B27. */
  @Test
  void setsTheAttributesOfTheRoot() throws Exception {
    Node root = new Node.Directory(Metadata.ofMode(0700));
    FileTree tree =
        Sketch.tree("a")
            .apply(List.of(new LayerEntry.Present(TreePath.root(), root)), Findings.strict());
    assertThat(tree.find(TreePath.root())).contains(root);
    assertThat(Sketch.show(tree)).containsExactly("a");
  }

  /** LC-E1, LC-E17: names of one inode, replaced one by one, in several layers. */
  @Test
  void tracksLinkGroupsOverLayers() throws Exception {
    FileTree one = Sketch.tree("a:12345", "b=a", "d/c=b");
    assertThat(one.linksOf(TreePath.of("b")))
        .containsExactly(TreePath.of("a"), TreePath.of("b"), TreePath.of("d/c"));
    assertThat(one.size()).isEqualTo(5);

    FileTree two = Sketch.apply(one, ".wh.d");
    assertThat(two.linksOf(TreePath.of("a"))).containsExactly(TreePath.of("a"), TreePath.of("b"));
    FileTree three = Sketch.apply(two, "b:1", "e=a");
    assertThat(Sketch.show(three)).containsExactly("a:12345", "b:1", "e=a");
    assertThat(three.size()).isEqualTo(6);
    FileTree four = Sketch.apply(three, ".wh.a");
    assertThat(four.linksOf(TreePath.of("e"))).containsExactly(TreePath.of("e"));
    assertThat(Sketch.show(one)).containsExactly("a:12345", "b=a", "d/", "d/c=a");
  }
}
