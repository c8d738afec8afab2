package dev.imbrex.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Lists;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After the guest has gone, the host's process is as it was: see {@link GuestProgram}. */
class GuestIT {
  private static final List<String> GUEST =
      List.of(
          EveryFeature.class.getName(),
          "dev.imbrex.image.Image",
          "dev.imbrex.layers.tree.FileTree",
          "dev.imbrex.manifest.digest.Digest",
          "dev.imbrex.platform.Platform",
          "com.fasterxml.jackson.databind.ObjectMapper",
          "com.fasterxml.jackson.core.JsonFactory",
          "com.fasterxml.jackson.annotation.JsonProperty",
          "org.apache.commons.compress.archivers.ArchiveEntry",
          "org.apache.commons.io.IOUtils",
          "org.apache.commons.lang3.StringUtils");

  @TempDir Path directory;

  @Test
  void nothingIsLeftInTheProcess() throws Exception {
    List<String> lines = host(classPath(GUEST));
    assertThat(lines).singleElement().asString().matches("looked at [1-9][0-9]+");
  }

  /**
   * JNA and zstd-jni never leave the process that loaded them; here the host has loaded them. Calls
   * mapped by JNA are held by its native half, and with them the class loader that mapped them.
   */
  @Test
  void withTheNativeLibrariesOfTheHostOnlyTheCallsMappedByJnaAreLeft() throws Exception {
    List<String> lines =
        host(
            classPath(GUEST),
            location("com.sun.jna.Native"),
            location("com.github.luben.zstd.Zstd"));
    assertThat(lines).hasSize(2).first().isEqualTo("class loader: still reachable");
  }

  private List<String> host(String guestPath, String... shared) throws Exception {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    command.add("--add-opens=java.base/java.io=ALL-UNNAMED");
    command.add("-cp");
    command.add(
        String.join(
            File.pathSeparator, Lists.asList(location(GuestProgram.class.getName()), shared)));
    command.add(GuestProgram.class.getName());
    command.add(guestPath);
    command.add(directory.resolve("work").toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream output = process.getInputStream()) {
      String printed = new String(output.readAllBytes(), UTF_8);
      assertThat(process.waitFor()).describedAs(printed).isZero();
      return printed.lines().toList();
    } finally {
      process.destroyForcibly();
    }
  }

  private static String classPath(List<String> classes) throws IOException {
    Set<String> path = new LinkedHashSet<>();
    for (String name : classes) {
      path.add(location(name));
    }
    return String.join(File.pathSeparator, path);
  }

  private static String location(String name) throws IOException {
    try {
      return Path.of(
              URI.create(
                  Class.forName(name)
                      .getProtectionDomain()
                      .getCodeSource()
                      .getLocation()
                      .toString()))
          .toString();
    } catch (ClassNotFoundException e) {
      throw new IOException(e);
    }
  }
}
