package dev.imbrex.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;

/** An X server without a screen, for programs with windows. */
final class VirtualDisplay implements AutoCloseable {
  private final Process server;
  private final String name;

  private VirtualDisplay(Process server, String name) {
    this.server = server;
    this.name = name;
  }

  /** Starts one, on a number that is free; leaves the test out where there is none. */
  static VirtualDisplay start() throws IOException {
    String executable = Program.find("Xvfb").executable().toString();
    Process server =
        new ProcessBuilder(
                executable, "-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    // It tells its number when it is ready.
    String number =
        new BufferedReader(new InputStreamReader(server.getInputStream(), US_ASCII)).readLine();
    assertThat(number).describedAs("the display of Xvfb").matches("\\d+");
    return new VirtualDisplay(server, ":" + number);
  }

  /** What programs find in {@code DISPLAY}. */
  String name() {
    return name;
  }

  @Override
  public void close() throws IOException {
    server.destroy();
    try {
      server.waitFor();
    } catch (InterruptedException e) {
      server.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while the display ends");
    }
  }
}
