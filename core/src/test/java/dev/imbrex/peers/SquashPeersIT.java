package dev.imbrex.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.ImageRebase;
import dev.imbrex.build.ImageSquash;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.LayoutStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What we squash and rebase, skopeo copies and umoci unpacks to the trees we say it has. */
class SquashPeersIT {
  private static final Platform AMD64 = Platform.of("linux", "amd64");

  @TempDir Path directory;

  private static Image base(ImageStore store, String version) throws IOException {
    return ImageBuilder.scratch(store, AMD64)
        .layer(
            "base " + version,
            layer ->
                layer
                    .file("/etc/version", version)
                    .file("/etc/old", "old")
                    .directory("/tmp", Metadata.ofMode(01777))
                    .directory("/usr/lib")
                    .file("/usr/lib/lib.so", "library " + version)
                    .hardLink("/usr/lib/lib.so." + version, "/usr/lib/lib.so")
                    .symlink("/lib", "usr/lib"))
        .layer("etc " + version, layer -> layer.file("/etc/base", version).delete("/etc/old"))
        .build();
  }

  private static Image app(Image base) throws IOException {
    Metadata file = Metadata.forFile().withMtime(Instant.ofEpochSecond(1_700_000_000));
    return ImageBuilder.from(base)
        .layer(
            "files",
            layer ->
                layer
                    .file("/app/a", Content.text("a"), file.withMode(04755).withOwner(7, 8))
                    .file("/app/flip/inner/x", "x")
                    .file("/app/turns", "file")
                    .file("/app/gone/y", "y")
                    .file(
                        "/app/tagged",
                        Content.text("t"),
                        file.withXattr(ByteString.of("user.note"), ByteString.of("n"))))
        .layer(
            "links",
            layer ->
                layer
                    .hardLink("/app/b", "/app/a")
                    .hardLink("/app/c", "/app/b")
                    .delete("/app/flip")
                    .file("/app/flip", "now a file")
                    .delete("/app/turns")
                    .file("/app/turns/into", "a directory")
                    .delete("/app/gone"))
        .env("A", "1")
        .layer(
            "rest",
            layer ->
                layer
                    .delete("/app/a")
                    .replaceDirectory("/app/turns")
                    .file("/app/turns/again", "again")
                    .file("/app/gone/z", "z")
                    .symlink("/app/link", "/etc/version")
                    .delete("/etc/base"))
        .build();
  }

  private List<String> unpacked(Path layout, String name) throws Exception {
    Path copy = directory.resolve("copy");
    Program.find("skopeo").run("copy", "oci:" + layout + ":" + name, "oci:" + copy + ":" + name);
    Path root = directory.resolve("root-" + name);
    Program.find("umoci").run("raw", "unpack", "--image", copy + ":" + name, root.toString());
    List<String> listing = TreeListing.of(root);
    Program.find("rm").run("-rf", root.toString());
    return listing;
  }

  private static List<String> listing(FileTree files) throws IOException {
    return TreeListing.of(files);
  }

  /** LC-E4, LC-E5, LC-E8, LC-F9, LC-F15. */
  @Test
  void umociUnpacksSquashedImagesToTheTreeOfTheOriginal() throws Exception {
    Program.requireRoot();
    Path layout = directory.resolve("layout");
    try (ImageStore store = ImageStore.on(LayoutStorage.create(layout))) {
      Image app = app(base(store, "1"));
      assertThat(app.layers()).hasSize(5);
      store.tag("app:original", app);
      store.tag("app:all", ImageSquash.of(app).build());
      store.tag("app:top", ImageSquash.of(app).layers(2, 5).build());
      store.tag("app:middle", ImageSquash.of(app).layers(1, 4).build());
      store.tag("app:low", ImageSquash.of(app).layers(0, 3).build());
      List<String> expected = listing(app.files());
      for (String tag : List.of("original", "all", "top", "middle", "low")) {
        assertThat(listing(store.require("app:" + tag).files())).as(tag).isEqualTo(expected);
        assertThat(unpacked(layout, "app:" + tag)).as(tag).isEqualTo(expected);
      }
    }
  }

  /** LC-E2, LC-F11, LC-F15: three ways from layers to a directory, one tree. */
  @Test
  void whatWeExtractIsTheViewAndWhatUmociUnpacks() throws Exception {
    Program.requireRoot();
    Path layout = directory.resolve("layout");
    try (ImageStore store = ImageStore.on(LayoutStorage.create(layout))) {
      Image app = app(base(store, "1"));
      store.tag("app:original", app);
      Path root = directory.resolve("ours");
      app.extractTo(root, ExtractOptions.trusted());
      List<String> extracted = TreeListing.of(root);
      Program.find("rm").run("-rf", root.toString());
      assertThat(extracted).isEqualTo(listing(app.files()));
      assertThat(extracted).isEqualTo(unpacked(layout, "app:original"));
    }
  }

  /** LC-E10. */
  @Test
  void umociUnpacksARebasedImageToTheTreeBuiltOnTheNewBase() throws Exception {
    Program.requireRoot();
    Path layout = directory.resolve("layout");
    try (ImageStore store = ImageStore.on(LayoutStorage.create(layout))) {
      Image one = base(store, "1");
      Image two = base(store, "2");
      ImageRebase rebase = ImageRebase.of(app(one), one, two);
      assertThat(rebase.hazards()).isEmpty();
      store.tag("app:rebased", rebase.build());
      List<String> expected = listing(app(two).files());
      assertThat(listing(store.require("app:rebased").files())).isEqualTo(expected);
      assertThat(unpacked(layout, "app:rebased")).isEqualTo(expected);
    }
  }
}
