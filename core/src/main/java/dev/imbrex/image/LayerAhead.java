package dev.imbrex.image;

import dev.imbrex.image.internal.progress.MeteredInput;
import dev.imbrex.layers.internal.threads.Interruption;
import dev.imbrex.layers.layer.LayerReader;
import dev.imbrex.layers.layer.LayerRules;
import dev.imbrex.layers.layer.ReadAhead;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.Findings;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * A layer that is opened and decompressed by threads while another is read. Before it is taken
 * nobody is told of it, and what is wrong with it stays here. Closing it ends the threads and waits
 * until they have ended, unless it was taken.
 */
final class LayerAhead implements Closeable {
  private final Layer layer;
  private final LayerRules rules;
  private final Findings findings;
  private final ReadAhead room;
  private final FutureTask<Opened> opening = new FutureTask<>(this::open);
  private final Thread thread = new Thread(opening, "imbrex-read");

  private boolean isTaken;

  private record Opened(LayerReader reader, MeteredInput stored) {}

  private LayerAhead(Layer layer, LayerRules rules, Findings findings, ReadAhead room) {
    this.layer = layer;
    this.rules = rules;
    this.findings = findings;
    this.room = room;
  }

  /**
   * Begins.
   *
   * @param findings takes what is found, on the thread of whoever reads the layer
   */
  static LayerAhead begin(Layer layer, LayerRules rules, Findings findings, ReadAhead room) {
    LayerAhead ahead = new LayerAhead(layer, rules, findings, room);
    ahead.thread.setDaemon(true);
    ahead.thread.start();
    return ahead;
  }

  private Opened open() throws IOException {
    MeteredInput stored = new MeteredInput(new StoredLayer(layer).open());
    return new Opened(open(layer, stored, room, rules, findings), stored);
  }

  /** Opens a layer on the thread of whoever reads it, and nothing ahead. */
  static LayerIndex.Opening onDemand(Layer layer, LayerRules rules, Findings findings) {
    return task -> {
      InputStream stored = new MeteredInput(new StoredLayer(layer).open(), task);
      return open(layer, stored, ReadAhead.none(), rules, findings);
    };
  }

  private static LayerReader open(
      Layer layer, InputStream stored, ReadAhead room, LayerRules rules, Findings findings)
      throws IOException {
    try {
      return LayerReader.openVerified(stored, layer.descriptor().digest(), room, rules, findings);
    } catch (Throwable e) {
      try {
        stored.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  Findings findings() {
    return findings;
  }

  /**
   * The reader, for the caller to close; once.
   *
   * @param task is told of the stored bytes
   */
  LayerReader take(Progress.Task task) throws IOException {
    try {
      Opened opened = opening.get();
      opened.stored().tell(task);
      isTaken = true;
      return opened.reader();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while " + layer + " was opened");
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  private static IOException failure(@Nullable Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof IOException failure ? failure : new IOException(cause);
  }

  @Override
  public void close() throws IOException {
    // Not interrupted before all is to stop: that closes channels which others may read, too.
    Interruption.join(List.of(thread), thread::interrupt);
    if (!isTaken) {
      closeReader();
    }
  }

  private void closeReader() throws IOException {
    try {
      opening.get().reader().close();
    } catch (InterruptedException e) {
      throw new AssertionError("Nobody waits for what is done", e);
    } catch (ExecutionException e) {
      // Told to whoever takes it; nothing is open.
      return;
    }
  }
}
