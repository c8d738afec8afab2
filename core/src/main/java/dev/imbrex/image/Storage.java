package dev.imbrex.image;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.DigestMismatchException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The port between images and the world: keeps content by digest and names for it (SN-S1).
 *
 * <p>People hold an {@link ImageStore}; this interface is for those who bring a new place to keep
 * images in. An implementation obeys these rules, which {@code StorageContract} of the test kit
 * checks:
 *
 * <ul>
 *   <li>It is safe for use by many threads. It holds no monitor while it does I/O.
 *   <li>Content becomes visible whole and verified, or not at all: neither a failure nor the death
 *       of the process at any point shows partial content under a digest (SN-S2, SN-S5).
 *   <li>Putting content that is there already succeeds, and counts as a use of it.
 *   <li>A stream that {@link #open(Descriptor)} returns has failed, by the time it would report its
 *       end, if the bytes do not have the promised size and digest (SN-D6).
 *   <li>{@link #tag} reads, compares and writes as one step, across threads and processes: a lost
 *       update is a bug (SN-S4). A name that moved meanwhile is a result, not an exception.
 *   <li>A name is free text; it means the same to {@link #tag}, {@link #resolve} and {@link
 *       #entries}.
 *   <li>What it cannot do it does not claim in {@link #capabilities}, and refuses with {@link
 *       dev.imbrex.manifest.error.UnsupportedContentException}.
 *   <li>After {@link #close} every method throws {@link IllegalStateException}; closing twice does
 *       nothing. Closing releases every handle and lock, and leaves the content.
 * </ul>
 */
public interface Storage extends Closeable {
  /** What a storage may be able to do, beside reading. */
  enum Capability {
    /** Taking in content. */
    WRITE,
    /** Deleting content, and listing it for that purpose. */
    DELETE,
    /** Changing names. */
    TAG,
    /** Listing names. */
    LIST_NAMES,
    /** Keeping parent links and sizes of layers beside the images: {@link #catalog()}. */
    CATALOG
  }

  /** What this storage can do; does not change while it is open. */
  Set<Capability> capabilities();

  /** How layers that are made for this storage are best compressed: gzip, if it does not say. */
  default Compression preferredCompression() {
    return Compression.GZIP;
  }

  /**
   * The name that a text is to be kept as, which people have written: a full reference with a tag,
   * {@code latest} if it has none. A storage may know shorter forms, if it finds them, too.
   *
   * @throws dev.imbrex.manifest.reference.InvalidReferenceException if it is no name
   * @throws IllegalArgumentException if it has a digest
   */
  default String fullName(String text) {
    return NameLookup.storedName(text);
  }

  /**
   * Tells whether content with the descriptor's digest and size is here.
   *
   * @throws IOException if it cannot be found out
   */
  boolean exists(Descriptor content) throws IOException;

  /**
   * Opens content. The caller closes the stream; closing early is no error.
   *
   * @return a stream which, before it reports its end, verifies size and digest, and throws {@link
   *     DigestMismatchException} where they do not fit
   * @throws ContentNotFoundException if no content has this digest
   */
  InputStream open(Descriptor content) throws IOException;

  /**
   * Opens content for somebody who verifies it himself, as {@link #put} does: then no byte needs to
   * be digested twice. The caller closes the stream.
   *
   * @return a stream of the content's size, which need not verify the digest
   * @throws ContentNotFoundException if no content has this digest
   * @throws DigestMismatchException if it has another size
   */
  default InputStream openUnverified(Descriptor content) throws IOException {
    return open(content);
  }

  /**
   * Opens part of some content. A part cannot be verified: the caller must know what to compare it
   * with. The caller closes the stream.
   *
   * @param offset the first byte, from 0 to the content's size
   * @param length how many bytes at most; the stream ends early at the end of the content
   * @throws ContentNotFoundException if no content has this digest
   * @throws IllegalArgumentException if the offset or the length is negative, or the offset lies
   *     beyond the descriptor's size
   */
  InputStream open(Descriptor content, long offset, long length) throws IOException;

  /**
   * Takes in content whose identity is known, whatever its kind. Content which is there already is
   * not read.
   *
   * @param descriptor digest, size and media type of the content
   * @param content the bytes; read to the end, left open
   * @throws DigestMismatchException if the bytes do not fit the descriptor; nothing is kept then
   */
  void put(Descriptor descriptor, InputStream content) throws IOException;

  /**
   * Takes over content of another storage. What is here already is not read, but counts as used.
   *
   * <p>This one opens the content and {@linkplain #put puts} it, which verifies it. A storage
   * overrides it where it can do better than read a stream once: a registry takes the content from
   * another repository of its own without any transfer, and reads again from where a broken upload
   * stopped.
   *
   * @throws ContentNotFoundException if it is in neither storage
   * @throws DigestMismatchException if the bytes do not fit the descriptor; nothing is kept then
   */
  default void copyFrom(Storage source, Descriptor content) throws IOException {
    if (exists(content)) {
      put(content, InputStream.nullInputStream());
      return;
    }
    try (InputStream in = source.openUnverified(content)) {
      put(content, in);
    }
  }

  /**
   * The storage this one is a view of, down to the last; itself if it is none. A copy hands the
   * target a view of its source, which tells of what is read.
   */
  default Storage origin() {
    return this;
  }

  /**
   * Begins to take in a blob whose digest is not known yet. The caller closes the writer; without
   * {@link BlobWriter#commit} nothing is kept.
   */
  BlobWriter write(DigestAlgorithm algorithm) throws IOException;

  /** All content, each digest once, in no particular order. Needs {@link Capability#DELETE}. */
  List<StoredBlob> blobs() throws IOException;

  /**
   * Deletes content, unless a name stands for it, or it was written or used again at or after an
   * instant. An entry that stands for it under no name goes with it.
   *
   * @return whether it is gone by this call
   */
  boolean delete(Digest digest, Instant unlessUsedSince) throws IOException;

  /**
   * Deletes what writers left behind that died before they published anything, if nobody touched it
   * since an instant.
   *
   * @return how many bytes that freed
   */
  default long deleteLeftovers(Instant unlessUsedSince) throws IOException {
    return 0;
  }

  /**
   * Keeps content from being deleted: what is written or used again from now on, until the lease is
   * closed, is not garbage. A lease ends with its process, too.
   */
  Lease lease() throws IOException;

  /** When the oldest lease that is still held began, in this process or in another. */
  Optional<Instant> oldestLease() throws IOException;

  /** What a name stands for now. */
  Optional<Descriptor> resolve(String name) throws IOException;

  /**
   * The top-level entries: each name with what it stands for, and what was put here by others under
   * no name. In a stable order. Needs {@link Capability#LIST_NAMES}.
   */
  List<StorageEntry> entries() throws IOException;

  /**
   * Moves names, all in one step. Each update is judged on its own against what its name stands for
   * at that moment, after the updates before it.
   *
   * @return one result for each update, in order
   * @throws ContentNotFoundException if a target's content is not here; no name moves then
   */
  List<TagResult> tag(List<TagUpdate> updates) throws IOException;

  /** Parent links and other knowledge about images that is not part of them. */
  ImageCatalog catalog();
}
