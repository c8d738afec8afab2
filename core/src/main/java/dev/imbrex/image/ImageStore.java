package dev.imbrex.image;

import dev.imbrex.image.StoreSnapshot.Known;
import dev.imbrex.image.internal.progress.Asking;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.manifest.config.HistoryRow;
import dev.imbrex.manifest.config.ImageConfig;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.DocumentLimits;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.manifest.error.AmbiguousNameException;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.NoMatchingPlatformException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.manifest.reference.Reference;
import dev.imbrex.platform.PlatformMatcher;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A store of images: finds them by name, digest or short id, names them, relates them to each
 * other, weighs and deletes them. It works the same on every {@link Storage}.
 *
 * <pre>{@code
 * try (ImageStore store = ImageStore.on(LayoutStorage.openOrCreate(directory))) {
 *   Image base = store.require("debian:bookworm");
 *   Image app = ImageBuilder.from(base).layer(l -> l.file("/hello", "Hello\n")).build();
 *   store.tag("app:1", app);
 * }
 * }</pre>
 *
 * <p>A name is a reference with a tag, {@code app:1}; without one it gets the tag {@code latest}.
 * Where a name is looked up, a text is tried as a name the way it stands, as a digest of a
 * manifest, an index or a config, as a reference, and as the beginning of such a digest, in this
 * order; a beginning that fits several images is an {@link
 * dev.imbrex.manifest.error.AmbiguousNameException}.
 *
 * <p>The store keeps no state of its own but what layers say, which never changes: what another
 * thread, store or process does to the storage is seen by the next call. Safe for use by many
 * threads. Closing it closes its storage.
 */
public final class ImageStore implements Closeable {
  private final Storage storage;
  private final Clock clock;
  private final ImageLoader loader;
  private final NameLookup lookup;
  private final LayerMeter meter;
  private final Flights flights = new Flights();

  private ImageStore(Storage storage, Clock clock, LayerViews views) {
    this.storage = storage;
    this.clock = clock;
    this.loader = new ImageLoader(storage, DocumentLimits.DEFAULT, views);
    this.lookup = new NameLookup(storage, loader);
    this.meter = new LayerMeter(storage.catalog(), views);
  }

  /** A store on a storage, which the store closes. */
  public static ImageStore on(Storage storage) {
    return on(storage, Clock.systemUTC());
  }

  /**
   * A store on a storage, which the store closes.
   *
   * @param clock tells when images were last used, and the age of garbage
   */
  public static ImageStore on(Storage storage, Clock clock) {
    return on(storage, clock, LayerViews.DEFAULT_ENTRIES);
  }

  /**
   * A store on a storage, which the store closes.
   *
   * @param clock tells when images were last used, and the age of garbage
   * @param rememberedEntries for how many entries of layers the store remembers what they say, at
   *     about 150 bytes each; 0 for none, 200000 unless told
   */
  public static ImageStore on(Storage storage, Clock clock, int rememberedEntries) {
    return new ImageStore(
        Objects.requireNonNull(storage),
        Objects.requireNonNull(clock),
        new LayerViews(rememberedEntries));
  }

  /** A store on the storage of an image, which remembers the same layers as the image's store. */
  public static ImageStore of(Image image) {
    return new ImageStore(image.storage(), Clock.systemUTC(), image.views());
  }

  /** The storage below. */
  public Storage storage() {
    return storage;
  }

  /** The clock of this store. */
  public Clock clock() {
    return clock;
  }

  // ---- Finding

  /**
   * The image a text stands for. If it stands for an index that has an image for one platform only,
   * it is that image.
   *
   * @throws dev.imbrex.manifest.error.AmbiguousNameException if the text is the beginning of
   *     several ids, or the index has images for several platforms
   * @throws UnsupportedContentException if it stands for something that is no image (SN-S10)
   */
  public Optional<Image> find(String text) throws IOException {
    Optional<Descriptor> found = lookup.find(text);
    return found.isEmpty() ? Optional.empty() : Optional.of(imageOf(found.get(), text));
  }

