package dev.imbrex.layers.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.manifest.error.MalformedContentException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The laws of LC-F on random trees and layers. */
class LayerPropertiesTest {
  private static final int CASES = Generated.cases(4000);
  private static final DiffOptions EXACT =
      DiffOptions.standard().withRootTime(true).withTimePrecision(DiffOptions.TimePrecision.NANOS);

  private static FileTree apply(FileTree tree, List<LayerEntry> layer) throws Exception {
    return tree.apply(layer, Findings.tolerant());
  }

  /** LC-M6, LC-M9, LC-B29 to LC-B58 on layers of any sort, one upon another. */
  @Test
  void appliesRandomLayersAsTheNaiveModelDoes() {
    int[] refused = new int[1];
    int[] applied = new int[1];
    Generated.forSeeds(
        5 * CASES,
        random -> {
          RandomTrees trees = new RandomTrees(random);
          NaiveTree naive = new NaiveTree();
          FileTree tree = FileTree.empty();
          for (int i = 0; i < 4; i++) {
            List<LayerEntry> layer = trees.layer(1 + random.nextInt(7));
            String expected;
            try {
              naive.apply(layer);
              expected = naive.dump();
            } catch (NaiveTree.Refused e) {
              expected = "refused";
            }
            String actual;
            try {
              tree = apply(tree, layer);
              actual = NaiveTree.dump(tree);
            } catch (MalformedContentException e) {
              actual = "refused";
            }
            assertThat(actual).as("after %s", layer).isEqualTo(expected);
            if (expected.equals("refused")) {
              refused[0]++;
              return;
            }
            applied[0]++;
            assertThat(tree.size()).isEqualTo(naive.size());
          }
        });
    if (System.getProperty("imbrex.seed") == null) {
      assertThat(refused[0]).isGreaterThan(CASES / 10);
      assertThat(applied[0]).isGreaterThan(CASES);
    }
  }

  /** LC-F1, LC-F2, LC-F4, LC-F8; trees that share structure. */
  @Test
  void diffOfAnEditedTreeLeadsToIt() {
    Generated.forSeeds(
        CASES,
        random -> {
          RandomTrees trees = new RandomTrees(random);
          FileTree a = trees.tree(random.nextInt(20));
          FileTree b = trees.edited(a, random.nextInt(8));
          checkDiff(a, b);
        });
  }

  /** LC-F1, LC-F2, LC-F4, LC-F8; trees that share contents only. */
  @Test
  void diffOfUnrelatedTreesLeadsFromOneToTheOther() {
    Generated.forSeeds(
        CASES,
        random -> {
          RandomTrees trees = new RandomTrees(random);
          checkDiff(trees.tree(random.nextInt(20)), trees.tree(random.nextInt(20)));
        });
  }

  private static void checkDiff(FileTree a, FileTree b) throws Exception {
    List<LayerEntry> layer = TreeDiff.between(a, b, EXACT);
    FileTree result = apply(a, layer);

    assertThat(NaiveTree.dump(result)).as("%s", layer).isEqualTo(NaiveTree.dump(b));
    assertThat(result).isEqualTo(b);
    assertThat(TreeDiff.between(result, b, EXACT)).isEmpty();
    assertThat(TreeDiff.between(b, b, EXACT)).isEmpty();
    assertThat(apply(result, layer)).as("applied twice: %s", layer).isEqualTo(b);
    checkWellFormed(a, b, layer);
    Findings findings = Findings.strict();
    a.apply(layer, findings);
    assertThat(layer.isEmpty()).isEqualTo(a.equals(b));
  }

