package dev.imbrex.manifest.digest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.List;

/**
 * The identity of a stack of layers, order included: the result of applying them (OCI image-spec
 * 1.1, "Layer ChainID"; SN-C6, LC-D2).
 *
 * @param digest the digest of the chain
 */
public record ChainId(Digest digest) implements Comparable<ChainId> {
  /** The chain of one layer. */
  public static ChainId of(DiffId lowest) {
    return new ChainId(lowest.digest());
  }

  /**
   * Reads a chainID.
   *
   * @throws InvalidDigestException as {@link Digest#parse}
   */
  public static ChainId parse(String text) {
    return new ChainId(Digest.parse(text));
  }

  /** The chains of all prefixes of a stack, lowest first; as many as there are layers. */
  public static List<ChainId> prefixesOf(List<DiffId> stack) {
    List<ChainId> chains = new ArrayList<>(stack.size());
    for (DiffId diffId : stack) {
      chains.add(chains.isEmpty() ? of(diffId) : chains.get(chains.size() - 1).then(diffId));
    }
    return List.copyOf(chains);
  }

  /** The chain with one more layer on top. */
  public ChainId then(DiffId next) {
    return new ChainId(Digest.sha256((digest + " " + next).getBytes(US_ASCII)));
  }

  @Override
  public int compareTo(ChainId other) {
    return digest.compareTo(other.digest);
  }

  @Override
  public String toString() {
    return digest.toString();
  }
}
