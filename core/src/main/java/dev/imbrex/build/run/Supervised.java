package dev.imbrex.build.run;

import dev.imbrex.layers.progress.Progress;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program of this machine to its end, with nothing of this process but the directory it is
 * given: no environment, no input, no open files. What it writes goes to a stream as it comes. It
 * is ended when time is up, the thread is interrupted or the progress says so.
 */
final class Supervised {
  private static final long POLL_MILLIS = 50;
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Path directory;
  private final String searchPath;
  private final Closeable ending;

  /**
   * Runs nothing yet.
   *
   * @param directory where it is run
   * @param searchPath the only variable it gets, {@code PATH}
   * @param ending ends what killing the program would leave
   */
  Supervised(Path directory, String searchPath, Closeable ending) {
    this.directory = directory;
    this.searchPath = searchPath;
    this.ending = ending;
  }

  /**
   * Runs a program.
   *
   * @return the code it ended with
   * @throws RunTimeoutException if it took too long
   * @throws InterruptedIOException if the thread was interrupted
   * @throws IOException if it could not be started, or its output not be written
   */
  int run(List<String> command, OutputStream output, Optional<Duration> limit, Progress progress)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile());
    builder.environment().clear();
    builder.environment().put("PATH", searchPath);
    Process process = builder.start();
    Pump pump = new Pump(process.getInputStream(), output);
    pump.thread.start();
    try (Progress.Task task = progress.start("Run a command", -1)) {
      int code = await(process, pump, limit, task);
      join(pump);
      pump.throwFailure();
      return code;
    } finally {
      end(process, pump);
    }
  }

  private static int await(Process process, Pump pump, Optional<Duration> limit, Progress.Task task)
      throws IOException {
    long start = System.nanoTime();
    while (true) {
      try {
        if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
          return process.exitValue();
        }
      } catch (InterruptedException e) {
        throw interrupted();
      }
      task.advance(0);
      pump.throwFailure();
      if (limit.isPresent() && System.nanoTime() - start > limit.get().toNanos()) {
        throw new RunTimeoutException(
            "The command took longer than the limit of " + limit.get().toSeconds() + " s",
            limit.get());
      }
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("Interrupted while a command runs");
  }

  private static void join(Pump pump) throws InterruptedIOException {
    try {
      pump.thread.join(GRACE.toMillis());
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** Ends all that is left, whatever happens to this thread meanwhile. */
  private void end(Process process, Pump pump) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      // From the outermost in: one that outlives what it waits for may complain into the output.
      List<ProcessHandle> descendants = process.descendants().toList();
      process.destroyForcibly();
      descendants.forEach(ProcessHandle::destroyForcibly);
      ending.close();
      process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
      pump.thread.join(GRACE.toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Carries output on. */
  private static final class Pump {
    final Thread thread;
    private volatile @Nullable IOException failure;
    private volatile @Nullable RuntimeException mishap;

    Pump(InputStream in, OutputStream out) {
      this.thread = new Thread(() -> carry(in, out), "imbrex-run-output");
      thread.setDaemon(true);
    }

    private void carry(InputStream in, OutputStream out) {
      byte[] buffer = new byte[8192];
      try (in) {
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          out.write(buffer, 0, read);
          out.flush();
        }
      } catch (IOException e) {
        failure = e;
      } catch (RuntimeException e) {
        mishap = e;
      }
    }

    void throwFailure() throws IOException {
      if (failure != null) {
        throw failure;
      }
      if (mishap != null) {
        throw mishap;
      }
    }
  }
}
