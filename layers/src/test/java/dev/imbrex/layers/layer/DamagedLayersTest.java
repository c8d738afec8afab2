package dev.imbrex.layers.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.imbrex.layers.tree.StreamedContent;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.ImageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/**
 * LC-F14: with a digest given, no truncation and no changed byte of what is stored passes, whatever
 * the dialect of the tar and however it is stored.
 */
class DamagedLayersTest {
  /** How far apart the places are that are damaged; each with {@code -Dimbrex.cases}. */
  private static final int STEP = System.getProperty("imbrex.cases") == null ? 9 : 1;

  @Test
  void seesEveryTruncationAndEveryChangedByte() throws IOException {
    int layers = 0;
    for (byte[] tar : TarCorpus.archives()) {
      // A plain one is long and hides nothing: fewer places of it will do.
      check(tar, layers % STEP, 10 * STEP);
      check(gzip(tar), layers % STEP, STEP);
      check(Zstd.compress(tar), layers % STEP, STEP);
      layers += 3;
    }
    assertThat(layers).isGreaterThan(40);
  }

  private static void check(byte[] stored, int first, int step) throws IOException {
    LayerSummary promised = summary(stored);
    List<StreamedContent> files = files(new InMemory(stored, promised.digest()));
    read(new InMemory(stored, promised.digest()), files);
    for (int i = first; i < stored.length; i += step) {
      byte[] changed = stored.clone();
      changed[i] ^= (byte) (1 << (i % 8));
      refuses(changed, promised, files, "byte " + i);
      refuses(Arrays.copyOf(stored, i), promised, files, "cut at " + i);
    }
  }

  private static void refuses(
      byte[] damaged, LayerSummary promised, List<StreamedContent> files, String what) {
    assertThatThrownBy(() -> read(new InMemory(damaged, promised.digest()), files))
        .as(what)
        .isInstanceOf(ImageException.class);
  }

  /** Fails unless every file was there and the layer is the promised one. */
  private static void read(InMemory source, List<StreamedContent> files) throws IOException {
    List<StreamedContent> found = new ArrayList<>();
    LayerContents.of(source)
        .read(
            files,
            (content, data) -> {
              data.transferTo(new ByteArrayOutputStream());
              found.add(content);
            });
    assertThat(found).hasSameSizeAs(files);
  }

  private static LayerSummary summary(byte[] stored) throws IOException {
    try (LayerReader reader = LayerReader.open(new ByteArrayInputStream(stored))) {
      return reader.summary();
    }
  }

  private static List<StreamedContent> files(InMemory source) throws IOException {
    LayerContents contents = LayerContents.of(source);
    List<StreamedContent> files = new ArrayList<>();
    try (LayerReader reader = source.read(LayerRules.defaults(), ReadAhead.none())) {
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        if (entry.kind() == TarEntry.Kind.REGULAR) {
          files.add((StreamedContent) contents.of(entry));
        }
      }
    }
    return files;
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream member = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(member)) {
      gzip.write(bytes);
    }
    return member.toByteArray();
  }

  /** A layer of a promised digest; equal to any other of the same promise, as stored ones are. */
  private static final class InMemory implements LayerSource {
    private final byte[] stored;
    private final Digest promised;

    InMemory(byte[] stored, Digest promised) {
      this.stored = stored;
      this.promised = promised;
    }

    @Override
    public LayerReader read(LayerRules rules, ReadAhead ahead) throws IOException {
      return LayerReader.open(new ByteArrayInputStream(stored));
    }

    @Override
    public boolean isPlain() {
      return false;
    }

    @Override
    public InputStream open(long offset, long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void check(LayerSummary summary) throws DigestMismatchException {
      if (!summary.digest().equals(promised)) {
        throw new DigestMismatchException(
            "layer", promised.toString(), summary.digest().toString());
      }
    }

    @Override
    public Object tar() {
      return promised;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof InMemory that && promised.equals(that.promised);
    }

    @Override
    public int hashCode() {
      return promised.hashCode();
    }
  }
}
