package dev.imbrex.build.run;

import dev.imbrex.layers.tree.TreePath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Mounts by a shell script in new namespaces, and a command with {@code setpriv} in front. */
final class UnshareLauncher implements Launcher {
  /**
   * Makes {@code /proc}, {@code /sys}, {@code /dev} and the mounts, as Docker has them. All targets
   * are real paths: no link of the image is followed here.
   */
  private static final String SCRIPT =
      """
      set -eu
      root=$1 proc=$1$2 dev=$1$3 sys=$1$4 network=$5 started=$6
      shift 6
      mount -t proc -o nosuid,nodev,noexec proc "$proc"
      for name in bus fs irq sys sysrq-trigger; do
        if [ -e "$proc/$name" ]; then
          mount --bind "$proc/$name" "$proc/$name"
          mount -o remount,bind,ro "$proc/$name"
        fi
      done
      for name in kcore keys latency_stats timer_list sched_debug; do
        if [ -e "$proc/$name" ]; then
          mount --bind /dev/null "$proc/$name"
        fi
      done
      mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$sys"
      mount -t tmpfs -o nosuid,mode=755,size=64m dev "$dev"
      for name in null zero full random urandom tty; do
        : >"$dev/$name"
        mount --bind "/dev/$name" "$dev/$name"
      done
      mkdir "$dev/pts" "$dev/shm"
      mount -t devpts -o nosuid,noexec,newinstance,ptmxmode=0666,mode=0620 devpts "$dev/pts"
      mount -t tmpfs -o nosuid,nodev,noexec,mode=1777,size=64m shm "$dev/shm"
      ln -s pts/ptmx "$dev/ptmx"
      ln -s /proc/self/fd "$dev/fd"
      ln -s /proc/self/fd/0 "$dev/stdin"
      ln -s /proc/self/fd/1 "$dev/stdout"
      ln -s /proc/self/fd/2 "$dev/stderr"
      if [ "$network" = none ]; then
        ip link set lo up 2>/dev/null || :
      fi
      while [ "$1" != -- ]; do
        kind=$1 access=$2 source=$3 target=$root$4
        shift 4
        if ! [ -e "$target" ]; then
          mkdir -p "${target%/*}"
          case $kind in
            file) : >"$target" ;;
            *) mkdir "$target" ;;
          esac
        fi
        case $kind in
          tmpfs) mount -t tmpfs -o "nosuid,nodev,mode=755$source" tmpfs "$target" ;;
          *)
            mount --bind "$source" "$target"
            mount -o "remount,bind,nosuid,nodev,$access" "$target"
            ;;
        esac
      done
      shift
      : >"$started"
      exec "$@"
      """;

  private final Machine machine;

  UnshareLauncher(Machine machine) {
    this.machine = machine;
  }

  @Override
  public List<String> command(RunPlan plan, Path directory, Path started)
      throws RunnerUnavailableException {
    List<String> words = new ArrayList<>();
    words.addAll(List.of(machine.require("sh"), "-c", SCRIPT, "sh", plan.root().toString()));
    words.addAll(List.of(text(plan.proc()), text(plan.dev()), text(plan.sys())));
    words.add(plan.hasNetwork() ? "host" : "none");
    words.add(started.toString());
    for (Mounted mount : plan.mounts()) {
      words.add(mount.source().isEmpty() ? "tmpfs" : mount.isDirectory() ? "directory" : "file");
      words.add(mount.isReadOnly() ? "ro" : "rw");
      words.add(
          mount
              .source()
              .map(Path::toString)
              .orElse(mount.size() > 0 ? ",size=" + mount.size() : ""));
      words.add(mount.targetText());
    }
    words.add("--");
    addPrivileges(plan, words);
    addEnvironment(plan, words);
    words.addAll(
        List.of(
            machine.require("unshare"),
            "--root=" + plan.root(),
            "--wd=" + plan.workingDirectory(),
            "--setuid=" + plan.user().uid(),
            "--"));
    words.addAll(plan.command());
    return words;
  }

  private void addPrivileges(RunPlan plan, List<String> words) throws RunnerUnavailableException {
    words.addAll(List.of(machine.require("setpriv"), "--regid=" + plan.user().gid()));
    words.add(
        plan.user().groups().isEmpty()
            ? "--clear-groups"
            : "--groups="
                + plan.user().groups().stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining(",")));
    if (!plan.isPrivileged()) {
      words.add("--inh-caps=-all");
      words.add("--bounding-set=-all,+" + String.join(",+", Capabilities.NAMES));
    }
    words.add("--");
  }

  /** The variables reach one more program of this machine, which must not heed them. */
  private void addEnvironment(RunPlan plan, List<String> words) throws RunnerUnavailableException {
    words.addAll(List.of(machine.require("env"), "-i"));
    for (Map.Entry<String, String> variable : plan.environment().entrySet()) {
      String name = variable.getKey();
      if (name.startsWith("LD_") || name.startsWith("GLIBC_") || name.startsWith("MALLOC_")) {
        throw new RunnerUnavailableException(
            "The variable "
                + name
                + " would act on programs of this machine; install runc to run this command");
      }
      words.add(name + "=" + variable.getValue());
    }
  }

  private static String text(TreePath path) {
    return "/" + new String(path.toBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public List<String> namespaces(RunPlan plan) {
    List<String> options = new ArrayList<>(List.of("--mount", "--pid", "--ipc", "--uts"));
    if (!plan.hasNetwork()) {
      options.add("--net");
    }
    options.addAll(List.of("--fork", "--kill-child"));
    return options;
  }

  @Override
  public boolean tellsStart() {
    return true;
  }

  @Override
  public List<String> cleanup(Path directory) {
    return List.of();
  }
}
