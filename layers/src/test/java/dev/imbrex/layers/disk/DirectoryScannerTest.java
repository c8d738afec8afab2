package dev.imbrex.layers.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.layer.TarTree;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class DirectoryScannerTest {
  private static final DiffOptions EXACT =
      DiffOptions.standard()
          .withTimePrecision(DiffOptions.TimePrecision.NANOS)
          .withContents(DiffOptions.Contents.BY_BYTES)
          .withRootTime(true);

  @TempDir Path temporary;

  private static void assumeLinuxRoot() throws IOException {
    assumeTrue(
        System.getProperty("os.name").equals("Linux")
            && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
        "owners and devices need root on Linux");
  }

  private static List<LayerEntry> differences(FileTree a, FileTree b) throws IOException {
    return TreeDiff.between(a, b, EXACT);
  }

  private static FileTree scan(Path directory, DiskAccess access, Findings findings)
      throws IOException {
    return DirectoryScanner.scan(
        directory, ScanOptions.standard().withAccess(access), findings, Progress.none());
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  /** LC-A19, LC-M1 to LC-M3: what GNU tar reads of a directory that a shell made, we read. */
  @Test
  void readsWhatGnuTarReads() throws Exception {
    assumeLinuxRoot();
    Path root = temporary.resolve("root");
    run(
        "sh",
        "-c",
        "set -e; mkdir -p \"$1/d/e\" \"$1/closed\"; cd \"$1\"; printf hello >d/f; ln d/f d/e/hard;"
            + " ln -s ../d//f/ l; ln l l2; mkfifo p; mknod c c 5 300; mknod b b 7 1;"
            + " printf x >\"$(printf 'odd\\377\\n')\"; chmod 4711 d/f; chown -h 1234:70000 l;"
            + " setfattr -n user.a -v b d; setfattr -n trusted.t -v 0x00ff d/f;"
            + " setfattr -n security.capability"
            + " -v 0x0100000200040000000000000000000000000000 closed; touch -h -d @5.123456789 l;"
            + " touch -d @-3.5 d/e; chmod 0 closed",
        "sh",
        root.toString());
    Path tar = temporary.resolve("tar");
    run(
        "tar",
        "--format=pax",
        "--xattrs",
        "--xattrs-include=*",
        "--numeric-owner",
        "-cf",
        tar.toString(),
        "-C",
        root.toString(),
        ".");
    Findings findings = Findings.strict();

    FileTree scanned = scan(root, DiskAccess.NATIVE, findings);

    assertThat(differences(TarTree.read(tar), scanned)).isEmpty();
    assertThat(scanned.linksOf(TreePath.of("d/f"))).hasSize(2);
    assertThat(scanned.linksOf(TreePath.of("l"))).hasSize(2);
    assertThat(scanned.find(TreePath.of("d/f")).orElseThrow().metadata().xattrs())
        .containsKey(ByteString.of("trusted.t"));
  }

  /** LC-G4: java.nio sees less, and says so once. */
  @Test
  void saysWhatJavaNioCannotSee() throws Exception {
    assumeLinuxRoot();
    Path root = Files.createDirectory(temporary.resolve("root"));
    run(
        "sh",
        "-c",
        "cd \"$1\"; echo x >f; echo y >g; setfattr -n trusted.t -v x f;"
            + " setfattr -n user.u -v x f; chown 7:8 f; ln f h; mknod c c 1 3",
        "sh",
        root.toString());
    Findings findings = Findings.tolerant();

    FileTree nio = scan(root, DiskAccess.NIO, findings);
    FileTree all = scan(root, DiskAccess.NATIVE, Findings.strict());

    assertThat(findings.count(Finding.Code.XATTRS_NOT_VISIBLE)).isEqualTo(1);
    TreePath f = TreePath.of("f");
    Metadata seen = nio.find(f).orElseThrow().metadata();
    assertThat(seen.xattrs()).containsOnlyKeys(ByteString.of("user.u"));
    FileTree without =
        all.edit()
            .setMetadata(f, all.find(f).orElseThrow().metadata().withXattrs(seen.xattrs()))
            .toTree();
    assertThat(differences(without, nio)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "AUTOMATIC"})
  void readsContentsLaterAndNoticesChanges(DiskAccess access) throws Exception {
    Path root = Files.createDirectory(temporary.resolve("root"));
    Files.writeString(root.resolve("same"), "same");
    Files.writeString(root.resolve("shrunk"), "shrunk");
    Files.writeString(root.resolve("grown"), "grown");
    Files.writeString(root.resolve("gone"), "gone");
    Files.writeString(root.resolve("swapped"), "swapped");
    FileTree tree = scan(root, access, Findings.tolerant());
    Files.writeString(root.resolve("shrunk"), "s");
    Files.writeString(root.resolve("grown"), "grown up");
    Files.delete(root.resolve("gone"));
    Files.delete(root.resolve("swapped"));
    Files.createSymbolicLink(root.resolve("swapped"), Path.of("same"));

    try (InputStream in = tree.open(TreePath.of("same"))) {
      assertThat(in).hasContent("same");
    }
    // LC-A57, LC-A59: neither short, nor filled up, nor of another file.
    for (String changed : List.of("shrunk", "grown", "gone", "swapped")) {
      assertThatThrownBy(
              () -> {
                try (InputStream in = tree.open(TreePath.of(changed))) {
                  in.readAllBytes();
                }
              })
          .as(changed)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(changed);
    }
  }

  /** LC-A56. */
  @Test
  void leavesSocketsOutWithAFinding() throws Exception {
    Path root = Files.createDirectory(temporary.resolve("root"));
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(root.resolve("socket")));
      Findings findings = Findings.tolerant();
      FileTree tree = scan(root, DiskAccess.AUTOMATIC, findings);
      assertThat(tree.count()).isZero();
      assertThat(findings.count(Finding.Code.SOCKET_SKIPPED)).isEqualTo(1);
      // Where something else was before, a socket is a deletion.
      FileTree before =
          FileTree.empty()
              .edit()
              .put(TreePath.of("socket"), new Node.RegularFile(Metadata.forFile(), Content.empty()))
              .toTree();
      assertThat(TreeDiff.between(before, tree))
          .contains(new LayerEntry.Removal(TreePath.of("socket")));
    }
  }

  /** LC-A61: owners are mapped back, and one that is not in the map is named. */
  @Test
  void mapsOwners() throws Exception {
    assumeLinuxRoot();
    Path root = Files.createDirectory(temporary.resolve("root"));
    Files.writeString(root.resolve("f"), "");
    run("chown", "-R", "100007:200008", root.toString());
    IdMap map =
        IdMap.of(
            List.of(new IdMap.Range(0, 100_000, 50)), List.of(new IdMap.Range(0, 200_000, 50)));
    FileTree tree =
        DirectoryScanner.scan(
            root, ScanOptions.standard().withIdMap(map), Findings.strict(), Progress.none());
    assertThat(tree.find(TreePath.of("f")).orElseThrow().metadata().uid()).isEqualTo(7);
    assertThat(tree.find(TreePath.of("f")).orElseThrow().metadata().gid()).isEqualTo(8);
    run("chown", "5", root.resolve("f").toString());
    assertThatThrownBy(
            () ->
                DirectoryScanner.scan(
                    root,
                    ScanOptions.standard().withIdMap(map),
                    Findings.strict(),
                    Progress.none()))
        .isInstanceOf(UnsupportedContentException.class)
        .hasMessageContaining("user 5 of /f");
  }

  /** LC-A62, LC-C33, LC-F19. */
  @Test
  void keepsLimits() throws Exception {
    Path root = temporary.resolve("root");
    Files.createDirectories(root.resolve("a/b/c"));
    Files.writeString(root.resolve("a/f"), "");
    ScanOptions options = ScanOptions.standard();
    for (ScanOptions enough :
        List.of(options.withDepth(3), options.withEntries(4), options.withDirectoryEntries(2))) {
      assertThat(DirectoryScanner.scan(root, enough, Findings.tolerant(), Progress.none()).count())
          .isEqualTo(4);
    }
    for (ScanOptions less :
        List.of(options.withDepth(2), options.withEntries(3), options.withDirectoryEntries(1))) {
      assertThatThrownBy(
              () -> DirectoryScanner.scan(root, less, Findings.tolerant(), Progress.none()))
          .isInstanceOf(LimitExceededException.class);
    }
    assertThatThrownBy(() -> DirectoryScanner.scan(temporary.resolve("none")))
        .isInstanceOf(ContentNotFoundException.class);
  }

  /** LC-A12: neither how large a directory is nor how many names lead to it is an attribute. */
  @Test
  void knowsNoSizeOrLinkCountOfDirectories() throws Exception {
    Path root = Files.createDirectory(temporary.resolve("root"));
    FileTree before = DirectoryScanner.scan(root);
    for (int i = 0; i < 500; i++) {
      Files.createDirectory(root.resolve("with a long name " + i));
    }
    for (int i = 0; i < 500; i++) {
      Files.delete(root.resolve("with a long name " + i));
    }
    // Only the time of the root is another one, which is no change by itself (LC-A13).
    assertThat(TreeDiff.between(before, DirectoryScanner.scan(root))).isEmpty();
  }

  /** LC-A60, LC-A19: inode numbers repeat between file systems. */
  @Test
  void staysOnOneFileSystemIfAsked() throws Exception {
    assumeLinuxRoot();
    Path root = Files.createDirectories(temporary.resolve("root"));
    Path mounted = Files.createDirectory(root.resolve("mounted"));
    Files.writeString(root.resolve("f"), "x");
    Process mount = new ProcessBuilder("mount", "-t", "tmpfs", "tmpfs", mounted.toString()).start();
    assumeTrue(mount.waitFor() == 0, "nothing can be mounted here");
    try {
      Files.writeString(mounted.resolve("g"), "y");
      assertThat(DirectoryScanner.scan(root).find(TreePath.of("mounted/g"))).isPresent();
      Findings findings = Findings.tolerant();
      FileTree one =
          DirectoryScanner.scan(
              root, ScanOptions.standard().withOneFileSystem(true), findings, Progress.none());
      assertThat(one.find(TreePath.of("mounted"))).isPresent();
      assertThat(one.find(TreePath.of("mounted/g"))).isEmpty();
      assertThat(findings.count(Finding.Code.MOUNT_POINT_SKIPPED)).isEqualTo(1);
    } finally {
      run("umount", mounted.toString());
    }
  }

  @Test
  void stopsWhenItIsInterrupted() throws Exception {
    Path root = temporary.resolve("root");
    Files.createDirectories(root.resolve("d"));
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> DirectoryScanner.scan(root))
          .isInstanceOf(InterruptedIOException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  /** LC-M1, LC-B74, LC-B76: on file systems of other machines. */
  @Test
  void readsOtherFileSystems() throws Exception {
    for (Configuration configuration :
        List.of(Configuration.unix(), Configuration.osX(), Configuration.windows())) {
      try (FileSystem system = Jimfs.newFileSystem(configuration)) {
        Path root = system.getRootDirectories().iterator().next().resolve("work").resolve("root");
        FileTree tree =
            FileTree.empty()
                .edit()
                .put(
                    TreePath.of("d/f"),
                    new Node.RegularFile(
                        Metadata.forFile().withMtime(Instant.ofEpochSecond(5)), Content.text("x")))
                .link(TreePath.of("d/g"), TreePath.of("d/f"))
                .put(TreePath.of("l"), new Node.Symlink(Metadata.forFile(), ByteString.of("d/f")))
                .toTree();
        DirectoryWriter.write(tree, root, ExtractOptions.untrusted());
        assertThat(differences(tree, DirectoryScanner.scan(root))).isEmpty();
      }
    }
  }

  /** LC-B64, LC-B65, LC-F17: what a disk could not hold comes back, unless it was changed there. */
  @Test
  void restoresWhatWasRecorded() throws Exception {
    FileTree tree =
        FileTree.empty()
            .edit()
            .put(TreePath.root(), new Node.Directory(Metadata.ofMode(0700).withOwner(9, 9)))
            .put(
                TreePath.of("null"),
                new Node.Device(
                    Metadata.ofMode(0666).withOwner(3, 4), Node.Kind.CHARACTER_DEVICE, 1, 3))
            .put(TreePath.of("pipe"), new Node.Fifo(Metadata.ofMode(0644)))
            .put(
                TreePath.of("f"),
                new Node.RegularFile(
                    Metadata.ofMode(04755)
                        .withOwner(70_000, 5)
                        .withMtime(Instant.ofEpochSecond(-3, 5))
                        .withXattr(ByteString.of("trusted.x"), ByteString.of("y"))
                        .withXattr(ByteString.of("security.capability"), ByteString.of("caps")),
                    Content.text("content")))
            .put(
                TreePath.of("l"),
                new Node.Symlink(Metadata.forFile().withOwner(1, 2), ByteString.of("a//b/")))
            .toTree();
    Path root = temporary.resolve("root");
    Path records = temporary.resolve("records");
    ExtractOptions rootless =
        ExtractOptions.untrusted()
            .withAccess(DiskAccess.NIO)
            .withOwners(ExtractOptions.Owners.CALLER)
            .withOverrideRecords(records);
    DirectoryWriter.write(tree, root, rootless);
    ScanOptions recorded =
        ScanOptions.standard().withAccess(DiskAccess.NIO).withOverrideRecords(records);

    FileTree restored = DirectoryScanner.scan(root, recorded, Findings.tolerant(), Progress.none());
    assertThat(differences(tree, restored)).isEmpty();

    Files.writeString(root.resolve("f"), "changed");
    FileTree changed = DirectoryScanner.scan(root, recorded, Findings.tolerant(), Progress.none());
    Metadata after = changed.find(TreePath.of("f")).orElseThrow().metadata();
    assertThat(after.uid()).isEqualTo(70_000);
    assertThat(after.mode()).isEqualTo(04755);
    assertThat(after.mtime()).isAfter(Instant.ofEpochSecond(1));
    assertThat(after.xattrs()).containsOnlyKeys(ByteString.of("trusted.x"));
  }
}
