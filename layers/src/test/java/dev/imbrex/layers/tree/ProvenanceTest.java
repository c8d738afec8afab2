package dev.imbrex.layers.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.tree.PathEvent.Kind;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** LC-E14 to LC-E16, LC-F18, in the notation of {@link Sketch}. */
class ProvenanceTest {
  /** Layers given as lines, lowest first. */
  private static Provenance of(String... layers) throws IOException {
    List<List<LayerEntry>> entries = new ArrayList<>();
    for (String layer : layers) {
      entries.add(layer.isEmpty() ? List.of() : Sketch.layer(layer.split(" ")));
    }
    return Provenance.of(entries, ApplyOptions.defaults());
  }

  /** Path, layer, layer of the content if another. */
  private static List<String> attributions(Provenance provenance) {
    return provenance
        .walk()
        .map(
            a ->
                NaiveTree.text(a.path())
                    + " "
                    + a.layer()
                    + (a.layer() == a.contentLayer() ? "" : " " + a.contentLayer()))
        .toList();
  }

  private static List<String> history(Provenance provenance, String path) throws IOException {
    return provenance.history(TreePath.of(path)).stream().map(ProvenanceTest::shown).toList();
  }

  private static String shown(PathEvent event) {
    return event.layer() + " " + event.kind() + " " + event.aspects();
  }

  private static List<String> wasted(Provenance provenance) {
    return provenance.wasted().stream()
        .map(f -> NaiveTree.text(f.path()) + " " + f.layer() + " " + f.bytes())
        .toList();
  }

  /** LC-E14: the last layer that had an effect, whoever restates the parents. */
  @Test
  void attributesPathsToTheLastLayerWithAnEffect() throws IOException {
    Provenance provenance =
        of("usr/ usr/bin/ usr/bin/a usr/b", "usr/ usr/bin/ usr/bin/a", "usr/ usr/c");
    assertThat(attributions(provenance))
        .containsExactly("usr 0", "usr/b 0", "usr/bin 0", "usr/bin/a 1", "usr/c 2");
    assertThat(provenance.findLayer(TreePath.of("usr/bin/a"))).hasValue(1);
    assertThat(provenance.findLayer(TreePath.of("none"))).isEmpty();
    assertThat(provenance.findLayer(TreePath.root())).isEmpty();
    assertThat(provenance.find(TreePath.of("none"))).isEmpty();
    assertThat(provenance.find(TreePath.of("usr/b")).orElseThrow().contentLayer()).isZero();
    assertThat(provenance.layers()).isEqualTo(3);
  }

  @Test
  void attributesImpliedDirectoriesToTheFirstLayerThatNeededThem() throws IOException {
    assertThat(attributions(of("a", "d/e/f", "d/e/g", "d/ d/h")))
        .containsExactly("a 0", "d 1", "d/e 1", "d/e/f 1", "d/e/g 2", "d/h 3");
  }

  @Test
  void attributesTheRootOnlyToWhoChangesIt() throws IOException {
    Metadata shut = Metadata.ofMode(0700);
    List<LayerEntry> root =
        List.of(new LayerEntry.Present(TreePath.root(), new Node.Directory(shut)));
    Provenance provenance =
        Provenance.of(List.of(Sketch.layer("./"), root, root), ApplyOptions.defaults());
    assertThat(attributions(provenance)).containsExactly(" 1");
    assertThat(history(provenance, "/")).containsExactly("1 MODIFIED [MODE]");
  }

  /** LC-E14: a link's content may lie lower, and stays when the name it came with goes. */
  @Test
  void tellsTheLayerOfALinkFromThatOfItsContent() throws IOException {
    Provenance provenance = of("a", "b=a", ".wh.a", "c=b");
    assertThat(attributions(provenance)).containsExactly("b 1 0", "c 3 0");
    assertThat(wasted(provenance)).isEmpty();
    // LC-B52: a link to what the same layer removes.
    assertThat(attributions(of("a", ".wh.a b=a"))).containsExactly("b 1 0");
    // LC-B41: the content of a hidden source of links.
    assertThat(attributions(of(".wh..wh.plnk/1:text b=.wh..wh.plnk/1"))).containsExactly("b 0");
  }

  @Test
  void attributesDirectoriesMadeAnewToWhoMadeThem() throws IOException {
    assertThat(attributions(of("d/e/f", ".wh.d d/e/"))).containsExactly("d 1", "d/e 1");
    assertThat(attributions(of("d/e/f", "d/.wh..wh..opq d/e/"))).containsExactly("d 0", "d/e 1");
    assertThat(attributions(of("d/e/", "d d/"))).containsExactly("d 1");
    assertThat(history(of("d/", ".wh.d d/"), "d")).containsExactly("0 ADDED []", "1 REPLACED []");
  }

