package dev.imbrex.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.ImageIndexBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageIndex;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.LayoutStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** skopeo and umoci read what we write, and we read what they write. */
class LayoutPeersIT {
  private static final Platform AMD64 = Platform.of("linux", "amd64");

  @TempDir Path directory;

  private Path layout;

  @BeforeEach
  void writeLayout() throws IOException {
    layout = directory.resolve("layout");
    try (ImageStore store = ImageStore.on(LayoutStorage.create(layout))) {
      Image base = base(store);
      store.tag("base:1", base);
      Image app = app(base);
      store.tag("app:1", app);
      store.tag("example.com:5000/team/app:latest", app);
    }
  }

  private static Image base(ImageStore store) throws IOException {
    Metadata file = Metadata.forFile().withMtime(Instant.ofEpochSecond(1_700_000_000));
    return ImageBuilder.scratch(store, AMD64)
        .layer(
            layer ->
                layer
                    .directory("/tmp", Metadata.ofMode(01777))
                    .directory("/empty")
                    .file("/etc/passwd", "root:x:0:0::/root:/bin/sh\n")
                    .file(
                        "/etc/shadow",
                        Content.text("root:*\n"),
                        file.withMode(0640).withOwner(0, 42))
                    .file("/bin/su", Content.text("#!"), file.withMode(04755))
                    .file(
                        "/home/user/big-id",
                        Content.text("x"),
                        file.withOwner(3_000_000, 4_000_000_000L))
                    .file(
                        "/home/user/" + "long-name-".repeat(20) + "/" + "deep/".repeat(40) + "file",
                        "deep")
                    .file("/data/one", "linked")
                    .hardLink("/data/two", "/data/one")
                    .hardLink("/data/three", "/data/one")
                    .file(
                        "/data/tagged",
                        Content.text("t"),
                        file.withXattr(
                            ByteString.of("user.note"),
                            ByteString.of(new byte[] {0, 1, (byte) 0xff})))
                    .file("/dir/keep", "keep")
                    .file("/dir/drop", "drop")
                    .file("/gone/a", "a")
                    .file("/gone/b/c", "c")
                    .file("/turns/into/file", "x")
                    .file("/nam\u00e9s/\u65e5\u672c", "unicode")
                    .directory("/usr/lib")
                    .symlink("/lib", "usr/lib")
                    .symlink("/abs", "/etc/passwd")
                    .file(
                        "/old",
                        Content.text("1969"),
                        file.withMtime(Instant.ofEpochSecond(-86_400))))
        .build();
  }

  private static Image app(Image base) throws IOException {
    return ImageBuilder.from(base)
        .layer(
            layer ->
                layer
                    .delete("/dir/drop")
                    .delete("/gone")
                    .delete("/turns")
                    .file("/turns", "now a file")
                    .replaceDirectory("/data")
                    .file("/data/four", "four")
                    .hardLink("/data/five", "/data/four")
                    .file("/lib/through-the-link", "found in usr/lib")
                    .attributes("/etc/passwd", metadata -> metadata.withMode(0600)))
        .env("A", "1")
        .cmd("/bin/su")
        .build();
  }

  @Test
  void skopeoReadsTheBytesWeWrote() throws Exception {
    Program skopeo = Program.find("skopeo");
    try (ImageStore store = ImageStore.on(LayoutStorage.open(layout))) {
      for (String name : List.of("base:1", "app:1", "example.com:5000/team/app:latest")) {
        Image image = store.require(name);
        String source = "oci:" + layout + ":" + name;
        assertThat(skopeo.runForBytes("inspect", "--raw", source))
            .isEqualTo(image.manifest().bytes());
        assertThat(skopeo.runForBytes("inspect", "--raw", "--config", source))
            .isEqualTo(image.config().bytes());
        assertThat(skopeo.run("inspect", source)).contains(image.digest().toString());
      }
    }
  }

  @Test
  void skopeoCopiesWhatWeWroteAndWeReadTheCopy() throws Exception {
    Program skopeo = Program.find("skopeo");
    Path copy = directory.resolve("copy");
    skopeo.run("copy", "oci:" + layout + ":app:1", "oci:" + copy + ":app:1");
    skopeo.run("copy", "oci:" + layout + ":base:1", "oci:" + copy + ":v1");
    try (ImageStore ours = ImageStore.on(LayoutStorage.open(layout));
        ImageStore theirs = ImageStore.on(LayoutStorage.open(copy))) {
      Image app = theirs.require("app:1");
      assertThat(app.digest()).isEqualTo(ours.require("app:1").digest());
      app.verify();
      assertThat(theirs.require("v1").digest()).isEqualTo(ours.require("base:1").digest());
      // No link came along, but the layers tell.
      assertThat(theirs.parent(app)).isEmpty();
      assertThat(theirs.findBase(app).orElseThrow().image()).contains(theirs.require("v1"));
    }
  }

