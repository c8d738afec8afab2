package dev.imbrex.layers.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.manifest.error.MalformedContentException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** LC-B31: what engines show that extract layers apart. The kernel judges in OverlayMountIT. */
class OverlayResolutionTest {
  private static FileTree apply(FileTree lower, String layer, Findings findings)
      throws IOException {
    return lower.apply(
        Sketch.layer(layer.split(" ")),
        ApplyOptions.defaults().withResolution(Resolution.OVERLAY).withFindings(findings));
  }

  static Stream<Arguments> cases() {
    return Stream.of(
        Arguments.of("a lower link is hidden", "d/x l->d", "l/y", "d/ d/x l/ l/y"),
        Arguments.of("a lower file is hidden", "l", "l/y", "l/ l/y"),
        Arguments.of("deep", "d/l->/e e/x", "d/l/m/y", "d/ d/l/ d/l/m/ d/l/m/y e/ e/x"),
        Arguments.of("a dangling link is hidden", "l->none", "l/y", "l/ l/y"),
        Arguments.of("an own link is followed", "d/x", "l->d l/y", "d/ d/x d/y l->d"),
        Arguments.of("an own link over a lower one", "e/ l->e", "l->d l/y", "d/ d/y e/ l->d"),
        Arguments.of("an own link to a lower one", "e/ m->e", "l->m l/y", "e/ l->m m/ m/y"),
        Arguments.of("lower directories are merged", "d/x", "d/y", "d/ d/x d/y"),
        Arguments.of("a whiteout hides, too", "d/x l->d", "l/.wh.x", "d/ d/x l/"),
        Arguments.of("so does an opaque mark", "d/x l->d", "l/.wh..wh..opq", "d/ d/x l/"),
        Arguments.of("a whiteout makes its parents", "a", "d/e/.wh.x", "a d/ d/e/"),
        Arguments.of("whiteouts act in directories", "d/x d/y", "d/.wh.x", "d/ d/y"),
        Arguments.of("not where an own entry is a file", "d/x", "d d/.wh.x", "d"),
        Arguments.of("below an own directory", "d", "d/ d/e/.wh.x", "d/ d/e/"),
        Arguments.of("own links", "a", "b c=b", "a b c=b"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void shows(String name, String lower, String layer, String expected) throws IOException {
    FileTree below = Sketch.tree(lower.split(" "));
    List<String> shown = Sketch.show(apply(below, layer, Findings.tolerant()));
    // Contents are named as they were sent, wherever links led.
    assertThat(shown.stream().map(line -> line.replaceFirst(":.*", "")))
        .containsExactly(expected.split(" "));
  }

  @Test
  void reportsWhatIsHidden() throws IOException {
    FileTree lower = Sketch.tree("d/x", "l->d", "f");
    Findings findings = Findings.tolerant();
    apply(lower, "a l/y f/y l/z", findings);
    assertThat(findings.all().stream().map(f -> f.code() + " " + f.entry() + " " + f.path()))
        .containsExactly("SYMLINK_AS_PARENT 1 /l/y", "REPLACED_ANCESTOR 2 /f/y");
    Findings whiteouts = Findings.tolerant();
    apply(lower, "a l/.wh.x", whiteouts);
    assertThat(whiteouts.all().stream().map(f -> f.code() + " " + f.entry() + " " + f.path()))
        .containsExactly("SYMLINK_AS_PARENT 1 /l/x");
    assertThatThrownBy(() -> apply(lower, "l/y", Findings.strict()))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining("/l");
  }

  /** Such an engine finds no file of another layer to link to. */
  @Test
  void refusesLinksToLowerFiles() throws IOException {
    FileTree lower = Sketch.tree("d/x", "l->d");
    for (String layer : List.of("y=d/x", "y=l/x", ".wh.d y=d/x")) {
      assertThatThrownBy(() -> apply(lower, layer, Findings.tolerant()))
          .isInstanceOf(MalformedContentException.class)
          .hasMessageContaining("hard link");
    }
    assertThat(Sketch.show(apply(lower, "d/x y=d/x", Findings.strict())))
        .containsExactly("d/", "d/x", "l->d", "y=d/x");
  }

  @Test
  void keepsTheAttributesOfLowerDirectories() throws IOException {
    Metadata shut = Metadata.ofMode(0700).withMtime(Instant.ofEpochSecond(9));
    TreePath d = TreePath.of("d");
    FileTree lower = Sketch.tree("d/x", "l->d").edit().setMetadata(d, shut).toTree();
    FileTree tree = apply(lower, "d/y l/y", Findings.tolerant());
    assertThat(tree.find(d).orElseThrow().metadata()).isEqualTo(shut);
    assertThat(tree.find(TreePath.of("l")).orElseThrow().metadata())
        .isEqualTo(Metadata.forDirectory());
  }

  /** Layers as they should be, with entries for all parents, come to the same either way. */
  @Test
  void agreesWithTheFlatWayOnComputedLayers() {
    Generated.forSeeds(
        Generated.cases(500),
        random -> {
          RandomTrees trees = new RandomTrees(random);
          FileTree a = trees.tree(30);
          FileTree b = trees.edited(a, 12);
          List<LayerEntry> layer = TreeDiff.between(a, b);
          ApplyOptions overlay = ApplyOptions.defaults().withResolution(Resolution.OVERLAY);
          assertThat(a.apply(layer, overlay.withFindings(Findings.strict()))).isEqualTo(b);
        });
  }
}
