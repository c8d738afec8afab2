package dev.imbrex.peers;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.ImageSquash;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.ReadOptions;
import dev.imbrex.layers.disk.DirectoryScanner;
import dev.imbrex.layers.disk.DirectoryUpdate;
import dev.imbrex.layers.disk.DirectoryWriter;
import dev.imbrex.layers.disk.DiskAccess;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.disk.ExtractionReport;
import dev.imbrex.layers.disk.ScanOptions;
import dev.imbrex.layers.layer.TarTree;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.LayoutStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Takes a directory, and a tar, through all that we do with files: scan, diff, image, squash,
 * extraction, update in place. Prints the findings; its results are for others to look at.
 */
final class CapabilityRun {
  private CapabilityRun() {}

  /** Arguments: a directory to work in, which has {@code source} and {@code source.tar}. */
  public static void main(String[] arguments) throws IOException {
    Path work = Path.of(arguments[0]);
    Findings scanned = Findings.tolerant();
    FileTree tree =
        DirectoryScanner.scan(
            work.resolve("source"), ScanOptions.standard(), scanned, Progress.none());
    print("scan", scanned);
    List<LayerEntry> layer = TreeDiff.between(FileTree.empty(), tree);
    FileTree inTar = TarTree.read(work.resolve("source.tar"));
    try (ImageStore store = ImageStore.on(LayoutStorage.create(work.resolve("layout")))) {
      Image scan =
          ImageBuilder.scratch(store, Platform.of("linux", "amd64")).layer("s", layer).build();
      extract("scanned", scan, work);
      Image tar =
          ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
              .layer("t", TreeDiff.between(FileTree.empty(), inTar))
              .layer("more", made -> made.file("/more", "more"))
              .build();
      extract("tar", tar, work);
      extract("squashed", ImageSquash.of(tar).build(), work);
    }
    Findings updated = Findings.tolerant();
    Path place = work.resolve("updated");
    DirectoryWriter.write(FileTree.empty(), place, ExtractOptions.trusted());
    DirectoryUpdate.apply(
        TreeDiff.between(FileTree.empty(), inTar),
        place,
        ScanOptions.standard(),
        ExtractOptions.trusted(),
        updated,
        Progress.none());
    print("update", updated);
    try {
      DirectoryScanner.scan(
          place,
          ScanOptions.standard().withAccess(DiskAccess.NATIVE),
          Findings.tolerant(),
          Progress.none());
    } catch (UnsupportedContentException e) {
      System.out.println("native: " + e.getMessage());
    }
  }

  private static void extract(String name, Image image, Path work) throws IOException {
    Findings findings = Findings.tolerant();
    ExtractionReport report =
        image.extractTo(
            work.resolve(name),
            ExtractOptions.trusted(),
            ReadOptions.defaults().withFindings(findings));
    System.out.println(name + " by " + report.calls());
    print(name, findings);
  }

  private static void print(String what, Findings findings) {
    findings.all().forEach(finding -> System.out.println(what + ": " + finding.code()));
  }
}
