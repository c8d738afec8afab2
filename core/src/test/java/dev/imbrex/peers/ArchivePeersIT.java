package dev.imbrex.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Tag;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.ArchiveContents;
import dev.imbrex.store.DockerArchive;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.store.OciArchive;
import dev.imbrex.store.SaveOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Docker, skopeo and umoci read the archives we write, and we read theirs (SN-S13 to SN-S22). */
class ArchivePeersIT {
  @TempDir Path directory;

  private ImageStore store;
  private Image base;
  private Image app;

  @BeforeEach
  void build() throws Exception {
    store = ImageStore.on(LayoutStorage.create(directory.resolve("layout")));
    base =
        ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
            .layer(
                layer ->
                    layer.file(
                        "/hello",
                        Content.of(TinyProgram.printing("hello from the base\n")),
                        Metadata.ofMode(0755)))
            .cmd("/hello")
            .build();
    app =
        ImageBuilder.from(base)
            .layer(
                layer ->
                    layer
                        .file(
                            "/app",
                            Content.of(TinyProgram.printing("hello from the app\n")),
                            Metadata.ofMode(0755))
                        .file("/data", "x".repeat(100_000)))
            .cmd("/app")
            .build();
    store.tag("base:1", base);
    store.tag("app:1", app);
    store.tag("example.com:5000/team/app:latest", app);
  }

  @AfterEach
  void close() throws Exception {
    store.close();
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  private ArchiveContents all() throws Exception {
    return ArchiveContents.of(store, "base:1", "app:1", "example.com:5000/team/app:latest");
  }

  private static SaveOptions in(SaveOptions.Form form) {
    return SaveOptions.defaults().withForm(form);
  }

  @Test
  void skopeoReadsOurOciArchives() throws Exception {
    Program skopeo = Program.find("skopeo");
    OciArchive.save(Path.of(file("oci.tar")), all(), SaveOptions.defaults());
    String source = "oci-archive:" + file("oci.tar") + ":app:1";
    assertThat(skopeo.runForBytes("inspect", "--raw", source)).isEqualTo(app.manifest().bytes());
    skopeo.run("copy", source, "oci:" + file("copy") + ":x");
    try (ImageStore copy = ImageStore.on(LayoutStorage.open(Path.of(file("copy"))))) {
      assertThat(copy.require("x").digest()).isEqualTo(app.digest());
      copy.require("x").verify();
    }
    // The hybrid form is one as well.
    DockerArchive.save(Path.of(file("hybrid.tar")), all(), SaveOptions.defaults());
    assertThat(
            skopeo.runForBytes("inspect", "--raw", "oci-archive:" + file("hybrid.tar") + ":base:1"))
        .isEqualTo(base.manifest().bytes());
  }

  @Test
  void skopeoReadsOurDockerArchives() throws Exception {
    Program skopeo = Program.find("skopeo");
    for (SaveOptions.Form form : SaveOptions.Form.values()) {
      Path saved = Path.of(file(form + ".tar"));
      DockerArchive.save(saved, all(), in(form));
      for (String name : new String[] {"app:1", "example.com:5000/team/app:latest"}) {
        String source = "docker-archive:" + saved + ":" + name;
        assertThat(skopeo.runForBytes("inspect", "--raw", "--config", source))
            .isEqualTo(app.config().bytes());
        skopeo.run("copy", source, "oci:" + file("copy-" + form) + ":x");
      }
      try (ImageStore copy = ImageStore.on(LayoutStorage.open(Path.of(file("copy-" + form))))) {
        assertThat(copy.require("x").id()).isEqualTo(app.id());
        copy.require("x").verify();
      }
    }
  }

  @Test
  void weReadWhatSkopeoWrites() throws Exception {
    Program skopeo = Program.find("skopeo");
    String source = "oci:" + file("layout") + ":app:1";
    skopeo.run("copy", source, "oci-archive:" + file("oci.tar") + ":app:1");
    try (ImageStore read = ImageStore.on(OciArchive.open(Path.of(file("oci.tar"))))) {
      assertThat(read.require("app:1").digest()).isEqualTo(app.digest());
      read.require("app:1").verify();
    }
    skopeo.run(
        "copy",
        "--additional-tag=docker.io/library/other:2",
        source,
        "docker-archive:" + file("docker.tar") + ":docker.io/library/app:1");
    try (ImageStore read = ImageStore.on(DockerArchive.open(Path.of(file("docker.tar"))))) {
      assertThat(read.require("app:1").id()).isEqualTo(app.id());
      assertThat(read.require("other:2")).isEqualTo(read.require("app:1"));
      read.require("app:1").verify();
    }
  }

  @Test
  void umociReadsALayoutThatWentThroughAnArchive() throws Exception {
    Program umoci = Program.find("umoci");
    OciArchive.save(Path.of(file("oci.tar")), all(), SaveOptions.defaults());
    Program.find("mkdir").run(file("unpacked"));
    Program.find("tar").run("-xf", file("oci.tar"), "-C", file("unpacked"));
    assertThat(umoci.run("stat", "--image", file("unpacked") + ":app:1")).contains("CREATED BY");
    umoci.run("gc", "--layout", file("unpacked"));
    // And packed by another tar, with ./ before its names and in another order.
    Program.find("tar").run("-cf", file("again.tar"), "-C", file("unpacked"), ".");
    try (ImageStore read = ImageStore.on(OciArchive.open(Path.of(file("again.tar"))))) {
      assertThat(read.require("app:1").digest()).isEqualTo(app.digest());
      read.require("app:1").verify();
    }
  }

  @Test
  void dockerLoadsAndRunsWhatWeSaveAndWeReadWhatItSaves() throws Exception {
    TinyProgram.requireHost();
    try (DockerEngine engine = DockerEngine.start(directory.resolve("engine"))) {
      Program docker = engine.docker();
      for (SaveOptions.Form form : SaveOptions.Form.values()) {
        Path saved = Path.of(file(form + ".tar"));
        DockerArchive.save(saved, all(), in(form));
        assertThat(docker.run("load", "-i", saved.toString()))
            .contains("base:1", "app:1", "example.com:5000/team/app:latest");
        assertThat(docker.run("image", "inspect", "--format={{.Id}}", "app:1").strip())
            .isEqualTo(app.id().toString());
        assertThat(docker.run("run", "--rm", "--network=none", "app:1"))
            .isEqualTo("hello from the app\n");
        assertThat(docker.run("run", "--rm", "--network=none", "base:1"))
            .isEqualTo("hello from the base\n");
        docker.run("tag", "app:1", "again:2");
        Path theirs = Path.of(file(form + "-docker.tar"));
        docker.run("save", "-o", theirs.toString(), "base:1", "app:1", "again:2");
        try (ImageStore read = ImageStore.on(DockerArchive.open(theirs))) {
          assertThat(read.tags())
              .extracting(Tag::name)
              .containsExactlyInAnyOrder(
                  "docker.io/library/base:1",
                  "docker.io/library/app:1",
                  "docker.io/library/again:2");
          assertThat(read.require("app:1").id()).isEqualTo(app.id());
          assertThat(read.require("again:2")).isEqualTo(read.require("app:1"));
          assertThat(read.require("base:1").id()).isEqualTo(base.id());
          // Into a layout again: under the same ids.
          Image back = store.add(read.require("app:1"));
          back.verify();
          assertThat(back.config().bytes()).isEqualTo(app.config().bytes());
        }
        docker.run("image", "rm", "-f", "base:1", "app:1", "again:2");
        docker.run("image", "rm", "-f", "example.com:5000/team/app:latest");
      }
    }
  }
}
