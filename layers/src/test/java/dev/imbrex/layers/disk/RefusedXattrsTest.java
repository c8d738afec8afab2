package dev.imbrex.layers.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.imbrex.layers.internal.calls.CallSupport;
import dev.imbrex.layers.internal.calls.DirectoryHandle;
import dev.imbrex.layers.internal.calls.FileCalls;
import dev.imbrex.layers.internal.calls.XattrRefusedException;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** LC-B68, LC-B69: an extended attribute whose value the disk refuses is a finding of its own. */
class RefusedXattrsTest {
  private static final ByteString CAPABILITY = ByteString.of("security.capability");
  private static final ByteString ACL = ByteString.of("system.posix_acl_access");
  private static final ByteString USER = ByteString.of("user.x");

  @TempDir Path temporary;

  private static Node file(ByteString name, ByteString value) {
    return new Node.RegularFile(Metadata.forFile().withXattr(name, value), Content.text("kept"));
  }

  private static void assumeRootOnLinux() throws IOException {
    boolean isLinux = System.getProperty("os.name").equals("Linux");
    assumeTrue(
        isLinux && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
        "capabilities need root on Linux");
  }

  @Test
  void keepsTheRestWithoutCapabilitiesAndListsTheKernelCannotRead() throws IOException {
    assumeRootOnLinux();
    FileTree tree =
        FileTree.empty()
            .edit()
            .put(TreePath.of("acl"), file(ACL, ByteString.of("garbage")))
            .put(TreePath.of("acl2"), file(ACL, ByteString.of("garbage")))
            .put(TreePath.of("capable"), file(CAPABILITY, ByteString.of("short")))
            .put(TreePath.of("capable2"), file(CAPABILITY, ByteString.of("short")))
            .put(
                TreePath.of("dir"),
                new Node.Directory(
                    Metadata.forDirectory()
                        .withXattr(ByteString.of("system.posix_acl_default"), ByteString.of("d"))
                        .withXattr(USER, ByteString.of("fine"))))
            .toTree();
    Findings findings = Findings.tolerant();
    Path target = temporary.resolve("root");
    Path records = temporary.resolve("records");
    ExtractOptions options = ExtractOptions.trusted().withOverrideRecords(records);

    DirectoryWriter.write(tree, target, options, findings, Progress.none());

    assertThat(findings.all().stream().filter(f -> f.code() == Finding.Code.XATTR_NOT_STORED))
        .extracting(finding -> String.valueOf(finding.path()))
        .containsExactlyInAnyOrder("/acl", "/acl2", "/capable", "/capable2", "/dir");
    assertThat(target.resolve("capable2")).hasContent("kept");
    // With the records the tree is what it was (LC-B64).
    FileTree found =
        DirectoryScanner.scan(
            target,
            ScanOptions.standard().withOverrideRecords(records),
            Findings.strict(),
            Progress.none());
    for (String path : new String[] {"acl", "acl2", "capable", "capable2", "dir"}) {
      TreePath place = TreePath.of(path);
      assertThat(found.find(place).orElseThrow().metadata().xattrs())
          .as(path)
          .isEqualTo(tree.find(place).orElseThrow().metadata().xattrs());
    }
    assertThatThrownBy(
            () ->
                DirectoryWriter.write(
                    tree, temporary.resolve("strict"), options, Findings.strict(), Progress.none()))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining("XATTR_NOT_STORED");
    assertThat(temporary.resolve("strict")).doesNotExist();
  }

  /** No file system takes a value above 64 KiB, nor a name of more than 255 bytes. */
  @ParameterizedTest
  @EnumSource(DiskAccess.class)
  void keepsTheRestWithoutWhatIsTooLarge(DiskAccess access) throws IOException {
    FileStore store = Files.getFileStore(temporary);
    assumeTrue(
        System.getProperty("os.name").equals("Linux") && store.supportsFileAttributeView("user"),
        "no extended attributes here");
    ByteString longName = ByteString.of("user." + "n".repeat(251));
    FileTree tree =
        FileTree.empty()
            .edit()
            .put(TreePath.of("large"), file(USER, ByteString.of(new byte[65_537])))
            .put(TreePath.of("long"), file(longName, ByteString.of("x")))
            .put(TreePath.of("small"), file(USER, ByteString.of("x")))
            .toTree();
    Findings findings = Findings.tolerant();
    Path target = temporary.resolve("root");
    ExtractOptions options = ExtractOptions.untrusted().withAccess(access);
    DirectoryWriter.write(tree, target, options, findings, Progress.none());
    assertThat(findings.all().stream().filter(f -> f.code() == Finding.Code.XATTR_NOT_STORED))
        .extracting(finding -> String.valueOf(finding.path()))
        .containsExactlyInAnyOrder("/large", "/long");
    assertThat(Files.getAttribute(target.resolve("small"), "user:x")).isEqualTo(new byte[] {'x'});
    assertThat(target.resolve("large")).hasContent("kept");
  }

  /** Whatever the disk is: each is told, and recorded; a mark of overlay must not be missing. */
  @Test
  void tellsEachRefusal() throws IOException {
    FileCalls calls =
        new FaultyCalls(DiskAccess.NIO.callsFor(temporary))
            .failing("setXattr /", new XattrRefusedException("x", "Invalid argument"))
            .calls();
    CallSupport all =
        new CallSupport(false, false, false, true, true, false, false, false, false, false, false);
    Findings findings = Findings.tolerant();
    Sidecar records = new Sidecar();
    Losses losses = new Losses(findings, records, true);
    ByteString mark = ByteString.of("trusted.overlay.opaque");
    Node node = new Node.Directory(Metadata.forDirectory().withXattr(USER, ByteString.of("y")));
    Node marked = new Node.Directory(Metadata.forDirectory().withXattr(mark, ByteString.of("y")));
    try (DirectoryHandle root = calls.open(temporary);
        Progress.Task task = Progress.none().start("Write", 0)) {
      ExtractOptions options = ExtractOptions.untrusted();
      NodeWriter writer = new NodeWriter(options, all, losses, task, root.status());
      writer.finishDirectory(root, TreePath.of("a"), node);
      writer.finishDirectory(root, TreePath.of("b"), node);
      assertThat(findings.all())
          .filteredOn(finding -> finding.message().contains("1 bytes: Invalid argument"))
          .extracting(finding -> String.valueOf(finding.path()))
          .containsExactly("/a", "/b");
      assertThat(records.find(TreePath.of("b")))
          .isNotNull()
          .extracting(OverrideRecord::xattrs)
          .isEqualTo(node.metadata().xattrs());
      NodeWriter overlay = new NodeWriter(options.forOverlay(), all, losses, task, root.status());
      assertThatThrownBy(() -> overlay.finishDirectory(root, TreePath.of("c"), marked))
          .hasMessageContaining("the mark trusted.overlay.opaque of /c is refused");
    }
  }
}
