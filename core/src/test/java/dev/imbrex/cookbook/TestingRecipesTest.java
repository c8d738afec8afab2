package dev.imbrex.cookbook;

import static dev.imbrex.testing.Fixtures.deleted;
import static dev.imbrex.testing.Fixtures.directory;
import static dev.imbrex.testing.Fixtures.entrypoint;
import static dev.imbrex.testing.Fixtures.env;
import static dev.imbrex.testing.Fixtures.file;
import static dev.imbrex.testing.Fixtures.image;
import static dev.imbrex.testing.Fixtures.index;
import static dev.imbrex.testing.Fixtures.layer;
import static dev.imbrex.testing.Fixtures.symlink;
import static dev.imbrex.testing.ImbrexAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.imbrex.build.DockerfileBuild;
import dev.imbrex.build.ImageBuilder;
import dev.imbrex.dockerfile.Dockerfile;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageIndex;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.platform.Platform;
import dev.imbrex.platform.PlatformMatcher;
import dev.imbrex.registry.RegistryClient;
import dev.imbrex.registry.server.Fault;
import dev.imbrex.registry.server.RecordedRequest;
import dev.imbrex.testing.FaultyStorage;
import dev.imbrex.testing.ImageFixture;
import dev.imbrex.testing.ImbrexExtension;
import dev.imbrex.testing.ScriptedRunExecutor;
import dev.imbrex.testing.StorageFault;
import dev.imbrex.testing.TestRegistry;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The recipes of the cookbook for tests. */
@ExtendWith(ImbrexExtension.class)
class TestingRecipesTest {
  @Test
  void makesFixtures(ImageStore store) throws IOException {
    // Recipe: Make images for a test
    ImageFixture base = image(layer(directory("/etc"), file("/etc/motd", "hi")), env("A", "1"));
    ImageFixture app =
        image(layer("app", file("/app", "x", 0755), symlink("/run", "app"), deleted("/etc/motd")))
            .on(base);
    Image one = app.in(store, "app:1.0");
    ImageFixture arm = image(layer(file("/app", "arm"))).platform("linux/arm64");
    ImageIndex both = index(app, arm).in(store, "app:all");
    // End.
    assertThat(store.require("app:1.0")).isEqualTo(one).hasLayers(2).hasNothingAt("/etc/motd");
    assertThat(both.require(PlatformMatcher.only(Platform.parse("linux/arm64"))))
        .hasFile("/app")
        .withContent("arm");
  }

  @Test
  void assertsOnImages(ImageStore store) throws IOException {
    Image app =
        image(
                layer("app", directory("/bin"), file("/bin/app", "x", 0755)),
                env("PATH", "/bin"),
                entrypoint("/bin/app"))
            .in(store);
    // Recipe: Assert on files, config, history and layers
    assertThat(app).hasFile("/bin/app").withContent("x").withMode(0755).withOwner(0, 0);
    assertThat(app).files().hasOnlyPaths("/bin", "/bin/app");
    assertThat(app).config().hasEnv("PATH", "/bin").hasEntrypoint("/bin/app");
    assertThat(app).history().hasSteps("app", "ENV PATH=/bin", "ENTRYPOINT [\"/bin/app\"]");
    assertThat(app).layer(0).hasEntries(directory("/bin"), file("/bin/app", "x", 0755));
    // End.
    assertThatThrownBy(() -> assertThat(app).hasFile("/bin/app").withContent("y"))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void hasARegistry(TestRegistry registry) throws IOException {
    // Recipe: Have a registry in a test
    Image app = image(layer(file("/app", "x"))).in(registry.store(), "team/app:1.0");
    String reference = registry.reference("team/app:1.0"); // 127.0.0.1:PORT/team/app:1.0
    registry.faults().record();
    try (RegistryClient client = RegistryClient.create();
        ImageStore pulled = ImageStore.on(client.repository(registry.authority() + "/team/app"))) {
      assertThat(pulled.require(reference)).isEqualTo(app);
    }
    List<RecordedRequest> requests = registry.faults().requests();
    // End.
    assertThat(requests).isNotEmpty();
    assertThat(requests.get(0).path()).startsWith("/v2/team/app/manifests/");
  }

  @Test
  void hasABadRegistry(ImageStore store, TestRegistry registry) throws IOException {
    Image app = image(layer(file("/app", "x".repeat(10_000)))).in(registry.store(), "app:1.0");
    // Recipe: See how code copes with a bad registry
    Fault cut = Fault.dropAfter(50).on("GET", "/blobs/").times(2);
    registry.faults().add(cut);
    registry.faults().add(Fault.tooManyRequests("0").on("GET", "/manifests/").times(1));
    try (RegistryClient client = RegistryClient.create();
        ImageStore remote = ImageStore.on(client.repository(registry.authority() + "/app"))) {
      assertThat(store.add(remote.require("1.0"))).isEqualTo(app); // It begins again where it was.
    }
    // End.
    assertThat(registry.faults().count(cut)).isEqualTo(2);
  }

  @Test
  void hasABadDisk(ImageStore store, FaultyStorage storage) throws IOException {
    Image app = image(layer(file("/app", "x"))).in(store);
    // Recipe: See how code copes with a bad disk
    ImageStore target = ImageStore.on(storage);
    storage.add(StorageFault.fail().on(StorageFault.Operation.PUT).after(1).times(1));
    assertThatThrownBy(() -> target.add(app)).isInstanceOf(IOException.class);
    assertThat(target.images()).isEmpty();
    assertThat(target.add(app)).isEqualTo(app); // The fault was there once.
    // End.
    assertThat(storage.calls()).isNotEmpty();
  }

  @Test
  void scriptsRun(ImageStore store) throws IOException {
    image(layer(file("/etc/motd", "hi"))).in(store, "base:1");
    // Recipe: Build a Dockerfile in a test, and script what RUN does
    ScriptedRunExecutor runner =
        new ScriptedRunExecutor()
            .on(
                "make install",
                (request, files) -> {
                  Node app = new Node.RegularFile(Metadata.ofMode(0755), Content.text("x"));
                  files.put(TreePath.of("/app"), app);
                  return 0; // The exit code.
                });
    Image app =
        DockerfileBuild.in(store)
            .dockerfile(Dockerfile.parse("FROM base:1\nRUN make install\n"))
            .run(runner)
            .build(Platform.parse("linux/amd64"));
    // End.
    assertThat(app).hasFile("/app").withContent("x").withMode(0755);
    assertThat(runner.requests()).hasSize(1);
  }

  @Test
  void copiesFromAnyFileSystem(ImageStore store) throws IOException {
    // Recipe: Build from files that are on no disk
    Image app;
    try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
      Path files = Files.createDirectory(memory.getPath("/files"));
      Files.writeString(files.resolve("app.conf"), "debug=true\n");
      app =
          ImageBuilder.scratch(store, Platform.parse("linux/amd64"))
              .layer(layer -> layer.copy(files, "/etc"))
              .build();
    }
    // End.
    assertThat(app).hasFile("/etc/app.conf").withContent("debug=true\n");
  }
}
