package dev.imbrex.layers.internal.threads;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.digest.Digester;
import java.io.InterruptedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Digests blocks on a thread of its own, which starts with the second block, while the caller does
 * something else with them. The methods are for one thread.
 */
public final class DigestBehind implements AutoCloseable {
  /** How many blocks go round; more would only wait. */
  private static final int BLOCKS = 6;

  /** How often somebody who waits looks whether there is anything to wait for. */
  private static final int PATIENCE_MILLIS = 500;

  private final Digester digester;
  private final int blockSize;
  private final BlockingQueue<FilledBlock> ahead = new LinkedBlockingQueue<>();
  private final BlockingQueue<byte[]> idle = new LinkedBlockingQueue<>();
  private final boolean isParallel;

  /** What ended the thread before it was done. */
  private volatile @Nullable Throwable failure;

  /** How many blocks there are, with that of the caller. */
  private int count = 1;

  private boolean hasBegun;
  private @Nullable Thread thread;

  /**
   * Starts nothing yet.
   *
   * @param blockSize how large the blocks are, in bytes
   * @param isParallel whether there may be a thread; else all is done on that of the caller
   */
  public DigestBehind(DigestAlgorithm algorithm, int blockSize, boolean isParallel) {
    digester = algorithm.newDigester();
    this.blockSize = blockSize;
    this.isParallel = isParallel;
  }

  /** Begins to digest a block, which nobody may change before {@link #exchange} gives it back. */
  public void take(byte[] block, int length) {
    if (!isParallel || !hasBegun) {
      hasBegun = true;
      digester.update(block, 0, length);
      idle.add(block);
      return;
    }
    if (thread == null) {
      thread = new Thread(this::work, "imbrex-digest");
      thread.setDaemon(true);
      thread.start();
    }
    ahead.add(new FilledBlock(block, length));
  }

  /**
   * A block that is digested, or a new one.
   *
   * @throws IllegalStateException if the digest could not be computed
   * @throws InterruptedIOException if the thread is interrupted; its flag stays set
   */
  public byte[] exchange() throws InterruptedIOException {
    byte[] block = idle.poll();
    if (block != null) {
      return block;
    }
    if (count < BLOCKS) {
      count++;
      return new byte[blockSize];
    }
    try {
      while (block == null) {
        requireIntact();
        block = idle.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      }
      return block;
    } catch (InterruptedException e) {
      throw Interruption.restored();
    }
  }

  /** Whatever it was, a digest without some of the bytes must not come out. */
  private void requireIntact() {
    if (failure != null) {
      throw new IllegalStateException("The digest could not be computed", failure);
    }
  }

  /**
   * The digest of all blocks, after which there are no more.
   *
   * @throws IllegalStateException if it could not be computed
   */
  public Digest finish() {
    end();
    requireIntact();
    return digester.finish();
  }

  /** Ends the thread, and waits until it has ended. */
  @Override
  public void close() {
    ahead.clear();
    end();
  }

  private void end() {
    if (thread != null) {
      ahead.add(FilledBlock.END);
      Interruption.join(thread);
      thread = null;
    }
  }

  private void work() {
    try {
      for (FilledBlock next = ahead.take(); next != FilledBlock.END; next = ahead.take()) {
        digester.update(next.bytes(), 0, next.length());
        idle.add(next.bytes());
      }
    } catch (Throwable e) {
      // Whatever it is, the caller is told; in this thread it would be lost.
      failure = e;
    }
  }
}
