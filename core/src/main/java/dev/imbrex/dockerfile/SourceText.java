package dev.imbrex.dockerfile;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines of a file (SN-B1).
 *
 * @param name the name of the file, for messages
 * @param lines the lines, each with its line end
 * @param isUtf8 whether every byte is part of a character
 */
record SourceText(String name, List<String> lines, boolean isUtf8) {
  private static final int MAX_LINE = 65_535;
  private static final int BYTE_ORDER_MARK = 3;

  static SourceText of(String name, byte[] bytes) throws DockerfileException {
    List<String> lines = new ArrayList<>();
    int start = hasByteOrderMark(bytes) ? BYTE_ORDER_MARK : 0;
    while (start < bytes.length) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      if (end - start > MAX_LINE) {
        int line = lines.size() + 1;
        throw new DockerfileException(
            name,
            new SourceRange(line, 1, line, 1),
            "",
            "the line has " + (end - start) + " bytes, and " + MAX_LINE + " is the most",
            "");
      }
      end = Math.min(bytes.length, end + 1);
      lines.add(new String(bytes, start, end - start, UTF_8));
      start = end;
    }
    return new SourceText(name, lines, isUtf8(bytes));
  }

  int size() {
    return lines.size();
  }

  /** A line without its end; lines count from 1. */
  String line(int number) {
    String line = lines.get(number - 1);
    int end = line.length();
    while (end > 0 && (line.charAt(end - 1) == '\n' || line.charAt(end - 1) == '\r')) {
      end--;
    }
    return line.substring(0, end);
  }

  /** A line with its end. */
  String whole(int number) {
    return lines.get(number - 1);
  }

  /** The range of a whole line without its end. */
  SourceRange range(int line) {
    return new SourceRange(line, 1, line, line(line).length() + 1);
  }

  private static boolean hasByteOrderMark(byte[] bytes) {
    return bytes.length >= BYTE_ORDER_MARK
        && bytes[0] == (byte) 0xef
        && bytes[1] == (byte) 0xbb
        && bytes[2] == (byte) 0xbf;
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
