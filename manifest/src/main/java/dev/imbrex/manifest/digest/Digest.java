package dev.imbrex.manifest.digest;

import dev.imbrex.manifest.digest.InvalidDigestException.Reason;
import java.util.Optional;

/**
 * The identity of a piece of content: a hash of its bytes as they are stored, printed as {@code
 * algorithm:encoded} (OCI image-spec 1.1, "Digests"; SN-D1 to SN-D4).
 *
 * <p>A digest of an unknown algorithm can be carried and printed, but content cannot be verified
 * with it. Immutable; ordered by its text.
 */
public final class Digest implements Comparable<Digest> {
  private final String text;
  private final int colon;

  private Digest(String text, int colon) {
    this.text = text;
    this.colon = colon;
  }

  /**
   * Reads a digest.
   *
   * @throws InvalidDigestException if the text does not follow the grammar, or names a known
   *     algorithm and has not that algorithm's number of lower-case hex digits
   */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0 || !isAlgorithm(text, colon) || !isEncoded(text, colon + 1)) {
      throw new InvalidDigestException(text, Reason.MALFORMED, "not of the form algorithm:encoded");
    }
    Digest digest = new Digest(text, colon);
    digest.findAlgorithm().ifPresent(digest::requireEncodedFor);
    return digest;
  }

  /** The sha256 digest of these bytes. */
  public static Digest sha256(byte[] bytes) {
    return of(DigestAlgorithm.SHA256, bytes);
  }

  /** The digest of these bytes by the given algorithm. */
  public static Digest of(DigestAlgorithm algorithm, byte[] bytes) {
    Digester digester = algorithm.newDigester();
    digester.update(bytes, 0, bytes.length);
    return digester.finish();
  }

  static Digest ofTrusted(String algorithm, String encoded) {
    return new Digest(algorithm + ':' + encoded, algorithm.length());
  }

  /** The part before the colon: {@code sha256}. */
  public String algorithm() {
    return text.substring(0, colon);
  }

  /** The part after the colon: the hash, in lower-case hex digits for the known algorithms. */
  public String encoded() {
    return text.substring(colon + 1);
  }

  /** The algorithm, if content can be verified with it. */
  public Optional<DigestAlgorithm> findAlgorithm() {
    return DigestAlgorithm.find(algorithm());
  }

  /**
   * The algorithm to verify content with.
   *
   * @throws InvalidDigestException with {@link Reason#UNSUPPORTED} if it is not known (SN-D3)
   */
  public DigestAlgorithm requireAlgorithm() {
    return findAlgorithm()
        .orElseThrow(
            () ->
                new InvalidDigestException(
                    text, Reason.UNSUPPORTED, "the algorithm is not supported"));
  }

  /** The first twelve characters of the encoded part, as people write image ids. */
  public String shortId() {
    return text.substring(colon + 1, Math.min(text.length(), colon + 13));
  }

  @Override
  public int compareTo(Digest other) {
    return text.compareTo(other.text);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Digest that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }

  private void requireEncodedFor(DigestAlgorithm known) {
    int length = text.length() - colon - 1;
    if (length != known.encodedLength()) {
      throw new InvalidDigestException(
          text,
          Reason.WRONG_LENGTH,
          known + " has " + known.encodedLength() + " hex digits, not " + length);
    }
    for (int i = colon + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isDigit(c) && (c < 'a' || c > 'f')) {
        throw new InvalidDigestException(text, Reason.MALFORMED, "not lower-case hex digits");
      }
    }
  }

  /** Whether the text begins with words joined by single separators, up to {@code end}. */
  private static boolean isAlgorithm(String text, int end) {
    boolean insideWord = false;
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (isLower(c) || isDigit(c)) {
        insideWord = true;
      } else if (insideWord && "+._-".indexOf(c) >= 0) {
        insideWord = false;
      } else {
        return false;
      }
    }
    return insideWord;
  }

  private static boolean isEncoded(String text, int start) {
    for (int i = start; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isLower(c) && !isDigit(c) && (c < 'A' || c > 'Z') && "=_-".indexOf(c) < 0) {
        return false;
      }
    }
    return start < text.length();
  }

  private static boolean isLower(char c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
