package dev.imbrex.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.container.ContainerLayer;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.tree.Change;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.manifest.config.History;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.LayoutStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a shell does in a container of Docker, and Java in a container layer, comes to the same. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ContainerPeersIT {
  private static final String SCRIPT =
      """
      set -e
      cd /work
      rm gone
      rm -rf tree
      printf more >>file
      chmod 4711 mode
      chown 7:8 owned
      mkdir -p /new/deep
      printf x >/new/deep/file
      ln /new/deep/file /new/link
      ln -s ../file /new/symbolic
      rm turns && mkdir turns && printf y >turns/inside
      rm -rf flips && printf z >flips
      mv renamed other
      mv dir /new/moved
      cp -p file copied
      touch -d @1000000000 touched
      : >emptied
      """;

  @TempDir Path directory;

  private static void act(ContainerLayer container) throws IOException {
    Path work = container.path("/work");
    Files.delete(work.resolve("gone"));
    removeAll(work.resolve("tree"));
    Files.writeString(work.resolve("file"), "more", StandardOpenOption.APPEND);
    Files.setAttribute(work.resolve("mode"), "unix:mode", 04711);
    Files.setAttribute(work.resolve("owned"), "unix:uid", 7);
    Files.setAttribute(work.resolve("owned"), "unix:gid", 8);
    Files.createDirectories(container.path("/new/deep"));
    Files.writeString(container.path("/new/deep/file"), "x");
    Files.createLink(container.path("/new/link"), container.path("/new/deep/file"));
    Files.createSymbolicLink(container.path("/new/symbolic"), container.path("../file"));
    Files.delete(work.resolve("turns"));
    Files.createDirectory(work.resolve("turns"));
    Files.writeString(work.resolve("turns/inside"), "y");
    removeAll(work.resolve("flips"));
    Files.writeString(work.resolve("flips"), "z");
    Files.move(work.resolve("renamed"), work.resolve("other"));
    Files.move(work.resolve("dir"), container.path("/new/moved"));
    Files.copy(work.resolve("file"), work.resolve("copied"));
    Files.setLastModifiedTime(
        work.resolve("touched"), FileTime.from(Instant.ofEpochSecond(1_000_000_000)));
    Files.writeString(work.resolve("emptied"), "");
  }

  private static void removeAll(Path path) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(path)) {
      all = new ArrayList<>(walk.toList());
    }
    java.util.Collections.reverse(all);
    for (Path file : all) {
      Files.delete(file);
    }
  }

  /** A shell with what it needs, as this machine has it, and files to work on. */
  private static Image base(ImageStore store) throws Exception {
    List<Path> programs = new ArrayList<>();
    for (String name : List.of("sh", "rm", "chmod", "chown", "mkdir", "ln", "mv", "cp", "touch")) {
      programs.add(Program.find(name).executable());
    }
    Program ldd = Program.find("ldd");
    List<Path> libraries = new ArrayList<>();
    for (Path program : programs) {
      Matcher library = Pattern.compile("(/\\S+) \\(0x").matcher(ldd.run(program.toString()));
      while (library.find()) {
        libraries.add(Path.of(library.group(1)));
      }
    }
    return ImageBuilder.scratch(store, Platform.host())
        .layer(
            "shell",
            layer -> {
              for (Path program : programs) {
                layer.copy(program.toRealPath(), "/bin/" + program.getFileName());
              }
              for (Path library : libraries) {
                layer.copy(library.toRealPath(), library.toString());
              }
            })
        .layer(
            "files",
            layer -> {
              for (String name :
                  List.of(
                      "gone", "file", "mode", "owned", "turns", "renamed", "touched", "emptied")) {
                layer.file("/work/" + name, "the " + name);
              }
              layer
                  .file("/work/tree/a/b", "b")
                  .file("/work/tree/c", "c")
                  .file("/work/flips/d", "d")
                  .file("/work/dir/e", "e")
                  .file("/work/dir/f/g", "g");
            })
        .cmd("/bin/sh")
        .env("PATH", "/bin")
        .build();
  }

  @Test
  void aShellInAContainerDoesTheSame() throws Exception {
    Program.requireRoot();
    Program skopeo = Program.find("skopeo");
    Path layout = directory.resolve("layout");
    Path archive = directory.resolve("base.tar");
    Path saved = directory.resolve("saved.tar");
    try (ImageStore store = ImageStore.on(LayoutStorage.create(layout))) {
      Image base = base(store);
      store.tag("base:1", base);
      skopeo.run("copy", "oci:" + layout + ":base:1", "docker-archive:" + archive + ":base:1");
      List<String> theirs;
      try (DockerEngine engine = DockerEngine.start(directory.resolve("docker"))) {
        Program docker = engine.docker();
        docker.run("load", "--input", archive.toString());
        docker.run("run", "--name", "work", "--network", "host", "base:1", "/bin/sh", "-c", SCRIPT);
        theirs = docker.run("diff", "work").lines().sorted().toList();
        docker.run(
            "commit",
            "--author",
            "Ada",
            "--message",
            "by hand",
            "--change",
            "USER 7",
            "--change",
            "ENV B=$PATH:/x",
            "--change",
            "CMD echo hello",
            "work",
            "committed:1");
        docker.run("save", "--output", saved.toString(), "committed:1");
      }
      Path theirLayout = directory.resolve("theirs");
      skopeo.run("copy", "docker-archive:" + saved, "oci:" + theirLayout + ":committed");
      try (ContainerLayer container = ContainerLayer.on(base);
          ImageStore other = ImageStore.on(LayoutStorage.open(theirLayout))) {
        act(container);
        List<String> ours = new ArrayList<>();
        Change.summary(container.changes())
            .forEach((path, kind) -> ours.add(kind.letter() + " " + path));
        assertThat(ours.stream().sorted()).containsExactlyElementsOf(theirs);
        Image next =
            container
                .commit()
                .command("/bin/sh", "-c", SCRIPT)
                .author("Ada")
                .comment("by hand")
                .change("USER 7")
                .change("ENV B=$PATH:/x")
                .change("CMD echo hello")
                .build();
        Image docker = other.requireOnly();
        assertThat(listing(next.files())).containsExactlyElementsOf(listing(docker.files()));
        compareConfigs(next, docker);
      }
    }
  }

  private static void compareConfigs(Image ours, Image docker) {
    assertThat(ours.config().container().env()).isEqualTo(docker.config().container().env());
    assertThat(ours.config().container().cmd()).isEqualTo(docker.config().container().cmd());
    assertThat(ours.config().container().user()).isEqualTo(docker.config().container().user());
    assertThat(ours.config().author()).isEqualTo(docker.config().author());
    History our = last(ours);
    History their = last(docker);
    assertThat(our.withoutCreated()).isEqualTo(their.withoutCreated());
    assertThat(ours.config().history()).hasSameSizeAs(docker.config().history());
  }

  private static History last(Image image) {
    List<History> history = image.config().history();
    return history.get(history.size() - 1);
  }

  /** Without the times of what was changed, which is when the two did it. */
  private static List<String> listing(FileTree tree) throws IOException {
    return TreeListing.of(tree).stream()
        .map(line -> line.replaceFirst("( \\d+:\\d+ )1[67]\\d{8} ", "$1now "))
        .toList();
  }
}
