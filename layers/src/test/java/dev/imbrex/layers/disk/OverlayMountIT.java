package dev.imbrex.layers.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.testing.Peers;
import dev.imbrex.layers.tree.ApplyOptions;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.Resolution;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The kernel mounts what we write, and we read what it writes: LC-A30 to LC-A32, LC-B69 to LC-B72,
 * LC-F12.
 */
class OverlayMountIT {
  private static final ScanOptions SCAN = ScanOptions.standard().withAccess(DiskAccess.NATIVE);

  @TempDir Path temporary;

  private final Peers mount;
  private final Peers umount;

  OverlayMountIT() {
    mount = Peers.require("mount", "util-linux");
    umount = Peers.require("umount", "util-linux");
  }

  @BeforeEach
  void requireRoot() throws IOException {
    boolean isRoot = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    if (!isRoot && "true".equals(System.getenv("IMBREX_REQUIRE_PEERS"))) {
      throw new AssertionError("overlays can be mounted by root alone");
    }
    Assumptions.assumeTrue(isRoot, "overlays can be mounted by root alone");
  }

  /** LC-F12: three directories, one for each layer, show the tree that the layers make. */
  @ParameterizedTest
  @EnumSource(OverlayForm.class)
  void showsWhatRandomLayersMake(OverlayForm form) throws IOException {
    for (long seed : DiskTrees.seeds(120)) {
      Random random = new Random(seed);
      DiskTrees trees = new DiskTrees(random, true);
      FileTree base = trees.tree(1 + random.nextInt(25));
      List<FileTree> stack = new ArrayList<>(List.of(base));
      Path work = Files.createDirectory(temporary.resolve(form + "-" + seed));
      write(base, work.resolve("0"));
      String directories = work.resolve("0").toString();
      for (int i = 1; i <= 2; i++) {
        FileTree below = stack.get(i - 1);
        List<LayerEntry> layer = layer(trees, random, below);
        FileTree after = applied(below, layer);
        if (after == null) {
          layer = List.of();
          after = below;
        }
        stack.add(after);
        Path directory = work.resolve("" + i);
        OverlayDirectory.write(
            below,
            layer,
            form,
            directory,
            ExtractOptions.trusted().withAccess(DiskAccess.NATIVE),
            Findings.tolerant(),
            Progress.none());
        directories = directory + ":" + directories;
      }
      FileTree shown = mounted(work, form, "lowerdir=" + directories);
      assertSame(shown, stack.get(2), seed);
    }
  }

  /** LC-B73: each layer has a directory of its own, so that all are written at one time. */
  @Test
  void showsLayersThatWereWrittenInParallel() throws Exception {
    for (long seed : DiskTrees.seeds(5)) {
      Random random = new Random(seed);
      DiskTrees trees = new DiskTrees(random, true);
      Path work = Files.createDirectory(temporary.resolve("parallel-" + seed));
      FileTree shown = trees.tree(25);
      write(shown, work.resolve("0"));
      String directories = work.resolve("0").toString();
      List<Callable<Void>> writing = new ArrayList<>();
      for (int i = 1; i <= 6; i++) {
        FileTree below = shown;
        FileTree after = trees.edited(below, 12);
        List<LayerEntry> layer = TreeDiff.between(below, after);
        Path directory = work.resolve("" + i);
        writing.add(
            () -> {
              OverlayDirectory.write(
                  below,
                  layer,
                  OverlayForm.TRUSTED,
                  directory,
                  ExtractOptions.trusted().withAccess(DiskAccess.NATIVE),
                  Findings.tolerant(),
                  Progress.none());
              return null;
            });
        directories = directory + ":" + directories;
        shown = below.apply(layer, Findings.strict());
      }
      Collections.shuffle(writing, random);
      ExecutorService threads = Executors.newFixedThreadPool(3);
      try {
        for (Future<Void> written : threads.invokeAll(writing)) {
          written.get();
        }
      } finally {
        threads.shutdown();
      }
      assertSame(mounted(work, OverlayForm.TRUSTED, "lowerdir=" + directories), shown, seed);
    }
  }

