package dev.imbrex.platform;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an image runs on (OCI image-spec 1.1, "platform").
 *
 * @param os the operating system: {@code linux}
 * @param architecture the processor architecture: {@code amd64}
 * @param variant the variant of the architecture: {@code v8}
 * @param osVersion the version of the operating system: {@code 10.0.20348.2227}
 * @param osFeatures features of the operating system the image needs: {@code win32k}
 */
public record Platform(
    String os,
    String architecture,
    @Nullable String variant,
    @Nullable String osVersion,
    List<String> osFeatures) {
  /** Copies the features. */
  public Platform {
    osFeatures = List.copyOf(osFeatures);
  }
}
