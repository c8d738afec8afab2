package dev.imbrex;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every numbered case of what diff and apply must get right is cited by a test: {@code LC-A20}, or
 * a range as {@code LC-B36 to LC-B42}.
 */
class LayerCasesTest {
  /** The groups of cases, and how many there are in each. */
  private static final Map<String, Integer> GROUPS = groups();

  /** Those that no test checks yet. One that gets its test is struck out here, or this fails. */
  private static final Set<String> OPEN = Set.of();

  private static final Pattern CITATION =
      Pattern.compile("LC-([A-GM])(\\d+)(?: to (?:LC-)?([A-GM])(\\d+))?");

  @Test
  void everyCaseIsCitedByATest() throws IOException {
    Set<String> cases = new TreeSet<>();
    GROUPS.forEach((group, size) -> addRange(cases, group, 1, size));
    assertThat(cases).hasSize(262);

    Set<String> cited = new TreeSet<>();
    for (Path source : testSources()) {
      addCitations(cited, Files.readString(source));
    }

    assertThat(cited.stream().filter(id -> !cases.contains(id))).as("no such case").isEmpty();
    cases.removeAll(cited);
    assertThat(cases).as("cases no test cites").isEqualTo(OPEN);
  }

  private static List<Path> testSources() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String module : List.of("platform", "manifest", "layers", "core")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "test", "java"))) {
        sources.addAll(
            files
                .filter(file -> file.toString().endsWith(".java"))
                .filter(file -> !file.endsWith("LayerCasesTest.java"))
                .collect(toCollection(ArrayList::new)));
      }
    }
    assertThat(sources).hasSizeGreaterThan(100);
    return sources;
  }

  private static void addCitations(Set<String> cited, String source) {
    // A range may be broken over two lines of a comment.
    Matcher matcher = CITATION.matcher(source.replaceAll("\\s*\\n\\s*(\\*|//)?\\s*", " "));
    while (matcher.find()) {
      int first = Integer.parseInt(matcher.group(2));
      boolean isRange = matcher.group(1).equals(matcher.group(3));
      addRange(
          cited, matcher.group(1), first, isRange ? Integer.parseInt(matcher.group(4)) : first);
    }
  }

  private static void addRange(Set<String> ids, String group, int first, int last) {
    for (int number = first; number <= last; number++) {
      ids.add(group + number);
    }
  }

  private static Map<String, Integer> groups() {
    Map<String, Integer> groups = new LinkedHashMap<>();
    groups.put("M", 10);
    groups.put("A", 62);
    groups.put("B", 80);
    groups.put("C", 41);
    groups.put("D", 15);
    groups.put("E", 22);
    groups.put("F", 19);
    groups.put("G", 13);
    return groups;
  }
}