  /** LC-B31: layers extracted apart, links of lower layers being parents in them. */
  @Test
  void showsWhatOverlayResolutionSays() throws IOException {
    int hidden = 0;
    for (long seed : DiskTrees.seeds(60)) {
      Random random = new Random(seed);
      DiskTrees trees = new DiskTrees(random, true);
      FileTree shown = trees.tree(5 + random.nextInt(25));
      Path work = Files.createDirectory(temporary.resolve("apart-" + seed));
      write(shown, work.resolve("0"));
      String directories = work.resolve("0").toString();
      for (int i = 1; i <= 2; i++) {
        List<LayerEntry> layer = belowLinks(trees.layer(shown, 6), shown, random);
        Findings findings = Findings.tolerant();
        ApplyOptions options = new ApplyOptions(Resolution.OVERLAY, findings, Progress.none());
        FileTree after;
        try {
          after = shown.apply(layer, options);
        } catch (ImageException e) {
          layer = List.of();
          after = shown;
        }
        write(apart(layer, shown, after), work.resolve("" + i));
        directories = work.resolve("" + i) + ":" + directories;
        hidden += (int) findings.count(Finding.Code.SYMLINK_AS_PARENT);
        shown = after;
      }
      assertSame(mounted(work, OverlayForm.TRUSTED, "lowerdir=" + directories), shown, seed);
    }
    if (System.getProperty("imbrex.seed") == null) {
      assertThat(hidden).isGreaterThan(15);
    }
  }

  /** Adds entries, and whiteouts, below symbolic links of the lower tree. */
  private static List<LayerEntry> belowLinks(
      List<LayerEntry> layer, FileTree lower, Random random) {
    List<LayerEntry> all = new ArrayList<>(layer);
    for (FileTree.Entry entry : lower.walk().toList()) {
      if (entry.node() instanceof Node.Symlink && random.nextInt(3) > 0) {
        TreePath path = entry.path().child("a");
        all.add(
            random.nextInt(3) == 0
                ? new LayerEntry.Removal(path)
                : new LayerEntry.Present(path, DiskTrees.file("below")));
      }
    }
    // What is sent twice is a matter of order, which two directories do not keep.
    Set<TreePath> sent = new HashSet<>();
    all.removeIf(entry -> isNode(entry) && !sent.add(entry.path()));
    // The kernel merges roots whatever their marks.
    all.removeIf(entry -> entry instanceof LayerEntry.Opaque && entry.path().isRoot());
    // A whiteout below another one: no engine can have both a directory and a mark there.
    List<TreePath> removed =
        all.stream().filter(LayerEntry.Removal.class::isInstance).map(LayerEntry::path).toList();
    all.removeIf(
        entry ->
            (entry instanceof LayerEntry.Removal || entry instanceof LayerEntry.Opaque)
                && removed.stream().anyMatch(path -> isBelow(entry, path)));
    return all;
  }

  private static boolean isNode(LayerEntry entry) {
    return entry instanceof LayerEntry.Present || entry instanceof LayerEntry.Link;
  }

  private static boolean isBelow(LayerEntry entry, TreePath path) {
    boolean isItself = entry instanceof LayerEntry.Removal && entry.path().equals(path);
    return !isItself && entry.path().startsWith(path);
  }

  /**
   * The directory that an engine makes of a layer alone: its nodes, as if there were nothing below,
   * and the marks of what it removes. Directories that it has no entry for take the attributes they
   * have in the end: no matter here.
   */
  private static FileTree apart(List<LayerEntry> layer, FileTree lower, FileTree after)
      throws IOException {
    List<LayerEntry> nodes = layer.stream().filter(OverlayMountIT::isNode).toList();
    TreeEditor own = FileTree.empty().apply(nodes, Findings.tolerant()).edit();
    ByteString opaque = ByteString.of("trusted.overlay.opaque");
    List<TreePath> emptied = new ArrayList<>();
    for (LayerEntry entry : layer) {
      if (entry instanceof LayerEntry.Opaque && canHold(own, entry.path())) {
        if (own.find(entry.path()).isEmpty()) {
          own.put(entry.path(), DiskTrees.directory());
        }
        emptied.add(entry.path());
      }
    }
    for (LayerEntry entry : layer) {
      if (entry instanceof LayerEntry.Removal
          && own.find(entry.path()).filter(Node::isDirectory).isPresent()) {
        emptied.add(entry.path());
      }
    }
    for (LayerEntry entry : layer) {
      TreePath path = entry.path();
      if (!(entry instanceof LayerEntry.Removal) || !canHold(own, path.parent())) {
        continue;
      }
      if (own.find(path).isEmpty()) {
        boolean isNeeded =
            lower.find(path).isPresent() && emptied.stream().noneMatch(path::startsWith);
        if (isNeeded) {
          own.put(path, new Node.Device(Metadata.forFile(), Node.Kind.CHARACTER_DEVICE, 0, 0));
        } else if (own.find(path.parent()).isEmpty()) {
          own.put(path.parent(), DiskTrees.directory());
        }
      }
    }
    for (FileTree.Entry entry : own.toTree().walk().toList()) {
      if (entry.node().isDirectory() && after.find(entry.path()).isPresent()) {
        own.setMetadata(entry.path(), after.find(entry.path()).orElseThrow().metadata());
      }
    }
    for (TreePath path : emptied) {
      Metadata metadata = own.find(path).orElseThrow().metadata();
      own.setMetadata(path, metadata.withXattr(opaque, ByteString.of("y")));
    }
    return own.toTree();
  }

