package dev.imbrex.layers.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.Archives.Read;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ImageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;

class TarPropertiesTest {
  /** LC-F16, LC-A39 to A55: what is written is read, whatever the names, numbers and times. */
  @Test
  void readsBackWhatItWrites() {
    forSeeds(
        2000,
        random -> {
          List<LayerEntry> entries = hostileEntries(random);
          TimePolicy times = random.nextBoolean() ? TimePolicy.nanos() : TimePolicy.seconds();
          byte[] tar = write(times, entries);
          assertThat(tar.length % 512).isZero();
          assertThat(write(times, entries)).isEqualTo(tar);
          Findings findings = Findings.strict();
          List<Read> read = Archives.read(tar, LayerLimits.defaults().withDepth(2048), findings);
          List<LayerEntry> back = new ArrayList<>();
          for (Read one : read) {
            byte[] data = one.data().getBytes(StandardCharsets.ISO_8859_1);
            back.add(one.entry().toLayerEntry(Content.of(data)));
          }
          assertThat(back).isEqualTo(entries.stream().map(e -> asWritten(e, times)).toList());
        });
  }

  /** LC-A40: every number in a header we write is in octal digits. */
  @Test
  void neverWritesBase256OrGnuForms() {
    forSeeds(
        300,
        random -> {
          byte[] tar = write(TimePolicy.nanos(), hostileEntries(random));
          for (int at : headersOf(tar)) {
            String magic = new String(tar, at + 257, 8, StandardCharsets.ISO_8859_1);
            assertThat(magic).isEqualTo("ustar\00000");
            assertThat("01234 56x".indexOf(tar[at + 156])).isNotNegative();
            for (int field : new int[] {100, 108, 116, 329, 337}) {
              assertThat(new String(tar, at + field, 8, StandardCharsets.ISO_8859_1))
                  .matches("[0-7]{7}\0");
            }
            for (int field : new int[] {124, 136}) {
              assertThat(new String(tar, at + field, 12, StandardCharsets.ISO_8859_1))
                  .matches("[0-7]{11}\0");
            }
          }
        });
  }

  /** LC-F14: without digests, a damaged archive is never a crash or a hang. */
  @Test
  void survivesEveryDamageOfAnArchive() throws IOException {
    for (byte[] archive : sampleArchives()) {
      for (int length = 0; length < archive.length; length++) {
        readDamaged(Arrays.copyOf(archive, length), "cut at " + length);
      }
      for (int i = 0; i < archive.length; i++) {
        for (int change : new int[] {1, 0x80, 0xff}) {
          byte[] damaged = archive.clone();
          damaged[i] ^= (byte) change;
          readDamaged(damaged, "byte " + i + " changed by " + change);
        }
      }
    }
  }

  /** LC-F14: the checksum guards all of a header. */
  @Test
  void seesEveryChangedByteOfAHeader() throws IOException {
    byte[] archive =
        Blocks.tar()
            .file("a", "data")
            .header(Blocks.Header.of('2', "l").link("target"))
            .header(Blocks.Header.of('3', "c").device(1, 2).uid(5))
            .end()
            .bytes();
    List<String> original = describe(Archives.read(archive));
    for (int at : new int[] {0, 1024, 1536}) {
      for (int i = at; i < at + 512; i++) {
        for (int bit = 0; bit < 8; bit++) {
          byte[] damaged = archive.clone();
          damaged[i] ^= (byte) (1 << bit);
          List<String> read;
          try {
            read = describe(Archives.read(damaged));
          } catch (ImageException e) {
            continue;
          }
          assertThat(read).as("byte %s, bit %s", i, bit).isEqualTo(original);
        }
      }
    }
  }

  /** LC-F14: with digests, a damaged layer is an error, a finding or another digest. */
  @Test
  void seesEveryDamageOfAStoredLayer() throws IOException {
    List<LayerEntry> entries = hostileEntries(new Random(42));
    for (Compression compression : List.of(Compression.GZIP, Compression.ZSTD)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      LayerSummary written =
          LayerWriter.write(entries, LayerOptions.defaults().withCompression(compression), out);
      byte[] stored = out.toByteArray();
      for (int i = 0; i < stored.length; i++) {
        byte[] damaged = stored.clone();
        damaged[i] ^= 0x10;
        checkDamaged(damaged, written);
        checkDamaged(Arrays.copyOf(stored, i), written);
      }
    }
  }

