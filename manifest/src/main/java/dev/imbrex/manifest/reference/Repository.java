package dev.imbrex.manifest.reference;

import static java.util.Objects.requireNonNull;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.reference.InvalidReferenceException.Reason;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The name of a repository: the domain of a registry and a path in it, {@code
 * docker.io/library/ubuntu}. A {@link Reference} is a repository with a tag or a digest or both.
 *
 * <p>Only {@link #parseStrict} makes a repository without a domain, or one whose printed form
 * {@link #parse} reads as something else. Immutable; equal and ordered by the printed form.
 */
public final class Repository implements Comparable<Repository> {
  static final String DEFAULT_DOMAIN = "docker.io";
  static final String LEGACY_DOMAIN = "index.docker.io";
  static final String OFFICIAL_PREFIX = "library/";

  private final @Nullable String domain;
  private final String path;
  private final String text;

  /** Trusts its arguments: the domain and the path follow the grammar. */
  Repository(@Nullable String domain, String path) {
    this.domain = domain;
    this.path = path;
    this.text = domain == null ? path : domain + '/' + path;
  }

  /**
   * Reads a name as a person writes it, and completes it: {@code ubuntu} is {@code
   * docker.io/library/ubuntu} (SN-R8 to SN-R11).
   *
   * @throws InvalidReferenceException as {@link Reference#parse}, and if there is a tag or digest
   */
  public static Repository parse(String text) {
    return onlyRepository(text, Reference.parse(text));
  }

  /**
   * Reads a name as the grammar has it, and adds nothing: {@code ubuntu} has no domain, {@code a/b}
   * is the path {@code b} at the domain {@code a} (SN-R7).
   *
   * @throws InvalidReferenceException as {@link Reference#parseStrict}, and if there is a tag or
   *     digest
   */
  public static Repository parseStrict(String text) {
    return onlyRepository(text, Reference.parseStrict(text));
  }

  /**
   * The repository at a path of a registry, for a caller that knows both. As in {@link #parse}, the
   * domain {@code index.docker.io} becomes {@code docker.io}, where {@code library/} is put before
   * a path of one part.
   *
   * @param domain a host and an optional port, which must read as such: {@code registry} alone
   *     would be taken for the first part of a path, {@code registry:443} is not
   * @throws InvalidReferenceException if the domain or the path is not one
   */
  public static Repository of(String domain, String path) {
    String text = requireNonNull(domain) + '/' + requireNonNull(path);
    if (domain.indexOf('/') >= 0 || !readsAsDomain(domain)) {
      throw new InvalidReferenceException(
          text,
          Reason.INVALID_FORMAT,
          "the domain must hold a '.', a ':' or an upper-case letter, or be localhost");
    }
    return parse(text);
  }

  /** The host and optional port of the registry; empty only after {@link #parseStrict}. */
  public Optional<String> domain() {
    return Optional.ofNullable(domain);
  }

  /**
   * The host and optional port of the registry.
   *
   * @throws IllegalStateException if there is none, which is so only after {@link #parseStrict}
   */
  public String requireDomain() {
    if (domain == null) {
      throw new IllegalStateException("Repository \"" + text + "\" has no domain");
    }
    return domain;
  }

  /** The name within the registry: {@code library/ubuntu}; at most 255 characters. */
  public String path() {
    return path;
  }

  /** The reference to this repository, with neither tag nor digest. */
  public Reference toReference() {
    return new Reference(this, null, null);
  }

  /**
   * The reference to a tag in this repository.
   *
   * @throws InvalidReferenceException if the tag is not one
   */
  public Reference withTag(String tag) {
    return toReference().withTag(tag);
  }

  /**
   * The reference to content in this repository.
   *
   * @throws InvalidReferenceException if the algorithm of the digest is not supported
   */
  public Reference withDigest(Digest digest) {
    return toReference().withDigest(digest);
  }

  /**
   * The name as people say it: without {@code docker.io}, and then without {@code library/} if one
   * part follows (SN-R12). Not every familiar name can be read back; {@link #shortest} can.
   */
  public String familiar() {
    if (!DEFAULT_DOMAIN.equals(domain)) {
      return text;
    }
    return isOfficial() ? path.substring(OFFICIAL_PREFIX.length()) : path;
  }

  /**
   * The shortest name that {@link #parse} reads back to this repository: the familiar one, but with
   * the domain where the familiar one would be taken for another registry or for an image id. A
   * repository that no text for {@code parse} stands for is printed in full.
   */
  public String shortest() {
    return shortest(true);
  }

  String shortest(boolean bare) {
    if (!DEFAULT_DOMAIN.equals(domain) || path.indexOf('/') < 0) {
      return text;
    }
    String familiar = familiar();
    int slash = familiar.indexOf('/');
    boolean misread =
        slash < 0
            ? bare && Grammar.isImageId(familiar)
            : readsAsDomain(familiar.substring(0, slash));
    return misread ? DEFAULT_DOMAIN + '/' + familiar : familiar;
  }

  /** Whether the first part of a name stands for a domain when a person writes it (SN-R9). */
  static boolean readsAsDomain(String first) {
    return first.equals("localhost")
        || first.indexOf('.') >= 0
        || first.indexOf(':') >= 0
        || Grammar.hasUpperCase(first);
  }

  private boolean isOfficial() {
    return path.startsWith(OFFICIAL_PREFIX) && path.indexOf('/', OFFICIAL_PREFIX.length()) < 0;
  }

  private static Repository onlyRepository(String text, Reference reference) {
    if (!reference.isNameOnly()) {
      throw new InvalidReferenceException(
          text, Reason.INVALID_FORMAT, "a repository has neither tag nor digest");
    }
    return reference.repository();
  }

  @Override
  public int compareTo(Repository other) {
    return text.compareTo(other.text);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Repository that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The full name, {@code domain/path}. */
  @Override
  public String toString() {
    return text;
  }
}
