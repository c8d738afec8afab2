package dev.imbrex.build.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.build.RunExecutor;
import dev.imbrex.build.RunMountPoint;
import dev.imbrex.build.RunRequest;
import dev.imbrex.build.RunResult;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.TreePath;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs the commands of a build on this machine (Linux), shut into the files of the image.
 *
 * <pre>{@code
 * try (LocalRunner runner = LocalRunner.detect(Path.of("/var/tmp"))) {
 *   RunResult result = runner.run(request);
 * }
 * }</pre>
 *
 * <p>As root the files are an overlay mount where the kernel has it: trees are written once and
 * shared by all commands of a runner, and what a command changed is taken from the upper directory.
 * Elsewhere each command gets a copy. Mounts are made in a namespace of the command, so that
 * nothing of them is seen outside, or left. The command finds {@code /proc}, a small {@code /dev},
 * {@code /sys} that it cannot write to, and a {@code /etc/resolv.conf} and {@code /etc/hosts} that
 * are not in the layer; it has no environment but the one given, with {@code HOME}, and no open
 * files. With the network of this machine it has all of it; without, only the loopback.
 *
 * <p>This keeps a build from damage by accident, and its result clean. It is no fence against
 * attackers: whoever writes the commands of a build that runs as root is trusted with much.
 *
 * <p>Safe for use by many threads. Closing it removes what it wrote; no command may run then.
 */
public final class LocalRunner implements RunExecutor, Closeable {
  private static final String OUTER =
      """
      set -eu
      options=$1 root=$2 marker=$3
      shift 3
      if [ -n "$options" ]; then
        mount -t overlay -o "$options" overlay "$root"
      fi
      if [ -n "$marker" ]; then
        : >"$marker"
      fi
      exec "$@"
      """;

  private final Isolation isolation;
  private final Machine machine;
  private final Path directory;
  private final Caches caches;
  private final LowerStack lowers;
  private final boolean hasOverlay;
  private final AtomicInteger count = new AtomicInteger();

  private LocalRunner(Isolation isolation, Machine machine, Path directory, Path caches)
      throws IOException {
    this.isolation = isolation;
    this.machine = machine;
    this.directory = directory;
    this.caches = new Caches(caches);
    this.lowers = new LowerStack(directory);
    boolean complete = false;
    try {
      this.hasOverlay = machine.isRoot() && probeOverlay();
      complete = true;
    } finally {
      if (!complete) {
        Removal.remove(directory);
      }
    }
  }

  /** The isolations this machine has, best first. */
  public static List<Isolation> available() throws IOException {
    Machine machine = Machine.here();
    return Stream.of(Isolation.values())
        .filter(isolation -> machine.obstacle(isolation).isEmpty())
        .toList();
  }

  /**
   * A runner with the best isolation there is.
   *
   * @param workspace an existing directory of the default file system, with room for the files of
   *     the images; the runner makes a private one in it
   * @throws RunnerUnavailableException if there is none; it says what each would take
   */
  public static LocalRunner detect(Path workspace) throws IOException {
    List<Isolation> available = available();
    if (available.isEmpty()) {
      Machine machine = Machine.here();
      throw new RunnerUnavailableException(
          "Nothing here can run a command in an image: "
              + Stream.of(Isolation.values())
                  .map(
                      isolation ->
                          isolation.name().toLowerCase(Locale.ROOT)
                              + ": "
                              + machine.obstacle(isolation).orElse(""))
                  .collect(Collectors.joining("; "))
              + ". Install runc, or bubblewrap to do without root.");
    }
    return of(available.get(0), workspace);
  }

  /**
   * A runner with this isolation. Its cache mounts last as long as itself.
   *
   * @throws RunnerUnavailableException if this machine does not have it
   */
  public static LocalRunner of(Isolation isolation, Path workspace) throws IOException {
    Path own = privateDirectory(isolation, workspace);
    return new LocalRunner(
        isolation, Machine.here(), own, Files.createDirectory(own.resolve("caches")));
  }

