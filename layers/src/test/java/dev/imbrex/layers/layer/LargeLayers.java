package dev.imbrex.layers.layer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.disk.DirectoryWriter;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What takes a large layer, to be run in a process with a small heap. */
final class LargeLayers {
  private LargeLayers() {}

  /**
   * Runs one of the two.
   *
   * @param arguments {@code file}, how many bytes, and a directory to work in; or {@code entries}
   *     and how many
   */
  public static void main(String[] arguments) throws IOException {
    long count = Long.parseLong(arguments[1]);
    if (arguments[0].equals("file")) {
      throughADisk(count, Path.of(arguments[2]));
    } else {
      index(count);
    }
  }

  /** Writes a layer of one file, reads it, extracts it and compares what is on the disk. */
  private static void throughADisk(long size, Path directory) throws IOException {
    Path stored = directory.resolve("layer.tar.gz");
    Content content = Content.stream(size, () -> new Pattern(size));
    Node file = new Node.RegularFile(Metadata.forFile(), content);
    List<LayerEntry> layer = List.of(LayerEntry.of(TreePath.of("large"), file));
    LayerOptions options = LayerOptions.defaults().withCompression(Compression.GZIP);
    LayerSummary written;
    try (OutputStream out = Files.newOutputStream(stored)) {
      written = LayerWriter.write(layer, options, out);
    }
    require(written.payloadSize() == size, "written: " + written);
    LayerSummary read;
    try (LayerReader reader = LayerReader.open(Files.newInputStream(stored))) {
      read = reader.summary();
    }
    require(read.equals(written), written + " was written, " + read + " was read");
    Path target = directory.resolve("files");
    DirectoryWriter.write(TarTree.read(stored), target, ExtractOptions.untrusted());
    requireSame(target.resolve("large"), size);
  }

  private static void requireSame(Path file, long size) throws IOException {
    byte[] found = new byte[Pattern.PERIOD];
    byte[] expected = new byte[Pattern.PERIOD];
    try (InputStream on = Files.newInputStream(file);
        InputStream pattern = new Pattern(size)) {
      int length;
      do {
        length = pattern.readNBytes(expected, 0, expected.length);
        require(on.readNBytes(found, 0, found.length) == length, "the file ends too early");
        require(Arrays.equals(found, expected), "the file has other bytes");
      } while (length > 0);
      require(on.read() < 0, "the file is too long");
    }
  }

  /** What is kept at a time, in fields, so that it is known to be gone once it is dropped. */
  private static final class Kept {
    private List<LayerEntry> index = List.of();
    private FileTree tree = FileTree.empty();
  }

  /** Reads what a layer of many entries says, and makes the tree of it, keeping both. */
  private static void index(long entries) throws IOException {
    Kept kept = new Kept();
    long before = used();
    kept.index = read(LayerContents.of(new Generated(entries)));
    require(kept.index.size() == entries, kept.index.size() + " entries");
    long index = used() - before;
    kept.tree = kept.tree.apply(kept.index, Findings.tolerant());
    require(kept.tree.count() >= entries, kept.tree.toString());
    long both = used() - before;
    kept.index = List.of();
    long tree = used() - before;
    require(kept.index.isEmpty() && kept.tree.count() >= entries, kept.tree.toString());
    System.out.printf(
        "%d entries; index %d bytes each, index and tree %d, tree alone %d%n",
        entries, index / entries, both / entries, tree / entries);
  }

  private static List<LayerEntry> read(LayerContents contents) throws IOException {
    List<LayerEntry> index = new ArrayList<>();
    try (LayerReader reader = contents.openReader()) {
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        index.add(entry.toLayerEntry(contents.of(entry)));
      }
    }
    return List.copyOf(index);
  }

  /** The heap in use once what is no longer used has gone. */
  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  /** Zeros, but for the number of each piece at its beginning. */
  private static final class Pattern extends InputStream {
    static final int PERIOD = 1 << 16;

    private final ByteBuffer piece = ByteBuffer.allocate(PERIOD);
    private final long size;
    private long position;

    Pattern(long size) {
      this.size = size;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (position == size) {
        return -1;
      }
      int at = (int) (position % PERIOD);
      piece.putLong(0, position / PERIOD);
      int part = (int) Math.min(Math.min(length, PERIOD - at), size - position);
      System.arraycopy(piece.array(), at, bytes, offset, part);
      position += part;
      return part;
    }
  }

  /** A layer of empty files, twenty to a directory, as a file system of packages has them. */
  private record Generated(long entries) implements LayerSource {
    @Override
    public LayerReader read(LayerRules rules, ReadAhead ahead) throws IOException {
      return LayerReader.open(new Headers(entries));
    }

    @Override
    public boolean isPlain() {
      return true;
    }

    @Override
    public InputStream open(long offset, long size) {
      return new ByteArrayInputStream(new byte[(int) size]);
    }

    @Override
    public void check(LayerSummary summary) {
      // It is made anew each time.
    }

    @Override
    public Object tar() {
      return this;
    }
  }

  /** The bytes of that layer, made as they are read. */
  private static final class Headers extends InputStream {
    private static final int FILES = 20;

    private final long entries;
    private final byte[] block;
    private final int prefixLength;
    private final int sum;
    private long next;
    private int at = TarFormat.BLOCK;

    Headers(long entries) {
      this.entries = entries;
      String prefix = "usr/lib/node_modules/package-";
      prefixLength = prefix.length();
      block = Blocks.Header.of('0', prefix).mtime(1_700_000_000).bytes();
      int all = 8 * ' ';
      for (int i = 0; i < TarFormat.BLOCK; i++) {
        all += i < TarFormat.CHECKSUM || i >= TarFormat.CHECKSUM + 8 ? block[i] : 0;
      }
      sum = all;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (at == TarFormat.BLOCK && !fill()) {
        return -1;
      }
      int part = Math.min(length, TarFormat.BLOCK - at);
      System.arraycopy(block, at, bytes, offset, part);
      at += part;
      return part;
    }

    private boolean fill() {
      at = 0;
      if (next >= entries) {
        Arrays.fill(block, (byte) 0);
        return next++ < entries + 2;
      }
      String rest = String.format("%06d/source/file-%02d.js", next / FILES, next % FILES);
      byte[] name = rest.getBytes(US_ASCII);
      System.arraycopy(name, 0, block, prefixLength, name.length);
      int checksum = sum;
      for (byte b : name) {
        checksum += b;
      }
      byte[] digits = String.format("%06o", checksum).getBytes(US_ASCII);
      System.arraycopy(digits, 0, block, TarFormat.CHECKSUM, digits.length);
      next++;
      return true;
    }
  }
}