  /** LC-F4, LC-A16, LC-A17, LC-A22, LC-A26, LC-A28, LC-A36, LC-A37, LC-A38. */
  private static void checkWellFormed(FileTree a, FileTree b, List<LayerEntry> layer) {
    Set<TreePath> seen = new HashSet<>();
    Set<TreePath> removed = new HashSet<>();
    TreePath last = TreePath.root();
    for (LayerEntry entry : layer) {
      TreePath path = entry.path();
      for (TreePath p = path; !p.isRoot() && !p.parent().isRoot(); p = p.parent()) {
        assertThat(seen).as("parents of %s in %s", path, layer).contains(p.parent());
      }
      assertThat(seen.contains(path) || removed.contains(path)).as("repeated %s", path).isFalse();
      if (entry instanceof LayerEntry.Removal) {
        removed.add(path);
        assertThat(a.find(path)).isPresent();
        assertThat(b.find(path)).isEmpty();
        for (TreePath p = path.parent(); !p.isRoot(); p = p.parent()) {
          assertThat(a.find(p)).get().matches(Node::isDirectory);
        }
      } else {
        assertThat(entry instanceof LayerEntry.Opaque).isFalse();
        assertThat(path).isGreaterThanOrEqualTo(last);
        last = path;
        seen.add(path);
      }
      if (entry instanceof LayerEntry.Link link) {
        assertThat(seen).contains(link.target());
      }
    }
  }

  /** LC-A7, LC-A20: what is shared is passed over, and still the layer is the same. */
  @Test
  void sharedPartsDoNotChangeTheDiff() {
    Generated.forSeeds(
        CASES,
        random -> {
          RandomTrees trees = new RandomTrees(random);
          FileTree a = trees.tree(random.nextInt(20));
          FileTree b = trees.edited(a, random.nextInt(6));
          FileTree unshared = rebuilt(b, random);

          assertThat(unshared).isEqualTo(b).hasSameHashCodeAs(b);
          assertThat(TreeDiff.between(a, unshared, EXACT)).isEqualTo(TreeDiff.between(a, b, EXACT));
        });
  }

  /** LC-F5, LC-A35: the order in which a tree was made leaves no trace. */
  private static FileTree rebuilt(FileTree tree, Random random) {
    List<FileTree.Entry> entries = new ArrayList<>(tree.walk().toList());
    Collections.shuffle(entries, random);
    TreeEditor editor = FileTree.empty().edit();
    for (FileTree.Entry entry : entries) {
      for (TreePath name : tree.linksOf(entry.path())) {
        if (name.equals(entry.path()) || editor.find(name).isEmpty()) {
          continue;
        }
        editor.link(entry.path(), name);
        break;
      }
      if (entry.node().isDirectory() || editor.find(entry.path()).isEmpty()) {
        editor.put(entry.path(), entry.node());
      }
    }
    return editor.toTree();
  }

  /** LC-A20: no smaller set of names would do, as trying all of them shows. */
  @Test
  void sendsAsFewNamesAsCanBe() {
    Generated.forSeeds(
        CASES,
        random -> {
          RandomTrees trees = new RandomTrees(random);
          FileTree a = trees.tree(random.nextInt(14));
          FileTree b = trees.edited(a, random.nextInt(8));
          Set<TreePath> sent = new HashSet<>();
          TreeDiff.between(a, b, EXACT).forEach(entry -> sent.add(entry.path()));
          List<TreePath> kept = new ArrayList<>();
          List<TreePath> same = new ArrayList<>();
          for (FileTree.Entry entry : b.walk().toList()) {
            if (!entry.node().isDirectory()) {
              if (!sent.contains(entry.path())) {
                kept.add(entry.path());
              }
              if (a.find(entry.path()).equals(java.util.Optional.of(entry.node()))) {
                same.add(entry.path());
              }
            }
          }
          if (same.size() <= 12) {
            assertThat(isConsistent(a, b, kept)).isTrue();
            assertThat(kept).hasSize(mostThatCanBeKept(a, b, same));
          }
        });
  }

