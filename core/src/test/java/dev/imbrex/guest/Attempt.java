package dev.imbrex.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.imbrex.layers.progress.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A long operation, begun once and stopped somewhere, and what is left then. */
final class Attempt {
  /** How it is told to stop. */
  enum Way {
    /** Its thread is interrupted. */
    INTERRUPTED,
    /** The next time it tells of its progress, that throws. */
    CANCELLED
  }

  /** It hangs then; how fast it is on a machine that does nothing else is not for a test to say. */
  private static final long HANGS_MILLIS = 5000;

  /** Of servers, which go on for others. */
  private static final List<String> SERVERS = List.of("imbrex-registry-", "stalled server");

  private final LongOperation operation;
  private final Path place;
  private volatile boolean isCancelled;
  private volatile @Nullable Throwable thrown;
  private volatile boolean wasInterrupted;
  private volatile long ended;

  private Attempt(LongOperation operation, Path place) {
    this.operation = operation;
    this.place = place;
  }

  /**
   * Runs it to its end.
   *
   * @return how long it took, in nanoseconds
   */
  static long complete(LongOperation operation, Path place) throws IOException {
    operation.preparation().in(Files.createDirectory(place));
    long start = System.nanoTime();
    operation.work().run(place, Progress.none());
    long nanos = System.nanoTime() - start;
    delete(place);
    return nanos;
  }

  /**
   * Begins it, stops it after a while, and checks that it ends as it should.
   *
   * @param place a directory for it, which is not there yet
   * @return how long it took to stop, in nanoseconds; if it had ended before, how long all of it
   *     took, below 0
   */
  static long stop(LongOperation operation, Way way, long afterNanos, Path place)
      throws IOException, InterruptedException {
    operation.preparation().in(Files.createDirectory(place));
    Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
    Attempt attempt = new Attempt(operation, place);
    Thread thread = new Thread(attempt::run, "operation");
    long start = System.nanoTime();
    thread.start();
    TimeUnit.NANOSECONDS.timedJoin(thread, afterNanos);
    long told = System.nanoTime();
    if (way == Way.INTERRUPTED) {
      thread.interrupt();
    } else {
      attempt.isCancelled = true;
    }
    thread.join(HANGS_MILLIS);
    if (thread.isAlive()) {
      String where = stacks();
      thread.interrupt();
      fail(operation + " goes on after it was " + way + ":\n" + where);
    }
    boolean isStopped = attempt.thrown != null;
    if (isStopped) {
      attempt.check(way);
      checkThreads(before);
      attempt.checkFiles();
      operation.check().in(place);
    }
    delete(place);
    return isStopped ? attempt.ended - told : start - attempt.ended;
  }

  private void run() {
    try {
      operation.work().run(place, this::start);
    } catch (Throwable e) {
      thrown = e;
    } finally {
      ended = System.nanoTime();
      wasInterrupted = Thread.currentThread().isInterrupted();
    }
  }

  private Progress.Task start(String name, long bytes) {
    ask();
    return new Progress.Task() {
      @Override
      public void advance(long more) {
        ask();
      }

      @Override
      public void close() {}
    };
  }

  private void ask() {
    if (isCancelled) {
      throw new CancellationException("enough");
    }
  }

  private void check(Way way) {
    if (way == Way.CANCELLED) {
      assertThat(thrown).isExactlyInstanceOf(CancellationException.class).hasMessage("enough");
    } else {
      assertThat(thrown)
          .isInstanceOfAny(InterruptedIOException.class, ClosedByInterruptException.class);
      assertThat(wasInterrupted).describedAs("the flag of the thread").isTrue();
    }
  }

  /** At once; threads of the JDK may take some time. */
  private static void checkThreads(Set<Thread> before) {
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> !before.contains(thread) && thread.getName().startsWith("imbrex"))
        .noneMatch(thread -> SERVERS.stream().noneMatch(thread.getName()::startsWith));
  }

  /** Those that are open, also if they have no name any more. */
  private void checkFiles() throws IOException {
    Path handles = Path.of("/proc/self/fd");
    if (Files.isDirectory(handles)) {
      try (Stream<Path> open = Files.list(handles)) {
        assertThat(open.map(Attempt::target)).noneMatch(file -> file.startsWith(place.toString()));
      }
    }
  }

  private static String target(Path handle) {
    try {
      return Files.readSymbolicLink(handle).toString();
    } catch (IOException e) {
      // Closed meanwhile.
      return "";
    }
  }

  private static String stacks() {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
      String name = entry.getKey().getName();
      if (name.equals("operation") || name.startsWith("imbrex")) {
        text.append(name).append('\n');
        Arrays.stream(entry.getValue())
            .limit(25)
            .forEach(line -> text.append("  ").append(line).append('\n'));
      }
    }
    return text.toString();
  }

  private static void delete(Path place) throws IOException {
    try (Stream<Path> files = Files.walk(place)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
