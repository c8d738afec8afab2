package dev.imbrex.manifest.digest;

import dev.imbrex.manifest.digest.InvalidDigestException.Reason;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The identity of a piece of content: a hash of its bytes as they are stored, printed as {@code
 * algorithm:encoded} (OCI image-spec 1.1, "Digests"; SN-D1 to SN-D4).
 *
 * <p>A digest of an unknown algorithm can be carried and printed, but content cannot be verified
 * with it. Immutable; ordered by its text.
 */
public final class Digest implements Comparable<Digest> {
  private static final Pattern GRAMMAR =
      Pattern.compile("[a-z0-9]+(?:[+._-][a-z0-9]+)*:[A-Za-z0-9=_-]+");
  private static final Pattern LOWER_HEX = Pattern.compile("[0-9a-f]+");

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
    if (!GRAMMAR.matcher(text).matches()) {
      throw new InvalidDigestException(text, Reason.MALFORMED, "not of the form algorithm:encoded");
    }
    Digest digest = new Digest(text, text.indexOf(':'));
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
    if (!LOWER_HEX.matcher(text).region(colon + 1, text.length()).matches()) {
      throw new InvalidDigestException(text, Reason.MALFORMED, "not lower-case hex digits");
    }
  }
}
