package dev.imbrex.dockerfile;

/**
 * A line that is a comment (SN-B3).
 *
 * @param text what stands behind the {@code #}, without blanks around it
 * @param range the comment with its {@code #}
 */
public record Comment(String text, SourceRange range) {}
