package dev.imbrex.manifest.digest;

/**
 * The identity of a layer's content: the digest of its uncompressed tar (OCI image-spec 1.1, "Layer
 * DiffID").
 *
 * @param digest the digest of the uncompressed tar
 */
public record DiffId(Digest digest) implements Comparable<DiffId> {
  /** The diffID of a tar with no entries: two zero blocks (SN-C9). */
  public static final DiffId EMPTY_LAYER =
      parse("sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef");

  /**
   * Reads a diffID.
   *
   * @throws InvalidDigestException as {@link Digest#parse}
   */
  public static DiffId parse(String text) {
    return new DiffId(Digest.parse(text));
  }

  @Override
  public int compareTo(DiffId other) {
    return digest.compareTo(other.digest);
  }

  @Override
  public String toString() {
    return digest.toString();
  }
}
