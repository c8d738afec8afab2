package dev.imbrex.registry.internal.transport;

import java.util.Arrays;
import java.util.Optional;

/**
 * An address written in digits. Nothing is looked up: only text that is an address is one.
 *
 * <p>IPv4 may be written with fewer than four parts ({@code 127.1}), since the platform connects to
 * such an address. Immutable.
 */
final class IpLiteral {
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

  private final byte[] bytes;

  private IpLiteral(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Reads an address; one of IPv6 with or without brackets. */
  static Optional<IpLiteral> parse(String text) {
    if (text.indexOf(':') < 0) {
      return parse4(text).map(IpLiteral::new);
    }
    boolean bracketed = text.startsWith("[") && text.endsWith("]");
    return parse6(bracketed ? text.substring(1, text.length() - 1) : text).map(IpLiteral::new);
  }

  /** Whether the first bits are those of another address of the same kind. */
  boolean startsLike(IpLiteral other, int bits) {
    if (bytes.length != other.bytes.length || bits > bytes.length * 8) {
      return false;
    }
    int whole = bits / 8;
    if (!Arrays.equals(bytes, 0, whole, other.bytes, 0, whole)) {
      return false;
    }
    int rest = bits % 8;
    return rest == 0 || ((bytes[whole] ^ other.bytes[whole]) & 0xff) >> (8 - rest) == 0;
  }

  /** Whether it is the same address. */
  boolean isSameAs(IpLiteral other) {
    return Arrays.equals(bytes, other.bytes);
  }

  /** Loopback, link-local, private, unspecified: an address without meaning outside a network. */
  boolean isPrivate() {
    if (bytes.length == 4) {
      return isPrivate4(bytes[0] & 0xff, bytes[1] & 0xff);
    }
    int first = bytes[0] & 0xff;
    boolean uniqueLocal = (first & 0xfe) == 0xfc;
    boolean linkLocal = first == 0xfe && (bytes[1] & 0x80) != 0;
    byte[] loopback = new byte[16];
    boolean unspecified = Arrays.equals(bytes, loopback);
    loopback[15] = 1;
    return uniqueLocal || linkLocal || unspecified || Arrays.equals(bytes, loopback);
  }

  boolean isLoopback() {
    byte[] loopback = new byte[16];
    loopback[15] = 1;
    return bytes.length == 4 ? bytes[0] == 127 : Arrays.equals(bytes, loopback);
  }

  private static boolean isPrivate4(int a, int b) {
    return a == 0
        || a == 10
        || a == 127
        || (a == 100 && (b & 0xc0) == 64)
        || (a == 169 && b == 254)
        || (a == 172 && (b & 0xf0) == 16)
        || (a == 192 && b == 168);
  }

  private static Optional<byte[]> parse4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length > 4) {
      return Optional.empty();
    }
    long value = 0;
    for (int i = 0; i < parts.length; i++) {
      boolean last = i == parts.length - 1;
      int bits = last ? 8 * (5 - parts.length) : 8;
      Optional<Long> part = number(parts[i], 10, 10).filter(n -> n < 1L << bits);
      if (part.isEmpty()) {
        return Optional.empty();
      }
      value = value << bits | part.get();
    }
    return Optional.of(
        new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value});
  }

  private static Optional<byte[]> parse6(String text) {
    int gap = text.indexOf("::");
    String head = gap < 0 ? text : text.substring(0, gap);
    String tail = gap < 0 ? "" : text.substring(gap + 2);
    Optional<byte[]> first = groups(head);
    Optional<byte[]> second = groups(tail);
    if (first.isEmpty() || second.isEmpty()) {
      return Optional.empty();
    }
    int known = first.get().length + second.get().length;
    if (gap < 0 ? known != 16 : known > 14) {
      return Optional.empty();
    }
    byte[] bytes = Arrays.copyOf(first.get(), 16);
    System.arraycopy(second.get(), 0, bytes, 16 - second.get().length, second.get().length);
    // An IPv4 address in the clothes of IPv6.
    return Optional.of(
        Arrays.equals(bytes, 0, 12, MAPPED, 0, 12) ? Arrays.copyOfRange(bytes, 12, 16) : bytes);
  }

  private static Optional<byte[]> groups(String text) {
    if (text.isEmpty()) {
      return Optional.of(new byte[0]);
    }
    String[] groups = text.split(":", -1);
    byte[] bytes = new byte[0];
    for (int i = 0; i < groups.length; i++) {
      Optional<byte[]> group =
          i == groups.length - 1 && groups[i].indexOf('.') > 0
              ? parse4(groups[i])
              : number(groups[i], 16, 4).map(n -> new byte[] {(byte) (n >> 8), n.byteValue()});
      if (group.isEmpty()) {
        return Optional.empty();
      }
      int at = bytes.length;
      bytes = Arrays.copyOf(bytes, at + group.get().length);
      System.arraycopy(group.get(), 0, bytes, at, group.get().length);
    }
    return Optional.of(bytes);
  }

  private static Optional<Long> number(String text, int radix, int digits) {
    boolean plain =
        !text.isEmpty()
            && text.length() <= digits
            && text.chars().allMatch(c -> c < 128 && Character.digit(c, radix) >= 0);
    return plain ? Optional.of(Long.parseLong(text, radix)) : Optional.empty();
  }
}
