package dev.imbrex.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.RunMountPoint;
import dev.imbrex.build.RunRequest;
import dev.imbrex.build.RunResult;
import dev.imbrex.build.run.Isolation;
import dev.imbrex.build.run.LocalRunner;
import dev.imbrex.build.run.RunTimeoutException;
import dev.imbrex.build.run.RunnerUnavailableException;
import dev.imbrex.dockerfile.RunMount;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.LayoutStorage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Commands run in a minimal Debian, in every isolation; what they leave in a layer is what {@code
 * docker build} leaves.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
@ExtendWith(MinimalDebian.Parameter.class)
class LocalRunnerIT {
  @TempDir static Path directory;

  private static final Map<Isolation, LocalRunner> RUNNERS = new EnumMap<>(Isolation.class);

  private static ImageStore store;
  private static Image base;
  private static Path debian;

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();

  @BeforeAll
  static void makeBase(MinimalDebian given) throws Exception {
    Program.requireRoot();
    debian = given.tar();
    store = ImageStore.on(LayoutStorage.create(directory.resolve("layout")));
    base =
        ImageBuilder.scratch(store, Platform.host())
            .tarLayer("debian", debian)
            .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .build();
    store.tag("base:1", base);
  }

  @AfterAll
  static void close() throws Exception {
    for (LocalRunner runner : RUNNERS.values()) {
      runner.close();
    }
    if (!RUNNERS.isEmpty()) {
      assertThat(directory.resolve("work")).isEmptyDirectory();
    }
    assertThat(mounts()).doesNotContain(directory.toString());
    if (store != null) {
      store.close();
    }
    Program.find("rm")
        .run("-rf", "" + directory.resolve("docker"), "" + directory.resolve("layout"));
  }

  /**
   * The runner of an isolation, which all tests share, as it writes the files of the image once.
   */
  private static LocalRunner runner(Isolation isolation) throws IOException {
    switch (isolation) {
      case RUNC -> Program.find("runc");
      case UNSHARE -> Program.find("setpriv");
      case BUBBLEWRAP -> Program.find("bwrap");
    }
    LocalRunner known = RUNNERS.get(isolation);
    if (known == null) {
      known = LocalRunner.of(isolation, Files.createDirectories(directory.resolve("work")));
      RUNNERS.put(isolation, known);
    }
    return known;
  }

  /** A request with what a test wants different. */
  private final class Request {
    FileTree files;
    String user = "";
    String workingDirectory = "/";
    Map<String, String> environment = new LinkedHashMap<>(base.config().container().environment());
    List<RunMountPoint> mounts = new ArrayList<>();
    RunRequest.Network network = RunRequest.Network.DEFAULT;
    Optional<Duration> limit = Optional.empty();
    Progress progress = Progress.none();

    Request() throws IOException {
      files = base.files();
    }

    RunRequest of(String script) {
      return new RunRequest(
          Optional.of(base),
          files,
          Platform.host(),
          List.of("/bin/sh", "-c", script),
          environment,
          user,
          workingDirectory,
          mounts,
          network,
          false,
          limit,
          output,
          progress);
    }
  }

  private String said() {
    return output.toString(UTF_8);
  }

