package dev.imbrex.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quickstart in a run-time image that jlink makes: every module named, none automatic. */
class RuntimeImageIT {
  @TempDir Path directory;

  @Test
  void theFourModulesAndTheirsRunInAnImage() throws Exception {
    List<String> modules = run("dev.imbrex.core", Jars.closure());
    assertThat(modules.get(0)).contains("dev.imbrex.core", "com.fasterxml.jackson.databind");
  }

  @Test
  void theStandaloneModuleRunsInAnImage() throws Exception {
    List<String> modules = run("dev.imbrex.standalone", List.of(Jars.standalone()));
    assertThat(modules.get(0)).contains("dev.imbrex.standalone").doesNotContain("com.fasterxml");
  }

  /** Gives what the image lists as its modules. */
  private List<String> run(String module, List<Path> jars) throws Exception {
    Path source = directory.resolve("module-info.java");
    Files.writeString(source, "module quickstart { requires " + module + "; }");
    Path compiled = directory.resolve("compiled");
    List<Path> path = new ArrayList<>(jars);
    path.addAll(Jars.closureOf("jspecify"));
    Jars.tool(
        "javac",
        "-p",
        Jars.join(path),
        "-d",
        compiled.toString(),
        source.toString(),
        "../src/test/java/dev/imbrex/quickstart/Quickstart.java");
    List<Path> linked = new ArrayList<>(jars);
    linked.add(compiled);
    Path image = directory.resolve("image");
    Jars.tool(
        "jlink",
        "-p",
        Jars.join(linked),
        "--add-modules",
        "quickstart",
        "--strip-debug",
        "--no-header-files",
        "--no-man-pages",
        "--launcher",
        "quickstart=quickstart/dev.imbrex.quickstart.Quickstart",
        "--output",
        image.toString());
    Path tar = directory.resolve("root.tar");
    Path content = Files.createDirectories(directory.resolve("root/etc"));
    Files.writeString(content.resolve("motd"), "Welcome\n");
    Jars.program(
        List.of("tar", "-cf", tar.toString(), "-C", content.getParent().toString(), "etc"));
    List<String> result =
        Jars.program(
            List.of(
                image.resolve("bin/quickstart").toString(),
                tar.toString(),
                directory.resolve("images").toString()));
    assertThat(result.get(0)).contains("app:1.0", "4 steps between", "diffID sha256:");
    assertThat(result.get(1)).isEqualTo("0");
    return Jars.program(List.of(image.resolve("bin/java").toString(), "--list-modules"));
  }
}
