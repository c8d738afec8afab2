package dev.imbrex.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** Another process, which holds the lock on a file. */
final class LockHolder implements Closeable {
  private final Process process;

  private LockHolder(Process process) {
    this.process = process;
  }

  /** Starts it, and waits until it holds the lock. */
  static LockHolder start(Path file) throws IOException {
    URI own =
        URI.create(LockHolder.class.getProtectionDomain().getCodeSource().getLocation().toString());
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Path.of(own).toString(),
                LockHolder.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader lines = process.inputReader(UTF_8);
    if (!"holds".equals(lines.readLine())) {
      process.destroyForcibly();
      throw new IOException("The other process does not hold " + file);
    }
    return new LockHolder(process);
  }

  /** Holds the lock until its input ends. */
  @SuppressWarnings("SystemOut") // The parent process waits for this line.
  public static void main(String[] args) throws IOException {
    try (FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      System.out.println(lock.isValid() ? "holds" : "does not hold");
      System.in.readAllBytes();
    }
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
