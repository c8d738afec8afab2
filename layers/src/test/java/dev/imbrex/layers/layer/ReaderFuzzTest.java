package dev.imbrex.layers.layer;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.disk.DirectoryUpdate;
import dev.imbrex.layers.disk.DirectoryWriter;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.disk.ScanOptions;
import dev.imbrex.layers.internal.calls.DirectoryHandle;
import dev.imbrex.layers.internal.calls.NioCalls;
import dev.imbrex.layers.internal.calls.TreeRemoval;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ImageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Layers that somebody tampered with, all the way from the stored bytes to a tree and to a disk.
 * Whatever is in them, there is a tree or a typed error: never another exception, a stream that is
 * read on behind its end, or memory that does not depend on the layer's bytes (LC-C27, LC-C28,
 * LC-F14).
 */
class ReaderFuzzTest {
  /** More for a soak: {@code -Dimbrex.cases=1000000}. */
  private static final int CASES = Integer.getInteger("imbrex.cases", 2000);

  private static final long READ_BYTES = 1 << 20;
  private static final DiffOptions EVERYTHING =
      DiffOptions.standard()
          .withTimePrecision(DiffOptions.TimePrecision.NANOS)
          .withRootTime(true)
          .withoutXattrs(List.of());

  private static final List<byte[]> CORPUS = TarCorpus.archives();
  private static final FileTree LOWER = lower();

  /** The ways to use the data of an entry. */
  private enum Use {
    READ,
    PASS_OVER,
    TRANSFER,
    READ_A_PART
  }

  private long read;
  private long applied;
  private long written;
  private long refused;

  @Test
  void readsTheCorpusItself() throws IOException {
    for (byte[] archive : CORPUS) {
      List<LayerEntry> entries =
          read(new ByteArrayInputStream(archive), Use.READ, Findings.tolerant());
      assertThat(entries).hasSizeGreaterThan(1);
      assertThat(LOWER.apply(entries, Findings.tolerant()).count()).isPositive();
    }
  }

  @Test
  void meetsTamperedLayersWithATreeOrATypedError(@TempDir Path directory) throws IOException {
    Long wanted = Long.getLong("imbrex.seed");
    long first = wanted == null ? 1 : wanted;
    long last = wanted == null ? CASES : wanted;
    for (long seed = first; seed <= last; seed++) {
      try {
        check(new Random(seed * 0x9E3779B97F4A7C15L), directory);
      } catch (Exception | AssertionError | StackOverflowError e) {
        throw new AssertionError("fails with -Dimbrex.seed=" + seed + ": " + e, e);
      }
    }
    if (wanted == null) {
      // The test would show nothing if all layers were refused, or none.
      assertThat(read).as("read").isGreaterThan(CASES / 4);
      assertThat(applied).as("applied").isGreaterThan(CASES / 5);
      assertThat(written).as("written to a disk").isGreaterThan(CASES / 500);
      assertThat(refused).as("refused").isGreaterThan(CASES / 4);
    }
  }

  private void check(Random random, Path directory) throws IOException {
    byte[] stored = stored(random);
    Use use = Use.values()[random.nextInt(Use.values().length)];
    boolean isStrict = random.nextInt(4) == 0;
    int piece = random.nextInt(4) == 0 ? 1 + random.nextInt(600) : Integer.MAX_VALUE;
    FileTree lower = random.nextBoolean() ? LOWER : FileTree.empty();
    boolean hasContents = use == Use.READ || use == Use.TRANSFER;
    boolean isRewritten = hasContents && random.nextBoolean();
    boolean isForDisk = hasContents && random.nextInt(32) == 0;
    try {
      Findings findings = isStrict ? Findings.strict() : Findings.tolerant();
      List<LayerEntry> entries = read(new Metered(stored, piece), use, findings);
      read++;
      if (hasContents && random.nextInt(8) == 0) {
        List<LayerEntry> again = read(new Metered(stored, 700), Use.PASS_OVER, Findings.tolerant());
        assertThat(again)
            .map(Object::toString)
            .isEqualTo(entries.stream().map(Object::toString).toList());
      }
      FileTree tree = lower.apply(entries, findings);
      applied++;
      if (isRewritten) {
        requireRewritable(tree);
      }
      if (isForDisk) {
        write(lower, tree, entries, directory);
        written++;
      }
    } catch (ImageException e) {
      assertThat(e.getMessage()).isNotBlank();
      refused++;
    }
  }

