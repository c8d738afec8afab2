package dev.imbrex.image;

import dev.imbrex.manifest.document.Descriptor;

/**
 * Something that is not as it must be in a storage, an index or an image.
 *
 * @param kind what kind of thing it is, for programs
 * @param content the content that is wrong, or is missing
 * @param where the place in it: a JSON pointer, an entry of a layer, a name; may be empty
 * @param problem what was expected and what was found
 */
public record ContentViolation(Kind kind, Descriptor content, String where, String problem) {
  /** The kinds. */
  public enum Kind {
    /** Content is not there. */
    MISSING,
    /** Content has not the size or the digest it is named by. */
    DIGEST,
    /** A manifest or an index breaks the rules of its format. */
    DOCUMENT,
    /** A config breaks the rules of its format, its history among them (SN-C1 to SN-C7). */
    CONFIG,
    /** A manifest and its config do not name equally many layers (SN-S14). */
    LAYER_COUNT,
    /** The tar of a layer has not the diffID that the config says (LC-D4). */
    DIFF_ID,
    /** A layer cannot be read. */
    LAYER,
    /** A layer can be read, but something in it is not right (LC-M10). */
    LAYER_FINDING,
    /** An index says another platform than the config of the image. */
    PLATFORM,
    /** Content is of a kind that cannot be looked into. */
    UNSUPPORTED
  }

  @Override
  public String toString() {
    return kind + " " + content + (where.isEmpty() ? "" : ", at " + where) + ": " + problem;
  }
}
