package dev.imbrex.registry;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.image.ImageCatalog;
import dev.imbrex.image.Lease;
import dev.imbrex.image.Storage;
import dev.imbrex.image.StorageEntry;
import dev.imbrex.image.StoredBlob;
import dev.imbrex.image.TagResult;
import dev.imbrex.image.TagUpdate;
import dev.imbrex.image.internal.MemoryCatalog;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.digest.VerifiedInputStream;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.manifest.document.Manifest;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.document.ParseContext;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.manifest.reference.Reference;
import dev.imbrex.manifest.reference.Repository;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A storage in a repository of a registry. What is named here is a manifest, and its name is a tag:
 * {@code registry.example.com/team/app:1.0}, or {@code 1.0} alone; where a name is looked up it may
 * be the digest of a manifest.
 *
 * <p>It takes content in and gives it out, moves and lists tags. It cannot list content, so nothing
 * is collected here: registries do that themselves. {@link #deleteManifest}, {@link #deleteTag} and
 * {@link #deleteBlob} delete what the registry lets us. It keeps no parent links, but remembers for
 * as long as it is open what it was told.
 *
 * <p>Blobs go up in one request, or in chunks where {@link HostOptions} say so; a broken download
 * goes on where it was, and so does {@linkplain #copyFrom a copy from another storage}. Large ones
 * come in several parts at once {@linkplain HostOptions#withParallelRanges where wanted}. A stream
 * that is {@linkplain #put put} can be read only once, so that a broken upload of it fails if it is
 * larger than a mebibyte.
 *
 * <p>A name moves under a condition as safely as the registry lets us: within this client one
 * change follows the other; others are kept out only by a registry that knows If-Match.
 *
 * <p>Safe for use by many threads. Closing it leaves its client open.
 */
public final class RegistryStorage implements Storage {
  static final int PAGE = 1_000;

  /** So much is kept in memory to be sent again if need be. */
  private static final int SMALL = 1 << 20;

  private final Repository repository;
  private final RepositoryAccess own;
  private final List<RepositoryAccess> places;
  private final BlobPlaces blobPlaces;
  private final ManifestCache cache = new ManifestCache();
  private final ManifestReader manifests;
  private final FallbackTag fallback;
  private final TagMoves tagMoves;
  private final MemoryCatalog catalog = new MemoryCatalog();
  private volatile boolean closed;

  RegistryStorage(
      Repository repository,
      RepositoryAccess own,
      List<RepositoryAccess> mirrors,
      BlobPlaces blobPlaces,
      ReentrantLock lock) {
    this.repository = repository;
    this.own = own;
    this.places = new ArrayList<>(mirrors);
    this.places.add(own);
    this.blobPlaces = blobPlaces;
    this.manifests = new ManifestReader(repository.toString(), places, cache, own.host().options());
    this.fallback = new FallbackTag(own, lock);
    this.tagMoves = new TagMoves(repository, own, manifests, lock);
  }

  /** The repository. */
  public Repository repository() {
    return repository;
  }

  /** Taking in content, changing and listing names. */
  @Override
  public Set<Capability> capabilities() {
    return EnumSet.of(Capability.WRITE, Capability.TAG, Capability.LIST_NAMES);
  }

  // ---- Content

  /** Asks the registry itself, not its mirrors. */
  @Override
  public boolean exists(Descriptor content) throws IOException {
    requireOpen();
    if (ManifestKinds.isManifest(content.mediaType())) {
      Optional<RepositoryAccess.Head> head = own.headManifest(content.digest().toString());
      return head.isPresent() && fits(head.get().size(), content);
    }
    Optional<OptionalLong> blob = own.headBlob(content.digest(), own.pull());
    return blob.isPresent() && fits(blob.get(), content);
  }

  @Override
  public InputStream open(Descriptor content) throws IOException {
    return verified(openUnverified(content), content);
  }

  /** The bytes as they come; those of manifests are verified already. */
  @Override
  public InputStream openUnverified(Descriptor content) throws IOException {
    requireOpen();
    requireVerifiable(content);
    Optional<byte[]> embedded = content.embeddedContent();
    if (embedded.isPresent()) {
      return new ByteArrayInputStream(embedded.get());
    }
    if (ManifestKinds.isManifest(content.mediaType())) {
      return new ByteArrayInputStream(manifests.read(content));
    }
    try {
      return download(content, 0, content.size());
    } catch (ContentNotFoundException e) {
      if (ManifestKinds.isBlob(content.mediaType()) || content.size() > manifestLimit()) {
        throw e;
      }
      // An entry of an index may be of a type nobody here knows.
      return new ByteArrayInputStream(manifests.find(content).orElseThrow(() -> e));
    }
  }

  @Override
  public InputStream open(Descriptor content, long offset, long length) throws IOException {
    requireOpen();
    if (offset < 0 || length < 0 || offset > content.size()) {
      throw new IllegalArgumentException(
          length + " bytes from " + offset + " of " + content.size() + " bytes");
    }
    long end = length > content.size() - offset ? content.size() : offset + length;
    if (ManifestKinds.isManifest(content.mediaType())) {
      byte[] bytes = manifests.read(content);
      return new ByteArrayInputStream(bytes, (int) offset, (int) (end - offset));
    }
    if (offset == end) {
      if (!exists(content)) {
        throw new ContentNotFoundException("No " + what(content));
      }
      return InputStream.nullInputStream();
    }
    return download(content, offset, end);
  }

  @Override
  public void put(Descriptor descriptor, InputStream content) throws IOException {
    requireOpen();
    requireVerifiable(descriptor);
    if (exists(descriptor)) {
      return;
    }
    boolean manifest = ManifestKinds.isManifest(descriptor.mediaType());
    if (manifest && descriptor.size() > manifestLimit()) {
      throw new LimitExceededException(what(descriptor), "manifestBytes", manifestLimit());
    }
    InputStream verified = verified(content, descriptor);
    if (!manifest && descriptor.size() > SMALL) {
      upload(descriptor, source(() -> new Borrowed(verified), false), Optional.empty());
      return;
    }
    byte[] bytes = verified.readAllBytes();
    if (manifest) {
      putManifest(descriptor.mediaType(), descriptor.digest(), bytes, List.of());
    } else {
      upload(descriptor, source(() -> new ByteArrayInputStream(bytes), true), Optional.empty());
    }
  }

  /**
   * Takes over content of another storage. A blob of another repository of this registry is not
   * sent, where the registry lets us mount it (SN-G21); other blobs are read again where a broken
   * upload makes that necessary. A layer that must not be uploaded is passed over (SN-M15). If the
   * registry refuses a manifest since it lacks parts of it, those are sent, and it is put once more
   * (SN-G23).
   */
  @Override
  public void copyFrom(Storage source, Descriptor content) throws IOException {
    requireOpen();
    requireVerifiable(content);
    if (content.mediaType().isNondistributable()) {
      return;
    }
    if (ManifestKinds.isManifest(content.mediaType())) {
      copyManifest(source, content);
      return;
    }
    if (exists(content)) {
      blobPlaces.saw(content.digest(), own.path());
      return;
    }
    Optional<String> from =
        source.origin() instanceof RegistryStorage other && other.own.host() == own.host()
            ? Optional.of(other.own.path()).filter(path -> !path.equals(own.path()))
            : blobPlaces.besides(content.digest(), own.path());
    upload(content, source(() -> verified(source.openUnverified(content), content), true), from);
  }

  /** What the registry misses, though it said that it had it, is sent once (SN-G23). */
  private void copyManifest(Storage source, Descriptor content) throws IOException {
    byte[] bytes;
    try (InputStream in = source.open(content)) {
      bytes = in.readAllBytes();
    }
    try {
      put(content, new ByteArrayInputStream(bytes));
    } catch (RegistryException e) {
      Optional<Manifest> manifest = parse(content.mediaType(), content.digest(), bytes);
      if (e.kind() != RegistryException.Kind.MANIFEST_BLOB_UNKNOWN || manifest.isEmpty()) {
        throw e;
      }
      for (Descriptor part : manifest.get().references()) {
        if (source.exists(part)) {
          copyFrom(source, part);
        }
      }
      put(content, new ByteArrayInputStream(bytes));
    }
  }

  /**
   * Takes a blob from another repository of the same registry, without any transfer (SN-G21).
   *
   * @return whether the registry did so; if not, nothing has changed
   * @throws IllegalArgumentException if the other repository is of another registry
   */
  public boolean mount(Descriptor blob, Repository from) throws IOException {
    requireOpen();
    if (!from.requireDomain().equals(repository.requireDomain())) {
      throw new IllegalArgumentException(from + " is not of the registry of " + repository);
    }
    Optional<UploadSession> begun =
        UploadSession.begin(own, blob.digest(), Optional.of(from.path()));
    begun.ifPresent(UploadSession::abort);
    return begun.isEmpty();
  }

  @Override
  public BlobWriter write(DigestAlgorithm algorithm) throws IOException {
    requireOpen();
    UploadSession session =
        UploadSession.begin(own, Digest.of(algorithm, new byte[0]), Optional.empty()).orElseThrow();
    return new RegistryBlobWriter(session, new ChunkedUpload(session, own.host()), algorithm);
  }

  // ---- Manifests and tags

  /**
   * Puts a manifest with its own bytes, and lets tags stand for it. What it is made of must be here
   * (SN-G22, SN-G23). If it has a subject and the registry keeps no referrers, it is entered in the
   * index that clients keep in place of that (SN-G26).
   *
   * @throws dev.imbrex.manifest.reference.InvalidReferenceException if a tag is none
   */
  public void put(Manifest manifest, String... tags) throws IOException {
    requireOpen();
    List<String> wanted = List.of(tags);
    wanted.forEach(Reference::requireTag);
    putManifest(manifest.mediaType(), manifest.digest(), manifest.bytes(), wanted);
  }

  /** A tag alone is one of this repository. */
  @Override
  public String fullName(String text) {
    return Reference.isTag(text)
        ? repository.withTag(text).toString()
        : Storage.super.fullName(text);
  }

  @Override
  public Optional<Descriptor> resolve(String name) throws IOException {
    requireOpen();
    Optional<RepositoryName> found = RepositoryName.find(repository, name);
    return found.isEmpty()
        ? Optional.empty()
        : manifests.describe(found.get().text(), found.get().digest().orElse(null));
  }

  /** The tags, in the order of the registry; read page by page, of a thousand each (SN-G24). */
  public List<String> tags() throws IOException {
    requireOpen();
    try {
      return new NameList(own.host(), own.path(), own.path() + "/tags/list", "tags", own.pull())
          .all(PAGE);
    } catch (RegistryException e) {
      if (e.kind() == RegistryException.Kind.NOT_FOUND) {
        // A repository that nothing was pushed to has no tags.
        return List.of();
      }
      throw e;
    }
  }

  /** All tags with what they stand for; each is asked for, which may take its time. */
  @Override
  public List<StorageEntry> entries() throws IOException {
    List<StorageEntry> entries = new ArrayList<>();
    for (String tag : tags()) {
      if (!Reference.isTag(tag)) {
        throw Refusals.protocol(
            new Attempted("GET", own + "/tags/list"),
            "it lists what is no tag: " + Refusals.shown(tag, List.of()));
      }
      Optional<Descriptor> target = manifests.describe(own, tag, null);
      if (target.isPresent()) {
        entries.add(
            new StorageEntry(Optional.of(repository.withTag(tag).toString()), target.get()));
      }
    }
    return List.copyOf(entries);
  }

  @Override
  public List<TagResult> tag(List<TagUpdate> updates) throws IOException {
    requireOpen();
    return tagMoves.move(updates);
  }

  /**
   * What refers to a manifest: signatures, attestations, whatever names it as its subject.
   *
   * @return each once, in the order of the registry
   */
  public List<Descriptor> referrers(Digest subject) throws IOException {
    requireOpen();
    return new ReferrersFinder(own, fallback).find(subject, null);
  }

  /** What refers to a manifest and is an artifact of a type, as {@link #referrers(Digest)}. */
  public List<Descriptor> referrers(Digest subject, MediaType artifactType) throws IOException {
    requireOpen();
    return new ReferrersFinder(own, fallback).find(subject, artifactType);
  }

  // ---- Deleting

  /**
   * Deletes a manifest, and with it all tags that stand for it (SN-G27).
   *
   * @return false if there was none
   * @throws RegistryException of kind {@code UNSUPPORTED} if the registry deletes nothing
   */
  public boolean deleteManifest(Digest digest) throws IOException {
    requireOpen();
    Optional<Descriptor> subject = subjectOf(digest);
    boolean deleted = own.deleteManifest(digest);
    cache.forget(digest);
    if (subject.isPresent()) {
      Digest of = subject.get().digest();
      if (!new ReferrersFinder(own, fallback).isKeptByRegistry(of)) {
        fallback.remove(of, digest);
      }
    }
    return deleted;
  }

  /**
   * Deletes a tag, and leaves what it stands for.
   *
   * @return false if there was none
   * @throws RegistryException of kind {@code UNSUPPORTED} if the registry does not delete tags; see
   *     {@link #deleteTagByManifest}
   */
  public boolean deleteTag(String tag) throws IOException {
    requireOpen();
    return own.deleteTag(Reference.requireTag(tag));
  }

  /**
   * Deletes a tag at a registry that deletes manifests only: lets the tag stand for a new manifest
   * of nothing, and deletes that. Leaves an empty blob behind.
   *
   * @return false if there was none
   */
  public boolean deleteTagByManifest(String tag) throws IOException {
    requireOpen();
    if (own.headManifest(Reference.requireTag(tag)).isEmpty()) {
      return false;
    }
    Descriptor nothing = Descriptor.EMPTY_JSON;
    put(nothing, new ByteArrayInputStream(nothing.embeddedContent().orElseThrow()));
    ImageManifest unique =
        ImageManifest.of(nothing, List.of(nothing))
            .withAnnotation("dev.imbrex.deleted", UUID.randomUUID().toString());
    own.putManifest(tag, unique.bytes(), unique.mediaType(), List.of(), Optional.empty());
    return own.deleteManifest(unique.digest());
  }

  /**
   * Deletes a blob, whoever may need it.
   *
   * @return false if there was none
   */
  public boolean deleteBlob(Digest digest) throws IOException {
    requireOpen();
    return own.deleteBlob(digest);
  }

  // ---- What a registry has not

  /** Not supported: a registry does not tell what it has. */
  @Override
  public List<StoredBlob> blobs() throws IOException {
    requireOpen();
    throw new UnsupportedContentException("Registries do not list their content: " + this);
  }

  /** Not supported: a registry does not tell when content was used; see {@link #deleteManifest}. */
  @Override
  public boolean delete(Digest digest, Instant unlessUsedSince) throws IOException {
    requireOpen();
    throw new UnsupportedContentException(
        "Registries do not delete by the age of content: " + this);
  }

  /** A lease that keeps nothing: what was uploaded stays until the registry collects it. */
  @Override
  public Lease lease() {
    requireOpen();
    Instant since = own.host().options().clock().instant();
    return new Lease() {
      @Override
      public Instant since() {
        return since;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Optional<Instant> oldestLease() {
    requireOpen();
    return Optional.empty();
  }

  /** What was told here while it is open; a registry has no place for it. */
  @Override
  public ImageCatalog catalog() {
    requireOpen();
    return catalog;
  }

  @Override
  public void close() {
    closed = true;
  }

  /** The name of the repository. */
  @Override
  public String toString() {
    return repository.toString();
  }

  private void putManifest(MediaType type, Digest digest, byte[] bytes, List<String> tags)
      throws IOException {
    RepositoryAccess.Put put =
        own.putManifest(digest.toString(), bytes, type, tags, Optional.empty()).orElseThrow();
    cache.keep(digest, bytes);
    for (String tag : tags) {
      if (!put.tags().contains(tag)) {
        own.putManifest(tag, bytes, type, List.of(), Optional.empty());
      }
    }
    if (!put.tookSubject() && type.isManifest()) {
      Optional<Manifest> manifest = parse(type, digest, bytes);
      if (manifest.isPresent() && manifest.get().subject().isPresent()) {
        fallback.add(manifest.get());
      }
    }
  }

  /** A manifest to look into; one that cannot be read is stored as it is, and has no subject. */
  private Optional<Manifest> parse(MediaType type, Digest digest, byte[] bytes) {
    try {
      return Optional.of(
          Manifest.parse(
              bytes,
              ParseContext.of(repository.toString())
                  .withDescriptor(Descriptor.of(type, digest, bytes.length))
                  .withLimits(own.host().options().limits())));
    } catch (ImageException e) {
      return Optional.empty();
    }
  }

  private Optional<Descriptor> subjectOf(Digest digest) throws IOException {
    Optional<Descriptor> found = manifests.describe(own, digest.toString(), digest);
    if (found.isEmpty() || !found.get().mediaType().isManifest()) {
      return Optional.empty();
    }
    Optional<byte[]> bytes = manifests.find(found.get());
    return bytes
        .flatMap(read -> parse(found.get().mediaType(), digest, read))
        .flatMap(Manifest::subject);
  }

  private InputStream download(Descriptor content, long offset, long end) throws IOException {
    List<BlobDownload.Place> from = new ArrayList<>();
    for (RepositoryAccess place : places) {
      from.add((range, etag, once) -> place.getBlob(content.digest(), range, etag, once));
    }
    from.addAll(ForeignUrls.of(content, own.host()));
    int parts = own.host().hostOptions().rangeConnections();
    int partBytes = own.host().hostOptions().rangeBytes();
    if (parts > 1 && offset == 0 && end == content.size() && content.size() > partBytes) {
      return ParallelDownload.open(from, content, what(content), parts, partBytes, own.host());
    }
    return BlobDownload.open(from, content, what(content), offset, end, own.host().repeats());
  }

  private void upload(Descriptor content, UploadSource source, Optional<String> mountFrom)
      throws IOException {
    new BlobUpload(own, content).run(source, mountFrom);
    blobPlaces.saw(content.digest(), own.path());
  }

  private InputStream verified(InputStream in, Descriptor content)
      throws UnsupportedContentException {
    return VerifiedInputStream.of(in, content.size(), content.digest(), what(content));
  }

  /** What opens a stream. */
  @FunctionalInterface
  private interface Opening {
    InputStream open() throws IOException;
  }

  private static UploadSource source(Opening opening, boolean repeatable) {
    return new UploadSource() {
      @Override
      public InputStream open() throws IOException {
        return opening.open();
      }

      @Override
      public boolean isRepeatable() {
        return repeatable;
      }
    };
  }

  private static boolean fits(OptionalLong told, Descriptor content) {
    return told.isEmpty() || told.getAsLong() == content.size();
  }

  private int manifestLimit() {
    return own.host().options().limits().manifestBytes();
  }

  private String what(Descriptor content) {
    return "content " + content.digest() + " in " + repository;
  }

  private void requireVerifiable(Descriptor content) throws UnsupportedContentException {
    if (content.digest().findAlgorithm().isEmpty()) {
      throw new UnsupportedContentException(
          what(content) + " cannot be verified: the algorithm of its digest is not supported");
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The storage of " + repository + " is closed");
    }
  }
}
