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
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DirectoryWriterTest {
  private static final DiffOptions EXACT =
      DiffOptions.standard()
          .withTimePrecision(DiffOptions.TimePrecision.NANOS)
          .withContents(DiffOptions.Contents.BY_BYTES)
          .withRootTime(true);

  @TempDir Path temporary;

  private static Metadata metadata(int mode, long uid, long seconds) {
    return Metadata.ofMode(mode).withOwner(uid, uid + 1).withMtime(Instant.ofEpochSecond(seconds));
  }

  private static Node file(int mode, long uid, String text) {
    return new Node.RegularFile(metadata(mode, uid, 1000), Content.text(text));
  }

  private static Node directory(int mode, long uid) {
    return new Node.Directory(metadata(mode, uid, 2000));
  }

  private static Node symlink(String target) {
    return new Node.Symlink(metadata(0777, 5, 3000), ByteString.of(target));
  }

  /** A tree with something of everything, which GNU tar can read back. */
  private static FileTree tree() {
    return FileTree.empty()
        .edit()
        .put(TreePath.root(), directory(0711, 3))
        .put(TreePath.of("closed"), directory(0, 70_000))
        .put(TreePath.of("closed/in"), directory(0555, 1))
        .put(TreePath.of("closed/in/file"), file(0400, 1, "below what nobody may enter"))
        .put(TreePath.of("setuid"), file(06755, 4_294_967_294L - 1, "#!/bin/sh\n"))
        .put(TreePath.of("empty"), file(0, 0, ""))
        .put(TreePath.of("large"), file(0644, 0, "0123456789".repeat(100_000)))
        .put(TreePath.of("zz-link"), file(0600, 0, "linked"))
        .link(TreePath.of("a-link"), TreePath.of("zz-link"))
        .link(TreePath.of("closed/in/link"), TreePath.of("zz-link"))
        .put(TreePath.of("absolute"), symlink("/etc/passwd"))
        .put(TreePath.of("climbing"), symlink("../../../../etc//passwd/"))
        .link(TreePath.of("climbing-too"), TreePath.of("climbing"))
        .put(TreePath.of("pipe"), new Node.Fifo(metadata(0644, 1, 50)))
        .put(
            TreePath.of("null"),
            new Node.Device(metadata(0666, 0, 60), Node.Kind.CHARACTER_DEVICE, 1, 3))
        .put(
            TreePath.of("early"),
            new Node.RegularFile(
                Metadata.forFile().withMtime(Instant.ofEpochSecond(-5, 7)), Content.text("x")))
        .put(
            TreePath.of("with").child(ByteString.of(new byte[] {(byte) 0xff, '\n', ' '})),
            new Node.RegularFile(
                Metadata.forFile()
                    .withXattr(ByteString.of("user.x"), ByteString.of("a\0b"))
                    .withXattr(
                        ByteString.of("security.capability"),
                        ByteString.of(
                            new byte[] {
                              1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
                            })),
                Content.text("capable")))
        .toTree();
  }

  private static void assumeRootOnLinux() throws IOException {
    boolean isLinux = System.getProperty("os.name").equals("Linux");
    assumeTrue(
        isLinux && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
        "owners and devices need root on Linux");
  }

  /** What GNU tar finds in a directory, which is not our own reader. */
  private FileTree readByTar(Path directory) throws Exception {
    Path tar = temporary.resolve("read-back.tar");
    Process process =
        new ProcessBuilder(
                "tar",
                "--format=pax",
                "--xattrs",
                "--xattrs-include=*",
                "--numeric-owner",
                "-cf",
                tar.toString(),
                "-C",
                directory.toString(),
                ".")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return TarTree.read(tar);
  }

  private List<LayerEntry> differences(FileTree expected, FileTree found) throws IOException {
    return TreeDiff.between(expected, found, EXACT);
  }

  /** LC-B59 to LC-B62, LC-C5, LC-M8: GNU tar reads the tree from the disk, all of it. */
  @Test
  void writesATreeThatGnuTarReadsBack() throws Exception {
    assumeRootOnLinux();
    Path target = temporary.resolve("root");
    Findings findings = Findings.strict();

    ExtractionReport report =
        DirectoryWriter.write(tree(), target, ExtractOptions.trusted(), findings, Progress.none());

    assertThat(differences(tree(), readByTar(target))).isEmpty();
    assertThat(report).isEqualTo(new ExtractionReport("native", 3, 7, 3, 4, report.bytes()));
    assertThat(report.bytes()).isEqualTo(tree().size());
    assertThat(temporary.toFile().list()).containsExactlyInAnyOrder("root", "read-back.tar");
  }

  /** LC-B62: neither the umask nor what the parent passes on. */
  @Test
  void inheritsNothingFromTheParent() throws Exception {
    assumeRootOnLinux();
    Path parent = Files.createDirectory(temporary.resolve("parent"));
    Files.setAttribute(parent, "unix:gid", 4711);
    Files.setAttribute(parent, "unix:mode", 02777);
    byte[] acl = {
      2, 0, 0, 0, 1, 0, 7, 0, -1, -1, -1, -1, 4, 0, 5, 0, -1, -1, -1, -1, 8, 0, 7, 0, 9, 0, 0, 0,
      0x10, 0, 7, 0, -1, -1, -1, -1, 0x20, 0, 5, 0, -1, -1, -1, -1
    };
    try (var handle = DiskAccess.NATIVE.callsFor(parent).open(parent)) {
      handle.attributes().setXattr(ByteString.of("system.posix_acl_default"), ByteString.of(acl));
    } catch (IOException e) {
      assumeTrue(false, "no ACLs here: " + e);
    }
    Path target = parent.resolve("root");

    DirectoryWriter.write(tree(), target, ExtractOptions.trusted());

    assertThat(differences(tree(), readByTar(target))).isEmpty();
  }

  /** LC-B67, LC-B69, LC-C40: what an image from anywhere does not get. */
  @Test
  void writesPlaceholdersAndHarmlessAttributesForTheUntrusted() throws Exception {
    assumeRootOnLinux();
    FileTree hostile =
        tree()
            .edit()
            .put(
                TreePath.of("marked"),
                new Node.Directory(
                    Metadata.forDirectory()
                        .withXattr(ByteString.of("trusted.overlay.opaque"), ByteString.of("y"))
                        .withXattr(ByteString.of("user.overlay.opaque"), ByteString.of("y"))
                        .withXattr(ByteString.of("user.fine"), ByteString.of("y"))))
            .toTree();
    Findings findings = Findings.tolerant();
    Path target = temporary.resolve("root");

    DirectoryWriter.write(hostile, target, ExtractOptions.untrusted(), findings, Progress.none());

    assertThat(findings.count(Finding.Code.DEVICE_NOT_CREATED)).isEqualTo(1);
    assertThat(findings.count(Finding.Code.XATTR_REFUSED)).isEqualTo(2);
    FileTree found = readByTar(target);
    assertThat(found.find(TreePath.of("marked")).orElseThrow().metadata().xattrs())
        .containsOnlyKeys(ByteString.of("user.fine"));
    assertThat(found.find(TreePath.of("null")).orElseThrow())
        .isInstanceOf(Node.RegularFile.class)
        .extracting(node -> node.metadata().mode())
        .isEqualTo(0);
    assertThatThrownBy(
            () ->
                DirectoryWriter.write(
                    hostile,
                    temporary.resolve("strict"),
                    ExtractOptions.untrusted(),
                    Findings.strict(),
                    Progress.none()))
        .isInstanceOf(MalformedContentException.class);
    assertThat(temporary.resolve("strict")).doesNotExist();
  }

  @Test
  void takesAnEmptyDirectoryAndNothingElse() throws Exception {
    FileTree small = FileTree.empty().edit().put(TreePath.of("d/f"), file(0644, 0, "x")).toTree();
    ExtractOptions options = ExtractOptions.untrusted().withOwners(ExtractOptions.Owners.CALLER);
    Path empty = Files.createDirectory(temporary.resolve("empty"));
    Path full = Files.createDirectory(temporary.resolve("full"));
    Files.createDirectory(full.resolve("x"));
    Path file = Files.writeString(temporary.resolve("file"), "x");
    Path link = Files.createSymbolicLink(temporary.resolve("link"), Path.of("full"));

    DirectoryWriter.write(small, empty, options);
    assertThat(empty.resolve("d/f")).hasContent("x");
    for (Path taken : List.of(full, file, link)) {
      assertThatThrownBy(() -> DirectoryWriter.write(small, taken, options))
          .isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThat(full.resolve("x")).isDirectory();
    assertThat(temporary.toFile().list())
        .containsExactlyInAnyOrder("empty", "full", "file", "link");
  }

  /** LC-B78, LC-B80: in the middle of a large file. */
  @Test
  void stopsInsideALargeFileAndLeavesNothing() throws Exception {
    long gibibyte = 1L << 30;
    long[] read = new long[1];
    FileTree large =
        FileTree.empty()
            .edit()
            .put(TreePath.of("closed"), directory(0, 0))
            .put(
                TreePath.of("closed/large"),
                new Node.RegularFile(
                    Metadata.forFile(), Content.stream(gibibyte, () -> new Zeros(read))))
            .toTree();
    Path target = temporary.resolve("root");
    ExtractOptions options = ExtractOptions.untrusted().withOwners(ExtractOptions.Owners.CALLER);
    long[] told = new long[1];
    Progress cancelling =
        (name, bytes) ->
            new Progress.Task() {
              @Override
              public void advance(long done) {
                told[0] += done;
                if (told[0] > 50_000_000) {
                  throw new CancellationException("enough");
                }
              }

              @Override
              public void close() {}
            };
    assertThatThrownBy(
            () -> DirectoryWriter.write(large, target, options, Findings.tolerant(), cancelling))
        .isInstanceOf(CancellationException.class)
        .hasMessage("enough");
    assertThat(read[0]).isLessThan(50_000_000 + 2 * (1 << 20));
    assertThat(temporary).isEmptyDirectory();

    Progress interrupting =
        (name, bytes) ->
            new Progress.Task() {
              @Override
              public void advance(long done) {
                Thread.currentThread().interrupt();
              }

              @Override
              public void close() {}
            };
    read[0] = 0;
    assertThatThrownBy(
            () -> DirectoryWriter.write(large, target, options, Findings.tolerant(), interrupting))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(read[0]).isLessThan(2 * (1 << 20));
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void failsOnAContentOfAnotherSizeAndLeavesNothing() {
    for (long size : new long[] {3, 5}) {
      FileTree wrong =
          FileTree.empty()
              .edit()
              .put(
                  TreePath.of("d/f"),
                  new Node.RegularFile(
                      Metadata.forFile(), Content.stream(size, () -> Content.text("four").open())))
              .toTree();
      assertThatThrownBy(
              () ->
                  DirectoryWriter.write(
                      wrong, temporary.resolve("root"), ExtractOptions.untrusted()))
          .isInstanceOf(IOException.class);
      assertThat(temporary).isEmptyDirectory();
    }
  }

  /** LC-B66: an id that is not in the map, before anything is written. */
  @Test
  void refusesOwnersOutsideTheMap() {
    FileTree foreign = FileTree.empty().edit().put(TreePath.of("f"), file(0644, 9, "")).toTree();
    assertThatThrownBy(
            () ->
                DirectoryWriter.write(
                    foreign,
                    temporary.resolve("root"),
                    ExtractOptions.untrusted().withIdMap(IdMap.ofUser(1000, 1000))))
        .isInstanceOf(UnsupportedContentException.class)
        .hasMessageContaining("/f");
    assertThat(temporary).isEmptyDirectory();
  }

  /** LC-B66. */
  @Test
  void mapsOwners() throws Exception {
    assumeRootOnLinux();
    IdMap map =
        IdMap.of(
            List.of(new IdMap.Range(0, 100_000, 50)), List.of(new IdMap.Range(0, 200_000, 50)));
    FileTree tree = FileTree.empty().edit().put(TreePath.of("f"), file(04755, 7, "")).toTree();
    Path target = temporary.resolve("root");
    DirectoryWriter.write(tree, target, ExtractOptions.untrusted().withIdMap(map));
    assertThat(Files.getAttribute(target.resolve("f"), "unix:uid")).isEqualTo(100_007);
    assertThat(Files.getAttribute(target.resolve("f"), "unix:gid")).isEqualTo(200_008);
    assertThat((int) Files.getAttribute(target.resolve("f"), "unix:mode") & 07777).isEqualTo(04755);
    assertThat(Files.getAttribute(target, "unix:uid")).isEqualTo(100_000);
  }

  /** LC-C30, LC-B78: nobody else can look at a tree that is being made. */
  @Test
  void worksWhereNobodyElseCanEnter() throws Exception {
    assumeTrue(temporary.getFileSystem().supportedFileAttributeViews().contains("posix"));
    String[] seen = new String[1];
    Progress looking =
        (name, bytes) ->
            new Progress.Task() {
              @Override
              public void advance(long done) {
                try (Stream<Path> files = Files.list(temporary)) {
                  Path staging = files.findFirst().orElseThrow();
                  seen[0] = PosixFilePermissions.toString(Files.getPosixFilePermissions(staging));
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              }

              @Override
              public void close() {}
            };
    FileTree small = FileTree.empty().edit().put(TreePath.of("f"), file(0644, 0, "x")).toTree();
    DirectoryWriter.write(
        small,
        temporary.resolve("root"),
        ExtractOptions.untrusted().withOwners(ExtractOptions.Owners.CALLER),
        Findings.tolerant(),
        looking);
    assertThat(seen[0]).isEqualTo("rwx------");
  }

  /** Zeros without end, which counts how many were read. */
  private static final class Zeros extends InputStream {
    private final long[] read;

    Zeros(long[] read) {
      this.read = read;
    }

    @Override
    public int read() {
      read[0]++;
      return 0;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      read[0] += length;
      return length;
    }
  }

  /** LC-G1 to LC-G6, LC-B64: java.nio keeps what it can, and says what it does not. */
  @Test
  void saysWhatJavaNioCannotKeep() throws Exception {
    assumeRootOnLinux();
    Findings findings = Findings.tolerant();
    Path target = temporary.resolve("root");
    ExtractOptions nio = ExtractOptions.trusted().withAccess(DiskAccess.NIO);

    ExtractionReport report = DirectoryWriter.write(tree(), target, nio, findings, Progress.none());

    assertThat(report.calls()).isEqualTo("nio");
    assertThat(findings.all().stream().map(Finding::code))
        .contains(
            Finding.Code.DEVICE_NOT_CREATED,
            Finding.Code.TIME_CHANGED,
            Finding.Code.XATTR_NOT_STORED,
            Finding.Code.SYMLINK_TARGET_CHANGED);
    FileTree found = readByTar(target);
    FileTree expected =
        tree()
            .edit()
            .put(TreePath.of("pipe"), new Node.RegularFile(metadata(0, 1, 50), Content.empty()))
            .put(TreePath.of("null"), new Node.RegularFile(metadata(0, 0, 60), Content.empty()))
            .put(
                TreePath.of("early"),
                new Node.RegularFile(
                    Metadata.forFile().withMtime(Instant.ofEpochSecond(-5)), Content.text("x")))
            .put(TreePath.of("climbing"), symlink("../../../../etc/passwd"))
            .link(TreePath.of("climbing-too"), TreePath.of("climbing"))
            .put(
                TreePath.of("with").child(ByteString.of(new byte[] {(byte) 0xff, '\n', ' '})),
                new Node.RegularFile(
                    Metadata.forFile().withXattr(ByteString.of("user.x"), ByteString.of("a\0b")),
                    Content.text("capable")))
            .toTree();
    assertThat(differences(expected, found)).isEmpty();
  }

  private static FileTree named(String... names) {
    var editor = FileTree.empty().edit();
    for (String name : names) {
      editor.put(TreePath.of(name), file(0644, 0, name));
    }
    return editor.toTree();
  }

  /** LC-B74: whether names are one is tried, and nothing is written. */
  @Test
  void refusesNamesThatTheDiskTakesForOne() throws Exception {
    try (FileSystem mac = Jimfs.newFileSystem(Configuration.osX());
        FileSystem windows = Jimfs.newFileSystem(Configuration.windows());
        FileSystem unix = Jimfs.newFileSystem(Configuration.unix())) {
      for (FileSystem folding : List.of(mac, windows)) {
        Path parent = folding.getRootDirectories().iterator().next().resolve("work");
        for (FileTree two : List.of(named("d/File", "d/file"), named("STRASSE/x", "strasse/y"))) {
          assertThatThrownBy(
                  () ->
                      DirectoryWriter.write(
                          two, parent.resolve("root"), ExtractOptions.untrusted()))
              .isInstanceOf(UnsupportedContentException.class)
              .hasMessageContaining("takes its name for");
        }
        assertThat(parent).isEmptyDirectory();
      }
      FileTree spelled = named("caf\u00e9", "cafe\u0301");
      Path parent = mac.getPath("/work");
      assertThatThrownBy(
              () ->
                  DirectoryWriter.write(
                      spelled, parent.resolve("root"), ExtractOptions.untrusted()))
          .isInstanceOf(UnsupportedContentException.class);
      Path target = unix.getPath("/work/root");
      DirectoryWriter.write(named("d/File", "d/file"), target, ExtractOptions.untrusted());
      assertThat(target.resolve("d/File")).hasContent("d/File");
      assertThat(target.resolve("d/file")).hasContent("d/file");
    }
  }

  /** LC-B75: what Windows gives another meaning is refused, or escaped so that it can be undone. */
  @Test
  void refusesOrEscapesNamesOfWindows() throws Exception {
    String[] odd = {
      "a:b",
      "a\\b",
      "a*",
      "a?",
      "a\"",
      "a<",
      "a>",
      "a|",
      "a\u0001",
      "dot.",
      "space ",
      "nul",
      "NUL.txt",
      "com1",
      "LPT9.x",
      "PROGRA~1"
    };
    try (FileSystem windows = Jimfs.newFileSystem(Configuration.windows())) {
      Path target = windows.getPath("C:\\work\\root");
      for (String name : odd) {
        FileTree one =
            FileTree.empty().edit().put(TreePath.of("d/" + name), file(0644, 0, "x")).toTree();
        assertThatThrownBy(() -> DirectoryWriter.write(one, target, ExtractOptions.untrusted()))
            .as(name)
            .isInstanceOf(UnsupportedContentException.class)
            .hasMessageContaining("cannot hold");
        assertThat(target.getParent()).isEmptyDirectory();
      }
      FileTree all = named(odd).edit().put(TreePath.of("100%"), file(0644, 0, "100%")).toTree();
      DirectoryWriter.write(
          all, target, ExtractOptions.untrusted().withOddNames(ExtractOptions.OddNames.ESCAPE));
      assertThat(target.resolve("a%3Ab")).hasContent("a:b");
      assertThat(target.resolve("dot%2E")).hasContent("dot.");
      assertThat(target.resolve("%6Eul")).hasContent("nul");
      assertThat(target.resolve("100%25")).hasContent("100%");
      try (Stream<Path> files = Files.list(target)) {
        assertThat(files).hasSize(odd.length + 1);
      }
    }
  }

  /** LC-B68, LC-C41: what the disk does not take is one finding for all files, and never none. */
  @Test
  void reportsOnceWhatManyFilesLose() throws Exception {
    var editor = FileTree.empty().edit();
    for (int i = 0; i < 5; i++) {
      editor.put(
          TreePath.of("f" + i),
          new Node.RegularFile(
              Metadata.forFile().withXattr(ByteString.of("user.x"), ByteString.of("y")),
              Content.empty()));
    }
    try (FileSystem system = Jimfs.newFileSystem(Configuration.unix())) {
      Findings findings = Findings.tolerant();
      DirectoryWriter.write(
          editor.toTree(),
          system.getPath("/work/root"),
          ExtractOptions.untrusted(),
          findings,
          Progress.none());
      assertThat(findings.count(Finding.Code.XATTR_NOT_STORED)).isEqualTo(1);
      assertThat(findings.count(Finding.Code.OWNER_NOT_STORED)).isEqualTo(1);
    }
  }

  /** LC-B63: a time the disk cannot hold becomes the nearest, with a finding. */
  @Test
  void reportsTimesThatTheDiskCannotHold() throws Exception {
    assumeRootOnLinux();
    Instant late = Instant.parse("9999-01-01T00:00:00Z");
    FileTree tree =
        FileTree.empty()
            .edit()
            .put(
                TreePath.of("f"),
                new Node.RegularFile(Metadata.forFile().withMtime(late), Content.empty()))
            .toTree();
    Findings findings = Findings.tolerant();
    Path target = temporary.resolve("root");
    DirectoryWriter.write(tree, target, ExtractOptions.untrusted(), findings, Progress.none());
    Instant stored = Files.getLastModifiedTime(target.resolve("f")).toInstant();
    // Some file systems hold it.
    assertThat(findings.count(Finding.Code.TIME_CHANGED)).isEqualTo(stored.equals(late) ? 0 : 1);
    assertThat(stored).isAfter(Instant.parse("2030-01-01T00:00:00Z"));
  }
}
