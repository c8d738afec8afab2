package dev.imbrex.store;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.image.StoredBlob;
import dev.imbrex.layers.internal.threads.DigestBehind;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.digest.InvalidDigestException;
import dev.imbrex.manifest.error.DigestMismatchException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The blobs of a layout directory: {@code blobs/<algorithm>/<encoded>}. A blob's modification time
 * tells when it was last used.
 *
 * <p>A blob is deleted by moving it to the trash, looking at its time again, and putting it back if
 * somebody used it meanwhile. So a writer that finds its content here already need only touch it,
 * without any lock: either the touch fails, and the writer writes, or the blob stays.
 */
final class BlobDirectory {
  /** What is digested while the one before it is written. */
  private static final int BLOCK = 1 << 18;

  /** Enough for most configs and manifests. */
  private static final int LITTLE = 1 << 13;

  private final LayoutFiles files;
  private final Clock clock;
  private final Set<Path> beingWritten = ConcurrentHashMap.newKeySet();

  BlobDirectory(LayoutFiles files, Clock clock) {
    this.files = files;
    this.clock = clock;
  }

  /** Where a blob lies. The digest is one that was parsed, so its parts name nothing else. */
  Path path(Digest digest) {
    return files.blobs().resolve(digest.algorithm()).resolve(digest.encoded());
  }

