package dev.imbrex.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Equal input gives equal bytes, whatever the machine is set to (LC-D10). */
class SameBytesIT {
  @TempDir Path directory;

  @Test
  void machineSettingsHaveNoSay() throws Exception {
    Path one = tree("one", 1);
    // The same files, made in another order, so that they are listed in another.
    Path two = tree("two", 2);
    String digest = build(one, Map.of());
    assertThat(digest).startsWith("sha256:");
    assertThat(build(two, Map.of())).isEqualTo(digest);
    assertThat(build(one, Map.of("LC_ALL", "C"))).isEqualTo(digest);
    assertThat(build(two, Map.of(), "-Duser.language=tr", "-Duser.country=TR")).isEqualTo(digest);
    assertThat(build(one, Map.of("TZ", "Asia/Kathmandu"), "-Duser.timezone=Pacific/Apia"))
        .isEqualTo(digest);
    assertThat(build(one, Map.of(), "-XX:ActiveProcessorCount=1", "-Dfile.encoding=ISO-8859-1"))
        .isEqualTo(digest);
  }

  private Path tree(String name, long order) throws IOException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      names.add("d" + i % 7 + "/file-" + i + (i % 3 == 0 ? "-\u00e4\u65e5" : ""));
    }
    Collections.shuffle(names, new Random(order));
    Path root = Files.createDirectory(directory.resolve(name));
    for (String file : names) {
      Path path = root.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.repeat(50));
    }
    try (var files = Files.walk(root)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_650_000_000_123L));
      }
    }
    return root;
  }

  private static String build(Path tree, Map<String, String> environment, String... settings)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(settings));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(SameBytesWorker.class.getName());
    command.add(tree.toString());
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(process.waitFor()).isZero();
    return output;
  }
}
