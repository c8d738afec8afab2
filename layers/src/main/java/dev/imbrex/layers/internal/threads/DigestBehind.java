package dev.imbrex.layers.internal.threads;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.digest.Digester;
import java.io.InterruptedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Digests blocks on a thread of its own, which starts with the second block, while the caller does
 * something else with them. The methods are for one thread.
 */
public final class DigestBehind implements AutoCloseable {
  /** How many blocks go round; more would only wait. */
  private static final int BLOCKS = 6;

  private final Digester digester;
  private final int blockSize;
  private final BlockingQueue<FilledBlock> ahead = new LinkedBlockingQueue<>();
  private final BlockingQueue<byte[]> idle = new LinkedBlockingQueue<>();
  private final boolean isParallel;

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
      return idle.take();
    } catch (InterruptedException e) {
      throw Interruption.restored();
    }
  }

  /** The digest of all blocks, after which there are no more. */
  public Digest finish() {
    end();
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
    } catch (InterruptedException e) {
      throw new IllegalStateException("Nobody else knows this thread", e);
    }
  }
}
