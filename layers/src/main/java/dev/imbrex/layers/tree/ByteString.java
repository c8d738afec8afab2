package dev.imbrex.layers.tree;

import dev.imbrex.manifest.internal.text.Visible;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * An immutable sequence of bytes: a file name, the target of a symlink, the name or value of an
 * extended attribute. None of these has a character encoding on the file systems that hold them, so
 * equality and order are those of the bytes, read as unsigned numbers.
 */
public final class ByteString implements Comparable<ByteString> {
  private static final ByteString EMPTY = new ByteString(new byte[0]);

  private final byte[] bytes;

  private ByteString(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The string of no bytes. */
  public static ByteString empty() {
    return EMPTY;
  }

  /** A copy of these bytes. */
  public static ByteString of(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new ByteString(bytes.clone());
  }

  /**
   * A copy of a part of these bytes.
   *
   * @param from the index of the first byte
   * @param to the index after the last byte
   * @throws IndexOutOfBoundsException if the range is not within the array
   */
  public static ByteString of(byte[] bytes, int from, int to) {
    Objects.checkFromToIndex(from, to, bytes.length);
    return from == to ? EMPTY : new ByteString(Arrays.copyOfRange(bytes, from, to));
  }

  /**
   * The bytes of this text in UTF-8.
   *
   * @throws IllegalArgumentException if the text holds half of a surrogate pair
   */
  public static ByteString of(String text) {
    return trusted(encode(text));
  }

  /** Takes the array as it is; nobody else may write to it. */
  static ByteString trusted(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new ByteString(bytes);
  }

  static byte[] encode(String text) {
    try {
      ByteBuffer encoded =
          StandardCharsets.UTF_8
              .newEncoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("not representable in UTF-8: " + escape(text), e);
    }
  }

  /** The number of bytes. */
  public int length() {
    return bytes.length;
  }

  /** Whether there are no bytes. */
  public boolean isEmpty() {
    return bytes.length == 0;
  }

  /**
   * The byte at an index.
   *
   * @throws IndexOutOfBoundsException if the index is negative or not below the length
   */
  public byte byteAt(int index) {
    return bytes[index];
  }

  /** Whether the first bytes are those of the prefix. */
  public boolean startsWith(ByteString prefix) {
    return bytes.length >= prefix.bytes.length
        && Arrays.equals(bytes, 0, prefix.bytes.length, prefix.bytes, 0, prefix.bytes.length);
  }

  /** The bytes from an index to the end. */
  public ByteString substring(int from) {
    return of(bytes, from, bytes.length);
  }

  /** A copy of the bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** The array behind this value; the caller must not write to it. */
  byte[] shared() {
    return bytes;
  }

  @Override
  public int compareTo(ByteString other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ByteString that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /**
   * A text for people: UTF-8, in which control characters, backslashes and what is not valid UTF-8
   * stand as {@code \xNN}, so that a hostile name can neither forge a line of a log nor steer a
   * terminal (LC-C12). Different byte strings have different texts.
   */
  @Override
  public String toString() {
    return display(bytes, 0, bytes.length);
  }

  static String display(byte[] bytes, int from, int to) {
    StringBuilder text = new StringBuilder(to - from);
    CharBuffer one = CharBuffer.allocate(2);
    for (int i = from; i < to; ) {
      int length = sequenceLength(bytes[i]);
      one.clear();
      if (i + length <= to && decodes(bytes, i, length, one)) {
        int character = Character.codePointAt(one.array(), 0, one.position());
        if (character != '\\' && Visible.test(character)) {
          text.appendCodePoint(character);
        } else {
          appendHex(text, bytes, i, i + length);
        }
        i += length;
      } else {
        appendHex(text, bytes, i, i + 1);
        i++;
      }
    }
    return text.toString();
  }

  private static boolean decodes(byte[] bytes, int from, int length, CharBuffer into) {
    return !StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(bytes, from, length), into, true)
        .isError();
  }

  private static int sequenceLength(byte first) {
    int value = first & 0xff;
    if (value < 0xc0) {
      return 1;
    }
    return value < 0xe0 ? 2 : value < 0xf0 ? 3 : 4;
  }

  private static void appendHex(StringBuilder text, byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      text.append("\\x").append(HexFormat.of().toHexDigits(bytes[i]));
    }
  }

  private static String escape(String text) {
    byte[] lossy = text.getBytes(StandardCharsets.UTF_8);
    return display(lossy, 0, lossy.length);
  }
}
