package dev.imbrex.build.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.internal.json.Json;
import dev.imbrex.manifest.internal.json.JsonLimits;
import dev.imbrex.manifest.internal.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The runtime {@code runc}, by a bundle of the OCI runtime-spec 1.0. */
final class RuncLauncher implements Launcher {
  private static final List<String> MASKED =
      List.of(
          "/proc/asound",
          "/proc/acpi",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/sys/firmware");
  private static final List<String> READ_ONLY =
      List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

  private final Machine machine;

  RuncLauncher(Machine machine) {
    this.machine = machine;
  }

  @Override
  public List<String> command(RunPlan plan, Path directory, Path started) throws IOException {
    Files.write(directory.resolve("config.json"), spec(plan).print());
    return List.of(
        machine.require("runc"),
        "--root",
        directory.resolve("runc").toString(),
        "run",
        "--no-new-keyring",
        "--pid-file",
        started.toString(),
        "--bundle",
        directory.toString(),
        id(directory));
  }

  @Override
  public List<String> namespaces(RunPlan plan) {
    return List.of("--mount");
  }

  @Override
  public boolean tellsStart() {
    return true;
  }

  @Override
  public List<String> cleanup(Path directory) throws IOException {
    return List.of(
        machine.require("runc"),
        "--root",
        directory.resolve("runc").toString(),
        "delete",
        "--force",
        id(directory));
  }

  /** Distinct on the whole machine, as control groups are named after it. */
  private static String id(Path directory) {
    Path parent = requireNonNull(directory.getParent());
    return parent.getFileName() + "-" + directory.getFileName();
  }

  private static JsonObject spec(RunPlan plan) throws IOException {
    return JsonObject.empty()
        .with("ociVersion", "1.0.2")
        .with("hostname", "imbrex")
        .with(
            "root", JsonObject.empty().with("path", plan.root().toString()).with("readonly", false))
        .with("process", process(plan))
        .withObjects("mounts", mounts(plan))
        .with("linux", linux(plan));
  }

  private static JsonObject process(RunPlan plan) throws IOException {
    String groups =
        plan.user().groups().stream().map(String::valueOf).collect(Collectors.joining(","));
    JsonObject user =
        Json.parseObject(
                ("{\"additionalGids\":[" + groups + "]}").getBytes(UTF_8),
                "groups",
                JsonLimits.ofBytes(1 << 16, "groups"))
            .with("uid", plan.user().uid())
            .with("gid", plan.user().gid());
    List<String> environment = new ArrayList<>();
    plan.environment().forEach((name, value) -> environment.add(name + "=" + value));
    return JsonObject.empty()
        .with("terminal", false)
        .with("user", user)
        .withStrings("args", plan.command())
        .withStrings("env", environment)
        .with("cwd", plan.workingDirectory())
        .with("noNewPrivileges", false)
        .with("capabilities", capabilities(plan));
  }

  private static JsonObject capabilities(RunPlan plan) {
    List<String> names =
        Capabilities.NAMES.stream().map(name -> "CAP_" + name.toUpperCase(Locale.ROOT)).toList();
    if (plan.isPrivileged()) {
      names = new ArrayList<>(names);
      names.addAll(
          List.of("CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH"));
    }
    List<String> own = plan.user().uid() == 0 ? names : List.of();
    return JsonObject.empty()
        .withStrings("bounding", names)
        .withStrings("effective", own)
        .withStrings("permitted", own);
  }

  private static List<JsonObject> mounts(RunPlan plan) {
    List<JsonObject> mounts = new ArrayList<>();
    mounts.add(mount(path(plan.proc()), "proc", "proc", "nosuid", "noexec", "nodev"));
    mounts.add(mount(path(plan.dev()), "tmpfs", "tmpfs", "nosuid", "mode=755", "size=65536k"));
    mounts.add(
        mount(
            path(plan.dev()) + "/pts",
            "devpts",
            "devpts",
            "nosuid",
            "noexec",
            "newinstance",
            "ptmxmode=0666",
            "mode=0620"));
    mounts.add(
        mount(
            path(plan.dev()) + "/shm",
            "tmpfs",
            "shm",
            "nosuid",
            "noexec",
            "nodev",
            "mode=1777",
            "size=65536k"));
    mounts.add(mount(path(plan.sys()), "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"));
    for (Mounted mount : plan.mounts()) {
      mounts.add(mount(mount));
    }
    return mounts;
  }

  private static JsonObject mount(Mounted mount) {
    if (mount.source().isEmpty()) {
      List<String> options = new ArrayList<>(List.of("nosuid", "nodev", "mode=755"));
      if (mount.size() > 0) {
        options.add("size=" + mount.size());
      }
      return mount(mount.targetText(), "tmpfs", "tmpfs", options.toArray(new String[0]));
    }
    return mount(
        mount.targetText(),
        "none",
        mount.source().get().toString(),
        "bind",
        "nosuid",
        "nodev",
        mount.isReadOnly() ? "ro" : "rw");
  }

  private static JsonObject mount(String target, String type, String source, String... options) {
    return JsonObject.empty()
        .with("destination", target)
        .with("type", type)
        .with("source", source)
        .withStrings("options", List.of(options));
  }

  private static JsonObject linux(RunPlan plan) {
    List<JsonObject> namespaces = new ArrayList<>();
    for (String type : List.of("pid", "ipc", "uts", "mount")) {
      namespaces.add(JsonObject.empty().with("type", type));
    }
    if (!plan.hasNetwork()) {
      namespaces.add(JsonObject.empty().with("type", "network"));
    }
    JsonObject linux = JsonObject.empty().withObjects("namespaces", namespaces);
    return plan.isPrivileged()
        ? linux
        : linux
            .with(
                "resources",
                JsonObject.empty()
                    .withObjects(
                        "devices",
                        List.of(JsonObject.empty().with("allow", false).with("access", "rwm"))))
            .withStrings("maskedPaths", MASKED)
            .withStrings("readonlyPaths", READ_ONLY);
  }

  private static String path(TreePath path) {
    return "/" + new String(path.toBytes(), UTF_8);
  }
}
