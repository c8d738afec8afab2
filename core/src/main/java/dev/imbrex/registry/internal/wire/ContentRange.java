package dev.imbrex.registry.internal.wire;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a Content-Range header of an answer says (RFC 9110, section 14.4).
 *
 * @param range the bytes that follow; empty where a range could not be satisfied
 * @param size the size of the whole, if it says so
 */
public record ContentRange(Optional<ByteRange> range, OptionalLong size) {
  private static final String UNIT = "bytes ";

  /** These bytes of a whole of this size. */
  public static ContentRange of(ByteRange range, long size) {
    return new ContentRange(Optional.of(range), OptionalLong.of(size));
  }

  /** No bytes: what was asked for lies outside of a whole of this size. */
  public static ContentRange unsatisfied(long size) {
    return new ContentRange(Optional.empty(), OptionalLong.of(size));
  }

  /** Reads a header; empty if it is not well formed, or its range does not lie within its size. */
  public static Optional<ContentRange> parse(String header) {
    String text = header.strip();
    int slash = text.indexOf('/');
    if (!text.regionMatches(true, 0, UNIT, 0, UNIT.length()) || slash < UNIT.length()) {
      return Optional.empty();
    }
    String before = text.substring(UNIT.length(), slash).strip();
    String after = text.substring(slash + 1).strip();
    long size = Decimals.parse(after);
    if (size < 0 && !after.equals("*")) {
      return Optional.empty();
    }
    OptionalLong known = size < 0 ? OptionalLong.empty() : OptionalLong.of(size);
    if (before.equals("*")) {
      return size < 0 ? Optional.empty() : Optional.of(new ContentRange(Optional.empty(), known));
    }
    return bytes(before)
        .filter(range -> size < 0 || range.last() < size)
        .map(range -> new ContentRange(Optional.of(range), known));
  }

  private static Optional<ByteRange> bytes(String text) {
    int dash = text.indexOf('-');
    long first = dash < 0 ? -1 : Decimals.parse(text.substring(0, dash));
    long last = dash < 0 ? -1 : Decimals.parse(text.substring(dash + 1));
    return first < 0 || last < first ? Optional.empty() : Optional.of(new ByteRange(first, last));
  }

  /** As the header says it: {@code bytes 0-9/100}. */
  @Override
  public String toString() {
    String whole = size.isPresent() ? Long.toString(size.getAsLong()) : "*";
    return UNIT + range.map(ByteRange::toString).orElse("*") + "/" + whole;
  }
}
