package dev.imbrex.benchmarks;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.layers.disk.DirectoryScanner;
import dev.imbrex.layers.disk.DirectoryWriter;
import dev.imbrex.layers.disk.DiskAccess;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.disk.ExtractionReport;
import dev.imbrex.layers.disk.ScanOptions;
import dev.imbrex.layers.layer.TarTree;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * Extracts a layer to a directory, and scans the directory: ours beside commons-compress with
 * {@code java.nio}, and GNU tar as a whole process. One operation is the whole layer.
 *
 * <p>It says little where the directory for temporary files is on an ext4 without a journal, which
 * looks through all inodes that were deleted lately for each new file: use another file system, by
 * {@code -Djava.io.tmpdir} for the forks, best a fresh one or tmpfs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class Extraction {
  /** How many files; their sizes are spread as those of a Debian tree are, mostly a few KiB. */
  @Param({"5000"})
  public int files = 5000;

  /** How the layer is stored. */
  @Param({"NONE", "GZIP"})
  public Compression compression = Compression.GZIP;

  /** By which calls ours works. */
  @Param({"NATIVE", "NIO"})
  public DiskAccess access = DiskAccess.NATIVE;

  private Path directory = Path.of("");
  private Path tar = Path.of("");
  private Path layout = Path.of("");
  private Path target = Path.of("");
  private Path scanned = Path.of("");

  /** Writes the same layer in every run, and extracts it once to be scanned. */
  @Setup
  public void writeLayer() throws IOException {
    directory = Files.createTempDirectory("extraction");
    tar = directory.resolve("layer.tar");
    Files.write(
        tar, Sample.layer(Sample.entries(Sample.files(files)), CompressionOptions.of(compression)));
    layout = directory.resolve("layout");
    OneLayer.layout(tar, layout, compression);
    scanned = directory.resolve("scanned");
    DirectoryWriter.write(TarTree.read(tar), scanned, ExtractOptions.trusted());
  }

  /** Names a target that is not there. */
  @Setup(Level.Invocation)
  public void nameTarget() {
    target = directory.resolve("target");
  }

  /** Removes what one invocation wrote. */
  @TearDown(Level.Invocation)
  public void removeTarget() throws IOException {
    remove(target);
  }

  /** Removes the rest. */
  @TearDown
  public void removeAll() throws IOException {
    remove(directory);
  }

  private static void remove(Path root) throws IOException {
    if (Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      try (Stream<Path> all = Files.walk(root)) {
        for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** Ours, of an image of that one layer: it is read once, and digests are verified. */
  @Benchmark
  public ExtractionReport imbrex() throws IOException {
    return extract(ExtractOptions.trusted());
  }

  /** The same on one thread. */
  @Benchmark
  public ExtractionReport imbrexAlone() throws IOException {
    return extract(ExtractOptions.trusted().withParallelism(1));
  }

  private ExtractionReport extract(ExtractOptions options) throws IOException {
    return OneLayer.extract(layout, target, options.withAccess(access));
  }

  /** Ours, of the tar itself: it is read for its tree, and again for the contents. */
  @Benchmark
  public ExtractionReport imbrexTree() throws IOException {
    return DirectoryWriter.write(
        TarTree.read(tar), target, ExtractOptions.trusted().withAccess(access));
  }

  /** Ours, of a directory: all attributes of all files. */
  @Benchmark
  public FileTree imbrexScan() throws IOException {
    return DirectoryScanner.scan(
        scanned, ScanOptions.standard().withAccess(access), Findings.tolerant(), Progress.none());
  }

  /** The peer of the scan: a walk that asks for what a tar has of each file. */
  @Benchmark
  public long walk() throws IOException {
    long[] sum = new long[1];
    Files.walkFileTree(
        scanned,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes basic)
              throws IOException {
            sum[0] +=
                Files.readAttributes(
                        file,
                        "unix:mode,uid,gid,nlink,ino,dev,rdev,lastModifiedTime,size",
                        LinkOption.NOFOLLOW_LINKS)
                    .size();
            return FileVisitResult.CONTINUE;
          }
        });
    return sum[0];
  }

  /** The peer: commons-compress, with what of the JDK people put around it; no digest. */
  @Benchmark
  public int commonsCompress() throws IOException {
    int count = 0;
    Files.createDirectory(target);
    try (InputStream stored = Files.newInputStream(tar);
        InputStream plain =
            compression == Compression.GZIP
                ? new GZIPInputStream(stored, 1 << 16)
                : new BufferedInputStream(stored, 1 << 16);
        TarArchiveInputStream in = new TarArchiveInputStream(plain)) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Path file = target.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.copy(in, file);
        Files.setAttribute(file, "unix:uid", (int) entry.getLongUserId());
        Files.setAttribute(file, "unix:gid", (int) entry.getLongGroupId());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setLastModifiedTime(file, FileTime.from(entry.getLastModifiedTime().toInstant()));
        count++;
      }
    }
    return count;
  }

  /** The peer: GNU tar, started anew each time; no digest. */
  @Benchmark
  public int gnuTar() throws IOException, InterruptedException {
    Files.createDirectory(target);
    Process process =
        new ProcessBuilder("tar", "-xpf", tar.toString(), "--xattrs", "--numeric-owner")
            .directory(target.toFile())
            .inheritIO()
            .start();
    int status = process.waitFor();
    if (status != 0) {
      throw new IOException("tar ended with " + status);
    }
    return status;
  }
}
