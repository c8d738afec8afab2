package dev.imbrex.layers.layer;

import dev.imbrex.manifest.error.MalformedContentException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A part of something stored, which must have all of it. */
final class StoredPart extends FilterInputStream {
  private final Object what;
  private long left;

  private StoredPart(Object what, InputStream in, long size) {
    super(in);
    this.what = what;
    this.left = size;
  }

  /**
   * The next bytes of a stream.
   *
   * @param what the whole, for messages
   * @param in closed by {@link #close} of the result
   * @param size how many bytes there must be at least
   */
  static InputStream of(Object what, InputStream in, long size) {
    return new StoredPart(what, in, size);
  }

  /** Opens a part of a file; the caller closes the stream. */
  static InputStream open(Path file, long offset, long size) throws IOException {
    SeekableByteChannel channel = Files.newByteChannel(file);
    try {
      channel.position(offset);
      return new StoredPart(file, Channels.newInputStream(channel), size);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] single = new byte[1];
    return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (left == 0 || length == 0) {
      return length == 0 ? 0 : -1;
    }
    int read = Streams.readSome(in, bytes, offset, (int) Math.min(length, left));
    if (read < 0) {
      throw new MalformedContentException(
          what.toString(), "", "it ends " + left + " bytes before it should");
    }
    left -= read;
    return read;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = in.skip(Math.min(count, left));
    left -= skipped;
    return skipped;
  }

  @Override
  public int available() {
    return 0;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
