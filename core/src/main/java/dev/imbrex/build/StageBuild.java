package dev.imbrex.build;

import dev.imbrex.dockerfile.Dockerfile;
import dev.imbrex.dockerfile.DockerfileException;
import dev.imbrex.dockerfile.Expansion;
import dev.imbrex.dockerfile.IgnorePatterns;
import dev.imbrex.dockerfile.Instruction;
import dev.imbrex.dockerfile.Stage;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.config.History;
import dev.imbrex.manifest.config.ImageConfig;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.ImageException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Builds a stage: each instruction is turned into a step on what the ones before have made. */
final class StageBuild {
  private final BuildSettings settings;
  private final Stage stage;
  private final BuildFiles files;
  private final StepKeys keys;
  private final StepCache cache;
  private final ConfigSteps configs;
  private final char escape;

  StageBuild(BuildSettings settings, Stage stage, BuildFiles files) {
    this.settings = settings;
    this.stage = stage;
    this.files = files;
    this.keys = new StepKeys(settings);
    this.cache = new StepCache(settings);
    this.escape = settings.dockerfile().escape();
    this.configs = new ConfigSteps(settings.style(), escape);
  }

  /** Builds on where another stage, or an image, ended. */
  StageState build(StageState base) throws IOException {
    StageState state = base;
    for (Instruction trigger : triggers(base)) {
      state = step(state, trigger);
    }
    for (Instruction instruction : stage.instructions()) {
      state = step(state, instruction);
    }
    return finish(state);
  }

  /** The instructions that the base has left for this build; they are gone after it (SN-B16). */
  private static List<Instruction> triggers(StageState base) throws DockerfileException {
    List<Instruction> triggers = new ArrayList<>();
    for (String text : base.triggers()) {
      triggers.add(Dockerfile.parseTrigger("ONBUILD of the base image", text));
    }
    return triggers;
  }

  /** A stage without a step that changed its base is an image of its own. */
  private StageState finish(StageState state) throws IOException {
    if (state.isWritten()) {
      return state;
    }
    Digest key = keys.digest("from", state).finish();
    return cache.run(state, new Step(key, draft -> draft), "FROM " + stage.from().image(), off());
  }

  private boolean off() {
    return settings.isCacheOff(stage.index(), stage.name());
  }

