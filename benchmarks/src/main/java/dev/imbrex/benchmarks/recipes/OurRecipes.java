package dev.imbrex.benchmarks.recipes;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.platform.Platform;
import dev.imbrex.registry.HostOptions;
import dev.imbrex.registry.RegistryClient;
import dev.imbrex.registry.RegistryOptions;
import dev.imbrex.store.DockerArchive;
import dev.imbrex.store.MemoryStorage;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The jobs with Imbrex. */
final class OurRecipes implements Recipes {
  private static final RegistryOptions LOOPBACK =
      RegistryOptions.defaults().withAnyHost(HostOptions.DEFAULT.withInsecure(true));

  @Override
  public void baseAndFiles(Workplace place) throws Exception {
    try (RegistryClient client = RegistryClient.create(LOOPBACK);
        ImageStore bases = ImageStore.on(client.repository(place.authority() + "/base"));
        ImageStore target = ImageStore.on(client.repository(place.repository()))) {
      Image app =
          ImageBuilder.from(bases.require("1"))
              .in(target)
              .layer(layer -> layer.copy(place.files(), "/app"))
              .entrypoint("/app/run.sh")
              .build();
      target.tag(place.repository() + ":1", app);
    }
  }

  @Override
  public void fromScratch(Workplace place) throws Exception {
    try (RegistryClient client = RegistryClient.create(LOOPBACK);
        ImageStore target = ImageStore.on(client.repository(place.repository()))) {
      Image app =
          ImageBuilder.scratch(target, Platform.of("linux", "amd64"))
              .layer(layer -> layer.copy(place.files(), "/app"))
              .entrypoint("/app/run.sh")
              .build();
      target.tag(place.repository() + ":1", app);
    }
  }

  @Override
  public void modesAndOwners(Workplace place) throws Exception {
    try (RegistryClient client = RegistryClient.create(LOOPBACK);
        ImageStore bases = ImageStore.on(client.repository(place.authority() + "/base"));
        ImageStore target = ImageStore.on(client.repository(place.repository()))) {
      Image app =
          ImageBuilder.from(bases.require("1"))
              .in(target)
              .layer(
                  layer ->
                      layer
                          .copy(place.files(), "/app")
                          .attributes("/app/run.sh", m -> m.withMode(0755).withOwner(1000, 1000)))
              .build();
      target.tag(place.repository() + ":1", app);
    }
  }

  @Override
  public void saveDockerArchive(Workplace place) throws Exception {
    try (RegistryClient client = RegistryClient.create(LOOPBACK);
        ImageStore bases = ImageStore.on(client.repository(place.authority() + "/base"));
        ImageStore store = ImageStore.on(new MemoryStorage())) {
      Image app =
          ImageBuilder.from(bases.require("1"))
              .in(store)
              .layer(layer -> layer.copy(place.files(), "/app"))
              .build();
      store.tag("app:1", app);
      DockerArchive.save(place.target(), store, "app:1");
    }
  }

  @Override
  public void baseFromArchive(Workplace place) throws Exception {
    try (ImageStore archive = ImageStore.on(DockerArchive.open(place.archive()));
        RegistryClient client = RegistryClient.create(LOOPBACK);
        ImageStore target = ImageStore.on(client.repository(place.repository()))) {
      Image app =
          ImageBuilder.from(archive.requireOnly())
              .in(target)
              .layer(layer -> layer.copy(place.files(), "/app"))
              .build();
      target.tag(place.repository() + ":1", app);
    }
  }

  @Override
  public String copyToAnotherName(Workplace place) throws Exception {
    try (RegistryClient client = RegistryClient.create(LOOPBACK);
        ImageStore source = ImageStore.on(client.repository(place.authority() + "/app"));
        ImageStore target = ImageStore.on(client.repository(place.repository()))) {
      Image copy = target.add(source.require("1"));
      target.tag(place.repository() + ":stable", copy);
      return copy.digest().toString();
    }
  }

  @Override
  public List<String> environment(Workplace place) throws Exception {
    try (RegistryClient client = RegistryClient.create(LOOPBACK);
        ImageStore store = ImageStore.on(client.repository(place.authority() + "/app"))) {
      return store.require("1").config().container().env().orElse(List.of());
    }
  }

  @Override
  public byte[] readFile(Workplace place) throws Exception {
    try (RegistryClient client = RegistryClient.create(LOOPBACK);
        ImageStore store = ImageStore.on(client.repository(place.authority() + "/app"))) {
      return store.require("1").files().read(TreePath.of("/app/run.sh"), 1 << 20);
    }
  }

  @Override
  public List<String> layers(Workplace place) throws Exception {
    try (RegistryClient client = RegistryClient.create(LOOPBACK);
        ImageStore store = ImageStore.on(client.repository(place.authority() + "/app"))) {
      return store.require("1").layers().stream()
          .map(layer -> layer.descriptor().digest() + " " + layer.descriptor().size())
          .toList();
    }
  }

  @Override
  public void progress(Workplace place) throws Exception {
    Percent percent = new Percent(place);
    try (RegistryClient client = RegistryClient.create(LOOPBACK);
        ImageStore bases = ImageStore.on(client.repository(place.authority() + "/base"));
        ImageStore target = ImageStore.on(client.repository(place.repository()))) {
      Image app =
          ImageBuilder.from(bases.require("1"))
              .in(target)
              .progress(percent)
              .layer(layer -> layer.copy(place.files(), "/app"))
              .build();
      target.tag(place.repository() + ":1", app);
    }
  }

  /** Bytes done in hundredths of those that are known. */
  private static final class Percent implements Progress {
    private final Workplace place;
    private final AtomicLong wanted = new AtomicLong();
    private final AtomicLong done = new AtomicLong();

    Percent(Workplace place) {
      this.place = place;
    }

    @Override
    public Task start(String name, long bytes) {
      wanted.addAndGet(Math.max(bytes, 0));
      return new Task() {
        @Override
        public void advance(long more) {
          place.display().accept(name, 100 * done.addAndGet(more) / Math.max(1, wanted.get()));
        }

        @Override
        public void close() {}
      };
    }
  }
}
