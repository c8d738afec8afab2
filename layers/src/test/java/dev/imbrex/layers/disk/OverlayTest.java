package dev.imbrex.layers.disk;

import static dev.imbrex.layers.disk.DiskTrees.directory;
import static dev.imbrex.layers.disk.DiskTrees.file;
import static dev.imbrex.layers.disk.DiskTrees.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers in the form of overlay mounts, in and out: LC-A30 to LC-A32, LC-B69 to LC-B72. */
class OverlayTest {
  private static final ByteString YES = ByteString.of("y");

  /** What the upper directory of a mount says as a layer: LC-A30, LC-A31, LC-A32. */
  @Nested
  class Reading {
    @Test
    void takesDevicesOfNumberZeroForWhiteouts() throws ImageException {
      FileTree upper = tree("d", directory(), "d/gone", whiteout(), "d/new", file("n"));

      assertThat(paths(entries(upper, OverlayForm.TRUSTED)))
          .containsExactly("Present /d", "Removal /d/gone", "Present /d/new");
      assertThat(paths(entries(upper, OverlayForm.USER))).contains("Removal /d/gone");
    }

    @Test
    void saysWhiteoutsSeparatelyThoughTheKernelLinksThem() throws ImageException {
      FileTree upper = tree("x", whiteout());
      upper = upper.edit().link(TreePath.of("y"), TreePath.of("x")).toTree();

      assertThat(paths(entries(upper, OverlayForm.TRUSTED)))
          .containsExactly("Removal /x", "Removal /y");
    }

    @ParameterizedTest
    @CsvSource({"TRUSTED, trusted.overlay.", "USER, user.overlay."})
    void takesTheOpaqueMarkOfItsForm(OverlayForm form, String prefix) throws ImageException {
      FileTree upper =
          tree(
              "d", marked(directory(), prefix + "opaque", "y"),
              "d/f", file("f"),
              "e", marked(directory(), prefix + "opaque", "x"));

      assertThat(paths(entries(upper, form)))
          .containsExactly("Present /d", "Opaque /d", "Present /d/f", "Present /e");
      assertThat(node(entries(upper, form), "d").metadata().xattrs()).isEmpty();
    }

    /** As the kernel does: it merges the roots, whatever they say. */
    @Test
    void takesNoRootForOpaque() throws ImageException {
      FileTree upper =
          tree("f", file("f"))
              .edit()
              .setMetadata(TreePath.root(), OverlayForm.TRUSTED.opaque(Metadata.forDirectory()))
              .toTree();

      assertThat(paths(entries(upper, OverlayForm.TRUSTED))).containsExactly("Present /f");
    }

    @Test
    void leavesTheMarksOfTheOtherFormWithoutMeaning() throws ImageException {
      FileTree upper =
          tree(
              "d", marked(directory(), "user.overlay.opaque", "y"),
              "f", marked(file(""), "user.overlay.whiteout", "y"));

      List<LayerEntry> layer = entries(upper, OverlayForm.TRUSTED);

      assertThat(paths(layer)).containsExactly("Present /d", "Present /f");
      assertThat(node(layer, "d").metadata().xattrs()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "y", "anything"})
    void takesEmptyFilesWithTheAttributeForWhiteouts(String value) throws ImageException {
      FileTree upper =
          tree(
              "gone", marked(file(""), "trusted.overlay.whiteout", value),
              "full", marked(file("1"), "trusted.overlay.whiteout", value));

      assertThat(paths(entries(upper, OverlayForm.TRUSTED)))
          .containsExactly("Removal /gone", "Present /full");
    }

    @Test
    void unescapesMarksOfMountsInsideByOneLevel() throws ImageException {
      Node node = marked(file("f"), "trusted.overlay.overlay.opaque", "1");
      node = marked(node, "trusted.overlay.overlay.overlay.x", "2");
      node = marked(node, "trusted.overlay.origin", "3");
      node = marked(node, "user.kept", "4");
      node = marked(node, "security.selinux", "5");

      List<LayerEntry> layer = entries(tree("f", node), OverlayForm.TRUSTED);

      assertThat(node(layer, "f").metadata().xattrs())
          .containsOnly(
              Map.entry(ByteString.of("trusted.overlay.opaque"), ByteString.of("1")),
              Map.entry(ByteString.of("trusted.overlay.overlay.x"), ByteString.of("2")),
              Map.entry(ByteString.of("user.kept"), ByteString.of("4")));
    }