  /** LC-A41: sizes over the field, without writing 8 GiB anywhere. */
  @Test
  void carriesFilesOverEightGibibytes() throws IOException {
    long size = (8L << 30) + 1;
    HeadAndTail sink = new HeadAndTail(2048);
    TarWriter writer = TarWriter.to(sink, TimePolicy.seconds());
    Content zeros = Content.stream(size, () -> new Zeros(size));
    writer.add(TarWriterTest.node("big", new Node.RegularFile(Metadata.forFile(), zeros)));
    writer.add(TarWriterTest.file("next", Metadata.forFile(), "n"));
    writer.finish();
    long padded = (size + 511) / 512 * 512;
    assertThat(sink.count).isEqualTo(3 * 512 + padded + 1024 + 1024);
    assertThat(writer.size()).isEqualTo(sink.count);
    byte[] head = Arrays.copyOf(sink.head, 3 * 512);
    assertThat(head)
        .isEqualTo(
            Blocks.tar()
                .pax('x', "size", "8589934593")
                .header(Blocks.Header.of('0', "big"))
                .bytes());

    InputStream tar =
        new SequenceInputStream(
            new ByteArrayInputStream(head),
            new SequenceInputStream(
                new Zeros(padded),
                new ByteArrayInputStream(Blocks.tar().file("next", "n").end().bytes())));
    TarReader reader = TarReader.of(tar);
    TarEntry big = Objects.requireNonNull(reader.next());
    assertThat(big.size()).isEqualTo(size);
    assertThat(reader.next()).hasToString("entry 1 (/next)");
    assertThat(reader.data().readAllBytes()).containsExactly('n');
    assertThat(reader.next()).isNull();
  }

  /** LC-A41: the largest size that the field takes. */
  @Test
  void writesNoRecordForTheLargestSizeOfTheField() throws IOException {
    HeadAndTail sink = new HeadAndTail(512);
    TarWriter writer = TarWriter.to(sink, TimePolicy.seconds());
    long size = (8L << 30) - 1;
    Content content =
        Content.stream(
            size,
            () -> {
              throw new IOException("enough");
            });
    Node node = new Node.RegularFile(Metadata.forFile(), content);
    assertThatThrownBy(() -> writer.add(TarWriterTest.node("big", node))).hasMessage("enough");
    // The header waits in the buffer; its length tells that no record precedes it.
    assertThat(writer.size()).isEqualTo(512);
  }

  /** A second reader sees the same, where it can (LC-G11 names where it cannot). */
  @Test
  void isReadAlikeByCommonsCompress() {
    forSeeds(
        200,
        random -> {
          List<LayerEntry> entries = plainEntries(random);
          byte[] tar = write(TimePolicy.seconds(), entries);
          List<String> theirs = new ArrayList<>();
          try (TarArchiveInputStream in =
              new TarArchiveInputStream(new ByteArrayInputStream(tar), "UTF-8")) {
            for (TarArchiveEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
              theirs.add(describe(e, in.readAllBytes()));
            }
          }
          assertThat(theirs).isEqualTo(describeLikeTheirs(Archives.read(tar)));
          assertThat(theirs).hasSameSizeAs(entries);
        });
  }

