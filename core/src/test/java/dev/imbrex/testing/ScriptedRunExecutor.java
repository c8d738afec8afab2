package dev.imbrex.testing;

import dev.imbrex.build.RunExecutor;
import dev.imbrex.build.RunRequest;
import dev.imbrex.build.RunResult;
import dev.imbrex.layers.tree.TreeEditor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers commands from a script, and runs nothing: for tests of builds. What a command is known by
 * is its last word, which in the shell form is the whole text.
 *
 * <pre>{@code
 * ScriptedRunExecutor executor = new ScriptedRunExecutor()
 *     .on("make", (request, files) -> {
 *       files.put(TreePath.of("/app"), new Node.Directory(Metadata.forDirectory()));
 *       return 0;
 *     });
 * }</pre>
 */
public final class ScriptedRunExecutor implements RunExecutor {
  private final Map<String, Script> scripts = new LinkedHashMap<>();
  private final List<RunRequest> requests = new ArrayList<>();

  /** What a command does. */
  @FunctionalInterface
  public interface Script {
    /**
     * Changes the files.
     *
     * @return the exit code
     */
    int run(RunRequest request, TreeEditor files) throws IOException;
  }

  /** Answers a command with this script. */
  public synchronized ScriptedRunExecutor on(String command, Script script) {
    scripts.put(command, script);
    return this;
  }

  /** What was asked for, in order. */
  public synchronized List<RunRequest> requests() {
    return List.copyOf(requests);
  }

  @Override
  public RunResult run(RunRequest request) throws IOException {
    String command = request.command().get(request.command().size() - 1);
    Script script = take(request, command);
    TreeEditor files = request.files().edit();
    int code = script.run(request, files);
    return code == 0 ? RunResult.changed(request.files(), files.toTree()) : RunResult.failed(code);
  }

  private synchronized Script take(RunRequest request, String command) {
    requests.add(request);
    Script script = scripts.get(command);
    if (script == null) {
      throw new AssertionError("No script for \"" + command + "\"; there are " + scripts.keySet());
    }
    return script;
  }
}
