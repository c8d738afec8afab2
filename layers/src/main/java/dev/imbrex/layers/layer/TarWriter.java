package dev.imbrex.layers.layer;

import static java.util.Objects.requireNonNull;

import dev.imbrex.layers.internal.places.OpenPlaces;
import dev.imbrex.layers.internal.places.Placed;
import dev.imbrex.layers.internal.threads.Interruption;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.layers.tree.Whiteout;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes entries as a tar, in the one form that all engines read alike (LC-A39 to LC-A55): plain
 * ustar headers, each preceded by a PAX header only if something does not fit, with names as bytes.
 * The bytes depend on the entries and the {@link TimePolicy} alone.
 *
 * <p>The order is the caller's, except for what cannot be read back: a path stands once, and a hard
 * link follows the entry it names (LC-A22, LC-A38). Belongs to one thread. Once an {@link
 * IOException} came out of the middle of an entry the archive is broken, and nothing more can be
 * written.
 */
public final class TarWriter {
  private static final int BUFFER = BlockSink.BLOCK;
  private static final Progress.Task UNTOLD = Progress.none().start("", 0);
  private static final byte[] ROOT_NAME = {'.', '/'};
  private static final Metadata WHITEOUT = Metadata.ofMode(0644);
  private static final ByteString CAPABILITY = ByteString.of("security.capability");

  private final TimePolicy times;
  private final @Nullable OpenPlaces places;
  private final TarHeader header = new TarHeader();

  /** What was written so far, and whether it is a directory. */
  private final Map<TreePath, Boolean> written = new HashMap<>();

  /** The directory of the last entry, which was not written as anything else. */
  private @Nullable TreePath lastParent;

  private BlockSink out;
  private byte[] buffer = new byte[BUFFER];
  private Progress.Task task = UNTOLD;
  private int position;
  private long drained;
  private long entryCount;
  private long payloadSize;
  private boolean unusable;

  private TarWriter(BlockSink out, TimePolicy times, @Nullable OpenPlaces places) {
    this.out = out;
    this.times = times;
    this.places = places;
  }

  /**
   * Writes to a stream.
   *
   * @param out where the tar goes; never closed
   */
  public static TarWriter to(OutputStream out, TimePolicy times) {
    return new TarWriter(BlockSink.to(requireNonNull(out)), requireNonNull(times), null);
  }

  /** Writes to a sink, and reads contents through places that the caller closes. */
  static TarWriter to(BlockSink out, TimePolicy times, OpenPlaces places) {
    return new TarWriter(out, requireNonNull(times), places);
  }

  /** Gives what comes, and what was not yet given, to another sink. */
  void redirect(BlockSink sink) {
    out = sink;
  }

  /** Bytes have been lost, so that nothing can be written any more. */
  void abandon() {
    unusable = true;
  }

  /**
   * Writes one entry, and for a regular file its content.
   *
   * @throws IllegalArgumentException if the path was written before (LC-A38), lies below a path
   *     that was written as something else than a directory, or is a hard link to a path that was
   *     not written before or is a directory (LC-A22); nothing is written then
   * @throws UnsupportedContentException if a layer cannot hold such an entry: its name starts as a
   *     whiteout's does (LC-A33), or the whiteout's name would be too long; nothing is written then
   * @throws ImageException if a content is shorter or longer than its size (LC-A57)
   * @throws IllegalStateException if an earlier call failed, or the archive is finished
   */
  public void add(LayerEntry entry) throws IOException {
    add(entry, UNTOLD);
  }

  /** Writes one entry, and tells of its content as it is read. */
  void add(LayerEntry entry, Progress.Task task) throws IOException {
    requireNonNull(entry);
    this.task = requireNonNull(task);
    requireUsable();
    Interruption.check();
    if (entry instanceof LayerEntry.Present present) {
      addNode(present.path(), present.node());
    } else if (entry instanceof LayerEntry.Link link) {
      addLink(link);
    } else if (entry instanceof LayerEntry.Removal || entry instanceof LayerEntry.Opaque) {
      addWhiteout(entry);
    } else {
      throw reserved(entry.path());
    }
    entryCount++;
  }

