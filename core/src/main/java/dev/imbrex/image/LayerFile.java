package dev.imbrex.image;

import dev.imbrex.layers.layer.LayerReader;
import dev.imbrex.layers.layer.TarEntry;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A regular file as it lies in a layer. It is read when it is asked for: from its place, if the
 * layer is stored plain, else by reading the layer up to it.
 */
final class LayerFile implements FileContent {
  private final Layer layer;
  private final long entry;
  private final long offset;
  private final long size;

  LayerFile(Layer layer, TarEntry entry) {
    this.layer = layer;
    this.entry = entry.index();
    this.offset = layer.isPlain() ? entry.dataOffset() : -1;
    this.size = entry.size();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public InputStream open() throws IOException {
    return offset < 0 ? openBehindOthers() : layer.storage().open(layer.descriptor(), offset, size);
  }

  private InputStream openBehindOthers() throws IOException {
    LayerReader reader = layer.read();
    try {
      TarEntry next = reader.next();
      while (next != null && next.index() < entry) {
        next = reader.next();
      }
      if (next == null || next.index() != entry || next.size() != size) {
        throw new MalformedContentException(
            layer.toString(), "entry " + entry, "the file that was here is gone");
      }
      return new FilterInputStream(reader.data()) {
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

  /** The same place in the same tar has the same bytes. */
  @Override
  public boolean equals(Object other) {
    return other instanceof LayerFile that
        && entry == that.entry
        && layer.diffId().equals(that.layer.diffId());
  }

  @Override
  public int hashCode() {
    return 31 * layer.diffId().hashCode() + Long.hashCode(entry);
  }
}
