package dev.imbrex.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The standalone jar among libraries of other versions, which come first on the class path. */
class ClashIT {
  private static final List<Path> OLD =
      Jars.old(
          "guava-18.0",
          "guava-11.0.2",
          "jackson-core-2.9.0",
          "jackson-databind-2.9.0",
          "jackson-annotations-2.9.0",
          "jackson-core-2.3.0",
          "commons-compress-1.4.1");

  @TempDir Path directory;

  private List<String> run(List<Path> jars) throws Exception {
    List<Path> path = new ArrayList<>(OLD);
    path.addAll(jars);
    path.add(Jars.coreTests());
    return Jars.java(path, "dev.imbrex.guest.EveryFeature", directory.resolve("work").toString());
  }

  @Test
  void othersDoNotDisturbTheStandaloneJar() throws Exception {
    List<String> result = run(List.of(Jars.standalone()));
    assertThat(result.get(0)).matches("sha256:[0-9a-f]{64}");
    assertThat(result.get(1)).isEqualTo("0");
  }

  /** Or there would be nothing to show. */
  @Test
  void theyDisturbTheOrdinaryJars() throws Exception {
    List<String> result = run(Jars.closure());
    assertThat(result.get(0)).contains("NoSuchMethodError", "com.fasterxml.jackson.");
    assertThat(result.get(1)).isEqualTo("1");
  }
}
