package dev.imbrex.quickstart;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Layer;
import dev.imbrex.manifest.config.HistoryTable;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.DockerArchive;
import dev.imbrex.store.LayoutStorage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Builds two images on a base, saves them, and shows what there is.
 *
 * <p>The base is the first argument: a root file system as a tar (plain or compressed), a Docker
 * archive of one image, or an OCI layout. Without it, a small root file system made here. The
 * second argument is the directory to save to; {@code images} unless given.
 */
public final class Quickstart {
  private Quickstart() {}

  /** Runs. */
  @SuppressWarnings("SystemOut") // A program that shows something.
  public static void main(String[] args) throws IOException {
    Path layout = Path.of(args.length > 1 ? args[1] : "images");
    run(args.length > 0 ? Path.of(args[0]) : null, layout, System.out);
  }

  /** Does it, and prints to a stream. */
  public static void run(@Nullable Path input, Path layout, PrintStream out) throws IOException {
    try (ImageStore store = ImageStore.on(LayoutStorage.openOrCreate(layout))) {
      Image base = importBase(input, store);
      store.tag("base", base);

      Image app =
          ImageBuilder.from(base)
              .layer("COPY src /app", layer -> layer.copy(sources(), "/app"))
              .layer("greeting", layer -> layer.file("/app/greeting", "Hello from Imbrex\n"))
              .layer("rm /etc/motd", layer -> layer.delete("/etc/motd"))
              .env("GREETING", "/app/greeting")
              .cmd("/bin/cat", "/app/greeting")
              .build();
      store.tag("app:1.0", app);
      store.tag("app:latest", app);

      Image tool =
          ImageBuilder.from(base)
              .layer("tool", layer -> layer.file("/usr/local/share/tool.conf", "level=9\n"))
              .build();
      store.tag("tool:1.0", tool);
    }

    // Closed and opened again: names, parents and steps are still there.
    try (ImageStore store = ImageStore.on(LayoutStorage.open(layout))) {
      Image app = store.require("app");
      out.println(store.tree());
      out.println(HistoryTable.of(store.history(app), Instant.now(), ZoneOffset.UTC).print());
      for (Layer layer : app.layers()) {
        out.println("layer " + layer.descriptor().digest() + "\n  diffID " + layer.diffId());
      }
      out.println();
      out.println(store.footprint());
    }
  }

  private static Image importBase(@Nullable Path input, ImageStore store) throws IOException {
    if (input == null) {
      return smallBase(store);
    }
    if (Files.isDirectory(input)) {
      try (ImageStore other = ImageStore.on(LayoutStorage.open(input))) {
        return store.add(other.requireOnly());
      }
    }
    if (DockerArchive.isArchive(input)) {
      try (ImageStore other = ImageStore.on(DockerArchive.open(input))) {
        return store.add(other.requireOnly());
      }
    }
    return ImageBuilder.scratch(store, Platform.host())
        .tarLayer("root file system", input)
        .cmd("/bin/sh")
        .build();
  }

  private static Image smallBase(ImageStore store) throws IOException {
    return ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
        .layer(
            "small root file system",
            layer ->
                layer
                    .directory("/tmp")
                    .file("/etc/motd", "Welcome\n")
                    .file("/usr/lib/os-release", "ID=small\n")
                    .symlink("/etc/os-release", "../usr/lib/os-release"))
        .build();
  }

  /** Real files: this module's own sources, or a file made here where they are not at hand. */
  private static Path sources() throws IOException {
    Path sources = Path.of("core/src/main/java/dev/imbrex/build");
    if (Files.isDirectory(sources)) {
      return sources;
    }
    Path made = Files.createTempDirectory("quickstart");
    Files.writeString(made.resolve("Main.java"), "class Main {}\n");
    return made;
  }
}
