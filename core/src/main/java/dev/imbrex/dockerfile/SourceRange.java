package dev.imbrex.dockerfile;

import java.io.Serializable;

/**
 * A part of a file, from a position up to, not including, another. Lines and columns count from 1,
 * columns in UTF-16 code units; a byte order mark is no column.
 *
 * @param line the line of the first character
 * @param column the column of the first character
 * @param endLine the line of the last character
 * @param endColumn the column after the last character
 */
public record SourceRange(int line, int column, int endLine, int endColumn)
    implements Serializable {
  /** Refuses a range that ends before it begins. */
  public SourceRange {
    boolean ordered = endLine > line || (endLine == line && endColumn >= column);
    if (line < 1 || column < 1 || endColumn < 1 || !ordered) {
      throw new IllegalArgumentException(
          "No range: " + line + ":" + column + " to " + endLine + ":" + endColumn);
    }
  }

  /** Where it begins, for people: {@code 3:5}. */
  @Override
  public String toString() {
    return line + ":" + column;
  }
}
