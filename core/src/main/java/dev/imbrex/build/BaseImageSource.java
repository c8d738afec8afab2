package dev.imbrex.build;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.platform.Platform;
import dev.imbrex.platform.PlatformMatcher;
import java.io.IOException;
import java.util.Optional;

/**
 * Where a build gets the images it names: those of {@code FROM}, and of {@code --from}. It may be
 * called by several threads at a time.
 */
@FunctionalInterface
public interface BaseImageSource {
  /**
   * The image of a name.
   *
   * @param reference the name as the Dockerfile has it, variables put in
   * @param platform what it is to run on
   * @return the image, in any store; nothing if there is none of this name here
   * @throws IOException if it cannot be had, or there is none for the platform
   */
  Optional<Image> find(String reference, Platform platform) throws IOException;

  /** The images of a store. */
  static BaseImageSource of(ImageStore store) {
    return (reference, platform) -> {
      try {
        return Optional.of(store.require(reference, PlatformMatcher.only(platform)));
      } catch (ContentNotFoundException e) {
        return Optional.empty();
      }
    };
  }

  /** These images, and where one is not among them, those of another source. */
  default BaseImageSource orElse(BaseImageSource other) {
    return (reference, platform) -> {
      Optional<Image> found = find(reference, platform);
      return found.isPresent() ? found : other.find(reference, platform);
    };
  }
}