  @Test
  void readsWhatCommonsCompressWrites() {
    forSeeds(
        200,
        random -> {
          List<LayerEntry> entries = plainEntries(random);
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          List<String> expected = new ArrayList<>();
          try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
            boolean posix = random.nextBoolean();
            tar.setLongFileMode(
                posix
                    ? TarArchiveOutputStream.LONGFILE_POSIX
                    : TarArchiveOutputStream.LONGFILE_GNU);
            tar.setBigNumberMode(
                posix
                    ? TarArchiveOutputStream.BIGNUMBER_POSIX
                    : TarArchiveOutputStream.BIGNUMBER_STAR);
            tar.setAddPaxHeadersForNonAsciiNames(posix);
            for (Read ours : Archives.read(write(TimePolicy.seconds(), entries))) {
              TarArchiveEntry theirs = toTheirs(ours);
              expected.add(describe(theirs, ours.data().getBytes(StandardCharsets.ISO_8859_1)));
              tar.putArchiveEntry(theirs);
              tar.write(ours.data().getBytes(StandardCharsets.ISO_8859_1));
              tar.closeArchiveEntry();
            }
          }
          List<Read> read =
              Archives.read(out.toByteArray(), LayerLimits.defaults(), Findings.strict());
          assertThat(describeLikeTheirs(read)).isEqualTo(expected);
        });
  }

  private interface Property {
    void check(Random random) throws Exception;
  }

  private static void forSeeds(int cases, Property property) {
    Long wanted = Long.getLong("imbrex.seed");
    long first = wanted == null ? 1 : wanted;
    long last = wanted == null ? cases : wanted;
    for (long seed = first; seed <= last; seed++) {
      try {
        property.check(new Random(seed * 0x9E3779B97F4A7C15L));
      } catch (Exception | AssertionError e) {
        throw new AssertionError("fails with -Dimbrex.seed=" + seed + ": " + e.getMessage(), e);
      }
    }
  }

  private static void readDamaged(byte[] damaged, String what) throws IOException {
    try {
      Archives.read(damaged);
    } catch (ImageException e) {
      assertThat(e.getMessage()).as(what).isNotBlank();
    } catch (RuntimeException e) {
      throw new AssertionError(what, e);
    }
  }

  private static void checkDamaged(byte[] damaged, LayerSummary written) throws IOException {
    Findings findings = Findings.tolerant();
    try (LayerReader layer =
        LayerReader.open(
            new ByteArrayInputStream(damaged), LayerLimits.defaults().withDepth(2048), findings)) {
      LayerSummary summary = layer.summary();
      assertThat(summary.digest()).isNotEqualTo(written.digest());
      // What decompressed without an error is the same tar, or one whose end was cut away.
      boolean isCut = findings.count(Finding.Code.MISSING_END_MARKER) > 0 || damaged.length == 0;
      assertThat(isCut || summary.diffId().equals(written.diffId())).isTrue();
    } catch (ImageException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static List<byte[]> sampleArchives() throws IOException {
    byte[] ours = write(TimePolicy.nanos(), hostileEntries(new Random(3)));
    byte[] gnu =
        Blocks.tar()
            .gnuLong('L', "long".repeat(30) + "\0")
            .file("x", "data")
            .header(
                Blocks.Header.of('S', "sparse")
                    .gnu()
                    .size(3)
                    .text(386, "00000000002\00000000000003\0")
                    .text(483, "00000000010\0"))
            .data("abc")
            .end()
            .bytes();
    byte[] pax =
        Blocks.tar()
            .pax('g', "comment", "c")
            .pax(
                'x',
                "GNU.sparse.major",
                "1",
                "GNU.sparse.minor",
                "0",
                "GNU.sparse.name",
                "s",
                "GNU.sparse.realsize",
                "10",
                "LIBARCHIVE.xattr.user.a%3D",
                "dg",
                "mtime",
                "-1.5")
            .header(Blocks.Header.of('0', "x").size(512 + 3))
            .data("2\n2\n2\n7\n1\n")
            .data("abc")
            .end()
            .bytes();
    return List.of(ours.length > 8192 ? Arrays.copyOf(ours, 8192) : ours, gnu, pax);
  }

  private static byte[] write(TimePolicy times, List<LayerEntry> entries) throws IOException {
    return TarWriterTest.write(times, entries.toArray(new LayerEntry[0]));
  }

  private static LayerEntry asWritten(LayerEntry entry, TimePolicy times) {
    if (entry instanceof LayerEntry.Present present) {
      Metadata metadata = present.node().metadata();
      Metadata written = metadata.withMtime(times.apply(metadata.mtime()));
      return new LayerEntry.Present(entry.path(), present.node().withMetadata(written));
    }
    if (entry instanceof LayerEntry.Link link) {
      Metadata written =
          link.metadata()
              .withMtime(times.apply(link.metadata().mtime()))
              .withXattrs(java.util.Map.of());
      return new LayerEntry.Link(link.path(), link.target(), written);
    }
    return entry;
  }

  /** Where headers stand in an archive of ours, by the sizes of records and fields. */
  private static List<Integer> headersOf(byte[] tar) {
    List<Integer> headers = new ArrayList<>();
    int at = 0;
    while (tar[at] != 0) {
      headers.add(at);
      String size = new String(tar, at + 124, 11, StandardCharsets.ISO_8859_1);
      at += 512 + (Integer.parseInt(size, 8) + 511) / 512 * 512;
    }
    return headers;
  }

  private static List<LayerEntry> hostileEntries(Random random) {
    List<LayerEntry> entries = new ArrayList<>();
    Set<TreePath> used = new HashSet<>();
    List<TreePath> directories = new ArrayList<>(List.of(TreePath.root()));
    List<TreePath> linkable = new ArrayList<>();
    int count = random.nextInt(20);
    for (int i = 0; i < count; i++) {
      TreePath parent = directories.get(random.nextInt(directories.size()));
      ByteString name = hostileName(random);
      if (parent.toBytes().length + 1 + name.length() > 3800) {
        continue;
      }
      TreePath path = parent.child(name);
      if (!used.add(path)) {
        continue;
      }
      Metadata metadata = hostileMetadata(random);
      switch (random.nextInt(9)) {
        case 0, 1 -> {
          entries.add(new LayerEntry.Present(path, new Node.Directory(metadata)));
          directories.add(path);
        }
        case 2 -> {
          ByteString target = ByteString.of(bytes(random, 1 + random.nextInt(300)));
          entries.add(new LayerEntry.Present(path, new Node.Symlink(metadata, target)));
          linkable.add(path);
        }
        case 3 -> {
          Node.Kind kind =
              random.nextBoolean() ? Node.Kind.BLOCK_DEVICE : Node.Kind.CHARACTER_DEVICE;
          long major = random.nextInt() & (random.nextBoolean() ? 0xffL : 0xffffffffL);
          Node device = new Node.Device(metadata, kind, major, random.nextInt(1 << 22));
          entries.add(new LayerEntry.Present(path, device));
          linkable.add(path);
        }
        case 4 -> entries.add(new LayerEntry.Present(path, new Node.Fifo(metadata)));
        case 5 -> {
          if (name.length() <= 251) {
            entries.add(new LayerEntry.Removal(path));
          }
        }
        case 6 -> entries.add(new LayerEntry.Opaque(path));
        case 7 -> {
          if (!linkable.isEmpty()) {
            TreePath target = linkable.get(random.nextInt(linkable.size()));
            entries.add(new LayerEntry.Link(path, target, metadata));
          }
        }
        default -> {
          byte[] content = bytes(random, sizeNearBlocks(random));
          entries.add(
              new LayerEntry.Present(path, new Node.RegularFile(metadata, Content.of(content))));
          linkable.add(path);
        }
      }
    }
    return entries;
  }

  private static int sizeNearBlocks(Random random) {
    int[] sizes = {0, 1, 511, 512, 513, 1024, 3000};
    return random.nextInt(50) == 0
        ? 262_144 + random.nextInt(1025) - 512
        : sizes[random.nextInt(sizes.length)];
  }

  private static ByteString hostileName(Random random) {
    int[] lengths = {1, 2, 50, 99, 100, 101, 154, 155, 156, 255};
    int length = lengths[random.nextInt(lengths.length)];
    byte[] name = new byte[length];
    int kind = random.nextInt(4);
    for (int i = 0; i < length; i++) {
      byte b =
          switch (kind) {
            case 0 -> (byte) ('a' + random.nextInt(26));
            case 1 -> (byte) random.nextInt(256);
            case 2 -> (byte) " \n\\:-=%'\"*?\r\t\u0001\u007f".charAt(random.nextInt(15));
            default -> (byte) (i % 2 == 0 ? 0xc3 : 0xa9);
          };
      name[i] = b == '/' || b == 0 ? (byte) 'x' : b;
    }
    if (name[0] == '.') {
      name[0] = 'x';
    }
    return ByteString.of(name);
  }

  private static Metadata hostileMetadata(Random random) {
    long[] ids = {0, 1, 1000, 2097151, 2097152, 4294967294L};
    long[] seconds = {0, 1, -1, 8589934591L, 8589934592L, -8589934593L, 1_700_000_000, 1L << 50};
    int[] nanos = {0, 0, 1, 999_999_999, 500_000_000, 120_000_000};
    Metadata metadata =
        Metadata.ofMode(random.nextInt(010000))
            .withOwner(ids[random.nextInt(ids.length)], ids[random.nextInt(ids.length)])
            .withMtime(
                Instant.ofEpochSecond(
                    seconds[random.nextInt(seconds.length)], nanos[random.nextInt(nanos.length)]));
    for (int i = random.nextInt(8) - 5; i > 0; i--) {
      ByteString name = ByteString.of(concat("user.", bytes(random, 1 + random.nextInt(20))));
      metadata = metadata.withXattr(name, ByteString.of(bytes(random, random.nextInt(100))));
    }
    return metadata;
  }

  private static byte[] concat(String prefix, byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(prefix.getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(bytes);
    return out.toByteArray();
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    for (int i = 0; i < length; i++) {
      bytes[i] = bytes[i] == 0 ? (byte) '=' : bytes[i];
    }
    return bytes;
  }

  /** What commons-compress can carry: UTF-8 names, times it does not round, no attributes. */
  private static List<LayerEntry> plainEntries(Random random) {
    List<LayerEntry> entries = new ArrayList<>();
    int count = random.nextInt(8);
    for (int i = 0; i < count; i++) {
      String name = (random.nextBoolean() ? "n" : "\u00e9").repeat(1 + random.nextInt(120));
      TreePath path = TreePath.of("d" + i).child(name);
      Metadata metadata =
          Metadata.ofMode(random.nextInt(010000))
              .withOwner(random.nextInt(3_000_000), random.nextInt(3_000_000))
              .withMtime(Instant.ofEpochSecond(random.nextInt(2_000_000_000)));
      byte[] content = bytes(random, random.nextInt(2000));
      Node node =
          switch (random.nextInt(4)) {
            case 0 -> new Node.Directory(metadata);
            case 1 -> new Node.Symlink(metadata, ByteString.of("t".repeat(1 + i * 30)));
            case 2 -> new Node.Device(metadata, Node.Kind.BLOCK_DEVICE, i, 5);
            default -> new Node.RegularFile(metadata, Content.of(content));
          };
      entries.add(new LayerEntry.Present(path, node));
      if (node.kind() == Node.Kind.REGULAR) {
        entries.add(new LayerEntry.Link(TreePath.of("l" + i), path, metadata));
      }
    }
    return entries;
  }

  private static TarArchiveEntry toTheirs(Read ours) {
    TarEntry entry = ours.entry();
    byte type =
        switch (entry.kind()) {
          case REGULAR -> TarConstants.LF_NORMAL;
          case HARD_LINK -> TarConstants.LF_LINK;
          case SYMLINK -> TarConstants.LF_SYMLINK;
          case CHARACTER_DEVICE -> TarConstants.LF_CHR;
          case BLOCK_DEVICE -> TarConstants.LF_BLK;
          case DIRECTORY -> TarConstants.LF_DIR;
          case FIFO -> TarConstants.LF_FIFO;
        };
    TarArchiveEntry theirs = new TarArchiveEntry(utf8(entry.name()), type, true);
    theirs.setMode(entry.metadata().mode());
    theirs.setUserId(entry.metadata().uid());
    theirs.setGroupId(entry.metadata().gid());
    theirs.setModTime(entry.metadata().mtime().toEpochMilli());
    theirs.setLinkName(utf8(entry.linkName()));
    theirs.setDevMajor((int) entry.major());
    theirs.setDevMinor((int) entry.minor());
    theirs.setSize(entry.size());
    return theirs;
  }

  private static String describe(TarArchiveEntry entry, byte[] data) {
    return String.join(
        " ",
        entry.getName(),
        String.valueOf((char) entry.getLinkFlag()),
        Integer.toOctalString(entry.getMode() & 07777),
        entry.getLongUserId() + ":" + entry.getLongGroupId(),
        entry.getLastModifiedTime().toInstant().toString(),
        entry.getLinkName(),
        entry.getDevMajor() + "," + entry.getDevMinor(),
        entry.getSize() + "=" + Arrays.hashCode(data));
  }

  private static List<String> describeLikeTheirs(List<Read> entries) {
    return entries.stream()
        .map(read -> describe(toTheirs(read), read.data().getBytes(StandardCharsets.ISO_8859_1)))
        .toList();
  }

  private static List<String> describe(List<Read> entries) {
    return entries.stream()
        .map(
            read ->
                String.join(
                    " ",
                    read.name(),
                    read.entry().kind().toString(),
                    read.entry().metadata().toString(),
                    read.linkName(),
                    read.entry().major() + "," + read.entry().minor(),
                    read.data()))
        .toList();
  }

  private static String utf8(ByteString bytes) {
    return new String(bytes.toBytes(), StandardCharsets.UTF_8);
  }

  /** Keeps the first bytes and counts the others. */
  private static final class HeadAndTail extends OutputStream {
    private final byte[] head;
    private long count;

    HeadAndTail(int length) {
      head = new byte[length];
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      if (count < head.length) {
        int part = (int) Math.min(head.length - count, length);
        System.arraycopy(bytes, offset, head, (int) count, part);
      }
      count += length;
    }
  }

  /** So many zeros. */
  private static final class Zeros extends InputStream {
    private long remaining;

    Zeros(long size) {
      remaining = size;
    }

    @Override
    public int read() {
      return remaining-- > 0 ? 0 : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      if (remaining <= 0) {
        return -1;
      }
      int part = (int) Math.min(remaining, length);
      Arrays.fill(bytes, offset, offset + part, (byte) 0);
      remaining -= part;
      return part;
    }
  }
}
