package dev.imbrex.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.image.ImageCatalog;
import dev.imbrex.image.ImageRecord;
import dev.imbrex.image.LayerSizes;
import dev.imbrex.image.internal.MemoryCatalog;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The catalog of a layout directory: a file of lines, to which changes are appended, and which is
 * written anew when most of it is outdated.
 *
 * <p>Each line ends in its checksum. A line that a dying process wrote in part is passed over, and
 * the next append begins on a line of its own. What other processes append is read on from where
 * this one stopped; a file written anew shows by another name in its first line.
 */
final class CatalogJournal implements ImageCatalog {
  private static final int COMPACT_FROM_LINES = 1024;

  private final LayoutFiles files;
  private final LayoutLock writing;
  private final ReentrantLock reading = new ReentrantLock();

  // Guarded by reading.
  private MemoryCatalog content = new MemoryCatalog();
  private String header = "";
  private long offset;
  private int lines;

  CatalogJournal(LayoutFiles files, LayoutLock writing) {
    this.files = files;
    this.writing = writing;
  }

  @Override
  public Optional<ImageRecord> find(Digest image) throws IOException {
    return refreshed().find(image);
  }

  @Override
  public List<ImageRecord> all() throws IOException {
    return refreshed().all();
  }

  @Override
  public List<ImageRecord> children(Digest parent) throws IOException {
    return refreshed().children(parent);
  }

  @Override
  public Optional<LayerSizes> layerSizes(DiffId layer) throws IOException {
    return refreshed().layerSizes(layer);
  }

  @Override
  public void record(Collection<ImageRecord> records) throws IOException {
    append(records.stream().map(CatalogLine::of).toList());
  }

  @Override
  public void forget(Collection<Digest> images) throws IOException {
    append(images.stream().map(CatalogLine::forgetting).toList());
  }

  @Override
  public void recordLayers(Map<DiffId, LayerSizes> layers) throws IOException {
    append(
        layers.entrySet().stream()
            .map(layer -> CatalogLine.of(layer.getKey(), layer.getValue()))
            .toList());
  }

  private void append(List<String> added) throws IOException {
    if (added.isEmpty()) {
      return;
    }
    writing.holding(
        () -> {
          MemoryCatalog current = refreshed();
          if (header.isEmpty() || isMostlyOutdated(current, added.size())) {
            rewrite(current);
          }
          try (FileChannel channel =
              FileChannel.open(
                  files.catalog(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long end = channel.size();
            StringBuilder text = new StringBuilder();
            if (!endsInNewline(channel, end)) {
              text.append('\n');
            }
            added.forEach(line -> text.append(line).append('\n'));
            writeAll(channel, text.toString(), end);
            files.force(channel);
          }
          return refreshed();
        });
  }

  private boolean isMostlyOutdated(MemoryCatalog current, int adding) {
    int live = current.size();
    return lines + adding > COMPACT_FROM_LINES && lines + adding > 4L * (live + adding);
  }

  /** Writes what is known into a new file under a new name, in place of the old one. */
  private void rewrite(MemoryCatalog current) throws IOException {
    StringBuilder text = new StringBuilder(CatalogLine.header(UUID.randomUUID())).append('\n');
    current.layers().forEach((diffId, s) -> text.append(CatalogLine.of(diffId, s)).append('\n'));
    current.all().forEach(record -> text.append(CatalogLine.of(record)).append('\n'));
    files.replace(files.catalog(), text.toString().getBytes(UTF_8));
  }

  /** What the file says now. */
  private MemoryCatalog refreshed() throws IOException {
    reading.lock();
    try (FileChannel channel = FileChannel.open(files.catalog(), StandardOpenOption.READ)) {
      String current = readHeader(channel);
      if (!current.equals(header) || channel.size() < offset) {
        content = new MemoryCatalog();
        header = current;
        offset = current.isEmpty() ? 0 : current.length() + 1L;
        lines = 0;
      }
      if (!header.isEmpty() && channel.size() > offset) {
        readOn(channel);
      }
      return content;
    } catch (NoSuchFileException e) {
      content = new MemoryCatalog();
      header = "";
      offset = 0;
      lines = 0;
      return content;
    } finally {
      reading.unlock();
    }
  }

  private void readOn(FileChannel channel) throws IOException {
    byte[] added = read(channel, offset, channel.size() - offset);
    int start = 0;
    List<String> whole = new ArrayList<>();
    for (int i = 0; i < added.length; i++) {
      if (added[i] == '\n') {
        whole.add(new String(added, start, i - start, UTF_8));
        start = i + 1;
      }
    }
    whole.forEach(line -> CatalogLine.apply(line, content));
    offset += start;
    lines += whole.size();
  }

  private static String readHeader(FileChannel channel) throws IOException {
    String start =
        new String(read(channel, 0, Math.min(channel.size(), CatalogLine.HEADER_LENGTH)), UTF_8);
    return CatalogLine.isHeader(start) ? start : "";
  }

  private static byte[] read(FileChannel channel, long from, long length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(length));
    long position = from;
    while (buffer.hasRemaining()) {
      int count = channel.read(buffer, position);
      if (count < 0) {
        break;
      }
      position += count;
    }
    byte[] bytes = new byte[buffer.position()];
    buffer.flip().get(bytes);
    return bytes;
  }

  private static boolean endsInNewline(FileChannel channel, long end) throws IOException {
    byte[] last = read(channel, end - 1, 1);
    return last.length == 1 && last[0] == '\n';
  }

  private static void writeAll(FileChannel channel, String text, long at) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(text.getBytes(UTF_8));
    long position = at;
    while (buffer.hasRemaining()) {
      position += channel.write(buffer, position);
    }
  }
}
