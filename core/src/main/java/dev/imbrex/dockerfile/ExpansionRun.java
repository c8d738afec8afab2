package dev.imbrex.dockerfile;

import dev.imbrex.manifest.internal.text.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** One pass over a text in which variables are expanded. */
final class ExpansionRun {
  private static final int END = -1;
  private static final int MAX_DEPTH = 200;
  private static final String SPECIAL = "@*#?-$!0";

  private final Function<String, Optional<String>> values;
  private final char escape;
  private final boolean plainQuotes;
  private final String text;
  private int position;
  private int depth;

  ExpansionRun(
      Function<String, Optional<String>> values, char escape, boolean plainQuotes, String text) {
    this.values = values;
    this.escape = escape;
    this.plainQuotes = plainQuotes;
    this.text = text;
  }

  String word() {
    return upTo(END, false).toString();
  }

  List<String> words() {
    Words words = new Words();
    while (peek() != END) {
      char c = (char) peek();
      if (c == '$') {
        words.split(dollar());
      } else if (c == '\'' || c == '"') {
        words.keep(c == '"' ? doubleQuoted(false) : singleQuoted());
      } else {
        position++;
        if (c == escape) {
          if (peek() != END) {
            words.keep(String.valueOf(text.charAt(position++)));
          }
        } else {
          words.split(String.valueOf(c));
        }
      }
    }
    return words.finish();
  }

  /** Words that grow; quoted text never splits them, and never is a word if it is empty. */
  private static final class Words {
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();

    void keep(String text) {
      word.append(text);
    }

    void split(String text) {
      for (int i = 0; i < text.length(); i++) {
        if (Blanks.isBlank(text.charAt(i))) {
          end();
        } else {
          word.append(text.charAt(i));
        }
      }
    }

    List<String> finish() {
      end();
      return List.copyOf(words);
    }

    private void end() {
      if (!word.isEmpty()) {
        words.add(word.toString());
        word.setLength(0);
      }
    }
  }

  private StringBuilder upTo(int stop, boolean keepEscapes) {
    StringBuilder result = new StringBuilder();
    while (peek() != END) {
      int c = peek();
      if (c == stop) {
        position++;
        return result;
      }
      if (c == '$') {
        result.append(dollar());
      } else if (c == '\'' && !plainQuotes) {
        result.append(singleQuoted());
      } else if (c == '"' && !plainQuotes) {
        result.append(doubleQuoted(keepEscapes));
      } else {
        position++;
        if (c == escape) {
          if (keepEscapes) {
            result.append(escape);
          }
          if (peek() == END) {
            break;
          }
          c = text.charAt(position++);
        }
        result.append((char) c);
      }
    }
    if (stop != END) {
      throw new ExpansionException(
          "there is no " + (char) stop + " to end a substitution in " + Quoted.of(text));
    }
    return result;
  }

  private String singleQuoted() {
    int end = text.indexOf('\'', position + 1);
    if (end < 0) {
      throw new ExpansionException("a single quote is not closed in " + Quoted.of(text));
    }
    String quoted = text.substring(position + 1, end);
    position = end + 1;
    return quoted;
  }

  private String doubleQuoted(boolean keepEscapes) {
    StringBuilder result = new StringBuilder();
    position++;
    while (peek() != '"') {
      int c = peek();
      if (c == END) {
        throw new ExpansionException("a double quote is not closed in " + Quoted.of(text));
      }
      if (c == '$') {
        result.append(dollar());
        continue;
      }
      position++;
      if (c == escape) {
        if (keepEscapes) {
          result.append(escape);
        }
        int next = peek();
        if (next == END) {
          continue;
        }
        if (next == '"' || next == '$' || next == escape) {
          position++;
          c = next;
        }
      }
      result.append((char) c);
    }
    position++;
    return result.toString();
  }

  private String dollar() {
    position++;
    if (peek() != '{') {
      String name = name();
      return name.isEmpty() ? "$" : values.apply(name).orElse("");
    }
    position++;
    if (++depth > MAX_DEPTH) {
      throw new ExpansionException("substitutions are nested more than " + MAX_DEPTH + " deep");
    }
    String result = substitution();
    depth--;
    return result;
  }

  private String substitution() {
    String name = name();
    if (peek() == END) {
      throw new ExpansionException("there is no } to end a substitution in " + Quoted.of(text));
    }
    if (name.isEmpty()) {
      throw new ExpansionException("a substitution has no name in " + Quoted.of(text));
    }
    Optional<String> value = values.apply(name);
    char operator = text.charAt(position++);
    return switch (operator) {
      case '}' -> value.orElse("");
      case ':' -> {
        if ("-+?".indexOf(peek()) < 0) {
          String found = peek() == END ? "" : text.substring(position, position + 1);
          throw unsupported(":" + found);
        }
        yield choose(name, value.filter(set -> !set.isEmpty()), text.charAt(position++), true);
      }
      case '-', '+', '?' -> choose(name, value, operator, false);
      case '#', '%' -> trim(value.orElse(""), operator);
      case '/' -> replace(value.orElse(""));
      default -> throw unsupported(String.valueOf(operator));
    };
  }

  private ExpansionException unsupported(String operator) {
    return new ExpansionException(
        "the operator " + operator + " of a substitution is unknown in " + Quoted.of(text));
  }

  private String choose(String name, Optional<String> value, char operator, boolean orEmpty) {
    String word = upTo('}', false).toString();
    if (operator == '+') {
      return value.isPresent() ? word : "";
    }
    if (value.isEmpty() && operator == '?') {
      String reason = "is not allowed to be " + (orEmpty ? "empty or unset" : "unset");
      throw new ExpansionException(name + ": " + (word.isEmpty() ? reason : word));
    }
    return value.orElse(word);
  }

  private String trim(String value, char end) {
    boolean longest = peek() == end;
    if (longest) {
      position++;
    }
    VariablePattern pattern = VariablePattern.parse(upTo('}', true).toString());
    return end == '#'
        ? pattern.withoutPrefix(value, longest)
        : pattern.withoutSuffix(value, longest);
  }

  private String replace(String value) {
    boolean all = peek() == '/';
    if (all) {
      position++;
    }
    VariablePattern pattern = VariablePattern.parse(upTo('/', true).toString());
    return pattern.replace(value, upTo('}', true).toString(), all);
  }

  /** A name: letters, digits and _; or digits alone; or one special character. */
  private String name() {
    int start = position;
    int first = peek();
    if (first >= '0' && first <= '9') {
      while (peek() >= '0' && peek() <= '9') {
        position++;
      }
    } else if (first != END && SPECIAL.indexOf(first) >= 0) {
      position++;
    } else {
      while (peek() == '_' || (peek() != END && Character.isLetterOrDigit((char) peek()))) {
        position++;
      }
    }
    return text.substring(start, position);
  }

  private int peek() {
    return position < text.length() ? text.charAt(position) : END;
  }
}
