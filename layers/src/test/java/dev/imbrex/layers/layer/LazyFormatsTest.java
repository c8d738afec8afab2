package dev.imbrex.layers.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.imbrex.layers.tree.Findings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;

/** Formats that let files be fetched one by one are read as the plain layers they are as well. */
class LazyFormatsTest {
  private static final String TOC = "stargz.index.json";

  /** What each entry of an archive is, in bytes, and the end of it. */
  private static List<byte[]> pieces(String[]... files) throws IOException {
    List<byte[]> pieces = new ArrayList<>();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, 512);
    for (String[] file : files) {
      byte[] content = file[1].getBytes(UTF_8);
      TarArchiveEntry entry = new TarArchiveEntry(file[0]);
      entry.setSize(content.length);
      entry.setModTime(0);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
      tar.flush();
      pieces.add(bytes.toByteArray());
      bytes.reset();
    }
    tar.finish();
    pieces.add(bytes.toByteArray());
    return pieces;
  }

  private static byte[] gzipMember(byte[] content) throws IOException {
    ByteArrayOutputStream member = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(member)) {
      gzip.write(content);
    }
    return member.toByteArray();
  }

  private static byte[] skippable(byte[] content) {
    return ByteBuffer.allocate(8 + content.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0x184D2A50)
        .putInt(content.length)
        .put(content)
        .array();
  }

  private static List<String> read(byte[] layer) throws IOException {
    List<String> read = new ArrayList<>();
    try (LayerReader reader =
        LayerReader.open(
            new ByteArrayInputStream(layer), LayerLimits.defaults(), Findings.strict())) {
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        read.add(entry.path() + "=" + new String(reader.data().readAllBytes(), UTF_8));
      }
    }
    return read;
  }

  /**
   * LC-E19, LC-E21: its own files are ordinary ones, and what its index says is not listened to.
   */
  @Test
  void readsStargzAsTheGzipItIs() throws IOException {
    ByteArrayOutputStream layer = new ByteArrayOutputStream();
    String lie = "{\"version\":1,\"entries\":[{\"name\":\"a\",\"type\":\"reg\",\"size\":4}]}";
    for (byte[] piece :
        pieces(
            new String[] {"a", "content"},
            new String[] {".prefetch.landmark", "\u000f"},
            new String[] {"d/b", "x".repeat(2000)},
            new String[] {TOC, lie})) {
      layer.write(gzipMember(piece));
    }
    // The footer is a member of nothing, with the place of the index in its header.
    byte[] footer = gzipMember(new byte[0]);
    layer.write(footer);
    assertThat(read(layer.toByteArray()))
        .containsExactly(
            "/a=content",
            "/.prefetch.landmark=\u000f",
            "/d/b=" + "x".repeat(2000),
            "/" + TOC + "=" + lie);
  }

  /** LC-E20, LC-E21: what follows the content frames is skipped, whatever it says. */
  @Test
  void readsZstdChunkedAsTheZstdItIs() throws IOException {
    ByteArrayOutputStream layer = new ByteArrayOutputStream();
    for (byte[] piece : pieces(new String[] {"a", "content"}, new String[] {"d/b", "more"})) {
      layer.write(Zstd.compress(piece));
    }
    layer.write(skippable("{\"version\":1,\"entries\":[{\"name\":\"other\"}]}".getBytes(UTF_8)));
    layer.write(skippable(new byte[300]));
    layer.write(skippable(new byte[64]));
    assertThat(read(layer.toByteArray())).containsExactly("/a=content", "/d/b=more");
  }
}
