package dev.imbrex.layers.testing;

import com.google.common.base.Splitter;
import com.sun.jna.Native;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.manifest.error.ImageException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.compress.archivers.ArchiveEntry;

/** Runs a main method in a process of its own, for what depends on the size of the heap. */
public final class ChildJvm {
  private ChildJvm() {}

  /**
   * Runs it to its end.
   *
   * @param heap the largest heap, as {@code -Xmx} takes it
   * @return what it printed
   * @throws AssertionError if it fails, with what it printed
   */
  public static String run(String heap, Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heap);
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-cp");
    command.add(String.join(File.pathSeparator, classPath(main)));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream output = process.getInputStream()) {
      process.getOutputStream().close();
      String printed = new String(output.readAllBytes(), StandardCharsets.UTF_8);
      int exit = process.waitFor();
      if (exit != 0) {
        throw new AssertionError(command + " ended with " + exit + ": " + printed);
      }
      return printed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Set<String> classPath(Class<?> main) {
    Set<String> path = new LinkedHashSet<>();
    for (Class<?> type :
        new Class<?>[] {
          main,
          ByteString.class,
          ImageException.class,
          Splitter.class,
          Native.class,
          ArchiveEntry.class
        }) {
      URI location =
          URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString());
      path.add(Path.of(location).toString());
    }
    return path;
  }
}
