package dev.imbrex.manifest.document;

/**
 * Something about a document that is not as it should be, and did not stop it from being read.
 *
 * @param kind what is wrong, for programs
 * @param message what is wrong, for people; it names the document
 */
public record DocumentWarning(Kind kind, String message) {
  /** What can be wrong. */
  public enum Kind {
    /** The Content-Type it came with is not the type its descriptor says (SN-M3). */
    CONTENT_TYPE_DIFFERS,
    /** The Content-Type it came with is not a media type. */
    CONTENT_TYPE_UNREADABLE,
    /** Nothing told its type; the members it has did. */
    TYPE_TAKEN_FROM_SHAPE
  }
}
