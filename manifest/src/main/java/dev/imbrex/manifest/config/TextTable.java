package dev.imbrex.manifest.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Prints columns of text as Docker's commands do (SN-C11): left-aligned, each as wide as its widest
 * cell plus three, and at least ten; the last one is not padded. Wide characters count for two.
 *
 * <p>Cells are printed as they are, control characters included. A line break in one interrupts the
 * columns, which are then measured anew; a tab starts a new one. So does Docker.
 *
 * <p>Not thread-safe.
 */
public final class TextTable {
  private static final int PADDING = 3;
  private static final int MIN_WIDTH = 10;

  private final StringBuilder cells = new StringBuilder();

  private TextTable() {}

  /** A table with a row of headers. */
  public static TextTable of(List<String> headers) {
    TextTable table = new TextTable();
    table.addRow(headers);
    return table;
  }

  /** Adds a row below the others. */
  public void addRow(List<String> row) {
    cells.append(String.join("\t", row)).append('\n');
  }

  /** The table; every row ends in a line feed. */
  public String print() {
    StringBuilder out = new StringBuilder();
    // A form feed is a line break that no column survives.
    for (String page : cells.toString().split("(?<=\f)", -1)) {
      print(page, out);
    }
    return out.toString();
  }

  private static void print(String page, StringBuilder out) {
    List<List<String>> lines = new ArrayList<>();
    for (String line : page.split("[\n\f]", -1)) {
      lines.add(List.of(line.split("[\t\u000b]", -1)));
    }
    // The text after the last break is empty: it is the start of a line that never came.
    lines.remove(lines.size() - 1);
    int[][] widths = widths(lines);
    for (int i = 0; i < lines.size(); i++) {
      print(lines.get(i), widths[i], out);
    }
  }

  private static void print(List<String> line, int[] widths, StringBuilder out) {
    for (int column = 0; column < widths.length; column++) {
      String cell = line.get(column);
      out.append(cell).append(" ".repeat(widths[column] - DisplayWidth.of(cell)));
    }
    out.append(line.get(line.size() - 1)).append('\n');
  }

  /** The widths of all cells but the last of each line. */
  private static int[][] widths(List<List<String>> lines) {
    int[][] widths = new int[lines.size()][];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = new int[lines.get(i).size() - 1];
    }
    for (int i = 0; i < widths.length; i++) {
      for (int column = 0; column < widths[i].length; column++) {
        if (widths[i][column] == 0) {
          measure(lines, widths, i, column);
        }
      }
    }
    return widths;
  }

  /** A column is a run of lines that all have a cell there, with another one after it. */
  private static void measure(List<List<String>> lines, int[][] widths, int first, int column) {
    int width = MIN_WIDTH;
    int end = first;
    while (end < widths.length && column < widths[end].length) {
      width = Math.max(width, DisplayWidth.of(lines.get(end).get(column)) + PADDING);
      end++;
    }
    for (int i = first; i < end; i++) {
      widths[i][column] = width;
    }
  }
}
