package dev.imbrex.registry.internal.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The body of a request.
 *
 * @param length how many bytes it has; -1 if nobody knows
 * @param source where they come from
 * @param repeatable whether the source can be opened more than once
 */
public record RequestBody(long length, Source source, boolean repeatable) {
  /** Where a body comes from. */
  @FunctionalInterface
  public interface Source {
    /** Opens it from its first byte; the stream is closed when it was sent, or could not be. */
    InputStream open() throws IOException;
  }

  /** A body of bytes; they are not copied. */
  public static RequestBody of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }

  /** A body of some bytes of an array; they are not copied. */
  public static RequestBody of(byte[] bytes, int offset, int length) {
    return new RequestBody(length, () -> new ByteArrayInputStream(bytes, offset, length), true);
  }

  /** A body that can be opened as often as it takes. */
  public static RequestBody of(long length, Source source) {
    return new RequestBody(length, source, true);
  }
}