  /**
   * A runner with this isolation, whose cache mounts are kept.
   *
   * @param caches an existing directory for them, which one runner uses at a time
   * @throws RunnerUnavailableException if this machine does not have it
   */
  public static LocalRunner of(Isolation isolation, Path workspace, Path caches)
      throws IOException {
    return new LocalRunner(
        isolation, Machine.here(), privateDirectory(isolation, workspace), caches.toRealPath());
  }

  private static Path privateDirectory(Isolation isolation, Path workspace) throws IOException {
    Optional<String> obstacle = Machine.here().obstacle(Objects.requireNonNull(isolation));
    if (obstacle.isPresent()) {
      throw new RunnerUnavailableException(isolation + " cannot be used here: " + obstacle.get());
    }
    return Files.createTempDirectory(workspace.toRealPath(), "imbrex-run-");
  }

  /** How commands are isolated. */
  public Isolation isolation() {
    return isolation;
  }

  @Override
  public RunResult run(RunRequest request) throws IOException {
    Path own = Files.createDirectory(directory.resolve("r" + count.getAndIncrement()));
    boolean kept = false;
    try (MountSources sources = new MountSources(own, caches, writing())) {
      RunResult result = run(request, own, sources).releasing(() -> Removal.remove(own));
      kept = true;
      return result;
    } finally {
      if (!kept) {
        Removal.remove(own);
      }
    }
  }

  private ExtractOptions writing() {
    return machine.isRoot()
        ? ExtractOptions.trusted()
        : ExtractOptions.untrusted().withOwners(ExtractOptions.Owners.CALLER);
  }

  private RunResult run(RunRequest request, Path own, MountSources sources) throws IOException {
    MountTargets targets = new MountTargets(request.files());
    TreePath proc = targets.require(TreePath.of("/proc"), true);
    TreePath dev = targets.require(TreePath.of("/dev"), true);
    TreePath sys = targets.require(TreePath.of("/sys"), true);
    boolean hasNetwork = request.network() != RunRequest.Network.NONE;
    List<Mounted> mounts = new ArrayList<>();
    mounts.add(mounted(targets, "/etc/hosts", sources.file(HostFiles.hosts(hasNetwork)), false, 0));
    mounts.add(
        mounted(
            targets, "/etc/resolv.conf", sources.file(HostFiles.resolvConf(hasNetwork)), false, 0));
    for (RunMountPoint mount : request.mounts()) {
      Optional<MountSources.Source> source = sources.of(mount);
      if (source.isPresent()) {
        String target = mount.target().orElseThrow();
        boolean inMemory = Stream.of(proc, dev, sys).anyMatch(TreePath.of(target)::startsWith);
        long size = mount.mount().option("size").map(Sizes::parse).orElse(0L);
        mounts.add(
            inMemory
                ? mounted(TreePath.of(target), source.get(), mount.isReadOnly(), size)
                : mounted(targets, target, source.get(), mount.isReadOnly(), size));
      }
    }
    FileTree files = targets.files();
    RunRoot root =
        hasOverlay
            ? OverlayRoot.make(lowers.of(files, request.progress()), own)
            : CopiedRoot.make(files, own.resolve("root"), writing(), machine, request.progress());
    RunUser user = RunUser.find(request.files(), request.user());
    RunPlan plan =
        new RunPlan(
            root.path(),
            proc,
            dev,
            sys,
            mounts,
            request.command(),
            environment(request, user),
            user,
            request.workingDirectory(),
            hasNetwork,
            request.privileged());
    int code = execute(plan, root, own, request);
    return code == 0 ? RunResult.changed(changes(root, request)) : RunResult.failed(code);
  }

  private static List<LayerEntry> changes(RunRoot root, RunRequest request) throws IOException {
    return root.changes(request.progress());
  }

