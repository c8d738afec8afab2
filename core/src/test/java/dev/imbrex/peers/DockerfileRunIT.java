package dev.imbrex.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.BuildContext;
import dev.imbrex.build.DockerfileBuild;
import dev.imbrex.build.HistoryStyle;
import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.RunExecutor;
import dev.imbrex.build.run.Isolation;
import dev.imbrex.build.run.LocalRunner;
import dev.imbrex.dockerfile.Dockerfile;
import dev.imbrex.dockerfile.DockerfileException;
import dev.imbrex.image.Footprint;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Layer;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.tree.ContentStream;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.StreamedContent;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.ArchiveContents;
import dev.imbrex.store.DockerArchive;
import dev.imbrex.store.LayoutStorage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Dockerfiles with commands, built on a Debian here and by a Docker engine (SN-B23). */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
@ExtendWith(MinimalDebian.Parameter.class)
class DockerfileRunIT {
  @TempDir static Path directory;

  private static DockerEngine engine;
  private static ImageStore store;
  private static LocalRunner runner;
  private static Image base;
  private static Instant newestOfBase;

  @TempDir Path context;

  private final List<String> ran = new ArrayList<>();
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final RunExecutor counting =
      request -> {
        ran.add(request.command().get(request.command().size() - 1));
        return runner.run(request);
      };

  @BeforeAll
  static void start(MinimalDebian debian) throws Exception {
    Program.find("runc");
    engine = DockerEngine.start(directory.resolve("engine"));
    store = ImageStore.on(LayoutStorage.create(directory.resolve("layout")));
    runner =
        LocalRunner.of(Isolation.RUNC, Files.createDirectories(directory.resolve("workspace")));
    base =
        ImageBuilder.scratch(store, Platform.host())
            .layerOptions(LayerOptions.defaults().withCompression(Compression.NONE))
            .tarLayer("debian", debian.tar())
            .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .build();
    store.tag("debian:1", base);
    newestOfBase =
        base.files()
            .walk()
            .map(entry -> entry.node().metadata().mtime())
            .max(Comparator.naturalOrder())
            .orElseThrow();
    load("debian:1");
  }

  @AfterAll
  static void stop() throws Exception {
    if (runner != null) {
      runner.close();
      assertThat(directory.resolve("workspace")).isEmptyDirectory();
      store.close();
    }
    if (engine != null) {
      engine.close();
      Program.find("rm").run("-rf", "" + directory.resolve("engine"));
    }
  }

  @BeforeEach
  void writeContext() throws IOException {
    write("Makefile", "prepared:\n\techo $@ >$@\nout: source\n\ttr a-z A-Z <source >out\n");
    write("source", "hello\n");
    write("app.py", "print('made', open('/app/out').read().strip())\n");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(context.resolve(name), text);
  }

  private static void load(String name) throws IOException {
    dev.imbrex.engine.DockerEngine.at(engine.address()).load(ArchiveContents.of(store, name));
  }

  private DockerfileBuild build(String... lines) throws IOException {
    return DockerfileBuild.in(store)
        .dockerfile(Dockerfile.parse(String.join("\n", lines) + "\n"))
        .context(BuildContext.directory(context))
        .run(counting)
        .output(output);
  }

  // ---- The cache

  @Test
  void makesAnApplicationThatDockerRuns(TestReporter reporter) throws Exception {
    String[] lines = {
      "FROM debian:1", "COPY . /app", "RUN make -C /app out", "CMD [\"python3\", \"/app/app.py\"]"
    };
    Image first = build(lines).build();
    assertThat(ran).containsExactly("make -C /app out");
    assertThat(output.toString(UTF_8)).contains("tr a-z A-Z");
    assertThat(run("app:1", first)).isEqualTo("made HELLO");

    Map<String, Long> before = contents();
    long begin = System.nanoTime();
    assertThat(build(lines).build().digest()).isEqualTo(first.digest());
    reporter.publishEntry(
        "built again from the cache", (System.nanoTime() - begin) / 1_000_000 + " ms");
    assertThat(ran).hasSize(1);
    assertThat(contents()).isEqualTo(before);

    write("source", "changed\n");
    Image changed = build(lines).build();
    assertThat(ran).hasSize(2);
    assertThat(run("app:2", changed)).isEqualTo("made CHANGED");
    assertThat(store.parent(store.ancestors(changed).get(1))).contains(base);
  }

