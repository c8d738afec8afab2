package dev.imbrex.dockerfile;

import java.util.Collection;
import java.util.Locale;

/** Guesses which name was meant by one that is unknown (SN-B34). */
public final class NearestName {
  private static final int LONGEST = 64;

  private NearestName() {}

  /**
   * The known name nearest to a word, if it is near: at most a third of its letters have to be
   * changed, left out or put in. Case does not count.
   *
   * @return the name, or an empty text
   */
  public static String find(String word, Collection<String> known) {
    if (word.length() > LONGEST) {
      return "";
    }
    String wanted = word.toLowerCase(Locale.ROOT);
    String nearest = "";
    int best = Math.max(1, wanted.length() / 3) + 1;
    for (String name : known) {
      boolean comparable = Math.abs(name.length() - wanted.length()) < best;
      int distance = comparable ? distance(wanted, name.toLowerCase(Locale.ROOT)) : best;
      if (distance < best) {
        best = distance;
        nearest = name;
      }
    }
    return nearest;
  }

  /** How many letters have to be changed, left out, put in, or swapped with the next one. */
  private static int distance(String a, String b) {
    int[] before = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] next = new int[b.length() + 1];
      next[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = row[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        next[j] = Math.min(change, Math.min(row[j], next[j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          next[j] = Math.min(next[j], before[j - 2] + 1);
        }
      }
      before = row;
      row = next;
    }
    return row[b.length()];
  }
}
