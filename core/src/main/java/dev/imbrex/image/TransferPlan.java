package dev.imbrex.image;

import dev.imbrex.manifest.digest.DiffId;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a copy has to bring: the documents it goes through, and the blobs they name. */
final class TransferPlan {
  /** The annotation by which an entry of an index says which other entry it is about. */
  static final String ATTESTED = "vnd.docker.reference.digest";

  private final Storage source;
  private final ImageLoader loader;
  private final TransferOptions options;
  private final Map<Digest, Node> documents = new LinkedHashMap<>();
  private final Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
  private final Map<Digest, Descriptor> leftOut = new LinkedHashMap<>();
  private final Map<Digest, Set<DiffId>> diffIds = new HashMap<>();

  /**
   * A document, and those of its references that are copied.
   *
   * @param descriptor as it was referred to
   * @param manifest the document
   * @param kept the references to copy, in order
   */
  record Node(Descriptor descriptor, Manifest manifest, List<Descriptor> kept) {
    Digest digest() {
      return descriptor.digest();
    }

    boolean isWhole() {
      return kept.size() == manifest.references().size();
    }
  }

  TransferPlan(Storage source, TransferOptions options) {
    this.source = source;
    this.options = options;
    this.loader = new ImageLoader(source, DocumentLimits.DEFAULT, new LayerViews(0));
  }

  /**
   * Adds what a descriptor leads to.
   *
   * @throws NoMatchingPlatformException if there is no image for a wanted platform; nothing is
   *     added then
   */
  void add(Descriptor root) throws IOException {
    if (root.mediaType().isImageManifest()) {
      requirePlatform(root);
    }
    visit(root, 0);
  }

  /** Adds what a descriptor leads to, if there is an image for a wanted platform. */
  boolean addIfWanted(Descriptor root) throws IOException {
    try {
      add(root);
      return true;
    } catch (NoMatchingPlatformException e) {
      leftOut.putIfAbsent(root.digest(), root);
      return false;
    }
  }

  /** The documents, each after those it names, and after the one it is about. */
  Collection<Node> documents() {
    Map<Digest, Node> ordered = new LinkedHashMap<>();
    Deque<Node> open = new ArrayDeque<>();
    for (Node root : documents.values()) {
      open.push(root);
      while (!open.isEmpty()) {
        Node node = open.element();
        Optional<Node> before = before(node, ordered.keySet());
        if (before.isPresent()) {
          open.push(before.get());
        } else {
          open.pop();
          ordered.putIfAbsent(node.digest(), node);
        }
      }
    }
    return ordered.values();
  }

  private Optional<Node> before(Node node, Set<Digest> done) {
    return Stream.concat(node.kept().stream(), node.manifest().subject().stream())
        .map(Descriptor::digest)
        .filter(digest -> documents.containsKey(digest) && !done.contains(digest))
        .findFirst()
        .map(documents::get);
  }

  /** The configs, layers and other content that documents name. */
  Collection<Descriptor> blobs() {
    return blobs.values();
  }

  /** What the tar in a layer must be, as the configs of the images it is in say. */
  Set<DiffId> diffIds(Descriptor layer) {
    return diffIds.getOrDefault(layer.digest(), Set.of());
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
    if (options.compression().isPresent() && manifest instanceof ImageManifest image) {
      noteDiffIds(content, image);
    }
    List<Descriptor> kept = new ArrayList<>();
    for (Descriptor child : wanted(manifest, depth)) {
      if (isLeftOut(manifest, child)) {
        leftOut.putIfAbsent(child.digest(), child);
      } else {
        kept.add(child);
        visit(child, depth + 1);
      }
    }
    documents.put(content.digest(), new Node(content, manifest, kept));
  }

  private void noteDiffIds(Descriptor descriptor, ImageManifest manifest) throws IOException {
    if (!manifest.hasImageConfig()) {
      return;
    }
    for (Layer layer :
        loader.image(descriptor, manifest, "image " + descriptor.digest()).layers()) {
      diffIds
          .computeIfAbsent(layer.descriptor().digest(), d -> new LinkedHashSet<>())
          .add(layer.diffId());
    }
  }

  private boolean isLeftOut(Manifest parent, Descriptor child) throws IOException {
    boolean isForeign = child.mediaType().isNondistributable();
    if (isForeign && options.leavesOutForeign()) {
      return true;
    }
    // A sparse index stays sparse, and layers from elsewhere may never have been here.
    return (isForeign || parent instanceof IndexManifest) && !source.exists(child);
  }

  private List<Descriptor> wanted(Manifest manifest, int depth) throws IOException {
    if (options.platforms().isEmpty() || manifest instanceof ImageManifest) {
      return manifest.references();
    }
    List<Choice> choices = choices(manifest);
    Set<Descriptor> chosen = chosen(manifest, choices, depth);
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

  private List<Choice> choices(Manifest index) throws IOException {
    List<Choice> choices = new ArrayList<>();
    for (Descriptor entry : index.references()) {
      if (entry.mediaType().isImageManifest() && !IndexManifest.isAttestation(entry)) {
        choices.add(new Choice(entry, platformOf(entry)));
      }
    }
    return choices;
  }

  private Set<Descriptor> chosen(Manifest index, List<Choice> choices, int depth)
      throws IOException {
    Set<Descriptor> chosen = new LinkedHashSet<>();
    for (Descriptor entry : index.references()) {
      if (entry.mediaType().isIndex() && hasWanted(entry, depth + 1)) {
        chosen.add(entry);
      }
    }
    for (PlatformMatcher platform : options.platforms()) {
      platform
          .findBest(choices, choice -> choice.platform().orElse(null))
          .ifPresent(choice -> chosen.add(choice.entry()));
    }
    return chosen;
  }

  /** Whether an index inside another one has an image for a wanted platform. */
  private boolean hasWanted(Descriptor nested, int depth) throws IOException {
    loader.requireDepth(nested, depth);
    if (!source.exists(nested)) {
      return false;
    }
    Manifest index = loader.manifest(nested, "content " + nested.digest());
    return !chosen(index, choices(index), depth).isEmpty();
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
    String what = "image " + root.digest();
    ImageManifest manifest = loader.manifest(root, what).requireImage();
    if (!manifest.hasImageConfig()) {
      // An artifact runs nowhere, and is about images of any platform.
      return;
    }
    Platform platform = loader.image(root, manifest, what).platform();
    if (options.platforms().stream().noneMatch(wanted -> wanted.matches(platform))) {
      throw new NoMatchingPlatformException(
          what + " of " + source, options.platforms().toString(), List.of(platform.toString()));
    }
  }
}
