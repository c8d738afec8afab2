package dev.imbrex.dockerfile;

import dev.imbrex.manifest.internal.text.Quoted;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;

/** The pattern of a substitution: {@code *}, {@code ?} and plain characters (SN-B10). */
final class VariablePattern {
  private static final int ANY = -1;
  private static final int STAR = -2;

  /** Characters, or one of the above. */
  private final List<Integer> tokens;

  private VariablePattern(List<Integer> tokens) {
    this.tokens = tokens;
  }

  static VariablePattern parse(String text) {
    List<Integer> tokens = new ArrayList<>();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '*') {
        tokens.add(STAR);
      } else if (c == '?') {
        tokens.add(ANY);
      } else if (c != '\\') {
        tokens.add((int) c);
      } else {
        i++;
        if (i == text.length() || "*?\\}/".indexOf(text.charAt(i)) < 0) {
          throw new ExpansionException(
              "a backslash protects nothing in pattern " + Quoted.of(text));
        }
        tokens.add((int) text.charAt(i));
      }
    }
    return new VariablePattern(tokens);
  }

  String withoutPrefix(String value, boolean longest) {
    int end = end(value, 0, longest);
    return end < 0 ? value : value.substring(end);
  }

  String withoutSuffix(String value, boolean longest) {
    List<Integer> backwards = new ArrayList<>(tokens);
    Collections.reverse(backwards);
    String mirrored = reversed(value);
    int end = new VariablePattern(backwards).end(mirrored, 0, longest);
    return end < 0 ? value : value.substring(0, value.length() - end);
  }

  /** A string builder would keep surrogate pairs in order, which the tokens do not know of. */
  private static String reversed(String value) {
    char[] units = new char[value.length()];
    for (int i = 0; i < units.length; i++) {
      units[i] = value.charAt(units.length - 1 - i);
    }
    return new String(units);
  }

  /** Replaces the longest match at the first place where there is one; then on, if all are. */
  String replace(String value, String text, boolean all) {
    StringBuilder result = new StringBuilder();
    int copied = 0;
    int lastEnd = -1;
    for (int i = 0; i <= value.length(); ) {
      int end = end(value, i, true);
      if (end < 0 || (end == i && i == lastEnd)) {
        i++;
        continue;
      }
      result.append(value, copied, i).append(text);
      copied = end;
      lastEnd = end;
      if (!all) {
        break;
      }
      i = end == i ? i + 1 : end;
    }
    return result.append(value, copied, value.length()).toString();
  }

  /** Where the shortest or longest match from a place on ends; -1 if there is none. */
  private int end(String value, int from, boolean longest) {
    BitSet states = new BitSet(tokens.size() + 1);
    states.set(0);
    int found = -1;
    for (int i = from; ; i++) {
      skipStars(states);
      if (states.get(tokens.size())) {
        found = i;
        if (!longest) {
          return found;
        }
      }
      if (i == value.length() || states.isEmpty()) {
        return found;
      }
      states = step(states, value.charAt(i));
    }
  }

  /** A star may stand for nothing. */
  private void skipStars(BitSet states) {
    for (int s = states.nextSetBit(0); s >= 0; s = states.nextSetBit(s + 1)) {
      if (s < tokens.size() && tokens.get(s) == STAR) {
        states.set(s + 1);
      }
    }
  }

  private BitSet step(BitSet states, char c) {
    BitSet next = new BitSet(tokens.size() + 1);
    for (int s = states.nextSetBit(0); s >= 0 && s < tokens.size(); s = states.nextSetBit(s + 1)) {
      int token = tokens.get(s);
      if (token == STAR) {
        next.set(s);
      } else if (token == ANY || token == c) {
        next.set(s + 1);
      }
    }
    return next;
  }
}