  private static List<LayerEntry> read(InputStream stored, Use use, Findings findings)
      throws IOException {
    LayerLimits limits = LayerLimits.defaults();
    if (use != Use.PASS_OVER) {
      // The holes of a sparse file cost time, else.
      limits = limits.withDecompression(limits.decompression().withUncompressedBytes(READ_BYTES));
    }
    List<LayerEntry> entries = new ArrayList<>();
    try (LayerReader reader = LayerReader.open(stored, limits, findings)) {
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        entries.add(entry.toLayerEntry(content(reader, entry, use)));
      }
      LayerSummary summary = reader.summary();
      assertThat(summary.entryCount()).isEqualTo(entries.size());
    }
    return entries;
  }

  private static Content content(LayerReader reader, TarEntry entry, Use use) throws IOException {
    switch (use) {
      case READ -> {
        return exactly(entry, reader.data().readAllBytes());
      }
      case TRANSFER -> {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long transferred = reader.data().transferTo(out);
        assertThat(transferred).isEqualTo(entry.size());
        return exactly(entry, out.toByteArray());
      }
      case READ_A_PART -> reader.data().readNBytes(3);
      case PASS_OVER -> {}
    }
    long size = entry.size();
    return Content.stream(size, () -> InputStream.nullInputStream());
  }

  private static Content exactly(TarEntry entry, byte[] data) {
    assertThat(data.length).isEqualTo(entry.size());
    return Content.of(data);
  }

  /** What was read can be written again, and then is the same (LC-F1). */
  private static void requireRewritable(FileTree tree) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LayerOptions options =
        LayerOptions.defaults().withCompression(Compression.NONE).withTimes(TimePolicy.nanos());
    LayerWriter.write(TreeDiff.between(FileTree.empty(), tree, EVERYTHING), options, out);
    List<LayerEntry> back =
        read(new ByteArrayInputStream(out.toByteArray()), Use.READ, Findings.strict());
    FileTree again = FileTree.empty().apply(back, Findings.strict());
    assertThat(again.walk()).containsExactlyElementsOf(tree.walk().toList());
    assertThat(again).isEqualTo(tree);
  }

  private static void write(FileTree lower, FileTree tree, List<LayerEntry> entries, Path directory)
      throws IOException {
    Path target = directory.resolve("target");
    ExtractOptions options = ExtractOptions.untrusted();
    Findings findings = Findings.tolerant();
    try {
      if (lower.equals(LOWER)) {
        DirectoryWriter.write(lower, target, options, findings, Progress.none());
        DirectoryUpdate.apply(
            entries, target, ScanOptions.standard(), options, findings, Progress.none());
      } else {
        DirectoryWriter.write(tree, target, options, findings, Progress.none());
      }
    } catch (FileSystemException e) {
      // What the system itself refuses, as an attribute it knows with a value it does not.
      throw new ImageException("the disk refused it: " + e.getMessage(), e);
    } finally {
      try (DirectoryHandle handle = NioCalls.instance().open(directory)) {
        TreeRemoval.remove(handle, ByteString.of("target"));
        TreeRemoval.remove(handle, ByteString.of(".target.imbrex-incomplete"));
      }
    }
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).as("left behind, or written outside").isEmpty();
    }
  }

  private static byte[] stored(Random random) throws IOException {
    byte[] tar = CORPUS.get(random.nextInt(CORPUS.size()));
    byte[] other = CORPUS.get(random.nextInt(CORPUS.size()));
    TarMutation mutation = new TarMutation(random);
    byte[] changed = random.nextInt(16) == 0 ? tar : mutation.of(tar, other);
    byte[] stored =
        switch (random.nextInt(8)) {
          case 0 -> gzip(changed);
          case 1 -> gzipMembers(changed, random);
          case 2 -> zstd(changed, random);
          default -> changed;
        };
    if (stored != changed && random.nextInt(3) == 0) {
      return random.nextInt(4) == 0
          ? Arrays.copyOf(stored, random.nextInt(stored.length + 1))
          : mutation.bytes(stored, 1 + random.nextInt(2));
    }
    return stored;
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream member = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(member)) {
      gzip.write(bytes);
    }
    return member.toByteArray();
  }

  /** Members that end between blocks, as eStargz has them, an empty one, and now and then zeros. */
  private static byte[] gzipMembers(byte[] tar, Random random) throws IOException {
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    int cut = random.nextInt(tar.length + 1) / 512 * 512;
    members.writeBytes(gzip(Arrays.copyOf(tar, cut)));
    members.writeBytes(gzip(Arrays.copyOfRange(tar, cut, tar.length)));
    members.writeBytes(gzip(new byte[0]));
    members.writeBytes(new byte[random.nextInt(4) == 0 ? 100 : 0]);
    return members.toByteArray();
  }

  /** Two frames with a skippable one between and behind, as zstd:chunked has them. */
  private static byte[] zstd(byte[] tar, Random random) {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    int cut = random.nextInt(tar.length + 1);
    frames.writeBytes(Zstd.compress(Arrays.copyOf(tar, cut), 1));
    frames.writeBytes(skippable(random.nextInt(100)));
    frames.writeBytes(Zstd.compress(Arrays.copyOfRange(tar, cut, tar.length), 1));
    frames.writeBytes(skippable(64));
    return frames.toByteArray();
  }

  private static byte[] skippable(int length) {
    return ByteBuffer.allocate(8 + length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0x184D2A50)
        .putInt(length)
        .array();
  }

  /** A tree with whatever the layers of the corpus name, so that they replace and remove it. */
  private static FileTree lower() {
    Node file = new Node.RegularFile(Metadata.forFile(), Content.text("lower"));
    Node directory = new Node.Directory(Metadata.forDirectory());
    return FileTree.empty()
        .edit()
        .put(TreePath.of("a"), directory)
        .put(TreePath.of("a/below"), file)
        .put(TreePath.of("d/a"), file)
        .put(TreePath.of("d/deeper/still"), file)
        .put(TreePath.of("keep/lower"), file)
        .link(TreePath.of("keep/second"), TreePath.of("keep/lower"))
        .put(TreePath.of("keep/way"), symlink("/d/deeper"))
        .put(TreePath.of("link"), symlink("../../d"))
        .put(TreePath.of("loop"), symlink("loop"))
        .put(TreePath.of("dangling"), symlink("/not/there"))
        .put(TreePath.of("dir"), file)
        .toTree();
  }

  private static Node symlink(String target) {
    return new Node.Symlink(Metadata.forFile(), ByteString.of(target));
  }

  /** Gives the bytes in pieces, and fails whoever reads on and on behind their end. */
  private static final class Metered extends InputStream {
    private static final int PATIENCE = 1000;

    private final byte[] bytes;
    private final int piece;
    private int position;
    private int readsBehind;

    Metered(byte[] bytes, int piece) {
      this.bytes = bytes;
      this.piece = piece;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (position == bytes.length) {
        if (++readsBehind > PATIENCE) {
          throw new AssertionError("a reader does not stop at the end");
        }
        return -1;
      }
      int part = Math.min(Math.min(length, piece), bytes.length - position);
      System.arraycopy(bytes, position, target, offset, part);
      position += part;
      return part;
    }
  }
}
