package dev.imbrex.image;

import dev.imbrex.manifest.config.ImageConfig;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A setting in which the configs of two images differ (SN-H9).
 *
 * @param name its name in the config, for one of many with its key behind a dot: {@code Cmd},
 *     {@code Env.PATH}, {@code Labels.version}
 * @param before its value in the first image, as text; empty if it has none
 * @param after its value in the second image
 */
public record ConfigChange(String name, Optional<String> before, Optional<String> after) {
  /** Checks that nothing is null. */
  public ConfigChange {
    Objects.requireNonNull(name);
    Objects.requireNonNull(before);
    Objects.requireNonNull(after);
  }

  /** The settings in which two configs differ, those of the second in its order first. */
  public static List<ConfigChange> between(ImageConfig before, ImageConfig after) {
    return ConfigSettings.compare(before, after);
  }
}