  /** LC-E15: one example of each. */
  @Test
  void tellsTheHistoryOfAPath() throws IOException {
    Provenance provenance =
        of(
            "f:1 d/g:1 o/h:1 p/q/r l->x",
            "f:2 d/ l->y",
            "f/",
            "f:2 d/.wh.g o/.wh..wh..opq .wh.p",
            "f:2 p",
            "n=f",
            ".wh.n",
            "d/g:new");
    assertThat(history(provenance, "f"))
        .containsExactly(
            "0 ADDED []",
            "1 MODIFIED [CONTENT]",
            "2 MODIFIED [TYPE, MODE]",
            "3 MODIFIED [TYPE, MODE]",
            "4 REPLACED []",
            "5 MODIFIED [LINKS]",
            "6 MODIFIED [LINKS]");
    assertThat(history(provenance, "l")).containsExactly("0 ADDED []", "1 MODIFIED [TARGET]");
    assertThat(history(provenance, "d")).containsExactly("0 ADDED []");
    assertThat(history(provenance, "d/g"))
        .containsExactly("0 ADDED []", "3 REMOVED []", "7 ADDED []");
    assertThat(history(provenance, "o/h")).containsExactly("0 ADDED []", "3 REMOVED_BY_OPAQUE []");
    assertThat(history(provenance, "p/q/r"))
        .containsExactly("0 ADDED []", "3 REMOVED_WITH_PARENT []");
    assertThat(history(provenance, "n")).containsExactly("5 ADDED []", "6 REMOVED []");
    assertThat(history(provenance, "never")).isEmpty();
    // A directory that gives way to a file takes along what it had.
    assertThat(history(of("p/q", "p"), "p/q"))
        .containsExactly("0 ADDED []", "1 REMOVED_WITH_PARENT []");
    assertThat(history(of("p/q", "p"), "p")).endsWith("1 MODIFIED [TYPE, MODE]");
  }

  /** LC-E15: what a layer does to attributes alone, though it has to send the whole file again. */
  @Test
  void tellsChangedAttributesFromChangedContent() throws IOException {
    Metadata old = Metadata.forFile();
    TreePath path = TreePath.of("f");
    List<List<LayerEntry>> layers = new ArrayList<>();
    for (Metadata metadata :
        List.of(
            old,
            old.withMode(0755),
            old.withMode(0755).withOwner(7, 7).withMtime(Instant.ofEpochSecond(5)))) {
      FileContent content = new TextContent("same");
      layers.add(List.of(new LayerEntry.Present(path, new Node.RegularFile(metadata, content))));
    }
    Provenance provenance = Provenance.of(layers, ApplyOptions.defaults());
    assertThat(history(provenance, "f"))
        .containsExactly("0 ADDED []", "1 MODIFIED [MODE]", "2 MODIFIED [OWNER, TIME]");
    // Without reading, a content elsewhere is another content.
    assertThat(provenance.history(path, DiffOptions.standard()).get(1).aspects())
        .containsExactly(Change.Aspect.CONTENT, Change.Aspect.MODE);
    // LC-E16: sent again for its mode, the first copy is wasted.
    assertThat(wasted(provenance)).containsExactly("f 0 4", "f 1 4");
    assertThat(provenance.wastedByPath()).containsExactly(Map.entry(path, 8L));
  }

  /** Whiteouts act first and in no order; the nearest counts. */
  @Test
  void namesTheNearestCauseOfARemoval() throws IOException {
    assertThat(history(of("d/e/f", ".wh.d d/e/.wh.f"), "d/e/f")).endsWith("1 REMOVED []");
    assertThat(history(of("d/e/f", "d/e/.wh.f .wh.d"), "d/e/f")).endsWith("1 REMOVED []");
    assertThat(history(of("d/e/f", ".wh.d d/e/.wh..wh..opq"), "d/e/f"))
        .endsWith("1 REMOVED_BY_OPAQUE []");
    assertThat(history(of("d/e/f", "d/e/.wh..wh..opq d/.wh.e"), "d/e/f"))
        .endsWith("1 REMOVED_BY_OPAQUE []");
    assertThat(history(of("d/e/f", "d/.wh..wh..opq d/e"), "d/e/f"))
        .endsWith("1 REMOVED_BY_OPAQUE []");
    // LC-B43: a whiteout acts where links of the lower tree lead.
    assertThat(history(of("d/f l->d", "l/.wh.f"), "d/f")).endsWith("1 REMOVED []");
  }

