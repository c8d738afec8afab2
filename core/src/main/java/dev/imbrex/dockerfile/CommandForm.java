package dev.imbrex.dockerfile;

import java.util.List;
import java.util.stream.Stream;

/**
 * A command in one of its two forms (SN-B6).
 *
 * @param isShell whether it is text for a shell, which is then the only word
 * @param words the words of the JSON form, or the text
 */
public record CommandForm(boolean isShell, List<String> words) {
  /** Copies the words. */
  public CommandForm {
    words = List.copyOf(words);
    if (isShell && words.size() != 1) {
      throw new IllegalArgumentException("The shell form has one text, not " + words.size());
    }
  }

  /** Text for a shell. */
  public static CommandForm shell(String text) {
    return new CommandForm(true, List.of(text));
  }

  /** A program and its arguments; no words at all clear what there was. */
  public static CommandForm exec(List<String> words) {
    return new CommandForm(false, words);
  }

  /**
   * The words to run.
   *
   * @param shell what comes before the text of the shell form: {@code /bin/sh -c}
   */
  public List<String> resolve(List<String> shell) {
    if (!isShell) {
      return words;
    }
    return Stream.concat(shell.stream(), words.stream()).toList();
  }
}
