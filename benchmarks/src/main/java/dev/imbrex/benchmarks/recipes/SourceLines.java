package dev.imbrex.benchmarks.recipes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many lines methods of a formatted source have, from the first of the signature to the last
 * brace, with those of the private members they use; comments, annotations and empty lines do not
 * count.
 */
final class SourceLines {
  private static final Pattern MEMBER =
      Pattern.compile("  (?:public|private|static|final|,|\\w|[<>?.\\[\\]]| )*?(\\w+)\\(.*");
  private static final Pattern CLASS = Pattern.compile("  private static final class (\\w+).*");

  private final Map<String, List<String>> members = new LinkedHashMap<>();

  private SourceLines() {}

  static SourceLines of(Path source) throws IOException {
    SourceLines lines = new SourceLines();
    List<String> current = null;
    for (String line : Files.readAllLines(source)) {
      String text = line.strip();
      if (text.isEmpty() || text.startsWith("*") || text.startsWith("/") || text.startsWith("@")) {
        continue;
      }
      if (current == null) {
        Matcher member = CLASS.matcher(line);
        if (!member.matches()) {
          member = MEMBER.matcher(line);
        }
        if (line.startsWith("  ") && !line.startsWith("   ") && member.matches()) {
          current = new ArrayList<>();
          lines.members.put(member.group(1), current);
        }
      }
      if (current != null) {
        current.add(line);
        if (line.equals("  }")) {
          current = null;
        }
      }
    }
    return lines;
  }

  int of(String name) {
    List<String> used = new ArrayList<>(List.of(name));
    int count = 0;
    for (int i = 0; i < used.size(); i++) {
      List<String> lines = members.getOrDefault(used.get(i), List.of());
      count += lines.size();
      for (String line : lines.subList(1, lines.size())) {
        for (String other : members.keySet()) {
          if (!used.contains(other) && line.matches(".*(?<![.\\w])" + other + "\\(.*")) {
            used.add(other);
          }
        }
      }
    }
    return count;
  }
}