  @Test
  void skopeoReadsAnIndex() throws Exception {
    Program skopeo = Program.find("skopeo");
    try (ImageStore store = ImageStore.on(LayoutStorage.open(layout))) {
      Image amd = store.require("base:1");
      Image arm =
          ImageBuilder.scratch(store, Platform.of("linux", "arm64", "v8"))
              .layer(layer -> layer.file("/arm", "arm"))
              .build();
      ImageIndex index = ImageIndexBuilder.in(store).add(amd).add(arm).build();
      store.tag("multi:1", index);
      String source = "oci:" + layout + ":multi:1";
      assertThat(skopeo.runForBytes("inspect", "--raw", source))
          .isEqualTo(index.manifest().bytes());
      for (Image image : List.of(amd, arm)) {
        String architecture = image.platform().architecture();
        Path target = directory.resolve(architecture);
        skopeo.run(
            "--override-os=linux",
            "--override-arch=" + architecture,
            "copy",
            source,
            "oci:" + target + ":x");
        try (ImageStore picked = ImageStore.on(LayoutStorage.open(target))) {
          assertThat(picked.require("x").digest()).isEqualTo(image.digest());
        }
      }
    }
  }

  @Test
  void umociUnpacksTheTreeWeMeant() throws Exception {
    Program.requireRoot();
    Program umoci = Program.find("umoci");
    for (String name : List.of("base:1", "app:1")) {
      Path root = directory.resolve("root-" + name.replace(':', '-'));
      umoci.run("raw", "unpack", "--image", layout + ":" + name, root.toString());
      try (ImageStore store = ImageStore.on(LayoutStorage.open(layout))) {
        assertThat(TreeListing.of(root)).isEqualTo(TreeListing.of(store.require(name).files()));
      }
      Program.find("rm").run("-rf", root.toString());
    }
  }

  @Test
  void umociListsAndKeepsWhatWeTagged() throws Exception {
    Program umoci = Program.find("umoci");
    assertThat(umoci.run("list", "--layout", layout.toString()))
        .contains("base:1", "app:1", "example.com:5000/team/app:latest");
    umoci.run("gc", "--layout", layout.toString());
    try (ImageStore store = ImageStore.on(LayoutStorage.open(layout))) {
      store.require("app:1").verify();
      store.require("base:1").verify();
      // The steps between were known to us alone, and are gone.
      assertThat(store.images()).hasSize(2);
      assertThat(store.history(store.require("app:1"))).hasSize(4);
    }
  }

  @Test
  void plainAndZstdLayersAreRead() throws Exception {
    Program skopeo = Program.find("skopeo");
    try (ImageStore store = ImageStore.on(LayoutStorage.open(layout))) {
      for (Compression compression : List.of(Compression.NONE, Compression.ZSTD)) {
        Image image =
            ImageBuilder.scratch(store, AMD64)
                .layerOptions(LayerOptions.defaults().withCompression(compression))
                .layer(layer -> layer.file("/a", "a".repeat(10_000)))
                .build();
        String name = "c:" + compression.name().toLowerCase(Locale.ROOT);
        store.tag(name, image);
        Path copy = directory.resolve(name.replace(':', '-'));
        // Else skopeo compresses what is plain.
        skopeo.run(
            "copy", "--preserve-digests", "oci:" + layout + ":" + name, "oci:" + copy + ":x");
        try (ImageStore copied = ImageStore.on(LayoutStorage.open(copy))) {
          assertThat(copied.require("x").digest()).isEqualTo(image.digest());
          copied.require("x").verify();
        }
      }
    }
  }

  @Test
  void blobsHaveTheDigestsTheyAreNamedBy() throws Exception {
    Program sha256sum = Program.find("sha256sum");
    try (var files = Files.list(layout.resolve("blobs/sha256"))) {
      for (Path blob : files.toList()) {
        assertThat(sha256sum.run(blob.toString())).startsWith(blob.getFileName().toString());
        assertThat(Digest.sha256(Files.readAllBytes(blob)).encoded())
            .isEqualTo(blob.getFileName().toString());
      }
    }
    assertThat(new String(Files.readAllBytes(layout.resolve("oci-layout")), UTF_8))
        .contains("1.0.0");
  }
}
