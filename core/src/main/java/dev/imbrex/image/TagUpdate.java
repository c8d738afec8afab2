package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import java.util.Objects;
import java.util.Optional;

/**
 * A change of one name, with the condition under which it happens (compare-and-set).
 *
 * @param name the name to change
 * @param condition what the name must stand for at that moment
 * @param target what it is to stand for; empty to delete the name
 */
public record TagUpdate(String name, Condition condition, Optional<Descriptor> target) {
  /**
   * What a name must stand for so that it may change.
   *
   * @param kind which condition
   * @param current the digest wanted by {@link Kind#CURRENTLY}, else empty
   */
  public record Condition(Kind kind, Optional<Digest> current) {
    /** The kinds of condition. */
    public enum Kind {
      /** Whatever it stands for, or if it does not exist. */
      ALWAYS,
      /** Only if it does not exist. */
      ABSENT,
      /** Only if it stands for one certain digest. */
      CURRENTLY
    }

    /** Checks that a digest is given exactly where it is wanted. */
    public Condition {
      if ((kind == Kind.CURRENTLY) != current.isPresent()) {
        throw new IllegalArgumentException("A digest belongs to CURRENTLY alone, not to " + kind);
      }
    }

    /** Whether the condition holds for what a name stands for. */
    public boolean allows(Optional<Descriptor> now) {
      return switch (kind) {
        case ALWAYS -> true;
        case ABSENT -> now.isEmpty();
        case CURRENTLY -> now.map(Descriptor::digest).equals(current);
      };
    }
  }

  private static final Condition ALWAYS = new Condition(Condition.Kind.ALWAYS, Optional.empty());

  /** Refuses null and the empty name. */
  public TagUpdate {
    Objects.requireNonNull(condition);
    Objects.requireNonNull(target);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("A name must not be empty");
    }
  }

  /** Lets a name stand for a target, whatever it stood for. */
  public static TagUpdate set(String name, Descriptor target) {
    return new TagUpdate(name, ALWAYS, Optional.of(target));
  }

  /** Takes a name away, whatever it stands for. */
  public static TagUpdate delete(String name) {
    return new TagUpdate(name, ALWAYS, Optional.empty());
  }

  /** The same change, only if the name does not exist. */
  public TagUpdate ifAbsent() {
    return new TagUpdate(name, new Condition(Condition.Kind.ABSENT, Optional.empty()), target);
  }

  /** The same change, only if the name stands for this digest. */
  public TagUpdate ifCurrently(Digest digest) {
    return new TagUpdate(
        name, new Condition(Condition.Kind.CURRENTLY, Optional.of(digest)), target);
  }
}
