package dev.imbrex.dockerfile;

/**
 * A here-document: lines of the Dockerfile that an instruction takes as a file (SN-B8).
 *
 * @param word the name: what ends it, without quotes, and how {@code COPY} names the file
 * @param fileDescriptor the number before {@code <<}; 0 if there is none
 * @param isExpanded whether variables in it count: no part of the word is quoted
 * @param isChomped whether leading tabs go, {@code <<-}
 * @param content the lines as they stand, each with its line end
 * @param range the lines with the one that ends it
 */
public record Heredoc(
    String word,
    int fileDescriptor,
    boolean isExpanded,
    boolean isChomped,
    String content,
    SourceRange range) {
  /** The content as it is used: without leading tabs, if they go. */
  public String text() {
    if (!isChomped) {
      return content;
    }
    StringBuilder text = new StringBuilder(content.length());
    boolean atStart = true;
    for (int i = 0; i < content.length(); i++) {
      char c = content.charAt(i);
      if (!atStart || c != '\t') {
        text.append(c);
        atStart = c == '\n';
      }
    }
    return text.toString();
  }
}
