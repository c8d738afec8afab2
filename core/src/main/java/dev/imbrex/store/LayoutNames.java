package dev.imbrex.store;

import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.reference.InvalidReferenceException;
import dev.imbrex.manifest.reference.Reference;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a name stands on an entry of {@code index.json}, and how entries are found by it (SN-S7,
 * SN-S8).
 *
 * <p>A name that is a reference is written twice: in its short form, unique within the layout, as
 * {@code org.opencontainers.image.ref.name}, which skopeo, umoci and podman look for; and in full
 * as {@code io.containerd.image.name}, which containerd and Docker prefer. Any other text is
 * written as the former alone.
 */
final class LayoutNames {
  private static final String REF_NAME = "org.opencontainers.image.ref.name";
  private static final String FULL_NAME = "io.containerd.image.name";

  // An entry whose last name went away stays until collection; this tells it from one that others
  // put into the layout under no name.
  private static final String UNTAGGED = "dev.imbrex.untagged";

  private LayoutNames() {}

  /** The name an entry goes by: in full, if it is a reference. */
  static Optional<String> nameOf(Descriptor entry) {
    String full = entry.annotations().get(FULL_NAME);
    return Optional.ofNullable(full != null ? full : entry.annotations().get(REF_NAME));
  }

  /** Whether it lost its last name here. */
  static boolean isUntagged(Descriptor entry) {
    return nameOf(entry).isEmpty() && entry.annotations().containsKey(UNTAGGED);
  }

  /** The entry under another name, in place of those it had. */
  static Descriptor named(Descriptor entry, String name) {
    Map<String, String> annotations = withoutNames(entry);
    Optional<Reference> reference = fullReference(name);
    annotations.put(REF_NAME, reference.map(Reference::shortest).orElse(name));
    reference.ifPresent(r -> annotations.put(FULL_NAME, r.toString()));
    return entry.withAnnotations(annotations);
  }

  /** The entry as it is without any name. */
  static Descriptor nameless(Descriptor entry) {
    return entry.withAnnotations(withoutNames(entry));
  }

  /** The entry under no name, marked so that collection may take it. */
  static Descriptor untagged(Descriptor entry) {
    Map<String, String> annotations = withoutNames(entry);
    annotations.put(UNTAGGED, "true");
    return entry.withAnnotations(annotations);
  }

  /** Whether an entry says nothing but its name: then it has no use without one. */
  static boolean saysOnlyItsName(Descriptor entry) {
    return withoutNames(entry).isEmpty();
  }

  /**
   * All texts an entry is found by without doubt: those it is written under, and the full form of a
   * reference among them.
   */
  static Set<String> exactNames(Descriptor entry) {
    Set<String> names = new LinkedHashSet<>();
    for (String key : new String[] {FULL_NAME, REF_NAME}) {
      @Nullable String text = entry.annotations().get(key);
      if (text != null) {
        names.add(text);
        // A bare tag is no repository: "latest" alone does not mean docker.io/library/latest.
        fullReference(text).ifPresent(r -> names.add(r.toString()));
      }
    }
    return names;
  }

  /** The tag by which a full reference may find an entry that names no repository at all. */
  static Optional<String> bareTag(Descriptor entry) {
    @Nullable String text = entry.annotations().get(REF_NAME);
    return text != null && !entry.annotations().containsKey(FULL_NAME) && Reference.isTag(text)
        ? Optional.of(text)
        : Optional.empty();
  }

  /** The tag to look for where a name is a full reference. */
  static Optional<String> tagOf(String name) {
    return fullReference(name).flatMap(Reference::tag);
  }

  /** The reference a text is, if it has a repository and a tag. */
  private static Optional<Reference> fullReference(String text) {
    try {
      return Optional.of(Reference.parse(text))
          .filter(r -> r.tag().isPresent() && r.digest().isEmpty());
    } catch (InvalidReferenceException e) {
      return Optional.empty();
    }
  }

  private static Map<String, String> withoutNames(Descriptor entry) {
    Map<String, String> annotations = new LinkedHashMap<>(entry.annotations());
    annotations.remove(REF_NAME);
    annotations.remove(FULL_NAME);
    annotations.remove(UNTAGGED);
    return annotations;
  }
}
