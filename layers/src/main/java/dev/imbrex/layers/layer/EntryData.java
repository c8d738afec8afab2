package dev.imbrex.layers.layer;

import static java.util.Objects.checkFromIndexSize;

import dev.imbrex.layers.tree.Finding;
import dev.imbrex.manifest.error.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The data of one entry, with the holes of a sparse file filled. */
final class EntryData extends InputStream {
  private final TarInput input;
  private final TarPlace place;
  private final long size;
  private final @Nullable SparseMap map;
  private final int padding;

  private long storedRemaining;
  private long position;
  private int segment;
  private boolean isPassed;

  /**
   * The data that stands here.
   *
   * @param size how many bytes it has with its holes
   * @param stored how many bytes of it stand in the archive
   * @param map where those belong, if there are holes
   * @param padding how many bytes fill its last block
   */
  EntryData(
      TarInput input,
      TarPlace place,
      long size,
      long stored,
      @Nullable SparseMap map,
      int padding) {
    this.input = input;
    this.place = place;
    this.size = size;
    this.map = map;
    this.padding = padding;
    storedRemaining = stored;
  }

  /** Passes over what was not read of it, after which it cannot be read. */
  void pass() throws IOException, TarSyntaxException {
    isPassed = true;
    if (input.skip(storedRemaining) < storedRemaining) {
      throw new TarSyntaxException("the archive ends within the data of the entry before");
    }
    if (input.skip(padding) < padding) {
      place.report(Finding.Code.MISSING_PADDING, null, "the data of the last entry is not padded");
    }
  }

  @Override
  public int read() throws IOException {
    byte[] single = new byte[1];
    return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    checkFromIndexSize(offset, length, bytes.length);
    requireReadable();
    if (length == 0) {
      return 0;
    }
    if (position == size) {
      return -1;
    }
    int hole = (int) Math.min(length, holeLength());
    if (hole > 0) {
      Arrays.fill(bytes, offset, offset + hole, (byte) 0);
      position += hole;
      return hole;
    }
    try {
      int read = input.read(bytes, offset, (int) Math.min(length, segmentLength()));
      if (read < 0) {
        throw place.malformed("the archive ends within the data of the entry before");
      }
      position += read;
      storedRemaining -= read;
      return read;
    } catch (IOException | RuntimeException e) {
      place.fail(e);
      throw e;
    }
  }

  /** Takes the bytes from where they are, without a buffer between. */
  @Override
  public long transferTo(OutputStream out) throws IOException {
    if (map != null) {
      return super.transferTo(out);
    }
    requireReadable();
    long wanted = storedRemaining;
    try {
      long transferred = input.transfer(wanted, out);
      position += transferred;
      storedRemaining -= transferred;
      if (transferred < wanted) {
        throw place.malformed("the archive ends within the data of the entry before");
      }
    } catch (IOException | RuntimeException e) {
      place.fail(e);
      throw e;
    }
    return wanted;
  }

  private void requireReadable() throws ImageException {
    place.requireIntact();
    if (isPassed) {
      throw new ImageException("The reader has gone on to another entry");
    }
  }

  private long holeLength() {
    if (map == null) {
      return 0;
    }
    while (segment < map.count() && position >= map.end(segment)) {
      segment++;
    }
    long next = segment < map.count() ? map.start(segment) : size;
    return Math.max(next - position, 0);
  }

  private long segmentLength() {
    return (map == null ? size : map.end(segment)) - position;
  }
}