  /**
   * The image a text stands for, as {@link #find}.
   *
   * @throws ContentNotFoundException if it stands for nothing
   */
  public Image require(String text) throws IOException {
    return imageOf(requireDescriptor(text), text);
  }

  /**
   * The image for a platform. If the text stands for a single image, it must fit, too.
   *
   * @throws dev.imbrex.manifest.error.NoMatchingPlatformException if there is none for it
   * @throws ContentNotFoundException if the text stands for nothing
   */
  public Image require(String text, PlatformMatcher platform) throws IOException {
    Descriptor found = requireDescriptor(text);
    if (found.mediaType().isIndex()) {
      return indexOf(found, text).require(platform);
    }
    Image image = imageOf(found, text);
    if (!platform.matches(image.platform())) {
      throw new NoMatchingPlatformException(
          text, platform.toString(), List.of(image.platform().toString()));
    }
    return image;
  }

  /**
   * The index a text stands for.
   *
   * @throws UnsupportedContentException if it stands for something else
   */
  public Optional<ImageIndex> findIndex(String text) throws IOException {
    Optional<Descriptor> found = lookup.find(text);
    return found.isEmpty() ? Optional.empty() : Optional.of(indexOf(found.get(), text));
  }

  /**
   * The index a text stands for.
   *
   * @throws ContentNotFoundException if it stands for nothing
   * @throws UnsupportedContentException if it stands for something else
   */
  public ImageIndex requireIndex(String text) throws IOException {
    return indexOf(requireDescriptor(text), text);
  }

  /** What a text stands for, whatever it is: an image, an index or content of another kind. */
  public Optional<Descriptor> findDescriptor(String text) throws IOException {
    return lookup.find(text);
  }

  /**
   * What a text stands for, as {@link #findDescriptor}.
   *
   * @throws ContentNotFoundException if it stands for nothing
   */
  public Descriptor requireDescriptor(String text) throws IOException {
    return lookup
        .find(text)
        .orElseThrow(() -> new ContentNotFoundException("No image \"" + text + "\" in " + storage));
  }

  /** The name a text is, in the form the storage keeps it, and what it stands for. */
  public Optional<Tag> findTag(String text) throws IOException {
    Optional<String> name = lookup.storedNameOf(text);
    return name.isEmpty()
        ? Optional.empty()
        : storage.resolve(name.get()).map(target -> new Tag(name.get(), target));
  }

  /** The image with this manifest, which must be in the storage. */
  public Image load(Descriptor manifest) throws IOException {
    return imageOf(manifest, "image " + manifest.digest());
  }

  /** The index with this document, which must be in the storage. */
  public ImageIndex requireIndex(Descriptor index) throws IOException {
    return indexOf(index, "index " + index.digest());
  }

  /**
   * The one image there is: the only entry of the storage, with or without a name (SN-S9).
   *
   * @throws ContentNotFoundException if there is none
   * @throws dev.imbrex.manifest.error.AmbiguousNameException if there are several
   */
  public Image requireOnly() throws IOException {
    Map<Digest, StorageEntry> entries = new LinkedHashMap<>();
    storage.entries().forEach(entry -> entries.putIfAbsent(entry.target().digest(), entry));
    if (entries.isEmpty()) {
      throw new ContentNotFoundException("There is no image in " + storage);
    }
    if (entries.size() > 1) {
      throw new AmbiguousNameException(
          "There are several images in " + storage + "; name one",
          storage.entries().stream()
              .map(entry -> entry.name().orElse(entry.target().digest().toString()))
              .toList());
    }
    StorageEntry only = entries.values().iterator().next();
    return imageOf(only.target(), only.name().orElse("the only image in " + storage));
  }

