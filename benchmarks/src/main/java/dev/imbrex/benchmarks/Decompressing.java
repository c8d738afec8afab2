package dev.imbrex.benchmarks;

import com.github.luben.zstd.ZstdInputStream;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
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
 * Decompresses a tar in memory: ours, the JDK's gzip or zstd-jni, and commons-compress. One
 * operation is the whole tar.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class Decompressing {
  /** The format. */
  @Param({"GZIP", "ZSTD"})
  public Compression compression = Compression.GZIP;

  /** What is compressed: {@code made}, or a tar's file. */
  @Param({Sample.MADE})
  public String input = Sample.MADE;

  private final byte[] buffer = new byte[1 << 16];
  private byte[] stored = {};

  /** Compresses the tar. */
  @Setup
  public void compress() throws IOException {
    stored = Sample.compressed(Sample.tar(input, 2000), CompressionOptions.of(compression));
  }

  /** Ours. */
  @Benchmark
  public long imbrex() throws IOException {
    return drain(Sample.decompress(stored));
  }

  /** The peer: the JDK's gzip, or zstd-jni. */
  @Benchmark
  public long peer() throws IOException {
    InputStream in = new ByteArrayInputStream(stored);
    return drain(
        compression == Compression.GZIP
            ? new GZIPInputStream(in, 1 << 16)
            : new ZstdInputStream(in));
  }

  /** The peer: commons-compress. */
  @Benchmark
  public long commonsCompress() throws IOException {
    InputStream in = new ByteArrayInputStream(stored);
    return drain(
        compression == Compression.GZIP
            ? GzipCompressorInputStream.builder()
                .setInputStream(in)
                .setDecompressConcatenated(true)
                .get()
            : new ZstdCompressorInputStream(in));
  }

  private long drain(InputStream opened) throws IOException {
    long count = 0;
    try (InputStream in = opened) {
      int read = in.read(buffer);
      while (read >= 0) {
        count += read;
        read = in.read(buffer);
      }
    }
    return count;
  }
}
