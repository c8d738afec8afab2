package dev.imbrex.manifest.document;

import static java.util.Objects.requireNonNull;

import dev.imbrex.manifest.digest.Digest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a document before it is read: where it is from, what it should be.
 *
 * <pre>{@code
 * ParseContext.of("docker.io/library/app:1").withContentType("application/json")
 * }</pre>
 *
 * Immutable.
 */
public final class ParseContext {
  private final String what;
  private final @Nullable Descriptor descriptor;
  private final @Nullable Digest digest;
  private final @Nullable String contentType;
  private final DocumentLimits limits;

  private ParseContext(
      String what,
      @Nullable Descriptor descriptor,
      @Nullable Digest digest,
      @Nullable String contentType,
      DocumentLimits limits) {
    this.what = what;
    this.descriptor = descriptor;
    this.digest = digest;
    this.contentType = contentType;
    this.limits = limits;
  }

  /**
   * Nothing but a name, and the default limits.
   *
   * @param what the reference of the document, or other words that tell people which one it is;
   *     each error names it
   */
  public static ParseContext of(String what) {
    return new ParseContext(requireNonNull(what), null, null, null, DocumentLimits.DEFAULT);
  }

  /**
   * A copy with the descriptor that led to the document. Size and digest are verified with it, and
   * its media type counts before all else that tells the type.
   */
  public ParseContext withDescriptor(Descriptor expected) {
    return new ParseContext(what, requireNonNull(expected), expected.digest(), contentType, limits);
  }

  /** A copy with the digest that led to the document; it is verified. */
  public ParseContext withDigest(Digest expected) {
    return new ParseContext(what, null, requireNonNull(expected), contentType, limits);
  }

  /** A copy with the value of the Content-Type header the document came with. */
  public ParseContext withContentType(String header) {
    return new ParseContext(what, descriptor, digest, requireNonNull(header), limits);
  }

  /** A copy with other limits. */
  public ParseContext withLimits(DocumentLimits newLimits) {
    return new ParseContext(what, descriptor, digest, contentType, requireNonNull(newLimits));
  }

  /** The name of the document in errors. */
  public String what() {
    return what;
  }

  /** The descriptor that led to the document. */
  public Optional<Descriptor> descriptor() {
    return Optional.ofNullable(descriptor);
  }

  /** The digest the document must have. */
  public Optional<Digest> digest() {
    return Optional.ofNullable(digest);
  }

  /** The value of the Content-Type header, as it came. */
  public Optional<String> contentType() {
    return Optional.ofNullable(contentType);
  }

  /** The limits to read with. */
  public DocumentLimits limits() {
    return limits;
  }
}
