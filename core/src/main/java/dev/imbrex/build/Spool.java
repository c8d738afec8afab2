package dev.imbrex.build;

import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.ContentStream;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.StreamedContent;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps contents of compressed layers in a temporary file, so that they can be read in another
 * order than that in which they lie there: each layer is read once. It is also read to its end, and
 * thereby verified, before anything of it goes into a new layer, where nobody could tell any more.
 */
final class Spool implements Closeable {
  private static final int BLOCK = 1 << 18;

  private final Map<StreamedContent, FileContent> kept = new HashMap<>();
  private @Nullable Path file;
  private @Nullable FileChannel channel;
  private long end;

  /**
   * The same entries with contents from here, good until this is closed, in place of those that lie
   * in layers.
   */
  List<LayerEntry> take(List<LayerEntry> entries, Progress progress) throws IOException {
    Map<ContentStream, Set<StreamedContent>> wanted = new LinkedHashMap<>();
    long bytes = 0;
    for (LayerEntry entry : entries) {
      StreamedContent content = streamed(entry);
      if (content != null
          && wanted.computeIfAbsent(content.stream(), s -> new LinkedHashSet<>()).add(content)) {
        bytes += content.size();
      }
    }
    if (wanted.isEmpty()) {
      return entries;
    }
    FileChannel open = open();
    byte[] block = new byte[BLOCK];
    try (Progress.Task task = progress.start("Read files of " + wanted.size() + " layers", bytes)) {
      for (Map.Entry<ContentStream, Set<StreamedContent>> stream : wanted.entrySet()) {
        stream
            .getKey()
            .read(
                stream.getValue(),
                (content, data) -> kept.put(content, copy(data, open, block, task)));
      }
    }
    List<LayerEntry> taken = new ArrayList<>(entries.size());
    entries.forEach(entry -> taken.add(withContent(entry)));
    return taken;
  }

  @Override
  public void close() throws IOException {
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    }
  }

  private FileChannel open() throws IOException {
    if (file == null) {
      file = Files.createTempFile("imbrex", ".spool");
    }
    if (channel == null) {
      channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
    return channel;
  }

  private static @Nullable StreamedContent streamed(LayerEntry entry) {
    return entry instanceof LayerEntry.Present present
            && present.node() instanceof Node.RegularFile file
            && file.content() instanceof StreamedContent content
        ? content
        : null;
  }

  private FileContent copy(InputStream data, FileChannel open, byte[] block, Progress.Task task)
      throws IOException {
    long start = end;
    int read = data.read(block, 0, BLOCK);
    while (read >= 0) {
      ByteBuffer waiting = ByteBuffer.wrap(block, 0, read);
      while (waiting.hasRemaining()) {
        end += open.write(waiting, end);
      }
      task.advance(read);
      read = data.read(block, 0, BLOCK);
    }
    return new Kept(open, start, end - start);
  }

  private LayerEntry withContent(LayerEntry entry) {
    StreamedContent content = streamed(entry);
    if (content == null || !(entry instanceof LayerEntry.Present present)) {
      return entry;
    }
    FileContent here = Objects.requireNonNull(kept.get(content));
    return new LayerEntry.Present(
        present.path(), new Node.RegularFile(present.node().metadata(), here));
  }

  /** A content kept. */
  private record Kept(FileChannel channel, long start, long size) implements FileContent {
    @Override
    public InputStream open() {
      return new Region(channel, start, size);
    }
  }

  /** Reads part of the file. */
  private static final class Region extends InputStream {
    private final FileChannel channel;
    private long position;
    private final long end;

    Region(FileChannel channel, long start, long size) {
      this.channel = channel;
      this.position = start;
      this.end = start + size;
    }

    @Override
    public int read() throws IOException {
      byte[] single = new byte[1];
      return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (position == end) {
        return -1;
      }
      int most = (int) Math.min(length, end - position);
      int read = channel.read(ByteBuffer.wrap(bytes, offset, most), position);
      if (read < 0) {
        throw new EOFException("The temporary file was cut");
      }
      position += read;
      return read;
    }
  }
}
