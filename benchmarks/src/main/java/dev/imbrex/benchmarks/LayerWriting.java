package dev.imbrex.benchmarks;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.LayerSummary;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestingOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
 * gzip. One operation is the whole layer.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class LayerWriting {
  private record File(String name, FileContent content) {}

  /** How many files; their sizes are spread as those of a Debian tree are, mostly a few KiB. */
  @Param({"2000"})
  public int files = 2000;

  /** How the layer is stored. */
  @Param({"NONE", "GZIP"})
  public Compression compression = Compression.GZIP;

  private final List<File> tree = new ArrayList<>();

  /** Makes the same files in every run. */
  @Setup
  public void makeFiles() {
    Random random = new Random(files);
    for (int i = 0; i < files; i++) {
      byte[] bytes = new byte[(int) Math.min(4 << 20, Math.exp(random.nextGaussian() * 2 + 7.5))];
      // Half random, half repeated, which compresses about as program text does.
      for (int at = 0; at < bytes.length; at++) {
        bytes[at] = (byte) (at % 8 < 4 ? random.nextInt(64) : 'a' + at % 13);
      }
      tree.add(new File("usr/share/d" + i % 50 + "/file" + i, Content.of(bytes)));
    }
  }

  /** Ours. */
  @Benchmark
  public LayerSummary imbrex() throws IOException {
    LayerOptions options = LayerOptions.defaults().withCompression(compression);
    try (LayerWriter writer = LayerWriter.to(OutputStream.nullOutputStream(), options)) {
      for (File file : tree) {
        writer.add(
            new LayerEntry.Present(
                TreePath.of(file.name), new Node.RegularFile(Metadata.forFile(), file.content)));
      }
      return writer.finish();
    }
  }

  /** The peer: commons-compress, with what of the JDK people put around it. */
  @Benchmark
  public Digest commonsCompress() throws IOException {
    DigestingOutputStream stored = DigestingOutputStream.sha256(OutputStream.nullOutputStream());
    OutputStream compressor =
        compression == Compression.GZIP ? new GZIPOutputStream(stored, 1 << 16) : stored;
    DigestingOutputStream tar = DigestingOutputStream.sha256(compressor);
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(tar)) {
      out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (File file : tree) {
        TarArchiveEntry entry = new TarArchiveEntry(file.name);
        entry.setSize(file.content.size());
        entry.setModTime(0);
        out.putArchiveEntry(entry);
        try (InputStream in = file.content.open()) {
          in.transferTo(out);
        }
        out.closeArchiveEntry();
      }
    }
    return tar.digest();
  }
}