  /** LC-E16: each payload once, what is twice in a layer included. */
  @Test
  void sumsUpWhatIsHidden() throws IOException {
    Provenance provenance =
        of("a:1 a:22 b:333 c=b d/e:4444", ".wh.b d/.wh..wh..opq .wh..wh.plnk/x:55555", "a=c");
    assertThat(wasted(provenance))
        .containsExactly("a 0 1", "a 0 2", "d/e 0 4", ".wh..wh.plnk/x 1 5");
    assertThat(List.of(provenance.payload(0), provenance.payload(1), provenance.payload(2)))
        .containsExactly(10L, 5L, 0L);
    assertThat(List.of(provenance.wasted(0), provenance.wasted(1), provenance.wasted(2)))
        .containsExactly(7L, 5L, 0L);
    assertThat(provenance.files().size()).isEqualTo(3);
    assertThatThrownBy(() -> provenance.payload(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> provenance.wasted(3)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  /** LC-D5: the same layer twice provides from its upper place. */
  @Test
  void tellsALayerThatRecursFromItself() throws IOException {
    List<LayerEntry> layer = Sketch.layer("d/ d/f:text".split(" "));
    Provenance provenance = Provenance.of(List.of(layer, layer), ApplyOptions.defaults());
    assertThat(attributions(provenance)).containsExactly("d 0", "d/f 1");
    assertThat(wasted(provenance)).containsExactly("d/f 0 4");
    assertThat(history(provenance, "d/f")).containsExactly("0 ADDED []", "1 REPLACED []");
  }

  @Test
  void reportsFindingsWithTheirLayer() throws IOException {
    Findings findings = Findings.tolerant();
    Provenance.of(
        List.of(Sketch.layer("a"), Sketch.layer("b", "b:2")),
        ApplyOptions.defaults().withFindings(findings));
    assertThat(findings.all()).extracting(Finding::layer).containsExactly(1);
    assertThatThrownBy(
            () ->
                Provenance.of(
                    List.of(Sketch.layer("b", "b:2")),
                    ApplyOptions.defaults().withFindings(Findings.strict())))
        .isInstanceOf(MalformedContentException.class);
  }

  @Test
  void isStopped() throws IOException {
    String[] many = new String[2000];
    Arrays.setAll(many, i -> "f" + i);
    List<List<LayerEntry>> layers = List.of(Sketch.layer(many));
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Provenance.of(layers, ApplyOptions.defaults()))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void checksEvents() {
    assertThatThrownBy(() -> new PathEvent(0, Kind.MODIFIED, Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PathEvent(0, Kind.ADDED, Set.of(Change.Aspect.MODE)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** LC-E14 to LC-E16, LC-F18: as a plain comparison of whole maps has it, on random stacks. */
  @Test
  void agreesWithTheNaiveModel() {
    Generated.forSeeds(
        Generated.cases(1000),
        random -> {
          List<List<LayerEntry>> layers = layers(random);
          NaiveProvenance naive = new NaiveProvenance(layers);
          Provenance provenance = Provenance.of(layers, ApplyOptions.defaults());
          assertThat(
                  provenance.walk().map(a -> a.path() + " " + a.layer() + " " + a.contentLayer()))
              .containsExactlyElementsOf(sorted(naive.attributions()));
          assertThat(
                  provenance.wasted().stream()
                      .map(f -> f.path() + " " + f.layer() + " " + f.bytes()))
              .containsExactlyElementsOf(naive.wasted());
          Map<String, List<String>> histories = new LinkedHashMap<>();
          for (String path : naive.histories().keySet()) {
            histories.put(path, history(provenance, path));
          }
          assertThat(histories).isEqualTo(naive.histories());
          assertSumsUp(layers, provenance);
        });
  }

  private static List<String> sorted(List<String> attributions) {
    return attributions.stream()
        .sorted((a, b) -> TreePath.of(path(a)).compareTo(TreePath.of(path(b))))
        .toList();
  }

  private static String path(String attribution) {
    return attribution.substring(0, attribution.indexOf(' '));
  }

  /** LC-F18: what is seen and what is not is all there is. */
  private static void assertSumsUp(List<List<LayerEntry>> layers, Provenance provenance) {
    long payload = 0;
    long wasted = 0;
    for (int i = 0; i < layers.size(); i++) {
      long sent =
          layers.get(i).stream()
              .filter(entry -> entry instanceof LayerEntry.Present)
              .mapToLong(entry -> Folder.sizeOf(((LayerEntry.Present) entry).node()))
              .sum();
      assertThat(provenance.payload(i)).isEqualTo(sent);
      payload += sent;
      wasted += provenance.wasted(i);
    }
    assertThat(provenance.files().size() + wasted).isEqualTo(payload);
  }

  /** A tree, and layers upon it that can be applied. */
  private static List<List<LayerEntry>> layers(Random random) throws IOException {
    RandomTrees trees = new RandomTrees(random, random.nextBoolean(), random.nextBoolean());
    List<List<LayerEntry>> layers = new ArrayList<>();
    layers.add(TreeDiff.between(FileTree.empty(), trees.tree(25)));
    int count = 1 + random.nextInt(8);
    for (int i = 0; i < count; i++) {
      List<LayerEntry> layer = trees.layer(1 + random.nextInt(8));
      if (canBeApplied(layers, layer)) {
        layers.add(layer);
      }
    }
    return layers;
  }

  private static boolean canBeApplied(List<List<LayerEntry>> lower, List<LayerEntry> layer) {
    try {
      NaiveTree tree = new NaiveTree();
      for (List<LayerEntry> below : lower) {
        tree.apply(below);
      }
      tree.apply(layer);
      return true;
    } catch (NaiveTree.Refused e) {
      return false;
    }
  }
}