  private StageState step(StageState state, Instruction instruction) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("Interrupted between two steps of a build");
    }
    try (Archives archives = new Archives()) {
      return apply(state, instruction, archives);
    } catch (DockerfileException e) {
      throw e;
    } catch (IllegalArgumentException | ImageException e) {
      throw new DockerfileException(
          settings.dockerfile().name(),
          instruction.statement().range(),
          instruction.keyword().name(),
          Optional.ofNullable(e.getMessage()).orElse(e.toString()),
          e);
    }
  }

  private StageState apply(StageState state, Instruction instruction, Archives archives)
      throws IOException {
    String name = "[" + (stage.index() + 1) + "] " + instruction.statement().text();
    if (instruction instanceof Instruction.Copy copy) {
      Step step = new CopySteps(settings, files, keys).copy(copy, state, stage, archives);
      return cache.run(state, step, name, off());
    } else if (instruction instanceof Instruction.Add add) {
      Step step = new CopySteps(settings, files, keys).add(add, state, stage, archives);
      return cache.run(state, step, name, off());
    } else if (instruction instanceof Instruction.Run run) {
      Step step = new RunSteps(settings, files, keys).run(run, state, stage);
      return cache.run(state, step, name, off());
    } else if (instruction instanceof Instruction.Workdir workdir) {
      return cache.run(state, workdir(workdir, state), name, off());
    } else if (instruction instanceof Instruction.Arg arg) {
      return arg(arg, state, name);
    } else if (instruction instanceof Instruction.Onbuild onbuild) {
      return onbuild(onbuild, state, name);
    }
    ConfigSteps.Change change =
        configs
            .change(instruction, state)
            .orElseThrow(() -> new AssertionError(instruction.keyword()));
    StageState told = state;
    if (instruction instanceof Instruction.Shell && settings.style() == HistoryStyle.CLASSIC) {
      // The classic builder shows the new shell in front of the step that sets it.
      told = state.unwritten(state.draft().withConfig(change.config()));
    }
    String text = keys.text(told).config(change.text());
    StageState next = cache.run(state, config(state, change.config(), text), name, off());
    return instruction instanceof Instruction.Cmd ? next.withCmd() : next;
  }

  private Step config(StageState state, ImageConfig config, String createdBy) {
    History history = keys.history(createdBy);
    Digest key =
        keys.digest("config", state)
            .add(createdBy)
            .add(config.container().toString())
            .add(config.author().orElse(""))
            .finish();
    return new Step(key, draft -> draft.withConfig(config, history));
  }

  private StageState arg(Instruction.Arg arg, StageState state, String name) throws IOException {
    Expansion expansion = state.expansion(escape);
    ArgScope scope = state.args();
    StringBuilder text = new StringBuilder("ARG");
    for (Instruction.Arg.Declaration declaration : arg.declarations()) {
      Optional<String> value = declaration.value().map(expansion::word);
      scope = scope.declare(declaration.name(), value);
      text.append(' ').append(declaration.name());
      // The history shows the default, and never what a build was given.
      value.ifPresent(written -> text.append('=').append(written));
    }
    Step step = config(state, state.config(), keys.text(state).config(text.toString()));
    StageState next = cache.run(state, step, name, off());
    return next.withArgs(scope);
  }

  /** Keeps the instruction for builds on this one; only the classic builder tells (SN-B28). */
  private StageState onbuild(Instruction.Onbuild onbuild, StageState state, String name)
      throws IOException {
    List<String> all = new ArrayList<>(state.container().onBuild().orElse(List.of()));
    all.add(onbuild.trigger());
    ImageConfig config = state.config().withContainer(state.container().withOnBuild(all));
    if (settings.style() == HistoryStyle.CLASSIC) {
      String text = keys.text(state).config("ONBUILD " + onbuild.trigger());
      return cache.run(state, config(state, config, text), name, off());
    }
    return state.unwritten(state.draft().withConfig(config));
  }

  /** Sets the working directory, and makes it where it is missing (SN-B27). */
  private Step workdir(Instruction.Workdir workdir, StageState state) throws IOException {
    String written = state.expansion(escape).word(workdir.path());
    String path = absolute(written, state.workingDir());
    ImageConfig config = state.config().withContainer(state.container().withWorkingDir(path));
    History history = keys.history(keys.text(state).workdir(path));
    boolean buildKit = settings.style() == HistoryStyle.BUILDKIT;
    String user = state.container().user().orElse("");
    Owner owner =
        buildKit && !user.isEmpty() ? Owner.parse(user, state.draft(), false) : Owner.ROOT;
    Digest key = keys.digest("workdir", state).add(path).add(owner.toString()).finish();
    return new Step(
        key,
        draft -> {
          if (path.equals("/")) {
            return draft.withConfig(config, history);
          }
          FileTree below = draft.files();
          TreeEditor editor = below.edit();
          directory(editor, below, TreePath.of(path), owner);
          return keys.withLayer(
              draft.withConfig(config), TreeDiff.between(below, editor.toTree()), history);
        });
  }

  private static String absolute(String path, String current) {
    String joined = path.startsWith("/") ? path : current + "/" + path;
    return "/" + String.join("/", CopySources.names(joined));
  }

  private static void directory(TreeEditor editor, FileTree below, TreePath path, Owner owner)
      throws IOException {
    CopyRules rules = new CopyRules(Optional.of(owner), Optional.empty(), IgnorePatterns.none());
    TreePath real = below.follow(path).orElse(editor.realPath(path));
    if (editor.find(real).filter(Node::isDirectory).isEmpty()) {
      new CopyTarget(editor, rules).directory(real);
    }
  }
}
