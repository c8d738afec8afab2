package dev.imbrex.testing;

import dev.imbrex.build.ImageBuilder;

/** What an {@link ImageFixture} is made of: a layer, or a setting of its config. */
public sealed interface ImagePart permits LayerFixture, ConfigFixture {
  /** Adds this as the next step of a builder. */
  void addTo(ImageBuilder builder);
}
