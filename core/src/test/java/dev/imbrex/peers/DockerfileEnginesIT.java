package dev.imbrex.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.build.BuildContext;
import dev.imbrex.build.DockerfileBuild;
import dev.imbrex.build.HistoryStyle;
import dev.imbrex.build.ImageBuilder;
import dev.imbrex.dockerfile.Dockerfile;
import dev.imbrex.dockerfile.IgnorePatterns;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.config.ContainerConfig;
import dev.imbrex.manifest.config.ContainerMember;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.DockerArchive;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same Dockerfiles built here and by a Docker engine, by its classic builder and by BuildKit:
 * the same files, config and history (SN-B13 to SN-B31). Differences are listed with each case.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class DockerfileEnginesIT {
  @TempDir static Path directory;

  private static ImageStore store;
  private static DockerEngine engine;
  private static int count;

  @BeforeAll
  static void start() throws Exception {
    engine = DockerEngine.start(directory.resolve("engine"));
    store = ImageStore.on(new MemoryStorage());
    Path tar = directory.resolve("base.tar");
    writeBase(tar);
    engine.docker().run("import", "--change", "ENV PATH=/bin:/usr/bin", tar.toString(), "base:1");
    store.tag("base:1", save("base:1"));
    context();
    for (String name : DockerfileCases.BASES.keySet()) {
      List<String> lines = DockerfileCases.BASES.get(name);
      Path file = Files.write(directory.resolve("Dockerfile." + name), lines);
      engine
          .docker()
          .with("DOCKER_BUILDKIT", "0")
          .run("build", "-q", "-t", name, "-f", file.toString(), context().toString());
      store.tag(name, save(name));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    if (engine != null) {
      engine.close();
      store.close();
      Program.find("rm").run("-rf", directory.resolve("engine").toString());
    }
  }

  static void writeBase(Path tar) throws IOException {
    try (ImageStore scratch = ImageStore.on(new MemoryStorage())) {
      Image image =
          ImageBuilder.scratch(scratch, Platform.of("linux", "amd64"))
              .layerOptions(LayerOptions.defaults().withCompression(Compression.NONE))
              .layer(
                  layer ->
                      layer
                          .file("/etc/passwd", "root:x:0:0::/:/bin/sh\napp:x:100:200::/:/bin/sh\n")
                          .file("/etc/group", "root:x:0:\nstaff:x:50:\napp:x:300:\n")
                          .directory("/usr/lib/sub", Metadata.ofMode(0711).withOwner(3, 4))
                          .symlink("/lib", "usr/lib")
                          .file("/usr/lib/old", "old")
                          .symlink("/usr/lib/link", "old")
                          .directory("/srv", Metadata.ofMode(0700).withOwner(7, 8)))
              .build();
      try (var in = image.layers().get(0).open()) {
        Files.copy(in, tar);
      }
    }
  }

  /** Everything the cases copy. */
  private static Path context() throws Exception {
    return context(directory);
  }

  static Path context(Path directory) throws Exception {
    Path context = directory.resolve("context");
    if (Files.exists(context)) {
      return context;
    }
    file(context.resolve("a.txt"), "A", "rw-r-----");
    file(context.resolve("b.txt"), "B", "rwxr-xr-x");
    file(context.resolve("c.go"), "C", "rw-r--r--");
    file(context.resolve("old"), "new", "rw-r--r--");
    file(context.resolve("sp ace"), "space", "rw-r--r--");
    file(context.resolve("dir/x"), "X", "rw-------");
    file(context.resolve("dir/sub/y"), "Y", "rw-r--r--");
    file(context.resolve("dir/sub/z.txt"), "Z", "rw-r--r--");
    file(context.resolve("dir/[b]"), "brackets", "rw-r--r--");
    Files.setPosixFilePermissions(
        context.resolve("dir/sub"), PosixFilePermissions.fromString("rwxr-x--x"));
    Files.createDirectories(context.resolve("dir/empty"));
    Files.createSymbolicLink(context.resolve("dir/link"), Path.of("sub/y"));
    Files.createSymbolicLink(context.resolve("link"), Path.of("dir"));
    Files.createSymbolicLink(context.resolve("filelink"), Path.of("dir/x"));
    Files.createLink(context.resolve("dir/hard"), context.resolve("dir/x"));
    file(context.resolve("ignored/no.log"), "no", "rw-r--r--");
    file(context.resolve("ignored/yes.log"), "yes", "rw-r--r--");
    file(context.resolve("ignored/deep/no.log"), "no", "rw-r--r--");
    Files.writeString(
        context.resolve(".dockerignore"), "# c\n**/*.log\n!ignored/yes.log\n.dockerignore\n");
    Program tar = Program.find("tar");
    String root = context.toString();
    tar.run("-C", root, "--owner=9", "--group=9", "-cf", root + "/t.tar", "dir", "a.txt");
    tar.run("-C", root, "-czf", root + "/t.tgz", "dir/sub");
    tar.run("-C", root, "-cJf", root + "/t.xz", "c.go");
    tar.run("-C", root, "-cjf", root + "/t.bz2", "c.go");
    file(context.resolve("empty.tar"), "", "rw-r--r--");
    return context;
  }

  private static void file(Path file, String text, String permissions) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  static Stream<DockerfileCases.Case> cases() {
    return DockerfileCases.chosen().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void classicBuildsTheSame(DockerfileCases.Case one) throws Exception {
    compare(one, HistoryStyle.CLASSIC, "0", one.classic());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void buildKitBuildsTheSame(DockerfileCases.Case one) throws Exception {
    compare(one, HistoryStyle.BUILDKIT, "1", one.buildKit());
  }

  private static void compare(
      DockerfileCases.Case one, HistoryStyle style, String buildKit, Map<String, String> known)
      throws Exception {
    if (known.containsKey(DockerfileCases.LEFT_OUT)) {
      return;
    }
    Path context = context();
    Path file = Files.write(directory.resolve("Dockerfile"), one.lines());
    String name = "t:" + count++;
    List<String> words = new ArrayList<>(List.of("build", "-q", "-t", name, "-f", "" + file));
    one.arguments().forEach((k, v) -> words.addAll(List.of("--build-arg", k + "=" + v)));
    one.target().ifPresent(target -> words.addAll(List.of("--target", target)));
    words.add(context.toString());
    // Clients of today need a plug-in for BuildKit; the one that came with the engine does not.
    Program docker = engine.docker().orRather(Path.of("/usr/bin/docker"));
    docker.with("DOCKER_BUILDKIT", buildKit).run(words.toArray(new String[0]));
    Image theirs = save(name);
    BuildContext files = BuildContext.directory(context);
    IgnorePatterns ignore = files.ignorePatterns("Dockerfile");
    DockerfileBuild build =
        DockerfileBuild.in(store)
            .dockerfile(Dockerfile.read(file))
            .context(files, ignore)
            .historyStyle(style)
            .buildPlatform(Platform.of("linux", "amd64"))
            .noCache();
    one.arguments().forEach(build::buildArg);
    one.target().ifPresent(build::target);
    Image ours = build.build();
    assertThat(differing(describe(ours), describe(theirs), known))
        .as("%s with %s", one, style)
        .isEmpty();
  }

  /** What differs and is not known to; and what is known to differ and does not. */
  static List<String> differing(
      Map<String, Object> ours, Map<String, Object> theirs, Map<String, String> known) {
    List<String> found = new ArrayList<>();
    Map<String, Object> all = new TreeMap<>(theirs);
    all.putAll(ours);
    for (String what : all.keySet()) {
      boolean same = String.valueOf(ours.get(what)).equals(String.valueOf(theirs.get(what)));
      if (same == known.containsKey(what)) {
        found.add(
            what
                + (same ? " is the same, though a difference is listed: " : ": ours\n  ")
                + ours.get(what)
                + "\ntheirs\n  "
                + theirs.get(what));
      }
    }
    return found;
  }

  static Map<String, Object> describe(Image image) throws IOException {
    Map<String, Object> facts = new TreeMap<>();
    ContainerConfig config = image.config().container();
    facts.put("env", config.env().orElse(List.of()));
    facts.put("cmd", config.cmd());
    facts.put("entrypoint", config.entrypoint());
    facts.put("labels", new TreeMap<>(config.labels()));
    facts.put("ports", config.exposedPortKeys().stream().sorted().toList());
    facts.put("volumes", config.volumes().stream().sorted().toList());
    facts.put("user", config.user());
    facts.put("workdir", config.workingDir());
    facts.put("stopsignal", config.stopSignal());
    facts.put("shell", config.shell().filter(shell -> !shell.isEmpty()));
    facts.put("onbuild", config.strings(ContainerMember.ON_BUILD).orElse(List.of()));
    facts.put("health", config.healthcheck());
    facts.put("author", image.config().author().filter(author -> !author.isEmpty()));
    facts.put("layers", image.layers().size());
    facts.put(
        "history",
        image.config().history().stream()
            .map(h -> h.createdBy().replaceAll(":[0-9a-f]{64}", ":HASH") + "|" + h.isEmptyLayer())
            .toList());
    facts.put(
        "comments",
        image.config().history().stream()
            .map(h -> h.comment().replaceAll("Imported.*", ""))
            .toList());
    facts.put("files", files(image.files()));
    return facts;
  }

  private static List<String> files(FileTree tree) throws IOException {
    List<String> lines = new ArrayList<>();
    for (FileTree.Entry entry : tree.walk().skip(1).toList()) {
      Node node = entry.node();
      StringBuilder line = new StringBuilder("\n  " + entry.path());
      line.append(' ').append(node.kind()).append(' ');
      line.append(Integer.toOctalString(node.metadata().mode()));
      line.append(' ').append(node.metadata().uid()).append(':').append(node.metadata().gid());
      if (node instanceof Node.Symlink link) {
        line.append(" -> ").append(link.target());
      }
      if (node instanceof Node.RegularFile file) {
        line.append(' ').append(new String(tree.read(entry.path(), 1 << 20), UTF_8).hashCode());
        line.append(' ').append(file.content().size());
        List<TreePath> links = tree.linksOf(entry.path());
        line.append(links.size() > 1 ? " " + links : "");
      }
      lines.add(line.toString());
    }
    return lines;
  }

  private static Image save(String name) throws Exception {
    Path tar = directory.resolve("saved.tar");
    engine.docker().run("save", "-o", tar.toString(), name);
    try (ImageStore saved = ImageStore.on(DockerArchive.open(tar))) {
      return store.add(saved.requireOnly());
    } finally {
      Files.delete(tar);
    }
  }
}