  @Test
  void doesWhatComesAfterAChangedFile() throws Exception {
    String[] lines = {
      "FROM debian:1",
      "COPY Makefile /app/",
      "RUN make -C /app prepared",
      "COPY source /app/",
      "RUN make -C /app out",
      "COPY app.py /app/",
      "CMD [\"python3\", \"/app/app.py\"]"
    };
    Image first = build(lines).build();
    assertThat(ran).containsExactly("make -C /app prepared", "make -C /app out");
    ran.clear();
    write("app.py", "print('other')\n");
    Image other = build(lines).build();
    assertThat(ran).isEmpty();
    assertThat(common(first, other)).isEqualTo(5);
    write("source", "changed\n");
    Image changed = build(lines).build();
    assertThat(ran).containsExactly("make -C /app out");
    assertThat(common(first, changed)).isEqualTo(3);
    write("Makefile", "prepared out:\n\techo new >$@\n");
    Image all = build(lines).build();
    assertThat(ran.subList(1, 3)).containsExactly("make -C /app prepared", "make -C /app out");
    assertThat(common(first, all)).isEqualTo(1);
  }

  /** How many layers two images have in common, from below. */
  private static int common(Image one, Image other) {
    int same = 0;
    while (same < one.layers().size()
        && one.layers().get(same).diffId().equals(other.layers().get(same).diffId())) {
      same++;
    }
    return same;
  }

  @Test
  void storesEqualStepsOnDifferentImagesOnce() throws Exception {
    Image more = ImageBuilder.from(base).layer(layer -> layer.file("/etc/more", "more\n")).build();
    store.tag("more:1", more);
    List<Image> built = new ArrayList<>();
    for (String from : List.of("debian:1", "more:1")) {
      Image image =
          build("FROM " + from, "COPY . /app", "RUN make -C /app out")
              .sourceDateEpoch(Instant.ofEpochSecond(1_000_000_000))
              .build();
      store.tag("equal-" + from, image);
      built.add(image);
    }
    assertThat(ran).hasSize(2);
    List<Layer> one = built.get(0).layers();
    List<Layer> two = built.get(1).layers();
    assertThat(two.subList(2, 4))
        .extracting(Layer::descriptor)
        .isEqualTo(one.subList(1, 3).stream().map(Layer::descriptor).toList());
    Footprint footprint = store.footprint();
    for (Image image : built) {
      Footprint.Line line =
          footprint.images().stream()
              .filter(each -> each.image().equals(image.digest()))
              .findFirst()
              .orElseThrow();
      assertThat(line.stored().unique()).as(footprint.toString()).isZero();
    }
  }

  private static String run(String name, Image image) throws Exception {
    store.tag(name, image);
    load(name);
    return engine.docker().run("run", "--rm", "--network", "host", name).strip();
  }