  private static boolean canHold(TreeEditor own, TreePath directory) {
    for (TreePath p = directory; !p.isRoot(); p = p.parent()) {
      if (own.find(p).filter(node -> !node.isDirectory()).isPresent()) {
        return false;
      }
    }
    return true;
  }

  /** LC-A30, LC-A32: what is done in a mount is what its upper directory says. */
  @ParameterizedTest
  @EnumSource(OverlayForm.class)
  void readsWhatRandomChangesLeaveInTheUpperDirectory(OverlayForm form) throws IOException {
    for (long seed : DiskTrees.seeds(60)) {
      Random random = new Random(seed);
      FileTree lower = new DiskTrees(random, true).tree(2 + random.nextInt(25));
      Path work = Files.createDirectory(temporary.resolve(form + "-" + seed));
      write(lower, work.resolve("lower"));
      Path upper = Files.createDirectory(work.resolve("upper"));
      Files.createDirectory(work.resolve("work"));
      String options =
          "lowerdir="
              + work.resolve("lower")
              + ",upperdir="
              + upper
              + ",workdir="
              + work.resolve("work");
      FileTree[] shown = new FileTree[1];
      whileMounted(
          work,
          form,
          options,
          merged -> {
            for (int i = 0; i < 15; i++) {
              change(random, merged);
            }
          });
      // Mounted anew, for a mount may show links that it made itself under two inode numbers.
      whileMounted(work, form, options, merged -> shown[0] = DiskTrees.loaded(scan(merged)));

      List<LayerEntry> layer =
          OverlayDirectory.read(upper, lower, form, SCAN, Findings.strict(), Progress.none());
      assertSame(DiskTrees.loaded(lower.apply(layer, Findings.strict())), shown[0], seed);
      List<LayerEntry> blind =
          OverlayDirectory.read(upper, form, SCAN, Findings.strict(), Progress.none());
      assertSame(DiskTrees.loaded(lower.apply(blind, Findings.strict())), shown[0], seed);
      // And the other way round: those entries, written and mounted, show the same again.
      OverlayDirectory.write(
          lower,
          layer,
          form,
          work.resolve("again"),
          ExtractOptions.trusted().withAccess(DiskAccess.NATIVE),
          Findings.strict(),
          Progress.none());
      String again = "lowerdir=" + work.resolve("again") + ":" + work.resolve("lower");
      assertSame(mounted(work, form, again), shown[0], seed);
    }
  }

  /** LC-B71: no name is listed that cannot be opened. LC-B72: the group is whole. */
  @ParameterizedTest
  @EnumSource(OverlayForm.class)
  void showsOpaqueDirectoriesAndLinksIntoTheLowerTree(OverlayForm form) throws IOException {
    FileTree lower =
        DiskTrees.tree(
            "d", DiskTrees.directory(),
            "d/gone", DiskTrees.file("g"),
            "d/sub/gone", DiskTrees.file("s"),
            "f", DiskTrees.file("f"),
            "g", DiskTrees.file("g"),
            "to", new Node.Symlink(Metadata.forFile(), ByteString.of("d")),
            "x", DiskTrees.file("x"));
    lower = lower.edit().link(TreePath.of("f2"), TreePath.of("f")).toTree();
    List<LayerEntry> layer =
        List.of(
            new LayerEntry.Removal(TreePath.of("d/gone")),
            new LayerEntry.Removal(TreePath.of("g")),
            new LayerEntry.Opaque(TreePath.of("d")),
            new LayerEntry.Present(TreePath.of("d/new"), DiskTrees.file("n")),
            new LayerEntry.Present(TreePath.of("to"), DiskTrees.directory()),
            new LayerEntry.Present(TreePath.of("to/y"), DiskTrees.file("y")),
            new LayerEntry.Present(TreePath.of("x"), DiskTrees.directory()),
            new LayerEntry.Link(TreePath.of("h"), TreePath.of("f"), Metadata.forFile()));
    write(lower, temporary.resolve("lower"));
    OverlayDirectory.write(
        lower,
        layer,
        form,
        temporary.resolve("upper"),
        ExtractOptions.untrusted(),
        Findings.strict(),
        Progress.none());

    FileTree shown =
        mounted(
            temporary,
            form,
            "lowerdir=" + temporary.resolve("upper") + ":" + temporary.resolve("lower"));

    assertThat(shown.list(TreePath.of("d"))).hasSize(1);
    assertThat(shown.linksOf(TreePath.of("h"))).hasSize(3);
    assertSame(shown, lower.apply(layer, Findings.strict()), 0);
  }

