package dev.imbrex.store;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageIndex;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Storage;
import dev.imbrex.image.Tag;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.reference.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What goes into an archive: images and indexes, each with the names it has there. They may come
 * from several storages, which must be open while the archive is written. Immutable.
 *
 * <pre>{@code
 * ArchiveContents contents =
 *     ArchiveContents.of(store, "app:1.0", "app:latest").with(other, "base:1");
 * }</pre>
 */
public final class ArchiveContents {
  private final List<Item> items;

  /**
   * One thing to save.
   *
   * @param storage where its content is
   * @param root its manifest or index
   * @param names full references with tags
   */
  record Item(Storage storage, Descriptor root, List<String> names) {}

  private ArchiveContents(List<Item> items) {
    this.items = List.copyOf(items);
  }

  /** Nothing; a place to start from. */
  public static ArchiveContents none() {
    return new ArchiveContents(List.of());
  }

  /**
   * What texts stand for in a store. A text that is a name is the name in the archive, too; what is
   * given by a digest or an id has none there.
   *
   * @param texts names, digests or short ids
   * @throws dev.imbrex.manifest.error.ContentNotFoundException if one stands for nothing
   */
  public static ArchiveContents of(ImageStore store, String... texts) throws IOException {
    ArchiveContents contents = none();
    for (String text : texts) {
      Optional<Tag> tag = store.findTag(text);
      Descriptor root = tag.isPresent() ? tag.get().target() : store.requireDescriptor(text);
      List<String> names = tag.map(Tag::name).map(List::of).orElse(List.of());
      contents = contents.with(new Item(store.storage(), root, names));
    }
    return contents;
  }

  /** Everything that has a name in a storage. */
  static ArchiveContents allOf(Storage storage) throws IOException {
    List<Item> items = new ArrayList<>();
    for (var entry : storage.entries()) {
      List<String> names = entry.name().map(List::of).orElse(List.of());
      items.add(new Item(storage, entry.target(), names));
    }
    return new ArchiveContents(items);
  }

  /**
   * The same, and an image.
   *
   * @param names what it is called in the archive; {@code latest} is added to those without tag
   * @throws dev.imbrex.manifest.reference.InvalidReferenceException if one is no reference
   * @throws IllegalArgumentException if one has a digest
   */
  public ArchiveContents with(Image image, String... names) {
    return with(new Item(image.storage(), image.descriptor(), fullNames(names)));
  }

  /** The same, and an index with all of it that is there. */
  public ArchiveContents with(ImageIndex index, String... names) {
    return with(new Item(index.storage(), index.descriptor(), fullNames(names)));
  }

  List<Item> items() {
    return items;
  }

  private ArchiveContents with(Item item) {
    List<Item> more = new ArrayList<>(items);
    more.add(item);
    return new ArchiveContents(more);
  }

  private static List<String> fullNames(String... names) {
    List<String> full = new ArrayList<>(names.length);
    for (String name : names) {
      Reference reference = Reference.parse(name);
      if (reference.digest().isPresent()) {
        throw new IllegalArgumentException("A name in an archive has no digest: \"" + name + "\"");
      }
      full.add(reference.withDefaultTag().toString());
    }
    return List.copyOf(full);
  }
}