  /**
   * Ends the archive with two zero blocks (LC-A54) and flushes the stream.
   *
   * @throws IllegalStateException if an entry failed, or the archive is finished
   */
  public void finish() throws IOException {
    requireUsable();
    unusable = true;
    zeros(2 * TarFormat.BLOCK);
    drain();
    out.flush();
  }

  /** How many bytes the tar has so far. */
  public long size() {
    return drained + position;
  }

  /** How many entries were written. */
  public long entryCount() {
    return entryCount;
  }

  /** How many bytes of content were written, headers and padding not counted. */
  public long payloadSize() {
    return payloadSize;
  }

  private void addNode(TreePath path, Node node) throws IOException {
    requireOrdinary(path);
    if (path.isRoot() && !node.isDirectory()) {
      throw new IllegalArgumentException("The root cannot be a " + node.kind());
    }
    register(path, node.isDirectory());
    byte[] name = path.toBytes();
    header.reset(typeOf(node), node.isDirectory() ? directoryName(name) : name);
    if (node instanceof Node.Symlink link) {
      header.target = link.target().toBytes();
    } else if (node instanceof Node.Device device) {
      header.major = device.major();
      header.minor = device.minor();
    }
    Metadata metadata = node.metadata();
    header.setMetadata(metadata, times.apply(metadata.mtime()), metadata.xattrs());
    if (node instanceof Node.RegularFile file) {
      header.size = file.content().size();
      putEntry(path, file.content());
    } else {
      putEntry(path, null);
    }
  }

  /**
   * Extended attributes stand with the first name only (LC-A23), but for the capabilities: Docker
   * gives the owner of a link entry to the inode once more, which takes them off, and then sets
   * what the entry has.
   */
  private void addLink(LayerEntry.Link link) throws IOException {
    requireOrdinary(link.path());
    Boolean isDirectory = written.get(link.target());
    if (isDirectory == null || isDirectory) {
      String problem = isDirectory == null ? "was not written before it" : "is a directory";
      throw new IllegalArgumentException(
          "The hard link " + link.path() + " names " + link.target() + ", which " + problem);
    }
    register(link.path(), false);
    header.reset('1', link.path().toBytes());
    header.target = link.target().toBytes();
    Metadata metadata = link.metadata();
    ByteString capability = metadata.xattrs().get(CAPABILITY);
    header.setMetadata(
        metadata,
        times.apply(metadata.mtime()),
        capability == null ? TarHeader.NO_XATTRS : new TreeMap<>(Map.of(CAPABILITY, capability)));
    putEntry(link.path(), null);
  }

  /** All that is not the name is constant (LC-A34). */
  private void addWhiteout(LayerEntry entry) throws IOException {
    TreePath path;
    try {
      path =
          entry instanceof LayerEntry.Opaque
              ? Whiteout.opaqueMarkOf(entry.path())
              : Whiteout.removalOf(entry.path());
    } catch (IllegalArgumentException e) {
      throw new UnsupportedContentException(
          "The name of the whiteout for " + entry.path() + " would be too long", e);
    }
    register(path, false);
    header.reset('0', path.toBytes());
    header.setMetadata(WHITEOUT, Instant.EPOCH, TarHeader.NO_XATTRS);
    putEntry(path, null);
  }

  private void requireUsable() {
    if (unusable) {
      throw new IllegalStateException("The archive is finished, or an entry of it failed");
    }
  }

  private static void requireOrdinary(TreePath path) throws UnsupportedContentException {
    if (Whiteout.hasReservedName(path)) {
      throw reserved(path);
    }
  }

  private static UnsupportedContentException reserved(TreePath path) {
    return new UnsupportedContentException(
        path + " cannot be in a layer: a name starts with .wh. as those of whiteouts do");
  }

