package dev.imbrex.image;

import dev.imbrex.manifest.config.ContainerConfig;
import dev.imbrex.manifest.config.ImageConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a config says, setting by setting. */
final class ConfigSettings {
  private final Map<String, String> settings = new LinkedHashMap<>();

  private ConfigSettings(ImageConfig config) {
    ContainerConfig container = config.container();
    put("platform", Optional.of(config.platform()));
    put("author", config.author());
    put("created", config.createdText());
    put("User", container.user());
    put("WorkingDir", container.workingDir());
    put("Entrypoint", container.entrypoint());
    put("Cmd", container.cmd());
    put("Shell", container.shell());
    put("OnBuild", container.onBuild());
    put("StopSignal", container.stopSignal());
    put("Healthcheck", container.healthcheck());
    container.environment().forEach((name, value) -> settings.put("Env." + name, value));
    container.exposedPortKeys().forEach(port -> settings.put("ExposedPorts." + port, port));
    container.volumes().forEach(volume -> settings.put("Volumes." + volume, volume));
    container.labels().forEach((name, value) -> settings.put("Labels." + name, value));
  }

  /** The settings that differ, in the order of the second config, then those it lacks. */
  static List<ConfigChange> compare(ImageConfig before, ImageConfig after) {
    Map<String, String> old = new ConfigSettings(before).settings;
    Map<String, String> now = new ConfigSettings(after).settings;
    Set<String> names = new LinkedHashSet<>(now.keySet());
    names.addAll(old.keySet());
    List<ConfigChange> changes = new ArrayList<>();
    for (String name : names) {
      ConfigChange change =
          new ConfigChange(
              name, Optional.ofNullable(old.get(name)), Optional.ofNullable(now.get(name)));
      if (!change.before().equals(change.after())) {
        changes.add(change);
      }
    }
    return List.copyOf(changes);
  }

  private void put(String name, Optional<?> value) {
    value.ifPresent(some -> settings.put(name, some.toString()));
  }
}
