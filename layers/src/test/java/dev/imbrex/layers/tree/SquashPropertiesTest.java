package dev.imbrex.layers.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.layers.tree.LayerSquash.Result;
import dev.imbrex.layers.tree.LayerSquash.Squashed;
import dev.imbrex.manifest.error.MalformedContentException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The laws of squashing, LC-F9 and LC-F10, on random layers over random trees. */
class SquashPropertiesTest {
  /** More for a soak: {@code -Dimbrex.cases=40000} makes 200,000 sequences of layers. */
  private static final int CASES = Integer.getInteger("imbrex.cases", 2000);

  private static final int TREES = 6;

  private static final LayerEntry IMPOSSIBLE =
      new LayerEntry.Link(TreePath.root(), TreePath.root(), Metadata.forFile());

  /** How often one layer was enough, and how often layers could be applied. */
  private static final int[] SEEN = new int[3];

  /** The test would show nothing if the generator seldom made what can be squashed. */
  @AfterAll
  static void sawEnough() {
    if (System.getProperty("imbrex.seed") == null) {
      assertThat(SEEN[0]).as("squashed").isGreaterThan(CASES);
      assertThat(SEEN[1]).as("in need of the lower tree").isGreaterThan(CASES / 10);
      assertThat(SEEN[2]).as("applied").isGreaterThan(CASES);
    }
  }

  /**
   * Layers with anything in them. Most get entries for all parents, as engines write them, and few
   * of their links lead nowhere.
   */
  private static List<List<LayerEntry>> layers(RandomTrees trees, Random random, int count) {
    List<List<LayerEntry>> layers = new ArrayList<>();
    Set<TreePath> made = new HashSet<>();
    for (int i = 0; i < count; i++) {
      List<LayerEntry> layer = new ArrayList<>();
      for (LayerEntry entry : trees.layer(random.nextInt(7))) {
        LayerEntry chosen =
            entry instanceof LayerEntry.Link link ? aimed(link, made, random) : entry;
        layer.add(chosen);
        made.add(chosen.path());
      }
      layers.add(random.nextInt(8) == 0 ? layer : withParents(layer, trees, random));
    }
    return layers;
  }

  private static LayerEntry aimed(LayerEntry.Link link, Set<TreePath> made, Random random) {
    if (made.isEmpty() || random.nextInt(4) == 0) {
      return link;
    }
    List<TreePath> targets = made.stream().sorted().toList();
    TreePath target = targets.get(random.nextInt(targets.size()));
    return target.isRoot() ? link : new LayerEntry.Link(link.path(), target, link.metadata());
  }

  private static List<LayerEntry> withParents(
      List<LayerEntry> layer, RandomTrees trees, Random random) {
    List<LayerEntry> whole = new ArrayList<>();
    Set<TreePath> directories = new HashSet<>();
    for (LayerEntry entry : layer) {
      List<TreePath> missing = new ArrayList<>();
      TreePath path = entry.path();
      if (entry instanceof LayerEntry.Opaque && !path.isRoot()) {
        missing.add(path);
      }
      if (!Whiteout.hasReservedName(path)) {
        while (!path.isRoot() && !path.parent().isRoot()) {
          path = path.parent();
          missing.add(0, path);
        }
      }
      for (TreePath parent : missing) {
        // Not each time: a directory that made room for a file meanwhile is an error.
        if (directories.add(parent) || random.nextInt(20) == 0) {
          whole.add(new LayerEntry.Present(parent, new Node.Directory(trees.metadata())));
        }
      }
      whole.add(entry);
    }
    return whole;
  }

  /** A layer that no tree takes stands for layers that none takes. */
  private static Result squash(List<List<LayerEntry>> layers) {
    try {
      return LayerSquash.of(layers);
    } catch (MalformedContentException e) {
      return new Squashed(List.of(IMPOSSIBLE));
    }
  }

