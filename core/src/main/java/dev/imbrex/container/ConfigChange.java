package dev.imbrex.container;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.dockerfile.CommandForm;
import dev.imbrex.dockerfile.Dockerfile;
import dev.imbrex.dockerfile.DockerfileException;
import dev.imbrex.dockerfile.Expansion;
import dev.imbrex.dockerfile.Instruction;
import dev.imbrex.dockerfile.NameValue;
import dev.imbrex.dockerfile.SourceRange;
import dev.imbrex.manifest.config.ContainerConfig;
import dev.imbrex.manifest.config.ContainerMember;
import dev.imbrex.manifest.config.ExposedPort;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Instructions of a Dockerfile that change nothing but how containers are run (SN-B35). */
final class ConfigChange {
  private static final String ORIGIN = "change";
  private static final List<String> SHELL = List.of("/bin/sh", "-c");

  private final List<Instruction> instructions;

  private ConfigChange(List<Instruction> instructions) {
    this.instructions = instructions;
  }

  static ConfigChange of(String text) throws DockerfileException {
    try {
      // A Dockerfile begins with FROM.
      List<Instruction> found =
          Dockerfile.parse(ORIGIN, ("FROM scratch\n" + text).getBytes(UTF_8)).instructions();
      return new ConfigChange(found.subList(1, found.size()));
    } catch (DockerfileException e) {
      throw new DockerfileException(
          ORIGIN, shifted(e.range()), e.instruction(), e.problem(), e.hint().orElse(""));
    }
  }

  /** The place in the text without the line before it. */
  private static SourceRange shifted(SourceRange range) {
    return range.line() == 1
        ? range
        : new SourceRange(range.line() - 1, range.column(), range.endLine() - 1, range.endColumn());
  }

  private static DockerfileException failure(Instruction instruction, String problem) {
    return new DockerfileException(
        ORIGIN,
        shifted(instruction.statement().range()),
        instruction.keyword().toString(),
        problem,
        "");
  }

  ContainerConfig apply(ContainerConfig config) throws DockerfileException {
    ContainerConfig changed = config;
    boolean hasCommand = false;
    for (Instruction instruction : instructions) {
      try {
        changed = apply(instruction, changed, hasCommand);
      } catch (IllegalArgumentException e) {
        throw failure(instruction, String.valueOf(e.getMessage()));
      }
      hasCommand |= instruction instanceof Instruction.Cmd;
    }
    return changed;
  }

  private static ContainerConfig apply(
      Instruction instruction, ContainerConfig config, boolean hasCommand)
      throws DockerfileException {
    Map<String, String> environment = config.environment();
    Expansion expansion = Expansion.of(environment, '\\');
    if (instruction instanceof Instruction.Cmd cmd) {
      return config.withCmd(words(cmd.command(), config));
    } else if (instruction instanceof Instruction.Entrypoint entrypoint) {
      // The command was meant for the entry point there was (SN-B24).
      ContainerConfig base = hasCommand ? config : config.without(ContainerMember.CMD);
      return base.withEntrypoint(words(entrypoint.command(), config));
    } else if (instruction instanceof Instruction.Env env) {
      ContainerConfig changed = config;
      for (NameValue variable : env.variables()) {
        changed =
            changed.withEnv(expansion.word(variable.name()), expansion.word(variable.value()));
      }
      return changed;
    } else if (instruction instanceof Instruction.Label label) {
      ContainerConfig changed = config;
      for (NameValue pair : label.labels()) {
        changed = changed.withLabel(expansion.word(pair.name()), expansion.word(pair.value()));
      }
      return changed;
    } else if (instruction instanceof Instruction.Expose expose) {
      return exposed(expose, config, expansion);
    } else if (instruction instanceof Instruction.User user) {
      return config.withUser(expansion.word(user.user()));
    } else if (instruction instanceof Instruction.Volume volume) {
      ContainerConfig changed = config;
      for (String path : volume.paths()) {
        changed = changed.withVolume(expansion.word(path));
      }
      return changed;
    } else if (instruction instanceof Instruction.Workdir workdir) {
      return config.withWorkingDir(
          directory(config.workingDir().orElse("/"), expansion.word(workdir.path())));
    } else if (instruction instanceof Instruction.Onbuild onbuild) {
      List<String> triggers = new ArrayList<>(config.onBuild().orElse(List.of()));
      triggers.add(onbuild.trigger());
      return config.withOnBuild(triggers);
    }
    throw failure(instruction, "a commit cannot do this");
  }

  private static List<String> words(CommandForm command, ContainerConfig config) {
    return command.resolve(config.shell().filter(shell -> !shell.isEmpty()).orElse(SHELL));
  }

  /**
   * Ports are words after expansion; each is a port or a range, perhaps behind a host's (SN-B26).
   */
  private static ContainerConfig exposed(
      Instruction.Expose expose, ContainerConfig config, Expansion expansion) {
    ContainerConfig changed = config;
    for (String port : expose.ports()) {
      for (String word : expansion.words(port)) {
        changed = exposed(word, changed);
      }
    }
    return changed;
  }

  private static ContainerConfig exposed(String word, ContainerConfig config) {
    int slash = word.indexOf('/');
    String numbers = word.substring(word.lastIndexOf(':') + 1, slash < 0 ? word.length() : slash);
    String protocol = slash < 0 ? "" : word.substring(slash).toLowerCase(Locale.ROOT);
    int dash = numbers.indexOf('-');
    ExposedPort first =
        ExposedPort.parse((dash < 0 ? numbers : numbers.substring(0, dash)) + protocol);
    ExposedPort last = dash < 0 ? first : ExposedPort.parse(numbers.substring(dash + 1) + protocol);
    if (last.number() < first.number()) {
      throw new IllegalArgumentException("Port range " + word + " ends before it starts");
    }
    ContainerConfig changed = config;
    for (int number = first.number(); number <= last.number(); number++) {
      changed = changed.withExposedPort(new ExposedPort(number, first.protocol()));
    }
    return changed;
  }

  /** A relative directory is one in the current one; dots are cleaned away (SN-B27). */
  private static String directory(String current, String wanted) {
    Deque<String> names = new ArrayDeque<>();
    for (String name : (wanted.startsWith("/") ? wanted : current + "/" + wanted).split("/", -1)) {
      if (name.equals("..")) {
        names.pollLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.addLast(name);
      }
    }
    return "/" + String.join("/", names);
  }
}
