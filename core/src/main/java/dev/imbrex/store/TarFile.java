package dev.imbrex.store;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.DecompressingInputStream;
import dev.imbrex.layers.layer.LayerLimits;
import dev.imbrex.layers.layer.TarEntry;
import dev.imbrex.layers.layer.TarReader;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A tar whose files are read where they stand (SN-S22, SN-S23). Its headers are read once, when it
 * is opened; a compressed one is kept in plain form in a temporary file until it is closed. Safe
 * for use by many threads.
 */
final class TarFile implements Closeable {
  private static final int BLOCK = 1 << 18;

  private final String name;
  private final Path plain;
  private final boolean isOurs;
  private final FileSlice.Stamp stamp;
  private final LayerLimits limits;
  private final TarIndex index;

  private TarFile(String name, Path plain, boolean isOurs, LayerLimits limits) throws IOException {
    this.name = name;
    this.plain = plain;
    this.isOurs = isOurs;
    this.limits = limits;
    this.stamp = FileSlice.Stamp.of(plain);
    this.index = new TarIndex(name);
    try (InputStream in = FileSlice.open(plain, 0, stamp.size())) {
      TarReader tar = TarReader.seeking(in, limits, Findings.tolerant());
      for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
        index.add(entry);
      }
    } catch (MalformedContentException e) {
      throw new MalformedContentException(name, e.where(), e.problem(), e);
    }
  }

  /**
   * Opens an archive and reads its headers.
   *
   * @throws MalformedContentException if it is no tar
   * @throws LimitExceededException if it has too many entries, or becomes too large
   */
  static TarFile open(Path file, ArchiveOptions options) throws IOException {
    if (!isCompressed(file)) {
      return new TarFile(file.toString(), file, false, options.limits());
    }
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, file.toString(), options);
    }
  }

  /**
   * Whether an archive has a file of this name. One that is compressed is read as far as that file,
   * and kept nowhere.
   */
  static boolean has(Path file, String name, ArchiveOptions options) throws IOException {
    if (!isCompressed(file)) {
      try (TarFile archive = open(file, options)) {
        return archive.has(name);
      }
    }
    TreePath wanted = TreePath.of(name);
    try (InputStream stored = Files.newInputStream(file);
        InputStream plain =
            DecompressingInputStream.openAny(stored, options.limits().decompression())) {
      TarReader tar = TarReader.of(plain, options.limits(), Findings.tolerant());
      for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
        if (entry.path().equals(wanted)) {
          return true;
        }
      }
      return false;
    } catch (MalformedContentException e) {
      throw new MalformedContentException(file.toString(), e.where(), e.problem(), e);
    }
  }

  /**
   * Takes an archive from a stream, plain or compressed, into a temporary file that lives as long
   * as this.
   *
   * @param in the archive; read to its end, left open
   * @param name what it is called in messages
   */
  static TarFile read(InputStream in, String name, ArchiveOptions options) throws IOException {
    Path plain = spool(in, name, options);
    try {
      return new TarFile(name, plain, true, options.limits());
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(plain);
      throw e;
    }
  }

  /** Whether an entry has this name, or stands below it. */
  boolean has(String name) {
    return index.has(TreePath.of(name));
  }

  /**
   * The file a name leads to, links followed within the archive.
   *
   * @throws MalformedContentException if links lead out of it or in a circle, or if the name stands
   *     there more than once, so that readers differ in which they take
   */
  Optional<ArchivedContent> find(String name) throws MalformedContentException {
    return index.find(name).map(member -> new Content(member));
  }

  /** Which file a name leads to: equal for names that lead to the same one. */
  Optional<TreePath> resolve(String name) throws MalformedContentException {
    return index.find(name).map(TarIndex.Member::path);
  }

  /**
   * Reads a file whole.
   *
   * @throws ContentNotFoundException if it is not there
   */
  byte[] read(String name, long limit) throws IOException {
    Optional<ArchivedContent> content = find(name);
    if (content.isEmpty()) {
      throw new ContentNotFoundException(this.name + " has no file " + name);
    }
    if (content.get().size() > limit) {
      throw new LimitExceededException(name + " in " + this.name, "bytes of a document", limit);
    }
    try (InputStream in = content.get().open()) {
      byte[] bytes = in.readAllBytes();
      if (bytes.length != content.get().size()) {
        throw new MalformedContentException(this.name, name, "the archive ends within it");
      }
      return bytes;
    }
  }

  /** Deletes what was kept in plain form. */
  @Override
  public void close() throws IOException {
    if (isOurs) {
      Files.deleteIfExists(plain);
    }
  }

  /** The file, for messages. */
  @Override
  public String toString() {
    return name;
  }

  private static boolean isCompressed(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Compression.detect(in.readNBytes(Compression.DETECTION_BYTES)) != Compression.NONE;
    }
  }

  private static Path spool(InputStream in, String name, ArchiveOptions options)
      throws IOException {
    Path plain =
        options.temporary().isPresent()
            ? Files.createTempFile(options.temporary().get(), "imbrex", ".tar")
            : Files.createTempFile("imbrex", ".tar");
    boolean complete = false;
    try (OutputStream out = Files.newOutputStream(plain);
        InputStream decompressed =
            DecompressingInputStream.openAny(
                new Uncloseable(in), options.limits().decompression())) {
      byte[] block = new byte[BLOCK];
      for (int read = decompressed.read(block); read >= 0; read = decompressed.read(block)) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("Interrupted while " + name + " is read");
        }
        out.write(block, 0, read);
      }
      complete = true;
      return plain;
    } catch (MalformedContentException e) {
      throw new MalformedContentException(name, e.where(), e.problem(), e);
    } finally {
      if (!complete) {
        Files.deleteIfExists(plain);
      }
    }
  }

  /** Leaves the stream of somebody else open. */
  private static final class Uncloseable extends FilterInputStream {
    Uncloseable(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return in.read(bytes, offset, length);
    }

    @Override
    public void close() {}
  }

  private final class Content implements ArchivedContent {
    private final TarIndex.Member member;

    Content(TarIndex.Member member) {
      this.member = member;
    }

    @Override
    public long size() {
      return member.size();
    }

    @Override
    public InputStream open(long offset, long length) throws IOException {
      stamp.require(plain);
      long wanted = Math.min(length, Math.max(0, member.size() - offset));
      return member.offset() >= 0
          ? FileSlice.open(plain, member.offset() + offset, wanted)
          : new LimitedInputStream(sparse(offset), wanted);
    }

    /** The bytes of a sparse file are not there as such: its holes have to be filled again. */
    private InputStream sparse(long offset) throws IOException {
      InputStream in = FileSlice.open(plain, 0, stamp.size());
      try {
        TarReader tar = TarReader.seeking(in, limits, Findings.tolerant());
        for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
          if (entry.index() == member.index()) {
            tar.data().skipNBytes(offset);
            return new FilterInputStream(tar.data()) {
              @Override
              public void close() throws IOException {
                in.close();
              }
            };
          }
        }
        throw new ImageException(name + " has changed since it was opened");
      } catch (IOException | RuntimeException e) {
        in.close();
        throw e;
      }
    }
  }
}
