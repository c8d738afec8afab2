package dev.imbrex.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.ImageIndexBuilder;
import dev.imbrex.image.ContentValidation;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageIndex;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Storage;
import dev.imbrex.image.Tag;
import dev.imbrex.image.Transfer;
import dev.imbrex.image.TransferOptions;
import dev.imbrex.image.TransferReport;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.platform.Platform;
import dev.imbrex.platform.PlatformMatcher;
import dev.imbrex.registry.RegistryClient;
import dev.imbrex.registry.server.RegistryServer;
import dev.imbrex.store.ArchiveContents;
import dev.imbrex.store.DockerArchive;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.store.MemoryStorage;
import dev.imbrex.store.OciArchive;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images that go from a layout to a Docker archive, our registry, Docker's registry, a Docker
 * engine and a layout again. Up to the engine every digest stays; the engine keeps configs and
 * tars, so ids and chainIDs stay.
 */
class TravelIT {
  private static final TransferOptions DEFAULTS = TransferOptions.defaults();
  private static final Platform AMD64 = Platform.of("linux", "amd64");
  private static final Platform ARM64 = Platform.of("linux", "arm64");

  @TempDir Path directory;

  @Test
  void imagesStayWhatTheyAreOnTheirWay() throws Exception {
    try (ImageStore start = ImageStore.on(LayoutStorage.create(directory.resolve("start")));
        RegistryServer ours = RegistryServer.start(new MemoryStorage());
        DockerRegistry theirs = DockerRegistry.start(directory.resolve("registry"));
        RegistryClient client = RegistryClient.create()) {
      Map<String, Digest> digests = build(start);

      Path file = directory.resolve("images.tar");
      DockerArchive.save(
          file,
          start,
          "example.com/team/app:1",
          "example.com/team/app:latest",
          "example.com/team/tool:1");
      try (Storage archive = DockerArchive.open(file)) {
        // A repository name alone stands for all its tags (SN-S15).
        List<Tag> tags = ImageStore.on(archive).tagsOf("example.com/team/app");
        assertThat(tags).hasSize(2);
        try (Storage repository = client.repository(ours.authority() + "/team/app")) {
          for (Tag tag : tags) {
            copy(archive, tag.name(), repository, renamed(tag.name(), ours.authority()));
          }
        }
        copy(archive, "example.com/team/tool:1", client, ours.authority(), "team/tool");
      }
      // A Docker archive has one platform of each image, and takes no whole index.
      Path oci = directory.resolve("multi.tar");
      OciArchive.save(oci, start, "example.com/team/multi:1");
      try (Storage archive = OciArchive.open(oci)) {
        copy(archive, "example.com/team/multi:1", client, ours.authority(), "team/multi");
      }
      for (String repository : List.of("team/app", "team/tool", "team/multi")) {
        try (Storage from = client.repository(ours.authority() + "/" + repository);
            Storage to = client.repository(theirs.host() + "/" + repository)) {
          for (Tag tag : ImageStore.on(from).tags()) {
            copy(from, tag.name(), to, renamed(tag.name(), theirs.host()));
          }
        }
      }
      for (Map.Entry<String, Digest> image : digests.entrySet()) {
        String name = renamed(image.getKey(), theirs.host());
        try (Storage repository = client.repository(name.substring(0, name.lastIndexOf(':')))) {
          assertThat(repository.resolve(name).map(Descriptor::digest)).contains(image.getValue());
        }
      }
      mounts(client, theirs.host());
      endsInALayout(client, theirs.host(), start);
    }
  }

  private static Map<String, Digest> build(ImageStore store) throws Exception {
    LayerOptions gzip = LayerOptions.defaults().withCompression(Compression.GZIP);
    Map<String, Digest> digests = new LinkedHashMap<>();
    Image base =
        ImageBuilder.scratch(store, AMD64)
            .layerOptions(gzip)
            .layer(layer -> layer.file("/base", "base".repeat(100_000)))
            .build();
    Image app =
        ImageBuilder.from(base).layerOptions(gzip).layer(l -> l.file("/app", "app")).build();
    Image tool =
        ImageBuilder.from(base)
            .layerOptions(gzip)
            .layer(layer -> layer.file("/tool", "tool"))
            .env("A", "1")
            .build();
    Image arm =
        ImageBuilder.scratch(store, ARM64)
            .layerOptions(gzip)
            .layer(layer -> layer.file("/arm", "arm"))
            .build();
    ImageIndex multi = ImageIndexBuilder.in(store).add(app).add(arm).build();
    store.tag("example.com/team/app:1", app);
    store.tag("example.com/team/app:latest", app);
    store.tag("example.com/team/tool:1", tool);
    store.tag("example.com/team/multi:1", multi);
    digests.put("example.com/team/app:1", app.digest());
    digests.put("example.com/team/app:latest", app.digest());
    digests.put("example.com/team/tool:1", tool.digest());
    digests.put("example.com/team/multi:1", multi.digest());
    return digests;
  }

