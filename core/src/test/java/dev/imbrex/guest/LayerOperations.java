package dev.imbrex.guest;

import static dev.imbrex.guest.LongInputs.MIB;
import static dev.imbrex.guest.LongOperation.told;
import static dev.imbrex.guest.LongOperation.untold;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.layers.disk.DirectoryScanner;
import dev.imbrex.layers.disk.DirectoryUpdate;
import dev.imbrex.layers.disk.DirectoryWriter;
import dev.imbrex.layers.disk.DiskAccess;
import dev.imbrex.layers.disk.OverlayDirectory;
import dev.imbrex.layers.disk.OverlayForm;
import dev.imbrex.layers.disk.ScanOptions;
import dev.imbrex.layers.layer.LayerLimits;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.LayerReader;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.layers.layer.TarTree;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.ApplyOptions;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.LayerSquash;
import dev.imbrex.layers.tree.Provenance;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Long operations on trees, layers and directories. */
final class LayerOperations {
  private static final ScanOptions SCANNING = ScanOptions.standard();
  private static final DiffOptions BYTES =
      DiffOptions.standard().withContents(DiffOptions.Contents.BY_BYTES);

  private final LongInputs inputs;
  private final List<LongOperation> operations = new ArrayList<>();

  private LayerOperations(LongInputs inputs) {
    this.inputs = inputs;
  }

  static List<LongOperation> of(LongInputs inputs) throws IOException {
    LayerOperations made = new LayerOperations(inputs);
    made.trees();
    made.layers();
    made.directories();
    made.updates();
    return made.operations;
  }

  private void trees() throws IOException {
    FileTree large = inputs.largeTree;
    // The first byte of the last block differs, so that all of it is compared.
    FileTree same = LongInputs.tree(1);
    for (int threads : new int[] {1, 3}) {
      DiffOptions options = BYTES.withParallelism(threads);
      operations.add(
          told(
              "compare large files, " + threads + " threads",
              (place, progress) -> TreeDiff.changes(large, same, options, progress)));
    }
    FileTree few = LongInputs.manyFiles(200_000);
    List<LayerEntry> all = TreeDiff.between(FileTree.empty(), few);
    List<LayerEntry> removals = new ArrayList<>();
    for (int i = 0; i < 200_000; i += 2) {
      removals.add(new LayerEntry.Removal(TreePath.of("d" + i % 100 + "/f" + i)));
    }
    FileTree other = few.apply(removals, Findings.strict());
    operations.add(
        told(
            "make a layer of 100,000 differences",
            (place, progress) -> TreeDiff.between(few, other, DiffOptions.standard(), progress)));
    operations.add(
        told(
            "apply 200,000 entries",
            (place, progress) ->
                FileTree.empty().apply(all, ApplyOptions.defaults().withProgress(progress))));
    operations.add(
        told(
            "squash layers of 300,000 entries",
            (place, progress) -> LayerSquash.of(List.of(all, removals), progress)));
    operations.add(
        told(
            "squash layers of 300,000 entries onto a tree",
            (place, progress) ->
                LayerSquash.onto(
                    few, List.of(all, removals), ApplyOptions.defaults().withProgress(progress))));
    operations.add(
        told(
            "trace 300,000 entries to their layers",
            (place, progress) ->
                Provenance.of(
                    List.of(all, removals), ApplyOptions.defaults().withProgress(progress))));
  }

  private void layers() throws IOException {
    OutputStream nowhere = OutputStream.nullOutputStream();
    List<LayerEntry> entries = TreeDiff.between(FileTree.empty(), inputs.largeTree);
    for (Compression compression :
        new Compression[] {Compression.NONE, Compression.GZIP, Compression.ZSTD}) {
      LayerOptions options = LayerOptions.defaults().withCompression(compression);
      operations.add(
          told(
              "write a layer, " + compression,
              (place, progress) -> {
                try (Progress.Task task = progress.start("write", -1);
                    LayerWriter writer = LayerWriter.to(nowhere, options)) {
                  writer.addAll(entries, task);
                  writer.finish();
                }
              }));
      operations.add(
          untold(
              "compress a layer anew, " + compression,
              place -> {
                try (InputStream tar = inputs.image.layers().get(0).open()) {
                  LayerWriter.recompress(
                      tar,
                      CompressionOptions.of(compression),
                      LayerLimits.defaults(),
                      Findings.strict(),
                      nowhere);
                }
              }));
    }
    operations.add(
        untold(
            "read a compressed layer",
            place -> {
              try (InputStream layer =
                      inputs.layout.storage().open(inputs.zipped.layers().get(0).descriptor());
                  LayerReader reader = LayerReader.open(layer)) {
                reader.summary();
              }
            }));
    Path tar = inputs.directory.resolve("layer.tar");
    try (OutputStream out = Files.newOutputStream(tar)) {
      LayerWriter.write(
          TreeDiff.between(FileTree.empty(), inputs.manyTree),
          LayerOptions.defaults().withCompression(Compression.GZIP),
          out);
    }
    operations.add(untold("read a tar as a tree", place -> TarTree.read(tar)));
  }

