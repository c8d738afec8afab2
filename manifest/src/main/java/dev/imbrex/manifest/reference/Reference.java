package dev.imbrex.manifest.reference;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.InvalidDigestException;
import dev.imbrex.manifest.reference.InvalidReferenceException.Reason;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The name of an image: {@code [domain/]path[:tag][@digest]} (SN-R1 to SN-R17).
 *
 * <pre>{@code
 * Reference image = Reference.parse("ubuntu");             // docker.io/library/ubuntu
 * image.withDefaultTag().familiar();                       // ubuntu:latest
 * Reference.parse("host:5000/app@sha256:…").repository();  // host:5000/app
 * }</pre>
 *
 * <p>{@link #parse} is for what people write, {@link #parseStrict} for what programs wrote by the
 * bare grammar; the two read {@code a/b} differently. Immutable; equal by the printed form; ordered
 * by name, then tag, then digest, absent ones first.
 */
public final class Reference implements AnyReference, Comparable<Reference> {
  /** The tag of a reference that was given neither tag nor digest, where one is wanted. */
  public static final String DEFAULT_TAG = "latest";

  static final String TAG_RULE =
      "a tag is 1 to 128 letters, digits, '_', '.' and '-', and does not begin with '.' or '-'";

  private static final Comparator<Reference> ORDER =
      comparing(Reference::repository)
          .thenComparing(Reference::tagOrNull, nullsFirst(naturalOrder()))
          .thenComparing(Reference::digestOrNull, nullsFirst(naturalOrder()));

  private final Repository repository;
  private final @Nullable String tag;
  private final @Nullable Digest digest;
  private final String text;

  /** Trusts its arguments: the tag follows the grammar, the algorithm of the digest is known. */
  Reference(Repository repository, @Nullable String tag, @Nullable Digest digest) {
    this.repository = repository;
    this.tag = tag;
    this.digest = digest;
    this.text = repository + suffix();
  }

  /**
   * Reads a reference as a person writes it, and completes its name. Without a slash, or if the
   * first part is neither {@code localhost} nor has a dot, a colon or an upper-case letter, the
   * domain is {@code docker.io}; there, {@code library/} is put before a path of one part; {@code
   * index.docker.io} becomes {@code docker.io} (SN-R8, SN-R9). No tag is added. The repository of
   * the result always has a domain.
   *
   * @throws InvalidReferenceException if the text is not a reference; in particular if it is 64
   *     lower-case hex digits and nothing else (SN-R11)
   */
  public static Reference parse(String text) {
    return ReferenceParser.normalising(text);
  }

  /**
   * Reads a reference as the grammar has it, and adds nothing: {@code ubuntu} has no domain, {@code
   * a/b} is the path {@code b} at the domain {@code a} (SN-R7).
   *
   * @throws InvalidReferenceException if the text is not a reference
   */
  public static Reference parseStrict(String text) {
    return ReferenceParser.strict(text);
  }

  /**
   * Reads a reference whose name must be complete already: what {@link #parse} makes of the text
   * prints as the text (SN-R15).
   *
   * @throws InvalidReferenceException with {@link Reason#NOT_CANONICAL} if it prints otherwise, and
   *     as {@link #parse}
   */
  public static Reference parseCanonical(String text) {
    Reference reference = parse(text);
    if (!reference.text.equals(text)) {
      throw new InvalidReferenceException(
          text, Reason.NOT_CANONICAL, "written in full it is " + reference);
    }
    return reference;
  }

  /**
   * Reads whatever may stand for an image: 64 lower-case hex digits are a sha256 digest, the text
   * of a digest that content can be verified with is that digest, and all else is read by {@link
   * #parse} (SN-R14).
   *
   * @throws InvalidReferenceException as {@link #parse}
   */
  public static AnyReference parseAny(String text) {
    if (Grammar.isImageId(text)) {
      return new DigestReference(Digest.parse("sha256:" + text));
    }
    return findDigest(text).<AnyReference>map(DigestReference::new).orElseGet(() -> parse(text));
  }

  /** Whether text can be a tag (SN-R4). */
  public static boolean isTag(String text) {
    return Grammar.isTag(text);
  }

  /**
   * Returns a tag that follows the grammar (SN-R4).
   *
   * @throws InvalidReferenceException with {@link Reason#INVALID_TAG} if it does not
   */
  public static String requireTag(String text) {
    if (!Grammar.isTag(text)) {
      throw new InvalidReferenceException(text, Reason.INVALID_TAG, TAG_RULE);
    }
    return text;
  }

  /** The name: domain and path. */
  public Repository repository() {
    return repository;
  }

  /** The tag, if there is one. */
  public Optional<String> tag() {
    return Optional.ofNullable(tag);
  }

  @Override
  public Optional<Digest> digest() {
    return Optional.ofNullable(digest);
  }

  /** Whether there is neither tag nor digest. */
  public boolean isNameOnly() {
    return tag == null && digest == null;
  }

  /**
   * This reference with another tag; the digest stays.
   *
   * @throws InvalidReferenceException if the tag is not one
   */
  public Reference withTag(String newTag) {
    return new Reference(repository, requireTag(newTag), digest);
  }

  /**
   * This reference with another digest; the tag stays.
   *
   * @throws InvalidReferenceException with {@link Reason#UNSUPPORTED_DIGEST} if content cannot be
   *     verified with it
   */
  public Reference withDigest(Digest newDigest) {
    try {
      newDigest.requireAlgorithm();
    } catch (InvalidDigestException e) {
      throw invalidDigest(newDigest.toString(), e);
    }
    return new Reference(repository, tag, newDigest);
  }

  /** This reference without its tag. */
  public Reference withoutTag() {
    return tag == null ? this : new Reference(repository, null, digest);
  }

  /** This reference without its digest. */
  public Reference withoutDigest() {
    return digest == null ? this : new Reference(repository, tag, null);
  }

  /** This reference, with the tag {@code latest} if it has neither tag nor digest (SN-R13). */
  public Reference withDefaultTag() {
    return isNameOnly() ? new Reference(repository, DEFAULT_TAG, null) : this;
  }

  /**
   * What Docker fetches for this reference (SN-R13): the digest without the tag where there are
   * both, the tag {@code latest} where there is neither.
   */
  public Reference resolved() {
    return digest == null ? withDefaultTag() : withoutTag();
  }

  /**
   * The reference as people say it: without {@code docker.io}, and then without {@code library/} if
   * one part follows; tag and digest stay (SN-R12). Not every familiar form can be read back;
   * {@link #shortest} can.
   */
  public String familiar() {
    return repository.familiar() + suffix();
  }

  /**
   * The shortest form that {@link #parse} reads back to this reference: the familiar one, but with
   * the domain where the familiar one would be taken for another registry or for an image id
   * (SN-R12). A reference that no text for {@code parse} stands for is printed in full; only {@link
   * #parseStrict} makes such.
   */
  public String shortest() {
    return repository.shortest(isNameOnly()) + suffix();
  }

  /**
   * Whether the familiar form, with or without tag and digest, matches a shell pattern (SN-R16).
   *
   * @throws InvalidReferenceException with {@link Reason#INVALID_PATTERN} as {@link
   *     ReferencePattern#parse}
   */
  public boolean matches(String pattern) {
    return ReferencePattern.parse(pattern).matches(this);
  }

  private static Optional<Digest> findDigest(String text) {
    try {
      return Optional.of(Digest.parse(text)).filter(found -> found.findAlgorithm().isPresent());
    } catch (InvalidDigestException e) {
      return Optional.empty();
    }
  }

  static InvalidReferenceException invalidDigest(String input, InvalidDigestException cause) {
    Reason reason =
        switch (cause.reason()) {
          case MALFORMED -> Reason.INVALID_DIGEST;
          case WRONG_LENGTH -> Reason.WRONG_DIGEST_LENGTH;
          case UNSUPPORTED -> Reason.UNSUPPORTED_DIGEST;
        };
    return new InvalidReferenceException(input, reason, String.valueOf(cause.getMessage()), cause);
  }

  private String suffix() {
    return (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
  }

  private @Nullable String tagOrNull() {
    return tag;
  }

  private @Nullable Digest digestOrNull() {
    return digest;
  }

  @Override
  public int compareTo(Reference other) {
    return ORDER.compare(this, other);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Reference that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The full form: {@code domain/path:tag@digest}, what is absent left out. */
  @Override
  public String toString() {
    return text;
  }
}
