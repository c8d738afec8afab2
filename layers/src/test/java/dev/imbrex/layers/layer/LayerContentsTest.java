package dev.imbrex.layers.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.StreamedContent;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files of a layer that are read again, one or some, from the middle of it. */
class LayerContentsTest {
  private static final int FILES = 30;

  /** A layer in memory, which counts what is read of it. */
  private static final class Counted implements LayerSource {
    private final byte[] stored;
    private final boolean isPlain;
    private int readings;
    private long bytes;

    Counted(byte[] stored, boolean isPlain) {
      this.stored = stored;
      this.isPlain = isPlain;
    }

    @Override
    public LayerReader read(LayerRules rules, ReadAhead ahead) throws IOException {
      readings++;
      return LayerReader.open(counted(0, stored.length), rules, Findings.tolerant());
    }

    @Override
    public boolean isPlain() {
      return isPlain;
    }

    @Override
    public InputStream open(long offset, long size) {
      return counted((int) offset, (int) size);
    }

    private InputStream counted(int offset, int size) {
      return new FilterInputStream(new ByteArrayInputStream(stored, offset, size)) {
        @Override
        public int read(byte[] buffer, int from, int length) throws IOException {
          int read = super.read(buffer, from, length);
          bytes += Math.max(read, 0);
          return read;
        }
      };
    }

    @Override
    public void check(LayerSummary summary) {}

    @Override
    public Object tar() {
      return this;
    }
  }

  private final List<byte[]> written = new ArrayList<>();

  private byte[] layer(Compression compression) throws IOException {
    Random random = new Random(1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LayerWriter writer =
        LayerWriter.to(out, LayerOptions.defaults().withCompression(compression))) {
      for (int i = 0; i < FILES; i++) {
        byte[] bytes = new byte[i == 20 ? 0 : 200_000 + random.nextInt(200_000)];
        for (int at = 0; at < bytes.length; at++) {
          bytes[at] = (byte) random.nextInt(at % 3 == 0 ? 200 : 10);
        }
        written.add(bytes);
        writer.add(
            new LayerEntry.Present(
                TreePath.of("file" + i),
                new Node.RegularFile(Metadata.forFile(), Content.of(bytes))));
      }
      writer.finish();
    }
    return out.toByteArray();
  }

