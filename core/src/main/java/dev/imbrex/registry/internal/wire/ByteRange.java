package dev.imbrex.registry.internal.wire;

import java.util.Optional;

/**
 * Some bytes of a blob, from the first to the last, both included.
 *
 * @param first the offset of the first byte, at least 0
 * @param last the offset of the last byte, at least {@code first}
 */
public record ByteRange(long first, long last) {
  /**
   * Checks the offsets.
   *
   * @throws IllegalArgumentException if there is no byte between them
   */
  public ByteRange {
    if (first < 0 || last < first) {
      throw new IllegalArgumentException("No range of bytes: " + first + "-" + last);
    }
  }

  /** How many bytes these are. */
  public long length() {
    return last - first + 1;
  }

  /**
   * Reads the Content-Range of an upload's chunk: {@code 0-1023}, with no unit (OCI
   * distribution-spec 1.1, "Pushing a blob in chunks"). The form of HTTP, {@code bytes 0-1023/*},
   * is read as well, since some clients send it.
   */
  public static Optional<ByteRange> parseChunk(String text) {
    String range = text.strip();
    if (range.startsWith("bytes")) {
      range = range.substring(5).strip();
      range = range.startsWith("=") ? range.substring(1) : range;
      int slash = range.indexOf('/');
      range = slash < 0 ? range : range.substring(0, slash);
    }
    int dash = range.indexOf('-');
    if (dash < 0) {
      return Optional.empty();
    }
    long first = Decimals.parse(range.substring(0, dash));
    long last = Decimals.parse(range.substring(dash + 1));
    return first < 0 || last < first ? Optional.empty() : Optional.of(new ByteRange(first, last));
  }

  /** As a Content-Range of a chunk says it: {@code 0-1023}. */
  @Override
  public String toString() {
    return first + "-" + last;
  }
}
