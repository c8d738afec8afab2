package dev.imbrex.benchmarks.compare;

import dev.imbrex.benchmarks.OneLayer;
import dev.imbrex.layers.compress.Compression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Images are extracted, and copied. */
final class Extractions {
  private final Inputs inputs;

  Extractions(Inputs inputs) {
    this.inputs = inputs;
  }

  List<Job> all() throws IOException {
    return List.of(
        extract("extract plain", inputs.tar(), Compression.NONE, 1.0, 0, 0.15),
        extract("extract gzip", inputs.gzip(), Compression.GZIP, 0.6, 0.75, 0.35),
        ten(),
        copy());
  }

  private Job extract(
      String name, Path input, Compression compression, double tar, double bsdtar, double umoci)
      throws IOException {
    Path layout = inputs.at("image-" + compression);
    if (!Files.exists(layout)) {
      OneLayer.layout(input, layout, compression);
    }
    Path root = inputs.at("root");
    boolean isGzip = compression == Compression.GZIP;
    return Jobs.job(
        name,
        "an image of one layer to a directory, with owners, modes and times",
        inputs,
        Jobs.without(root),
        Contestant.ours(() -> Ours.extract(layout, root)),
        Jobs.program(
            "tar -xp",
            tar,
            "tar",
            root,
            "mkdir %2$s && tar -C %2$s --numeric-owner --xattrs -xpf %1$s",
            input,
            root),
        Jobs.program(
            "bsdtar -xp",
            bsdtar,
            "bsdtar",
            root,
            "mkdir %2$s && bsdtar -C %2$s --numeric-owner -xpf %1$s",
            input,
            root),
        Jobs.program(
            "umoci raw unpack",
            umoci,
            "umoci",
            root,
            "umoci raw unpack --image %s:input:latest %s",
            layout,
            root),
        Contestant.library(
            "commons-compress + NIO", 0, () -> CommonsCompress.extract(input, isGzip, root)));
  }

  private Job ten() throws IOException {
    Path layout = inputs.at("image-ten");
    if (!Files.exists(layout)) {
      Ours.tenLayers(inputs.tree(), layout);
    }
    Path root = inputs.at("root");
    return Jobs.job(
        "extract ten layers",
        "an image of ten gzip layers that overwrite one another to a directory",
        inputs,
        Jobs.without(root),
        Contestant.ours(() -> Ours.extract(layout, root)),
        Jobs.program(
            "umoci raw unpack",
            0.3,
            "umoci",
            root,
            "umoci raw unpack --image %s:input:latest %s",
            layout,
            root));
  }

  private Job copy() {
    Path layout = inputs.at("image-" + Compression.GZIP);
    Path copy = inputs.at("copy");
    return Jobs.job(
        "copy",
        "an image from one layout to another",
        inputs,
        Jobs.without(copy),
        Contestant.ours(() -> Ours.copy(layout, copy)),
        Jobs.program(
            "skopeo copy",
            0.3,
            "skopeo",
            copy,
            "skopeo --insecure-policy copy -q oci:%s:input:latest oci:%s:copy",
            layout,
            copy));
  }
}
