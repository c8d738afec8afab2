package dev.imbrex.image;

import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.error.DigestMismatchException;
import java.io.IOException;

/**
 * Copies content from one storage to another, byte for byte: what leads to other content comes
 * after it, so that no manifest is ever there without what it names (SN-G23).
 */
final class Transfer {
  private final Storage source;
  private final Storage target;

  Transfer(Storage source, Storage target) {
    this.source = source;
    this.target = target;
  }

  /** Copies a manifest or an index with all below it that the source has (SN-M14). */
  void copyAll(Descriptor root) throws IOException {
    for (Descriptor content : ContentWalk.of(source, root)) {
      copy(content);
    }
  }

  private void copy(Descriptor content) throws IOException {
    try {
      target.copyFrom(source, content);
    } catch (DigestMismatchException e) {
      // The target saw only a stream; people want to know whose.
      throw new DigestMismatchException(
          content + " of " + source + ", on its way to " + target, e.expected(), e.actual());
    }
  }
}
