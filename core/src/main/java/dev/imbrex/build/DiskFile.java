package dev.imbrex.build;

import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The bytes of a file that was seen to be a regular one, of this size; whoever writes them to a
 * layer fails if there are more or fewer by then.
 */
final class DiskFile implements FileContent {
  private final Path file;
  private final long size;

  DiskFile(Path file, long size) {
    this.file = file;
    this.size = size;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public InputStream open() throws IOException {
    return Channels.newInputStream(channel());
  }

  /** Opens it, for the caller to close. Looks first, for opening a pipe can block (LC-G8). */
  ReadableByteChannel channel() throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new UnsupportedContentException(file + " is no regular file any more");
    }
    try {
      return Files.newByteChannel(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      // Some file systems, as that of zip files, know the option only where they have links.
      return Files.newByteChannel(file);
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
