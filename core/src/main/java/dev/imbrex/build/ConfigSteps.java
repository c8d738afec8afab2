package dev.imbrex.build;

import dev.imbrex.dockerfile.Expansion;
import dev.imbrex.dockerfile.Instruction;
import dev.imbrex.dockerfile.NameValue;
import dev.imbrex.manifest.config.ContainerConfig;
import dev.imbrex.manifest.config.ContainerMember;
import dev.imbrex.manifest.config.ExposedPort;
import dev.imbrex.manifest.config.ImageConfig;
import dev.imbrex.manifest.internal.text.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** What the instructions do that change the config alone (SN-B24 to SN-B26). */
final class ConfigSteps {
  /**
   * A change of the config.
   *
   * @param config the config after it
   * @param text what the history says of it, in its bare form
   */
  record Change(ImageConfig config, String text) {}

  private final HistoryStyle style;
  private final char escape;

  ConfigSteps(HistoryStyle style, char escape) {
    this.style = style;
    this.escape = escape;
  }

  /**
   * The change an instruction makes; nothing for instructions that do more than that.
   *
   * @throws IllegalArgumentException if a value is not right
   */
  Optional<Change> change(Instruction instruction, StageState state) {
    Expansion expansion = state.expansion(escape);
    if (instruction instanceof Instruction.Env env) {
      return Optional.of(env(env, state, expansion));
    } else if (instruction instanceof Instruction.Label label) {
      return Optional.of(label(label, state, expansion));
    } else if (instruction instanceof Instruction.Cmd cmd) {
      List<String> words = cmd.command().resolve(state.shell());
      return container(state, "CMD " + StepText.quoted(words), withCommand(state, words));
    } else if (instruction instanceof Instruction.Entrypoint entrypoint) {
      return entrypoint(entrypoint, state);
    } else if (instruction instanceof Instruction.Expose expose) {
      return expose(expose, state, expansion);
    } else if (instruction instanceof Instruction.Volume volume) {
      return volume(volume, state, expansion);
    } else if (instruction instanceof Instruction.User user) {
      String name = required(expansion.word(user.user()), "user");
      return container(state, "USER " + name, state.container().withUser(name));
    } else if (instruction instanceof Instruction.StopSignal stop) {
      return stopSignal(expansion.word(stop.signal()), state);
    } else if (instruction instanceof Instruction.HealthCheck check) {
      return container(
          state,
          "HEALTHCHECK " + StepText.healthcheck(check.check(), style),
          state.container().withHealthcheck(check.check()));
    } else if (instruction instanceof Instruction.Shell shell) {
      return container(
          state,
          "SHELL " + StepText.plain(shell.shell()),
          state.container().withShell(shell.shell()));
    } else if (instruction instanceof Instruction.Maintainer maintainer) {
      return Optional.of(
          new Change(
              state.config().withAuthor(maintainer.author()), "MAINTAINER " + maintainer.author()));
    }
    return Optional.empty();
  }

  private static Optional<Change> container(
      StageState state, String text, ContainerConfig container) {
    return Optional.of(new Change(state.config().withContainer(container), text));
  }

  private static String required(String text, String what) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("the " + what + " is blank with its variables put in");
    }
    return text;
  }

  private static Change env(Instruction.Env env, StageState state, Expansion expansion) {
    ContainerConfig container = state.container();
    StringBuilder text = new StringBuilder("ENV");
    for (NameValue variable : env.variables()) {
      String name = required(expansion.word(variable.name()), "name");
      String value = expansion.word(variable.value());
      container = container.withEnv(name, value);
      text.append(' ').append(name).append('=').append(value);
    }
    return new Change(state.config().withContainer(container), text.toString());
  }

  private static Change label(Instruction.Label label, StageState state, Expansion expansion) {
    ContainerConfig container = state.container();
    StringBuilder text = new StringBuilder("LABEL");
    for (NameValue pair : label.labels()) {
      String name = required(expansion.word(pair.name()), "name");
      String value = expansion.word(pair.value());
      container = container.withLabel(name, value);
      text.append(' ').append(name).append('=').append(value);
    }
    return new Change(state.config().withContainer(container), text.toString());
  }

  /** No words clear what was inherited. */
  private static ContainerConfig withCommand(StageState state, List<String> words) {
    return words.isEmpty()
        ? state.container().without(ContainerMember.CMD)
        : state.container().withCmd(words);
  }

  /** An inherited command belongs to an inherited entry point (SN-B24). */
  private static Optional<Change> entrypoint(Instruction.Entrypoint instruction, StageState state) {
    List<String> words = instruction.command().resolve(state.shell());
    ContainerConfig container =
        words.isEmpty()
            ? state.container().without(ContainerMember.ENTRYPOINT)
            : state.container().withEntrypoint(words);
    if (!state.hasCmd()) {
      container = container.without(ContainerMember.CMD);
    }
    return container(state, "ENTRYPOINT " + StepText.quoted(words), container);
  }

  private Optional<Change> expose(
      Instruction.Expose expose, StageState state, Expansion expansion) {
    List<String> words = new ArrayList<>();
    // Both builders sort the words before variables are put in.
    expose.ports().stream().sorted().forEach(port -> words.addAll(expansion.words(port)));
    TreeSet<ExposedPort> ports = new TreeSet<>();
    words.forEach(word -> ports.addAll(PortSpecs.parse(word)));
    ContainerConfig container = state.container();
    for (ExposedPort port : ports) {
      container = container.withExposedPort(port);
    }
    String text =
        style == HistoryStyle.BUILDKIT
            ? StepText.plain(ports.stream().map(ExposedPort::toString).sorted().toList())
            : String.join(" ", words);
    return container(state, "EXPOSE " + text, container);
  }

  private static Optional<Change> volume(
      Instruction.Volume volume, StageState state, Expansion expansion) {
    ContainerConfig container = state.container();
    List<String> paths = new ArrayList<>();
    for (String path : volume.paths()) {
      String expanded = required(expansion.word(path), "path");
      paths.add(expanded);
      container = container.withVolume(expanded);
    }
    return container(state, "VOLUME " + StepText.plain(paths), container);
  }

  private static Optional<Change> stopSignal(String signal, StageState state) {
    if (!StopSignals.isSignal(signal)) {
      throw new IllegalArgumentException(
          "expected the name or the number of a signal, not " + Quoted.of(signal));
    }
    return container(state, "STOPSIGNAL " + signal, state.container().withStopSignal(signal));
  }
}