  /** LC-A31: attributes of a mount inside are escaped by the kernel, and by us. */
  @Test
  void agreesWithTheKernelOnEscapedMarks() throws IOException {
    FileTree lower = DiskTrees.tree("d", DiskTrees.directory(), "d/f", DiskTrees.file("f"));
    Node inner =
        new Node.Directory(
            Metadata.forDirectory()
                .withXattr(ByteString.of("trusted.overlay.opaque"), ByteString.of("y"))
                .withXattr(ByteString.of("user.overlay.z"), ByteString.of("z")));
    List<LayerEntry> layer = List.of(new LayerEntry.Present(TreePath.of("d"), inner));
    write(lower, temporary.resolve("lower"));
    Path upper = temporary.resolve("upper");
    OverlayDirectory.write(
        lower,
        layer,
        OverlayForm.TRUSTED,
        upper,
        ExtractOptions.trusted(),
        Findings.strict(),
        Progress.none());

    FileTree shown =
        mounted(
            temporary, OverlayForm.TRUSTED, "lowerdir=" + upper + ":" + temporary.resolve("lower"));

    assertSame(shown, lower.apply(layer, Findings.strict()), 0);
    List<LayerEntry> read =
        OverlayDirectory.read(
            upper, lower, OverlayForm.TRUSTED, SCAN, Findings.strict(), Progress.none());
    assertThat(((LayerEntry.Present) read.get(0)).node().metadata().xattrs())
        .containsOnlyKeys(ByteString.of("trusted.overlay.opaque"));
  }

  /** LC-A31: a directory renamed in a mount with redirects is an error, not a lie. */
  @Test
  void refusesDirectoriesThatTheKernelRedirects() throws IOException {
    FileTree lower = DiskTrees.tree("d", DiskTrees.directory(), "d/f", DiskTrees.file("f"));
    write(lower, temporary.resolve("lower"));
    Path upper = Files.createDirectory(temporary.resolve("upper"));
    Files.createDirectory(temporary.resolve("work"));
    whileMounted(
        temporary,
        OverlayForm.TRUSTED,
        "redirect_dir=on,lowerdir="
            + temporary.resolve("lower")
            + ",upperdir="
            + upper
            + ",workdir="
            + temporary.resolve("work"),
        merged -> Files.move(merged.resolve("d"), merged.resolve("e")));

    assertThatThrownBy(
            () ->
                OverlayDirectory.read(
                    upper, lower, OverlayForm.TRUSTED, SCAN, Findings.strict(), Progress.none()))
        .isInstanceOf(UnsupportedContentException.class)
        .hasMessageContaining("/e")
        .hasMessageContaining("trusted.overlay.redirect");
  }

  @Test
  void refusesWhatTheCallsCannotSeeOrWrite() throws IOException {
    FileTree lower = DiskTrees.tree("f", DiskTrees.file("f"), "d/g", DiskTrees.file("g"));
    Path target = temporary.resolve("target");
    for (LayerEntry entry :
        List.of(
            new LayerEntry.Removal(TreePath.of("f")), new LayerEntry.Opaque(TreePath.of("d")))) {
      assertThatThrownBy(
              () ->
                  OverlayDirectory.write(
                      lower,
                      List.of(entry),
                      OverlayForm.TRUSTED,
                      target,
                      ExtractOptions.trusted().withAccess(DiskAccess.NIO),
                      Findings.tolerant(),
                      Progress.none()))
          .isInstanceOf(UnsupportedContentException.class)
          .hasMessageContaining(entry.path().toString());
      assertThat(target).doesNotExist();
    }
    assertThatThrownBy(
            () ->
                OverlayDirectory.read(
                    temporary,
                    OverlayForm.TRUSTED,
                    SCAN.withAccess(DiskAccess.NIO),
                    Findings.tolerant(),
                    Progress.none()))
        .isInstanceOf(UnsupportedContentException.class)
        .hasMessageContaining("nio");
  }

  private static List<LayerEntry> layer(DiskTrees trees, Random random, FileTree below)
      throws ImageException {
    return random.nextInt(3) > 0
        ? TreeDiff.between(below, trees.edited(below, 1 + random.nextInt(12)))
        : trees.layer(below, 1 + random.nextInt(8));
  }

