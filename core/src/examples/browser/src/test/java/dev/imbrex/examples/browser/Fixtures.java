package dev.imbrex.examples.browser;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.ImageIndexBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.platform.Platform;
import java.io.IOException;
import java.util.Random;

/** Images to look into. */
final class Fixtures {
  /** So many bytes in the lower layer are hidden by the upper one. */
  static final int HIDDEN = 3_000_000;

  private Fixtures() {}

  /** A small system with a program on it, and a large file that the program's layer deletes. */
  static Image app(ImageStore store, Platform platform) throws IOException {
    byte[] noise = new byte[HIDDEN];
    new Random(1).nextBytes(noise);
    return ImageBuilder.scratch(store, platform)
        .layer(
            "COPY rootfs /",
            layer ->
                layer
                    .file("/etc/os-release", "ID=roof\nPRETTY_NAME=\"Roof tiles 1.0\"\n")
                    .symlink("/bin", "usr/bin")
                    .file(
                        "/usr/bin/tile",
                        Content.text("#!/bin/sh\necho tile\n"),
                        Metadata.ofMode(0755))
                    .file("/usr/share/doc/tile/README", "Tiles overlap.\n")
                    .file("/var/cache/packages.bin", noise))
        .layer(
            "RUN rm -r /var/cache && install app",
            layer -> layer.delete("/var/cache").file("/app/readme.txt", "For " + platform + "\n"))
        .env("LANG", "C.UTF-8")
        .cmd("/usr/bin/tile")
        .build();
  }

  /** Names it for two platforms. */
  static void tagBoth(ImageStore store, String name) throws IOException {
    store.tag(
        name,
        ImageIndexBuilder.in(store)
            .add(app(store, Platform.of("linux", "amd64")))
            .add(app(store, Platform.of("linux", "arm64")))
            .build());
  }
}
