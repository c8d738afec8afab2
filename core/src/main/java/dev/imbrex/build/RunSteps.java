package dev.imbrex.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.dockerfile.CommandForm;
import dev.imbrex.dockerfile.DockerfileException;
import dev.imbrex.dockerfile.Expansion;
import dev.imbrex.dockerfile.Heredoc;
import dev.imbrex.dockerfile.IgnorePatterns;
import dev.imbrex.dockerfile.Instruction;
import dev.imbrex.dockerfile.RunMount;
import dev.imbrex.dockerfile.Stage;
import dev.imbrex.dockerfile.Statement;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.config.History;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Makes steps of {@code RUN} (SN-B9, SN-B23). */
final class RunSteps {
  private static final String SCRIPTS = "/dev/pipes/";

  private final BuildSettings settings;
  private final BuildFiles files;
  private final StepKeys keys;

  RunSteps(BuildSettings settings, BuildFiles files, StepKeys keys) {
    this.settings = settings;
    this.files = files;
    this.keys = keys;
  }

  Step run(Instruction.Run run, StageState state, Stage stage) throws IOException {
    Expansion expansion = state.expansion(settings.dockerfile().escape());
    List<RunMountPoint> mounts = new ArrayList<>();
    for (String text : run.mounts()) {
      mounts.add(mount(text, stage, expansion, state));
    }
    script(run.statement()).ifPresent(mounts::add);
    List<String> command = command(run.command(), run.statement()).resolve(state.shell());
    Map<String, String> args = state.argValues(settings.style());
    History history = keys.history(keys.text(state).run(command, args));
    RunRequest.Network network =
        run.network()
            .map(name -> RunRequest.Network.valueOf(name.toUpperCase(Locale.ROOT)))
            .orElse(RunRequest.Network.DEFAULT);
    boolean privileged = run.security().filter("insecure"::equals).isPresent();
    StepDigest digest =
        keys.digest("run", state)
            .add(command)
            .add(args.toString())
            .add(network.name())
            .add(Boolean.toString(privileged));
    for (RunMountPoint mount : mounts) {
      digest.add(mount.mount().toString());
      if (mount.files().isPresent()) {
        digest.add(contentOf(mount).toString());
      }
    }
    Statement statement = run.statement();
    return new Step(
        digest.finish(),
        draft -> {
          Optional<Draft> made = CacheImages.find(settings.cacheFrom(), draft, history);
          return made.isPresent()
              ? made.get()
              : execute(
                  draft, request(state, command, mounts, network, privileged), statement, history);
        });
  }

  private RunRequest request(
      StageState state,
      List<String> command,
      List<RunMountPoint> mounts,
      RunRequest.Network network,
      boolean privileged)
      throws IOException {
    return new RunRequest(
        state.draft().parent(),
        state.draft().files(),
        state.config().platform(),
        command,
        environment(state),
        state.container().user().orElse(""),
        state.workingDir(),
        mounts,
        network,
        privileged,
        settings.timeLimit(),
        settings.output(),
        settings.progress());
  }

  private Draft execute(Draft draft, RunRequest request, Statement statement, History history)
      throws IOException {
    RunExecutor executor =
        settings
            .executor()
            .orElseThrow(
                () ->
                    new UnsupportedContentException(
                        "this build has no runner for commands; give it one with"
                            + " DockerfileBuild.run(RunExecutor)"));
    try (RunResult result = executor.run(request)) {
      if (result.exitCode() != 0) {
        throw new DockerfileException(
            settings.dockerfile().name(),
            statement.range(),
            "RUN",
            "\"" + String.join(" ", request.command()) + "\" ended with code " + result.exitCode(),
            "");
      }
      List<LayerEntry> changes = result.changes();
      return keys.withLayer(draft, changes, history);
    }
  }

  /** The variables of the image, the arguments that have a value, and proxies (SN-B14). */
  private Map<String, String> environment(StageState state) {
    Map<String, String> environment = new LinkedHashMap<>();
    state.args().declared().forEach((name, v) -> v.ifPresent(text -> environment.put(name, text)));
    state.args().proxies().forEach(environment::putIfAbsent);
    environment.putAll(state.container().environment());
    return environment;
  }

  // ---- Here-documents

  /** The command with its here-documents: a script, the text of one, or all put together. */
  private static CommandForm command(CommandForm command, Statement statement) {
    List<Heredoc> heredocs = statement.heredocs();
    if (heredocs.isEmpty() || !command.isShell()) {
      return command;
    }
    String line = command.words().get(0);
    Heredoc first = heredocs.get(0);
    if (isAlone(line, heredocs)) {
      return CommandForm.shell(isScript(first) ? SCRIPTS + first.word() : first.text());
    }
    StringBuilder text = new StringBuilder(line);
    for (Heredoc heredoc : heredocs) {
      text.append('\n').append(heredoc.content()).append(heredoc.word());
    }
    return CommandForm.shell(text.toString());
  }

  private static boolean isAlone(String line, List<Heredoc> heredocs) {
    return heredocs.size() == 1 && line.matches("\\d*<<-?\\S+");
  }

  private static boolean isScript(Heredoc heredoc) {
    return heredoc.content().startsWith("#!");
  }

