package dev.imbrex.cookbook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page of the documentation, with the snippets of Java in it. */
public record DocPage(String text) {
  private static final Pattern SNIPPET = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern RECIPE =
      Pattern.compile("(?m)^### (.+)\n(?:(?!#).*\n)*?```java\n((?s:.*?))```");

  /**
   * Reads a page.
   *
   * @param file its path, from the directory of the project
   */
  public static DocPage read(String file) throws IOException {
    return new DocPage(Files.readString(root().resolve(file)));
  }

  /** The directory of the project: tests run in that of their module. */
  public static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("README.md")) ? here : here.getParent();
  }

  /** All snippets of Java, in order. */
  public List<String> snippets() {
    List<String> snippets = new ArrayList<>();
    Matcher matcher = SNIPPET.matcher(text);
    while (matcher.find()) {
      snippets.add(matcher.group(1));
    }
    return snippets;
  }

  /** The snippets that have a heading of the third level of their own, by that heading. */
  Map<String, String> recipes() {
    Map<String, String> recipes = new LinkedHashMap<>();
    Matcher matcher = RECIPE.matcher(text);
    while (matcher.find()) {
      if (recipes.put(matcher.group(1), matcher.group(2)) != null) {
        throw new AssertionError("Two recipes: " + matcher.group(1));
      }
    }
    return recipes;
  }

  /** The page with these snippets below their headings. */
  DocPage withRecipes(Map<String, String> recipes) {
    return new DocPage(RECIPE.matcher(text).replaceAll(found -> renewed(found, recipes)));
  }

  private static String renewed(MatchResult found, Map<String, String> recipes) {
    String whole = found.group();
    String before = whole.substring(0, found.start(2) - found.start());
    String code = recipes.getOrDefault(found.group(1), found.group(2));
    return Matcher.quoteReplacement(before + code + "```");
  }

  /** The page with something else in place of all below a heading of the second level. */
  DocPage withSection(String heading, String content) {
    int start = text.indexOf("\n## " + heading + "\n") + ("\n## " + heading + "\n").length();
    int end = text.indexOf("\n## ", start);
    return new DocPage(text.substring(0, start) + content + (end < 0 ? "" : text.substring(end)));
  }
}