  private static int mostThatCanBeKept(FileTree a, FileTree b, List<TreePath> same) {
    int most = 0;
    for (int set = 0; set < 1 << same.size(); set++) {
      List<TreePath> kept = new ArrayList<>();
      for (int i = 0; i < same.size(); i++) {
        if ((set & (1 << i)) != 0) {
          kept.add(same.get(i));
        }
      }
      if (kept.size() > most && isConsistent(a, b, kept)) {
        most = kept.size();
      }
    }
    return most;
  }

  private static boolean isConsistent(FileTree a, FileTree b, List<TreePath> kept) {
    for (TreePath name : kept) {
      List<TreePath> before = a.linksOf(name);
      List<TreePath> after = b.linksOf(name);
      if (!kept.containsAll(after)
          || !kept.stream().allMatch(n -> before.contains(n) == after.contains(n))) {
        return false;
      }
    }
    return true;
  }

  /** LC-F3: the base layer leaves alone what it does not name. */
  @Test
  void diffFromNothingLeavesDisjointTreesInPlace() {
    Generated.forSeeds(
        CASES / 2,
        random -> {
          RandomTrees trees = new RandomTrees(random);
          FileTree b = trees.tree(random.nextInt(20));
          List<LayerEntry> layer = TreeDiff.between(FileTree.empty(), b);
          TreePath apart = TreePath.of("z/file");
          FileTree x = FileTree.empty().edit().put(apart, trees.leaf()).toTree();

          assertThat(apply(FileTree.empty(), layer)).isEqualTo(b);
          FileTree both = apply(x, layer);
          assertThat(both.find(apart)).isEqualTo(x.find(apart));
          TreeEditor without = both.edit();
          without.remove(TreePath.of("z"));
          assertThat(without.toTree()).isEqualTo(b);
        });
  }

  /** LC-F6, LC-M7. */
  @Test
  void whiteoutsMeanTheSameWhereverTheyStand() {
    Generated.forSeeds(
        CASES,
        random -> {
          RandomTrees trees = new RandomTrees(random);
          FileTree x = trees.tree(random.nextInt(20));
          List<LayerEntry> layer = trees.layer(1 + random.nextInt(6));
          List<LayerEntry> moved = new ArrayList<>();
          List<LayerEntry> whiteouts = new ArrayList<>();
          for (LayerEntry entry : layer) {
            boolean isWhiteout =
                entry instanceof LayerEntry.Removal || entry instanceof LayerEntry.Opaque;
            (isWhiteout ? whiteouts : moved).add(entry);
          }
          for (LayerEntry whiteout : whiteouts) {
            moved.add(random.nextInt(moved.size() + 1), whiteout);
          }
          assertThat(outcome(x, moved)).as("%s", layer).isEqualTo(outcome(x, layer));
        });
  }

  private static String outcome(FileTree tree, List<LayerEntry> layer) throws Exception {
    try {
      return NaiveTree.dump(apply(tree, layer));
    } catch (MalformedContentException e) {
      return "refused";
    }
  }

  /** LC-F7. */
  @Test
  void anyOrderWithParentsFirstGivesTheSameTree() {
    Generated.forSeeds(
        CASES / 2,
        random -> {
          RandomTrees trees = new RandomTrees(random, false, false);
          FileTree a = trees.tree(random.nextInt(20));
          FileTree b = trees.edited(a, random.nextInt(10));
          List<LayerEntry> ordered = TreeDiff.between(a, b, EXACT);
          List<LayerEntry> waiting = new ArrayList<>(ordered);
          List<LayerEntry> shuffled = new ArrayList<>();
          while (!waiting.isEmpty()) {
            LayerEntry next = waiting.get(random.nextInt(waiting.size()));
            boolean waits =
                waiting.stream().anyMatch(e -> e != next && next.path().startsWith(e.path()));
            if (!waits) {
              waiting.remove(next);
              shuffled.add(next);
            }
          }
          assertThat(apply(a, shuffled)).as("%s", shuffled).isEqualTo(b);
        });
  }
}
