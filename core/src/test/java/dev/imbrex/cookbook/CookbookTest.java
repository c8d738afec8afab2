package dev.imbrex.cookbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The recipes of the cookbook are code of the tests beside this one, from {@code // Recipe:} with
 * the heading to {@code // End.}, which run them and look at what comes of it. With {@code
 * -Dimbrex.cookbook=write} their code is written to the page, below the headings there are.
 */
class CookbookTest {
  private static final String PAGE = "core/COOKBOOK.md";
  private static final String PACKAGES = "Where the classes are";
  private static final Pattern RECIPE =
      Pattern.compile("(?m)^( *)// Recipe: (.+)\n((?s:.*?))^\\1// End\\.\n");
  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (dev\\.imbrex(?:\\.[a-z]+)*)\\.([A-Z]\\w*);$");

  private static final Map<String, String> RECIPES = new LinkedHashMap<>();
  private static final SortedMap<String, SortedSet<String>> CLASSES = new TreeMap<>();

  @BeforeAll
  static void read() throws IOException {
    Path sources = DocPage.root().resolve("core/src/test/java/dev/imbrex/cookbook");
    try (Stream<Path> files = Files.list(sources)) {
      for (Path file : files.filter(f -> f.toString().endsWith("RecipesTest.java")).toList()) {
        read(Files.readString(file));
      }
    }
    if ("write".equals(System.getProperty("imbrex.cookbook"))) {
      String written =
          DocPage.read(PAGE).withRecipes(RECIPES).withSection(PACKAGES, table()).text();
      Files.writeString(DocPage.root().resolve(PAGE), written);
    }
  }

  private static void read(String source) {
    List<String> codes = new ArrayList<>();
    Matcher recipe = RECIPE.matcher(source);
    while (recipe.find()) {
      String code = recipe.group(3).indent(-recipe.group(1).length());
      assertThat(RECIPES.put(recipe.group(2), code)).describedAs(recipe.group(2)).isNull();
      codes.add(code);
    }
    Matcher imported = IMPORT.matcher(source);
    while (imported.find()) {
      Pattern name = Pattern.compile("\\b" + imported.group(2) + "\\b");
      if (codes.stream().anyMatch(code -> name.matcher(code).find())) {
        CLASSES
            .computeIfAbsent(imported.group(1), p -> new TreeSet<>())
            .add("`" + imported.group(2) + "`");
      }
    }
  }

  private static String table() {
    StringBuilder table = new StringBuilder("\n| package | classes |\n|---|---|\n");
    CLASSES.forEach(
        (name, classes) ->
            table.append("| `" + name + "` | " + String.join(", ", classes) + " |\n"));
    return table.toString();
  }

  @Test
  void isWhatTheTestsRun() throws IOException {
    assertThat(RECIPES).hasSizeGreaterThanOrEqualTo(30);
    assertThat(DocPage.read(PAGE).recipes())
        .describedAs(
            "%s differs from the tests. Add headings for recipes that are new, and run"
                + " CookbookTest with -Dimbrex.cookbook=write.",
            PAGE)
        .containsExactlyInAnyOrderEntriesOf(RECIPES);
  }

  @Test
  void hasNoSnippetThatNobodyRuns() throws IOException {
    DocPage page = DocPage.read(PAGE);
    assertThat(page.snippets()).containsExactlyElementsOf(page.recipes().values());
  }

  @Test
  void saysWhereTheClassesAre() throws IOException {
    assertThat(DocPage.read(PAGE).text()).endsWith("\n## " + PACKAGES + "\n" + table());
  }

  @Test
  void hasShortRecipes() {
    assertThat(RECIPES)
        .allSatisfy((heading, code) -> assertThat(code.lines().count()).isBetween(1L, 20L));
  }
}