  private static Mounted mounted(
      MountTargets targets, String target, MountSources.Source source, boolean readOnly, long size)
      throws IOException {
    TreePath place = targets.require(TreePath.of(target), source.isDirectory());
    return mounted(place, source, readOnly, size);
  }

  private static Mounted mounted(
      TreePath place, MountSources.Source source, boolean readOnly, long size) {
    return new Mounted(place, source.path(), source.isDirectory(), readOnly, size);
  }

  private static Map<String, String> environment(RunRequest request, RunUser user)
      throws IOException {
    Map<String, String> environment = new LinkedHashMap<>(request.environment());
    for (RunMountPoint mount : request.mounts()) {
      if (MountSources.isVariable(mount) && mount.secret().isPresent()) {
        try (InputStream in = mount.secret().get().open()) {
          environment.put(
              mount.variable().orElseThrow(), new String(in.readNBytes(1 << 20), UTF_8));
        }
      }
    }
    environment.putIfAbsent("HOME", user.home());
    return environment;
  }

  private int execute(RunPlan plan, RunRoot root, Path own, RunRequest request) throws IOException {
    Launcher launcher =
        switch (isolation) {
          case RUNC -> new RuncLauncher(machine);
          case UNSHARE -> new UnshareLauncher(machine);
          case BUBBLEWRAP -> new BubblewrapLauncher(machine);
        };
    List<String> command = new ArrayList<>();
    if (machine.isRoot()) {
      command.add(machine.require("unshare"));
      command.addAll(launcher.namespaces(plan));
      command.addAll(List.of("--propagation", "private", "--"));
    }
    Path started = own.resolve("started");
    command.addAll(
        List.of(
            machine.require("sh"),
            "-c",
            OUTER,
            "sh",
            root.overlayOptions(),
            root.path().toString(),
            launcher.tellsStart() ? "" : started.toString()));
    command.addAll(launcher.command(plan, own, started));
    Tail tail = new Tail(request.output());
    int code =
        new Supervised(directory, searchPath(), () -> cleanUp(launcher, own))
            .run(command, tail, request.timeLimit(), request.progress());
    if (code != 0 && !Files.exists(started)) {
      throw new RunnerUnavailableException(
          isolation + " could not start the command: " + tail.text());
    }
    return code;
  }

  private void cleanUp(Launcher launcher, Path own) throws IOException {
    List<String> command = launcher.cleanup(own);
    if (!command.isEmpty()) {
      new Supervised(directory, searchPath(), () -> {})
          .run(
              command,
              OutputStream.nullOutputStream(),
              Optional.of(Duration.ofSeconds(20)),
              Progress.none());
    }
  }

  private String searchPath() {
    return machine.directories().stream().map(Path::toString).collect(Collectors.joining(":"));
  }

  /** Tries whether the kernel mounts overlays, on the file system of the workspace. */
  private boolean probeOverlay() throws IOException {
    Path probe = Files.createDirectory(directory.resolve("probe"));
    for (String name : List.of("lower", "upper", "work", "root")) {
      Files.createDirectory(probe.resolve(name));
    }
    try {
      List<String> command =
          List.of(
              machine.require("unshare"),
              "--mount",
              "--propagation",
              "private",
              "--",
              machine.require("mount"),
              "-t",
              "overlay",
              "-o",
              "lowerdir=probe/lower,upperdir=probe/upper,workdir=probe/work",
              "overlay",
              "probe/root");
      int code =
          new Supervised(directory, searchPath(), () -> {})
              .run(
                  command,
                  OutputStream.nullOutputStream(),
                  Optional.of(Duration.ofSeconds(20)),
                  Progress.none());
      return code == 0;
    } catch (RunnerUnavailableException | RunTimeoutException e) {
      return false;
    } finally {
      Removal.remove(probe);
    }
  }

  /** Removes what the runner wrote. */
  @Override
  public void close() throws IOException {
    try {
      Removal.remove(directory);
    } catch (NoSuchFileException e) {
      // Closed already.
    }
  }
}
