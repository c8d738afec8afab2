package dev.imbrex.registry.server;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.InvalidMediaTypeException;
import dev.imbrex.manifest.document.MediaType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the referrers of a subject in a repository (OCI distribution-spec 1.1, "Listing Referrers";
 * SN-T12): manifests and indexes that name it, and what an older client has noted under the
 * fall-back tag ("Unavailable Referrers API").
 */
final class ReferrerList {
  private static final int LONGEST_ALGORITHM = 32;
  private static final int LONGEST_ENCODED = 64;

  private final RepositoryName repository;
  private final Digest subject;
  private final StoredManifests manifests;
  private final BlobLinks links;
  private final Map<Digest, Descriptor> found = new LinkedHashMap<>();

  ReferrerList(
      RepositoryName repository, Digest subject, StoredManifests manifests, BlobLinks links) {
    this.repository = repository;
    this.subject = subject;
    this.manifests = manifests;
    this.links = links;
  }

  /** The referrers among the names of the repository. */
  List<Descriptor> of(List<StorageNames.Name> names) throws IOException {
    String fallback = fallbackTag(subject);
    List<Descriptor> roots = new ArrayList<>();
    for (StorageNames.Name name : names) {
      roots.add(name.target());
    }
    // Entries of a fall-back index that are in no other place are found on the same walk.
    manifests.walk(roots, this::look);
    for (StorageNames.Name name : names) {
      if (name.reference().tag().equals(Optional.of(fallback))) {
        merge(name.target());
      }
    }
    return List.copyOf(found.values());
  }

  private boolean look(Descriptor manifest, ManifestFacts facts) {
    if (facts.subject().equals(Optional.of(subject))
        && !links.isDeleted(repository, manifest.digest())) {
      found.put(manifest.digest(), describe(manifest, facts));
    }
    return true;
  }

  private void merge(Descriptor fallback) throws IOException {
    for (Descriptor entry : manifests.facts(fallback).manifests()) {
      if (!links.isDeleted(repository, entry.digest()) && manifests.exists(entry)) {
        found.putIfAbsent(entry.digest(), describe(entry, manifests.facts(entry)));
      }
    }
  }

  private static Descriptor describe(Descriptor manifest, ManifestFacts facts) {
    Descriptor descriptor = Repositories.plain(manifest);
    if (!facts.annotations().isEmpty()) {
      descriptor = descriptor.withAnnotations(facts.annotations());
    }
    Optional<MediaType> artifactType = facts.artifactType().flatMap(ReferrerList::mediaType);
    return artifactType.isPresent() ? descriptor.withArtifactType(artifactType.get()) : descriptor;
  }

  private static Optional<MediaType> mediaType(String text) {
    try {
      return Optional.of(MediaType.parse(text));
    } catch (InvalidMediaTypeException e) {
      // Free text in a foreign document; a descriptor has no place for it.
      return Optional.empty();
    }
  }

  /** The tag under which clients list referrers where a registry does not (SN-G25). */
  static String fallbackTag(Digest subject) {
    return cut(subject.algorithm(), LONGEST_ALGORITHM)
        + "-"
        + cut(subject.encoded(), LONGEST_ENCODED);
  }

  private static String cut(String text, int length) {
    return text.substring(0, Math.min(length, text.length())).replaceAll("[^A-Za-z0-9._-]", "-");
  }
}
