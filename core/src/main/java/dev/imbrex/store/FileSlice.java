package dev.imbrex.store;

import dev.imbrex.manifest.error.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file as a stream of its own, which passes over bytes without reading them. Each has a
 * channel of its own: interrupting the thread of one does not close those of others.
 */
final class FileSlice extends InputStream {
  private final SeekableByteChannel channel;
  private final long end;

  /**
   * What a file was like when somebody looked.
   *
   * @param size its size in bytes
   * @param modified when it was changed
   * @param key what tells it from others of the same name, if the file system has such a thing
   */
  record Stamp(long size, Instant modified, @Nullable Object key) {
    static Stamp of(Path file) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(
          attributes.size(), attributes.lastModifiedTime().toInstant(), attributes.fileKey());
    }

    /** Fails if the file has been changed or replaced. */
    void require(Path file) throws IOException {
      if (!equals(of(file))) {
        throw new ImageException(file + " has changed since it was opened");
      }
    }
  }

  private FileSlice(SeekableByteChannel channel, long end) {
    this.channel = channel;
    this.end = end;
  }

  /** Opens a part; it ends early where the file does. */
  static FileSlice open(Path file, long offset, long length) throws IOException {
    SeekableByteChannel channel = Files.newByteChannel(file);
    try {
      long size = channel.size();
      channel.position(Math.min(offset, size));
      return new FileSlice(channel, offset + Math.min(length, Math.max(0, size - offset)));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    long left = end - channel.position();
    if (length == 0 || left <= 0) {
      return length == 0 ? 0 : -1;
    }
    return channel.read(ByteBuffer.wrap(bytes, offset, (int) Math.min(length, left)));
  }

  @Override
  public long skip(long count) throws IOException {
    long position = channel.position();
    long skipped = Math.max(0, Math.min(count, end - position));
    channel.position(position + skipped);
    return skipped;
  }

  @Override
  public int available() throws IOException {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(0, end - channel.position()));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