  private static String outcome(FileTree tree, List<List<LayerEntry>> layers) {
    try {
      FileTree result = tree;
      for (List<LayerEntry> layer : layers) {
        result = result.apply(layer, Findings.tolerant());
      }
      return NaiveTree.dump(result);
    } catch (MalformedContentException e) {
      return "refused";
    }
  }

  /** LC-E5 to LC-E7, LC-B31 to LC-B35: for every tree that the layers can be applied to. */
  @Test
  void oneLayerDoesWhatTheLayersDoOneAfterAnother() {
    Generated.forSeeds(
        5 * CASES,
        random -> {
          RandomTrees trees = new RandomTrees(random);
          List<List<LayerEntry>> layers = layers(trees, random, 2 + random.nextInt(3));
          Result result = squash(layers);
          SEEN[result instanceof Squashed ? 0 : 1]++;
          for (int i = 0; i < TREES; i++) {
            FileTree x = trees.tree(i == 0 ? 0 : random.nextInt(30));
            String expected = outcome(x, layers);
            if (expected.equals("refused")) {
              continue;
            }
            SEEN[2]++;
            if (result instanceof Squashed squashed) {
              assertThat(outcome(x, List.of(squashed.entries())))
                  .as("%s squashed to %s on %s", show(layers), squashed.entries(), Sketch.show(x))
                  .isEqualTo(expected);
            }
            // LC-E7: who knows the tree can always have a layer, as long as names allow it.
            List<LayerEntry> onto = LayerSquash.onto(x, layers, Findings.tolerant());
            assertThat(outcome(x, List.of(onto))).isEqualTo(expected);
          }
        });
  }

  private static String show(List<List<LayerEntry>> layers) {
    return String.join("\n then ", layers.stream().map(Object::toString).toList());
  }

  /** LC-E5, LC-E6, LC-A36, LC-A38. */
  @Test
  void theLayerIsWellFormed() {
    Generated.forSeeds(
        CASES,
        random -> {
          RandomTrees trees = new RandomTrees(random);
          List<List<LayerEntry>> layers = layers(trees, random, 2 + random.nextInt(3));
          long speaking = layers.stream().filter(layer -> !layer.isEmpty()).count();
          if (speaking > 1 && squash(layers) instanceof Squashed squashed) {
            checkWellFormed(squashed);
          }
        });
  }

  private static void checkWellFormed(Squashed squashed) {
    List<LayerEntry> layer = squashed.entries();
    Set<TreePath> present = new HashSet<>();
    Set<TreePath> removed = new HashSet<>();
    Set<TreePath> opaque = new HashSet<>();
    boolean linksToLower = false;
    TreePath last = TreePath.root();
    for (LayerEntry entry : layer) {
      TreePath path = entry.path();
      if (path.isRoot() && entry instanceof LayerEntry.Link) {
        return; // No tree takes the layers.
      }
      for (TreePath p = path; !p.isRoot() && !p.parent().isRoot(); p = p.parent()) {
        assertThat(present).as("parents of %s in %s", path, layer).contains(p.parent());
      }
      boolean isWhiteout =
          entry instanceof LayerEntry.Removal || entry instanceof LayerEntry.Opaque;
      if (isWhiteout) {
        for (TreePath p = path; !p.isRoot(); p = p.parent()) {
          assertThat(opaque).as("%s below opaque in %s", path, layer).doesNotContain(p.parent());
        }
        assertThat((entry instanceof LayerEntry.Opaque ? opaque : removed).add(path)).isTrue();
        boolean isDirectory = path.isRoot() || present.contains(path);
        assertThat(isDirectory).isEqualTo(entry instanceof LayerEntry.Opaque);
      } else {
        assertThat(present.add(path)).as("%s twice in %s", path, layer).isTrue();
        assertThat(removed).doesNotContain(path);
        assertThat(path).isGreaterThanOrEqualTo(last);
        last = path;
      }
      if (entry instanceof LayerEntry.Link link) {
        linksToLower |= !present.contains(link.target());
      }
    }
    assertThat(squashed.hasLinksToLower()).isEqualTo(linksToLower);
  }

