package dev.imbrex.testing;

import static java.util.Objects.requireNonNull;

import dev.imbrex.manifest.digest.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a {@link FaultyStorage} does wrong, to which operations, and how often. Without {@link #on}
 * it meets every operation. Immutable.
 *
 * <pre>{@code
 * storage.add(StorageFault.fail().on(StorageFault.Operation.PUT).after(2).times(1));
 * storage.add(StorageFault.truncate(1000).on(layer.descriptor().digest()));
 * }</pre>
 */
public final class StorageFault {
  /** What can be asked of a storage; those about leases are never disturbed. */
  public enum Operation {
    /** Asking whether content is there. */
    EXISTS,
    /** Opening content, whole or in part. */
    OPEN,
    /** Taking in content whose identity is known. */
    PUT,
    /** Beginning to take in a blob whose digest is not known. */
    WRITE,
    /** Publishing such a blob. */
    COMMIT,
    /** Listing content. */
    BLOBS,
    /** Deleting content. */
    DELETE,
    /** Looking up a name. */
    RESOLVE,
    /** Listing names. */
    ENTRIES,
    /** Moving names. */
    TAG
  }

  /** What a test does before an operation; what it throws, the operation throws. */
  @FunctionalInterface
  public interface Action {
    /** Does it. */
    void run() throws IOException;
  }

  /** Takes the place of a stream: of content that is opened, or that is put. */
  interface Damage {
    InputStream to(InputStream in);
  }

  private final Action before;
  private final Damage damage;
  private final Set<Operation> operations;
  private final Optional<Digest> digest;
  private final long skipped;
  private final long times;

  private StorageFault(
      Action before,
      Damage damage,
      Set<Operation> operations,
      Optional<Digest> digest,
      long skipped,
      long times) {
    this.before = before;
    this.damage = damage;
    this.operations = operations;
    this.digest = digest;
    this.skipped = skipped;
    this.times = times;
  }

  private static StorageFault of(Action before, Damage damage, Set<Operation> operations) {
    return new StorageFault(before, damage, operations, Optional.empty(), 0, Long.MAX_VALUE);
  }

  private static StorageFault damage(Damage damage) {
    return of(() -> {}, damage, EnumSet.of(Operation.OPEN, Operation.PUT));
  }

  /** Fails with an {@link IOException} that says that a test wanted it. */
  public static StorageFault fail() {
    return doing(
        () -> {
          throw new IOException("The test wants this to fail");
        });
  }

  /** Does something before the operation, which fails with what that throws. */
  public static StorageFault doing(Action action) {
    return of(requireNonNull(action), in -> in, EnumSet.allOf(Operation.class));
  }

  /**
   * Waits before the operation. Interruption ends the wait with an {@link InterruptedIOException}
   * and the flag set, as it does at any blocking call.
   */
  public static StorageFault delay(Duration time) {
    return doing(
        () -> {
          try {
            Thread.sleep(time.toMillis());
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted within a fault");
          }
        });
  }

  /** Lets content that is opened or put fail after so many bytes. */
  public static StorageFault failAfter(long bytes) {
    return damage(in -> new Damaged(in, bytes, Damaged.Kind.FAILS));
  }

  /** Lets content that is opened or put end after so many bytes. */
  public static StorageFault truncate(long bytes) {
    return damage(in -> new Damaged(in, bytes, Damaged.Kind.ENDS));
  }

  /** Flips a bit of content that is opened or put, in the byte at an offset, from 0. */
  public static StorageFault corrupt(long offset) {
    return damage(in -> new Damaged(in, offset, Damaged.Kind.FLIPS));
  }

  /** The same, at these operations alone. */
  public StorageFault on(Operation first, Operation... more) {
    return new StorageFault(before, damage, EnumSet.of(first, more), digest, skipped, times);
  }

  /** The same, at operations on this content alone. */
  public StorageFault on(Digest content) {
    return new StorageFault(before, damage, operations, Optional.of(content), skipped, times);
  }

  /** The same, once so many operations have been spared. */
  public StorageFault after(long count) {
    return new StorageFault(before, damage, operations, digest, count, times);
  }

  /** The same, so many times and then no more. */
  public StorageFault times(long count) {
    return new StorageFault(before, damage, operations, digest, skipped, count);
  }

  boolean meets(FaultyStorage.Call call) {
    return operations.contains(call.operation())
        && (digest.isEmpty() || digest.equals(call.content()));
  }

  /** Whether it meets the operation it would meet as the n-th, from 0. */
  boolean meets(long n) {
    return n >= skipped && n - skipped < times;
  }

  void before() throws IOException {
    before.run();
  }

  static InputStream damage(List<StorageFault> faults, InputStream in) {
    InputStream damaged = in;
    for (StorageFault fault : faults) {
      damaged = fault.damage.to(damaged);
    }
    return damaged;
  }

  /** A stream that goes wrong at one place. */
  private static final class Damaged extends FilterInputStream {
    enum Kind {
      FAILS,
      ENDS,
      FLIPS
    }

    private final long place;
    private final Kind kind;
    private long read;

    Damaged(InputStream in, long place, Kind kind) {
      super(in);
      this.place = place;
      this.kind = kind;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int most = length;
      if (kind != Kind.FLIPS && length > 0) {
        if (read == place) {
          if (kind == Kind.FAILS) {
            throw new IOException("The test wants this to fail after " + place + " bytes");
          }
          return -1;
        }
        most = (int) Math.min(length, place - read);
      }
      int count = in.read(bytes, offset, most);
      if (kind == Kind.FLIPS && place >= read && place < read + count) {
        bytes[offset + (int) (place - read)] ^= 1;
      }
      read += Math.max(count, 0);
      return count;
    }

    @Override
    public long skip(long count) throws IOException {
      return readNBytes((int) Math.min(count, 1 << 13)).length;
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
