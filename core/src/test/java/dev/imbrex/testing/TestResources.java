package dev.imbrex.testing;

import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Storage;
import dev.imbrex.registry.server.RegistryServer;
import dev.imbrex.store.LayoutOptions;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.store.MemoryStorage;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What was made for one test, and what of it is left when the test is over. */
final class TestResources {
  /** Where a layout keeps what is not finished, or held: empty once it is closed. */
  private static final List<String> PASSING =
      List.of(".imbrex/tmp", ".imbrex/trash", ".imbrex/leases");

  /** Nobody needs what a test wrote after the machine has crashed. */
  private static final LayoutOptions OPTIONS = LayoutOptions.DEFAULT.withSync(false);

  private final MovableClock clock = new MovableClock();
  private final List<TrackedStorage> storages = new ArrayList<>();
  private final List<Path> layouts = new ArrayList<>();
  private final Deque<Closeable> closing = new ArrayDeque<>();
  private @Nullable Path directory;

  MovableClock clock() {
    return clock;
  }

  synchronized Storage memory() {
    return tracked(new MemoryStorage(clock));
  }

  synchronized Storage disk() {
    try {
      if (directory == null) {
        directory = Files.createTempDirectory("imbrex-test");
      }
      Path layout = directory.resolve("layout-" + layouts.size());
      Storage storage = tracked(LayoutStorage.openOrCreate(layout, OPTIONS.withClock(clock)));
      layouts.add(layout);
      return storage;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Storage tracked(Storage storage) {
    TrackedStorage tracked = new TrackedStorage(storage);
    storages.add(tracked);
    closing.push(tracked);
    return tracked;
  }

  ImageStore store(Storage storage) {
    return ImageStore.on(storage, clock);
  }

  synchronized TestRegistry registry() {
    ImageStore store = store(memory());
    try {
      RegistryServer server = RegistryServer.start(store.storage());
      closing.push(server);
      return new TestRegistry(server, store);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Closes everything, the last thing first.
   *
   * @throws AssertionError if something was left open, or a temporary file remained
   */
  synchronized void close() throws IOException {
    List<String> left = new ArrayList<>();
    List<Throwable> causes = new ArrayList<>();
    // The server first: what it still reads it lets go of when it is closed.
    List<Closeable> stores = new ArrayList<>();
    while (!closing.isEmpty()) {
      Closeable next = closing.pop();
      if (next instanceof TrackedStorage) {
        stores.add(next);
      } else {
        next.close();
      }
    }
    for (TrackedStorage storage : storages) {
      for (Throwable open : storage.stillOpen()) {
        left.add(open.getMessage() + ", and never closed: see the suppressed exception");
        causes.add(open);
      }
    }
    for (Closeable store : stores) {
      store.close();
    }
    storages.clear();
    for (Path layout : layouts) {
      left.addAll(leftIn(layout));
    }
    layouts.clear();
    delete();
    if (!left.isEmpty()) {
      AssertionError error =
          new AssertionError("The test left something behind:\n  " + String.join("\n  ", left));
      causes.forEach(error::addSuppressed);
      throw error;
    }
  }

  private static List<String> leftIn(Path layout) throws IOException {
    List<String> left = new ArrayList<>();
    for (String place : PASSING) {
      Path passing = layout.resolve(place);
      if (Files.isDirectory(passing)) {
        try (Stream<Path> files = Files.walk(passing)) {
          files
              .filter(Files::isRegularFile)
              .forEach(file -> left.add("temporary file " + layout.relativize(file)));
        }
      }
    }
    return left;
  }

  private void delete() throws IOException {
    if (directory != null) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
      directory = null;
    }
  }
}
