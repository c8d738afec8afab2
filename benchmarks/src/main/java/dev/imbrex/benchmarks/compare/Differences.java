package dev.imbrex.benchmarks.compare;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.tree.DiffOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Directories are compared. */
final class Differences {
  private final Inputs inputs;

  Differences(Inputs inputs) {
    this.inputs = inputs;
  }

  List<Job> all() throws IOException, InterruptedException {
    return List.of(byMetadata(), byContent(), toLayer());
  }

  private Job byMetadata() {
    DiffOptions options = DiffOptions.standard().withContents(DiffOptions.Contents.BY_TIME);
    return Jobs.job(
        "diff by metadata",
        "what differs between two directories, by attributes alone",
        inputs,
        () -> {},
        Contestant.ours(() -> Ours.difference(inputs.tree(), inputs.changed(), options).size()),
        Jobs.program(
            "rsync -n -a -i --delete",
            0.6,
            "rsync",
            inputs.work(),
            "rsync -n -a -i --delete %s/ %s/ > /dev/null",
            inputs.changed(),
            inputs.tree()));
  }

  private Job byContent() {
    DiffOptions options = DiffOptions.standard().withContents(DiffOptions.Contents.BY_BYTES);
    return Jobs.job(
        "diff by content",
        "what differs between two directories, every file compared",
        inputs,
        () -> {},
        Contestant.ours(() -> Ours.difference(inputs.tree(), inputs.changed(), options).size()),
        Jobs.program(
            "diff -rq",
            0.5,
            "diff",
            inputs.work(),
            "diff -rq --no-dereference %s %s > /dev/null || true",
            inputs.tree(),
            inputs.changed()));
  }

  private Job toLayer() throws IOException, InterruptedException {
    DiffOptions options = DiffOptions.standard().withContents(DiffOptions.Contents.BY_BYTES);
    Path layer = inputs.at("difference.tar.gz");
    Path layout = inputs.at("image-" + Compression.GZIP);
    Path bundle = inputs.at("bundle");
    if (Shell.has("umoci") && Shell.has("rsync") && !Files.exists(bundle)) {
      Shell.run(
          Shell.line(
              "umoci unpack --image %1$s:input:latest %2$s"
                  + " && rsync -aHX --delete %3$s/ %2$s/rootfs/",
              Shell.quoted(layout), Shell.quoted(bundle), Shell.quoted(inputs.changed())));
    }
    return Jobs.job(
        "diff to layer",
        "a gzip layer of what differs between two directories, every file compared",
        inputs,
        Jobs.without(layer),
        Contestant.ours(() -> Ours.diff(inputs.tree(), inputs.changed(), layer, options)),
        Jobs.program(
            "umoci repack",
            0.2,
            "umoci",
            bundle,
            "umoci repack --image %s:repacked %s",
            layout,
            bundle));
  }
}
