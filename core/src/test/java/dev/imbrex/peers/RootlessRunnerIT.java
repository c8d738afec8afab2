package dev.imbrex.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.build.BuildContext;
import dev.imbrex.build.DockerfileBuild;
import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.run.Isolation;
import dev.imbrex.build.run.LocalRunner;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.LayoutStorage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A build with commands by a user without any privilege leaves what one by root leaves. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ExtendWith(MinimalDebian.Parameter.class)
class RootlessRunnerIT {
  private static final String[] NOBODY = {"--reuid=65534", "--regid=65534", "--clear-groups"};

  private Path directory;

  /** Where anybody may look, which the temporary directories of JUnit are not. */
  @BeforeEach
  void makeDirectory() throws IOException {
    Program.requireRoot();
    directory = Files.createTempDirectory("imbrex-rootless");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void removeDirectory() throws Exception {
    if (directory != null) {
      Program.find("rm").run("-rf", directory.toString());
    }
  }

  @Test
  void leavesWhatRootLeaves(MinimalDebian debian) throws Exception {
    Program.find("bwrap");
    requireUserNamespaces();
    Path context = Files.createDirectory(directory.resolve("context"));
    Files.writeString(context.resolve("Makefile"), "out: source\n\ttr a-z A-Z <source >out\n");
    Files.writeString(context.resolve("source"), "hello\n");
    Files.writeString(
        context.resolve("Dockerfile"),
        """
        FROM debian:1
        COPY . /app
        RUN make -C /app out && id -u >/who && id -g >>/who && rm -rf /srv && chmod 700 /opt
        RUN ln /app/out /app/linked && echo '# x' >>/etc/passwd && mkdir /opt/d && ln -s d /opt/s \\
          && echo x >/opt/d/f && chmod 4711 /opt/d/f
        """);
    Path layout = directory.resolve("layout");
    Path workspace = Files.createDirectory(directory.resolve("workspace"));
    try (ImageStore store = ImageStore.on(LayoutStorage.create(layout))) {
      Image base =
          ImageBuilder.scratch(store, Platform.host())
              .layerOptions(LayerOptions.defaults().withCompression(Compression.NONE))
              .tarLayer("debian", debian.tar())
              .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
              .build();
      store.tag("debian:1", base);
      List<String> expected;
      try (LocalRunner runner = LocalRunner.of(Isolation.UNSHARE, workspace)) {
        expected = changes(base, build(context, store, runner));
      }
      Program.find("chown").run("-R", "65534:65534", layout.toString(), workspace.toString());
      String said = buildAsNobody(context, layout, workspace);
      assertThat(said).startsWith("BUBBLEWRAP sha256:");
      Image built = store.require("built:1");
      assertThat(said).endsWith(built.digest().toString());
      assertThat(changes(base, built)).isEqualTo(expected);
      assertThat(String.join("\n", expected)).contains("/who REGULAR 644 0:0", "/srv is gone");
    }
    assertThat(workspace).isEmptyDirectory();
  }

  private static Image build(Path context, ImageStore store, LocalRunner runner)
      throws IOException {
    BuildContext files = BuildContext.directory(context);
    return DockerfileBuild.in(store)
        .dockerfile(files.dockerfile("Dockerfile"))
        .context(files)
        .noCache()
        .run(runner)
        .build();
  }

  private String buildAsNobody(Path context, Path layout, Path workspace) throws Exception {
    List<String> command = new ArrayList<>(List.of(NOBODY));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Duser.home=" + workspace,
            "-cp",
            readableClassPath(),
            RootlessWorker.class.getName(),
            context.toString(),
            layout.toString(),
            workspace.toString()));
    return Program.find("setpriv").run(command.toArray(new String[0])).strip();
  }

  /** Copies of all classes, since those of a build may lie where only root can look. */
  private String readableClassPath() throws Exception {
    Path copies = Files.createDirectory(directory.resolve("classes"));
    List<String> elements = new ArrayList<>();
    String full =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String element : full.split(File.pathSeparator, -1)) {
      if (Files.exists(Path.of(element))) {
        Path copy = copies.resolve(elements.size() + "-" + Path.of(element).getFileName());
        Program.find("cp").run("-r", element, copy.toString());
        elements.add(copy.toString());
      }
    }
    Program.find("chmod").run("-R", "a+rX", copies.toString());
    return String.join(File.pathSeparator, elements);
  }

  private static void requireUserNamespaces() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Program.find("setpriv").executable().toString());
    command.addAll(List.of(NOBODY));
    command.addAll(List.of("unshare", "--user", "--map-root-user", "true"));
    Assumptions.assumeTrue(
        new ProcessBuilder(command).start().waitFor() == 0,
        "Left out: user namespaces are for root alone on this machine");
  }

  /** What differs from the base, but for times. */
  private static List<String> changes(Image base, Image image) throws IOException {
    FileTree tree = image.files();
    List<String> lines = new ArrayList<>();
    for (LayerEntry entry : TreeDiff.between(base.files(), tree)) {
      Node node = tree.find(entry.path()).orElse(null);
      if (node == null) {
        lines.add(entry.path() + " is gone");
        continue;
      }
      String line =
          "%s %s %o %d:%d %s"
              .formatted(
                  entry.path(),
                  node.kind(),
                  node.metadata().mode(),
                  node.metadata().uid(),
                  node.metadata().gid(),
                  tree.linksOf(entry.path()));
      lines.add(
          node instanceof Node.RegularFile
              ? line + " " + new String(tree.read(entry.path(), 1 << 20), UTF_8).strip()
              : line);
    }
    return lines;
  }
}
