package dev.imbrex.layers.layer;

import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.MalformedContentException;
import org.jspecify.annotations.Nullable;

/** Where a reader is in a tar, how it tells what is wrong there, and what it failed with before. */
final class TarPlace {
  private final TarInput input;
  private final Findings findings;
  private long entry;
  private @Nullable Exception failure;

  TarPlace(TarInput input, Findings findings) {
    this.input = input;
    this.findings = findings;
  }

  /** Which entry is being read, counted from 0. */
  long entry() {
    return entry;
  }

  void goToNextEntry() {
    entry++;
  }

  /** Reports what is harmless but not right about the entry that is being read. */
  void report(Finding.Code code, @Nullable TreePath path, String message)
      throws MalformedContentException {
    findings.report(code, entry, path, message);
  }

  MalformedContentException malformed(String problem) {
    return new MalformedContentException(
        "layer", "entry " + entry + ", before byte " + input.offset() + " of the tar", problem);
  }

  /** Sees to it that {@link #requireIntact} fails from now on. */
  void fail(Exception failure) {
    this.failure = failure;
  }

  void requireIntact() throws ImageException {
    if (failure != null) {
      throw new ImageException("An earlier read failed: " + failure.getMessage(), failure);
    }
  }
}
