package dev.imbrex.benchmarks;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.layers.layer.LayerReader;
import dev.imbrex.layers.layer.LayerSummary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
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
 * Reads every entry of a layer in memory, and makes both digests on the way: ours, and
 * commons-compress with what of the JDK people put around it. One operation is the whole layer.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class LayerReading {
  /** How the layer is stored. */
  @Param({"NONE", "GZIP", "ZSTD"})
  public Compression compression = Compression.GZIP;

  /** The layer: {@code made}, or a tar's file. */
  @Param({Sample.MADE})
  public String input = Sample.MADE;

  private byte[] stored = {};

  /** Makes the layer. */
  @Setup
  public void makeLayer() throws IOException {
    stored = Sample.compressed(Sample.tar(input, 2000), CompressionOptions.of(compression));
  }

  /** Ours. */
  @Benchmark
  public LayerSummary imbrex() throws IOException {
    try (LayerReader reader = LayerReader.open(new ByteArrayInputStream(stored))) {
      return reader.summary();
    }
  }

  /** The peer: commons-compress. */
  @Benchmark
  public byte[] commonsCompress() throws IOException, NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    MessageDigest diffId = MessageDigest.getInstance("SHA-256");
    InputStream bytes = new DigestInputStream(new ByteArrayInputStream(stored), digest);
    long names = 0;
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new DigestInputStream(plain(bytes), diffId))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        names += entry.getName().length();
      }
    }
    byte[] sum = diffId.digest();
    sum[0] ^= (byte) names;
    sum[1] ^= digest.digest()[0];
    return sum;
  }

  private InputStream plain(InputStream bytes) throws IOException {
    return switch (compression) {
      case GZIP -> new GZIPInputStream(bytes, 1 << 16);
      case ZSTD -> new com.github.luben.zstd.ZstdInputStream(bytes);
      case NONE, BZIP2, XZ -> bytes;
    };
  }
}
