package dev.imbrex.benchmarks;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestingOutputStream;
import dev.imbrex.manifest.digest.VerifiedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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
 * Digests 16 MiB in memory, written and read: ours, the JDK's digest alone, which is the bound, and
 * Guava's.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class Digesting {
  private static final int SIZE = 16 << 20;

  /** How many bytes at a time. */
  @Param({"4096", "262144"})
  public int block = 4096;

  private final byte[] bytes = new byte[SIZE];
  private Digest digest = Digest.sha256(bytes);

  /** Makes the bytes. */
  @Setup
  public void makeBytes() {
    new Random(1).nextBytes(bytes);
    digest = Digest.sha256(bytes);
  }

  /** Ours, of what is written. */
  @Benchmark
  public Digest imbrexWritten() throws IOException {
    DigestingOutputStream out = DigestingOutputStream.sha256(OutputStream.nullOutputStream());
    for (int at = 0; at < SIZE; at += block) {
      out.write(bytes, at, block);
    }
    return out.digest();
  }

  /** Ours, of what is read, compared with what it should be. */
  @Benchmark
  public long imbrexVerified() throws IOException {
    byte[] buffer = new byte[block];
    long count = 0;
    try (InputStream in =
        VerifiedInputStream.of(new ByteArrayInputStream(bytes), SIZE, digest, "the sample")) {
      int read = in.read(buffer);
      while (read >= 0) {
        count += read;
        read = in.read(buffer);
      }
    }
    return count;
  }

  /** The bound: the JDK's digest alone. */
  @Benchmark
  public byte[] jdk() throws NoSuchAlgorithmException {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    for (int at = 0; at < SIZE; at += block) {
      sha256.update(bytes, at, block);
    }
    return sha256.digest();
  }

  /** The peer: Guava. */
  @Benchmark
  public HashCode guava() {
    var hasher = Hashing.sha256().newHasher();
    for (int at = 0; at < SIZE; at += block) {
      hasher.putBytes(bytes, at, block);
    }
    return hasher.hash();
  }
}