  /**
   * Takes in the documents of an image whose layers are in the storage already. It gets no name and
   * no link.
   *
   * @throws dev.imbrex.manifest.error.MalformedContentException if the two do not belong together
   * @throws ContentNotFoundException if a layer is not in the storage
   */
  public Image put(ImageManifest manifest, ImageConfig config) throws IOException {
    for (Descriptor layer : manifest.layers()) {
      if (!layer.mediaType().isNondistributable() && !storage.exists(layer)) {
        throw new ContentNotFoundException("No layer " + layer.digest() + " in " + storage);
      }
    }
    Image image = loader.image(manifest.descriptor(), manifest, config, "new image");
    storage.put(manifest.config(), new ByteArrayInputStream(config.bytes()));
    storage.put(image.descriptor(), new ByteArrayInputStream(manifest.bytes()));
    return image;
  }

  /** All images, those inside indexes and the steps on the way to others too. */
  public List<Image> images() throws IOException {
    return load(known -> true);
  }

  // ---- Names

  /** All names, in the order of the storage. */
  public List<Tag> tags() throws IOException {
    List<Tag> tags = new ArrayList<>();
    for (StorageEntry entry : storage.entries()) {
      entry.name().ifPresent(name -> tags.add(new Tag(name, entry.target())));
    }
    return List.copyOf(tags);
  }

  /**
   * The names that are tags of a repository, in the order of the storage: all that a repository
   * alone selects (SN-S15).
   *
   * <pre>{@code
   * try (ImageStore archive = ImageStore.on(DockerArchive.open(file))) {
   *   for (Tag tag : archive.tagsOf("team/app")) {
   *     store.tag(tag.name(), store.add(archive.require(tag.name())));
   *   }
   * }
   * }</pre>
   *
   * @param repository a reference without tag and digest, in full or short, {@code app} for {@code
   *     docker.io/library/app}
   * @throws dev.imbrex.manifest.reference.InvalidReferenceException if it is no reference
   * @throws IllegalArgumentException if it has a tag or a digest
   */
  public List<Tag> tagsOf(String repository) throws IOException {
    Reference wanted = Reference.parse(repository);
    if (!wanted.isNameOnly()) {
      throw new IllegalArgumentException(
          "A repository has no tag and no digest: \"" + repository + "\"");
    }
    return tags().stream().filter(tag -> NameLookup.isIn(wanted.repository(), tag.name())).toList();
  }

  /**
   * Lets a name stand for an image, whatever it stood for.
   *
   * @param name a reference without digest; {@code latest} is added if it has no tag. In a
   *     repository of a registry a tag alone is one, too: {@link Storage#fullName}
   * @return the result, with what the name stood for before
   * @throws dev.imbrex.manifest.reference.InvalidReferenceException if the name is none
   */
  public TagResult tag(String name, Image image) throws IOException {
    return tag(TagUpdate.set(storage.fullName(name), image.descriptor()));
  }

  /** Lets a name stand for an index, as {@link #tag(String, Image)}. */
  public TagResult tag(String name, ImageIndex index) throws IOException {
    return tag(TagUpdate.set(storage.fullName(name), index.descriptor()));
  }

  /**
   * Changes a name under a condition; the name is taken as {@link #tag(String, Image)} takes it.
   *
   * @return whether the condition held, and what the name stood for
   */
  public TagResult tag(TagUpdate update) throws IOException {
    return tag(List.of(update)).get(0);
  }

  /**
   * Changes many names in one step, which is much faster than one by one. Each is judged on its
   * own.
   *
   * @return a result for each, in order
   */
  public List<TagResult> tag(List<TagUpdate> updates) throws IOException {
    List<TagUpdate> stored = new ArrayList<>(updates.size());
    for (TagUpdate update : updates) {
      String name =
          update.target().isPresent()
              ? storage.fullName(update.name())
              : lookup.storedNameOf(update.name()).orElse(update.name());
      stored.add(new TagUpdate(name, update.condition(), update.target()));
    }
    return storage.tag(stored);
  }

