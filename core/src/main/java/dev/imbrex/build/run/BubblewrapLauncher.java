package dev.imbrex.build.run;

import dev.imbrex.layers.tree.TreePath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Bubblewrap, which makes all namespaces itself. */
final class BubblewrapLauncher implements Launcher {
  private final Machine machine;

  BubblewrapLauncher(Machine machine) {
    this.machine = machine;
  }

  @Override
  public List<String> command(RunPlan plan, Path directory, Path started)
      throws RunnerUnavailableException {
    if (plan.user().uid() != 0 || plan.user().gid() != 0 || !plan.user().groups().isEmpty()) {
      throw new RunnerUnavailableException(
          "Bubblewrap runs commands as user 0 only, not as "
              + plan.user().uid()
              + ":"
              + plan.user().gid()
              + "; run as root, with runc or unshare installed");
    }
    List<String> words = new ArrayList<>();
    words.add(machine.require("bwrap"));
    words.addAll(
        List.of(
            "--die-with-parent",
            "--new-session",
            "--unshare-pid",
            "--unshare-ipc",
            "--unshare-uts",
            "--hostname",
            "imbrex"));
    if (!machine.isRoot()) {
      words.addAll(List.of("--unshare-user", "--uid", "0", "--gid", "0"));
    }
    if (!plan.hasNetwork()) {
      words.add("--unshare-net");
    }
    if (plan.isPrivileged() || !machine.isRoot()) {
      words.addAll(List.of("--cap-add", "ALL"));
    } else {
      for (String name : Capabilities.NAMES) {
        words.addAll(List.of("--cap-add", "CAP_" + name.toUpperCase(Locale.ROOT)));
      }
    }
    words.addAll(List.of("--bind", plan.root().toString(), "/"));
    words.addAll(List.of("--proc", "/" + text(plan.proc()), "--dev", "/" + text(plan.dev())));
    words.addAll(List.of("--ro-bind", "/sys", "/" + text(plan.sys())));
    for (Mounted mount : plan.mounts()) {
      addMount(mount, words);
    }
    words.addAll(List.of("--chdir", plan.workingDirectory(), "--clearenv"));
    plan.environment().forEach((name, value) -> words.addAll(List.of("--setenv", name, value)));
    words.add("--");
    words.addAll(plan.command());
    return words;
  }

  private static void addMount(Mounted mount, List<String> words) {
    if (mount.source().isEmpty()) {
      words.addAll(List.of("--tmpfs", mount.targetText()));
    } else {
      words.add(mount.isReadOnly() ? "--ro-bind" : "--bind");
      words.addAll(List.of(mount.source().get().toString(), mount.targetText()));
    }
  }

  private static String text(TreePath path) {
    return new String(path.toBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public List<String> namespaces(RunPlan plan) {
    return List.of("--mount", "--pid", "--fork", "--kill-child");
  }

  @Override
  public boolean tellsStart() {
    return false;
  }

  @Override
  public List<String> cleanup(Path directory) {
    return List.of();
  }
}