    @ParameterizedTest
    @CsvSource({
      "TRUSTED, trusted.overlay.redirect",
      "TRUSTED, trusted.overlay.metacopy",
      "USER, user.overlay.redirect",
      "USER, user.overlay.metacopy"
    })
    void refusesNodesThatReferToOthers(OverlayForm form, String mark) {
      FileTree upper = tree("d", directory(), "d/x", marked(file("x"), mark, "/elsewhere"));

      assertThatThrownBy(() -> entries(upper, form))
          .isInstanceOf(UnsupportedContentException.class)
          .hasMessageContaining("/d/x")
          .hasMessageContaining(mark);
    }

    @Test
    void dropsWhatHasNoEffectOnALowerTreeAtHand() throws ImageException {
      FileTree lower =
          tree("d", directory(), "d/f", file("f"), "empty", directory(), "x", file("x"));
      FileTree upper =
          tree(
              "d", directory(),
              "d/f", whiteout(),
              "d/g", whiteout(),
              "x", marked(directory(), "trusted.overlay.opaque", "y"),
              "x/y", whiteout(),
              "empty", marked(directory(), "trusted.overlay.opaque", "y"),
              "z", whiteout());

      assertThat(paths(OverlayUpper.entries(upper, lower, OverlayForm.TRUSTED)))
          .containsExactly("Present /d", "Removal /d/f", "Present /empty", "Present /x");
    }

    @Test
    void dropsWhiteoutsInOpaqueDirectories() throws ImageException {
      FileTree lower = tree("d/e/f", file("f"));
      FileTree upper =
          tree(
              "d", marked(directory(), "trusted.overlay.opaque", "y"),
              "d/g", whiteout(),
              "d/e", marked(directory(), "trusted.overlay.opaque", "y"),
              "d/e/f", whiteout());

      assertThat(paths(OverlayUpper.entries(upper, lower, OverlayForm.TRUSTED)))
          .containsExactly("Present /d", "Opaque /d", "Present /d/e");
    }

    @Test
    void sendsTheRootIfItsAttributesDiffer() throws ImageException {
      Metadata changed = Metadata.ofMode(0700).withMtime(Instant.ofEpochSecond(9));
      FileTree upper = FileTree.empty().edit().setMetadata(TreePath.root(), changed).toTree();
      FileTree touched = upper.edit().setMetadata(TreePath.root(), changed.withMode(0755)).toTree();

      assertThat(paths(entries(upper, OverlayForm.TRUSTED))).containsExactly("Present /");
      assertThat(paths(entries(touched, OverlayForm.TRUSTED))).isEmpty();
      assertThat(OverlayUpper.entries(upper, upper, OverlayForm.TRUSTED)).isEmpty();
    }

    @Test
    void namesTheFirstOfALinkGroupInPathOrder() throws ImageException {
      FileTree upper = tree("d/b", file("f"), "a-", whiteout());
      TreeEditor editor = upper.edit().link(TreePath.of("e"), TreePath.of("d/b"));

      assertThat(paths(entries(editor.toTree(), OverlayForm.TRUSTED)))
          .containsExactly("Removal /a-", "Present /d", "Present /d/b", "Link /e = /d/b");
    }

    @Test
    void refusesNamesThatStartAsWhiteoutsDo() {
      assertThatThrownBy(() -> entries(tree(".wh.x", file("")), OverlayForm.TRUSTED))
          .isInstanceOf(UnsupportedContentException.class)
          .hasMessageContaining("/.wh.x");
    }
  }

  /** A layer as a directory to be mounted: LC-B69, LC-B70, LC-B71, LC-B72. */
  @Nested
  class Writing {
    private final FileTree lower =
        tree(
            "d", new Node.Directory(Metadata.ofMode(0751).withOwner(3, 4)),
            "d/f", file("f"),
            "d/g", file("g"),
            "e/x", file("x"));

