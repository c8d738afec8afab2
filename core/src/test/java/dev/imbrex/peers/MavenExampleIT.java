package dev.imbrex.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.ImageIndexBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageIndex;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Tag;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.config.History;
import dev.imbrex.platform.Platform;
import dev.imbrex.platform.PlatformMatcher;
import dev.imbrex.registry.server.RecordedRequest;
import dev.imbrex.registry.server.RegistryAccess;
import dev.imbrex.registry.server.RegistryServer;
import dev.imbrex.registry.server.RegistryServerOptions;
import dev.imbrex.store.MemoryStorage;
import dev.imbrex.store.OciArchive;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example of a Maven plugin: builds, pushes and saves the images of a project of several
 * modules, from the artifacts as they are installed.
 */
class MavenExampleIT {
  private static final Platform HERE = Platform.of("linux", Platform.host().architecture());
  private static final Platform AMD64 = Platform.of("linux", "amd64");
  private static final Platform ARM64 = Platform.of("linux", "arm64");

  @TempDir Path directory;

  @Test
  void packsTheModulesOfAProjectForTwoPlatforms() throws Exception {
    RegistryServerOptions options =
        RegistryServerOptions.defaults()
            .withAccess(RegistryAccess.bearer(Map.of("robot", "sesame")));
    try (ExampleBuilds builds = ExampleBuilds.in(directory);
        ImageStore store = ImageStore.on(new MemoryStorage());
        RegistryServer registry = RegistryServer.start(store.storage(), options)) {
      putBase(store);
      builds.run(builds.copy("maven-plugin", "plugin"), "-q", "install");
      String[] arguments = {
        "-T2", "-gs", settings(registry).toString(), "-Dregistry=" + registry.authority(), "package"
      };

      Path demo = builds.copy("maven-demo", "demo");
      String first = builds.run(demo, arguments);
      assertThat(first).contains("Built ", "Pushed ").doesNotContain("is up to date:", "WARNING");
      holdsTheProject(store);

      // Nothing has changed, and nothing is done.
      Map<String, String> tags = digests(store);
      registry.faults().record();
      String second = builds.run(demo, arguments);
      assertThat(second.lines().filter(line -> line.contains("is up to date:"))).hasSize(4);
      assertThat(second).doesNotContain("Built ", "Pushed ");
      assertThat(registry.faults().requests())
          .isNotEmpty()
          .extracting(RecordedRequest::method)
          .containsOnly("GET", "HEAD");
      assertThat(digests(store)).isEqualTo(tags);

      // Elsewhere, later, with a base from an archive: the same bytes.
      Path archive = directory.resolve("base.tar");
      OciArchive.save(archive, store, "base/java:17");
      Path other = builds.copy("maven-demo", "other");
      String third =
          builds.run(
              other,
              "-gs",
              settings(registry).toString(),
              "-Dregistry=" + registry.authority(),
              "-Dimage.from=base/java:17",
              "-Dimage.fromArchive=" + archive,
              "-pl=greeter",
              "-am",
              "package");
      assertThat(third).contains("Built ", "at the registry is up to date:");
      Path saved = Path.of("greeter", "target", "greeter-1.0-SNAPSHOT-image.tar");
      assertThat(other.resolve(saved)).hasSameBinaryContentAs(demo.resolve(saved));

      runsInAnEngine(demo, saved);
    }
  }

  private void putBase(ImageStore store) throws Exception {
    Image here = JavaBase.build(store, directory);
    // Nobody runs the other one.
    Image other =
        ImageBuilder.scratch(store, HERE.equals(AMD64) ? ARM64 : AMD64)
            .layer(layer -> layer.file("/etc/os-release", "ID=other\n"))
            .build();
    store.tag("base/java:17", ImageIndexBuilder.in(store).add(here).add(other).build());
  }

  private Path settings(RegistryServer registry) throws Exception {
    return Files.writeString(
        directory.resolve("settings.xml"),
        """
        <settings><servers><server>
          <id>%s</id><username>robot</username><password>sesame</password>
        </server></servers></settings>
        """
            .formatted(registry.authority()));
  }

  private static void holdsTheProject(ImageStore store) throws Exception {
    ImageIndex counter = store.requireIndex("demo/counter:1.0-SNAPSHOT");
    assertThat(store.requireIndex("demo/counter:latest")).isEqualTo(counter);
    assertThat(counter.platforms()).containsExactly(AMD64, ARM64);
    Image amd64 = counter.require(PlatformMatcher.only(AMD64));
    Image arm64 = counter.require(PlatformMatcher.only(ARM64));
    amd64.verify();
    List<String> names = List.of("dependencies", "snapshot dependencies", "resources", "classes");
    for (Image image : List.of(amd64, arm64)) {
      assertThat(image.config().history().stream().map(History::createdBy).toList().toString())
          .containsSubsequence(names);
    }
    int layers = arm64.layers().size();
    assertThat(layers).isEqualTo(1 + names.size());
    assertThat(amd64.layers().subList(amd64.layers().size() - names.size(), amd64.layers().size()))
        .isEqualTo(arm64.layers().subList(layers - names.size(), layers));

    FileTree files = arm64.files();
    assertThat(files.find(TreePath.of("/app/libs/guava-33.5.0-jre.jar"))).isPresent();
    assertThat(files.find(TreePath.of("/app/libs/words-1.0-SNAPSHOT.jar"))).isPresent();
    assertThat(files.find(TreePath.of("/app/resources/poem.txt"))).isPresent();
    assertThat(files.find(TreePath.of("/app/classes/demo/Counter.class"))).isPresent();
    assertThat(arm64.config().container().entrypoint().orElseThrow())
        .startsWith("java", "-cp")
        .endsWith("demo.Counter");
  }

  private static Map<String, String> digests(ImageStore store) throws Exception {
    Map<String, String> digests = new TreeMap<>();
    for (Tag tag : store.tags()) {
      digests.put(tag.name(), tag.target().digest().toString());
    }
    return digests;
  }

  private void runsInAnEngine(Path demo, Path archive) throws Exception {
    try (DockerEngine engine = DockerEngine.start(directory.resolve("engine"))) {
      String loaded = engine.docker().run("load", "-q", "-i", demo.resolve(archive).toString());
      String name = loaded.strip().replace("Loaded image: ", "");
      assertThat(engine.docker().run("run", "--rm", "--network=none", name))
          .isEqualTo("Hello from an image, world\n");
      assertThat(engine.docker().run("run", "--rm", "--network=none", name, "Rome"))
          .isEqualTo("Hello from an image, Rome\n");
    }
  }
}
