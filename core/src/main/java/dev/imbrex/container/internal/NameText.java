package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;

/**
 * Names as text, exactly: UTF-8, in which a byte {@code 0xNN} that is not part of valid UTF-8
 * stands as the lone surrogate {@code U+DCNN}, as Python has it (PEP 383). Every sequence of bytes
 * has one text, and that text leads back to these bytes.
 */
final class NameText {
  private static final char ESCAPE = '\udc00';

  private NameText() {}

  static String of(ByteString name) {
    ByteBuffer bytes = ByteBuffer.wrap(name.toBytes());
    CharBuffer text = CharBuffer.allocate(bytes.remaining());
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = decoder.decode(bytes, text, true);
    while (result.isError()) {
      for (int i = 0; i < result.length(); i++) {
        text.put((char) (ESCAPE + (bytes.get() & 0xff)));
      }
      result = decoder.reset().decode(bytes, text, true);
    }
    return text.flip().toString();
  }

  /**
   * The bytes that a text stands for.
   *
   * @throws InvalidPathException if it holds a NUL, or half of a surrogate pair that stands for no
   *     byte
   */
  static ByteString parse(String text) {
    int nul = text.indexOf('\0');
    if (nul >= 0) {
      throw new InvalidPathException(text, "A name cannot hold a NUL character", nul);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() + 8);
    int plain = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        if (c < ESCAPE + 0x80 || c > ESCAPE + 0xff) {
          throw new InvalidPathException(text, "Half of a surrogate pair", i);
        }
        bytes.writeBytes(text.substring(plain, i).getBytes(StandardCharsets.UTF_8));
        bytes.write(c - ESCAPE);
        plain = i + 1;
      }
    }
    bytes.writeBytes(text.substring(plain).getBytes(StandardCharsets.UTF_8));
    return ByteString.of(bytes.toByteArray());
  }
}