    @Test
    void createsParentsWithTheAttributesOfTheLowerTree() throws ImageException {
      FileTree form = form(OverlayForm.TRUSTED, present("d/new", file("n")));

      assertThat(DiskTrees.show(form))
          .containsExactlyElementsOf(
              DiskTrees.show(
                  tree("d", lower.find(TreePath.of("d")).orElseThrow(), "d/new", file("n"))));
    }

    @Test
    void writesAWhiteoutAsItsFormWants() throws ImageException {
      LayerEntry removal = new LayerEntry.Removal(TreePath.of("d/f"));

      FileTree trusted = form(OverlayForm.TRUSTED, removal);
      FileTree user = form(OverlayForm.USER, removal);

      assertThat(trusted.find(TreePath.of("d/f")))
          .contains(new Node.Device(Metadata.ofMode(0), Node.Kind.CHARACTER_DEVICE, 0, 0));
      assertThat(trusted.find(TreePath.of("d")).orElseThrow().metadata().xattrs()).isEmpty();
      assertThat(user.find(TreePath.of("d/f")).orElseThrow().metadata().xattrs())
          .containsKey(ByteString.of("user.overlay.whiteout"));
      assertThat(user.find(TreePath.of("d")).orElseThrow().metadata().xattrs())
          .containsEntry(ByteString.of("user.overlay.opaque"), ByteString.of("x"));
    }

    @Test
    void putsNoWhiteoutIntoAnOpaqueDirectory() throws ImageException {
      FileTree form =
          form(
              OverlayForm.TRUSTED,
              present("d", directory()),
              new LayerEntry.Removal(TreePath.of("d/f")),
              new LayerEntry.Opaque(TreePath.of("d")),
              present("d/g", file("new")));

      assertThat(form.walk().map(e -> e.path().toString())).containsExactly("/", "/d", "/d/g");
      assertThat(form.find(TreePath.of("d")).orElseThrow().metadata().xattrs())
          .containsEntry(ByteString.of("trusted.overlay.opaque"), YES);
    }

    @Test
    void makesADirectoryOpaqueThatIsRemovedAndMadeAnew() throws ImageException {
      FileTree form =
          form(
              OverlayForm.TRUSTED,
              new LayerEntry.Removal(TreePath.of("d")),
              present("d", directory()));

      assertThat(form.find(TreePath.of("d")).orElseThrow().metadata())
          .isEqualTo(OverlayForm.TRUSTED.opaque(Metadata.forDirectory()));
      assertThat(form.count()).isEqualTo(1);
    }

    /** As mounts merge roots, what an opaque root hides is removed name by name. */
    @Test
    void removesWhatAnOpaqueRootHides() throws ImageException {
      FileTree form =
          form(
              OverlayForm.TRUSTED,
              new LayerEntry.Opaque(TreePath.root()),
              present("e", directory()));

      assertThat(form.find(TreePath.root()).orElseThrow().metadata().xattrs()).isEmpty();
      assertThat(form.find(TreePath.of("d")))
          .matches(node -> node.filter(OverlayForm::isDeviceWhiteout).isPresent());
      assertThat(form.find(TreePath.of("e/x")))
          .matches(node -> node.filter(OverlayForm::isDeviceWhiteout).isPresent());
    }

    @Test
    void keepsTheAttributesOfAnOpaqueDirectoryWithoutEntry() throws ImageException {
      FileTree form = form(OverlayForm.TRUSTED, new LayerEntry.Opaque(TreePath.of("d")));

      assertThat(form.find(TreePath.of("d")).orElseThrow().metadata())
          .isEqualTo(OverlayForm.TRUSTED.opaque(Metadata.ofMode(0751).withOwner(3, 4)));
    }

    @Test
    void copiesALowerFileThatTheLayerLinksToUnderAllNames() throws ImageException {
      FileTree form =
          form(
              OverlayForm.TRUSTED,
              new LayerEntry.Link(TreePath.of("h"), TreePath.of("d/f"), Metadata.forFile()));

      assertThat(form.linksOf(TreePath.of("h")))
          .containsExactly(TreePath.of("d/f"), TreePath.of("h"));
      assertThat(form.find(TreePath.of("h"))).contains(file("f"));
    }

