package dev.imbrex.registry;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.InvalidMediaTypeException;
import dev.imbrex.manifest.document.Manifest;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.document.ParseContext;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.registry.internal.transport.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds what refers to a manifest: by the list the registry keeps, or by the one that clients keep
 * under a tag (OCI distribution-spec 1.1, "Listing Referrers"; SN-G25).
 */
final class ReferrersFinder {
  private final RepositoryAccess repository;
  private final FallbackTag fallback;

  ReferrersFinder(RepositoryAccess repository, FallbackTag fallback) {
    this.repository = repository;
    this.fallback = fallback;
  }

  /** All of them, or those of a type, each once and in the order of the list. */
  List<Descriptor> find(Digest subject, @Nullable MediaType artifactType) throws IOException {
    Optional<List<Descriptor>> listed =
        repository.host().lacksReferrers() ? Optional.empty() : listed(subject, artifactType);
    List<Descriptor> all = listed.isPresent() ? listed.get() : fallback.list(subject);
    Map<Digest, Descriptor> found = new LinkedHashMap<>();
    for (Descriptor descriptor : all) {
      if (artifactType == null
          || descriptor.artifactType().filter(artifactType::equals).isPresent()) {
        found.putIfAbsent(descriptor.digest(), descriptor);
      }
    }
    return List.copyOf(found.values());
  }

  /** Whether the registry itself keeps the referrers. */
  boolean isKeptByRegistry(Digest subject) throws IOException {
    return !repository.host().lacksReferrers() && listed(subject, null).isPresent();
  }

  /** What the registry's list says; empty if it has no such list. */
  private Optional<List<Descriptor>> listed(Digest subject, @Nullable MediaType artifactType)
      throws IOException {
    List<Descriptor> found = new ArrayList<>();
    boolean[] missing = new boolean[1];
    String query =
        artifactType == null
            ? ""
            : "?artifactType=" + RepositoryAccess.encoded(artifactType.toString());
    RegistryCall call =
        RegistryCall.of(
                "GET", repository.path() + "/referrers/" + subject + query, repository.pull())
            .with("Accept", MediaType.OCI_IMAGE_INDEX.toString())
            .accepting(404, 400, 405, 406);
    new Pages(repository.host(), repository.path())
        .readAll(
            call,
            (body, answer, linked) -> {
              if (answer.status() != 200 || !isIndex(answer)) {
                missing[0] = true;
              } else {
                found.addAll(entries(answer, body));
              }
              return Optional.empty();
            });
    if (missing[0]) {
      repository.host().setLacksReferrers();
      return Optional.empty();
    }
    return Optional.of(found);
  }

  private List<Descriptor> entries(Answer answer, byte[] body) throws IOException {
    Attempted attempted = Attempted.of("GET", answer.uri());
    try {
      return Manifest.parse(
              body,
              ParseContext.of("referrers in " + repository)
                  .withContentType(MediaType.OCI_IMAGE_INDEX.toString())
                  .withLimits(repository.host().options().limits()))
          .requireIndex()
          .manifests();
    } catch (ImageException e) {
      throw Refusals.malformed(attempted, e);
    }
  }

  private static boolean isIndex(Answer answer) {
    try {
      return answer
          .header("Content-Type")
          .map(MediaType::fromContentType)
          .filter(MediaType.OCI_IMAGE_INDEX::equals)
          .isPresent();
    } catch (InvalidMediaTypeException e) {
      return false;
    }
  }
}
