package dev.imbrex.registry;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.registry.internal.transport.RequestBody;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Sends a blob in chunks, each from memory, so that it can be sent again. After a failure the
 * registry is asked how far it came (SN-G19). For one thread.
 */
final class ChunkedUpload {
  /** More memory than this is not taken for a chunk, whatever a registry asks for. */
  private static final int LARGEST = 256 << 20;

  private static final int OUT_OF_PLACE = 3;

  private final UploadSession session;
  private final RegistryHost host;
  private final byte[] chunk;

  /** How many bytes the registry has; the chunk comes behind them. */
  private long sent;

  private int filled;

  ChunkedUpload(UploadSession session, RegistryHost host) throws LimitExceededException {
    this.session = session;
    this.host = host;
    int size = Math.max(host.hostOptions().chunkBytes(), session.leastChunk());
    if (size > LARGEST) {
      throw new LimitExceededException(
          "A chunk of " + size + " bytes, as " + host.host() + " wants it", "chunkBytes", LARGEST);
    }
    this.chunk = new byte[size];
  }

  /** How many bytes were taken in, those included that wait to be sent. */
  long size() {
    return sent + filled;
  }

  /** Sends all of a stream but what does not fill a chunk. */
  void sendAll(InputStream in) throws IOException {
    int count = in.read(chunk, filled, chunk.length - filled);
    while (count >= 0) {
      filled += count;
      if (filled == chunk.length) {
        flush();
      }
      count = in.read(chunk, filled, chunk.length - filled);
    }
  }

  /** Takes bytes in, and sends what fills a chunk. */
  void write(byte[] bytes, int offset, int length) throws IOException {
    int at = offset;
    while (at < offset + length) {
      int count = Math.min(offset + length - at, chunk.length - filled);
      System.arraycopy(bytes, at, chunk, filled, count);
      filled += count;
      at += count;
      if (filled == chunk.length) {
        flush();
      }
    }
  }

  /** Sends what is left, and ends the upload. */
  void finish(Digest digest) throws IOException {
    if (sent == 0 && filled > 0) {
      // All of it fits: one request does.
      finishWhole(digest);
      return;
    }
    if (filled > 0) {
      flush();
    }
    Repeats repeats = host.repeats();
    while (true) {
      try {
        session.finish(digest, Optional.empty());
        return;
      } catch (RegistryException e) {
        repeats.awaitNext(e);
      }
    }
  }

  private void finishWhole(Digest digest) throws IOException {
    try {
      session.finish(digest, Optional.of(RequestBody.of(chunk, 0, filled)));
    } catch (RegistryException e) {
      if (!e.isTransient()) {
        throw e;
      }
      flush();
      session.finish(digest, Optional.empty());
    }
  }

  private void flush() throws IOException {
    Repeats repeats = host.repeats();
    int done = 0;
    int outOfPlace = 0;
    while (done < filled) {
      try {
        if (session.send(sent + done, chunk, done, filled - done)) {
          break;
        }
        outOfPlace++;
        if (outOfPlace > OUT_OF_PLACE) {
          throw misplaced("refuses each place that a chunk could have");
        }
        done = placeAfter(session.received(), done == 0 && outOfPlace > 1 ? 1 : 0);
      } catch (RegistryException e) {
        repeats.awaitNext(e);
        int before = done;
        done = placeAfter(session.received(), 0);
        if (done > before) {
          repeats.reset();
        }
      }
    }
    sent += filled;
    filled = 0;
  }

  /**
   * Where in the chunk to go on.
   *
   * @param received how many bytes the registry has; empty for one or none
   * @param otherwise how many it has, if it is one or none
   */
  private int placeAfter(OptionalLong received, int otherwise) throws RegistryException {
    long has = received.isPresent() ? received.getAsLong() : otherwise;
    if (received.isEmpty() && sent > 0) {
      throw misplaced("lost what was sent before");
    }
    long place = has - sent;
    if (place < 0 || place > filled) {
      throw misplaced("has " + has + " bytes, of " + sent + " to " + (sent + filled) + " sent");
    }
    return (int) place;
  }

  private RegistryException misplaced(String problem) {
    return Refusals.protocol(
        new Attempted("PATCH", host.host()), "upload in chunks: the registry " + problem);
  }
}
