package dev.imbrex.layers.layer;

import dev.imbrex.layers.tree.StreamedContent;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * A regular file as it lies in a layer. It is read when it is asked for: from its place, if the
 * layer is stored plain, else by reading the layer from the checkpoint before it, or up to it. Who
 * wants many files reads them all in one pass over {@link #stream}.
 */
final class LayerFile implements StreamedContent {
  private final LayerContents stream;
  private final long entry;

  /** Where its bytes lie in the tar, or less than 0 if not all of them lie there. */
  private final long offset;

  private final long size;

  /** A file of the layer with these contents; all files of one layer share the object. */
  LayerFile(LayerContents stream, TarEntry entry) {
    this.stream = stream;
    this.entry = entry.index();
    this.offset = entry.dataOffset();
    this.size = entry.size();
  }

  @Override
  public LayerContents stream() {
    return stream;
  }

  @Override
  public boolean isDirect() {
    return offset >= 0 && source().isPlain();
  }

  /** Where its bytes lie in the tar, or less than 0 if not all of them lie there. */
  long offset() {
    return offset;
  }

  /** Which entry of the layer it is, counted from 0. */
  long entry() {
    return entry;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public InputStream open() throws IOException {
    if (isDirect()) {
      return source().open(offset, size);
    }
    if (size == 0) {
      return InputStream.nullInputStream();
    }
    Optional<InputStream> near =
        offset < 0 ? Optional.empty() : stream.openFromCheckpoint(offset, size);
    return near.isPresent() ? near.get() : openBehindOthers();
  }

  /**
   * Its bytes from a reader of the layer, which has not passed it yet.
   *
   * @throws MalformedContentException if it is not where it was
   */
  InputStream find(LayerReader reader) throws IOException {
    TarEntry next = reader.next();
    while (next != null && next.index() < entry) {
      next = reader.next();
    }
    boolean found =
        next != null
            && next.index() == entry
            && next.kind() == TarEntry.Kind.REGULAR
            && next.size() == size;
    if (!found) {
      throw new MalformedContentException(
          source().toString(),
          "entry " + entry,
          "the file of " + size + " bytes that was here is gone; found " + next);
    }
    return reader.data();
  }

  private InputStream openBehindOthers() throws IOException {
    LayerReader reader = stream.openReader();
    try {
      return new FilterInputStream(find(reader)) {
        @Override
        public void close() throws IOException {
          reader.close();
        }
      };
    } catch (IOException | RuntimeException e) {
      try {
        reader.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private LayerSource source() {
    return stream.source();
  }

  /** The same place in the same tar has the same bytes. */
  @Override
  public boolean equals(Object other) {
    return other instanceof LayerFile that
        && entry == that.entry
        && source().tar().equals(that.source().tar());
  }

  @Override
  public int hashCode() {
    return 31 * source().tar().hashCode() + Long.hashCode(entry);
  }

  /** Where it lies, for messages. */
  @Override
  public String toString() {
    return "file of " + size + " bytes at entry " + entry + " of " + source();
  }
}
