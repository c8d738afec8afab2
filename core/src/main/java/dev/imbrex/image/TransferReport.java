package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a copy did.
 *
 * @param roots what was copied, as it is in the target, in order
 * @param copied the content whose bytes were moved or written anew
 * @param present the content that was in the target already, or came there without being moved
 * @param leftOut the content that documents name and that was not copied
 * @param changed the new digests of content that is another one in the target, by the old ones
 * @param tags the names that were set, and what they stood for before
 */
public record TransferReport(
    List<Descriptor> roots,
    List<Descriptor> copied,
    List<Descriptor> present,
    List<Descriptor> leftOut,
    Map<Digest, Digest> changed,
    List<TagResult> tags) {
  /** Copies lists and map, whose order stays. */
  public TransferReport {
    roots = List.copyOf(roots);
    copied = List.copyOf(copied);
    present = List.copyOf(present);
    leftOut = List.copyOf(leftOut);
    changed = Collections.unmodifiableMap(new LinkedHashMap<>(changed));
    tags = List.copyOf(tags);
  }

  /** The first of the roots: what a copy of one thing copied. */
  public Descriptor root() {
    return roots.get(0);
  }

  /** How many bytes were moved or written anew. */
  public long bytes() {
    return copied.stream().mapToLong(Descriptor::size).sum();
  }
}
