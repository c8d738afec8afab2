package dev.imbrex.registry.internal.wire;

import java.util.Optional;

/**
 * What a Range header asks for (RFC 9110, section 14.2), one range of bytes; SN-T10.
 *
 * @param first the first byte, or −1 where the last ones are wanted
 * @param last the last byte, or −1 where none is named; with {@code first} −1, how many of the last
 *     bytes are wanted
 */
public record RequestedRange(long first, long last) {
  private static final String UNIT = "bytes=";

  /**
   * Reads a Range header. Empty if it is none, has another unit, or asks for several ranges: then a
   * server answers as if it had not been sent.
   */
  public static Optional<RequestedRange> parse(String header) {
    String text = header.strip();
    if (!text.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
      return Optional.empty();
    }
    String range = text.substring(UNIT.length()).strip();
    int dash = range.indexOf('-');
    if (dash < 0) {
      return Optional.empty();
    }
    String before = range.substring(0, dash);
    String after = range.substring(dash + 1);
    long first = Decimals.parse(before);
    long last = Decimals.parse(after);
    boolean wellFormed =
        (before.isEmpty() && last >= 0) || (first >= 0 && (after.isEmpty() || last >= 0));
    return wellFormed ? Optional.of(new RequestedRange(first, last)) : Optional.empty();
  }

  /** The range from one byte to the end. */
  public static RequestedRange from(long first) {
    return new RequestedRange(first, -1);
  }

  /**
   * The bytes this is of content of some size, an end beyond it clipped; empty if it cannot be
   * satisfied, reversed ranges included.
   */
  public Optional<ByteRange> within(long size) {
    long start = first < 0 ? size - Math.min(last, size) : first;
    long end = first < 0 || last < 0 ? size - 1 : Math.min(last, size - 1);
    return start >= size || end < start ? Optional.empty() : Optional.of(new ByteRange(start, end));
  }

  /** As a Range header says it. */
  @Override
  public String toString() {
    return UNIT + (first < 0 ? "" : first) + "-" + (last < 0 ? "" : last);
  }
}
