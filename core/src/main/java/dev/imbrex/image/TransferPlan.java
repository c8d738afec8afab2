package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.DocumentLimits;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.manifest.document.Manifest;
import dev.imbrex.manifest.error.NoMatchingPlatformException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.platform.Platform;
import dev.imbrex.platform.PlatformMatcher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a copy has to bring: the documents it goes through, and the blobs they name. */
final class TransferPlan {
  private static final String ATTESTED = "vnd.docker.reference.digest";

  private final Storage source;
  private final ImageLoader loader;
  private final TransferOptions options;
  private final Map<Digest, Node> documents = new LinkedHashMap<>();
  private final Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
  private final Map<Digest, Descriptor> leftOut = new LinkedHashMap<>();

  /**
   * A document, and those of its references that are copied.
   *
   * @param descriptor as it was referred to
   * @param manifest the document
   * @param kept the references to copy, in order
   */
  record Node(Descriptor descriptor, Manifest manifest, List<Descriptor> kept) {
    boolean isWhole() {
      return kept.size() == manifest.references().size();
    }
  }

  TransferPlan(Storage source, TransferOptions options) {
    this.source = source;
    this.options = options;
    this.loader = new ImageLoader(source, DocumentLimits.DEFAULT, new LayerViews(0));
  }

  /** Adds what a descriptor leads to. */
  void add(Descriptor root) throws IOException {
    if (root.mediaType().isImageManifest()) {
      requirePlatform(root);
    }
    visit(root, 0);
  }

  /** The documents, each after those it names. */
  Collection<Node> documents() {
    return documents.values();
  }

  /** The configs, layers and other content that documents name. */
  Collection<Descriptor> blobs() {
    return blobs.values();
  }

  /** What documents name and nothing brings, not even another document. */
  Collection<Descriptor> leftOut() {
    return leftOut.values().stream()
        .filter(content -> !blobs.containsKey(content.digest()))
        .filter(content -> !documents.containsKey(content.digest()))
        .toList();
  }

  private void visit(Descriptor content, int depth) throws IOException {
    if (!content.mediaType().isManifest()) {
      blobs.putIfAbsent(content.digest(), content);
      return;
    }
    if (documents.containsKey(content.digest())) {
      return;
    }
    loader.requireDepth(content, depth);
    Manifest manifest = loader.manifest(content, "content " + content.digest());
    List<Descriptor> kept = new ArrayList<>();
    for (Descriptor child : wanted(manifest)) {
      if (isLeftOut(manifest, child)) {
        leftOut.putIfAbsent(child.digest(), child);
      } else {
        kept.add(child);
        visit(child, depth + 1);
      }
    }
    documents.put(content.digest(), new Node(content, manifest, kept));
  }

  private boolean isLeftOut(Manifest parent, Descriptor child) throws IOException {
    boolean isForeign = child.mediaType().isNondistributable();
    if (isForeign && options.leavesOutForeign()) {
      return true;
    }
    // A sparse index stays sparse, and layers from elsewhere may never have been here.
    return (isForeign || parent instanceof IndexManifest) && !source.exists(child);
  }

  private List<Descriptor> wanted(Manifest manifest) throws IOException {
    if (options.platforms().isEmpty() || manifest instanceof ImageManifest) {
      return manifest.references();
    }
    Set<Descriptor> chosen = new LinkedHashSet<>();
    List<Choice> choices = new ArrayList<>();
    for (Descriptor entry : manifest.references()) {
      if (entry.mediaType().isIndex()) {
        chosen.add(entry);
      } else if (entry.mediaType().isImageManifest() && !IndexManifest.isAttestation(entry)) {
        choices.add(new Choice(entry, platformOf(entry)));
      }
    }
    for (PlatformMatcher platform : options.platforms()) {
      platform
          .findBest(choices, choice -> choice.platform().orElse(null))
          .ifPresent(choice -> chosen.add(choice.entry()));
    }
    if (chosen.isEmpty()) {
      throw new NoMatchingPlatformException(
          "index " + manifest.digest() + " of " + source,
          options.platforms().toString(),
          choices.stream().flatMap(c -> c.platform().stream()).map(Platform::toString).toList());
    }
    List<Descriptor> wanted = new ArrayList<>();
    for (Descriptor entry : manifest.references()) {
      if (chosen.contains(entry) || isAbout(entry, chosen)) {
        wanted.add(entry);
      } else {
        leftOut.putIfAbsent(entry.digest(), entry);
      }
    }
    return wanted;
  }

  private record Choice(Descriptor entry, Optional<Platform> platform) {}

  /** Attestations go with the image they are about (SN-M10). */
  private static boolean isAbout(Descriptor entry, Set<Descriptor> chosen) {
    return IndexManifest.isAttestation(entry)
        && chosen.stream()
            .anyMatch(image -> image.digest().toString().equals(entry.annotations().get(ATTESTED)));
  }

  private Optional<Platform> platformOf(Descriptor image) throws IOException {
    if (image.platform().isPresent() || !source.exists(image)) {
      return image.platform();
    }
    try {
      return Optional.of(loader.image(image, "image " + image.digest()).platform());
    } catch (UnsupportedContentException e) {
      // An artifact beside the images: it runs nowhere.
      return Optional.empty();
    }
  }

  private void requirePlatform(Descriptor root) throws IOException {
    if (options.platforms().isEmpty()) {
      return;
    }
    Platform platform = loader.image(root, "image " + root.digest()).platform();
    if (options.platforms().stream().noneMatch(wanted -> wanted.matches(platform))) {
      throw new NoMatchingPlatformException(
          "image " + root.digest() + " of " + source,
          options.platforms().toString(),
          List.of(platform.toString()));
    }
  }
}
