package dev.imbrex.store;

import dev.imbrex.image.StorageEntry;
import dev.imbrex.image.TagResult;
import dev.imbrex.image.TagUpdate;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.DocumentLimits;
import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.manifest.document.Manifest;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.document.ParseContext;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code index.json} of a layout, read, with its names found through a map. Immutable. */
final class LayoutIndex {
  /** The name of the file. */
  static final String NAME = "index.json";

  // A layout may hold very many names; its index is ours to bound, not that of an image.
  private static final DocumentLimits LIMITS =
      DocumentLimits.DEFAULT
          .withManifestBytes(1 << 30)
          .withManifestEntries(2_000_000)
          .withJsonValues(50_000_000);

  private final IndexManifest document;
  private final Map<String, Descriptor> byName = new HashMap<>();
  private final Map<String, Descriptor> byBareTag = new HashMap<>();

  LayoutIndex(IndexManifest document) {
    this.document = document;
    for (Descriptor entry : document.manifests()) {
      LayoutNames.exactNames(entry).forEach(name -> byName.putIfAbsent(name, entry));
      LayoutNames.bareTag(entry).ifPresent(tag -> byBareTag.putIfAbsent(tag, entry));
    }
  }

  /** Reads the file; {@code what} names it in messages. */
  static LayoutIndex parse(byte[] bytes, String what) throws IOException {
    Manifest document =
        Manifest.parse(
            bytes,
            ParseContext.of(what)
                .withContentType(MediaType.OCI_IMAGE_INDEX.toString())
                .withLimits(LIMITS));
    if (document instanceof IndexManifest index) {
      return new LayoutIndex(index);
    }
    throw new MalformedContentException(what, "", "an image index is wanted");
  }

  IndexManifest document() {
    return document;
  }

  /** What a name stands for: by its exact text, else by its tag (SN-S7). */
  Optional<Descriptor> resolve(String name) {
    Descriptor exact = byName.get(name);
    return exact != null ? Optional.of(exact) : LayoutNames.tagOf(name).map(byBareTag::get);
  }

  /** The entries with their names, without those that lost their last one. */
  List<StorageEntry> entries() {
    List<StorageEntry> entries = new ArrayList<>(document.manifests().size());
    for (Descriptor entry : document.manifests()) {
      if (!LayoutNames.isUntagged(entry)) {
        entries.add(new StorageEntry(LayoutNames.nameOf(entry), entry));
      }
    }
    return List.copyOf(entries);
  }

  /** Whether a name stands for content with this digest. */
  boolean hasNamed(Digest digest) {
    return document.manifests().stream()
        .anyMatch(entry -> entry.digest().equals(digest) && LayoutNames.nameOf(entry).isPresent());
  }

  /** The document without the nameless entries for this digest. */
  Optional<IndexManifest> withoutNameless(Digest digest) {
    List<Descriptor> left =
        document.manifests().stream()
            .filter(
                entry -> !entry.digest().equals(digest) || LayoutNames.nameOf(entry).isPresent())
            .toList();
    return left.size() == document.manifests().size()
        ? Optional.empty()
        : Optional.of(document.withManifests(left));
  }

  /** Applies updates in order; the results tell which took effect. */
  Change apply(List<TagUpdate> updates) {
    Editor editor = new Editor();
    List<TagResult> results = new ArrayList<>(updates.size());
    boolean changed = false;
    for (TagUpdate update : updates) {
      Optional<Descriptor> now = editor.find(update.name());
      boolean applied = update.condition().allows(now);
      if (applied) {
        changed |= editor.set(update.name(), now, update.target());
      }
      results.add(new TagResult(update.name(), applied, now));
    }
    return new Change(
        changed ? Optional.of(document.withManifests(editor.entries())) : Optional.empty(),
        List.copyOf(results));
  }

  /**
   * What updates made of the index.
   *
   * @param document the new document; empty if nothing changed
   * @param results one for each update
   */
  record Change(Optional<IndexManifest> document, List<TagResult> results) {}

  /** The entries while names move. Positions stay, so that unmoved entries keep their order. */
  private final class Editor {
    private final List<Optional<Descriptor>> slots = new ArrayList<>();
    private final Map<String, Integer> slotByName = new HashMap<>();
    private final Map<Digest, List<Integer>> slotsByDigest = new HashMap<>();

    Editor() {
      document.manifests().forEach(this::add);
    }

    Optional<Descriptor> find(String name) {
      Integer slot = slotByName.get(name);
      return slot == null ? Optional.empty() : slots.get(slot);
    }

    /** Moves a name; false if it stood for just this already. */
    boolean set(String name, Optional<Descriptor> now, Optional<Descriptor> target) {
      if (now.map(Descriptor::digest).equals(target.map(Descriptor::digest))) {
        return false;
      }
      Integer slot = slotByName.get(name);
      if (slot != null) {
        takeName(slot);
      }
      target.ifPresent(descriptor -> giveName(name, descriptor));
      return true;
    }

    List<Descriptor> entries() {
      return slots.stream().flatMap(Optional::stream).toList();
    }

    private void takeName(int slot) {
      Descriptor entry = slots.get(slot).orElseThrow();
      LayoutNames.exactNames(entry).forEach(name -> slotByName.remove(name, slot));
      boolean others =
          slotsByDigest.getOrDefault(entry.digest(), List.of()).stream()
              .anyMatch(other -> other != slot && slots.get(other).isPresent());
      if (others && LayoutNames.saysOnlyItsName(entry)) {
        slots.set(slot, Optional.empty());
      } else {
        slots.set(slot, Optional.of(LayoutNames.untagged(entry)));
      }
    }

    private void giveName(String name, Descriptor target) {
      for (int slot : slotsByDigest.getOrDefault(target.digest(), List.of())) {
        Optional<Descriptor> entry = slots.get(slot);
        if (entry.isPresent() && LayoutNames.nameOf(entry.get()).isEmpty()) {
          slots.set(slot, Optional.of(LayoutNames.named(entry.get(), name)));
          index(slot);
          return;
        }
      }
      add(LayoutNames.named(target, name));
    }

    private void add(Descriptor entry) {
      slots.add(Optional.of(entry));
      int slot = slots.size() - 1;
      slotsByDigest.computeIfAbsent(entry.digest(), digest -> new ArrayList<>(1)).add(slot);
      index(slot);
    }

    private void index(int slot) {
      LayoutNames.exactNames(slots.get(slot).orElseThrow())
          .forEach(name -> slotByName.putIfAbsent(name, slot));
    }
  }
}
