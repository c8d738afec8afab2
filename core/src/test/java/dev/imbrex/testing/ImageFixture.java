package dev.imbrex.testing;

import static java.util.Objects.requireNonNull;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.platform.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An image that a test describes, made by {@link Fixtures#image}. Equal fixtures make equal
 * digests, in whatever store, on whatever day.
 *
 * @param base what lies below; nothing for an image on scratch
 * @param platform what it is for, {@code linux/amd64} unless told; that of its base if it has one
 * @param parts its steps, from the first to the last
 */
public record ImageFixture(Optional<ImageFixture> base, Platform platform, List<ImagePart> parts) {
  /** Checks that nothing is null. */
  public ImageFixture {
    requireNonNull(base);
    requireNonNull(platform);
    parts = List.copyOf(parts);
  }

  /** The same for another platform, {@code linux/arm64/v8}, on scratch. */
  public ImageFixture platform(String text) {
    if (base.isPresent()) {
      throw new IllegalStateException("An image has the platform of its base");
    }
    return new ImageFixture(base, Platform.parse(text), parts);
  }

  /** The same on top of a base. */
  public ImageFixture on(ImageFixture newBase) {
    return new ImageFixture(Optional.of(newBase), newBase.platform, parts);
  }

  /** The same with more steps. */
  public ImageFixture with(ImagePart... more) {
    List<ImagePart> longer = new ArrayList<>(parts);
    longer.addAll(List.of(more));
    return new ImageFixture(base, platform, longer);
  }

  /** Makes the image in a store, linked to its base, which is made, too. */
  public Image in(ImageStore store) throws IOException {
    return base.isPresent()
        ? build(ImageBuilder.from(base.get().in(store)).in(store))
        : build(ImageBuilder.scratch(store, platform));
  }

  /** Makes the image in a store, and gives it a name. */
  public Image in(ImageStore store, String name) throws IOException {
    Image image = in(store);
    store.tag(name, image);
    return image;
  }

  /** Makes the image on top of one that is there, in the store of that. */
  public Image onTopOf(Image below) throws IOException {
    return build(ImageBuilder.from(below));
  }

  private Image build(ImageBuilder builder) throws IOException {
    builder.keepSteps(false);
    parts.forEach(part -> part.addTo(builder));
    return builder.build();
  }
}