  private static Map<String, Long> contents() throws IOException {
    Map<String, Long> sizes = new TreeMap<>();
    Path layout = directory.resolve("layout");
    try (Stream<Path> files = Files.walk(layout)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sizes.put(layout.relativize(file).toString(), Files.size(file));
      }
    }
    return sizes;
  }

  // ---- The end before the end

  @Test
  void tellsWhichCommandFailedAndHow() throws Exception {
    assertThatThrownBy(() -> build("FROM debian:1", "ENV a=1", "RUN echo no >&2; exit 3").build())
        .isInstanceOf(DockerfileException.class)
        .hasMessageContaining(":3:")
        .hasMessageContaining("code 3");
    assertThat(output.toString(UTF_8)).contains("no\n");
    Path file = Files.write(context.resolve("Dockerfile"), List.of("FROM debian:1", "RUN exit 3"));
    Program docker = engine.docker().with("DOCKER_BUILDKIT", "0");
    assertThatThrownBy(() -> docker.run("build", "-f", "" + file, "--network=host", "" + context))
        .hasMessageContaining("non-zero code: 3");
  }

  @Test
  void leavesNothingWhenItIsInterrupted() throws Exception {
    String mark = "imbrex-build-" + ProcessHandle.current().pid();
    Thread caller = Thread.currentThread();
    Thread interrupter =
        new Thread(
            () -> {
              try {
                while (!isRunning(mark)) {
                  Thread.sleep(200);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              caller.interrupt();
            });
    DockerfileBuild build =
        build(
            "FROM debian:1 AS one",
            "RUN echo one >/one",
            "RUN sh -c 'sleep 300; :' " + mark,
            "FROM debian:1",
            "COPY --from=one /one /");
    interrupter.start();
    assertThatThrownBy(build::build).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    interrupter.join();
    assertThat(isRunning(mark)).isFalse();
    assertThat(Files.readString(Path.of("/proc/self/mounts")))
        .doesNotContain("" + directory.resolve("workspace"));
    // What was done before is found again.
    assertThat(ran).hasSize(2);
    build("FROM debian:1", "RUN echo one >/one").build();
    assertThat(ran).hasSize(2);
  }

  private static boolean isRunning(String mark) {
    return ProcessHandle.allProcesses()
        .anyMatch(process -> process.info().commandLine().orElse("").endsWith(" " + mark));
  }

  // ---- Beside Docker

  /**
   * A Dockerfile to build both ways.
   *
   * @param isOrdinary whether it is built in an ordinary run, too
   * @param isForBuildKit whether the classic builder does not know it
   * @param known what differs, with the reason
   */
  private record Case(
      String name,
      List<String> lines,
      boolean isOrdinary,
      boolean isForBuildKit,
      Map<String, String> known) {
    static Case of(String name, String... lines) {
      return new Case(name, List.of(lines), false, false, Map.of());
    }

    Case ordinary() {
      return new Case(name, lines, true, isForBuildKit, known);
    }

    Case buildKit() {
      return new Case(name, lines, isOrdinary, true, known);
    }
  }

  private static List<Case> cases() {
    return List.of(
        Case.of("useradd", "RUN useradd --create-home --uid 1500 ada && usermod -aG staff ada")
            .ordinary(),
        Case.of(
                "owners",
                "RUN mkdir -p /opt/a && echo x >/opt/a/f && chmod 4750 /opt/a/f"
                    + " && chown 5:6 /opt/a/f",
                "RUN chmod 2755 /opt/a && chown -R 1:2 /opt/a && chown games /etc/motd")
            .ordinary(),
        Case.of(
                "removed",
                "RUN rm -rf /usr/share/doc /etc/motd /media",
                "RUN mkdir /usr/share/doc && echo n >/usr/share/doc/n && ln -s opt /media")
            .ordinary(),
        Case.of(
                "links",
                "RUN echo x >/opt/h && ln /opt/h /opt/i && ln -s h /opt/s",
                "RUN rm /opt/s && mkdir /opt/s && ln /opt/h /opt/s/j && rm /opt/i")
            .ordinary(),
        Case.of("changed", "RUN echo '# x' >>/etc/passwd && mv /usr/share/man /opt/man").ordinary(),
        Case.of("user", "USER games:staff", "RUN id -u >/tmp/who; id -g >>/tmp/who", "USER 0"),
        Case.of("workdir", "WORKDIR /w/x", "RUN pwd >here && mkdir y", "WORKDIR y", "RUN pwd >y")
            .ordinary(),
        Case.of(
            "variables",
            "ARG A=1",
            "ENV B=2 C=$A",
            "ARG D",
            "RUN echo \"$A $B $C ${D-none} $HOME $PATH\" >/variables"),
        Case.of(
            "shell",
            "SHELL [\"/bin/bash\", \"-ec\"]",
            "RUN [[ a < b ]] && echo $BASH >/shell",
            "RUN [\"/bin/sh\", \"-c\", \"echo $0 >/exec\"]"),
        Case.of("nothing", "RUN true", "LABEL a=b"),
        Case.of(
                "mounts",
                "RUN --mount=type=tmpfs,target=/t --mount=type=cache,target=/var/c"
                    + " --mount=type=bind,source=source,target=/mnt/b"
                    + " cp /mnt/b /made && touch /t/x /var/c/x")
            .buildKit()
            .ordinary());
  }

  /** Some of them, for each builder; with {@code -Dimbrex.dockerfiles=all} all. */
  @ParameterizedTest
  @EnumSource(HistoryStyle.class)
  void leavesWhatDockerLeaves(HistoryStyle style) throws Exception {
    boolean isBuildKit = style == HistoryStyle.BUILDKIT;
    // Clients of today need a plug-in for BuildKit; the one that came with the engine does not.
    Program docker =
        engine
            .docker()
            .orRather(Path.of("/usr/bin/docker"))
            .with("DOCKER_BUILDKIT", isBuildKit ? "1" : "0");
    boolean isAll = "all".equals(System.getProperty("imbrex.dockerfiles"));
    List<Case> cases =
        cases().stream()
            .filter(one -> isAll || one.isOrdinary())
            .filter(one -> isBuildKit || !one.isForBuildKit())
            .toList();
    List<String> save = new ArrayList<>(List.of("save", "-o", "" + directory.resolve("saved.tar")));
    for (Case one : cases) {
      String name = "run:" + one.name();
      Path file = Files.write(directory.resolve("Dockerfile"), lines(one));
      docker.run("build", "-q", "--network=host", "-t", name, "-f", "" + file, "" + context);
      save.add(name);
    }
    docker.run(save.toArray(new String[0]));
    List<String> found = new ArrayList<>();
    try (ImageStore theirs = ImageStore.on(DockerArchive.open(directory.resolve("saved.tar")))) {
      for (Case one : cases) {
        Image ours = build(lines(one).toArray(new String[0])).historyStyle(style).noCache().build();
        Image their = theirs.require("run:" + one.name());
        List<String> made = changes(ours);
        List<String> expected = withoutMountPoints(changes(their), made);
        DockerfileEnginesIT.differing(facts(ours, made), facts(their, expected), one.known())
            .forEach(line -> found.add(one.name() + ": " + line));
      }
    } finally {
      Files.delete(directory.resolve("saved.tar"));
    }
    assertThat(found).isEmpty();
  }

  /**
   * An engine leaves the directories it mounted something on, and the new time of those it made a
   * mount point in, {@code /etc} in every step; nothing of a mount is in a layer of ours. Where a
   * step changed such a directory it must be the same in both.
   */
  private static List<String> withoutMountPoints(List<String> theirs, List<String> ours) {
    List<String> left = new ArrayList<>(theirs);
    left.removeIf(
        line -> line.matches("\\s+/(etc|mnt|t|var|var/c) DIRECTORY .*") && !ours.contains(line));
    return left;
  }

  /** A here-document is what its text is on a line; an engine of this age knows no other. */
  @Test
  void takesHereDocuments() throws Exception {
    Image image =
        build(
                "FROM debian:1",
                "RUN <<E",
                "echo one >/one",
                "cd /etc",
                "pwd >/two",
                "E",
                "RUN <<E",
                "#!/usr/bin/env python3",
                "open('/three', 'w').write('3\\n')",
                "E",
                "RUN cat >/four <<E && echo 5 >/five",
                "4",
                "E")
            .build();
    Image expected =
        build(
                "FROM debian:1",
                "RUN echo one >/one; cd /etc; pwd >/two",
                "RUN echo 3 >/three",
                "RUN echo 4 >/four; echo 5 >/five")
            .build();
    assertThat(changes(image)).isEqualTo(changes(expected));
    assertThat(image.layers()).hasSize(4);
  }

  private static List<String> lines(Case one) {
    List<String> lines = new ArrayList<>(List.of("FROM debian:1"));
    lines.addAll(one.lines());
    return lines;
  }

  private static Map<String, Object> facts(Image image, List<String> changes) {
    Map<String, Object> facts = new TreeMap<>();
    facts.put("env", image.config().container().env());
    facts.put("user", image.config().container().user());
    facts.put("workdir", image.config().container().workingDir());
    facts.put("layers", image.layers().size());
    facts.put(
        "history",
        image.config().history().stream()
            .map(h -> h.createdBy() + "|" + h.comment() + "|" + h.isEmptyLayer())
            .toList());
    facts.put("changes", changes);
    return facts;
  }

  /** What differs from the base, with contents, and without the times of what was changed now. */
  private static List<String> changes(Image image) throws IOException {
    FileTree tree = image.files();
    FileTree before = base.files();
    // An engine of this age leaves files, too, that were opened for writing and not written to.
    DiffOptions byBytes = DiffOptions.standard().withContents(DiffOptions.Contents.BY_BYTES);
    List<LayerEntry> entries = new ArrayList<>(TreeDiff.between(before, tree, byBytes));
    // A directory in front of a change is said in any case (LC-A16), changed or not.
    entries.removeIf(
        entry ->
            entry instanceof LayerEntry.Present present
                && present.node().isDirectory()
                && before.find(entry.path()).equals(tree.find(entry.path())));
    Map<FileContent, byte[]> contents = contents(tree, entries);
    List<String> lines = new ArrayList<>();
    for (LayerEntry entry : entries) {
      Node node = tree.find(entry.path()).orElse(null);
      if (node == null) {
        lines.add("\n  " + entry.path() + " is gone");
        continue;
      }
      StringBuilder line = new StringBuilder("\n  " + entry.path() + " " + node.kind() + " ");
      line.append(Integer.toOctalString(node.metadata().mode())).append(' ');
      line.append(node.metadata().uid()).append(':').append(node.metadata().gid());
      Instant time = node.metadata().mtime();
      // Parents that nobody names are of the epoch here (LC-B33), and of now there.
      boolean isOld = time.getEpochSecond() > 0 && !time.isAfter(newestOfBase);
      line.append(' ').append(isOld ? "" + time.getEpochSecond() : "now");
      if (node instanceof Node.Symlink link) {
        line.append(" -> ").append(link.target());
      }
      if (node instanceof Node.RegularFile file) {
        byte[] content = Objects.requireNonNull(contents.get(file.content()));
        line.append(' ').append(content.length > 100 ? "" : new String(content, UTF_8).strip());
        line.append(' ').append(Arrays.hashCode(content));
        line.append(' ').append(tree.linksOf(entry.path()));
      }
      lines.add(line.toString());
    }
    return lines;
  }

  /** The bytes of all files that are there, each layer read once. */
  private static Map<FileContent, byte[]> contents(FileTree tree, List<LayerEntry> entries)
      throws IOException {
    Map<FileContent, byte[]> contents = new HashMap<>();
    Map<ContentStream, Set<StreamedContent>> streams = new HashMap<>();
    for (LayerEntry entry : entries) {
      if (tree.find(entry.path()).orElse(null) instanceof Node.RegularFile file) {
        if (file.content() instanceof StreamedContent content) {
          streams.computeIfAbsent(content.stream(), s -> new HashSet<>()).add(content);
        } else {
          try (InputStream in = file.content().open()) {
            contents.put(file.content(), in.readAllBytes());
          }
        }
      }
    }
    for (Map.Entry<ContentStream, Set<StreamedContent>> stream : streams.entrySet()) {
      stream
          .getKey()
          .read(stream.getValue(), (content, data) -> contents.put(content, data.readAllBytes()));
    }
    return contents;
  }
}
