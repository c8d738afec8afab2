package dev.imbrex.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the words on a line that announce here-documents (SN-B8). */
final class HeredocWords {
  private static final Pattern ANNOUNCEMENT = Pattern.compile("(\\d*)<<(-?)([^<]+)");
  private static final int MAX_DIGITS = 9;

  private HeredocWords() {}

  /**
   * What a word announces.
   *
   * @param word the name without quotes
   * @param fileDescriptor the number in front; 0 if there is none
   * @param isExpanded whether no part of the name is quoted
   * @param isChomped whether leading tabs go
   */
  record Announcement(String word, int fileDescriptor, boolean isExpanded, boolean isChomped) {}

  static List<Announcement> find(String line) {
    List<Announcement> found = new ArrayList<>();
    Optional<List<String>> words = split(line);
    if (words.isPresent()) {
      words.get().forEach(word -> parse(word).ifPresent(found::add));
    }
    return found;
  }

  /** What one word announces, if anything. */
  static Optional<Announcement> parse(String word) {
    Matcher matcher = ANNOUNCEMENT.matcher(word);
    if (!matcher.matches() || matcher.group(1).length() > MAX_DIGITS) {
      return Optional.empty();
    }
    String written = matcher.group(3);
    String name = unquoted(written);
    boolean isOneWord = split(written).filter(words -> words.size() == 1).isPresent();
    if (name.isEmpty() || !isOneWord) {
      return Optional.empty();
    }
    int number = matcher.group(1).isEmpty() ? 0 : Integer.parseInt(matcher.group(1));
    boolean chomped = !matcher.group(2).isEmpty();
    return Optional.of(new Announcement(name, number, name.equals(written), chomped));
  }

  /** Splits at blanks outside quotes, and keeps the quotes; empty if a quote is not closed. */
  private static Optional<List<String>> split(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote == 0 && Blanks.isBlank(c)) {
        if (!word.isEmpty()) {
          words.add(word.toString());
          word.setLength(0);
        }
        continue;
      }
      word.append(c);
      if (c == '\\' && quote != '\'' && i + 1 < line.length()) {
        word.append(line.charAt(++i));
      } else if (c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      }
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return quote == 0 ? Optional.of(words) : Optional.empty();
  }

  private static String unquoted(String written) {
    StringBuilder name = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < written.length(); i++) {
      char c = written.charAt(i);
      boolean isLast = i + 1 == written.length();
      if (c == '\\' && quote != '\'') {
        boolean isPlain = quote == '"' && (isLast || "\"$\\".indexOf(written.charAt(i + 1)) < 0);
        if (isPlain) {
          name.append(c);
        } else if (!isLast) {
          name.append(written.charAt(++i));
        }
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      } else {
        name.append(c);
      }
    }
    return name.toString();
  }
}
