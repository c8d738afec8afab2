package dev.imbrex.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Imbrex costs those who depend on it. */
class BudgetIT {
  @TempDir Path directory;

  @Test
  void theClosureOfCoreIsSmall() throws IOException {
    List<Path> counted = new ArrayList<>();
    long bytes = 0;
    for (Path jar : Jars.closure()) {
      if (!hasAnnotationsOnly(jar)) {
        counted.add(jar.getFileName());
        bytes += Files.size(jar);
      }
    }
    assertThat(Jars.closureOf("imbrex-platform", "imbrex-manifest", "imbrex-layers", "imbrex-core"))
        .extracting(Path::getFileName)
        .isSubsetOf(counted);
    assertThat(counted).hasSizeLessThanOrEqualTo(14);
    assertThat(bytes).describedAs("%s", counted).isBetween(1_000_000L, 9_000_000L);
  }

  @Test
  void theStandaloneJarIsSmall() throws IOException {
    assertThat(Files.size(Jars.standalone())).isBetween(1_000_000L, 5_000_000L);
  }

  @Test
  void platformIsUsableAlone() throws Exception {
    run(
        Jars.closureOf("imbrex-platform"),
        "dev.imbrex.platform.Platform.of(\"linux\", \"arm64\", \"v8\")",
        "linux/arm64/v8");
  }

  @Test
  void manifestIsUsableWithoutTheEngine() throws Exception {
    run(
        Jars.closureOf(
            "imbrex-platform",
            "imbrex-manifest",
            "jackson-core",
            "jackson-databind",
            "jackson-annotations"),
        "dev.imbrex.manifest.config.ImageConfig.parse("
            + "\"{\\\"architecture\\\":\\\"amd64\\\",\\\"os\\\":\\\"linux\\\",\\\"rootfs\\\":"
            + "{\\\"type\\\":\\\"layers\\\",\\\"diff_ids\\\":[]}}\".getBytes(), \"config\").platform()",
        "linux/amd64");
  }

  @Test
  void layersIsUsableWithoutImages() throws Exception {
    run(
        Jars.closureOf("imbrex-platform", "imbrex-manifest", "imbrex-layers"),
        "dev.imbrex.layers.tree.TreeDiff.between(dev.imbrex.layers.tree.FileTree.empty(),"
            + " dev.imbrex.layers.tree.FileTree.empty())",
        "[]");
  }

  private void run(List<Path> jars, String expression, String printed) throws Exception {
    Path source = directory.resolve("Program.java");
    Files.writeString(
        source,
        "class Program { public static void main(String[] args) throws Exception {"
            + " System.out.println("
            + expression
            + "); } }");
    Jars.tool("javac", "-d", directory.toString(), "-cp", Jars.join(jars), source.toString());
    List<Path> path = new ArrayList<>(jars);
    path.add(directory);
    assertThat(Jars.java(path, "Program")).containsExactly(printed, "0");
  }

  /** Whether a jar has no class that is not an annotation, or part of one. */
  private static boolean hasAnnotationsOnly(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile());
        URLClassLoader loader =
            new URLClassLoader(
                new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
      for (ZipEntry entry : zip.stream().filter(BudgetIT::isClass).toList()) {
        String name = entry.getName().replace('/', '.').replaceFirst("\\.class$", "");
        try {
          Class<?> type = Class.forName(name, false, loader);
          Class<?> outer = type.getNestHost();
          if (!type.isAnnotation() && !outer.isAnnotation()) {
            return false;
          }
        } catch (LinkageError e) {
          // An annotation needs nothing of others.
          return false;
        } catch (ClassNotFoundException e) {
          throw new IOException(e);
        }
      }
      return true;
    }
  }

  private static boolean isClass(ZipEntry entry) {
    String name = entry.getName();
    return name.endsWith(".class")
        && !name.startsWith("META-INF/")
        && !name.endsWith("module-info.class")
        && !name.endsWith("package-info.class");
  }
}