  /** The size of a blob, if it is here. */
  Optional<Long> size(Digest digest) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path(digest), BasicFileAttributes.class);
      return attributes.isRegularFile() ? Optional.of(attributes.size()) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Marks a blob of this size as used now; false if there is none. */
  boolean use(Digest digest, long size) throws IOException {
    Optional<Long> here = size(digest);
    if (here.isEmpty() || here.get() != size) {
      return false;
    }
    try {
      LayoutFiles.touch(path(digest), clock.instant());
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Begins to write a blob, on the thread of the caller alone, however long that takes. */
  BlobWriter write(DigestAlgorithm algorithm) throws IOException {
    return new Writer(algorithm, false);
  }

  /** Begins to write a blob that is there to be read: a thread digests it meanwhile. */
  BlobWriter writeAtOnce(DigestAlgorithm algorithm) throws IOException {
    return new Writer(algorithm, Runtime.getRuntime().availableProcessors() > 1);
  }

  List<StoredBlob> list() throws IOException {
    List<StoredBlob> blobs = new ArrayList<>();
    for (Path algorithm : LayoutFiles.list(files.blobs())) {
      if (Files.isDirectory(algorithm)) {
        for (Path file : LayoutFiles.list(algorithm)) {
          Digest digest = parse(algorithm.getFileName() + ":" + file.getFileName());
          StoredBlob blob = digest == null ? null : describe(file, digest);
          if (blob != null) {
            blobs.add(blob);
          }
        }
      }
    }
    return List.copyOf(blobs);
  }

  boolean delete(Digest digest, Instant unlessUsedSince) throws IOException {
    Path file = path(digest);
    StoredBlob blob = describe(file, digest);
    if (blob == null || !blob.lastUsed().isBefore(unlessUsedSince)) {
      return false;
    }
    Files.createDirectories(files.trash());
    Path trashed = files.trash().resolve(digest.algorithm() + '.' + digest.encoded());
    try {
      files.move(file, trashed);
    } catch (NoSuchFileException e) {
      return false;
    }
    StoredBlob again = describe(trashed, digest);
    if (again != null && !again.lastUsed().isBefore(unlessUsedSince)) {
      files.move(trashed, file);
      return false;
    }
    return Files.deleteIfExists(trashed);
  }

  /** Puts back what a process that died left in the trash: somebody may have used it meanwhile. */
  void restoreTrash() throws IOException {
    for (Path trashed : LayoutFiles.list(files.trash())) {
      Digest digest = digestOfTrashed(trashed);
      if (digest != null && size(digest).isEmpty()) {
        try {
          files.move(trashed, path(digest));
        } catch (NoSuchFileException e) {
          // The process lives, and went on.
        }
      } else {
        Files.deleteIfExists(trashed);
      }
    }
  }

  /** Deletes temporary files that nobody touched since an instant; returns their size. */
  long sweep(Instant unlessUsedSince) throws IOException {
    long bytes = 0;
    for (Path temporary : LayoutFiles.list(files.temporary())) {
      if (beingWritten.contains(temporary)) {
        continue;
      }
      try {
        BasicFileAttributes attributes = Files.readAttributes(temporary, BasicFileAttributes.class);
        if (attributes.lastModifiedTime().toInstant().isBefore(unlessUsedSince)
            && Files.deleteIfExists(temporary)) {
          bytes += attributes.size();
        }
      } catch (NoSuchFileException e) {
        // Its writer finished it.
      }
    }
    return bytes;
  }

  private static @Nullable Digest digestOfTrashed(Path file) {
    // An algorithm may hold dots, the encoded part may not.
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? null : parse(name.substring(0, dot) + ':' + name.substring(dot + 1));
  }

  private static @Nullable Digest parse(String text) {
    try {
      return Digest.parse(text);
    } catch (InvalidDigestException e) {
      // Not a blob; what others put here is not ours.
      return null;
    }
  }

  private static @Nullable StoredBlob describe(Path file, Digest digest) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.isRegularFile()
          ? new StoredBlob(digest, attributes.size(), attributes.lastModifiedTime().toInstant())
          : null;
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private final class Writer extends BlobWriter {
    private final DigestBehind digest;
    private final Path temporary;
    private final FileChannel channel;

    /** What was not written to the file yet. */
    private byte[] block = new byte[LITTLE];

    private int filled;
    private long size;
    private boolean done;

    Writer(DigestAlgorithm algorithm, boolean isParallel) throws IOException {
      this.digest = new DigestBehind(algorithm, BLOCK, isParallel);
      this.temporary = files.newTemporary();
      beingWritten.add(temporary);
      boolean opened = false;
      try {
        this.channel =
            FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        opened = true;
      } finally {
        if (!opened) {
          beingWritten.remove(temporary);
        }
      }
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      requireNotDone();
      int done = 0;
      while (done < length) {
        if (filled == block.length) {
          makeRoom();
        }
        int part = Math.min(length - done, block.length - filled);
        System.arraycopy(bytes, offset + done, block, filled, part);
        filled += part;
        done += part;
      }
      size += length;
    }

    private void makeRoom() throws IOException {
      if (block.length < BLOCK) {
        block = Arrays.copyOf(block, BLOCK);
      } else {
        writeBlock();
        block = digest.exchange();
      }
    }

    private void writeBlock() throws IOException {
      digest.take(block, filled);
      // The digest only reads it, too.
      ByteBuffer buffer = ByteBuffer.wrap(block, 0, filled);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      filled = 0;
    }

    private Digest finish() throws IOException {
      requireNotDone();
      if (filled > 0) {
        writeBlock();
      }
      return digest.finish();
    }

    @Override
    public Digest commit() throws IOException {
      Digest actual = finish();
      publish(actual);
      return actual;
    }

    @Override
    public void commit(Digest expected) throws IOException {
      Digest actual = finish();
      if (!actual.equals(expected)) {
        close();
        throw new DigestMismatchException(
            "Content for " + files.root(), expected.toString(), actual.toString());
      }
      publish(actual);
    }

    @Override
    public void close() throws IOException {
      done = true;
      digest.close();
      try {
        channel.close();
      } finally {
        Files.deleteIfExists(temporary);
        beingWritten.remove(temporary);
      }
    }

    private void publish(Digest digest) throws IOException {
      done = true;
      if (!use(digest, size)) {
        files.force(channel);
        channel.close();
        // The time of use is the clock's, so that leases and files go by one clock.
        LayoutFiles.touch(temporary, clock.instant());
        Path target = path(digest);
        Files.createDirectories(target.getParent());
        files.publish(temporary, target);
      }
      close();
    }

    private void requireNotDone() {
      if (done) {
        throw new IllegalStateException("The blob is committed, or its writer is closed");
      }
    }
  }
}