  private static List<String> paths(RunResult result) {
    return result.changes().stream().map(LayerEntry::path).map(TreePath::toString).toList();
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void leavesWhatItChangedAndNothingElse(Isolation isolation) throws Exception {
    LocalRunner runner = runner(isolation);
    String script =
        """
        set -e
        echo "$PWD $HOME $A $(id -u):$(id -g) $(hostname 2>/dev/null || cat /etc/hostname)"
        test -c /dev/null && test -r /proc/self/status && test -d /sys/kernel
        test -s /etc/hosts
        ! mkdir /sys/x 2>/dev/null
        ls /proc/self/fd | wc -l
        env | sort | tr '\\n' ' '
        echo x >/new && rm -rf /srv && ln /new /etc/linked
        """;
    Request request = new Request();
    request.workingDirectory = "/var";
    request.environment.put("A", "a b");
    try (RunResult result = runner.run(request.of(script))) {
      assertThat(result.exitCode()).describedAs(said()).isZero();
      assertThat(said()).startsWith("/var /root a b 0:0 ");
      assertThat(said())
          .contains(
              "A=a b HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
                  + " PWD=/var");
      assertThat(paths(result)).containsExactlyInAnyOrder("/new", "/etc", "/etc/linked", "/srv");
      // Standard streams, and that of ls itself.
      assertThat(said()).contains("\n4\n");
    }
  }

  /** Though a mount copies up all that is touched. */
  @ParameterizedTest
  @EnumSource(Isolation.class)
  void saysNothingOfWhatIsAsItWas(Isolation isolation) throws Exception {
    LocalRunner runner = runner(isolation);
    String script = "chmod 755 /opt; chown 0:0 /etc/passwd; : >>/etc/group";
    try (RunResult result = runner.run(new Request().of("set -e; " + script))) {
      assertThat(result.exitCode()).describedAs(said()).isZero();
      assertThat(result.changes()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void givesTheExitCode(Isolation isolation) throws Exception {
    LocalRunner runner = runner(isolation);
    try (RunResult result = runner.run(new Request().of("echo out; echo err >&2; exit 7"))) {
      assertThat(result.exitCode()).isEqualTo(7);
      assertThat(result.changes()).isEmpty();
      // Only runc carries the two streams separately.
      List<String> lines = said().lines().toList();
      if (isolation == Isolation.RUNC) {
        assertThat(lines).containsExactlyInAnyOrder("out", "err");
      } else {
        assertThat(lines).containsExactly("out", "err");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Isolation.class,
      names = {"RUNC", "UNSHARE"})
  void knowsTheUsersOfTheImage(Isolation isolation) throws Exception {
    LocalRunner runner = runner(isolation);
    Request request = new Request();
    request.files =
        files(
            request.files,
            "/etc/passwd",
            "root:x:0:0::/root:/bin/sh\nada:x:1234:1235::/home/ada:/bin/sh\n",
            "/etc/group",
            "root:x:0:\nada:x:1235:\nstaff:x:50:root,ada\nother:x:60:ada\n");
    request.user = "ada";
    try (RunResult result =
        runner.run(
            request.of("id -u; id -g; id -G; echo $HOME; id -u >/tmp/x; chown 0 /tmp/x 2>&1"))) {
      assertThat(result.exitCode()).isNotZero();
      assertThat(said()).startsWith("1234\n1235\n1235 50 60\n/home/ada\n");
    }
    output.reset();
    request.user = "7:staff";
    try (RunResult result = runner.run(request.of("id -u; id -g; id -G; touch /tmp/x"))) {
      assertThat(said()).startsWith("7\n50\n50\n");
      LayerEntry made = result.changes().get(result.changes().size() - 1);
      assertThat(((LayerEntry.Present) made).node().metadata().uid()).isEqualTo(7);
    }
    request.user = "nobody-here";
    assertThatThrownBy(() -> runner.run(request.of("true"))).hasMessageContaining("nobody-here");
  }

  private static FileTree files(FileTree tree, String... pathsAndTexts) {
    var editor = tree.edit();
    for (int i = 0; i < pathsAndTexts.length; i += 2) {
      editor.put(
          TreePath.of(pathsAndTexts[i]),
          new Node.RegularFile(Metadata.forFile(), Content.text(pathsAndTexts[i + 1])));
    }
    return editor.toTree();
  }

  private static RunMountPoint mount(
      String text, Optional<FileTree> files, Optional<FileContent> secret) {
    RunMount mount = RunMount.parse(text);
    return new RunMountPoint(
        mount,
        mount.target(),
        files,
        TreePath.of(mount.option("source").orElse("/")),
        mount.option("id").orElse("id"),
        secret,
        Optional.empty());
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void mountsWhatItIsTold(Isolation isolation) throws Exception {
    LocalRunner runner = runner(isolation);
    FileTree context = files(FileTree.empty(), "/src/a", "the a", "/b", "the b");
    Request request = new Request();
    request.mounts.add(
        mount(
            "type=bind,target=/mnt/src,source=src,readwrite",
            Optional.of(context),
            Optional.empty()));
    request.mounts.add(
        mount("type=bind,target=/mnt/b,source=b,readonly", Optional.of(context), Optional.empty()));
    request.mounts.add(mount("type=cache,target=/cache,id=c", Optional.empty(), Optional.empty()));
    request.mounts.add(
        mount("type=tmpfs,target=/memory,size=1m", Optional.empty(), Optional.empty()));
    request.mounts.add(
        mount(
            "type=secret,target=/run/secrets/key,id=key,mode=0440",
            Optional.empty(),
            Optional.of(Content.text("hidden"))));
    request.mounts.add(
        mount(
            "type=bind,target=/dev/pipes/,readonly",
            Optional.of(files(FileTree.empty(), "/x", "script")),
            Optional.empty()));
    String script =
        """
        set -e
        cat /mnt/src/a /mnt/b /run/secrets/key /dev/pipes/x
        stat -c ' %a' /run/secrets/key
        echo more >>/mnt/src/a
        ! echo more 2>/dev/null >>/mnt/b
        echo kept >>/cache/file; cat /cache/file
        echo gone >/memory/file
        echo made >/made
        """;
    for (String kept : List.of("kept\n", "kept\nkept\n")) {
      output.reset();
      try (RunResult result = runner.run(request.of(script))) {
        assertThat(said()).isEqualTo("the athe bhiddenscript 440\n" + kept);
        assertThat(result.exitCode()).isZero();
        assertThat(paths(result)).containsExactly("/made");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void hasNoNetworkIfToldSo(Isolation isolation) throws Exception {
    LocalRunner runner = runner(isolation);
    Request request = new Request();
    request.network = RunRequest.Network.NONE;
    try (RunResult result =
        runner.run(request.of("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '"))) {
      assertThat(said().lines().distinct().filter(line -> line.startsWith("e"))).isEmpty();
      assertThat(said()).contains("lo");
      assertThat(result.changes()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void endsAllProcessesWhenTimeIsUp(Isolation isolation) throws Exception {
    String mark = "imbrex-mark-" + isolation + "-" + ProcessHandle.current().pid();
    LocalRunner runner = runner(isolation);
    Request request = new Request();
    request.limit = Optional.of(Duration.ofSeconds(2));
    String script =
        "trap '' TERM; (sh -c 'while :; do sleep 1; done' " + mark + " &) ; echo on; sleep 300";
    assertThatThrownBy(() -> runner.run(request.of(script)))
        .isInstanceOf(RunTimeoutException.class)
        .hasMessageContaining("2 s");
    assertThat(said()).isEqualTo("on\n");
    assertThat(running(mark)).isFalse();
    assertThat(mounts()).doesNotContain(directory.toString());
  }

  @ParameterizedTest
  @EnumSource(Isolation.class)
  void endsWhenTheThreadIsInterrupted(Isolation isolation) throws Exception {
    String mark = "imbrex-interrupt-" + isolation + "-" + ProcessHandle.current().pid();
    LocalRunner runner = runner(isolation);
    Thread caller = Thread.currentThread();
    Thread interrupter =
        new Thread(
            () -> {
              try {
                while (!running(mark)) {
                  Thread.sleep(20);
                }
                caller.interrupt();
              } catch (IOException | InterruptedException e) {
                caller.interrupt();
              }
            });
    interrupter.start();
    assertThatThrownBy(() -> runner.run(new Request().of("sh -c 'sleep 300; :' " + mark)))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    interrupter.join();
    assertThat(running(mark)).isFalse();
  }

  private static boolean running(String mark) throws IOException {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process : processes.toList()) {
        Path commandLine = process.resolve("cmdline");
        if (process.getFileName().toString().matches("\\d+") && Files.isReadable(commandLine)) {
          try {
            if (Files.readString(commandLine).endsWith("\0" + mark + "\0")) {
              return true;
            }
          } catch (IOException e) {
            // Ended meanwhile.
          }
        }
      }
    }
    return false;
  }

  private static String mounts() throws IOException {
    return Files.readString(Path.of("/proc/self/mounts"));
  }

  @Test
  void saysWhatBubblewrapCannot() throws Exception {
    LocalRunner runner = runner(Isolation.BUBBLEWRAP);
    Request request = new Request();
    request.user = "1000";
    assertThatThrownBy(() -> runner.run(request.of("true")))
        .isInstanceOf(RunnerUnavailableException.class)
        .hasMessageContaining("runc");
  }

  /** The words differ, but either way it is told that there is no such program. */
  @ParameterizedTest
  @EnumSource(Isolation.class)
  void tellsThatThereIsNoSuchProgram(Isolation isolation) throws Exception {
    RunRequest request = new Request().of("true");
    RunRequest missing =
        new RunRequest(
            request.image(),
            request.files(),
            request.platform(),
            List.of("no-such-program"),
            request.environment(),
            "",
            "/",
            List.of(),
            RunRequest.Network.DEFAULT,
            false,
            Optional.empty(),
            output,
            Progress.none());
    try (RunResult result = runner(isolation).run(missing)) {
      assertThat(result.exitCode()).isNotZero();
      assertThat(said()).contains("no-such-program");
    } catch (RunnerUnavailableException e) {
      assertThat(e).hasMessageContaining("no-such-program");
    }
  }

  @Test
  void isFoundByItself() throws Exception {
    Program.find("runc");
    try (LocalRunner runner = LocalRunner.detect(directory)) {
      assertThat(runner.isolation()).isEqualTo(Isolation.RUNC);
    }
  }

  private static final long START = System.currentTimeMillis() / 1000;
  private static final Pattern TIME = Pattern.compile("(?<=\\d:\\d{1,10}) (-?\\d+) \\[");

  private static final List<String> STEPS =
      List.of(
          "useradd --create-home --uid 1500 ada && usermod -aG staff ada",
          "mkdir -p /opt/a/b && echo x >/opt/a/b/c && ln /opt/a/b/c /opt/hard && ln -s a /opt/soft",
          "dpkg-divert --local --rename --add /usr/bin/clear && rm -rf /usr/share/doc /var/cache",
          "chmod 2755 /opt/a && chown -R ada:staff /opt/a && rm -rf /opt/a/b && mkdir /opt/a/b",
          "mv /usr/share/zoneinfo /opt/zones; rm /opt/soft && mkdir /opt/soft && : >/opt/soft/file",
          "rm -rf /media && ln -s opt /media && echo >>/etc/motd && chmod 4755 /usr/bin/env",
          "rm -rf /usr/share/doc && touch -d @1000000000 /opt/hard && rm -f /var/log/*.log");

  /** Step by step the layers that the classic builder makes, whatever ran them. */
  @ParameterizedTest
  @EnumSource(
      value = Isolation.class,
      names = {"RUNC", "UNSHARE"})
  void leavesTheTreeThatDockerBuildLeaves(Isolation isolation) throws Exception {
    FileTree theirs = dockerBuild();
    LocalRunner runner = runner(isolation);
    Image image = base;
    for (String step : STEPS) {
      Request request = new Request();
      request.files = image.files();
      try (RunResult result = runner.run(request.of(step))) {
        assertThat(result.exitCode()).describedAs(step + "\n" + said()).isZero();
        image = ImageBuilder.from(image).layer(step, result.changes()).build();
      }
    }
    assertThat(listing(image.files())).containsExactlyElementsOf(listing(theirs));
  }

  private static FileTree dockerBuild() throws Exception {
    Path layout = directory.resolve("built");
    if (!Files.exists(layout)) {
      Path context = Files.createDirectories(directory.resolve("context"));
      List<String> lines = new ArrayList<>(List.of("FROM debian:1"));
      STEPS.forEach(step -> lines.add("RUN " + step));
      Files.write(context.resolve("Dockerfile"), lines);
      Path saved = directory.resolve("saved.tar");
      try (DockerEngine engine = DockerEngine.start(directory.resolve("docker"))) {
        Program docker = engine.docker().with("DOCKER_BUILDKIT", "0");
        docker.run("import", debian.toString(), "debian:1");
        docker.run("build", "--network", "host", "--tag", "built:1", context.toString());
        docker.run("save", "--output", saved.toString(), "built:1");
      }
      Program.find("skopeo").run("copy", "docker-archive:" + saved, "oci:" + layout + ":built");
      Files.delete(saved);
    }
    try (ImageStore built = ImageStore.on(LayoutStorage.open(layout))) {
      return built.requireOnly().files();
    }
  }

  /** Sizes in place of contents, and without the times of what was changed just now. */
  private static List<String> listing(FileTree tree) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : TreeListing.withSizes(tree)) {
      Matcher time = TIME.matcher(line);
      boolean isNow = time.find() && Long.parseLong(time.group(1)) >= START;
      lines.add(isNow ? time.replaceFirst(" now [") : line);
    }
    return lines;
  }
}
