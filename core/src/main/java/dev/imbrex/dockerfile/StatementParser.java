package dev.imbrex.dockerfile;

import dev.imbrex.manifest.internal.text.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Cuts a file into statements: joins continued lines, drops comments, takes here-documents. */
final class StatementParser {
  private final SourceText source;
  private final char escape;
  private final List<Statement> statements = new ArrayList<>();
  private final List<Comment> comments = new ArrayList<>();
  private final List<DockerfileWarning> warnings = new ArrayList<>();
  private int next = 1;

  StatementParser(SourceText source, char escape) {
    this.source = source;
    this.escape = escape;
  }

  List<Statement> statements() {
    return statements;
  }

  List<Comment> comments() {
    return comments;
  }

  List<DockerfileWarning> warnings() {
    return warnings;
  }

  void parse() throws DockerfileException {
    while (next <= source.size()) {
      String line = source.line(next);
      if (isComment(line)) {
        comment(next);
        next++;
      } else if (Blanks.skip(line, 0) == line.length()) {
        next++;
      } else {
        statements.add(statement(logicalLine()));
      }
    }
  }

  private static boolean isComment(String line) {
    int start = Blanks.skip(line, 0);
    return start < line.length() && line.charAt(start) == '#';
  }

  private void comment(int number) {
    String line = source.line(number);
    int start = Blanks.skip(line, 0);
    comments.add(
        new Comment(
            Blanks.trim(line.substring(start + 1)),
            new SourceRange(number, start + 1, number, line.length() + 1)));
  }

  /** Joins a line with those it is continued on (SN-B3, SN-B4). */
  private LogicalLine logicalLine() {
    int first = next;
    LogicalLine logical = new LogicalLine(source.name(), first);
    String line = source.line(next++);
    int start = Blanks.skip(line, 0);
    int end = continuation(line, start);
    logical.append(line.substring(start, end < 0 ? line.length() : end), first, start + 1);
    boolean hasBlankLine = false;
    while (end >= 0 && next <= source.size()) {
      line = source.line(next);
      if (isComment(line)) {
        comment(next);
      } else if (Blanks.skip(line, 0) == line.length()) {
        hasBlankLine = true;
      } else {
        end = continuation(line, 0);
        logical.append(line.substring(0, end < 0 ? line.length() : end), next, 1);
      }
      next++;
    }
    if (hasBlankLine) {
      warnings.add(
          new DockerfileWarning(
              DockerfileCheck.NO_EMPTY_CONTINUATION,
              "an empty line inside a continued instruction will become an error",
              logical.range(0, logical.text().length())));
    }
    return logical;
  }

  /** Where the escape character stands that continues a line; -1 if it is not continued. */
  private int continuation(String line, int from) {
    int end = line.length();
    while (end > from && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\t')) {
      end--;
    }
    int mark = end - 1;
    boolean continued =
        mark >= from
            && line.charAt(mark) == escape
            && (mark == from || line.charAt(mark - 1) != escape);
    return continued ? mark : -1;
  }

  private Statement statement(LogicalLine line) throws DockerfileException {
    String text = line.text();
    int start = Blanks.skip(text, 0);
    int end = Blanks.find(text, start);
    SourceRange keywordRange = line.range(start, end);
    String word = text.substring(start, end);
    Keyword keyword =
        Keyword.find(word).orElseThrow(() -> unknown(line.file(), keywordRange, word));
    FlagSplitter.Result flags = FlagSplitter.split(line, end);
    String arguments = Blanks.trim(text.substring(flags.rest()));
    List<Heredoc> heredocs = heredocs(keyword, arguments, line);
    int last = heredocs.isEmpty() ? line.lastLine() : next - 1;
    SourceRange range =
        new SourceRange(
            keywordRange.line(),
            keywordRange.column(),
            last,
            Math.max(1, source.line(last).length() + 1));
    return new Statement(
        keyword, flags.flags(), arguments, Blanks.trim(text), heredocs, range, keywordRange);
  }

  private static DockerfileException unknown(String file, SourceRange range, String word) {
    if (word.isEmpty()) {
      return new DockerfileException(file, range, "", "there is no instruction on this line", "");
    }
    return new DockerfileException(
        file,
        range,
        "",
        "unknown instruction " + Quoted.of(word),
        NearestName.find(word, Stream.of(Keyword.values()).map(Keyword::name).toList()));
  }

  private List<Heredoc> heredocs(Keyword keyword, String arguments, LogicalLine line)
      throws DockerfileException {
    String text = arguments;
    Optional<Keyword> taking = Optional.of(keyword);
    if (keyword == Keyword.ONBUILD) {
      int end = Blanks.find(arguments, 0);
      taking = Keyword.find(arguments.substring(0, end));
      text = arguments.substring(end);
    }
    boolean possible = taking.filter(Keyword::takesHeredocs).isPresent() && text.contains("<<");
    if (!possible || JsonWords.parse(Blanks.trim(text)).isPresent()) {
      return List.of();
    }
    List<Heredoc> heredocs = new ArrayList<>();
    for (HeredocWords.Announcement announced : HeredocWords.find(text)) {
      heredocs.add(heredoc(announced, line, keyword));
    }
    return heredocs;
  }

  private Heredoc heredoc(HeredocWords.Announcement announced, LogicalLine line, Keyword keyword)
      throws DockerfileException {
    int first = next;
    StringBuilder content = new StringBuilder();
    while (next <= source.size()) {
      String ending = source.line(next);
      if (announced.isChomped()) {
        ending = ending.substring(leadingTabs(ending));
      }
      int here = next++;
      if (ending.equals(announced.word())) {
        SourceRange range = new SourceRange(first, 1, here, source.line(here).length() + 1);
        return new Heredoc(
            announced.word(),
            announced.fileDescriptor(),
            announced.isExpanded(),
            announced.isChomped(),
            content.toString(),
            range);
      }
      content.append(source.whole(here));
    }
    throw new DockerfileException(
        line.file(),
        line.range(0, line.text().length()),
        keyword.name(),
        "no line ends the here-document " + Quoted.of(announced.word()),
        "");
  }

  private static int leadingTabs(String line) {
    int tabs = 0;
    while (tabs < line.length() && line.charAt(tabs) == '\t') {
      tabs++;
    }
    return tabs;
  }
}