    @Test
    void escapesMarksOfMountsInside() throws ImageException {
      Node inner = marked(marked(file("f"), "trusted.overlay.opaque", "y"), "user.overlay.z", "2");

      FileTree form = form(OverlayForm.TRUSTED, present("n", inner));

      assertThat(form.find(TreePath.of("n")).orElseThrow().metadata().xattrs())
          .containsOnlyKeys(
              ByteString.of("trusted.overlay.overlay.opaque"), ByteString.of("user.overlay.z"));
    }

    @Test
    void refusesADeviceThatAMountTakesForAWhiteout() {
      assertThatThrownBy(() -> form(OverlayForm.USER, present("dev", whiteout())))
          .isInstanceOf(UnsupportedContentException.class)
          .hasMessageContaining("/dev");
    }

    private FileTree form(OverlayForm form, LayerEntry... layer) throws ImageException {
      return OverlayLayer.of(lower, List.of(layer), form, Findings.tolerant());
    }

    private static LayerEntry present(String path, Node node) {
      return new LayerEntry.Present(TreePath.of(path), node);
    }
  }

  /** LC-F12 in memory: what a mount shows is what the layer makes, and reads as the same layer. */
  @ParameterizedTest
  @EnumSource(OverlayForm.class)
  void showsWhatALayerMakesOfRandomTrees(OverlayForm form) throws IOException {
    for (long seed : DiskTrees.seeds(1500)) {
      Random random = new Random(seed);
      DiskTrees trees = new DiskTrees(random, true);
      FileTree lower = trees.tree(1 + random.nextInt(25));
      boolean fromDiff = random.nextBoolean();
      FileTree changed = trees.edited(lower, 1 + random.nextInt(12));
      List<LayerEntry> layer =
          fromDiff ? TreeDiff.between(lower, changed) : trees.layer(lower, 1 + random.nextInt(8));
      FileTree after;
      try {
        after = lower.apply(layer, Findings.tolerant());
      } catch (ImageException e) {
        continue;
      }

      FileTree upper = OverlayLayer.of(lower, layer, form, Findings.tolerant());

      String as = "-Dimbrex.seed=" + seed;
      FileTree mounted = NaiveOverlay.mount(upper, lower, form);
      assertThat(DiskTrees.show(mounted)).as(as).isEqualTo(DiskTrees.show(after));
      assertThat(mounted).as(as).isEqualTo(after);
      List<LayerEntry> read = OverlayUpper.entries(upper, lower, form);
      FileTree again = lower.apply(read, Findings.strict());
      // The time of the root alone is no change.
      again = again.edit().setMetadata(TreePath.root(), root(after)).toTree();
      assertThat(DiskTrees.show(again)).as(as).isEqualTo(DiskTrees.show(after));
      assertThat(again).as(as).isEqualTo(after);
      // Nothing of it is lost without the lower tree.
      FileTree blind = lower.apply(OverlayUpper.entries(upper, null, form), Findings.strict());
      blind = blind.edit().setMetadata(TreePath.root(), root(after)).toTree();
      assertThat(blind).as(as).isEqualTo(after);
    }
  }

  private static Metadata root(FileTree tree) {
    return tree.find(TreePath.root()).orElseThrow().metadata();
  }

  private static List<LayerEntry> entries(FileTree upper, OverlayForm form) throws ImageException {
    return OverlayUpper.entries(upper, null, form);
  }

  private static Node whiteout() {
    return new Node.Device(Metadata.ofMode(0), Node.Kind.CHARACTER_DEVICE, 0, 0);
  }

  private static Node marked(Node node, String xattr, String value) {
    return node.withMetadata(node.metadata().withXattr(ByteString.of(xattr), ByteString.of(value)));
  }

  private static Node node(List<LayerEntry> layer, String path) {
    for (LayerEntry entry : layer) {
      if (entry instanceof LayerEntry.Present present && entry.path().equals(TreePath.of(path))) {
        return present.node();
      }
    }
    throw new AssertionError(path);
  }

  private static List<String> paths(List<LayerEntry> layer) {
    return layer.stream()
        .map(
            entry ->
                entry.getClass().getSimpleName()
                    + " "
                    + entry.path()
                    + (entry instanceof LayerEntry.Link link ? " = " + link.target() : ""))
        .toList();
  }
}
