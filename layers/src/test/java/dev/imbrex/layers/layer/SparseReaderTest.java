package dev.imbrex.layers.layer;

import static dev.imbrex.layers.layer.Archives.exceeds;
import static dev.imbrex.layers.layer.Archives.only;
import static dev.imbrex.layers.layer.Archives.passes;
import static dev.imbrex.layers.layer.Archives.refuses;
import static dev.imbrex.layers.layer.Blocks.tar;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.layers.layer.Archives.Read;
import dev.imbrex.layers.layer.Blocks.Header;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparseReaderTest {
  private static final String EXPANDED = "\0\0ab\0\0\0c\0\0";

  @Test
  void expandsTheOldForm() throws IOException { // LC-B23
    Header header = gnuSparse(10, 3).text(386, slot(2, 2) + slot(7, 1) + slot(10, 0));
    checkFollowedBy(tar().header(header).data("abc"));
  }

  @Test
  void expandsTheOldFormWithMoreSegments() throws IOException { // LC-B23
    StringBuilder first = new StringBuilder();
    StringBuilder second = new StringBuilder();
    StringBuilder third = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      (i < 4 ? first : i < 25 ? second : third).append(slot(2L * i, 1));
      expected.append('x').append('\0');
    }
    byte[] extension = Arrays.copyOf(second.toString().getBytes(ISO_8859_1), 512);
    extension[504] = 1;
    byte[] last = Arrays.copyOf(third.toString().getBytes(ISO_8859_1), 512);
    byte[] archive =
        tar()
            .header(gnuSparse(60, 30).text(386, first.toString()).text(482, "\u0001"))
            .raw(extension)
            .raw(last)
            .data("x".repeat(30))
            .end()
            .bytes();
    assertThat(only(archive).data()).isEqualTo(expected.toString());
  }

  @Test
  void expandsPax00() throws IOException { // LC-B23
    checkFollowedBy(
        tar()
            .pax(
                'x',
                "GNU.sparse.size",
                "10",
                "GNU.sparse.numblocks",
                "2",
                "GNU.sparse.offset",
                "2",
                "GNU.sparse.numbytes",
                "2",
                "GNU.sparse.offset",
                "7",
                "GNU.sparse.numbytes",
                "1")
            .file("s", "abc"));
  }

  @Test
  void expandsPax01() throws IOException { // LC-B23
    checkFollowedBy(
        tar()
            .pax(
                'x',
                "GNU.sparse.size",
                "10",
                "GNU.sparse.numblocks",
                "2",
                "GNU.sparse.map",
                "2,2,7,1",
                "GNU.sparse.name",
                "s")
            .file("GNUSparseFile.1/s", "abc"));
  }

  @Test
  void expandsPax10() throws IOException { // LC-B23
    checkFollowedBy(
        tar()
            .pax('x', pax10("10"))
            .header(Header.of('0', "GNUSparseFile.1/s").size(512 + 3))
            .data("2\n2\n2\n7\n1\n")
            .data("abc"));
  }

  @Test
  void passesOverWhatIsNotRead() throws IOException {
    byte[] archive =
        tar()
            .pax('x', pax10("10"))
            .header(Header.of('0', "x").size(512 + 3))
            .data("2\n2\n2\n7\n1\n")
            .data("abc")
            .file("next", "n")
            .end()
            .bytes();
    TarReader reader = TarReader.of(new ByteArrayInputStream(archive));
    reader.next();
    assertThat(reader.data().readNBytes(3)).containsExactly(0, 0, 'a');
    TarEntry next = reader.next();
    assertThat(next).isNotNull().hasToString("entry 1 (/next)");
    assertThat(reader.data().readAllBytes()).containsExactly('n');
  }

  @Test
  void givesFilesOfNothingButAHole() throws IOException {
    byte[] archive =
        tar()
            .pax('x', pax10("5"))
            .header(Header.of('0', "x").size(512))
            .data("1\n5\n0\n")
            .end()
            .bytes();
    assertThat(only(archive).data()).isEqualTo("\0\0\0\0\0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2\n2\n2\n3\n1\n", // overlap
        "2\n7\n1\n2\n2\n", // order
        "2\n2\n2\n10\n1\n", // behind the end
        "2\n2\n2\n7\n2\n", // more than there is
        "1\n2\n2\n", // less than there is
        "1\n2\n9223372036854775807\n",
        "2\n2\n2\n7\n", // cut
        "x\n",
        "-1\n",
        "\n",
        "99999999999999999999\n",
      })
  void refusesMapsThatDoNotFit(String map) { // LC-B23
    refuses(
        tar()
            .pax('x', pax10("10"))
            .header(Header.of('0', "x").size(512 + 3))
            .data(map)
            .data("abc")
            .end()
            .bytes());
  }

  @Test
  void refusesOtherBrokenMaps() { // LC-B23
    String[][] cases = {
      {"GNU.sparse.major", "2", "GNU.sparse.minor", "0"},
      {"GNU.sparse.major", "1"},
      {"GNU.sparse.minor", "1"},
      {"GNU.sparse.map", "0,3", "GNU.sparse.size", "3"},
      {"GNU.sparse.map", "0,3", "GNU.sparse.size", "3", "GNU.sparse.numblocks", "2"},
      {"GNU.sparse.map", "0,3,", "GNU.sparse.size", "3", "GNU.sparse.numblocks", "1"},
      {"GNU.sparse.map", "0", "GNU.sparse.size", "3", "GNU.sparse.numblocks", "1"},
      {"GNU.sparse.map", "0,4", "GNU.sparse.size", "9", "GNU.sparse.numblocks", "1"},
      {"GNU.sparse.numbytes", "3", "GNU.sparse.offset", "0", "GNU.sparse.numblocks", "1"},
      {"GNU.sparse.offset", "0", "GNU.sparse.numblocks", "0"},
    };
    for (String[] records : cases) {
      refuses(tar().pax('x', records).file("a", "abc").end().bytes());
    }
    refuses(tar().header(Header.of('S', "s").size(0)).end().bytes());
  }

  @Test
  void boundsTheMap() throws IOException { // LC-C36
    StringBuilder map = new StringBuilder("100\n");
    for (int i = 0; i < 100; i++) {
      map.append(2 * i).append("\n1\n");
    }
    int mapBytes = (map.length() + 511) / 512 * 512;
    byte[] archive =
        tar()
            .pax('x', pax10("200"))
            .header(Header.of('0', "x").size(mapBytes + 100))
            .data(map.toString())
            .data("x".repeat(100))
            .end()
            .bytes();
    LayerLimits limits = LayerLimits.defaults();
    assertThat(only(archive).data()).isEqualTo("x\0".repeat(100));
    passes(archive, limits.withSparseSegments(100).withSparseMapBytes(mapBytes));
    exceeds("sparseSegments", archive, limits.withSparseSegments(99));
    exceeds("sparseMapBytes", archive, limits.withSparseMapBytes(mapBytes - 1));
  }

  @Test
  void countsHolesAsContent() throws IOException { // LC-C31
    byte[] archive =
        tar()
            .pax('x', pax10("1000000000000"))
            .header(Header.of('0', "x").size(512))
            .data("1\n1000000000000\n0\n")
            .end()
            .bytes();
    exceeds("uncompressedBytes", archive, LayerLimits.defaults());
  }

  private void checkFollowedBy(Blocks blocks) throws IOException {
    List<Read> entries = Archives.read(blocks.file("next", "n").end().bytes());
    assertThat(entries).extracting(Read::path).containsExactly("s", "next");
    assertThat(entries).extracting(Read::data).containsExactly(EXPANDED, "n");
    assertThat(entries.get(0).entry().size()).isEqualTo(10);
    assertThat(entries.get(0).entry().dataOffset()).isEqualTo(-1);
  }

  private String[] pax10(String size) {
    return new String[] {
      "GNU.sparse.major", "1",
      "GNU.sparse.minor", "0",
      "GNU.sparse.name", "s",
      "GNU.sparse.realsize", size
    };
  }

  private Header gnuSparse(long realSize, long storedSize) {
    return Header.of('S', "s")
        .gnu()
        .size(storedSize)
        .text(345, "\0".repeat(155))
        .text(483, String.format("%011o\0", realSize));
  }

  private String slot(long start, long length) {
    return String.format("%011o\0%011o\0", start, length);
  }
}
