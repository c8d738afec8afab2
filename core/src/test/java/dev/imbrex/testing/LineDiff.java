package dev.imbrex.testing;

import java.util.ArrayList;
import java.util.List;

/** Compares texts line by line: {@code -} is expected only, {@code +} is there only. */
final class LineDiff {
  /** How many equal lines are shown around what differs. */
  private static final int CONTEXT = 2;

  /** How many lines are shown at most. */
  static final int MOST = 60;

  /** Beyond so many cells of the table nobody would read the difference anyway. */
  private static final long CELLS = 4_000_000;

  private LineDiff() {}

  /** The lines of a text; says so if the last one has no end, where the other text's has. */
  static List<String> compare(String expected, String actual) {
    boolean told = expected.endsWith("\n") != actual.endsWith("\n");
    return compare(lines(expected, told), lines(actual, told));
  }

  private static List<String> lines(String text, boolean tellEnd) {
    List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
    String last = lines.remove(lines.size() - 1);
    if (!last.isEmpty()) {
      lines.add(last + (tellEnd ? " (no end of line)" : ""));
    }
    return lines;
  }

  /** The lines that differ, each after a sign and a blank, among some that do not. */
  static List<String> compare(List<String> expected, List<String> actual) {
    List<String> all = merge(expected, actual);
    List<String> shown = new ArrayList<>();
    boolean gap = false;
    for (int i = 0; i < all.size(); i++) {
      if (isNearChange(all, i)) {
        shown.add(all.get(i));
        gap = false;
      } else if (!gap) {
        shown.add("  ...");
        gap = true;
      }
    }
    return cut(shown);
  }

  /** Not more lines than somebody reads. */
  static List<String> cut(List<String> lines) {
    if (lines.size() <= MOST) {
      return lines;
    }
    List<String> cut = new ArrayList<>(lines.subList(0, MOST));
    cut.add("... and " + (lines.size() - MOST) + " lines more");
    return cut;
  }

  private static boolean isNearChange(List<String> lines, int at) {
    int from = Math.max(0, at - CONTEXT);
    int to = Math.min(lines.size(), at + CONTEXT + 1);
    return lines.subList(from, to).stream().anyMatch(line -> line.charAt(0) != ' ');
  }

  private static List<String> merge(List<String> a, List<String> b) {
    int start = 0;
    while (start < Math.min(a.size(), b.size()) && a.get(start).equals(b.get(start))) {
      start++;
    }
    int endA = a.size();
    int endB = b.size();
    while (endA > start && endB > start && a.get(endA - 1).equals(b.get(endB - 1))) {
      endA--;
      endB--;
    }
    List<String> merged = new ArrayList<>();
    a.subList(0, start).forEach(line -> merged.add("  " + line));
    mergeMiddle(a.subList(start, endA), b.subList(start, endB), merged);
    a.subList(endA, a.size()).forEach(line -> merged.add("  " + line));
    return merged;
  }

  /** By the longest common subsequence; what is expected comes before what is there. */
  private static void mergeMiddle(List<String> a, List<String> b, List<String> merged) {
    boolean isSmall = (long) a.size() * b.size() <= CELLS;
    int[][] common = isSmall ? common(a, b) : new int[0][];
    int i = 0;
    int j = 0;
    while (isSmall && i < a.size() && j < b.size()) {
      if (a.get(i).equals(b.get(j))) {
        merged.add("  " + a.get(i));
        i++;
        j++;
      } else if (common[i + 1][j] >= common[i][j + 1]) {
        merged.add("- " + a.get(i++));
      } else {
        merged.add("+ " + b.get(j++));
      }
    }
    a.subList(i, a.size()).forEach(line -> merged.add("- " + line));
    b.subList(j, b.size()).forEach(line -> merged.add("+ " + line));
  }

  /** How many lines the rests from i and from j have in common. */
  private static int[][] common(List<String> a, List<String> b) {
    int[][] common = new int[a.size() + 1][b.size() + 1];
    for (int i = a.size() - 1; i >= 0; i--) {
      for (int j = b.size() - 1; j >= 0; j--) {
        common[i][j] =
            a.get(i).equals(b.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    return common;
  }
}