  private void directories() throws IOException {
    operations.add(
        told(
            "scan a directory",
            (place, progress) ->
                DirectoryScanner.scan(inputs.files, SCANNING, Findings.tolerant(), progress)));
    for (int threads : new int[] {1, 3}) {
      operations.add(
          told(
              "write a large file to a directory, " + threads + " threads",
              (place, progress) ->
                  DirectoryWriter.write(
                      inputs.largeTree,
                      place.resolve("target"),
                      LongInputs.extracting().withParallelism(threads),
                      Findings.tolerant(),
                      progress)));
      operations.add(
          told(
              "write many files to a directory, " + threads + " threads",
              (place, progress) ->
                  DirectoryWriter.write(
                      inputs.manyTree,
                      place.resolve("target"),
                      LongInputs.extracting().withParallelism(threads),
                      Findings.tolerant(),
                      progress)));
    }
    List<LayerEntry> entries = TreeDiff.between(FileTree.empty(), inputs.manyTree);
    operations.add(
        told(
            "write an overlay directory",
            (place, progress) ->
                OverlayDirectory.write(
                    FileTree.empty(),
                    entries,
                    OverlayForm.USER,
                    place.resolve("target"),
                    LongInputs.extracting(),
                    Findings.tolerant(),
                    progress)));
    operations.add(
        told(
            "read an overlay directory",
            (place, progress) ->
                OverlayDirectory.read(
                    inputs.files, OverlayForm.USER, SCANNING, Findings.tolerant(), progress)));
    operations.add(
        told(
            "write a layer of a directory's files",
            (place, progress) -> {
              FileTree tree = DirectoryScanner.scan(inputs.files);
              LayerOptions options = LayerOptions.defaults().withCompression(Compression.NONE);
              try (Progress.Task task = progress.start("write", -1);
                  LayerWriter writer = LayerWriter.to(OutputStream.nullOutputStream(), options)) {
                writer.addAll(TreeDiff.between(FileTree.empty(), tree), task);
                writer.finish();
              }
            }));
  }

  /** In place: what was prepared is gone, or the directory says that it is neither. */
  private void updates() throws IOException {
    FileTree small = LongInputs.manyFiles(2000);
    FileTree grown =
        small
            .edit()
            .put(TreePath.of("large"), LongInputs.file(Noise.content(3, 48 * MIB)))
            .toTree();
    for (int i = 0; i < 2; i++) {
      FileTree after = i == 0 ? grown : inputs.manyTree;
      operations.add(
          told(
                  i == 0 ? "add a large file to a directory" : "add many files to a directory",
                  (place, progress) ->
                      DirectoryUpdate.apply(
                          TreeDiff.between(small, after),
                          place.resolve("tree"),
                          SCANNING,
                          LongInputs.extracting(),
                          Findings.tolerant(),
                          progress))
              .after(
                  place ->
                      DirectoryWriter.write(small, place.resolve("tree"), LongInputs.extracting()))
              .leaving(place -> isOneOfTheTwo(place, small, after)));
    }
  }

  private static void isOneOfTheTwo(Path place, FileTree before, FileTree after)
      throws IOException {
    Path tree = place.resolve("tree");
    FileTree now;
    if (Files.exists(place.resolve(".tree.imbrex-incomplete"))) {
      now =
          DirectoryUpdate.recover(
              tree,
              before,
              SCANNING,
              LongInputs.extracting(),
              Findings.tolerant(),
              Progress.none());
    } else {
      assertThat(DirectoryUpdate.discard(tree, DiskAccess.AUTOMATIC)).isFalse();
      now = DirectoryScanner.scan(tree);
    }
    DiffOptions options = BYTES.withDirectoryTimes(false);
    FileTree expected = now.count() == after.count() ? after : before;
    assertThat(TreeDiff.changes(expected, now, options)).isEmpty();
    try (var left = Files.list(place)) {
      assertThat(left).containsExactly(tree);
    }
  }
}
