package dev.imbrex.manifest.digest;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/** Computes a {@link Digest} from bytes as they pass by. Not thread-safe. */
public final class Digester {
  private final DigestAlgorithm algorithm;
  private final MessageDigest state;

  Digester(DigestAlgorithm algorithm, MessageDigest state) {
    this.algorithm = algorithm;
    this.state = state;
  }

  /** Adds bytes of an array. */
  public void update(byte[] bytes, int offset, int length) {
    state.update(bytes, offset, length);
  }

  /** Adds the remaining bytes of a buffer and moves its position to its limit. */
  public void update(ByteBuffer bytes) {
    state.update(bytes);
  }

  /**
   * Another one to which the same bytes have been added, and which goes on by itself.
   *
   * @return nothing if the provider of the algorithm cannot do that
   */
  public Optional<Digester> copy() {
    try {
      return Optional.of(new Digester(algorithm, (MessageDigest) state.clone()));
    } catch (CloneNotSupportedException e) {
      return Optional.empty();
    }
  }

  /** The digest of all bytes added; the computation then starts anew. */
  public Digest finish() {
    return Digest.ofTrusted(algorithm.toString(), HexFormat.of().formatHex(state.digest()));
  }
}
