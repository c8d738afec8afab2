package dev.imbrex.container;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.dockerfile.DockerfileException;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Change;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.config.ContainerConfig;
import dev.imbrex.manifest.config.ExposedPort;
import dev.imbrex.manifest.config.History;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.platform.Platform;
import dev.imbrex.testing.ImbrexExtension;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ContainerLayerTest {
  private static final Instant NOW = Instant.parse("2024-05-06T07:08:09.123456789Z");

  @RegisterExtension private final ImbrexExtension imbrex = new ImbrexExtension();

  private final ImageStore store = imbrex.store();

  private static ContainerOptions fixed() {
    return ContainerOptions.defaults().withClock(Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private Image image(ImageBuilder.LayerContent content) throws IOException {
    return ImageBuilder.scratch(store, Platform.of("linux", "amd64")).layer(content).build();
  }

  private Image base() throws IOException {
    return image(
        layer ->
            layer
                .file("/etc/passwd", "root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/:/bin/sh\n")
                .file("/etc/group", "root:x:0:\nstaff:x:50:ada\n")
                .file("/data/one", "1")
                .file("/data/two", "2")
                .hardLink("/data/zwei", "/data/two")
                .symlink("/link", "data/one"));
  }

  private static List<String> changes(ContainerLayer container) throws IOException {
    List<String> lines = new ArrayList<>();
    Change.summary(container.changes())
        .forEach((path, kind) -> lines.add(kind.letter() + " " + path));
    return lines;
  }

  @Nested
  class Changes {
    @Test
    void areNoneAfterReading() throws IOException {
      try (ContainerLayer container = ContainerLayer.on(base())) {
        try (Stream<Path> walk = Files.walk(container.path("/"))) {
          for (Path path : walk.toList()) {
            Files.readAttributes(path, "unix:*");
            if (Files.isRegularFile(path)) {
              Files.newByteChannel(path, StandardOpenOption.READ, StandardOpenOption.WRITE).close();
              Files.readAllBytes(path);
            }
          }
        }
        assertThat(container.changes()).isEmpty();
        assertThat(container.entries(DiffOptions.standard())).isEmpty();
      }
    }

    @Test
    void areNoneWhenAllIsAsItWas() throws IOException {
      Image image = base();
      try (ContainerLayer container = ContainerLayer.on(image)) {
        Path one = container.path("/data/one");
        FileTime time = Files.getLastModifiedTime(one);
        Files.setAttribute(one, "unix:mode", 0600);
        Files.writeString(one, "1");
        Files.setAttribute(one, "unix:mode", 0644);
        Files.setLastModifiedTime(one, time);
        FileTime directory = Files.getLastModifiedTime(container.path("/data"));
        Files.move(container.path("/data/two"), container.path("/data/deux"));
        Files.move(container.path("/data/deux"), container.path("/data/two"));
        Files.setLastModifiedTime(container.path("/data"), directory);
        assertThat(container.changes()).isEmpty();
        assertThat(container.entries(DiffOptions.standard()))
            .describedAs("contents are not compared by standard options")
            .hasSize(2);
      }
    }

    /** The words of {@code docker diff}, tried on Docker 20.10 with the overlay2 driver. */
    @Test
    void areListedAsDockerDiffDoes() throws IOException {
      try (ContainerLayer container = ContainerLayer.on(base())) {
        Files.writeString(container.path("/data/one"), "11");
        Files.delete(container.path("/data/two"));
        Files.createDirectories(container.path("/new/deep"));
        Files.writeString(container.path("/new/deep/file"), "");
        Files.delete(container.path("/etc/passwd"));
        Files.delete(container.path("/etc/group"));
        Files.delete(container.path("/etc"));
        Files.delete(container.path("/link"));
        Files.createDirectory(container.path("/link"));
        assertThat(changes(container))
            .containsExactly(
                "C /data",
                "C /data/one",
                "D /data/two",
                "D /etc",
                "C /link",
                "A /new",
                "A /new/deep",
                "A /new/deep/file");
      }
    }

    @Test
    void ofADirectoryAloneAreItsTimeAndCanBeLeftOut() throws IOException {
      try (ContainerLayer container = ContainerLayer.on(base())) {
        Files.delete(Files.createFile(container.path("/data/x")));
        assertThat(container.changes()).hasSize(1);
        assertThat(changes(container)).isEmpty();
        assertThat(container.entries(DiffOptions.standard().withDirectoryTimes(false))).isEmpty();
      }
    }

    @Test
    void keepLinksOfAGroupTogether() throws IOException {
      try (ContainerLayer container = ContainerLayer.on(base())) {
        Files.writeString(container.path("/data/zwei"), "two");
        Files.createLink(container.path("/drei"), container.path("/data/two"));
        FileTree tree = container.tree();
        assertThat(tree.linksOf(TreePath.of("/drei")))
            .containsExactly(
                TreePath.of("/data/two"), TreePath.of("/data/zwei"), TreePath.of("/drei"));
        assertThat(tree.read(TreePath.of("/data/two"), 9)).isEqualTo("two".getBytes(UTF_8));
      }
    }

    /** A group of which one name lies in a directory nobody has looked into. */
    @Test
    void reachNamesInDirectoriesNobodyKnows() throws IOException {
      Image image =
          image(layer -> layer.file("/a/x", "x").hardLink("/b/c/y", "/a/x").file("/b/z", "z"));
      try (ContainerLayer container = ContainerLayer.on(image)) {
        Files.writeString(container.path("/a/x"), "changed");
        assertThat(container.tree().linksOf(TreePath.of("/a/x"))).hasSize(2);
        assertThat(container.tree().read(TreePath.of("/b/c/y"), 9))
            .isEqualTo("changed".getBytes(UTF_8));
      }
      try (ContainerLayer container = ContainerLayer.on(image)) {
        Files.move(container.path("/b"), container.path("/moved"));
        Files.writeString(container.path("/a/x"), "changed");
        Files.delete(container.path("/a/x"));
        assertThat(Files.readString(container.path("/moved/c/y"))).isEqualTo("changed");
        assertThat(container.tree().linksOf(TreePath.of("/moved/c/y"))).hasSize(1);
      }
    }

    @Test
    void thatNoLayerCanSayAreRefused() throws IOException {
      try (ContainerLayer container = ContainerLayer.on(base())) {
        Files.createFile(container.path("/.wh.x"));
        assertThatThrownBy(() -> container.entries(DiffOptions.standard()))
            .isInstanceOf(UnsupportedContentException.class)
            .hasMessageContaining(".wh.x");
        Files.delete(container.path("/.wh.x"));
        assertThat(changes(container)).isEmpty();
      }
    }

    @Test
    void ofPrivilegesFollowThoseOfLinux() throws IOException {
      Node file =
          new Node.RegularFile(
              Metadata.ofMode(06755)
                  .withXattr(ByteString.of("security.capability"), ByteString.of("x"))
                  .withXattr(ByteString.of("user.x"), ByteString.of("y")),
              Content.text("program"));
      Image image = image(layer -> layer.put(TreePath.of("/a"), file).put(TreePath.of("/b"), file));
      try (ContainerLayer container = ContainerLayer.on(image)) {
        Files.writeString(container.path("/a"), "changed");
        Files.setAttribute(container.path("/b"), "unix:uid", 5);
        Metadata written = container.tree().find(TreePath.of("/a")).orElseThrow().metadata();
        assertThat(written.mode()).isEqualTo(06755);
        assertThat(written.xattrs()).containsOnlyKeys(ByteString.of("user.x"));
        Metadata owned = container.tree().find(TreePath.of("/b")).orElseThrow().metadata();
        assertThat(owned.mode()).isEqualTo(0755);
        assertThat(owned.uid()).isEqualTo(5);
        assertThat(owned.xattrs()).containsOnlyKeys(ByteString.of("user.x"));
      }
    }
  }

  @Nested
  class Commits {
    @Test
    void makeAChildOfTheImage() throws IOException {
      Image base =
          ImageBuilder.from(base()).cmd("sh").env("A", "1").exposedPort("80").author("Bob").build();
      try (ContainerLayer container = ContainerLayer.on(base, fixed())) {
        Files.writeString(container.path("/data/one"), "changed");
        Image next =
            container
                .commit()
                .command("/bin/sh", "-c", "echo changed")
                .author("Ada")
                .comment("by hand")
                .config(config -> config.withEnv("B", "2").withUser("ada"))
                .config(config -> config.withExposedPort(ExposedPort.udp(53)))
                .build();
        assertThat(store.parent(next)).contains(base);
        assertThat(next.layers()).hasSize(base.layers().size() + 1);
        assertThat(next.config().container().env().orElseThrow()).containsExactly("A=1", "B=2");
        assertThat(next.config().container().exposedPortKeys())
            .containsExactlyInAnyOrder("53/udp", "80/tcp");
        assertThat(next.config().container().cmd()).contains(List.of("sh"));
        assertThat(next.config().author()).contains("Ada");
        assertThat(next.config().created()).contains(NOW);
        List<History> history = next.config().history();
        assertThat(history).hasSize(base.config().history().size() + 1);
        History last = history.get(history.size() - 1);
        assertThat(last)
            .isEqualTo(
                History.createdBy(NOW, "/bin/sh -c echo changed")
                    .withAuthor("Ada")
                    .withComment("by hand"));
        assertThat(next.entries(next.layers().size() - 1, fixed().reading()))
            .extracting(entry -> entry.path().toString())
            .containsExactly("/data", "/data/one");
      }
    }

    /** The words of the Docker reference for {@code docker commit --change}. */
    @Test
    void takeInstructions() throws IOException {
      Image base = ImageBuilder.from(base()).cmd("sh").workingDir("/srv").env("A", "1").build();
      try (ContainerLayer container = ContainerLayer.on(base, fixed())) {
        Image next =
            container
                .commit()
                .change("ENV B=$A-x C=\"two words\"")
                .change("env D four five")
                .change("EXPOSE 80 53/udp 8000-8002")
                .change("LABEL version=\"1.0\" by='me'")
                .change("USER ada\nWORKDIR sub/../dir")
                .change("VOLUME [\"/data\"]\nVOLUME /a /b")
                .change("ONBUILD RUN make")
                .change("ENTRYPOINT [\"/bin/$A\"]\nCMD echo hello")
                .build();
        ContainerConfig config = next.config().container();
        assertThat(config.env().orElseThrow())
            .containsExactly("A=1", "B=1-x", "C=two words", "D=four five");
        assertThat(config.exposedPortKeys())
            .containsExactly("80/tcp", "53/udp", "8000/tcp", "8001/tcp", "8002/tcp");
        assertThat(config.labels()).isEqualTo(Map.of("version", "1.0", "by", "me"));
        assertThat(config.user()).contains("ada");
        assertThat(config.workingDir()).contains("/srv/dir");
        assertThat(config.volumes()).containsExactly("/data", "/a", "/b");
        assertThat(config.onBuild()).contains(List.of("RUN make"));
        assertThat(config.entrypoint()).contains(List.of("/bin/$A"));
        assertThat(config.cmd()).contains(List.of("/bin/sh", "-c", "echo hello"));
      }
    }

    @Test
    void refuseOtherInstructions() throws IOException {
      try (ContainerLayer container = ContainerLayer.on(base(), fixed())) {
        for (String other :
            List.of("RUN make", "COPY a b", "FROM x", "ARG a", "SHELL [\"x\"]", "NOPE", "ENV")) {
          assertThatThrownBy(() -> container.commit().change("USER x\n" + other))
              .isInstanceOf(DockerfileException.class)
              .hasMessageStartingWith("change:2");
        }
        assertThatThrownBy(() -> container.commit().change("EXPOSE 99999"))
            .isInstanceOf(DockerfileException.class);
        assertThatThrownBy(() -> container.commit().change("ENV a=${b"))
            .isInstanceOf(DockerfileException.class);
      }
    }

    /** SN-C13: what is left empty comes from the image again. */
    @Test
    void inheritWhatIsLeftOpen() throws IOException {
      Image base = ImageBuilder.from(base()).cmd("sh").user("ada").build();
      try (ContainerLayer container = ContainerLayer.on(base, fixed())) {
        Image next = container.commit().change("CMD []").build();
        assertThat(next.config().container().cmd()).contains(List.of("sh"));
        Image other = container.commit().change("ENTRYPOINT [\"/x\"]").build();
        assertThat(other.config().container().cmd()).isEmpty();
        assertThat(other.config().container().user()).contains("ada");
      }
    }

    @Test
    void ofNothingMakeNoLayer() throws IOException {
      Image base = base();
      try (ContainerLayer container = ContainerLayer.on(base, fixed())) {
        Image next = container.commit().config(config -> config.withUser("ada")).build();
        assertThat(next.layers()).isEqualTo(base.layers());
        List<History> history = next.config().history();
        assertThat(history.get(history.size() - 1).isEmptyLayer()).isTrue();
        next.config().validate();
      }
    }

    @Test
    void areReproducibleWithAFixedClock() throws IOException {
      Image base = base();
      List<String> digests = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        try (ContainerLayer container =
            ContainerLayer.on(base, fixed().withMemoryLimit(i * 100L))) {
          Files.writeString(container.path("/x"), "x".repeat(1000));
          Files.delete(container.path("/data/one"));
          digests.add(container.commit().build().digest().toString());
        }
      }
      assertThat(digests.get(0)).isEqualTo(digests.get(1));
    }

    @Test
    void goOnWhileFilesChange() throws IOException {
      try (ContainerLayer container = ContainerLayer.on(base(), fixed())) {
        Path file = container.path("/x");
        Files.writeString(file, "first");
        FileTree before = container.tree();
        Image first = container.commit().build();
        Files.writeString(file, " second", StandardOpenOption.APPEND);
        Image second = container.commit().build();
        Files.writeString(file, "third");
        assertThat(first.files().read(TreePath.of("/x"), 99)).isEqualTo("first".getBytes(UTF_8));
        assertThat(second.files().read(TreePath.of("/x"), 99))
            .isEqualTo("first second".getBytes(UTF_8));
        assertThat(before.read(TreePath.of("/x"), 99)).isEqualTo("first".getBytes(UTF_8));
        assertThat(Files.readString(file)).isEqualTo("third");
      }
    }

    @Test
    void onScratchMakeABaseImage() throws IOException {
      Image image;
      try (ContainerLayer container =
          ContainerLayer.scratch(store, Platform.of("linux", "arm64"), fixed())) {
        Files.writeString(container.path("/hello"), "Hello\n");
        image = container.commit().build();
      }
      assertThat(image.layers()).hasSize(1);
      assertThat(image.platform()).isEqualTo(Platform.of("linux", "arm64"));
      try (FileSystem files = ImageFileSystem.open(image)) {
        assertThat(Files.readString(files.getPath("/hello"))).isEqualTo("Hello\n");
      }
    }

    @Test
    void keepLayersWithoutHistoryApart() throws IOException {
      Image base = base();
      try (ContainerLayer container = ContainerLayer.on(base, fixed())) {
        Files.createFile(container.path("/x"));
        Image next = container.commit().build();
        assertThat(next.config().layerHistory().steps()).hasSize(next.layers().size());
      }
    }
  }

  @Nested
  class Names {
    private final ByteString odd = ByteString.of(new byte[] {'a', (byte) 0xff, (byte) 0xe4, 'z'});

    @Test
    void ofAnyBytesAreListedOpenedAndWritten() throws IOException {
      TreePath place = TreePath.root().child(odd);
      Image image =
          image(
              layer ->
                  layer
                      .put(place, new Node.RegularFile(Metadata.forFile(), Content.text("odd")))
                      .put(TreePath.of("/link"), new Node.Symlink(Metadata.ofMode(0777), odd)));
      try (ContainerLayer container = ContainerLayer.on(image)) {
        Path listed;
        try (Stream<Path> list = Files.list(container.path("/"))) {
          listed = list.filter(path -> !path.endsWith("link")).findAny().orElseThrow();
        }
        assertThat(Files.readString(listed)).isEqualTo("odd");
        String text = listed.toString();
        assertThat(text).isEqualTo("/a\udcff\udce4z");
        assertThat(container.path(text)).isEqualTo(listed);
        assertThat(Files.readString(container.path("/link"))).isEqualTo("odd");
        assertThat(listed.toUri().getRawPath()).isEqualTo("/a%FF%E4z");
        assertThat(container.fileSystem().provider().getPath(listed.toUri())).isEqualTo(listed);
        Files.move(listed, container.path("/\udc80"));
        assertThat(container.tree().find(TreePath.of(new byte[] {(byte) 0x80}))).isPresent();
        assertThatThrownBy(() -> container.path("\udc7f"))
            .isInstanceOf(java.nio.file.InvalidPathException.class);
        assertThatThrownBy(() -> container.path("\ud800x"))
            .isInstanceOf(java.nio.file.InvalidPathException.class);
      }
    }

    @Test
    void haveOneTextEach() throws IOException {
      long seed = Long.getLong("imbrex.seed", 1L);
      Random random = new Random(seed);
      byte[] alphabet = "aé€\ud83d\ude00".getBytes(UTF_8);
      try (ContainerLayer container = ContainerLayer.on(base())) {
        for (int i = 0; i < 2000; i++) {
          byte[] name = new byte[1 + random.nextInt(8)];
          for (int j = 0; j < name.length; j++) {
            byte any = (byte) (1 + random.nextInt(255));
            byte b = random.nextInt(3) == 0 ? any : alphabet[random.nextInt(alphabet.length)];
            name[j] = b == '/' || b == '.' ? (byte) 'x' : b;
          }
          String hex =
              new String(name, ISO_8859_1)
                  .chars()
                  .mapToObj(c -> "%%%02X".formatted(c))
                  .reduce("", String::concat);
          Path path =
              container
                  .fileSystem()
                  .provider()
                  .getPath(java.net.URI.create(container.path("/").toUri() + hex));
          assertThat(container.path(path.toString()))
              .describedAs("seed %s, %s", seed, hex)
              .isEqualTo(path);
          Files.createFile(path);
          assertThat(container.tree().find(TreePath.root().child(ByteString.of(name))))
              .describedAs("seed %s, %s", seed, hex)
              .isPresent();
          Files.delete(path);
        }
      }
    }

    @Test
    void ofUsersAreThoseOfTheImage() throws IOException {
      try (ContainerLayer container = ContainerLayer.on(base())) {
        Path file = container.path("/data/one");
        PosixFileAttributeView view =
            Files.getFileAttributeView(file, PosixFileAttributeView.class);
        var lookup = container.fileSystem().getUserPrincipalLookupService();
        view.setOwner(lookup.lookupPrincipalByName("ada"));
        view.setGroup(lookup.lookupPrincipalByGroupName("staff"));
        assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(1000);
        assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(50);
        assertThat(Files.getOwner(file).getName()).isEqualTo("ada");
        Files.writeString(container.path("/etc/passwd"), "eve:x:1000:5::/:/bin/sh\n");
        assertThat(Files.getOwner(file).getName()).isEqualTo("eve");
        Files.delete(container.path("/etc/passwd"));
        assertThat(Files.getOwner(file).getName()).isEqualTo("1000");
        assertThat(view.readAttributes().group()).hasToString("staff");
        assertThatThrownBy(() -> view.setOwner(lookup.lookupPrincipalByGroupName("staff")))
            .isInstanceOf(IOException.class);
      }
    }

    @Test
    void ofFileSystemsAreRegisteredNowhere() throws IOException {
      try (ContainerLayer container = ContainerLayer.on(base())) {
        assertThat(container.path("/x").toUri().getScheme()).isEqualTo("imbrex");
        assertThatThrownBy(() -> Path.of(container.path("/x").toUri()))
            .isInstanceOf(FileSystemNotFoundException.class);
      }
    }
  }

  @Test
  void ownersOfNewFilesAreTheOnesAskedFor() throws IOException {
    try (ContainerLayer container =
        ContainerLayer.on(base(), ContainerOptions.defaults().withOwner(7, 4_000_000_000L))) {
      Files.createDirectory(container.path("/d"));
      assertThat(Files.getAttribute(container.path("/d"), "unix:gid"))
          .isEqualTo((int) 4_000_000_000L);
      assertThat(container.tree().find(TreePath.of("/d")).orElseThrow().metadata().gid())
          .isEqualTo(4_000_000_000L);
    }
  }

  @Test
  void devicesAreShownAndNotOpened() throws IOException {
    Image image =
        image(
            layer ->
                layer
                    .put(
                        TreePath.of("/dev/sda"),
                        new Node.Device(Metadata.ofMode(0660), Node.Kind.BLOCK_DEVICE, 259, 70_000))
                    .put(TreePath.of("/pipe"), new Node.Fifo(Metadata.ofMode(0600))));
    try (ContainerLayer container = ContainerLayer.on(image)) {
      Map<String, Object> device = Files.readAttributes(container.path("/dev/sda"), "unix:*");
      assertThat(device)
          .containsEntry("isOther", true)
          .containsEntry("mode", 0060660)
          // makedev(259, 70000) of glibc
          .containsEntry("rdev", (70_000L & 0xff) | 259L << 8 | (70_000L & ~0xffL) << 12);
      assertThatThrownBy(() -> Files.readAllBytes(container.path("/dev/sda")))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("No such device");
      Files.copy(container.path("/pipe"), container.path("/pipe2"));
      assertThat(container.tree().find(TreePath.of("/pipe2")).orElseThrow())
          .isInstanceOf(Node.Fifo.class);
    }
  }

  @Test
  void whatIsNotSupportedSaysSo() throws IOException {
    try (ContainerLayer container = ContainerLayer.on(base())) {
      Path file = container.path("/data/one");
      assertThatThrownBy(() -> container.fileSystem().newWatchService())
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("watched");
      assertThatThrownBy(() -> file.register(null, StandardWatchEventKinds.ENTRY_CREATE))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> AsynchronousFileChannel.open(file, StandardOpenOption.READ))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(file::toFile).isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void imagesAreReadOnly() throws IOException {
    try (FileSystem files = ImageFileSystem.open(base())) {
      Path file = files.getPath("/data/one");
      assertThat(Files.readString(file)).isEqualTo("1");
      assertThat(files.isReadOnly()).isTrue();
      assertThat(Files.isWritable(file)).isFalse();
      for (Attempt attempt : Attempt.values()) {
        assertThatThrownBy(() -> attempt.on(files))
            .describedAs("%s", attempt)
            .isInstanceOf(ReadOnlyFileSystemException.class);
      }
      assertThat(Files.getFileStore(file).isReadOnly()).isTrue();
      assertThat(Files.readString(files.getPath("/link"))).isEqualTo("1");
    }
  }

  private enum Attempt {
    WRITE {
      @Override
      void on(FileSystem files) throws IOException {
        Files.writeString(files.getPath("/data/one"), "");
      }
    },
    APPEND {
      @Override
      void on(FileSystem files) throws IOException {
        Files.writeString(files.getPath("/data/one"), "", StandardOpenOption.APPEND);
      }
    },
    CREATE {
      @Override
      void on(FileSystem files) throws IOException {
        Files.createFile(files.getPath("/x"));
      }
    },
    CREATE_DIRECTORY {
      @Override
      void on(FileSystem files) throws IOException {
        Files.createDirectory(files.getPath("/x"));
      }
    },
    DELETE {
      @Override
      void on(FileSystem files) throws IOException {
        Files.delete(files.getPath("/data/one"));
      }
    },
    MOVE {
      @Override
      void on(FileSystem files) throws IOException {
        Files.move(files.getPath("/data/one"), files.getPath("/x"));
      }
    },
    COPY {
      @Override
      void on(FileSystem files) throws IOException {
        Files.copy(files.getPath("/data/one"), files.getPath("/x"));
      }
    },
    LINK {
      @Override
      void on(FileSystem files) throws IOException {
        Files.createLink(files.getPath("/x"), files.getPath("/data/one"));
      }
    },
    SYMLINK {
      @Override
      void on(FileSystem files) throws IOException {
        Files.createSymbolicLink(files.getPath("/x"), files.getPath("y"));
      }
    },
    TIME {
      @Override
      void on(FileSystem files) throws IOException {
        Files.setLastModifiedTime(files.getPath("/data/one"), FileTime.fromMillis(0));
      }
    },
    ATTRIBUTE {
      @Override
      void on(FileSystem files) throws IOException {
        Files.setAttribute(files.getPath("/data/one"), "user:x", new byte[1]);
      }
    };

    abstract void on(FileSystem files) throws IOException;
  }

  @Nested
  class Closing {
    @Test
    void endsEverything(@TempDir Path temporary) throws IOException {
      ContainerLayer container =
          ContainerLayer.on(
              base(), ContainerOptions.defaults().withMemoryLimit(0).withDirectory(temporary));
      Path file = container.path("/big");
      Files.write(file, FileSystemContract.BIG);
      assertThat(temporary).isNotEmptyDirectory();
      SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.WRITE);
      InputStream in = Files.newInputStream(container.path("/data/one"));
      @SuppressWarnings("StreamResourceLeak") // That it need not be closed is the point.
      DirectoryStream<Path> stream = Files.newDirectoryStream(container.path("/"));
      FileTree tree = container.tree();
      container.close();
      container.close();
      assertThat(temporary).isEmptyDirectory();
      assertThat(container.fileSystem().isOpen()).isFalse();
      assertThat(channel.isOpen()).isFalse();
      assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
          .isInstanceOf(ClosedChannelException.class);
      assertThatThrownBy(in::read).isInstanceOf(ClosedChannelException.class);
      assertThatThrownBy(stream::iterator).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> Files.exists(file)).isInstanceOf(ClosedFileSystemException.class);
      assertThatThrownBy(container::changes).isInstanceOf(ClosedFileSystemException.class);
      assertThatThrownBy(container.commit()::build).isInstanceOf(ClosedFileSystemException.class);
      assertThatThrownBy(() -> tree.read(TreePath.of("/big"), 1 << 20))
          .isInstanceOf(IOException.class);
      channel.close();
      in.close();
      stream.close();
    }

    @Test
    void leavesNothingOfFilesThatAreGone(@TempDir Path temporary) throws IOException {
      ContainerOptions options =
          ContainerOptions.defaults().withMemoryLimit(0).withDirectory(temporary);
      try (ContainerLayer container = ContainerLayer.on(base(), options)) {
        for (int i = 0; i < 30; i++) {
          Path file = container.path("/big" + i);
          Files.write(file, FileSystemContract.BIG);
          Files.copy(file, container.path("/copy"));
          container.commit().build();
          Files.delete(file);
          Files.delete(container.path("/copy"));
        }
        long spooled;
        try (Stream<Path> files = Files.list(temporary)) {
          spooled = Files.size(files.findAny().orElseThrow());
        }
        assertThat(spooled).isLessThan(3L * FileSystemContract.BIG.length);
      }
    }
  }

  @Nested
  class Memory {
    @Test
    void isKeptToItsLimit(@TempDir Path temporary) throws IOException {
      ContainerOptions options =
          ContainerOptions.defaults().withMemoryLimit(300_000).withDirectory(temporary);
      try (ContainerLayer container = ContainerLayer.on(base(), options)) {
        byte[] random = new byte[2_000_000];
        new Random(5).nextBytes(random);
        Files.write(container.path("/x"), random);
        Files.write(container.path("/y"), random, StandardOpenOption.CREATE);
        Files.write(container.path("/y"), random, StandardOpenOption.APPEND);
        try (Stream<Path> files = Files.list(temporary)) {
          assertThat(Files.size(files.findAny().orElseThrow())).isBetween(5_600_000L, 6_100_000L);
        }
        assertThat(Files.readAllBytes(container.path("/x"))).isEqualTo(random);
        byte[] twice = Files.readAllBytes(container.path("/y"));
        assertThat(twice).hasSize(4_000_000);
        assertThat(java.util.Arrays.mismatch(twice, 2_000_000, 4_000_000, random, 0, 2_000_000))
            .isNegative();
      }
    }

    /** A compressed layer is read a few times at most, however many of its files are wanted. */
    @Test
    void holdsFilesOfACompressedLayer(@TempDir Path temporary) throws IOException {
      LayerOptions gzip = LayerOptions.defaults().withCompression(Compression.GZIP);
      Image image =
          ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
              .layerOptions(gzip)
              .layer(
                  layer -> {
                    for (int i = 0; i < 200; i++) {
                      layer.file("/f" + i, "content " + i);
                    }
                  })
              .build();
      ContainerOptions options =
          ContainerOptions.defaults().withMemoryLimit(0).withDirectory(temporary);
      try (ContainerLayer container = ContainerLayer.on(image, options)) {
        for (int i = 199; i >= 0; i--) {
          assertThat(Files.readString(container.path("/f" + i))).isEqualTo("content " + i);
        }
        try (Stream<Path> files = Files.list(temporary)) {
          assertThat(files).hasSize(1);
        }
        assertThat(container.changes()).isEmpty();
      }
    }
  }

  @Nested
  class Threads {
    @Test
    void workTogether() throws Exception {
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try (ContainerLayer container =
          ContainerLayer.on(base(), ContainerOptions.defaults().withMemoryLimit(100_000))) {
        Path shared = container.path("/shared");
        List<Future<?>> done = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
          int thread = t;
          done.add(
              threads.submit(
                  () -> {
                    Path own = Files.createDirectories(container.path("/t/" + thread));
                    byte[] line = "%08d\n".formatted(thread).getBytes(UTF_8);
                    for (int i = 0; i < 200; i++) {
                      Files.write(
                          shared, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                      Path file = own.resolve("f" + i % 10);
                      Files.write(file, new byte[i * 37]);
                      Files.move(
                          file, own.resolve("moved"), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
                      if (i % 50 == 0) {
                        container.changes();
                        container.tree();
                      }
                    }
                    return null;
                  }));
        }
        for (Future<?> future : done) {
          future.get();
        }
        List<String> lines = Files.readAllLines(shared);
        assertThat(lines).hasSize(1600).allMatch(line -> line.matches("0000000[0-7]"));
        for (int t = 0; t < 8; t++) {
          assertThat(Files.size(container.path("/t/" + t + "/moved"))).isEqualTo(199 * 37);
        }
        for (LayerEntry entry : container.entries(DiffOptions.standard())) {
          assertThat(entry).isInstanceOf(LayerEntry.Present.class);
        }
      } finally {
        threads.shutdownNow();
      }
    }

    @Test
    void canCreateAFileOnlyOnce() throws Exception {
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try (ContainerLayer container = ContainerLayer.on(base())) {
        for (int round = 0; round < 50; round++) {
          Path path = container.path("/race" + round);
          List<Future<Boolean>> made = new ArrayList<>();
          for (int t = 0; t < 4; t++) {
            made.add(
                threads.submit(
                    () -> {
                      try {
                        Files.createFile(path);
                        return true;
                      } catch (java.nio.file.FileAlreadyExistsException e) {
                        return false;
                      }
                    }));
          }
          int winners = 0;
          for (Future<Boolean> future : made) {
            winners += future.get() ? 1 : 0;
          }
          assertThat(winners).isEqualTo(1);
        }
      } finally {
        threads.shutdownNow();
      }
    }

    @Test
    void areInterruptedAloneAndTheOthersGoOn(@TempDir Path temporary) throws Exception {
      ContainerOptions options =
          ContainerOptions.defaults().withMemoryLimit(0).withDirectory(temporary);
      try (ContainerLayer container = ContainerLayer.on(base(), options)) {
        Path file = container.path("/big");
        Files.write(file, FileSystemContract.BIG);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Files.readAllBytes(file))
            .isInstanceOf(ClosedByInterruptException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(Files.readAllBytes(file)).isEqualTo(FileSystemContract.BIG);
      }
    }
  }
}
