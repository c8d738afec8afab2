package dev.imbrex.build;

import dev.imbrex.dockerfile.Dockerfile;
import dev.imbrex.dockerfile.DockerfileException;
import dev.imbrex.dockerfile.Expansion;
import dev.imbrex.dockerfile.ExpansionException;
import dev.imbrex.dockerfile.Instruction;
import dev.imbrex.dockerfile.NearestName;
import dev.imbrex.dockerfile.RunMount;
import dev.imbrex.dockerfile.Stage;
import dev.imbrex.manifest.internal.text.Quoted;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** How the stages of a Dockerfile depend on each other (SN-B15, SN-B19). Immutable. */
final class StageGraph {
  private final Dockerfile dockerfile;
  private final List<Stage> stages;
  private final List<String> bases;
  private final Stage target;

  private StageGraph(Dockerfile dockerfile, List<Stage> stages, List<String> bases, Stage target) {
    this.dockerfile = dockerfile;
    this.stages = stages;
    this.bases = bases;
    this.target = target;
  }

  static StageGraph of(Dockerfile dockerfile, ArgScope global, Optional<String> targetName)
      throws DockerfileException {
    List<Stage> stages = dockerfile.stages();
    List<String> bases = new ArrayList<>();
    for (Stage stage : stages) {
      bases.add(expand(dockerfile, stage.from(), stage.from().image(), global));
    }
    Stage target =
        targetName.isPresent()
            ? dockerfile.requireStage(targetName.get())
            : stages.get(stages.size() - 1);
    return new StageGraph(dockerfile, stages, bases, target);
  }

  /** A word of a {@code FROM}, which must not be blank. */
  static String expand(Dockerfile dockerfile, Instruction.From from, String word, ArgScope global)
      throws DockerfileException {
    String expanded;
    try {
      expanded = Expansion.of(global::globalValue, dockerfile.escape()).word(word);
    } catch (ExpansionException e) {
      throw problem(dockerfile, from, String.valueOf(e.getMessage()));
    }
    if (expanded.isBlank()) {
      throw problem(dockerfile, from, Quoted.of(word) + " is blank with its variables put in");
    }
    return expanded;
  }

  private static DockerfileException problem(
      Dockerfile dockerfile, Instruction instruction, String what) {
    return new DockerfileException(
        dockerfile.name(), instruction.statement().range(), instruction.keyword().name(), what, "");
  }

  Stage target() {
    return target;
  }

  /** What a stage begins with, variables put in: an image, a stage before it, or scratch. */
  String base(Stage stage) {
    return bases.get(stage.index());
  }

  /** The stage that a stage is built on, if it is. */
  Optional<Stage> baseStage(Stage stage) {
    return named(base(stage), stage.index());
  }

  /** The stage before another one that {@code --from} means, by name or by number. */
  Optional<Stage> source(String from, Stage user) {
    Optional<Stage> named = named(from, user.index());
    if (named.isPresent() || !from.matches("\\d{1,9}")) {
      return named;
    }
    int index = Integer.parseInt(from);
    return index < user.index() ? Optional.of(stages.get(index)) : Optional.empty();
  }

  private Optional<Stage> named(String name, int before) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return stages.subList(0, before).stream()
        .filter(stage -> stage.name().equals(Optional.of(wanted)))
        .findFirst();
  }

  /**
   * Checks that nothing is copied from the stage itself or a later one.
   *
   * @throws DockerfileException if it is
   */
  void check(String from, Stage user, Instruction instruction) throws DockerfileException {
    String wanted = from.toLowerCase(Locale.ROOT);
    if (source(from, user).isPresent()) {
      return;
    }
    for (Stage later : stages.subList(user.index(), stages.size())) {
      boolean meant =
          later.name().equals(Optional.of(wanted))
              || Integer.toString(later.index()).equals(wanted);
      if (meant) {
        String which = later.index() == user.index() ? "the stage itself" : "a later stage";
        throw problem(dockerfile, instruction, Quoted.of(from) + " is " + which);
      }
    }
  }

  /** Which stage may have been meant by a name that is none, as the end of a message. */
  String nearestStage(String name) {
    List<String> names = stages.stream().flatMap(stage -> stage.name().stream()).toList();
    String nearest = NearestName.find(name, names);
    return nearest.isEmpty() ? "" : " (did you mean stage " + nearest + "?)";
  }

  /** The stages the target needs, itself included, in the order of the file. */
  List<Stage> needed() throws DockerfileException {
    TreeSet<Integer> needed = new TreeSet<>();
    Deque<Stage> ahead = new ArrayDeque<>(List.of(target));
    while (!ahead.isEmpty()) {
      Stage stage = ahead.pop();
      if (needed.add(stage.index())) {
        baseStage(stage).ifPresent(ahead::push);
        for (Instruction instruction : stage.instructions()) {
          for (String from : sources(instruction)) {
            check(from, stage, instruction);
            source(from, stage).ifPresent(ahead::push);
          }
        }
      }
    }
    return needed.stream().map(stages::get).toList();
  }

  /** What an instruction copies or mounts from. */
  static List<String> sources(Instruction instruction) {
    if (instruction instanceof Instruction.Copy copy) {
      return copy.from().stream().toList();
    }
    if (instruction instanceof Instruction.Run run) {
      List<String> sources = new ArrayList<>();
      for (String mount : run.mounts()) {
        from(mount).ifPresent(sources::add);
      }
      return sources;
    }
    return List.of();
  }

  private static Optional<String> from(String mount) {
    try {
      return RunMount.parse(mount).option("from");
    } catch (IllegalArgumentException e) {
      // With variables in it, it may not be one yet; what it mounts from is in no variable.
      for (String option : mount.split(",", -1)) {
        if (option.startsWith("from=")) {
          return Optional.of(option.substring("from=".length()));
        }
      }
      return Optional.empty();
    }
  }
}
