package dev.imbrex.layers.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.tree.Change.Aspect;
import dev.imbrex.layers.tree.DiffOptions.Contents;
import dev.imbrex.layers.tree.DiffOptions.TimePrecision;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** SN-H9: what differs between two trees, path by path. */
class ChangesTest {
  private static final TreePath F = TreePath.of("f");
  private static final DiffOptions BYTES = DiffOptions.standard().withContents(Contents.BY_BYTES);

  private static String[] items(String line) {
    return line.isEmpty() ? new String[0] : line.split(" ");
  }

  private static List<String> shown(Collection<Change> changes) {
    return changes.stream().map(ChangesTest::shown).toList();
  }

  private static String shown(Change change) {
    String aspects = change instanceof Change.Modified modified ? " " + modified.aspects() : "";
    return change.kind().letter() + " " + change.path() + aspects;
  }

  private static List<String> docker(Collection<Change> changes) {
    List<String> lines = new ArrayList<>();
    Change.summary(changes).forEach((path, kind) -> lines.add(kind.letter() + " " + path));
    return lines;
  }

  /** Both listings of a change that is given as a layer; contents are compared as texts. */
  static Stream<Arguments> cases() {
    return Stream.of(
        Arguments.of("nothing", "a d/b l->a h=a", "d/", "", ""),
        Arguments.of("content", "d/a:1", "d/a:2", "C /d/a [CONTENT]", "C /d, C /d/a"),
        Arguments.of("added", "d/", "d/e/f", "A /d/e, A /d/e/f", "C /d, A /d/e, A /d/e/f"),
        Arguments.of("deleted", "d/e/f d/g", "d/.wh.e", "D /d/e, D /d/e/f", "C /d, D /d/e"),
        Arguments.of("target", "l->a", "l->b", "C /l [TARGET]", "C /l"),
        Arguments.of("file to directory", "a", "a/b", "C /a [TYPE, MODE], A /a/b", "C /a, A /a/b"),
        Arguments.of(
            "directory to file", "a/b/c", "a", "C /a [TYPE, MODE], D /a/b, D /a/b/c", "C /a"),
        Arguments.of(
            "neighbours of what is gone",
            "d/x d-x",
            ".wh.d .wh.d-x d.x",
            "D /d, D /d/x," + " D /d-x, A /d.x",
            "D /d, D /d-x, A /d.x"),
        Arguments.of("new link", "a", "b=a", "C /a [LINKS], A /b", "A /b"),
        Arguments.of("link gone", "a b=a", ".wh.b", "C /a [LINKS], D /b", "D /b"),
        Arguments.of("link split", "a:1 b=a", "b:1", "C /a [LINKS], C /b [LINKS]", ""),
        Arguments.of(
            "one of two names replaced",
            "a:1 b=a",
            "b:2",
            "C /a [LINKS], C /b [CONTENT, LINKS]",
            "C /b"),
        Arguments.of(
            "fellow in another directory", "s/a s/b", "t=s/a", "C /s/a [LINKS], A /t", "A /t"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void lists(String name, String before, String edit, String all, String summary)
      throws IOException {
    FileTree a = Sketch.tree(items(before));
    List<Change> changes = TreeDiff.changes(a, Sketch.apply(a, items(edit)), BYTES);

    assertThat(String.join(", ", shown(changes))).isEqualTo(all);
    assertThat(String.join(", ", docker(changes))).isEqualTo(summary);
  }

  private static FileTree file(Metadata metadata) {
    return FileTree.empty().edit().put(F, new Node.RegularFile(metadata, CONTENT)).toTree();
  }

  private static final FileContent CONTENT = new TextContent("same");

  @Test
  void tellsAttributesApart() {
    Metadata old = Metadata.ofMode(0644);
    Metadata capable = old.withXattr(ByteString.of("security.capability"), ByteString.of("x"));
    assertThat(aspects(old, old.withMode(04644))).containsExactly(Aspect.MODE);
    assertThat(aspects(old, old.withOwner(0, 1))).containsExactly(Aspect.OWNER);
    assertThat(aspects(old, old.withOwner(1, 0))).containsExactly(Aspect.OWNER);
    assertThat(aspects(old, old.withMtime(Instant.ofEpochSecond(1)))).containsExactly(Aspect.TIME);
    assertThat(aspects(old, capable)).containsExactly(Aspect.XATTRS);
    assertThat(aspects(old, capable.withMode(0).withOwner(1, 1).withMtime(Instant.MAX)))
        .containsExactly(Aspect.MODE, Aspect.OWNER, Aspect.TIME, Aspect.XATTRS);
    // LC-A5, LC-A9: what a layer does not keep is no difference, unless asked for.
    Metadata nanos = old.withMtime(Instant.ofEpochSecond(0, 5));
    assertThat(TreeDiff.changes(file(old), file(nanos))).isEmpty();
    Metadata labelled = old.withXattr(ByteString.of("security.selinux"), ByteString.of("x"));
    assertThat(TreeDiff.changes(file(old), file(labelled))).isEmpty();
  }

  private static Set<Aspect> aspects(Metadata before, Metadata after) {
    return ((Change.Modified) TreeDiff.changes(file(before), file(after)).get(0)).aspects();
  }

  @Test
  void tellsTheNumbersOfDevicesApart() {
    TreePath path = TreePath.of("dev/x");
    Metadata metadata = Metadata.forFile();
    FileTree one =
        FileTree.empty()
            .edit()
            .put(path, new Node.Device(metadata, Node.Kind.BLOCK_DEVICE, 1, 2))
            .toTree();
    FileTree two =
        one.edit().put(path, new Node.Device(metadata, Node.Kind.BLOCK_DEVICE, 1, 3)).toTree();
    assertThat(shown(TreeDiff.changes(one, two))).containsExactly("C /dev/x [DEVICE]");
  }

  /** LC-A11, LC-A13: times of directories, as the options say; Docker never shows them. */
  @Test
  void listsTimesOfDirectoriesIfAskedTo() throws IOException {
    FileTree a = Sketch.tree("d/", "e/");
    Metadata later = Metadata.forDirectory().withMtime(Instant.ofEpochSecond(9));
    FileTree b =
        a.edit()
            .setMetadata(TreePath.root(), later)
            .setMetadata(TreePath.of("d"), later)
            .setMetadata(TreePath.of("e"), later.withMode(0700))
            .toTree();
    DiffOptions standard = DiffOptions.standard();
    assertThat(shown(TreeDiff.changes(a, b, standard)))
        .containsExactly("C /d [TIME]", "C /e [MODE, TIME]");
    assertThat(shown(TreeDiff.changes(a, b, standard.withRootTime(true)))).contains("C / [TIME]");
    assertThat(shown(TreeDiff.changes(a, b, standard.withDirectoryTimes(false))))
        .containsExactly("C /e [MODE]");
    assertThat(docker(TreeDiff.changes(a, b, standard.withRootTime(true)))).containsExactly("C /e");
  }

  @Test
  void comparesContentsInThreeWays() throws IOException {
    Metadata metadata = Metadata.forFile();
    FileTree a = file(metadata);
    FileTree copy = content(metadata, "same");
    FileTree other = content(metadata, "else");
    FileTree touched = content(metadata.withMtime(Instant.ofEpochSecond(1)), "same");
    DiffOptions time = DiffOptions.standard().withContents(Contents.BY_TIME);
    assertThat(shown(TreeDiff.changes(a, copy))).containsExactly("C /f [CONTENT]");
    assertThat(TreeDiff.changes(a, copy, BYTES)).isEmpty();
    assertThat(shown(TreeDiff.changes(a, other, BYTES))).containsExactly("C /f [CONTENT]");
    assertThat(TreeDiff.changes(a, other, time)).isEmpty();
    assertThat(shown(TreeDiff.changes(a, touched, time))).containsExactly("C /f [CONTENT, TIME]");
    assertThat(shown(TreeDiff.changes(a, touched, BYTES))).containsExactly("C /f [TIME]");
  }

  private static FileTree content(Metadata metadata, String text) {
    return FileTree.empty()
        .edit()
        .put(F, new Node.RegularFile(metadata, new TextContent(text)))
        .toTree();
  }

  @Test
  void saysSizes() throws IOException {
    FileTree a = Sketch.tree("f:12345", "d/", "l->x");
    FileTree b = Sketch.apply(a, "f:123", ".wh.l", "d->f", "new:1234");
    assertThat(
            TreeDiff.changes(a, b, BYTES).stream()
                .map(c -> c.path() + " " + c.sizeBefore() + " " + c.sizeAfter()))
        .containsExactly("/d 0 0", "/f 5 3", "/l 0 0", "/new 0 4");
  }

  @Test
  void refusesAModificationInNothing() {
    Node node = new Node.Fifo(Metadata.forFile());
    assertThatThrownBy(() -> new Change.Modified(F, node, node, Set.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/f");
  }

  /** However many files of a layer are in doubt, it is read once. */
  @Test
  void readsAStreamOnce() throws IOException {
    CountedStream one = new CountedStream();
    CountedStream two = new CountedStream();
    FileTree a = one.tree("a", "b", "c", "d");
    FileTree b = two.tree("a", "B", "c", "dd");
    assertThat(shown(TreeDiff.changes(a, b, BYTES)))
        .containsExactly("C /1 [CONTENT]", "C /3 [CONTENT]");
    assertThat(TreeDiff.between(a, b, BYTES)).hasSize(2);
    assertThat(List.of(one.passes, two.passes)).containsExactly(2, 2);
    assertThat(List.of(one.opened, two.opened)).containsExactly(0, 0);
  }

  /** Contents that lie in one stream, as those of a compressed layer do. */
  private static final class CountedStream implements ContentStream {
    int passes;
    int opened;

    @Override
    public void read(Collection<? extends StreamedContent> wanted, Receiver receiver)
        throws IOException {
      passes++;
      for (StreamedContent content : wanted) {
        receiver.receive(content, ((Part) content).text.open());
      }
    }

    FileTree tree(String... texts) {
      TreeEditor editor = FileTree.empty().edit();
      for (int i = 0; i < texts.length; i++) {
        FileContent content = new Part(new TextContent(texts[i]));
        editor.put(TreePath.of("" + i), new Node.RegularFile(Metadata.forFile(), content));
      }
      return editor.toTree();
    }

    private final class Part implements StreamedContent {
      final TextContent text;

      Part(TextContent text) {
        this.text = text;
      }

      @Override
      public ContentStream stream() {
        return CountedStream.this;
      }

      @Override
      public long size() {
        return text.size();
      }

      @Override
      public InputStream open() {
        opened++;
        return text.open();
      }
    }
  }

  /** LC-M4: changes are there if and only if trees differ, and are those of a plain comparison. */
  @Test
  void agreesWithAPlainComparison() {
    DiffOptions exact =
        DiffOptions.standard()
            .withTimePrecision(TimePrecision.NANOS)
            .withRootTime(true)
            .withoutXattrs(List.of());
    Generated.forSeeds(
        Generated.cases(400),
        random -> {
          RandomTrees trees = new RandomTrees(random);
          FileTree a = trees.tree(30);
          FileTree b = random.nextBoolean() ? trees.edited(a, 12) : trees.tree(30);
          List<Change> changes = TreeDiff.changes(a, b, exact);
          assertThat(changes.isEmpty()).isEqualTo(a.equals(b));
          assertThat(shown(changes)).isEqualTo(plain(a, b));
          assertThat(docker(changes)).containsExactlyInAnyOrderElementsOf(new Walker(a, b).lines);
          assertThat(TreeDiff.changes(a, a, exact)).isEmpty();
        });
  }

  /** Two maps side by side. */
  private static List<String> plain(FileTree a, FileTree b) {
    Map<TreePath, Node> before = new HashMap<>();
    Map<TreePath, Node> after = new HashMap<>();
    a.walk().forEach(e -> before.put(e.path(), e.node()));
    b.walk().forEach(e -> after.put(e.path(), e.node()));
    Set<TreePath> all = new TreeSet<>(before.keySet());
    all.addAll(after.keySet());
    List<String> lines = new ArrayList<>();
    for (TreePath path : all) {
      Node old = before.get(path);
      Node now = after.get(path);
      if (old == null || now == null) {
        lines.add((old == null ? "A " : "D ") + path);
        continue;
      }
      Set<Aspect> aspects = EnumSet.noneOf(Aspect.class);
      if (old.kind() != now.kind()) {
        aspects.add(Aspect.TYPE);
      } else if (old instanceof Node.RegularFile one && now instanceof Node.RegularFile two) {
        addIf(aspects, Aspect.CONTENT, one.content(), two.content());
      } else if (old instanceof Node.Symlink one && now instanceof Node.Symlink two) {
        addIf(aspects, Aspect.TARGET, one.target(), two.target());
      } else if (old instanceof Node.Device one && now instanceof Node.Device two) {
        addIf(aspects, Aspect.DEVICE, one.minor(), two.minor());
      }
      addIf(aspects, Aspect.MODE, old.metadata().mode(), now.metadata().mode());
      addIf(aspects, Aspect.OWNER, old.metadata().uid(), now.metadata().uid());
      addIf(aspects, Aspect.TIME, old.metadata().mtime(), now.metadata().mtime());
      addIf(aspects, Aspect.XATTRS, old.metadata().xattrs(), now.metadata().xattrs());
      if (!old.isDirectory() && !now.isDirectory()) {
        addIf(aspects, Aspect.LINKS, a.linksOf(path), b.linksOf(path));
      }
      if (!aspects.isEmpty()) {
        lines.add("C " + path + " " + aspects);
      }
    }
    return lines;
  }

  private static void addIf(Set<Aspect> aspects, Aspect aspect, Object old, Object now) {
    if (!old.equals(now)) {
      aspects.add(aspect);
    }
  }

  /**
   * How Docker's naive driver finds changes: it goes through both trees, compares what stat says,
   * goes into a directory of the old tree only as long as the new one has a directory there too,
   * and lists a directory if it listed something in it.
   */
  private static final class Walker {
    final List<String> lines = new ArrayList<>();
    private final Map<TreePath, Map<TreePath, Node>> before = new HashMap<>();
    private final Map<TreePath, Map<TreePath, Node>> after = new HashMap<>();

    Walker(FileTree a, FileTree b) {
      collect(a, before);
      collect(b, after);
      walk(TreePath.root(), true);
    }

    private static void collect(FileTree tree, Map<TreePath, Map<TreePath, Node>> children) {
      tree.walk()
          .skip(1)
          .forEach(
              e ->
                  children
                      .computeIfAbsent(e.path().parent(), p -> new TreeMap<>())
                      .put(e.path(), e.node()));
    }

    /** Whether anything was listed. */
    private boolean walk(TreePath directory, boolean wasDirectory) {
      Map<TreePath, Node> old = wasDirectory ? before.getOrDefault(directory, Map.of()) : Map.of();
      Map<TreePath, Node> now = after.getOrDefault(directory, Map.of());
      int start = lines.size();
      Set<TreePath> gone = new HashSet<>(old.keySet());
      gone.removeAll(now.keySet());
      gone.forEach(path -> lines.add("D " + path));
      now.forEach(
          (path, node) -> {
            Node earlier = old.get(path);
            boolean isChanged = earlier == null || differs(earlier, node);
            if (isChanged) {
              lines.add((earlier == null ? "A " : "C ") + path);
            }
            if (node.isDirectory()) {
              boolean hadDirectory = earlier != null && earlier.isDirectory();
              if (walk(path, hadDirectory) && !isChanged) {
                lines.add("C " + path);
              }
            }
          });
      return lines.size() > start;
    }

    private static boolean differs(Node a, Node b) {
      Metadata before = a.metadata();
      Metadata after = b.metadata();
      boolean isDirectory = a.isDirectory() && b.isDirectory();
      return !a.equals(b)
          && (a.kind() != b.kind()
              || !isDirectory
              || before.mode() != after.mode()
              || before.uid() != after.uid()
              || !before.xattrs().equals(after.xattrs()));
    }
  }
}