  private static Optional<RunMountPoint> script(Statement statement) {
    List<Heredoc> heredocs = statement.heredocs();
    boolean isScript =
        !heredocs.isEmpty()
            && isAlone(statement.arguments(), heredocs)
            && isScript(heredocs.get(0));
    if (!isScript) {
      return Optional.empty();
    }
    Content content = Content.of(heredocs.get(0).text().getBytes(UTF_8));
    FileTree tree =
        FileTree.empty()
            .edit()
            .put(
                TreePath.root().child(heredocs.get(0).word()),
                new Node.RegularFile(Metadata.ofMode(0755), content))
            .toTree();
    return Optional.of(
        new RunMountPoint(
            RunMount.parse("type=bind,target=" + SCRIPTS + ",readonly"),
            Optional.of(SCRIPTS),
            Optional.of(tree),
            TreePath.root(),
            "",
            Optional.empty(),
            Optional.empty()));
  }

  // ---- Mounts

  private RunMountPoint mount(String text, Stage stage, Expansion expansion, StageState state)
      throws IOException {
    RunMount written = RunMount.parse(text);
    Map<String, String> options = new LinkedHashMap<>();
    written
        .options()
        .forEach(
            (name, value) ->
                options.put(name, name.equals("from") ? value : expansion.word(value)));
    Optional<String> target =
        written
            .target()
            .map(expansion::word)
            .map(path -> path.startsWith("/") ? path : state.workingDir() + "/" + path);
    RunMount mount = new RunMount(written.kind(), target, options);
    return switch (mount.kind()) {
      case BIND -> bind(mount, stage);
      case CACHE -> cache(mount, stage);
      case TMPFS -> point(mount, "", Optional.empty(), Optional.empty());
      case SECRET -> secret(mount);
      case SSH -> agent(mount);
    };
  }

  private static RunMountPoint point(
      RunMount mount, String id, Optional<FileContent> secret, Optional<Path> agent) {
    return new RunMountPoint(
        mount, mount.target(), Optional.empty(), TreePath.root(), id, secret, agent);
  }

  private RunMountPoint bind(RunMount mount, Stage stage) throws IOException {
    Optional<String> from = mount.option("from");
    BuildFiles.Place place = from.isPresent() ? files.from(from.get(), stage) : files.context();
    String source = mount.option("source").orElse("/");
    TreePath path = TreePath.of(String.join("/", CopySources.names(source)));
    TreePath real =
        place
            .files()
            .follow(path)
            .orElseThrow(
                () ->
                    new ContentNotFoundException(
                        "There is no " + source + " to mount in " + place.shown()));
    return new RunMountPoint(
        mount,
        mount.target(),
        Optional.of(place.files()),
        real,
        "",
        Optional.empty(),
        Optional.empty());
  }

  private RunMountPoint cache(RunMount mount, Stage stage) throws IOException {
    String id = mount.option("id").orElse(mount.target().orElse(""));
    Optional<String> from = mount.option("from");
    String source = mount.option("source").orElse("/");
    Optional<FileTree> initial =
        from.isPresent() ? Optional.of(files.from(from.get(), stage).files()) : Optional.empty();
    return new RunMountPoint(
        mount,
        mount.target(),
        initial,
        TreePath.of(String.join("/", CopySources.names(source))),
        id,
        Optional.empty(),
        Optional.empty());
  }

  private RunMountPoint secret(RunMount mount) throws IOException {
    String source = mount.option("source").orElse("");
    String id = mount.option("id").orElse(source.isEmpty() ? target(mount) : lastName(source));
    Optional<FileContent> secret = Optional.ofNullable(settings.secrets().get(id));
    boolean required = mount.option("required").filter("true"::equals).isPresent();
    if (required && secret.isEmpty()) {
      throw new ContentNotFoundException("This build was given no secret " + id);
    }
    Optional<String> place = mount.target();
    if (place.isEmpty() && mount.option("env").isEmpty()) {
      place = Optional.of("/run/secrets/" + id);
    }
    return new RunMountPoint(
        mount, place, Optional.empty(), TreePath.root(), id, secret, Optional.empty());
  }

  private RunMountPoint agent(RunMount mount) throws IOException {
    String id = mount.option("id").orElse("default");
    Optional<Path> agent = Optional.ofNullable(settings.agents().get(id));
    boolean required = mount.option("required").filter("true"::equals).isPresent();
    if (required && agent.isEmpty()) {
      throw new ContentNotFoundException("This build was given no agent " + id);
    }
    return point(mount, id, Optional.empty(), agent);
  }

  private static String target(RunMount mount) {
    return lastName(mount.target().orElse(""));
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The digest of what is mounted, so that the step is done again when it changes. */
  private Digest contentOf(RunMountPoint mount) throws IOException {
    FileTree tree = mount.files().orElseThrow();
    CopyRules rules = new CopyRules(Optional.empty(), Optional.empty(), IgnorePatterns.none());
    List<CopyGroup> groups =
        new CopyPlanner(tree, rules).plan(new CopySources.Found(mount.source(), mount.source()));
    return keys.content(groups);
  }
}
