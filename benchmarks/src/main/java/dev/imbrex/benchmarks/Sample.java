package dev.imbrex.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.layers.compress.DecompressingInputStream;
import dev.imbrex.layers.compress.DecompressionLimits;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What the benchmarks work on: the same files in every run, as large as those of a Debian tree are,
 * mostly a few KiB; half their bytes are words out of a few thousand, half are machine words that
 * repeat now and then. Or, where an input is named, a tar of a real tree.
 */
final class Sample {
  /** The name of the input that is made, not read. */
  static final String MADE = "made";

  private static final int LARGEST = 4 << 20;
  private static final int DIRECTORIES = 50;

  /** A file by its name. */
  static final class File {
    private final String name;
    private final byte[] bytes;

    File(String name, byte[] bytes) {
      this.name = name;
      this.bytes = bytes;
    }

    String name() {
      return name;
    }

    /** The bytes themselves: nobody changes them. */
    byte[] bytes() {
      return bytes;
    }
  }

  private Sample() {}

  /** So many files, spread over fifty directories. */
  static List<File> files(int count) {
    Random random = new Random(count);
    byte[][] words = words(random);
    List<File> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int size = (int) Math.min(LARGEST, Math.exp(random.nextGaussian() * 2 + 7.5));
      String name = "usr/share/d" + (long) i * DIRECTORIES / count + "/file" + i;
      files.add(new File(name, i % 2 == 0 ? text(random, words, size) : code(random, size)));
    }
    return List.copyOf(files);
  }

  private static byte[][] words(Random random) {
    byte[][] words = new byte[4000][];
    for (int i = 0; i < words.length; i++) {
      words[i] = new byte[2 + random.nextInt(9)];
      for (int at = 0; at < words[i].length; at++) {
        words[i][at] = (byte) ('a' + (int) Math.abs(random.nextGaussian() * 6) % 26);
      }
    }
    return words;
  }

  private static byte[] text(Random random, byte[][] words, int size) {
    StringBuilder text = new StringBuilder(size + 16);
    while (text.length() < size) {
      // Few words are frequent.
      double rank = random.nextDouble();
      byte[] word = words[(int) (rank * rank * rank * words.length)];
      text.append(new String(word, ISO_8859_1)).append(random.nextInt(12) == 0 ? '\n' : ' ');
    }
    text.setLength(size);
    return text.toString().getBytes(ISO_8859_1);
  }

  private static byte[] code(Random random, int size) {
    byte[] code = new byte[size];
    for (int at = 0; at < size; at++) {
      boolean isRepeated = at > 256 && at % 16 < 9;
      code[at] = isRepeated ? code[at - 64 * (1 + at / 16 % 3)] : (byte) random.nextInt(192);
    }
    return code;
  }

  /** The files as entries of a layer. */
  static List<LayerEntry> entries(List<File> files) {
    Metadata metadata = Metadata.forFile().withMtime(Instant.ofEpochSecond(1_700_000_000));
    List<LayerEntry> entries = new ArrayList<>();
    for (File file : files) {
      Node node = new Node.RegularFile(metadata, Content.of(file.bytes()));
      entries.add(new LayerEntry.Present(TreePath.of(file.name()), node));
    }
    return List.copyOf(entries);
  }

  /** A tree of so many files, a hundred to a directory; all have the same few bytes. */
  static FileTree tree(int count) throws IOException {
    return FileTree.empty().apply(small(count, 100), Findings.tolerant());
  }

  /** Entries for files of a few bytes. */
  static List<LayerEntry> small(int count, int inDirectory) {
    Metadata metadata = Metadata.forFile();
    Content content = Content.text("small");
    List<LayerEntry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      TreePath path = TreePath.of("d" + i / 10_000 + "/d" + i / inDirectory + "/file" + i);
      entries.add(new LayerEntry.Present(path, new Node.RegularFile(metadata, content)));
    }
    return entries;
  }

  /**
   * A tar, uncompressed.
   *
   * @param input {@link #MADE}, for that of so many files, else a tar's file
   */
  static byte[] tar(String input, int count) throws IOException {
    return input.equals(MADE)
        ? layer(entries(files(count)), CompressionOptions.of(Compression.NONE))
        : Files.readAllBytes(Path.of(input));
  }

  /** The entries as a layer, as it is stored. */
  static byte[] layer(List<LayerEntry> entries, CompressionOptions compression) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LayerWriter.write(entries, LayerOptions.defaults().withCompression(compression), out);
    return out.toByteArray();
  }

  /** The tar, compressed. */
  static byte[] compressed(byte[] tar, CompressionOptions options) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(tar.length / 2);
    try (var compressing = options.compressTo(out)) {
      compressing.write(tar, 0, tar.length);
      compressing.finish();
    }
    return out.toByteArray();
  }

  /** Reads compressed bytes, for what they hold. */
  static DecompressingInputStream decompress(byte[] stored) throws IOException {
    return DecompressingInputStream.open(
        new ByteArrayInputStream(stored), DecompressionLimits.defaults());
  }
}
