package dev.imbrex.build;

import dev.imbrex.dockerfile.CheckOptions;
import dev.imbrex.dockerfile.Directive;
import dev.imbrex.dockerfile.Dockerfile;
import dev.imbrex.dockerfile.DockerfileCheck;
import dev.imbrex.dockerfile.DockerfileException;
import dev.imbrex.dockerfile.DockerfileWarning;
import dev.imbrex.dockerfile.Instruction;
import dev.imbrex.dockerfile.PredefinedArgs;
import dev.imbrex.dockerfile.SourceRange;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells what is probably not meant in a build, before anything is built (SN-B13, SN-B36). */
final class BuildChecks {
  static final String SOURCE_DATE_EPOCH = "SOURCE_DATE_EPOCH";

  /** The argument that stands in for the directive of the Dockerfile. */
  private static final String CHECK = "BUILDKIT_DOCKERFILE_CHECK";

  private static final SourceRange TOP = new SourceRange(1, 1, 1, 1);

  private BuildChecks() {}

  /**
   * Tells the listener.
   *
   * @throws DockerfileException if something was found and that is to be an error
   */
  static void run(BuildSettings settings) throws DockerfileException {
    Dockerfile file = settings.dockerfile();
    CheckOptions options = options(settings);
    List<DockerfileWarning> found = file.warnings(options);
    found.forEach(settings.warnings());
    unusedArguments(settings);
    if (options.isError() && !found.isEmpty()) {
      SourceRange range =
          file.directives().stream()
              .filter(directive -> directive.name().equals("check"))
              .map(Directive::range)
              .findFirst()
              .orElse(TOP);
      String codes =
          found.stream()
              .map(w -> w.check().toString())
              .distinct()
              .collect(Collectors.joining(", "));
      throw new DockerfileException(
          file.name(), range, "", "checks that are to be errors found something: " + codes, "");
    }
  }

  private static CheckOptions options(BuildSettings settings) throws DockerfileException {
    Dockerfile file = settings.dockerfile();
    String given = settings.buildArgs().get(CHECK);
    if (given == null) {
      return file.checkOptions();
    }
    try {
      return CheckOptions.parse(given);
    } catch (IllegalArgumentException e) {
      throw new DockerfileException(
          file.name(), TOP, "", "build argument " + CHECK + ": " + e.getMessage(), e);
    }
  }

  private static void unusedArguments(BuildSettings settings) {
    Set<String> known = new LinkedHashSet<>(PredefinedArgs.PLATFORM);
    known.addAll(PredefinedArgs.PROXY);
    known.add(SOURCE_DATE_EPOCH);
    known.add(CHECK);
    for (Instruction instruction : settings.dockerfile().instructions()) {
      if (instruction instanceof Instruction.Arg arg) {
        arg.declarations().forEach(declaration -> known.add(declaration.name()));
      }
    }
    for (String name : settings.buildArgs().keySet()) {
      if (!known.contains(name)) {
        settings
            .warnings()
            .accept(
                new DockerfileWarning(
                    DockerfileCheck.UNUSED_BUILD_ARGUMENT,
                    "nobody declares the build argument " + name,
                    TOP));
      }
    }
  }
}
