package dev.imbrex.examples.maven;

import dev.imbrex.build.ImageIndexBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.manifest.reference.Reference;
import dev.imbrex.platform.Platform;
import dev.imbrex.platform.PlatformMatcher;
import dev.imbrex.registry.RegistryClient;
import dev.imbrex.store.StoredImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Brings base images into the store of the build. */
final class BaseImages {
  /** Modules of one build mostly have the same base: the second waits, and finds it there. */
  private static final Object ONE_AT_A_TIME = new Object();

  private final ImageStore store;
  private final List<Platform> platforms;

  BaseImages(ImageStore store, List<Platform> platforms) {
    this.store = store;
    this.platforms = platforms;
  }

  /** From a registry, which is asked what the name stands for now; only what is new is moved. */
  List<Image> pull(RegistryClient client, String name) throws IOException {
    Reference reference = Reference.parse(name).withDefaultTag();
    synchronized (ONE_AT_A_TIME) {
      try (ImageStore registry = ImageStore.on(client.repository(reference.repository()))) {
        List<Image> bases = bring(registry, reference.toString());
        // For builds without a network.
        ImageIndexBuilder index = ImageIndexBuilder.in(store);
        bases.forEach(index::add);
        store.tag(reference.withoutDigest().withDefaultTag().toString(), index.build());
        return bases;
      }
    }
  }

  /** As they were when they were last pulled. */
  List<Image> recall(String name) throws IOException {
    return bring(store, name);
  }

  /** From an archive of Docker or OCI, or a layout. */
  List<Image> open(Path file, String name) throws IOException {
    synchronized (ONE_AT_A_TIME) {
      try (ImageStore archive = ImageStore.on(StoredImages.open(file))) {
        return bring(archive, name);
      }
    }
  }

  private List<Image> bring(ImageStore from, String name) throws IOException {
    List<Image> bases = new ArrayList<>();
    for (Platform platform : platforms) {
      bases.add(store.add(from.require(name, PlatformMatcher.only(platform))));
    }
    return bases;
  }
}
