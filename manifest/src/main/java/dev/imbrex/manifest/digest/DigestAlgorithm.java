package dev.imbrex.manifest.digest;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Optional;

/** The algorithms content can be verified with (SN-D2). */
public enum DigestAlgorithm {
  /** SHA-256, the algorithm every implementation knows. */
  SHA256("SHA-256", 64),
  /** SHA-512. */
  SHA512("SHA-512", 128);

  private final String jcaName;
  private final int encodedLength;

  DigestAlgorithm(String jcaName, int encodedLength) {
    this.jcaName = jcaName;
    this.encodedLength = encodedLength;
  }

  /** The algorithm of this name as it stands in a digest ({@code sha256}), if it is known. */
  public static Optional<DigestAlgorithm> find(String name) {
    return switch (name) {
      case "sha256" -> Optional.of(SHA256);
      case "sha512" -> Optional.of(SHA512);
      default -> Optional.empty();
    };
  }

  /** The number of hex digits in a digest of this algorithm. */
  public int encodedLength() {
    return encodedLength;
  }

  /** A new computation; it belongs to one thread. */
  public Digester newDigester() {
    return new Digester(this, newMessageDigest());
  }

  /** The name as it stands in a digest: {@code sha256}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  private MessageDigest newMessageDigest() {
    try {
      return MessageDigest.getInstance(jcaName);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java runtime has no " + jcaName, e);
    }
  }
}
