package dev.imbrex.registry.credentials;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.manifest.error.ImageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One run of a credential helper, with a limit of time and of output, and no thread of its own. */
final class HelperProcess {
  static final int OUTPUT_LIMIT = 64 << 10;

  private static final int POLL_MILLIS = 5;

  private final String program;
  private final HelperOptions options;

  /**
   * How it ended.
   *
   * @param status its exit status
   * @param output what it printed
   */
  record Result(int status, String output) {}

  HelperProcess(String program, HelperOptions options) {
    this.program = program;
    this.options = options;
  }

  Result run(String action, String input) throws IOException {
    String path = options.directory().map(d -> d.resolve(program).toString()).orElse(program);
    Process process;
    try {
      process =
          new ProcessBuilder(List.of(path, action))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new ImageException("Cannot run the credential helper " + program, e);
    }
    try (InputStream output = process.getInputStream()) {
      give(process, input);
      return await(process, output, action);
    } finally {
      process.destroyForcibly();
    }
  }

  private static void give(Process process, String input) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(UTF_8));
    } catch (IOException e) {
      // It did not want to read, which its exit status will explain.
      return;
    }
  }

  /** Polls, since reading itself has no limit of time. */
  private Result await(Process process, InputStream from, String action) throws IOException {
    long end = System.nanoTime() + options.timeout().toNanos();
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    boolean running = true;
    while (running) {
      running = isRunning(process);
      drain(from, output);
      if (output.size() > OUTPUT_LIMIT) {
        throw new ImageException(
            "Credential helper " + program + " printed more than " + OUTPUT_LIMIT + " bytes");
      }
      if (running && System.nanoTime() - end > 0) {
        throw new ImageException(
            "Credential helper "
                + program
                + " "
                + action
                + " took longer than "
                + options.timeout().toMillis()
                + " ms");
      }
    }
    return new Result(process.exitValue(), output.toString(UTF_8));
  }

  private static void drain(InputStream from, ByteArrayOutputStream output) throws IOException {
    for (int ready = from.available(); ready > 0; ready = from.available()) {
      output.write(from.readNBytes(Math.min(ready, OUTPUT_LIMIT + 1)));
      if (output.size() > OUTPUT_LIMIT) {
        return;
      }
    }
  }

  private boolean isRunning(Process process) throws InterruptedIOException {
    try {
      return !process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while " + program + " ran");
    }
  }
}
