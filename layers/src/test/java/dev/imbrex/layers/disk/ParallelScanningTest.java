package dev.imbrex.layers.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.internal.calls.NioCalls;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Directories read on several threads: many directories, some deep. */
@Timeout(120)
class ParallelScanningTest {
  private static final int WIDTH = 30;
  private static final ScanOptions MANY = ScanOptions.standard().withParallelism(4);

  @TempDir Path root;

  /** Directories, files of several names that lie far apart, links. */
  @BeforeEach
  void makeDirectory() throws IOException {
    for (int i = 0; i < WIDTH; i++) {
      Path top = root.resolve("d" + i);
      for (int j = 0; j < 6; j++) {
        Path below = Files.createDirectories(top.resolve("e" + j).resolve("f"));
        Files.writeString(below.resolve("g"), i + " " + j);
      }
      Files.writeString(top.resolve("file"), "file " + i);
      Files.createLink(top.resolve("e5/linked"), root.resolve("d" + i * 7 % (i + 1) + "/file"));
      Files.createSymbolicLink(top.resolve("link"), Path.of("../d" + (i + 1)));
    }
  }

  @AfterEach
  void leavesNoThread() {
    Thread.interrupted();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("imbrex-scan"));
  }

  @ParameterizedTest
  @EnumSource(
      value = DiskAccess.class,
      names = {"AUTOMATIC", "NIO"})
  void givesTheTreeOfOneThread(DiskAccess access) throws IOException {
    FileTree alone = scan(MANY.withAccess(access).withParallelism(1));
    for (int threads = 2; threads < 6; threads++) {
      FileTree tree = scan(MANY.withAccess(access).withParallelism(threads));
      assertThat(tree).isEqualTo(alone);
      alone
          .walk()
          .forEach(
              entry ->
                  assertThat(tree.linksOf(entry.path())).isEqualTo(alone.linksOf(entry.path())));
    }
    try (Stream<Path> paths = Files.walk(root)) {
      assertThat(alone.walk().map(entry -> entry.path().toString()))
          .containsExactlyInAnyOrderElementsOf(
              paths.map(path -> "/" + root.relativize(path)).toList());
    }
  }

  /** Java's own calls do not see all attributes, and say so. */
  private FileTree scan(ScanOptions options) throws IOException {
    boolean isNio = options.access() == DiskAccess.NIO;
    Findings findings = isNio ? Findings.tolerant() : Findings.strict();
    return DirectoryScanner.scan(root, options, findings, Progress.none());
  }

  /** LC-A56: the findings come in the order of paths, and are errors in strict mode. */
  @RepeatedTest(5)
  void reportsInTheOrderOfOneThread() throws IOException {
    Path places = Files.createTempDirectory("s");
    try {
      for (int i = 0; i < WIDTH; i += 3) {
        Path socket = places.resolve("s" + i);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
          server.bind(UnixDomainSocketAddress.of(socket));
        }
        Files.move(socket, root.resolve("d" + i + "/e1/f/socket"));
      }
    } finally {
      Files.delete(places);
    }
    Findings alone = Findings.tolerant();
    DirectoryScanner.scan(root, MANY.withParallelism(1), alone, Progress.none());
    Findings findings = Findings.tolerant();
    DirectoryScanner.scan(root, MANY, findings, Progress.none());

    assertThat(findings.all()).isEqualTo(alone.all());
    assertThat(findings.count(Finding.Code.SOCKET_SKIPPED)).isEqualTo(WIDTH / 3);
    assertThatThrownBy(() -> DirectoryScanner.scan(root, MANY, Findings.strict(), Progress.none()))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining("a socket");
  }

  /** LC-A58. */
  @RepeatedTest(10)
  void tellsOfTheFirstOfSeveralFailures() {
    FaultyCalls calls =
        new FaultyCalls(NioCalls.instance())
            .failing("openDirectory d5", new AccessDeniedException("?", null, "not d5"))
            .failing("status link", new AccessDeniedException("?", null, "not a link"))
            .failing("names d9", new AccessDeniedException("?", null, "not d9"));

    assertThatThrownBy(
            () ->
                DirectoryScanner.scan(
                    calls.calls(), root, MANY, Findings.tolerant(), Progress.none()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("/d0/link of")
        .hasMessageContaining("not a link");
    assertThat(calls.open()).isZero();
  }

  /** LC-C33. */
  @Test
  void countsAllNames() throws IOException {
    long names = DirectoryScanner.scan(root).count();

    assertThat(DirectoryScanner.scan(root, MANY.withEntries(names), anything(), Progress.none()))
        .isEqualTo(DirectoryScanner.scan(root));
    assertThatThrownBy(
            () ->
                DirectoryScanner.scan(
                    root, MANY.withEntries(names - 1), anything(), Progress.none()))
        .isInstanceOf(LimitExceededException.class)
        .hasMessageContaining("entries");
  }

  private static Findings anything() {
    return Findings.tolerant();
  }

  /** The caller's thread waits until another one has come to the names of a directory. */
  @Test
  void readsOnOtherThreads() throws IOException {
    Thread caller = Thread.currentThread();
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CountDownLatch other = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    Progress progress =
        told(
            () -> {
              threads.add(Thread.currentThread());
              if (Thread.currentThread() != caller) {
                other.countDown();
              } else if (calls.incrementAndGet() > WIDTH + 10) {
                await(other);
              }
            });

    FileTree tree = DirectoryScanner.scan(root, MANY, anything(), progress);

    assertThat(threads).hasSizeGreaterThan(1);
    assertThat(tree).isEqualTo(DirectoryScanner.scan(root));
    threads.clear();
    DirectoryScanner.scan(root, MANY.withParallelism(1), anything(), progress);
    assertThat(threads).containsExactly(caller);
  }

  @RepeatedTest(5)
  void stopsWhenProgressSaysSo() {
    AtomicInteger calls = new AtomicInteger();
    Progress progress =
        told(
            () -> {
              if (calls.incrementAndGet() > 200) {
                throw new CancellationException("enough");
              }
            });

    assertThatThrownBy(() -> DirectoryScanner.scan(root, MANY, anything(), progress))
        .isInstanceOf(CancellationException.class)
        .hasMessage("enough");
  }

  @RepeatedTest(5)
  void noticesAnInterruptionOfTheCaller() {
    Thread caller = Thread.currentThread();
    AtomicInteger calls = new AtomicInteger();
    Progress progress =
        told(
            () -> {
              if (calls.incrementAndGet() == 200) {
                caller.interrupt();
              }
            });

    assertThatThrownBy(() -> DirectoryScanner.scan(root, MANY, anything(), progress))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void wantsAtLeastOneThread() {
    assertThatIllegalArgumentException().isThrownBy(() -> MANY.withParallelism(0));
  }

  /** A deep directory in which nothing can be given away. */
  @Test
  void goesDownAChain() throws IOException {
    Path deep = root;
    for (int i = 0; i < 120; i++) {
      deep = Files.createDirectory(deep.resolve("x"));
      Files.writeString(deep.resolve("y"), "" + i);
    }

    FileTree tree = DirectoryScanner.scan(root, MANY, anything(), Progress.none());

    TreePath bottom = TreePath.of("x/".repeat(120) + "y");
    assertThat(new String(tree.read(bottom, 10), StandardCharsets.UTF_8)).isEqualTo("119");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Progress told(Runnable told) {
    return (name, bytes) ->
        new Progress.Task() {
          @Override
          public void advance(long count) {
            told.run();
          }

          @Override
          public void close() {}
        };
  }
}
