package dev.imbrex.benchmarks;

import com.github.luben.zstd.ZstdOutputStream;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
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
 * Compresses a tar in memory: ours with one thread and with as many as it likes, the JDK's gzip,
 * zstd-jni. One operation is the whole tar; its compressed size is printed by the set-up.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class Compressing {
  /** The format and its level. */
  @Param({"gzip-1", "gzip-6", "gzip-9", "zstd-3"})
  public String codec = "gzip-6";

  /** What is compressed: {@code made}, or a tar's file. */
  @Param({Sample.MADE})
  public String input = Sample.MADE;

  private byte[] tar = {};
  private Compression compression = Compression.GZIP;
  private int level;

  /** Makes or reads the tar. */
  @Setup
  @SuppressWarnings("SystemOut") // A size, for who reads the figures.
  public void makeTar() throws IOException {
    tar = Sample.tar(input, 2000);
    level = Integer.parseInt(codec.substring(codec.indexOf('-') + 1));
    compression = codec.startsWith("zstd") ? Compression.ZSTD : Compression.GZIP;
    Count ours = new Count();
    imbrex(ours, new CompressionOptions(compression, level));
    Count theirs = new Count();
    peer(theirs);
    System.out.printf(
        "# %s of %d bytes: %d ours, %d the peer's%n", codec, tar.length, ours.count, theirs.count);
  }

  /** Ours, on the caller's thread alone. */
  @Benchmark
  public long imbrexAlone() throws IOException {
    return imbrex(new Count(), new CompressionOptions(compression, level, 1));
  }

  /** Ours, on all processors. */
  @Benchmark
  public long imbrex() throws IOException {
    return imbrex(new Count(), new CompressionOptions(compression, level));
  }

  private long imbrex(Count out, CompressionOptions options) throws IOException {
    try (var compressing = options.compressTo(out)) {
      compressing.write(tar, 0, tar.length);
      compressing.finish();
    }
    return out.count;
  }

  /** The peer: the JDK's gzip, or zstd-jni. */
  @Benchmark
  public long peer() throws IOException {
    return peer(new Count());
  }

  private long peer(Count out) throws IOException {
    try (OutputStream compressing =
        compression == Compression.ZSTD ? new ZstdOutputStream(out, level) : new Gzip(out, level)) {
      compressing.write(tar, 0, tar.length);
    }
    return out.count;
  }

  /** The JDK's, whose level is set by those who come after it. */
  private static final class Gzip extends GZIPOutputStream {
    Gzip(OutputStream out, int level) throws IOException {
      super(out, 1 << 16);
      def.setLevel(level);
    }
  }

  private static final class Count extends OutputStream {
    private long count;

    @Override
    public void write(int b) {
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      count += length;
    }
  }
}
