package dev.imbrex.manifest.config;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many cells of a terminal text takes. East Asian wide and fullwidth characters take two
 * (Unicode 15.1, UAX 11); ambiguous ones take one, whatever the locale.
 */
final class DisplayWidth {
  private static final Pattern CLUSTER = Pattern.compile("\\X");
  private static final int JOINER = 0x200D;

  /** First and last of each run of wide characters, ascending. */
  private static final int[] WIDE = {
    0x1100, 0x115F, 0x231A, 0x231B, 0x2329, 0x232A, 0x23E9, 0x23EC, 0x23F0, 0x23F0,
    0x23F3, 0x23F3, 0x25FD, 0x25FE, 0x2614, 0x2615, 0x2648, 0x2653, 0x267F, 0x267F,
    0x2693, 0x2693, 0x26A1, 0x26A1, 0x26AA, 0x26AB, 0x26BD, 0x26BE, 0x26C4, 0x26C5,
    0x26CE, 0x26CE, 0x26D4, 0x26D4, 0x26EA, 0x26EA, 0x26F2, 0x26F3, 0x26F5, 0x26F5,
    0x26FA, 0x26FA, 0x26FD, 0x26FD, 0x2705, 0x2705, 0x270A, 0x270B, 0x2728, 0x2728,
    0x274C, 0x274C, 0x274E, 0x274E, 0x2753, 0x2755, 0x2757, 0x2757, 0x2795, 0x2797,
    0x27B0, 0x27B0, 0x27BF, 0x27BF, 0x2B1B, 0x2B1C, 0x2B50, 0x2B50, 0x2B55, 0x2B55,
    0x2E80, 0x2E99, 0x2E9B, 0x2EF3, 0x2F00, 0x2FD5, 0x2FF0, 0x303E, 0x3041, 0x3096,
    0x3099, 0x30FF, 0x3105, 0x312F, 0x3131, 0x318E, 0x3190, 0x31E3, 0x31EF, 0x321E,
    0x3220, 0x3247, 0x3250, 0x4DBF, 0x4E00, 0xA48C, 0xA490, 0xA4C6, 0xA960, 0xA97C,
    0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE10, 0xFE19, 0xFE30, 0xFE52, 0xFE54, 0xFE66,
    0xFE68, 0xFE6B, 0xFF01, 0xFF60, 0xFFE0, 0xFFE6, 0x16FE0, 0x16FE4, 0x16FF0, 0x16FF1,
    0x17000, 0x187F7, 0x18800, 0x18CD5, 0x18D00, 0x18D08, 0x1AFF0, 0x1AFF3, 0x1AFF5, 0x1AFFB,
    0x1AFFD, 0x1AFFE, 0x1B000, 0x1B122, 0x1B132, 0x1B132, 0x1B150, 0x1B152, 0x1B155, 0x1B155,
    0x1B164, 0x1B167, 0x1B170, 0x1B2FB, 0x1F004, 0x1F004, 0x1F0CF, 0x1F0CF, 0x1F18E, 0x1F18E,
    0x1F191, 0x1F19A, 0x1F200, 0x1F202, 0x1F210, 0x1F23B, 0x1F240, 0x1F248, 0x1F250, 0x1F251,
    0x1F260, 0x1F265, 0x1F300, 0x1F320, 0x1F32D, 0x1F335, 0x1F337, 0x1F37C, 0x1F37E, 0x1F393,
    0x1F3A0, 0x1F3CA, 0x1F3CF, 0x1F3D3, 0x1F3E0, 0x1F3F0, 0x1F3F4, 0x1F3F4, 0x1F3F8, 0x1F43E,
    0x1F440, 0x1F440, 0x1F442, 0x1F4FC, 0x1F4FF, 0x1F53D, 0x1F54B, 0x1F54E, 0x1F550, 0x1F567,
    0x1F57A, 0x1F57A, 0x1F595, 0x1F596, 0x1F5A4, 0x1F5A4, 0x1F5FB, 0x1F64F, 0x1F680, 0x1F6C5,
    0x1F6CC, 0x1F6CC, 0x1F6D0, 0x1F6D2, 0x1F6D5, 0x1F6D7, 0x1F6DC, 0x1F6DF, 0x1F6EB, 0x1F6EC,
    0x1F6F4, 0x1F6FC, 0x1F7E0, 0x1F7EB, 0x1F7F0, 0x1F7F0, 0x1F90C, 0x1F93A, 0x1F93C, 0x1F945,
    0x1F947, 0x1F9FF, 0x1FA70, 0x1FA7C, 0x1FA80, 0x1FA88, 0x1FA90, 0x1FABD, 0x1FABF, 0x1FAC5,
    0x1FACE, 0x1FADB, 0x1FAE0, 0x1FAE8, 0x1FAF0, 0x1FAF8, 0x20000, 0x2FFFD, 0x30000, 0x3FFFD
  };

  private DisplayWidth() {}

  /** The cells of text as shown: a cluster of characters takes what its first visible one takes. */
  static int of(String text) {
    if (text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      return text.length();
    }
    int cells = 0;
    Matcher clusters = CLUSTER.matcher(text);
    while (clusters.find()) {
      cells += ofCluster(clusters.group());
    }
    return cells;
  }

  /**
   * What the first visible character takes. Later JDKs join consonants of Indic scripts into one
   * cluster, which JDK 17 and Docker do not: there a letter behind a mark begins a new one.
   */
  private static int ofCluster(String cluster) {
    int cells = 0;
    int open = 0;
    int before = 0;
    int[] codePoints = cluster.codePoints().toArray();
    for (int codePoint : codePoints) {
      boolean joined =
          Character.getType(codePoint) == Character.OTHER_LETTER
              && (Character.getType(before) == Character.NON_SPACING_MARK || before == JOINER);
      if (joined) {
        cells += open;
        open = 0;
      }
      open = open > 0 ? open : visible(codePoint);
      before = codePoint;
    }
    return cells + open;
  }

  /**
   * The text cut to a number of cells, the last of which then is an ellipsis. Here every character
   * counts for itself, combining ones too: so Docker decides where to cut.
   */
  static String cut(String text, int cells) {
    if (text.codePoints().map(DisplayWidth::alone).sum() <= cells) {
      return text;
    }
    int end = 0;
    int used = 0;
    while (used + alone(text.codePointAt(end)) <= cells - 1) {
      used += alone(text.codePointAt(end));
      end = text.offsetByCodePoints(end, 1);
    }
    return text.substring(0, end) + '…';
  }

  private static int alone(int codePoint) {
    return isWide(codePoint) ? 2 : 1;
  }

  private static int visible(int codePoint) {
    return isInvisible(codePoint) ? 0 : alone(codePoint);
  }

  private static boolean isInvisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      case Character.FORMAT -> isInvisibleFormat(codePoint);
      default -> false;
    };
  }

  /** Of the format characters, Docker's terminal library takes these for invisible. */
  private static boolean isInvisibleFormat(int c) {
    return c == 0xAD
        || c == 0x70F
        || c == 0x180E
        || (c >= 0x200B && c <= 0x200F)
        || (c >= 0x202A && c <= 0x202E)
        || (c >= 0x206A && c <= 0x206F)
        || c == 0xFEFF
        || (c >= 0xFFF9 && c <= 0xFFFB);
  }

  private static boolean isWide(int codePoint) {
    int found = Arrays.binarySearch(WIDE, codePoint);
    // Between two numbers of the list: wide if the one below is the first of a run.
    return found >= 0 || (-found - 1) % 2 == 1;
  }
}
