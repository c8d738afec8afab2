package dev.imbrex.manifest.reference;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.InvalidDigestException;
import dev.imbrex.manifest.reference.InvalidReferenceException.Reason;
import org.jspecify.annotations.Nullable;

/** Reads one reference. The two entry points differ only in how they find the domain (SN-R7). */
final class ReferenceParser {
  private static final int MAX_PATH_LENGTH = 255;

  private final String input;
  private final @Nullable String domain;
  private final String path;
  private final @Nullable String tag;
  private final @Nullable String digest;

  /**
   * Splits what follows the domain, or, if {@code domainInside}, what may begin with one.
   *
   * @param input the whole text, for messages
   */
  private ReferenceParser(
      String input, @Nullable String domain, String rest, boolean domainInside) {
    this.input = input;
    int at = rest.indexOf('@');
    this.digest = at < 0 ? null : rest.substring(at + 1);
    String nameAndTag = at < 0 ? rest : rest.substring(0, at);
    int colon = nameAndTag.lastIndexOf(':');
    boolean tagged = colon >= 0 && nameAndTag.indexOf('/', colon) < 0;
    this.tag = tagged ? nameAndTag.substring(colon + 1) : null;
    String name = tagged ? nameAndTag.substring(0, colon) : nameAndTag;
    int slash = domainInside ? name.indexOf('/') : -1;
    if (slash >= 0 && Grammar.isDomain(name.substring(0, slash))) {
      this.domain = name.substring(0, slash);
      this.path = name.substring(slash + 1);
    } else {
      this.domain = domain;
      boolean official = Repository.DEFAULT_DOMAIN.equals(domain) && isOnePart(name);
      this.path = official ? Repository.OFFICIAL_PREFIX + name : name;
    }
  }

  static Reference strict(String input) {
    requireText(input);
    return new ReferenceParser(input, null, input, true).toReference();
  }

  static Reference normalising(String input) {
    requireText(input);
    if (Grammar.isImageId(input)) {
      throw new InvalidReferenceException(
          input,
          Reason.IMAGE_ID,
          "64 hex digits are an image id; put a domain in front if a repository is meant");
    }
    int slash = input.indexOf('/');
    if (slash < 0 || !Repository.readsAsDomain(input.substring(0, slash))) {
      return new ReferenceParser(input, Repository.DEFAULT_DOMAIN, input, false).toReference();
    }
    String first = input.substring(0, slash);
    String domain = first.equals(Repository.LEGACY_DOMAIN) ? Repository.DEFAULT_DOMAIN : first;
    return new ReferenceParser(input, domain, input.substring(slash + 1), false).toReference();
  }

  private static void requireText(String input) {
    if (input.isEmpty()) {
      throw new InvalidReferenceException(input, Reason.EMPTY, "it is empty");
    }
  }

  private static boolean isOnePart(String name) {
    return !name.isEmpty() && name.indexOf('/') < 0;
  }

  private Reference toReference() {
    return new Reference(repository(), checkedTag(), checkedDigest());
  }

  private Repository repository() {
    if (Grammar.hasUpperCase(path)) {
      throw invalid(Reason.UPPER_CASE, "repository name must be lowercase");
    }
    if (domain != null && !Grammar.isDomain(domain)) {
      throw invalidName("what stands before the first slash is no host[:port]");
    }
    if (!Grammar.isPath(path)) {
      throw invalidName("a name is words of a-z and 0-9 joined by '/', '.', '_', '__' or '-'");
    }
    if (path.length() > MAX_PATH_LENGTH) {
      throw invalid(
          Reason.TOO_LONG,
          "the path has " + path.length() + " characters, at most " + MAX_PATH_LENGTH + " may be");
    }
    return new Repository(domain, path);
  }

  private @Nullable String checkedTag() {
    if (tag != null && !Grammar.isTag(tag)) {
      throw invalid(Reason.INVALID_TAG, Reference.TAG_RULE);
    }
    return tag;
  }

  private @Nullable Digest checkedDigest() {
    if (digest == null) {
      return null;
    }
    if (!Grammar.isDigestPart(digest)) {
      throw invalid(
          Reason.INVALID_DIGEST, "after '@' stand an algorithm, ':' and at least 32 hex digits");
    }
    try {
      Digest parsed = Digest.parse(digest);
      parsed.requireAlgorithm();
      return parsed;
    } catch (InvalidDigestException e) {
      throw Reference.invalidDigest(input, e);
    }
  }

  private InvalidReferenceException invalidName(String problem) {
    boolean url = input.contains("://");
    return invalid(
        Reason.INVALID_FORMAT, url ? "a reference is not a URL; leave out the scheme" : problem);
  }

  private InvalidReferenceException invalid(Reason reason, String problem) {
    return new InvalidReferenceException(input, reason, problem);
  }
}