  /** What a layer makes, or null if it cannot be applied. */
  private static @Nullable FileTree applied(FileTree below, List<LayerEntry> layer) {
    try {
      return below.apply(layer, Findings.tolerant());
    } catch (ImageException e) {
      return null;
    }
  }

  private static void write(FileTree tree, Path directory) throws IOException {
    DirectoryWriter.write(
        tree,
        directory,
        ExtractOptions.trusted().withAccess(DiskAccess.NATIVE),
        Findings.strict(),
        Progress.none());
  }

  private static FileTree scan(Path directory) throws IOException {
    return DirectoryScanner.scan(directory, SCAN, Findings.strict(), Progress.none());
  }

  private interface Use {
    void of(Path merged) throws IOException;
  }

  private FileTree mounted(Path work, OverlayForm form, String options) throws IOException {
    FileTree[] shown = new FileTree[1];
    whileMounted(work, form, options, merged -> shown[0] = DiskTrees.loaded(scan(merged)));
    return shown[0];
  }

  private void whileMounted(Path work, OverlayForm form, String options, Use use)
      throws IOException {
    Path merged = work.resolve("merged");
    Files.createDirectories(merged);
    String all = options + (form == OverlayForm.USER ? ",userxattr" : "");
    mount.run(temporary, "-t", "overlay", "overlay", "-o", all, merged.toString());
    try {
      use.of(merged);
    } finally {
      umount.run(temporary, merged.toString());
    }
  }

  /** Compares all but the root's time, which is no change for a layer (LC-A13). */
  private static void assertSame(FileTree found, FileTree wanted, long seed) {
    FileTree a = withoutRootTime(found);
    FileTree b = withoutRootTime(wanted);
    assertThat(DiskTrees.show(a)).as("-Dimbrex.seed=" + seed).isEqualTo(DiskTrees.show(b));
    assertThat(a).as("-Dimbrex.seed=" + seed).isEqualTo(b);
  }

  private static FileTree withoutRootTime(FileTree tree) {
    Metadata root = tree.find(TreePath.root()).orElseThrow().metadata();
    return tree.edit().setMetadata(TreePath.root(), root.withMtime(Instant.EPOCH)).toTree();
  }

  /** One thing that a process does in a container; what the mount refuses is left undone. */
  private static void change(Random random, Path merged) throws IOException {
    List<Path> all = new ArrayList<>();
    collect(merged, all);
    Path some = all.get(random.nextInt(all.size()));
    Path directory =
        Files.isDirectory(some, LinkOption.NOFOLLOW_LINKS)
            ? some
            : Objects.requireNonNull(some.getParent());
    Path fresh = directory.resolve("" + (char) ('a' + random.nextInt(4)));
    boolean isFile = Files.isRegularFile(some, LinkOption.NOFOLLOW_LINKS);
    try {
      switch (random.nextInt(10)) {
        case 0, 1 -> remove(some, merged);
        case 2 -> Files.createDirectory(fresh);
        case 3 -> Files.writeString(fresh, "new" + random.nextInt(100));
        case 4 -> {
          if (isFile) {
            Files.writeString(some, "rewritten");
          }
        }
        case 5 -> Files.move(some, fresh);
        case 6 -> Files.createLink(fresh, some);
        case 7 -> Files.createSymbolicLink(fresh, Path.of("b"));
        case 8 ->
            Files.setAttribute(some, "unix:uid", random.nextInt(9), LinkOption.NOFOLLOW_LINKS);
        default -> {
          if (isFile || Files.isDirectory(some, LinkOption.NOFOLLOW_LINKS)) {
            Files.getFileAttributeView(some, UserDefinedFileAttributeView.class)
                .write("c", ByteBuffer.wrap(new byte[] {1}));
          }
        }
      }
    } catch (FileSystemException e) {
      // It exists, or is a directory of the lower tree that this mount does not rename.
      assertThat(e.getMessage()).isNotNull();
    }
  }

  private static void remove(Path path, Path merged) throws IOException {
    if (path.equals(merged)) {
      return;
    }
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      List<Path> children = new ArrayList<>();
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
        stream.forEach(children::add);
      }
      for (Path child : children) {
        remove(child, merged);
      }
    }
    Files.delete(path);
  }

  /** Paths in an order that does not depend on the disk. */
  private static void collect(Path directory, List<Path> into) throws IOException {
    into.add(directory);
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(children::add);
    }
    children.sort(null);
    for (Path child : children) {
      if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
        collect(child, into);
      } else {
        into.add(child);
      }
    }
  }
}
