package dev.imbrex.benchmarks.compare;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.layers.tree.DiffOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The jobs on one input, as {@code inputs.sh} makes it. Results go to a directory that should be on
 * a file system with a journal, or in memory: one without looks through what was deleted of late at
 * each file it makes.
 */
final class Jobs {
  private final Path tar;
  private final Path gzip;
  private final Path tree;
  private final Path changed;
  private final Path work;

  Jobs(Path inputs, String input, Path work) {
    this.tar = inputs.resolve(input + ".tar");
    this.gzip = inputs.resolve(input + ".tar.gz");
    this.tree = inputs.resolve(input);
    this.changed = inputs.resolve(input + ".mut");
    this.work = work;
  }

  List<Job> all() throws IOException, InterruptedException {
    List<Job> jobs = new ArrayList<>();
    jobs.add(createPlain());
    jobs.add(createGzip());
    jobs.add(createZstd());
    jobs.add(extract("extract plain", tar, Compression.NONE, 1.0));
    jobs.add(extract("extract gzip", gzip, Compression.GZIP, 0.6));
    jobs.add(difference());
    jobs.add(compare());
    jobs.add(copy());
    return jobs;
  }

  private Job createPlain() {
    Path layer = work.resolve("layer.tar");
    return new Job(
        "create plain",
        "a layer of a directory, with its digest",
        () -> Files.deleteIfExists(layer),
        present(
            Contestant.ours(
                () -> Ours.create(tree, layer, CompressionOptions.of(Compression.NONE))),
            program(
                "tar | tee | openssl sha256",
                0.8,
                "openssl",
                "tar -C %s --numeric-owner -cf - . | tee %s | openssl dgst -sha256",
                tree,
                layer),
            Contestant.peer(
                "commons-compress", 0.5, () -> CommonsCompress.create(tree, layer, false))));
  }

  private Job createGzip() {
    Path layer = work.resolve("layer.tar.gz");
    Path layout = work.resolve("umoci");
    return new Job(
        "create gzip",
        "a gzip layer of a directory, with digest and diffID",
        () -> {
          Files.deleteIfExists(layer);
          Shell.run("rm -rf " + Shell.quoted(layout));
        },
        present(
            Contestant.ours(
                () -> Ours.create(tree, layer, CompressionOptions.of(Compression.GZIP))),
            program(
                "tar | pigz -6 -p2",
                0.6,
                "pigz",
                "tar -C %s --numeric-owner -cf - . | pigz -6 -p2 > %s",
                tree,
                layer),
            program(
                "umoci insert",
                1.3,
                "umoci",
                "umoci init --layout %2$s && umoci new --image %2$s:a"
                    + " && umoci insert --image %2$s:a %1$s /",
                tree,
                layout),
            Contestant.peer(
                "commons-compress", 0.3, () -> CommonsCompress.create(tree, layer, true))));
  }

  private Job createZstd() {
    Path layer = work.resolve("layer.tar.zst");
    return new Job(
        "create zstd",
        "a zstd layer of a directory, with digest and diffID",
        () -> Files.deleteIfExists(layer),
        present(
            Contestant.ours(
                () -> Ours.create(tree, layer, CompressionOptions.of(Compression.ZSTD))),
            program(
                "tar | zstd -3 -T2",
                1.1,
                "zstd",
                "tar -C %s --numeric-owner -cf - . | zstd -q -3 -T2 > %s",
                tree,
                layer)));
  }

  private Job extract(String name, Path input, Compression compression, double target)
      throws IOException {
    Path layout = work.resolve("image-" + compression);
    if (!Files.exists(layout)) {
      Ours.layout(input, layout, compression);
    }
    Path root = work.resolve("root");
    boolean isGzip = compression == Compression.GZIP;
    return new Job(
        name,
        "an image of one layer to a directory, with owners, modes and times",
        () -> Shell.run("rm -rf " + Shell.quoted(root)),
        present(
            Contestant.ours(() -> Ours.extract(layout, root)),
            program(
                "tar -xp",
                target,
                "tar",
                "mkdir %2$s && tar -C %2$s --numeric-owner --xattrs -xpf %1$s",
                input,
                root),
            program(
                "bsdtar -xp",
                isGzip ? 0.75 : 0,
                "bsdtar",
                "mkdir %2$s && bsdtar -C %2$s --numeric-owner -xpf %1$s",
                input,
                root),
            program(
                "umoci raw unpack",
                isGzip ? 0.35 : 0.15,
                "umoci",
                "umoci raw unpack --image %s:input:latest %s",
                layout,
                root),
            Contestant.peer(
                "commons-compress + NIO", 0, () -> CommonsCompress.extract(input, isGzip, root))));
  }

  private Job difference() {
    return new Job(
        "diff by metadata",
        "what differs between two directories, by attributes alone",
        () -> {},
        present(
            Contestant.ours(
                () ->
                    Ours.difference(
                            tree,
                            changed,
                            DiffOptions.standard().withContents(DiffOptions.Contents.BY_TIME))
                        .size()),
            program(
                "rsync -n -a -i --delete",
                0.6,
                "rsync",
                "rsync -n -a -i --delete %s/ %s/ > /dev/null",
                changed,
                tree)));
  }

  private Job compare() {
    return new Job(
        "diff by content",
        "what differs between two directories, every file compared",
        () -> {},
        present(
            Contestant.ours(
                () ->
                    Ours.difference(
                            tree,
                            changed,
                            DiffOptions.standard().withContents(DiffOptions.Contents.BY_BYTES))
                        .size()),
            program(
                "diff -rq",
                0.5,
                "diff",
                "diff -rq --no-dereference %s %s > /dev/null || true",
                tree,
                changed)));
  }

  private Job copy() {
    Path layout = work.resolve("image-" + Compression.GZIP);
    Path copy = work.resolve("copy");
    return new Job(
        "copy",
        "an image from one layout to another",
        () -> Shell.run("rm -rf " + Shell.quoted(copy)),
        present(
            Contestant.ours(() -> Ours.copy(layout, copy)),
            program(
                "skopeo copy",
                0.3,
                "skopeo",
                "skopeo --insecure-policy copy -q oci:%s:input:latest oci:%s:copy",
                layout,
                copy)));
  }

  /** A program; one that is not on this machine has a target below 0. */
  private static Contestant program(
      String name, double target, String program, String format, Path first, Path second) {
    if (!Shell.has(program)) {
      return new Contestant(name, -1, () -> 0);
    }
    String line = Shell.line(format, Shell.quoted(first), Shell.quoted(second));
    return Contestant.peer(
        name,
        target,
        () -> {
          Shell.run(line);
          return Files.isRegularFile(second) ? Files.size(second) : 0;
        });
  }

  /** Those that are on this machine. */
  private static List<Contestant> present(Contestant... contestants) {
    List<Contestant> present = new ArrayList<>(List.of(contestants));
    present.removeIf(contestant -> contestant.target() < 0);
    return List.copyOf(present);
  }
}