  /**
   * Takes a name away; what it stood for stays.
   *
   * @return whether there was such a name
   */
  public boolean untag(String name) throws IOException {
    return tag(TagUpdate.delete(name)).previous().isPresent();
  }

  // ---- Relations

  /** The image this one was made from, if a link tells and it is here. */
  public Optional<Image> parent(Image image) throws IOException {
    return new ParentLinks(this).parent(image);
  }

  /** The images made from this one, first recorded first. */
  public List<Image> children(Image image) throws IOException {
    return new ParentLinks(this).children(image);
  }

  /** The parent, its parent and so on, nearest first. */
  public List<Image> ancestors(Image image) throws IOException {
    return new ParentLinks(this).ancestors(image);
  }

  /** The children, their children and so on, nearest first. */
  public List<Image> descendants(Image image) throws IOException {
    return new ParentLinks(this).descendants(image);
  }

  /** The images nothing was built on. */
  public List<Image> heads() throws IOException {
    return load(known -> known.children().isEmpty());
  }

  /** The images without a name that nothing was built on. */
  public List<Image> dangling() throws IOException {
    return load(Known::isDangling);
  }

  /** The images without a name that others were built on. */
  public List<Image> intermediate() throws IOException {
    return load(Known::isIntermediate);
  }

  /**
   * Says which image another one was made from. An earlier link is replaced.
   *
   * @throws ContentNotFoundException if one of them is not in this store
   * @throws IllegalArgumentException if the link would make a loop
   */
  public void setParent(Image child, Image parent) throws IOException {
    requireHere(child);
    requireHere(parent);
    new ParentLinks(this).set(child, parent);
  }

  /**
   * Keeps the knowledge that an image is in this store, and what it was made from. Builders call it
   * for each image they make; what is known already of the parent stays.
   *
   * @param builtLocally whether it was built here
   */
  public void record(Image image, Optional<Image> parent, boolean builtLocally) throws IOException {
    storage
        .catalog()
        .record(
            List.of(
                new ImageRecord(
                    image.descriptor(),
                    image.id(),
                    parent.map(Image::digest),
                    builtLocally,
                    clock.instant())));
  }

  /**
   * Keeps the knowledge that an image was built here, and by which step.
   *
   * @param step a digest over all that had a say in it but the parent
   */
  public void record(Image image, Optional<Image> parent, Digest step) throws IOException {
    storage
        .catalog()
        .record(
            List.of(
                new ImageRecord(
                    image.descriptor(),
                    image.id(),
                    parent.map(Image::digest),
                    true,
                    clock.instant(),
                    Optional.of(step))));
  }

  /**
   * The image that a step made out of another one here before, the newest of several (SN-B33). Its
   * config and its layers are all there.
   *
   * @param parent the image the step began with; nothing for a step on scratch
   */
  public Optional<Image> findBuilt(Optional<Image> parent, Digest step) throws IOException {
    List<ImageRecord> candidates =
        parent.isPresent()
            ? storage.catalog().children(parent.get().digest())
            : storage.catalog().all();
    Optional<Image> found = Optional.empty();
    for (ImageRecord record : candidates) {
      boolean fits =
          record.step().equals(Optional.of(step))
              && record.parent().equals(parent.map(Image::digest));
      if (fits && storage.exists(record.image())) {
        Image image = load(record.image());
        found = isComplete(image) ? Optional.of(image) : found;
      }
    }
    return found;
  }

  private boolean isComplete(Image image) throws IOException {
    for (Descriptor layer : image.manifest().layers()) {
      if (!layer.mediaType().isNondistributable() && !storage.exists(layer)) {
        return false;
      }
    }
    return true;
  }

  /** The image another one was built on, as far as links, annotations or layers tell (SN-H4). */
  public Optional<BaseImage> findBase(Image image) throws IOException {
    return new BaseFinder(this, loader).find(image);
  }

