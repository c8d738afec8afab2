package dev.imbrex.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is in the standalone jar, and what it says of itself. */
class StandaloneIT {
  @Test
  void hasNothingUnderTheNamesOfOthers() throws IOException {
    try (JarFile jar = new JarFile(Jars.standalone().toFile())) {
      List<String> names = jar.stream().map(entry -> entry.getName()).toList();
      assertThat(names).hasSizeGreaterThan(1000);
      assertThat(names)
          .allMatch(name -> name.matches("(dev/|dev/imbrex/.*|META-INF/.*|module-info\\.class)"));
      assertThat(names).noneMatch(name -> name.startsWith("META-INF/services/"));
      assertThat(names).anyMatch(name -> name.startsWith("dev/imbrex/standalone/jackson/"));
    }
  }

  @Test
  void keepsTheLicenceAndTheNoticesOfWhatIsInside() throws IOException {
    try (JarFile jar = new JarFile(Jars.standalone().toFile())) {
      assertThat(text(jar, "META-INF/LICENSE"))
          .isEqualTo(Files.readString(Path.of("../../LICENSE")));
      assertThat(text(jar, "META-INF/NOTICE"))
          .contains("Jackson JSON processor", "Apache Commons Compress", "Apache Commons IO");
      assertThat(text(jar, "META-INF/thirdparty-LICENSE")).contains("MIT License");
    }
  }

  @Test
  void itsPomBringsNoLibrary() throws IOException {
    String pom = Files.readString(Path.of("dependency-reduced-pom.xml"));
    assertThat(pom.replaceAll("(?s)<build>.*</build>", ""))
        .contains("<artifactId>imbrex-standalone</artifactId>")
        .doesNotContain("imbrex-core", "com.fasterxml", "commons-");
  }

  @Test
  void exportsWhatTheFourModulesExport() throws IOException {
    Set<String> exports = new TreeSet<>();
    for (Path jar :
        Jars.closureOf("imbrex-platform", "imbrex-manifest", "imbrex-layers", "imbrex-core")) {
      exports.addAll(moduleExports(jar));
    }
    assertThat(exports).hasSizeGreaterThan(15);
    assertThat(moduleExports(Jars.standalone())).isEqualTo(exports);
    try (JarFile jar = new JarFile(Jars.standalone().toFile())) {
      String header = jar.getManifest().getMainAttributes().getValue("Export-Package");
      assertThat(Set.of(header.replaceAll(";version=.*", "").split(";", -1))).isEqualTo(exports);
      String version = jar.getManifest().getMainAttributes().getValue("Bundle-Version");
      assertThat(version + ".").startsWith(header.replaceAll(".*version=\"(.*)\"", "$1") + ".");
    }
  }

  @Test
  void importsWhatItUses() throws IOException {
    Path jar = Jars.standalone();
    String used =
        Jars.tool(
            "jdeps",
            "--multi-release",
            "17",
            "--ignore-missing-deps",
            "-verbose:package",
            jar.toString());
    Set<String> outside =
        find(used, "-> ([a-z0-9.]+)").stream()
            .filter(name -> !name.startsWith("dev.imbrex.") && !name.startsWith("java."))
            .filter(name -> name.contains("."))
            .collect(Collectors.toCollection(TreeSet::new));
    try (JarFile file = new JarFile(jar.toFile())) {
      String header = file.getManifest().getMainAttributes().getValue("Import-Package");
      Set<String> imports =
          find(header.replaceAll("\"[^\"]*\"", ""), "([a-z][a-z0-9]*(?:\\.[a-z0-9]+)+)").stream()
              .filter(name -> !name.startsWith("java."))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(imports).isEqualTo(outside);
    }
  }

  private static Set<String> moduleExports(Path jar) {
    return find(
        Jars.tool("jar", "--describe-module", "--file", jar.toString()), "(?m)^exports ([a-z.]+)$");
  }

  private static Set<String> find(String text, String pattern) {
    Stream<MatchResult> found = Pattern.compile(pattern).matcher(text).results();
    return found.map(result -> result.group(1)).collect(Collectors.toCollection(TreeSet::new));
  }

  private static String text(JarFile jar, String name) throws IOException {
    return new String(jar.getInputStream(jar.getEntry(name)).readAllBytes(), UTF_8);
  }
}