  /** A known directory above answers for all that is above it. */
  private void register(TreePath path, boolean isDirectory) {
    if (lastParent == null || !path.isIn(lastParent)) {
      requireDirectoriesAbove(path);
      lastParent = path.isRoot() ? null : path.parent();
    }
    if (written.putIfAbsent(path, isDirectory) != null) {
      throw new IllegalArgumentException(path + " was written already");
    }
  }

  private void requireDirectoriesAbove(TreePath path) {
    TreePath up = path;
    Boolean isAbove = null;
    while (isAbove == null && !up.isRoot()) {
      up = up.parent();
      isAbove = written.get(up);
    }
    if (isAbove != null && !isAbove) {
      throw new IllegalArgumentException(
          path + " lies below " + up + ", which was written as something else than a directory");
    }
  }

  private static char typeOf(Node node) {
    return switch (node.kind()) {
      case REGULAR -> '0';
      case SYMLINK -> '2';
      case CHARACTER_DEVICE -> '3';
      case BLOCK_DEVICE -> '4';
      case DIRECTORY -> '5';
      case FIFO -> '6';
    };
  }

  private static byte[] directoryName(byte[] path) {
    if (path.length == 0) {
      return ROOT_NAME;
    }
    byte[] name = Arrays.copyOf(path, path.length + 1);
    name[path.length] = '/';
    return name;
  }

  private void putEntry(TreePath path, @Nullable FileContent content) throws IOException {
    unusable = true;
    putHeader();
    if (content != null) {
      putContent(path, content, header.size);
    }
    unusable = false;
  }

  private void putHeader() throws IOException {
    PaxRecords records = header.records();
    if (records.length() > 0) {
      reserve(TarFormat.BLOCK);
      TarHeader.encodePax(buffer, position, records.length());
      position += TarFormat.BLOCK;
      putBytes(records.bytes(), records.length());
      zeros(TarFormat.padding(records.length()));
    }
    reserve(TarFormat.BLOCK);
    header.encode(buffer, position);
    position += TarFormat.BLOCK;
  }

  /** Reads straight into the buffer, and one byte more than promised to see the end. */
  private void putContent(TreePath path, FileContent content, long size) throws IOException {
    long remaining = size;
    try (InputStream in = open(content)) {
      while (remaining > 0) {
        reserve(1);
        int room = (int) Math.min(remaining, BUFFER - position);
        int read = Streams.readSome(in, buffer, position, room);
        if (read < 0) {
          throw changed(path, size, size - remaining + " bytes");
        }
        position += read;
        remaining -= read;
        task.advance(read);
      }
      if (in.read() >= 0) {
        throw changed(path, size, "at least " + (size + 1) + " bytes");
      }
    }
    payloadSize += size;
    zeros(TarFormat.padding(size));
  }

  private InputStream open(FileContent content) throws IOException {
    return places != null && content instanceof Placed placed
        ? placed.open(places)
        : content.open();
  }

  private static ImageException changed(TreePath path, long size, String found) {
    return new ImageException(
        "The content of " + path + " changed: expected " + size + " bytes, found " + found);
  }

  private void putBytes(byte[] bytes, int length) throws IOException {
    for (int from = 0; from < length; ) {
      reserve(1);
      int part = Math.min(length - from, BUFFER - position);
      System.arraycopy(bytes, from, buffer, position, part);
      position += part;
      from += part;
    }
  }

  private void zeros(int count) throws IOException {
    reserve(count);
    Arrays.fill(buffer, position, position + count, (byte) 0);
    position += count;
  }

  private void reserve(int bytes) throws IOException {
    if (BUFFER - position < bytes) {
      drain();
    }
  }

  private void drain() throws IOException {
    Interruption.check();
    int length = position;
    position = 0;
    drained += length;
    buffer = out.give(buffer, length);
  }
}
