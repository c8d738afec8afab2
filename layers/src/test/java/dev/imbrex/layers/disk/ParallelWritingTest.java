package dev.imbrex.layers.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.layers.layer.TarTree;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class ParallelWritingTest {
  private static final DiffOptions EXACT =
      DiffOptions.standard()
          .withTimePrecision(DiffOptions.TimePrecision.NANOS)
          .withContents(DiffOptions.Contents.BY_BYTES)
          .withRootTime(true);

  @TempDir Path temporary;

  /** Files of all sizes that matter to how they are handed over; some lose an attribute. */
  private static FileTree tree() {
    Random random = new Random(1);
    TreeEditor editor = FileTree.empty().edit();
    int[] sizes = {0, 1, 100, 5000, FileBatch.BYTES / 2 - 1, FileBatch.BYTES / 2, 600_000};
    for (int i = 0; i < 300; i++) {
      byte[] bytes = new byte[i % 10 == 0 ? sizes[i / 10 % sizes.length] : random.nextInt(300)];
      random.nextBytes(bytes);
      Metadata metadata =
          Metadata.ofMode(i % 7 == 0 ? 0 : 0640).withMtime(Instant.ofEpochSecond(i, i));
      if (i % 5 == 0) {
        metadata = metadata.withXattr(ByteString.of("trusted.x"), ByteString.of("y"));
      }
      TreePath path = TreePath.of("d" + i * 7 % 31 + "/e" + i % 3 + "/f" + i);
      editor.put(path, new Node.RegularFile(metadata, Content.of(bytes)));
      if (i % 50 == 0) {
        editor.link(TreePath.of("links/" + i), path);
      }
    }
    return editor.toTree();
  }

  private Path tar(FileTree tree) throws IOException {
    Path tar = temporary.resolve("tree.tar.gz");
    try (OutputStream out = Files.newOutputStream(tar)) {
      LayerWriter.write(
          TreeDiff.between(FileTree.empty(), tree, EXACT), LayerOptions.defaults(), out);
    }
    return tar;
  }

  private static ExtractOptions options(int threads, Path records) {
    return ExtractOptions.untrusted()
        .withOwners(ExtractOptions.Owners.CALLER)
        .withParallelism(threads)
        .withOverrideRecords(records);
  }

  /** Contents in memory are opened by whoever writes; those in a tar come in one stream. */
  @ParameterizedTest
  @EnumSource(names = {"NIO", "AUTOMATIC"})
  void writesAndReportsTheSameWithAnyNumberOfThreads(DiskAccess access) throws IOException {
    FileTree inMemory = tree();
    FileTree inTar = TarTree.read(tar(inMemory));
    List<List<Finding>> findings = new ArrayList<>();
    List<String> records = new ArrayList<>();
    List<ExtractionReport> reports = new ArrayList<>();
    FileTree first = FileTree.empty();
    for (int threads : new int[] {1, 2, 5}) {
      for (boolean isTar : new boolean[] {false, true}) {
        FileTree tree = isTar ? inTar : inMemory;
        Path target = temporary.resolve("by-" + threads + (isTar ? "-tar" : ""));
        Path record = temporary.resolve("records");
        Findings found = Findings.tolerant();
        reports.add(
            DirectoryWriter.write(
                tree, target, options(threads, record).withAccess(access), found, Progress.none()));
        // Files that are in a tar are written in its order, which is that of the paths.
        findings.add(found.all());
        records.add(Files.readString(record));
        if (!isTar) {
          FileTree scanned = DirectoryScanner.scan(target);
          first = threads == 1 ? scanned : first;
          assertThat(TreeDiff.between(first, scanned, EXACT)).isEmpty();
        }
      }
    }
    assertThat(findings.get(0)).hasSizeGreaterThanOrEqualTo(60);
    assertThat(findings.get(2)).isEqualTo(findings.get(0));
    assertThat(findings.get(4)).isEqualTo(findings.get(0));
    assertThat(findings.get(3)).isEqualTo(findings.get(1)).isEqualTo(findings.get(5));
    assertThat(Set.copyOf(records)).hasSize(2);
    assertThat(records.get(4)).isEqualTo(records.get(0)).isEqualTo(records.get(2));
    assertThat(Set.copyOf(reports)).hasSize(1);
    assertThat(reports.get(0).bytes()).isEqualTo(inMemory.size());
  }

  private static FileTree failing() {
    TreeEditor editor = tree().edit();
    Content bad = Content.stream(5, () -> new ByteArrayInputStream(new byte[2]));
    for (int i : new int[] {100, 290}) {
      editor.put(
          TreePath.of("d" + i * 7 % 31 + "/e" + i % 3 + "/f" + i),
          new Node.RegularFile(Metadata.forFile(), bad));
    }
    return editor.toTree();
  }

  private static List<Thread> writers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("imbrex-write"))
        .toList();
  }

  /** Of two that fail the first in order is told, and no thread is left. */
  @Test
  void failsWithWhatFailedFirst() throws IOException {
    for (int threads = 2; threads < 6; threads++) {
      Path target = temporary.resolve("target");
      ExtractOptions options =
          ExtractOptions.untrusted()
              .withOwners(ExtractOptions.Owners.CALLER)
              .withParallelism(threads);

      assertThatThrownBy(() -> DirectoryWriter.write(failing(), target, options))
          .isInstanceOf(MalformedContentException.class)
          .hasMessageContaining("/f290");

      assertThat(writers()).isEmpty();
      try (Stream<Path> left = Files.list(temporary)) {
        assertThat(left).isEmpty();
      }
    }
  }

  /** What a progress throws comes from any thread, and reaches the caller as it is. */
  @Test
  void isCancelledFromAnyThread() {
    CancellationException enough = new CancellationException("enough");
    Set<Thread> seen = ConcurrentHashMap.newKeySet();
    Progress cancelling =
        (name, bytes) ->
            new Progress.Task() {
              @Override
              public void advance(long done) {
                seen.add(Thread.currentThread());
                if (Thread.currentThread().getName().equals("imbrex-write")) {
                  throw enough;
                }
              }

              @Override
              public void close() {}
            };
    ExtractOptions options =
        ExtractOptions.untrusted().withOwners(ExtractOptions.Owners.CALLER).withParallelism(3);

    assertThatThrownBy(
            () ->
                DirectoryWriter.write(
                    tree(), temporary.resolve("x"), options, Findings.tolerant(), cancelling))
        .isSameAs(enough);

    assertThat(writers()).isEmpty();
    assertThat(temporary).isEmptyDirectory();
  }

  /** A content that interrupts the thread when it was read must not leave the others waiting. */
  @Test
  void outlivesThreadsThatAreInterruptedBetweenFiles() throws IOException {
    Content rude =
        Content.stream(
            1 << 20,
            () ->
                new ByteArrayInputStream(new byte[1 << 20]) {
                  @Override
                  public void close() {
                    if (Thread.currentThread().getName().equals("imbrex-write")) {
                      Thread.currentThread().interrupt();
                    }
                  }
                });
    TreeEditor editor = FileTree.empty().edit();
    for (int i = 0; i < 40; i++) {
      editor.put(TreePath.of("f" + i), new Node.RegularFile(Metadata.forFile(), rude));
    }

    ExtractionReport report =
        DirectoryWriter.write(
            editor.toTree(), temporary.resolve("x"), options(3, temporary.resolve("records")));

    assertThat(report.files()).isEqualTo(40);
    assertThat(report.bytes()).isEqualTo(40L << 20);
  }

  @Test
  void usesTheThreadOfTheCallerAloneIfToldTo() throws IOException {
    Set<Thread> seen = ConcurrentHashMap.newKeySet();
    Progress watching =
        (name, bytes) ->
            new Progress.Task() {
              @Override
              public void advance(long done) {
                seen.add(Thread.currentThread());
              }

              @Override
              public void close() {}
            };
    DirectoryWriter.write(
        tree(),
        temporary.resolve("x"),
        options(1, temporary.resolve("records")),
        Findings.tolerant(),
        watching);
    assertThat(seen).containsExactly(Thread.currentThread());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ExtractOptions.trusted().withParallelism(0));
  }
}
