package dev.imbrex.build;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageIndex;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Lease;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.platform.Platform;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Builds an index: images of the same thing for several platforms. Belongs to one thread.
 *
 * <pre>{@code
 * ImageIndex index = ImageIndexBuilder.in(store).add(amd64).add(arm64).build();
 * store.tag("app:1", index);
 * }</pre>
 */
public final class ImageIndexBuilder {
  private record Member(Image image, Platform platform) {}

  private final ImageStore store;
  private final List<Member> members = new ArrayList<>();
  private final Map<String, String> annotations = new LinkedHashMap<>();

  private ImageIndexBuilder(ImageStore store) {
    this.store = Objects.requireNonNull(store);
  }

  /** Builds in this store. */
  public static ImageIndexBuilder in(ImageStore store) {
    return new ImageIndexBuilder(store);
  }

  /** Adds an image, for the platform its config names; one from another store is brought here. */
  public ImageIndexBuilder add(Image image) {
    return add(image, image.platform());
  }

  /** Adds an image for a platform, whatever its config says: the index decides (SN-P15). */
  public ImageIndexBuilder add(Image image, Platform platform) {
    members.add(new Member(image, Objects.requireNonNull(platform)));
    return this;
  }

  /** Annotates the index. */
  public ImageIndexBuilder annotation(String key, String value) {
    annotations.put(key, value);
    return this;
  }

  /** Builds the index, without a name. Its order is that of the calls; the first match wins. */
  @SuppressWarnings("try") // The lease is held, not used.
  public ImageIndex build() throws IOException {
    try (Lease lease = store.storage().lease()) {
      List<Descriptor> entries = new ArrayList<>();
      for (Member member : members) {
        Image image =
            member.image.storage() == store.storage() ? member.image : store.add(member.image);
        entries.add(image.descriptor().withPlatform(member.platform));
      }
      IndexManifest document = IndexManifest.of(entries);
      if (!annotations.isEmpty()) {
        document = document.withAnnotations(annotations);
      }
      byte[] bytes = document.bytes();
      store.storage().put(document.descriptor(), new ByteArrayInputStream(bytes));
      return store.requireIndex(document.descriptor());
    }
  }
}
