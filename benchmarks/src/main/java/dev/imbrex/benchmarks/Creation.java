package dev.imbrex.benchmarks;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.disk.DirectoryScanner;
import dev.imbrex.layers.disk.DiskAccess;
import dev.imbrex.layers.disk.ScanOptions;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.LayerSummary;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.manifest.digest.DigestingOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Makes an uncompressed layer of a directory, with its digest: ours, commons-compress after a walk,
 * and jib-core. One operation is the whole directory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class Creation {
  /** How many files; see {@link LayerWriting}. */
  @Param({"5000"})
  public int files = 5000;

  /** By which calls ours works. */
  @Param({"NATIVE", "NIO"})
  public DiskAccess access = DiskAccess.NATIVE;

  private Path directory = Path.of("");

  /** Writes the directory. */
  @Setup
  public void writeFiles() throws IOException {
    directory = Files.createTempDirectory("creation");
    for (Sample.File file : Sample.files(files)) {
      Path path = directory.resolve(file.name());
      Files.createDirectories(path.getParent());
      Files.write(path, file.bytes());
    }
  }

  /** Removes it. */
  @TearDown
  public void removeFiles() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Ours. */
  @Benchmark
  public LayerSummary imbrex() throws IOException {
    FileTree tree =
        DirectoryScanner.scan(
            directory,
            ScanOptions.standard().withAccess(access),
            Findings.tolerant(),
            Progress.none());
    return LayerWriter.write(
        TreeDiff.between(FileTree.empty(), tree),
        LayerOptions.defaults().withCompression(Compression.NONE),
        OutputStream.nullOutputStream());
  }

  /** The peer: commons-compress, with what of the JDK people put around it. */
  @Benchmark
  public DigestingOutputStream commonsCompress() throws IOException {
    DigestingOutputStream digested = DigestingOutputStream.sha256(OutputStream.nullOutputStream());
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(digested);
        Stream<Path> walk = Files.walk(directory)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Path path : (Iterable<Path>) walk.sorted()::iterator) {
        tar.putArchiveEntry(new TarArchiveEntry(path, directory.relativize(path) + "/"));
        if (Files.isRegularFile(path)) {
          Files.copy(path, tar);
        }
        tar.closeArchiveEntry();
      }
    }
    return digested;
  }

  /** The peer: jib-core. */
  @Benchmark
  public long jib() throws IOException {
    return Jib.layer(directory, OutputStream.nullOutputStream());
  }
}
