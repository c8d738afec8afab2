package dev.imbrex.benchmarks;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.TagUpdate;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.LayoutOptions;
import dev.imbrex.store.LayoutStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a layout directory fares with very many images: N images of three layers on 50 shared bases.
 * Prints milliseconds, once cold and then the best of three.
 *
 * <p>Arguments: an empty directory, then numbers of images.
 */
public final class LayoutScale {
  private static final int BASES = 50;
  private static final int BATCH = 5000;

  private LayoutScale() {}

  private interface Work {
    Object run() throws IOException;
  }

  /** Runs. */
  @SuppressWarnings("SystemOut") // A program that prints figures.
  public static void main(String[] args) throws IOException {
    System.out.println("| images | make | open | list tags | find by name | parent | footprint |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (int i = 1; i < args.length; i++) {
      int count = Integer.parseInt(args[i]);
      System.out.println(measure(Path.of(args[0], args[i]), count));
    }
  }

  private static String measure(Path directory, int count) throws IOException {
    LayoutOptions unsynced = LayoutOptions.DEFAULT.withSync(false);
    long begin = System.nanoTime();
    try (ImageStore store = ImageStore.on(LayoutStorage.create(directory, unsynced))) {
      make(store, count);
    }
    StringBuilder row =
        new StringBuilder("| " + count + " | " + (System.nanoTime() - begin) / 1_000_000);
    String name = "app:" + count / 2;
    row.append(
        cell(
            () -> {
              LayoutStorage.open(directory, unsynced).close();
              return directory;
            }));
    try (ImageStore store = ImageStore.on(LayoutStorage.open(directory, unsynced))) {
      row.append(cell(() -> store.tags().size()));
      row.append(cell(() -> store.require(name)));
      Image image = store.require(name);
      row.append(cell(() -> store.parent(image)));
      row.append(cell(store::footprint));
    }
    return row.append(" |").toString();
  }

  private static String cell(Work work) throws IOException {
    double first = time(work);
    double best = Math.min(time(work), Math.min(time(work), time(work)));
    return " | %.1f, %.1f".formatted(first, best);
  }

  private static double time(Work work) throws IOException {
    long begin = System.nanoTime();
    if (work.run() == null) {
      throw new AssertionError();
    }
    return (System.nanoTime() - begin) / 1e6;
  }

  private static void make(ImageStore store, int count) throws IOException {
    List<Image> bases = new ArrayList<>();
    for (int i = 0; i < BASES; i++) {
      String text = "base " + i;
      bases.add(
          ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
              .layer(layer -> layer.file("/base", text))
              .layer(layer -> layer.file("/shared", text + text))
              .keepSteps(false)
              .build());
    }
    List<TagUpdate> tags = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String text = "app " + i;
      Image image =
          ImageBuilder.from(bases.get(i % BASES)).layer(layer -> layer.file("/app", text)).build();
      tags.add(TagUpdate.set("app:" + i, image.descriptor()));
      if (tags.size() == BATCH || i == count - 1) {
        store.tag(tags);
        tags.clear();
      }
    }
  }
}
