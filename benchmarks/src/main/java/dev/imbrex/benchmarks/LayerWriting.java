package dev.imbrex.benchmarks;

import com.github.luben.zstd.ZstdOutputStream;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.LayerSummary;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestingOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Writes a layer of files in memory with both digests: ours, and commons-compress with the JDK's
 * gzip or zstd-jni. One operation is the whole layer.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class LayerWriting {
  /** How many files; their sizes are spread as those of a Debian tree are, mostly a few KiB. */
  @Param({"2000"})
  public int files = 2000;

  /** How the layer is stored. */
  @Param({"NONE", "GZIP", "ZSTD"})
  public Compression compression = Compression.GZIP;

  private List<Sample.File> tree = List.of();
  private List<LayerEntry> entries = List.of();

  /** Makes the same files in every run. */
  @Setup
  public void makeFiles() {
    tree = Sample.files(files);
    entries = Sample.entries(tree);
  }

  /** Ours. */
  @Benchmark
  public LayerSummary imbrex() throws IOException {
    LayerOptions options = LayerOptions.defaults().withCompression(compression);
    return LayerWriter.write(entries, options, OutputStream.nullOutputStream());
  }

  /** The peer: commons-compress, with what of the JDK people put around it. */
  @Benchmark
  public Digest commonsCompress() throws IOException {
    DigestingOutputStream stored = DigestingOutputStream.sha256(OutputStream.nullOutputStream());
    DigestingOutputStream tar = DigestingOutputStream.sha256(compressor(stored));
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(tar)) {
      out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Sample.File file : tree) {
        TarArchiveEntry entry = new TarArchiveEntry(file.name());
        entry.setSize(file.bytes().length);
        entry.setModTime(0);
        out.putArchiveEntry(entry);
        out.write(file.bytes());
        out.closeArchiveEntry();
      }
    }
    return tar.digest();
  }

  private OutputStream compressor(OutputStream stored) throws IOException {
    return switch (compression) {
      case GZIP -> new GZIPOutputStream(stored, 1 << 16);
      case ZSTD -> new ZstdOutputStream(stored);
      case NONE, BZIP2, XZ -> stored;
    };
  }
}