  private static List<FileContent> index(Counted source, boolean isRemembered) throws IOException {
    LayerContents contents = LayerContents.of(source);
    List<FileContent> files = new ArrayList<>();
    try (LayerReader reader = source.read(LayerRules.defaults(), ReadAhead.none())) {
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        files.add(contents.of(entry));
      }
      reader.summary();
      if (isRemembered) {
        contents.remember(reader.checkpoints());
      }
    }
    source.readings = 0;
    source.bytes = 0;
    return files;
  }

  @Test
  void opensAFileOfAGzipLayerFromTheCheckpointBeforeIt() throws IOException {
    Counted source = new Counted(layer(Compression.GZIP), false);
    List<FileContent> files = index(source, true);

    for (int i = FILES - 1; i >= 0; i--) {
      source.bytes = 0;
      try (InputStream in = files.get(i).open()) {
        assertThat(in.readAllBytes()).as("file %d", i).isEqualTo(written.get(i));
      }
      assertThat(source.bytes).as("file %d", i).isLessThan(source.stored.length / 3);
    }
    // Those before the first checkpoint only.
    assertThat(source.readings).isBetween(1, 5);
  }

  @Test
  void readsUpToTheFileWhereNothingIsRemembered() throws IOException {
    Counted source = new Counted(layer(Compression.GZIP), false);
    List<FileContent> files = index(source, false);

    try (InputStream in = files.get(FILES - 1).open()) {
      assertThat(in.readAllBytes()).isEqualTo(written.get(FILES - 1));
    }

    assertThat(source.readings).isEqualTo(1);
    assertThat(source.bytes).isGreaterThan(source.stored.length * 9L / 10);
  }

  @Test
  void readsFromItsPlaceWhatIsStoredPlain() throws IOException {
    Counted source = new Counted(layer(Compression.NONE), true);
    List<FileContent> files = index(source, true);

    for (int i = 0; i < FILES; i++) {
      try (InputStream in = files.get(i).open()) {
        assertThat(in.readAllBytes()).isEqualTo(written.get(i));
      }
    }

    assertThat(source.readings).isZero();
    assertThat(source.bytes).isEqualTo(written.stream().mapToLong(bytes -> bytes.length).sum());
  }

  @Test
  void failsIfTheStoredBytesEndBeforeTheFile() throws IOException {
    byte[] stored = layer(Compression.GZIP);
    Counted whole = new Counted(stored, false);
    List<FileContent> files = index(whole, true);
    Arrays.fill(stored, stored.length - 50_000, stored.length, (byte) 0);

    assertThatThrownBy(
            () -> {
              try (InputStream in = files.get(FILES - 1).open()) {
                in.readAllBytes();
              }
            })
        .isInstanceOf(MalformedContentException.class);
  }

  private static Map<Integer, byte[]> readAgain(List<FileContent> files, Set<Integer> wanted)
      throws IOException {
    Map<Integer, byte[]> read = new LinkedHashMap<>();
    List<StreamedContent> contents = new ArrayList<>();
    for (int i : wanted) {
      contents.add((StreamedContent) files.get(i));
    }
    contents.get(0).stream()
        .read(contents, (content, data) -> read.put(files.indexOf(content), take(data, content)));
    return read;
  }

  /** All of it, or only what somebody wants who stops early. */
  private static byte[] take(InputStream data, StreamedContent content) throws IOException {
    return content.size() % 3 == 0 ? data.readNBytes(10) : data.readAllBytes();
  }

  private static byte[] taken(byte[] bytes) {
    return bytes.length % 3 == 0 ? Arrays.copyOf(bytes, Math.min(bytes.length, 10)) : bytes;
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "GZIP", "ZSTD"})
  void readsAgainWhicheverFilesAreWanted(Compression compression) throws IOException {
    Counted source = new Counted(layer(compression), compression == Compression.NONE);
    List<FileContent> files = index(source, true);

    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      Set<Integer> wanted = new LinkedHashSet<>();
      for (int i = 0; i <= seed % 6; i++) {
        wanted.add(random.nextInt(FILES));
      }
      Map<Integer, byte[]> read = readAgain(files, wanted);

      assertThat(read.keySet())
          .as("seed %d", seed)
          .containsExactlyElementsOf(new TreeSet<>(wanted));
      read.forEach(
          (file, bytes) ->
              assertThat(bytes).as("file %d", file).isEqualTo(taken(written.get(file))));
    }
  }

  @Test
  void readsAgainNoMoreThanThePartsWhereTheyLie() throws IOException {
    Counted source = new Counted(layer(Compression.GZIP), false);
    List<FileContent> files = index(source, true);

    readAgain(files, Set.of(12, 13, FILES - 1));

    assertThat(source.readings).isZero();
    assertThat(source.bytes).isBetween(1L, source.stored.length * 3L / 5);
  }

  @Test
  void readsAPartNoFurtherOnceItIsInterrupted() throws IOException {
    Counted source = new Counted(layer(Compression.GZIP), false);
    List<FileContent> files = index(source, true);

    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> readAgain(files, Set.of(FILES - 1)))
          .isInstanceOf(InterruptedIOException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void readsAllAgainWhereThatIsLess() throws IOException {
    Counted source = new Counted(layer(Compression.GZIP), false);
    List<FileContent> files = index(source, true);

    readAgain(files, Set.of(1, 5, 9, 13, 17, 21, 25, FILES - 1));

    assertThat(source.readings).isEqualTo(1);
    assertThat(source.bytes).isEqualTo(source.stored.length);
  }

  /** Nothing but the digest can tell: it is decompressed without complaint. */
  @Test
  void findsOutThatOtherBytesAreReadAgain() throws IOException {
    Random random = new Random(2);
    byte[] noise = new byte[8 << 20];
    random.nextBytes(noise);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LayerWriter writer =
        LayerWriter.to(out, LayerOptions.defaults().withCompression(Compression.GZIP))) {
      for (int i = 0; i < 8; i++) {
        Content content = Content.of(Arrays.copyOfRange(noise, i << 20, (i + 1) << 20));
        writer.add(
            new LayerEntry.Present(
                TreePath.of("file" + i), new Node.RegularFile(Metadata.forFile(), content)));
      }
      writer.finish();
    }
    Counted source = new Counted(out.toByteArray(), false);
    List<FileContent> files = index(source, true);
    assertThat(readAgain(files, Set.of(5)).get(5)).hasSize(1 << 20);

    // Noise is stored as it is.
    int place = (int) (source.stored.length * 5.5 / 8);
    source.stored[place] ^= 1;

    assertThatThrownBy(() -> readAgain(files, Set.of(5)))
        .isInstanceOf(DigestMismatchException.class)
        .hasMessageContaining("of the tar of");
    assertThat(readAgain(files, Set.of(1)).get(1)).hasSize(1 << 20);
  }
}
