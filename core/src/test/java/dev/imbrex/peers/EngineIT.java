package dev.imbrex.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.engine.EngineException;
import dev.imbrex.engine.EngineImage;
import dev.imbrex.engine.EngineOptions;
import dev.imbrex.engine.LoadReport;
import dev.imbrex.image.ContentValidation;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Storage;
import dev.imbrex.image.TransferOptions;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.ArchiveContents;
import dev.imbrex.store.DockerArchive;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.store.MemoryStorage;
import dev.imbrex.store.OciArchive;
import dev.imbrex.store.SaveOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our client of the engine's interface, against a real one. */
class EngineIT {
  @TempDir Path directory;

  @Test
  void bringsImagesToAnEngineAndGetsThemBack() throws Exception {
    try (DockerEngine daemon = DockerEngine.start(directory.resolve("engine"));
        ImageStore store = ImageStore.on(LayoutStorage.create(directory.resolve("layout")))) {
      dev.imbrex.engine.DockerEngine engine = dev.imbrex.engine.DockerEngine.at(daemon.address());
      assertThat(engine.ping().os()).isEqualTo("linux");
      assertThat(engine.ping().apiVersion())
          .isEqualTo(daemon.docker().run("version", "--format={{.Server.APIVersion}}").strip());
      assertThat(engine.images()).isEmpty();
      Image app = build(store);
      store.tag("example.com/team/app:1", app);
      for (SaveOptions.Form form : SaveOptions.Form.values()) {
        loads(engine, daemon.docker(), store, app, form);
      }
      goesAllTheWay(engine, store, app);
      tellsItsErrors(engine);
      worksInOlderVersions(daemon.address());
    }
  }

  private static Image build(ImageStore store) throws Exception {
    byte[] noise = new byte[3 << 20];
    new Random(1).nextBytes(noise);
    Image base =
        ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
            .layer(layer -> layer.file("/noise", Content.of(noise), Metadata.ofMode(0644)))
            .build();
    return ImageBuilder.from(base).layer(layer -> layer.file("/b", "b")).cmd("/app").build();
  }

  private static void loads(
      dev.imbrex.engine.DockerEngine engine,
      Program docker,
      ImageStore store,
      Image app,
      SaveOptions.Form form)
      throws Exception {
    Told told = new Told();
    LoadReport report =
        engine.load(
            ArchiveContents.of(store, "example.com/team/app:1"),
            SaveOptions.defaults().withForm(form).withProgress(told));
    assertThat(report.names()).containsExactly("example.com/team/app:1");
    assertThat(report.ids()).isEmpty();
    assertThat(told.bytes("Write archive")).isGreaterThan(3 << 20);
    assertThat(told.bytes("Loading layer")).isGreaterThan(3 << 20);
    assertThat(told.open).isZero();
    // Without a name it comes under its id.
    assertThat(engine.load(ArchiveContents.none().with(app)).ids()).containsExactly(app.id());

    engine.tag("example.com/team/app:1", "other");
    EngineImage image = engine.require("other");
    assertThat(image.id()).isEqualTo(app.id());
    assertThat(image.names())
        .containsExactlyInAnyOrder("example.com/team/app:1", "docker.io/library/other:latest");
    assertThat(image.size())
        .isEqualTo(Long.parseLong(docker.run("inspect", "--format={{.Size}}", "other").strip()));
    assertThat(engine.images()).containsExactly(image);
    assertThat(engine.find(app.id().shortId())).contains(image);

    try (ImageStore saved = ImageStore.on(engine.save("example.com/team/app:1", "other"))) {
      Image back = saved.require("other");
      assertThat(back.id()).isEqualTo(app.id());
      assertThat(saved.require("example.com/team/app:1")).isEqualTo(back);
      assertThat(store.add(back).config().bytes()).isEqualTo(app.config().bytes());
      back.verify();
    }
    engine.remove("other", false);
    assertThat(engine.require("example.com/team/app:1").names())
        .containsExactly("example.com/team/app:1");
    engine.remove(app.id().toString(), true);
    assertThat(engine.images()).isEmpty();
  }

  /** Layout, archive of one kind, memory, archive of the other kind, layout, engine, layout. */
  private void goesAllTheWay(dev.imbrex.engine.DockerEngine engine, ImageStore store, Image app)
      throws Exception {
    Path docker = directory.resolve("way-docker.tar");
    Path oci = directory.resolve("way-oci.tar");
    String name = "example.com/team/app:1";
    DockerArchive.save(docker, store, name);
    try (ImageStore memory = ImageStore.on(new MemoryStorage());
        Storage archive = DockerArchive.open(docker)) {
      memory.addAll(archive, TransferOptions.defaults());
      OciArchive.save(oci, memory, name);
    }
    try (ImageStore end = ImageStore.on(LayoutStorage.create(directory.resolve("way-layout")));
        Storage archive = OciArchive.open(oci)) {
      end.addAll(archive, TransferOptions.defaults());
      assertThat(end.require(name)).isEqualTo(app);
      end.require(name).verify();
      engine.load(ArchiveContents.of(end, name));
      try (Storage saved = engine.save(name)) {
        end.addAll(saved, TransferOptions.defaults());
      }
      Image back = end.require(name);
      back.verify();
      assertThat(back.id()).isEqualTo(app.id());
      assertThat(back.config().bytes()).isEqualTo(app.config().bytes());
      assertThat(back.chainIds()).isEqualTo(app.chainIds());
      assertThat(ContentValidation.of(end.storage())).isEmpty();
    }
    engine.remove(app.id().toString(), true);
  }

  private static void tellsItsErrors(dev.imbrex.engine.DockerEngine engine) throws Exception {
    assertThat(engine.find("nothing:1")).isEmpty();
    assertThatThrownBy(() -> engine.require("nothing:1"))
        .isInstanceOf(ContentNotFoundException.class)
        .hasMessageContaining("No such image: nothing:1");
    assertThatThrownBy(() -> engine.save("nothing:1")).isInstanceOf(ContentNotFoundException.class);
    assertThatThrownBy(() -> engine.tag("nothing:1", "x"))
        .isInstanceOf(ContentNotFoundException.class);
    assertThatThrownBy(() -> engine.remove("nothing:1", true))
        .isInstanceOf(ContentNotFoundException.class);
  }

  private static void worksInOlderVersions(URI address) throws Exception {
    EngineOptions old = EngineOptions.defaults().withApiVersion("1.24");
    assertThat(dev.imbrex.engine.DockerEngine.at(address, old).images()).isEmpty();
    EngineOptions future = EngineOptions.defaults().withApiVersion("9.99");
    assertThatThrownBy(() -> dev.imbrex.engine.DockerEngine.at(address, future).images())
        .isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.status()).isEqualTo(400))
        .hasMessageContaining("too new");
  }

  private static final class Told implements dev.imbrex.layers.progress.Progress {
    private final List<String> names = new ArrayList<>();
    private final List<long[]> bytes = new ArrayList<>();
    private int open;

    long bytes(String name) {
      long sum = 0;
      for (int i = 0; i < names.size(); i++) {
        sum += names.get(i).startsWith(name) ? bytes.get(i)[0] : 0;
      }
      return sum;
    }

    @Override
    public Task start(String name, long size) {
      names.add(name);
      long[] count = new long[1];
      bytes.add(count);
      open++;
      return new Task() {
        @Override
        public void advance(long more) {
          count[0] += more;
        }

        @Override
        public void close() {
          open--;
        }
      };
    }
  }
}
