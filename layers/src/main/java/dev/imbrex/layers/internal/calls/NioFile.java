package dev.imbrex.layers.internal.calls;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;

/** A new file, open for writing. */
final class NioFile extends NioAttributes implements FileHandle {
  private final SeekableByteChannel channel;

  NioFile(NioSystem system, Path file, Shown shown, SeekableByteChannel channel) {
    super(system, file, FileStatus.Type.REGULAR, shown);
    this.channel = channel;
  }

  @Override
  public OutputStream out() {
    return Channels.newOutputStream(channel);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