  private static String renamed(String name, String host) {
    return host + name.substring(name.indexOf('/'));
  }

  private static void copy(
      Storage from, String name, RegistryClient client, String host, String repository)
      throws Exception {
    try (Storage to = client.repository(host + "/" + repository)) {
      copy(from, name, to, renamed(name, host));
    }
  }

  /** Copies, and copies again, which moves nothing. */
  private static void copy(Storage from, String name, Storage to, String newName) throws Exception {
    Descriptor root = from.resolve(name).orElseThrow();
    TransferReport first = Transfer.between(from, to).copy(root, DEFAULTS, newName);
    assertThat(first.root().digest()).isEqualTo(root.digest());
    assertThat(first.changed()).isEmpty();
    assertThat(first.leftOut()).isEmpty();
    assertThat(to.resolve(newName).map(Descriptor::digest)).contains(root.digest());
    TransferReport second = Transfer.between(from, to).copy(root, DEFAULTS, newName);
    assertThat(second.copied()).isEmpty();
    assertThat(second.bytes()).isZero();
    assertThat(second.present()).hasSize(first.copied().size() + first.present().size());
  }

  /** Into another repository of the same registry only documents move. */
  private static void mounts(RegistryClient client, String host) throws Exception {
    String name = host + "/team/multi:1";
    try (Storage from = client.repository(host + "/team/multi");
        Storage to = client.repository(host + "/other/place")) {
      TransferReport report =
          Transfer.between(from, to)
              .copy(from.resolve(name).orElseThrow(), DEFAULTS, host + "/other/place:1");
      assertThat(report.copied()).hasSize(3).allMatch(moved -> moved.mediaType().isManifest());
      assertThat(report.present()).hasSize(5); // Two configs, and three layers.
      assertThat(ContentValidation.of(to)).isEmpty();
    }
  }

  private void endsInALayout(RegistryClient client, String host, ImageStore start)
      throws Exception {
    try (DockerEngine daemon = DockerEngine.start(directory.resolve("engine"));
        ImageStore end = ImageStore.on(LayoutStorage.create(directory.resolve("end")))) {
      dev.imbrex.engine.DockerEngine engine = dev.imbrex.engine.DockerEngine.at(daemon.address());
      ArchiveContents contents = ArchiveContents.none();
      for (String name : List.of("app:1", "app:latest", "tool:1")) {
        ImageStore registry = ImageStore.on(client.repository(repository(host, name)));
        String full = host + "/team/" + name;
        contents = contents.with(registry.require(full), "example.com/team/" + name);
      }
      // An engine has one platform, and so takes one image of an index.
      ImageStore multi = ImageStore.on(client.repository(host + "/team/multi"));
      ImageIndex index = multi.requireIndex(host + "/team/multi:1");
      Image forEngine = index.require(PlatformMatcher.only(AMD64));
      contents = contents.with(forEngine, "example.com/team/multi:1");
      assertThat(engine.load(contents).names())
          .containsExactlyInAnyOrder(
              "example.com/team/app:1",
              "example.com/team/app:latest",
              "example.com/team/tool:1",
              "example.com/team/multi:1");

      try (Storage saved =
          engine.save(
              "example.com/team/app:1", "example.com/team/app", "example.com/team/tool:1")) {
        end.addAll(saved, DEFAULTS);
      }
      assertThat(end.tags())
          .extracting(Tag::name)
          .containsExactlyInAnyOrder(
              "example.com/team/app:1", "example.com/team/app:latest", "example.com/team/tool:1");
      for (Tag tag : end.tags()) {
        Image before = start.require(tag.name());
        Image after = end.require(tag.name());
        after.verify();
        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.config().bytes()).isEqualTo(before.config().bytes());
        assertThat(after.chainIds()).isEqualTo(before.chainIds());
      }
      assertThat(daemon.docker().run("inspect", "--format={{.Id}}", "example.com/team/multi:1"))
          .startsWith(end.require("example.com/team/app:1").id().toString());
      assertThat(ContentValidation.of(end.storage())).isEmpty();
    }
  }

  private static String repository(String host, String name) {
    return host + "/team/" + name.substring(0, name.indexOf(':'));
  }
}
