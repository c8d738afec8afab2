package dev.imbrex.benchmarks.compare;

import dev.imbrex.benchmarks.Jib;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Layers are made of a directory. */
final class Creations {
  private static final int FAST_LEVEL = 2;

  private final Inputs inputs;

  Creations(Inputs inputs) {
    this.inputs = inputs;
  }

  List<Job> all() {
    return List.of(plain(), gzip(), fastGzip(), zstd(), small());
  }

  private Job plain() {
    Path layer = inputs.at("layer.tar");
    return Jobs.job(
        "create plain",
        "a layer of a directory, with its digest",
        inputs,
        Jobs.without(layer),
        Contestant.ours(
            () -> Ours.create(inputs.tree(), layer, CompressionOptions.of(Compression.NONE))),
        Jobs.program(
            "tar | tee | openssl sha256",
            0.8,
            "openssl",
            layer,
            "tar -C %s --numeric-owner -cf - . | tee %s | openssl dgst -sha256",
            inputs.tree(),
            layer),
        Contestant.library(
            "commons-compress", 0.5, () -> CommonsCompress.create(inputs.tree(), layer, false)),
        Contestant.library(
            "jib-core, no links",
            0.15,
            () -> {
              try (OutputStream out = Files.newOutputStream(layer)) {
                return Jib.layer(inputs.tree(), out);
              }
            }),
        Alone.contestant("imbrex, own process, 64 MiB", 64, layer, "create", inputs.tree(), layer));
  }

  private Job gzip() {
    Path layer = inputs.at("layer.tar.gz");
    Path layout = inputs.at("umoci");
    Path archive = inputs.at("jib.tar");
    Path cache = inputs.at("jib");
    return Jobs.job(
        "create gzip",
        "a gzip layer of a directory, with digest and diffID",
        inputs,
        Jobs.without(layer, layout, archive, cache),
        Contestant.ours(
            () -> Ours.create(inputs.tree(), layer, CompressionOptions.of(Compression.GZIP))),
        Jobs.program(
            "tar | pigz -6 -p2",
            0.6,
            "pigz",
            layer,
            "tar -C %s --numeric-owner -cf - . | pigz -6 -p2 > %s",
            inputs.tree(),
            layer),
        umoci(1.3, layout),
        Contestant.library(
            "commons-compress", 0.3, () -> CommonsCompress.create(inputs.tree(), layer, true)),
        Contestant.library(
            "jib-core to an archive, no links",
            0.2,
            () -> Jib.image(inputs.tree(), archive, cache)));
  }

  /** At a level whose layer is no larger than that of umoci, which is larger than gzip's. */
  private Job fastGzip() {
    Path layer = inputs.at("layer.tar.gz");
    Path layout = inputs.at("umoci");
    CompressionOptions fast = CompressionOptions.of(Compression.GZIP).withLevel(FAST_LEVEL);
    return Jobs.job(
        "create fast gzip",
        "a gzip layer of a directory at level " + FAST_LEVEL + ", with digest and diffID",
        inputs,
        Jobs.without(layer, layout),
        Contestant.ours(() -> Ours.create(inputs.tree(), layer, fast)),
        umoci(0.8, layout),
        Jobs.program(
            "tar | pigz -1 -p2",
            0,
            "pigz",
            layer,
            "tar -C %s --numeric-owner -cf - . | pigz -1 -p2 > %s",
            inputs.tree(),
            layer));
  }

  private Contestant umoci(double target, Path layout) {
    return Jobs.program(
        "umoci insert",
        target,
        "umoci",
        layout,
        "umoci init --layout %2$s && umoci new --image %2$s:a"
            + " && umoci insert --image %2$s:a %1$s /",
        inputs.tree(),
        layout);
  }

  private Job zstd() {
    Path layer = inputs.at("layer.tar.zst");
    return Jobs.job(
        "create zstd",
        "a zstd layer of a directory, with digest and diffID",
        inputs,
        Jobs.without(layer),
        Contestant.ours(
            () -> Ours.create(inputs.tree(), layer, CompressionOptions.of(Compression.ZSTD))),
        Jobs.program(
            "tar | zstd -3 -T2",
            1.1,
            "zstd",
            layer,
            "tar -C %s --numeric-owner -cf - . | zstd -q -3 -T2 > %s",
            inputs.tree(),
            layer));
  }

  private Job small() {
    Path files = inputs.at("ten");
    Path archive = inputs.at("ten.tar");
    Path cache = inputs.at("ten.jib");
    return Jobs.job(
        "small image",
        "an archive of an image of ten files; ours and the peer start a JVM each time",
        inputs,
        () -> {
          Jobs.without(files, archive, cache).run();
          Shell.run(
              "mkdir %1$s && for i in 0 1 2 3 4 5 6 7 8 9; do echo content $i > %1$s/file$i; done"
                  .replace("%1$s", Shell.quoted(files)));
        },
        Alone.contestant("imbrex, own process, 64 MiB", 64, archive, "small", files, archive),
        Alone.contestant(
            "jib-core, own process, 64 MiB", 64, archive, "jib", files, archive, cache));
  }
}
