package dev.imbrex.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Tag;
import dev.imbrex.manifest.config.HistoryRow;
import dev.imbrex.quickstart.Quickstart;
import dev.imbrex.store.DockerArchive;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.store.MemoryStorage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The quickstart on a real root file system, judged by skopeo, umoci and a Docker engine. */
@ExtendWith(MinimalDebian.Parameter.class)
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class DebianIT {
  @TempDir static Path directory;

  private static Path layout;

  @BeforeAll
  static void runQuickstart(MinimalDebian debian) throws Exception {
    Program.requireRoot();
    Path tar = debian.tar();
    layout = directory.resolve("layout");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Quickstart.run(tar, layout, new PrintStream(out, true, UTF_8));
    assertThat(out.toString(UTF_8))
        .contains("docker.io/library/app:1.0, docker.io/library/app:latest")
        .contains("root file system")
        .contains("CMD [\"/bin/cat\" \"/app/greeting\"]   0B");
  }

  /** What JUnit would remove itself, with a warning for each of a thousand links. */
  @AfterAll
  static void removeTrees() throws Exception {
    Program.find("rm").run("-rf", "" + directory.resolve("root"), "" + directory.resolve("docker"));
  }

  @Test
  void skopeoReadsEveryName() throws Exception {
    Program skopeo = Program.find("skopeo");
    try (ImageStore store = ImageStore.on(LayoutStorage.open(layout))) {
      List<Tag> tags = store.tags();
      assertThat(tags).hasSize(4);
      for (Tag tag : tags) {
        String name = tag.name().replace("docker.io/library/", "");
        assertThat(skopeo.runForBytes("inspect", "--raw", "oci:" + layout + ":" + name))
            .isEqualTo(store.require(tag.name()).manifest().bytes());
      }
    }
  }

  @Test
  void umociUnpacksTheSameTree() throws Exception {
    Program umoci = Program.find("umoci");
    Path root = directory.resolve("root");
    umoci.run("raw", "unpack", "--image", layout + ":app:1.0", root.toString());
    try (ImageStore store = ImageStore.on(LayoutStorage.open(layout))) {
      List<String> ours = TreeListing.withSizes(store.require("app:1.0").files());
      assertThat(ours).hasSizeGreaterThan(8000);
      assertThat(TreeListing.withSizes(root)).isEqualTo(ours);
    }
  }

  @Test
  void dockerLoadsRunsAndSavesIt() throws Exception {
    Program skopeo = Program.find("skopeo");
    Path archive = directory.resolve("archive.tar");
    skopeo.run("copy", "oci:" + layout + ":app:1.0", "docker-archive:" + archive + ":app:1.0");
    Path saved = directory.resolve("saved.tar");
    String id;
    List<String> sizes;
    try (DockerEngine engine = DockerEngine.start(directory.resolve("docker"))) {
      engine.docker().run("load", "--input", archive.toString());
      assertThat(engine.docker().run("run", "--rm", "--network", "host", "app:1.0"))
          .isEqualTo("Hello from Imbrex\n");
      assertThat(
              engine
                  .docker()
                  .run("run", "--rm", "--network", "host", "app:1.0", "ls", "/etc/debian_version"))
          .isEqualTo("/etc/debian_version\n");
      id = engine.docker().run("images", "--no-trunc", "--quiet", "app:1.0").strip();
      sizes = engine.docker().run("history", "--format", "{{.Size}}", "app:1.0").lines().toList();
      engine.docker().run("save", "--output", saved.toString(), "app:1.0");
    }
    try (ImageStore ours = ImageStore.on(LayoutStorage.open(layout))) {
      List<HistoryRow> history = ours.history(ours.require("app:1.0"));
      assertThat(history).hasSameSizeAs(sizes);
      // Empty steps and small layers to the byte; of large ones Docker counts link names, too.
      assertThat(sizes.get(0)).isEqualTo("0B");
      assertThat(history.get(3).size()).hasValue(18);
      assertThat(sizes.get(3)).isEqualTo("18B");
    }
    readsWhatDockerSaved(saved, id);
    keepsWhatSkopeoMadeOfIt(skopeo, saved);
  }

  private static void readsWhatDockerSaved(Path saved, String id) throws IOException {
    assertThat(DockerArchive.isArchive(saved)).isTrue();
    try (ImageStore archive = ImageStore.on(DockerArchive.open(saved));
        ImageStore store = ImageStore.on(new MemoryStorage())) {
      Image loaded = store.add(archive.requireOnly());
      assertThat(loaded.id().toString()).isEqualTo(id);
      loaded.verify();
    }
  }

  /** An untouched image copied through our store keeps every digest. */
  private static void keepsWhatSkopeoMadeOfIt(Program skopeo, Path saved) throws Exception {
    Path theirs = directory.resolve("theirs");
    skopeo.run("copy", "docker-archive:" + saved, "oci:" + theirs + ":latest");
    Path copied = directory.resolve("copied");
    try (ImageStore source = ImageStore.on(LayoutStorage.open(theirs));
        ImageStore target = ImageStore.on(LayoutStorage.create(copied))) {
      Image image = target.add(source.requireOnly());
      target.tag("copy:1", image);
      assertThat(image.digest()).isEqualTo(source.requireOnly().digest());
      image.verify();
    }
    assertThat(skopeo.runForBytes("inspect", "--raw", "oci:" + copied + ":copy:1"))
        .isEqualTo(skopeo.runForBytes("inspect", "--raw", "oci:" + theirs + ":latest"));
    assertThat(Files.exists(copied.resolve("oci-layout"))).isTrue();
  }
}
