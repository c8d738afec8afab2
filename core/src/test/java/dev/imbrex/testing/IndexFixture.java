package dev.imbrex.testing;

import dev.imbrex.build.ImageIndexBuilder;
import dev.imbrex.image.ImageIndex;
import dev.imbrex.image.ImageStore;
import java.io.IOException;
import java.util.List;

/**
 * An index that a test describes, made by {@link Fixtures#index}.
 *
 * @param images one for each platform
 */
public record IndexFixture(List<ImageFixture> images) {
  /** Copies the images. */
  public IndexFixture {
    images = List.copyOf(images);
  }

  /** Makes the index in a store, with its images. */
  public ImageIndex in(ImageStore store) throws IOException {
    ImageIndexBuilder builder = ImageIndexBuilder.in(store);
    for (ImageFixture image : images) {
      builder.add(image.in(store));
    }
    return builder.build();
  }

  /** Makes the index in a store, with its images, and gives it a name. */
  public ImageIndex in(ImageStore store, String name) throws IOException {
    ImageIndex index = in(store);
    store.tag(name, index);
    return index;
  }
}
