package dev.imbrex.manifest.reference;

/**
 * The grammar of the parts of a reference (SN-R2 to SN-R5), read character by character: each
 * method looks at each character a bounded number of times, whatever the input.
 */
final class Grammar {
  private static final int MAX_TAG_LENGTH = 128;
  private static final int MIN_DIGEST_HEX = 32;
  private static final int IMAGE_ID_LENGTH = 64;

  private Grammar() {}

  /** A host and an optional port (SN-R3). */
  static boolean isDomain(String text) {
    int hostEnd = text.startsWith("[") ? text.indexOf(']') + 1 : portSeparator(text);
    if (hostEnd <= 0 || !isHost(text.substring(0, hostEnd))) {
      return false;
    }
    return hostEnd == text.length()
        || (text.charAt(hostEnd) == ':' && isDigits(text.substring(hostEnd + 1)));
  }

  /** Components joined by slashes (SN-R2); the length is another question (SN-R6). */
  static boolean isPath(String text) {
    for (int i = 0; i < text.length(); ) {
      int wordEnd = i;
      while (wordEnd < text.length() && isLowerOrDigit(text.charAt(wordEnd))) {
        wordEnd++;
      }
      if (wordEnd == i) {
        return false;
      }
      if (wordEnd == text.length()) {
        return true;
      }
      int separatorLength = separatorLength(text, wordEnd);
      if (separatorLength == 0) {
        return false;
      }
      i = wordEnd + separatorLength;
    }
    return false;
  }

  /** A tag (SN-R4). */
  static boolean isTag(String text) {
    if (text.isEmpty() || text.length() > MAX_TAG_LENGTH || ".-".indexOf(text.charAt(0)) >= 0) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isLetterOrDigit(c) && "_.-".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  /** What may stand behind the {@code @} of a reference, before it is read as a digest (SN-R5). */
  static boolean isDigestPart(String text) {
    int colon = text.indexOf(':');
    if (colon < 0 || text.length() - colon - 1 < MIN_DIGEST_HEX) {
      return false;
    }
    for (int i = colon + 1; i < text.length(); i++) {
      if (!isHexDigit(text.charAt(i))) {
        return false;
      }
    }
    return isAlgorithm(text.substring(0, colon));
  }

  /** The 64 lower-case hex digits of an image id (SN-R11). */
  static boolean isImageId(String text) {
    if (text.length() != IMAGE_ID_LENGTH) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isHexDigit(c) || isUpper(c)) {
        return false;
      }
    }
    return true;
  }

  static boolean hasUpperCase(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isUpper(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static int portSeparator(String text) {
    int colon = text.indexOf(':');
    return colon < 0 ? text.length() : colon;
  }

  private static boolean isHost(String text) {
    return text.startsWith("[") ? isBracketedAddress(text) : isHostName(text);
  }

  private static boolean isBracketedAddress(String text) {
    for (int i = 1; i < text.length() - 1; i++) {
      char c = text.charAt(i);
      if (!isHexDigit(c) && c != ':') {
        return false;
      }
    }
    return text.length() > 2;
  }

  private static boolean isHostName(String text) {
    boolean insideLabel = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean last = i + 1 == text.length() || text.charAt(i + 1) == '.';
      if (c == '.') {
        if (!insideLabel) {
          return false;
        }
        insideLabel = false;
      } else if (isLetterOrDigit(c) || (c == '-' && insideLabel && !last)) {
        insideLabel = true;
      } else {
        return false;
      }
    }
    return insideLabel;
  }

  private static boolean isAlgorithm(String text) {
    boolean insideWord = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isLetterOrDigit(c)) {
        insideWord = true;
      } else if (insideWord && "+._-".indexOf(c) >= 0) {
        insideWord = false;
      } else {
        return false;
      }
    }
    return insideWord;
  }

  private static boolean isDigits(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** The length of the slash, dot, one or two underscores, or dashes at a place; else 0. */
  private static int separatorLength(String text, int start) {
    char c = text.charAt(start);
    int end = start + 1;
    if (c == '-') {
      while (end < text.length() && text.charAt(end) == '-') {
        end++;
      }
      return end - start;
    }
    if (c == '_') {
      return end < text.length() && text.charAt(end) == '_' ? 2 : 1;
    }
    return c == '/' || c == '.' ? 1 : 0;
  }

  private static boolean isLetterOrDigit(char c) {
    return isLowerOrDigit(c) || isUpper(c);
  }

  private static boolean isLowerOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || isDigit(c);
  }

  private static boolean isUpper(char c) {
    return c >= 'A' && c <= 'Z';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isHexDigit(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
}
