package dev.imbrex.manifest.document;

import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.internal.json.JsonObject;
import dev.imbrex.platform.Platform;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code platform} of a descriptor as JSON. */
final class PlatformJson {
  private static final String ARCHITECTURE = "architecture";
  private static final String OS = "os";
  private static final String OS_VERSION = "os.version";
  private static final String OS_FEATURES = "os.features";
  private static final String VARIANT = "variant";
  private static final List<String> KNOWN =
      List.of(ARCHITECTURE, OS, OS_VERSION, OS_FEATURES, VARIANT);

  private PlatformJson() {}

  /** Reads a platform; os and architecture may be missing, and are then not known. */
  static Platform read(JsonObject json) throws MalformedContentException {
    Members.requireExactCase(json, KNOWN);
    return new Platform(
        json.findString(OS).orElse(""),
        json.findString(ARCHITECTURE).orElse(""),
        json.findString(VARIANT).orElse(null),
        json.findString(OS_VERSION).orElse(null),
        json.findStrings(OS_FEATURES).orElse(List.of()));
  }

  /** Writes a platform over an old one, whose other members stay. */
  static JsonObject write(JsonObject old, Platform platform) {
    JsonObject json = put(old, ARCHITECTURE, platform.architecture());
    json = put(json, OS, platform.os());
    json = put(json, OS_VERSION, platform.osVersion());
    json = putFeatures(json, platform.osFeatures());
    return put(json, VARIANT, platform.variant());
  }

  private static JsonObject put(JsonObject json, String name, @Nullable String value) {
    return value == null ? json.without(name) : placed(json, json.with(name, value), name);
  }

  private static JsonObject putFeatures(JsonObject json, List<String> features) {
    return features.isEmpty()
        ? json.without(OS_FEATURES)
        : placed(json, json.withStrings(OS_FEATURES, features), OS_FEATURES);
  }

  private static JsonObject placed(JsonObject old, JsonObject edited, String name) {
    return old.has(name) ? edited : edited.placed(name, KNOWN);
  }
}
