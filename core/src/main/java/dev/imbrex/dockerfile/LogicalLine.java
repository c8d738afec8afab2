package dev.imbrex.dockerfile;

import java.util.ArrayList;
import java.util.List;

/**
 * The text of an instruction, put together from the lines it is continued on, with the place each
 * part comes from.
 */
final class LogicalLine {
  private final String file;
  private final StringBuilder text = new StringBuilder();
  private final List<Part> parts = new ArrayList<>();
  private int lastLine;

  /** A part of the text: where it begins in the text, and in the file. */
  private record Part(int start, int line, int column) {}

  /**
   * Begins a line.
   *
   * @param file the name of the file, for messages
   * @param line the first line it is on
   */
  LogicalLine(String file, int line) {
    this.file = file;
    this.lastLine = line;
  }

  void append(String more, int line, int column) {
    parts.add(new Part(text.length(), line, column));
    text.append(more);
    lastLine = line;
  }

  /** The line also reaches here, though nothing on it counts. */
  void extendTo(int line) {
    lastLine = line;
  }

  String text() {
    return text.toString();
  }

  int lastLine() {
    return lastLine;
  }

  String file() {
    return file;
  }

  /** The place of a part of the text. */
  SourceRange range(int from, int to) {
    Part first = partAt(from);
    Part last = to > from ? partAt(to - 1) : first;
    int column = first.column + from - first.start;
    return new SourceRange(
        first.line, column, last.line, Math.max(1, last.column + to - last.start));
  }

  private Part partAt(int offset) {
    Part found = parts.get(0);
    for (Part part : parts) {
      if (part.start > offset) {
        break;
      }
      // Of parts that begin at one place all but the last are empty.
      found = part;
    }
    return found;
  }
}
