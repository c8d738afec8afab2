package dev.imbrex.image;

import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;

/**
 * Keeps what is being written from being collected before it has a name (SN-S11). Safe for use by
 * many threads; whoever took it closes it.
 */
public interface Lease extends Closeable {
  /** When it began: content used since then is kept. */
  Instant since();

  /** Gives it up. Twice is once. */
  @Override
  void close() throws IOException;
}
