package dev.imbrex.manifest.config;

import dev.imbrex.manifest.config.ImageConfig.Violation;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.internal.json.JsonObject;
import dev.imbrex.manifest.internal.text.Quoted;
import java.util.ArrayList;
import java.util.List;

/** What the specification wants of a config, beyond the types of its members (SN-C1 to SN-C7). */
final class ConfigRules {
  private final JsonObject json;
  private final List<Violation> violations = new ArrayList<>();

  ConfigRules(JsonObject json) {
    this.json = json;
  }

  List<Violation> check(ImageConfig config) throws MalformedContentException {
    checkRequired("architecture");
    checkRequired("os");
    checkTime(json);
    checkRootfs(config.diffIds());
    checkHistory(config);
    JsonObject container = json.findObject("config").orElse(JsonObject.empty());
    checkEnv(container, config.container().env().orElse(List.of()));
    checkPorts(container);
    return List.copyOf(violations);
  }

  private void checkRequired(String name) throws MalformedContentException {
    if (json.findString(name).orElse("").isEmpty()) {
      add(json, name, "required, and " + (json.has(name) ? "empty" : "missing"));
    }
  }

  private void checkTime(JsonObject object) throws MalformedContentException {
    String created = object.findString("created").orElse("");
    if (object.has("created") && !object.isNull("created") && Timestamps.find(created).isEmpty()) {
      add(object, "created", "expected a time as in RFC 3339, found " + Quoted.of(created));
    }
  }

  private void checkRootfs(List<DiffId> diffIds) throws MalformedContentException {
    JsonObject rootfs = json.findObject("rootfs").orElse(JsonObject.empty());
    if (!json.has("rootfs") || json.isNull("rootfs")) {
      add(json, "rootfs", "required, and missing");
      return;
    }
    String type = rootfs.findString("type").orElse("");
    if (!type.equals("layers")) {
      String found = type.isEmpty() ? "nothing" : Quoted.of(type);
      add(rootfs, "type", "expected \"layers\", found " + found);
    }
    for (int i = 0; i < diffIds.size(); i++) {
      if (diffIds.get(i).digest().findAlgorithm().isEmpty()) {
        String where = rootfs.where() + "/diff_ids/" + i;
        violations.add(
            new Violation(
                where, "no layer can be verified by " + Quoted.of(diffIds.get(i).toString())));
      }
    }
  }

  private void checkHistory(ImageConfig config) throws MalformedContentException {
    if (config.layerHistory().stepsWithoutLayer() > 0) {
      add(json, "history", config.tooManySteps());
    }
    for (JsonObject step : json.findObjects("history").orElse(List.of())) {
      checkTime(step);
    }
  }

  private void checkEnv(JsonObject container, List<String> env) {
    for (int i = 0; i < env.size(); i++) {
      if (Env.name(env.get(i)).isEmpty()) {
        violations.add(
            new Violation(
                container.where() + "/Env/" + i,
                "expected a name before =, found " + Quoted.of(env.get(i))));
      }
    }
  }

  private void checkPorts(JsonObject container) throws MalformedContentException {
    JsonObject ports = container.findObject("ExposedPorts").orElse(JsonObject.empty());
    for (String key : ports.names()) {
      if (ExposedPort.find(key).isEmpty()) {
        add(ports, key, "expected a port such as 80/tcp");
      }
    }
  }

  private void add(JsonObject object, String name, String problem) {
    violations.add(new Violation(object.malformed(name, problem).where(), problem));
  }
}
