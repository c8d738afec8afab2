package dev.imbrex.layers.disk;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Files that one thread writes one after the other: small ones whose bytes were read already, or
 * some whose contents lie by themselves.
 */
final class FileBatch {
  /** The largest number of bytes read ahead; a file must be smaller by one. */
  static final int BYTES = 1 << 18;

  private static final int MOST_FILES = 128;

  /** So many bytes of contents that lie by themselves are enough for a batch. */
  private static final long ENOUGH = 1 << 20;

  private final List<PendingContents.Waiting> files = new ArrayList<>();
  private final byte[] bytes;
  private final int[] ends;

  /**
   * What became of it. A failure is a value here: a future that fails with a cancellation shows its
   * waiter that one on Java 17 and a new one on later releases.
   */
  private final CompletableFuture<Outcome> done = new CompletableFuture<>();

  private int end;
  private long lying;

  /**
   * An empty batch.
   *
   * @param bytes room for what is read ahead; none for contents that lie by themselves
   */
  FileBatch(byte[] bytes) {
    this.bytes = bytes;
    this.ends = new int[bytes.length == 0 ? 0 : MOST_FILES];
  }

  /** The room for what is read ahead, to be used again when all is written. */
  byte[] bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return files.isEmpty();
  }

  /** Whether there is no room for this file. */
  boolean isFullFor(PendingContents.Waiting waiting) {
    long size = waiting.file().content().size();
    return files.size() == MOST_FILES
        || (bytes.length > 0 ? end + size + 1 > bytes.length : lying >= ENOUGH);
  }

  /** Adds a file and reads it: one byte more than it should have, should it have that. */
  void add(PendingContents.Waiting waiting, InputStream data) throws IOException {
    int wanted = (int) waiting.file().content().size() + 1;
    end += data.readNBytes(bytes, end, wanted);
    ends[files.size()] = end;
    files.add(waiting);
  }

  /** Adds a file whose content lies by itself. */
  void add(PendingContents.Waiting waiting) {
    lying += waiting.file().content().size();
    files.add(waiting);
  }

  /** Writes all files, until somebody says stop. */
  void writeTo(FileWriter writer, BooleanSupplier isStopped) {
    try {
      for (int i = 0; i < files.size() && !isStopped.getAsBoolean(); i++) {
        if (bytes.length == 0) {
          writer.open(files.get(i));
        } else {
          int start = i == 0 ? 0 : ends[i - 1];
          writer.write(files.get(i), new ReadBytes(bytes, start, ends[i] - start));
        }
      }
      done.complete(new Outcome(writer.reports(), null));
    } catch (Throwable e) {
      // Told to whoever waits for the batch, unchanged.
      done.complete(new Outcome(List.of(), e));
    }
  }

  boolean isDone() {
    return done.isDone();
  }

  /** Waits until all is written, and gives what there is to report. */
  List<DeferredLosses.Report> reports() throws IOException {
    Outcome outcome;
    try {
      outcome = done.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while files were written");
    } catch (ExecutionException e) {
      throw new AssertionError("Failures are values", e);
    }
    if (outcome.failure() != null) {
      throw failure(outcome.failure());
    }
    return outcome.reports();
  }

  private static IOException failure(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof InterruptedIOException || cause instanceof ClosedByInterruptException) {
      // Who interrupts a thread of ours, from a content or a progress, means the whole.
      Thread.currentThread().interrupt();
    }
    return cause instanceof IOException failure ? failure : new IOException(cause);
  }

  private record Outcome(List<DeferredLosses.Report> reports, @Nullable Throwable failure) {}
}
