package dev.imbrex.build;

import dev.imbrex.dockerfile.Expansion;
import dev.imbrex.manifest.config.ContainerConfig;
import dev.imbrex.manifest.config.ImageConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far a stage has come. Immutable.
 *
 * @param draft the image so far
 * @param args the build arguments that can be seen
 * @param hasCmd whether a {@code CMD} of this stage was met (SN-B24)
 * @param isWritten whether the image so far is in the store, as the parent of the draft
 * @param annotations what the manifests of all steps say of the base (SN-H5)
 * @param triggers the instructions the base has left for whoever builds on it (SN-B16)
 */
record StageState(
    Draft draft,
    ArgScope args,
    boolean hasCmd,
    boolean isWritten,
    Map<String, String> annotations,
    List<String> triggers) {
  private static final List<String> UNIX_SHELL = List.of("/bin/sh", "-c");
  private static final List<String> WINDOWS_SHELL = List.of("cmd", "/S", "/C");

  StageState withArgs(ArgScope newArgs) {
    return new StageState(draft, newArgs, hasCmd, isWritten, annotations, triggers);
  }

  StageState withCmd() {
    return new StageState(draft, args, true, isWritten, annotations, triggers);
  }

  StageState written(Draft newDraft) {
    return new StageState(newDraft, args, hasCmd, true, annotations, triggers);
  }

  /** The same with a config that no image in the store has yet. */
  StageState unwritten(Draft newDraft) {
    return new StageState(newDraft, args, hasCmd, false, annotations, triggers);
  }

  ImageConfig config() {
    return draft.config();
  }

  ContainerConfig container() {
    return draft.config().container();
  }

  /** The shell of shell forms. */
  List<String> shell() {
    boolean windows = config().platform().os().equals("windows");
    return container()
        .shell()
        .filter(words -> !words.isEmpty())
        .orElse(windows ? WINDOWS_SHELL : UNIX_SHELL);
  }

  /** The working directory; the root if there is none. */
  String workingDir() {
    return container().workingDir().orElse("/");
  }

  /** Expansion with the variables and arguments seen here; variables win (SN-B13). */
  Expansion expansion(char escape) {
    Map<String, String> environment = container().environment();
    return Expansion.of(
        name -> Optional.ofNullable(environment.get(name)).or(() -> args.value(name)), escape);
  }

  /**
   * The declared arguments as the history of a command shows them: with what the command sees, an
   * empty text for none. The classic builder leaves out those that are not set, or are variables.
   */
  Map<String, String> argValues(HistoryStyle style) {
    Map<String, String> environment = container().environment();
    Map<String, String> values = new LinkedHashMap<>();
    args.declared()
        .forEach(
            (name, value) -> {
              boolean isVariable = environment.containsKey(name);
              if (style == HistoryStyle.BUILDKIT || (value.isPresent() && !isVariable)) {
                values.put(name, isVariable ? environment.get(name) : value.orElse(""));
              }
            });
    return values;
  }
}