  // ---- Views

  /**
   * The history of an image, newest first, as {@code docker history} shows it (SN-C10); print it
   * with {@link dev.imbrex.manifest.config.HistoryTable}. Layers whose size nobody knows yet are
   * read once.
   */
  public List<HistoryRow> history(Image image) throws IOException {
    return history(image, Progress.none());
  }

  /**
   * The history of an image, as {@link #history(Image)}.
   *
   * @param progress is told how far each layer is that has to be read
   */
  public List<HistoryRow> history(Image image, Progress progress) throws IOException {
    return Asking.during(
        progress, asked -> new HistoryView(snapshot(), loader, meter).rows(image, asked));
  }

  /**
   * The sizes of a layer. If nobody knows them yet, the layer is read once, and verified.
   *
   * @throws dev.imbrex.manifest.error.DigestMismatchException if it does not fit its diffID
   */
  public LayerSizes sizes(Layer layer) throws IOException {
    return meter.sizes(layer);
  }

  /**
   * The sizes of a layer, as {@link #sizes(Layer)}.
   *
   * @param progress is told how far the layer is read, if it has to be
   * @throws dev.imbrex.manifest.error.DigestMismatchException if it does not fit its diffID
   */
  public LayerSizes sizes(Layer layer, Progress progress) throws IOException {
    return Asking.during(progress, asked -> meter.sizes(layer, asked));
  }

  /** Keeps sizes of layers that somebody measured while writing them. */
  public void recordSizes(Map<DiffId, LayerSizes> sizes) throws IOException {
    storage.catalog().recordLayers(sizes);
  }

  /** All images as a tree. Layers whose size nobody knows yet are read once. */
  public ImageTree tree() throws IOException {
    return tree(Progress.none());
  }

  /**
   * All images as a tree, as {@link #tree()}.
   *
   * @param progress is told how far each layer is that has to be read
   */
  public ImageTree tree(Progress progress) throws IOException {
    return Asking.during(
        progress, asked -> new ImageTreeBuilder(snapshot(), loader, meter, asked).build());
  }

  /** What the images weigh. Layers whose size nobody knows yet are read once. */
  public Footprint footprint() throws IOException {
    return footprint(Progress.none());
  }

  /**
   * What the images weigh, as {@link #footprint()}.
   *
   * @param progress is told how far each layer is that has to be read
   */
  public Footprint footprint(Progress progress) throws IOException {
    return Asking.during(
        progress, asked -> new FootprintCalculator(loader, meter, asked).calculate(snapshot()));
  }

  // ---- Moving and deleting

  /**
   * Brings an image from another store into this one, under no name: its bytes stay as they are, so
   * its digest and id do too. Content that is here already is not copied. Parent links stay behind.
   *
   * @return the same image in this store
   */
  public Image add(Image image) throws IOException {
    return add(image, TransferOptions.defaults());
  }

  /**
   * Brings an image from another store into this one, as {@link #add(Image)}, but converted or
   * compressed anew if the options say so.
   *
   * @return the image in this store, whose id is the same, and whose digest is if nothing changed
   */
  public Image add(Image image, TransferOptions options) throws IOException {
    Image here = load(bring(image.storage(), image.descriptor(), options));
    if (storage.catalog().find(here.digest()).isEmpty()) {
      record(here, Optional.empty(), false);
    }
    return here;
  }

  /**
   * Brings an index from another store into this one with all the images in it that are there, as
   * {@link #add(Image)}.
   */
  public ImageIndex add(ImageIndex index) throws IOException {
    return add(index, TransferOptions.defaults());
  }

  /** Brings an index from another store into this one, or the part of it the options name. */
  public ImageIndex add(ImageIndex index, TransferOptions options) throws IOException {
    return requireIndex(bring(index.storage(), index.descriptor(), options));
  }

