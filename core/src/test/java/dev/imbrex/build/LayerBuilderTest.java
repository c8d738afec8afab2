package dev.imbrex.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.platform.Platform;
import dev.imbrex.testing.ImbrexExtension;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LayerBuilderTest {
  @RegisterExtension private final ImbrexExtension imbrex = new ImbrexExtension();

  private final ImageStore store = imbrex.store();

  private Image build(ImageBuilder.LayerContent content) throws IOException {
    return ImageBuilder.scratch(store, Platform.of("linux", "amd64")).layer(content).build();
  }

  private static Image on(Image base, ImageBuilder.LayerContent content) throws IOException {
    return ImageBuilder.from(base).layer(content).build();
  }

  private static Node node(Image image, String path) throws IOException {
    return image.files().find(TreePath.of(path)).orElseThrow(() -> new AssertionError(path));
  }

  private static String text(Image image, String path) throws IOException {
    Node.RegularFile file = (Node.RegularFile) node(image, path);
    try (InputStream in = file.content().open()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static List<String> paths(FileTree tree) {
    try (Stream<FileTree.Entry> entries = tree.walk()) {
      return entries.map(entry -> entry.path().toString()).toList();
    }
  }

  /** What goes in. */
  @Nested
  class Adding {
    @Test
    void takesContentFromEverywhere(@TempDir Path directory) throws IOException {
      Path file = Files.writeString(directory.resolve("f"), "from disk");
      byte[] abc = "abc".getBytes(UTF_8);
      Image image =
          build(
              layer ->
                  layer
                      .file("/text", "text \u00fc")
                      .file("/bytes", new byte[] {'b', 'y'})
                      .file("/disk", Content.file(file))
                      .file("/stream", Content.stream(3, () -> new ByteArrayInputStream(abc)))
                      .file("/resource", Content.resource(LayerBuilderTest.class, "resource.txt")));
      assertThat(text(image, "/text")).isEqualTo("text \u00fc");
      assertThat(text(image, "/bytes")).isEqualTo("by");
      assertThat(text(image, "/disk")).isEqualTo("from disk");
      assertThat(text(image, "/stream")).isEqualTo("abc");
      assertThat(text(image, "/resource")).isEqualTo("a resource\n");
    }

    @Test
    void givesFilesPlainAttributesUnlessTold() throws IOException {
      Metadata special =
          Metadata.ofMode(06750)
              .withOwner(3_000_000, 4_294_967_294L)
              .withMtime(Instant.ofEpochSecond(-5))
              .withXattr(ByteString.of("user.a=b"), ByteString.of(new byte[] {0, (byte) 0xff}));
      Image image =
          build(
              layer ->
                  layer
                      .file("/plain", "x")
                      .file("/special", Content.text("y"), special)
                      .directory("/dir", special));
      assertThat(node(image, "/plain").metadata())
          .isEqualTo(Metadata.ofMode(0644).withMtime(Instant.EPOCH));
      assertThat(node(image, "/special").metadata()).isEqualTo(special);
      assertThat(node(image, "/dir").metadata()).isEqualTo(special);
    }

    @Test
    void makesMissingParents() throws IOException {
      Image image = build(layer -> layer.file("/a/b/c", "x"));
      assertThat(paths(image.files())).containsExactly("/", "/a", "/a/b", "/a/b/c");
      assertThat(node(image, "/a/b").metadata()).isEqualTo(Metadata.forDirectory());
    }

    @Test
    void keepsLinksAndLinkGroups() throws IOException {
      Image image =
          build(
              layer ->
                  layer
                      .file("/one", "x")
                      .hardLink("/two", "/one")
                      .symlink("/dangling", "../../no/where//"));
      assertThat(image.files().linksOf(TreePath.of("/two")))
          .containsExactly(TreePath.of("/one"), TreePath.of("/two"));
      assertThat(((Node.Symlink) node(image, "/dangling")).target())
          .isEqualTo(ByteString.of("../../no/where//"));
    }

    @Test
    void resolvesPathsBelowLinksOfTheBase() throws IOException {
      Image base =
          build(
              layer ->
                  layer
                      .directory("/usr/lib")
                      .symlink("/lib", "usr/lib")
                      .symlink("/up", "/../../usr")
                      .symlink("/loop", "loop"));
      Image image =
          on(base, layer -> layer.file("/lib/a", "a").file("/up/lib/b", "b").directory("/lib/d"));
      assertThat(text(image, "/usr/lib/a")).isEqualTo("a");
      assertThat(text(image, "/usr/lib/b")).isEqualTo("b");
      assertThat(node(image, "/lib").kind()).isEqualTo(Node.Kind.SYMLINK);
      assertThatThrownBy(() -> on(base, layer -> layer.file("/loop/x", "x")))
          .isInstanceOf(ImageException.class);
    }

    @Test
    void refusesPathsThatAreNone() {
      for (String path : List.of("../x", "/a/../../x", "a\u0000b", "x".repeat(300))) {
        assertThatThrownBy(() -> build(layer -> layer.file(path, "x")))
            .describedAs(path)
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThatThrownBy(() -> build(layer -> layer.file("/f", "x").file("/f/g", "y")))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> build(layer -> layer.file("/", "x")))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> build(layer -> layer.file("/.wh.x", "x")))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining(".wh.x");
    }

    @Test
    void failsOnContentOfAnotherSize() {
      for (int size : new int[] {2, 4}) {
        assertThatThrownBy(
                () ->
                    build(
                        layer ->
                            layer.file(
                                "/x",
                                Content.stream(size, () -> new ByteArrayInputStream(new byte[3])))))
            .isInstanceOf(ImageException.class)
            .hasMessageContaining("x")
            .hasMessageContaining(Integer.toString(size));
      }
    }
  }

  /** What changes and goes. */
  @Nested
  class Changing {
    private Image base() throws IOException {
      return build(
          layer ->
              layer
                  .file("/etc/motd", "welcome")
                  .file("/etc/conf", "1")
                  .file("/dir/a", "a")
                  .file("/dir/b/c", "c"));
    }

    @Test
    void deletes() throws IOException {
      Image image = on(base(), layer -> layer.delete("/etc/motd").delete("/dir"));
      assertThat(paths(image.files())).containsExactly("/", "/etc", "/etc/conf");
      assertThatThrownBy(() -> on(base(), layer -> layer.delete("/nothing")))
          .isInstanceOf(ContentNotFoundException.class)
          .hasMessageContaining("/nothing");
      Image same = on(base(), layer -> layer.deleteIfExists("/nothing"));
      assertThat(paths(same.files())).isEqualTo(paths(base().files()));
    }

    @Test
    void replacesAWholeDirectory() throws IOException {
      Image image = on(base(), layer -> layer.replaceDirectory("/dir").file("/dir/new", "n"));
      assertThat(paths(image.files()))
          .containsExactly("/", "/dir", "/dir/new", "/etc", "/etc/conf", "/etc/motd");
    }

    @Test
    void replacesOneKindByAnother() throws IOException {
      Image image = on(base(), layer -> layer.file("/dir", "f").directory("/etc/motd"));
      assertThat(node(image, "/dir").kind()).isEqualTo(Node.Kind.REGULAR);
      // A directory that is asked for takes the place of a file.
      assertThat(node(image, "/etc/motd").kind()).isEqualTo(Node.Kind.DIRECTORY);
    }

    @Test
    void changesAttributesAlone() throws IOException {
      Image image = on(base(), layer -> layer.attributes("/etc/conf", m -> m.withMode(0600)));
      assertThat(node(image, "/etc/conf").metadata().mode()).isEqualTo(0600);
      assertThat(text(image, "/etc/conf")).isEqualTo("1");
    }

    @Test
    void leavesNothingOfWhatWasAddedAndDeleted() throws IOException {
      Image image = on(base(), layer -> layer.file("/x/y", "y").delete("/x"));
      assertThat(image.layers().get(1).diffId()).isEqualTo(DiffId.EMPTY_LAYER);
    }
  }

  static Stream<Configuration> fileSystems() {
    return Stream.of(
        Configuration.unix().toBuilder().setAttributeViews("basic", "posix", "unix").build(),
        Configuration.osX(),
        Configuration.windows());
  }

  @ParameterizedTest
  @MethodSource("fileSystems")
  void copiesTreesFromAnyFileSystem(Configuration configuration) throws IOException {
    try (FileSystem files = Jimfs.newFileSystem(configuration)) {
      Path root = files.getRootDirectories().iterator().next().resolve("work");
      Files.createDirectories(root.resolve("sub/empty"));
      Path file = Files.writeString(root.resolve("sub/file.txt"), "content");
      Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_600_000_000, 5)));
      Files.createSymbolicLink(root.resolve("link"), files.getPath("sub", "file.txt"));
      Files.createLink(root.resolve("hard"), file);
      Image image = build(layer -> layer.copy(root, "/app"));
      assertThat(paths(image.files()))
          .containsExactly(
              "/",
              "/app",
              "/app/hard",
              "/app/link",
              "/app/sub",
              "/app/sub/empty",
              "/app/sub/file.txt");
      assertThat(text(image, "/app/sub/file.txt")).isEqualTo("content");
      assertThat(node(image, "/app/sub/file.txt").metadata().mtime())
          .isEqualTo(Instant.ofEpochSecond(1_600_000_000));
      assertThat(((Node.Symlink) node(image, "/app/link")).target())
          .isEqualTo(ByteString.of("sub/file.txt"));
      assertThat(node(image, "/app/sub").metadata().uid()).isZero();
    }
  }

  @Test
  void copiesFromTheDiskWithModesAndLinkGroups(@TempDir Path directory) throws IOException {
    Path one = Files.writeString(directory.resolve("one"), "1");
    Files.setAttribute(one, "unix:mode", 04711);
    Files.createLink(directory.resolve("two"), one);
    Files.createSymbolicLink(directory.resolve("link"), Path.of("one"));
    Files.createSymbolicLink(directory.resolve("absolute"), Path.of("/nowhere/at/all"));
    Path odd = Files.createDirectory(directory.resolve("na\u00efve name"));
    Files.writeString(odd.resolve("x"), "x");
    Image image = build(layer -> layer.copy(directory, "/"));
    assertThat(node(image, "/one").metadata().mode()).isEqualTo(04711);
    assertThat(image.files().linksOf(TreePath.of("/one"))).hasSize(2);
    assertThat(((Node.Symlink) node(image, "/link")).target()).isEqualTo(ByteString.of("one"));
    assertThat(((Node.Symlink) node(image, "/absolute")).target())
        .isEqualTo(ByteString.of("/nowhere/at/all"));
    assertThat(text(image, "/na\u00efve name/x")).isEqualTo("x");
  }

  @Test
  void copiesIntoWhatIsThere(@TempDir Path directory) throws IOException {
    Files.createDirectories(directory.resolve("lib"));
    Files.writeString(directory.resolve("lib/new"), "new");
    Image base =
        build(
            layer ->
                layer
                    .directory("/usr/lib", Metadata.ofMode(0700))
                    .file("/usr/lib/old", "old")
                    .symlink("/lib", "usr/lib"));
    Image image = on(base, layer -> layer.copy(directory, "/"));
    assertThat(node(image, "/lib").kind()).isEqualTo(Node.Kind.SYMLINK);
    assertThat(node(image, "/usr/lib").metadata().mode()).isEqualTo(0700);
    assertThat(text(image, "/usr/lib/new")).isEqualTo("new");
    assertThat(text(image, "/usr/lib/old")).isEqualTo("old");
  }

  @Test
  void copiesWhatTheOptionsTake(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("keep.txt"), "k");
    Files.createDirectories(directory.resolve("drop/inner"));
    CopyOptions options =
        CopyOptions.DEFAULT
            .withFilter(path -> !path.endsWith("drop"))
            .withChange(metadata -> metadata.withOwner(7, 8));
    Image image = build(layer -> layer.copy(directory, "/app", options));
    assertThat(paths(image.files())).containsExactly("/", "/app", "/app/keep.txt");
    assertThat(node(image, "/app/keep.txt").metadata().uid()).isEqualTo(7);
  }

  @Test
  void givesAFileAnotherContentAndKeepsTheRest() throws IOException {
    Metadata own = Metadata.ofMode(0600).withOwner(7, 8).withMtime(Instant.ofEpochSecond(9));
    Image base =
        build(
            layer ->
                layer
                    .file("/etc/conf", Content.text("old"), own)
                    .hardLink("/etc/again", "/etc/conf")
                    .symlink("/conf", "etc/conf"));
    Image image = on(base, layer -> layer.content("/conf", "new, and longer"));
    for (String path : List.of("/etc/conf", "/etc/again")) {
      assertThat(text(image, path)).isEqualTo("new, and longer");
      assertThat(node(image, path).metadata()).isEqualTo(own);
    }
    assertThat(image.files().linksOf(TreePath.of("/etc/again"))).hasSize(2);
    assertThat(node(image, "/conf").kind()).isEqualTo(Node.Kind.SYMLINK);
    assertThatThrownBy(() -> on(base, layer -> layer.content("/etc", "x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/etc");
    assertThatThrownBy(() -> on(base, layer -> layer.content("/nothing", "x")))
        .isInstanceOf(ContentNotFoundException.class)
        .hasMessageContaining("/nothing");
  }

  @Test
  void changesAttributesByWhatTheyAreOf(@TempDir Path directory) throws IOException {
    Path bin = Files.createDirectory(directory.resolve("bin"));
    Files.writeString(bin.resolve("run"), "#!/bin/sh\n");
    Files.writeString(directory.resolve("data"), "d");
    Files.createSymbolicLink(directory.resolve("start"), Path.of("bin/run"));
    List<String> asked = new ArrayList<>();
    CopyOptions options =
        CopyOptions.DEFAULT.withChange(
            (path, kind, found) -> {
              asked.add(directory.relativize(path) + " " + kind);
              int ofFile = path.startsWith(bin) ? 0755 : 0640;
              return switch (kind) {
                case DIRECTORY -> found.withMode(0711);
                case REGULAR -> found.withMode(ofFile);
                default -> found;
              };
            });
    Image image = build(layer -> layer.copy(directory, "/app", options));
    assertThat(asked)
        .startsWith(" DIRECTORY")
        .containsExactlyInAnyOrder(
            " DIRECTORY", "bin DIRECTORY", "bin/run REGULAR", "data REGULAR", "start SYMLINK");
    assertThat(node(image, "/app").metadata().mode()).isEqualTo(0711);
    assertThat(node(image, "/app/bin").metadata().mode()).isEqualTo(0711);
    assertThat(node(image, "/app/bin/run").metadata().mode()).isEqualTo(0755);
    assertThat(node(image, "/app/data").metadata().mode()).isEqualTo(0640);
    assertThat(node(image, "/app/start").metadata().mode()).isEqualTo(0777);
  }

  @Test
  void readsContentOnceAndOnlyWhenTheLayerIsWritten() throws IOException {
    int[] opened = new int[1];
    ImageBuilder builder =
        ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
            .layer(
                layer ->
                    layer.file(
                        "/x",
                        Content.stream(
                            1,
                            () -> {
                              opened[0]++;
                              return new ByteArrayInputStream(new byte[1]);
                            })));
    assertThat(opened[0]).isZero();
    builder.build();
    assertThat(opened[0]).isEqualTo(1);
  }

  @Test
  void makesTheSameBytesInAnyOrderOfCalls() throws IOException {
    Image one =
        build(layer -> layer.file("/b", "b").file("/a/z", "z").file("/a/B", "B").directory("/c"));
    Image two =
        build(layer -> layer.directory("/c").file("/a/B", "B").file("/b", "b").file("/a/z", "z"));
    assertThat(one.digest()).isEqualTo(two.digest());
    assertThat(one.config().created()).isEqualTo(Optional.of(Instant.EPOCH));
  }
}
