package dev.imbrex.layers.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.tree.LayerSquash.NeedsLower;
import dev.imbrex.layers.tree.LayerSquash.Squashed;
import dev.imbrex.manifest.error.MalformedContentException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LayerSquashTest {
  @SafeVarargs
  private static List<List<LayerEntry>> layers(List<String>... items)
      throws MalformedContentException {
    List<List<LayerEntry>> layers = new ArrayList<>();
    for (List<String> layer : items) {
      layers.add(Sketch.layer(layer.toArray(String[]::new)));
    }
    return layers;
  }

  /** Squashes layers, and shows the one layer they become. */
  @SafeVarargs
  private static List<String> squash(List<String>... items) throws MalformedContentException {
    LayerSquash.Result result = LayerSquash.of(layers(items));
    assertThat(result).isInstanceOf(Squashed.class);
    return Sketch.show(((Squashed) result).entries());
  }

  @SafeVarargs
  private static NeedsLower needsLower(List<String>... items) throws MalformedContentException {
    LayerSquash.Result result = LayerSquash.of(layers(items));
    assertThat(result).isInstanceOf(NeedsLower.class);
    return (NeedsLower) result;
  }

  /** LC-E5. */
  @Nested
  class Removing {
    @Test
    void keepsSingleWhiteoutsSingle() throws Exception {
      assertThat(squash(List.of(".wh.b"), List.of("a", "d/", "d/.wh.x"), List.of("d/", "d/y")))
          .containsExactly(".wh.b", "a", "d/", "d/.wh.x", "d/y");
    }

    @Test
    void removesInTheLowerTreeWhatALayerAddedAndALaterOneRemoved() throws Exception {
      assertThat(squash(List.of("d/", "d/f", "g"), List.of("d/", "d/.wh.f", ".wh.g")))
          .containsExactly(".wh.g", "d/", "d/.wh.f");
    }

    @Test
    void saysNothingOfWhatIsPutInPlaceOfWhatWasRemoved() throws Exception {
      assertThat(squash(List.of(".wh.f"), List.of("f:new"))).containsExactly("f:new");
      assertThat(squash(List.of("d/", "d/f"), List.of("d:file"))).containsExactly("d:file");
    }

    /** LC-E6. */
    @Test
    void makesADirectoryOpaqueThatWasRemovedAndMadeAgain() throws Exception {
      List<String> opaque = List.of("d/", "d/.wh..wh..opq", "d/f");
      assertThat(squash(List.of(".wh.d"), List.of("d/", "d/f"))).isEqualTo(opaque);
      assertThat(squash(List.of("d:file"), List.of("d/", "d/f"))).isEqualTo(opaque);
      assertThat(squash(List.of("d->x"), List.of("d/", "d/f"))).isEqualTo(opaque);
      assertThat(squash(List.of("d/", "d/old"), List.of("d/", "d/.wh..wh..opq", "d/f")))
          .isEqualTo(opaque);
    }

    /** LC-E6. */
    @Test
    void putsNoWhiteoutsBelowAnOpaqueDirectory() throws Exception {
      assertThat(
              squash(
                  List.of(".wh.d"),
                  List.of("d/", "d/e/", "d/e/f", "d/g"),
                  List.of("d/", "d/.wh.g", "d/e/", "d/e/.wh..wh..opq", "d/e/h")))
          .containsExactly("d/", "d/.wh..wh..opq", "d/e/", "d/e/h");
    }

    @Test
    void hidesAllOfTheLowerTreeIfALayerDid() throws Exception {
      assertThat(squash(List.of("a", "./"), List.of(".wh..wh..opq", "b"), List.of(".wh.c", "d/")))
          .containsExactly("./", ".wh..wh..opq", "b", "d/");
    }

    /**
     * LC-B43: as before, the whiteout acts on a directory of the lower tree, and on nothing else.
     */
    @Test
    void leavesOutWhatHadNoEffect() throws Exception {
      assertThat(squash(List.of("f"), List.of("f/.wh.x", "g"))).containsExactly("f", "g");
      assertThat(squash(List.of(".wh.d"), List.of("d/.wh.x", "g"))).containsExactly(".wh.d", "g");
    }
  }

  /** LC-E7. */
  @Nested
  class Linking {
    @Test
    void keepsGroupsWhicheverLayersTheNamesCameFrom() throws Exception {
      assertThat(squash(List.of("b:text"), List.of("a=b"), List.of("c=a")))
          .containsExactly("a:text", "b=a", "c=a");
    }

    @Test
    void givesTheContentToTheNamesThatAreLeft() throws Exception {
      assertThat(squash(List.of("a:text"), List.of("b=a", "c=a"), List.of(".wh.a")))
          .containsExactly(".wh.a", "b:text", "c=b");
      assertThat(squash(List.of("a:text"), List.of("b=a"), List.of("a:new")))
          .containsExactly("a:new", "b:text");
    }

    @Test
    void keepsLinksToFilesOfTheLowerTreeThatStayThere() throws Exception {
      List<List<LayerEntry>> layers = layers(List.of("b=a", "d/"), List.of("c=b", "e=d/f"));
      Squashed squashed = (Squashed) LayerSquash.of(layers);
      assertThat(Sketch.show(squashed.entries())).containsExactly("b=a", "c=a", "d/", "e=d/f");
      assertThat(squashed.hasLinksToLower()).isTrue();
      FileTree lower = Sketch.tree("a:text", "d/", "d/f");
      assertThat(Sketch.show(lower.apply(squashed.entries(), Findings.strict())))
          .containsExactly("a:text", "b=a", "c=a", "d/", "d/f", "e=d/f");
      assertThat(
              ((Squashed) LayerSquash.of(layers(List.of("a"), List.of("b=a")))).hasLinksToLower())
          .isFalse();
    }

    @Test
    void needsTheLowerTreeToCopyAFileThatDoesNotStay() throws Exception {
      for (List<String> second : List.of(List.of(".wh.a"), List.of("a:new"), List.of("a/"))) {
        NeedsLower needed = needsLower(List.of("b=a"), second);
        assertThat(needed.path()).isEqualTo(TreePath.of("b"));
        assertThat(needed.reason()).contains("/a");
        FileTree lower = Sketch.tree("a:text");
        List<LayerEntry> copied =
            LayerSquash.onto(lower, layers(List.of("b=a"), second), Findings.strict());
        assertThat(Sketch.show(copied)).contains("b:text");
      }
      // LC-B52: the link and the removal of its target in one layer.
      assertThat(needsLower(List.of("x"), List.of("b=a", ".wh.a")).layer()).isEqualTo(1);
    }

    /** LC-B41. */
    @Test
    void givesTheContentOfHiddenSourcesToTheNames() throws Exception {
      assertThat(squash(List.of(".wh..wh.plnk/1:text", "b=.wh..wh.plnk/1"), List.of("c=b")))
          .containsExactly("b:text", "c=b");
    }
  }

  /** LC-B31 to LC-B35: what hangs on the tree below is not guessed. */
  @Nested
  class Needing {
    @Test
    void isSoWhereALinkOfTheLowerTreeMayLeadElsewhere() throws Exception {
      NeedsLower needed = needsLower(List.of("a"), List.of("d/f"));
      assertThat(needed).isEqualTo(new NeedsLower(1, TreePath.of("d/f"), needed.reason()));
      assertThat(needed.reason()).contains("/d").contains("nothing is known");
      assertThat(needsLower(List.of("d/f"), List.of("a")).layer()).isZero();
      assertThat(needsLower(List.of("a"), List.of("d/.wh.f")).path()).isEqualTo(TreePath.of("d/f"));
      assertThat(needsLower(List.of("a"), List.of("b=d/f")).path()).isEqualTo(TreePath.of("b"));
      // The same with the entry for the directory too late.
      assertThat(needsLower(List.of("a"), List.of("d/f", "d/")).path())
          .isEqualTo(TreePath.of("d/f"));
    }

    @Test
    void isSoBehindALinkOfTheLayers() throws Exception {
      assertThat(needsLower(List.of("l->d"), List.of("l/f")).path()).isEqualTo(TreePath.of("l/f"));
      assertThat(needsLower(List.of("l->d"), List.of("l/.wh.f")).path())
          .isEqualTo(TreePath.of("l/f"));
      assertThat(needsLower(List.of("l->d"), List.of("a=l/f")).path()).isEqualTo(TreePath.of("a"));
    }

    @Test
    void isNotSoOnceADirectoryIsKnown() throws Exception {
      assertThat(squash(List.of("d/"), List.of("d/f"), List.of("d/.wh.g")))
          .containsExactly("d/", "d/.wh.g", "d/f");
      // Where there is nothing, or a file of the layers, the parent is made, LC-B33 and LC-B34.
      assertThat(squash(List.of(".wh.d"), List.of("d/e/f")))
          .containsExactly("d/", "d/.wh..wh..opq", "d/e/", "d/e/f");
      assertThat(squash(List.of("d:file"), List.of("d/f")))
          .containsExactly("d/", "d/.wh..wh..opq", "d/f");
    }

    @Test
    void isNotSoForOneLayerAlone() throws Exception {
      assertThat(squash(List.of("d/f", "b=x/y", "e/.wh.g"), List.of()))
          .containsExactly("d/f", "b=x/y", "e/.wh.g");
      assertThat(squash()).isEmpty();
    }
  }

  @Test
  void refusesLayersThatNoTreeTakes() throws Exception {
    for (List<String> impossible :
        List.of(
            List.of("f", "f/g"),
            List.of("a=a"),
            List.of("d/", "a=d"),
            List.of("a=.wh..wh.plnk/1"),
            List.of("a=gone"),
            List.of(".=x"))) {
      List<List<LayerEntry>> layers = layers(List.of(".wh.gone"), impossible);
      assertThatThrownBy(() -> LayerSquash.of(layers))
          .as("%s", impossible)
          .isInstanceOf(MalformedContentException.class)
          .hasMessageContaining("layer 1");
    }
  }

  /** LC-E4, LC-E8: what is squashed upon a known tree keeps all that the layers say. */
  @Test
  void keepsTimesAndAttributesUponAKnownTree() throws Exception {
    Metadata exact =
        Metadata.ofMode(0640)
            .withMtime(Instant.ofEpochSecond(1, 5))
            .withXattr(ByteString.of("security.selinux"), ByteString.of("label"));
    Node file = new Node.RegularFile(exact, new TextContent("f"));
    Node root = new Node.Directory(Metadata.forDirectory().withMtime(Instant.ofEpochSecond(7)));
    List<List<LayerEntry>> layers =
        List.of(
            List.of(new LayerEntry.Present(TreePath.root(), root)),
            List.of(new LayerEntry.Present(TreePath.of("f"), file)));
    FileTree lower = Sketch.tree("a");
    List<LayerEntry> squashed = LayerSquash.onto(lower, layers, Findings.strict());
    assertThat(squashed)
        .containsExactly(
            new LayerEntry.Present(TreePath.root(), root),
            new LayerEntry.Present(TreePath.of("f"), file));
    assertThat(((Squashed) LayerSquash.of(layers)).entries()).isEqualTo(squashed);
    assertThatThrownBy(
            () ->
                LayerSquash.onto(
                    Sketch.tree("l->d"), layers(List.of("a"), List.of("l/f")), Findings.strict()))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining("layer 1");
  }
}