  /**
   * Brings everything from another storage that has a name there or stands in its entries, with the
   * names, which move here, and with the parent links between what is brought.
   */
  public TransferReport addAll(Storage source, TransferOptions options) throws IOException {
    TransferReport report = new Transfer(source, storage, flights).copyAll(options);
    List<Image> brought = new ArrayList<>();
    for (Descriptor root : report.roots()) {
      if (root.mediaType().isImageManifest()) {
        String what = "image " + root.digest();
        ImageManifest manifest = loader.manifest(root, what).requireImage();
        // An artifact is content like other content, and made from nothing.
        if (manifest.hasImageConfig()) {
          brought.add(loader.image(root, manifest, what));
        }
      }
    }
    new BroughtLinks(source, this).take(brought, report);
    return report;
  }

  /**
   * Deletes what a text stands for, if it is not in use, as {@link #delete(String, DeleteOptions)}.
   */
  public DeletionReport delete(String text) throws IOException {
    return delete(text, DeleteOptions.DEFAULT);
  }

  /**
   * Deletes what a text stands for (SN-H3). A name is taken away, and if it was the only one and
   * nothing was built on its image, the image goes, too. An image given by digest or id goes, if it
   * has one name at most and nothing was built on it.
   *
   * @throws ContentNotFoundException if the text stands for nothing
   * @throws ImageException if the image is in use; nothing is deleted then
   */
  public DeletionReport delete(String text, DeleteOptions options) throws IOException {
    return new Deletion(this, options).delete(text);
  }

  /**
   * Deletes all content that nothing leads to (SN-S11): no name, no lease, no use within the grace
   * period, and no image built on it. Images without a name that are no step to a named one go.
   *
   * @param grace how long content is kept after its last use; zero or more
   */
  public CollectionReport collect(Duration grace) throws IOException {
    return collect(grace, false);
  }

  /** Finds out what {@link #collect} would delete, and deletes nothing. */
  public CollectionReport collectDryRun(Duration grace) throws IOException {
    return collect(grace, true);
  }

  @Override
  public void close() throws IOException {
    storage.close();
  }

  StoreSnapshot snapshot() throws IOException {
    return StoreSnapshot.of(storage, loader);
  }

  private Descriptor bring(Storage source, Descriptor root, TransferOptions options)
      throws IOException {
    return source == storage && options.equals(TransferOptions.defaults())
        ? root
        : new Transfer(source, storage, flights).copy(root, options).root();
  }

  private CollectionReport collect(Duration grace, boolean dryRun) throws IOException {
    if (grace.isNegative()) {
      throw new IllegalArgumentException("A grace period of " + grace);
    }
    return new Collector(storage, loader).collect(clock.instant().minus(grace), dryRun);
  }

  private List<Image> load(Predicate<Known> wanted) throws IOException {
    List<Image> images = new ArrayList<>();
    for (Known known : snapshot().images()) {
      if (wanted.test(known)) {
        images.add(load(known.descriptor()));
      }
    }
    return List.copyOf(images);
  }

  private Image imageOf(Descriptor found, String text) throws IOException {
    if (found.mediaType().isIndex()) {
      return indexOf(found, text).requireOnly(text);
    }
    if (!found.mediaType().isImageManifest()) {
      throw new UnsupportedContentException(
          text + " is found, but it is no image: its type is " + found.mediaType());
    }
    return loader.image(found, text);
  }

  private ImageIndex indexOf(Descriptor found, String text) throws IOException {
    if (!found.mediaType().isIndex()) {
      throw new UnsupportedContentException(
          text + " is found, but it is no index: its type is " + found.mediaType());
    }
    return ImageIndex.load(storage, loader, found, text);
  }

  private void requireHere(Image image) throws IOException {
    if (!storage.exists(image.descriptor())) {
      throw new ContentNotFoundException(image + " is not in " + storage);
    }
  }
}
