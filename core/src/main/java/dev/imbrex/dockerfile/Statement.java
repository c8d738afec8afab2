package dev.imbrex.dockerfile;

import java.util.List;

/**
 * An instruction as it is written, before anybody asks what it means. Lines that are continued are
 * one text here, and comments between them are gone.
 *
 * @param keyword which instruction it is
 * @param flags the flags between the keyword and its arguments
 * @param arguments the rest of the text, without blanks around it
 * @param text the whole text, from the keyword on
 * @param heredocs the here-documents that follow it, in order
 * @param range all of it, here-documents included
 * @param keywordRange the keyword
 */
public record Statement(
    Keyword keyword,
    List<Flag> flags,
    String arguments,
    String text,
    List<Heredoc> heredocs,
    SourceRange range,
    SourceRange keywordRange) {
  /** Copies the lists. */
  public Statement {
    flags = List.copyOf(flags);
    heredocs = List.copyOf(heredocs);
  }
}