  /** LC-F10: one layer squashed is itself, and empty layers do not count. */
  @Test
  void oneLayerAloneStaysAsItIs() throws Exception {
    Generated.forSeeds(
        CASES / 4,
        random -> {
          List<LayerEntry> layer = new RandomTrees(random).layer(1 + random.nextInt(6));
          assertThat(LayerSquash.of(List.of(List.of(), layer, List.of())))
              .isEqualTo(new Squashed(layer));
        });
    assertThat(LayerSquash.of(List.of())).isEqualTo(new Squashed(List.of()));
  }

  /** LC-F10: squashing what was squashed changes nothing, in whichever order it was done. */
  @Test
  void squashingIsAssociative() {
    int[] compared = new int[1];
    Generated.forSeeds(
        CASES,
        random -> {
          RandomTrees trees = new RandomTrees(random);
          List<List<LayerEntry>> l = layers(trees, random, 3);
          if (l.stream().anyMatch(List::isEmpty)) {
            return;
          }
          Result all = squash(l);
          Result low = squash(l.subList(0, 2));
          Result high = squash(l.subList(1, 3));
          if (!(all instanceof Squashed whole)
              || !(low instanceof Squashed lower)
              || !(high instanceof Squashed upper)) {
            return;
          }
          Result fromLow = squash(List.of(lower.entries(), l.get(2)));
          Result fromHigh = squash(List.of(l.get(0), upper.entries()));
          for (int i = 0; i < TREES; i++) {
            FileTree x = trees.tree(random.nextInt(20));
            String expected = outcome(x, l);
            if (!expected.equals("refused")
                && fromLow instanceof Squashed a
                && fromHigh instanceof Squashed b) {
              compared[0]++;
              assertThat(outcome(x, List.of(a.entries())))
                  .as("%s\n low %s\n from low %s\n on %s", show(l), lower, a, Sketch.show(x))
                  .isEqualTo(expected);
              assertThat(outcome(x, List.of(b.entries()))).isEqualTo(expected);
              assertThat(outcome(x, List.of(whole.entries()))).isEqualTo(expected);
            }
          }
        });
    if (System.getProperty("imbrex.seed") == null) {
      assertThat(compared[0]).isGreaterThan(CASES / 4);
    }
  }

  /** LC-E4, LC-F10: what is squashed whole removes nothing, as there is nothing below. */
  @Test
  void allLayersTogetherHaveNoWhiteouts() {
    Generated.forSeeds(
        CASES,
        random -> {
          RandomTrees trees = new RandomTrees(random);
          List<List<LayerEntry>> layers = layers(trees, random, 1 + random.nextInt(4));
          String expected = outcome(FileTree.empty(), layers);
          if (!expected.equals("refused")) {
            List<LayerEntry> squashed =
                LayerSquash.onto(FileTree.empty(), layers, Findings.tolerant());
            assertThat(squashed)
                .noneMatch(e -> e instanceof LayerEntry.Removal || e instanceof LayerEntry.Opaque);
            assertThat(outcome(FileTree.empty(), List.of(squashed))).isEqualTo(expected);
          }
        });
  }

  /** LC-E12: stacks are merged by laying one upon the other, which is associative by itself. */
  @Test
  void mergedStacksActOnThoseBelow() {
    Generated.forSeeds(
        CASES / 4,
        random -> {
          RandomTrees trees = new RandomTrees(random);
          List<List<LayerEntry>> one = layers(trees, random, 2);
          List<List<LayerEntry>> two = layers(trees, random, 2);
          List<List<LayerEntry>> merged = new ArrayList<>(one);
          merged.addAll(two);
          NaiveTree naive = new NaiveTree();
          String expected;
          try {
            for (List<LayerEntry> layer : merged) {
              naive.apply(layer);
            }
            expected = naive.dump();
          } catch (NaiveTree.Refused e) {
            expected = "refused";
          }
          assertThat(outcome(FileTree.empty(), merged)).isEqualTo(expected);
        });
  }
}
