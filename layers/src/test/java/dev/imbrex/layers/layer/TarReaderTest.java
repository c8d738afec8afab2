package dev.imbrex.layers.layer;

import static dev.imbrex.layers.layer.Archives.findings;
import static dev.imbrex.layers.layer.Archives.only;
import static dev.imbrex.layers.layer.Archives.refuses;
import static dev.imbrex.layers.layer.Blocks.tar;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.layer.Archives.Read;
import dev.imbrex.layers.layer.Blocks.Header;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Finding.Code;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.layers.tree.Whiteout;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TarReaderTest {
  private static final LayerRules CLAMPING =
      LayerRules.defaults().withClimbingNames(ClimbingNames.CLAMP);

  @Nested
  class Names {
    @ParameterizedTest
    @CsvSource({
      "/a, a",
      "./a, a",
      "a//b/./c, a/b/c",
      "a/../b, b",
      "a/b/../../c, c",
    })
    void cleansNames(String name, String path) throws IOException { // LC-B26
      Read read = only(tar().file(name, "").end().bytes());
      assertThat(read.path()).isEqualTo(path);
      assertThat(read.name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../a", "a/../../b", "/.."})
    void refusesNamesAboveTheRoot(String name) { // LC-B26
      refuses(tar().file(name, "").end().bytes());
    }

    /** As Go's {@code path.Clean("/" + name)}, by which umoci goes. */
    @ParameterizedTest
    @CsvSource({
      "../a, a",
      "/../../a, a",
      "a/../../b, b",
      "../../a/../b/./c, b/c",
      "a/b/../../../c/.., ''",
      "../.wh.a, .wh.a",
    })
    void clampsNamesAboveTheRootIfAsked(String name, String path) throws IOException { // LC-B26
      byte[] archive = tar().header(Header.of('5', name)).end().bytes();
      Findings findings = Findings.tolerant();
      Read read = Archives.read(archive, CLAMPING, findings).get(0);
      assertThat(read.path()).isEqualTo(path);
      assertThat(read.name()).isEqualTo(name);
      assertThat(findings.all()).hasSize(1);
      Finding finding = findings.all().get(0);
      assertThat(finding.code()).isEqualTo(Code.CLAMPED_NAME);
      assertThat(finding.path()).isEqualTo(read.entry().path());
      assertThat(finding.message()).contains(name);
      assertThatThrownBy(() -> Archives.read(archive, CLAMPING, Findings.strict()))
          .isInstanceOf(MalformedContentException.class)
          .hasMessageContaining("CLAMPED_NAME");
    }

    /** LC-B26, LC-B51. */
    @Test
    void clampsTargetsOfHardLinksIfAsked() throws IOException {
      byte[] archive =
          tar().file("a", "x").header(Header.of('1', "b").link("../../c/../a")).end().bytes();
      Findings findings = Findings.tolerant();
      Read link = Archives.read(archive, CLAMPING, findings).get(1);
      assertThat(link.linkName()).isEqualTo("../../c/../a");
      assertThat(link.entry().toLayerEntry(Content.empty()))
          .isEqualTo(LayerEntry.link(TreePath.of("b"), TreePath.of("a"), link.entry().metadata()));
      assertThat(findings.count(Code.CLAMPED_NAME)).isEqualTo(1);
      refuses(archive);
    }

    /** A symbolic link's target is no name of an entry, and what climbs nowhere is no finding. */
    @Test
    void clampsNothingElse() throws IOException {
      Findings findings = Findings.tolerant();
      byte[] archive =
          tar()
              .file("a/../b", "")
              .header(Header.of('2', "l").link("../../x"))
              .file("...", "")
              .end()
              .bytes();
      assertThat(Archives.read(archive, CLAMPING, findings))
          .extracting(Read::path)
          .containsExactly("b", "l", "...");
      assertThat(findings.all()).isEmpty();
      byte[] root = tar().file("..", "").end().bytes();
      assertThatThrownBy(() -> Archives.read(root, CLAMPING, findings))
          .isInstanceOf(MalformedContentException.class)
          .hasMessageContaining("root");
      byte[] tooLong = tar().pax('x', "path", "../" + "n".repeat(256)).file("a", "").end().bytes();
      assertThatThrownBy(() -> Archives.read(tooLong, CLAMPING, findings))
          .isInstanceOf(MalformedContentException.class)
          .hasMessageContaining("longer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "/", "./", "//", "a/.."})
    void takesOnlyADirectoryForTheRoot(String name) throws IOException { // LC-B27
      Read read = only(tar().header(Header.of('5', name).mode(0700)).end().bytes());
      assertThat(read.entry().path().isRoot()).isTrue();
      refuses(tar().header(Header.of('0', name)).end().bytes());
      refuses(tar().header(Header.of('2', name).link("x")).end().bytes());
    }

    @Test
    void boundsNames() throws IOException { // LC-B28
      assertThat(only(tar().pax('x', "path", "n".repeat(255)).file("a", "").end().bytes()).path())
          .hasSize(255);
      refuses(tar().pax('x', "path", "n".repeat(256)).file("a", "").end().bytes());
      String path = "n/".repeat(2047) + "nn";
      LayerLimits deep = LayerLimits.defaults().withDepth(2048);
      byte[] longest = tar().pax('x', "path", path).file("a", "").end().bytes();
      assertThat(Archives.read(longest, deep, Findings.strict())).hasSize(1);
      refuses(tar().pax('x', "path", path + "n").file("a", "").end().bytes());
    }

    @Test
    void keepsBytesAsTheyAre() throws IOException { // LC-M1
      Read read =
          only(
              tar()
                  .pax('x', "hdrcharset", "BINARY", "path", "\u00ff\u00fe/e\u00cc\u0081\n")
                  .header(Header.of('0', "a"))
                  .end()
                  .bytes());
      assertThat(read.path()).isEqualTo("\u00ff\u00fe/e\u00cc\u0081\n");
    }

    @Test
    void tellsWhiteouts() throws IOException { // LC-B36 to LC-B42
      byte[] archive =
          tar()
              .file("d/.wh.x", "")
              .header(Header.of('5', ".wh..wh..opq"))
              .file(".wh..wh.aufs", "")
              .header(Header.of('1', ".wh.y"))
              .file(".wh..wh.plnk/1", "data")
              .end()
              .bytes();
      List<Read> entries = Archives.read(archive);
      assertThat(entries)
          .extracting(read -> read.entry().whiteout())
          .containsExactly(
              Whiteout.SINGLE,
              Whiteout.OPAQUE,
              Whiteout.LEFTOVER,
              Whiteout.SINGLE,
              Whiteout.LINK_SOURCE);
      assertThat(layerEntry(entries.get(0))).isEqualTo(new LayerEntry.Removal(TreePath.of("d/x")));
      assertThat(layerEntry(entries.get(1))).isEqualTo(new LayerEntry.Opaque(TreePath.root()));
      assertThat(layerEntry(entries.get(2))).isInstanceOf(LayerEntry.Leftover.class);
      assertThat(layerEntry(entries.get(3))).isEqualTo(new LayerEntry.Removal(TreePath.of("y")));
      assertThat(layerEntry(entries.get(4))).isInstanceOf(LayerEntry.Present.class);
      assertThat(findings(archive)).isEmpty();
      byte[] loaded = tar().file(".wh.x", "data").file("a", "").end().bytes();
      assertThat(findings(loaded)).containsExactly(Code.WHITEOUT_WITH_DATA);
      assertThat(Archives.read(loaded)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {".wh.", "d/.wh.", ".wh..", ".wh...", ".wh.d/x", "d/.wh..wh..opq/x"})
    void refusesWhiteoutsOfNothing(String name) { // LC-B39, LC-B42
      refuses(tar().file(name, "").end().bytes());
    }

    @Test
    void translatesEveryKind() throws IOException {
      byte[] archive =
          tar()
              .file("f", "x")
              .header(Header.of('5', "d/"))
              .header(Header.of('2', "l").link("../t/"))
              .header(Header.of('1', "h").link("/f"))
              .header(Header.of('3', "c").device(1, 3))
              .header(Header.of('4', "b").device(8, 0))
              .header(Header.of('6', "p"))
              .end()
              .bytes();
      Metadata metadata = Metadata.ofMode(0644);
      assertThat(Archives.read(archive))
          .extracting(this::layerEntry)
          .containsExactly(
              TarWriterTest.file("f", metadata, ""),
              TarWriterTest.node("d", new Node.Directory(metadata)),
              TarWriterTest.node("l", new Node.Symlink(metadata, ByteString.of("../t/"))),
              TarWriterTest.link("h", "f"),
              TarWriterTest.node("c", new Node.Device(metadata, Node.Kind.CHARACTER_DEVICE, 1, 3)),
              TarWriterTest.node("b", new Node.Device(metadata, Node.Kind.BLOCK_DEVICE, 8, 0)),
              TarWriterTest.node("p", new Node.Fifo(metadata)));
    }

    private LayerEntry layerEntry(Read read) {
      try {
        return read.entry().toLayerEntry(Content.empty());
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  @Nested
  class Reading {
    private final byte[] archive =
        tar().file("a", "abcdef").file("b", "x".repeat(100_000)).file("c", "y").end().bytes();

    @Test
    void passesOverDataNobodyReads() throws IOException {
      TarReader reader = TarReader.of(new ByteArrayInputStream(archive));
      int count = 0;
      while (reader.next() != null) {
        count++;
      }
      assertThat(count).isEqualTo(3);
      assertThat(reader.entryCount()).isEqualTo(3);
      assertThat(reader.payloadSize()).isEqualTo(100_007);
    }

    @Test
    void saysWhereTheDataIs() throws IOException {
      for (Read read : Archives.read(archive)) {
        int at = (int) read.entry().dataOffset();
        String there = new String(archive, at, (int) read.entry().size(), ISO_8859_1);
        assertThat(there).isEqualTo(read.data());
      }
    }

    @Test
    void transfersWithoutReading() throws IOException {
      TarReader reader = TarReader.of(new ByteArrayInputStream(archive));
      reader.next();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      assertThat(reader.data().read()).isEqualTo('a');
      assertThat(reader.data().transferTo(out)).isEqualTo(5);
      assertThat(out).hasToString("bcdef");
      assertThat(reader.data().read()).isNegative();
      assertThat(reader.next()).isNotNull();
    }

    @Test
    void refusesDataOfAnEntryThatIsPast() throws IOException {
      TarReader reader = TarReader.of(new ByteArrayInputStream(archive));
      assertThatThrownBy(reader::data).isInstanceOf(IllegalStateException.class);
      reader.next();
      InputStream first = reader.data();
      reader.next();
      assertThatThrownBy(first::read).isInstanceOf(ImageException.class);
    }

    @Test
    void staysFailed() throws IOException {
      byte[] broken = archive.clone();
      broken[1024] ^= 1;
      TarReader reader = TarReader.of(new ByteArrayInputStream(broken));
      reader.next();
      assertThatThrownBy(reader::next).isInstanceOf(MalformedContentException.class);
      assertThatThrownBy(reader::next)
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("earlier");
    }

    @Test
    void namesTheEntryInFindings() throws IOException { // LC-M10
      Findings findings = Findings.tolerant();
      byte[] bytes = tar().file("a", "").header(Header.of('7', "b")).end().bytes();
      Archives.read(bytes, LayerLimits.defaults(), findings);
      assertThat(findings.all()).hasSize(1);
      Finding finding = findings.all().get(0);
      assertThat(finding.entry()).isEqualTo(1);
      assertThat(finding.path()).isEqualTo(TreePath.of("b"));
    }

    @Test
    void takesFindingsForErrorsWhenStrict() throws IOException { // LC-M10
      byte[] bytes = tar().header(Header.of('7', "b")).end().bytes();
      assertThatThrownBy(() -> Archives.read(bytes, LayerLimits.defaults(), Findings.strict()))
          .isInstanceOf(MalformedContentException.class)
          .hasMessageContaining("CONTIGUOUS_FILE");
    }

    @Test
    void passesOverDataWithoutReadingItWhereItCan() throws IOException {
      byte[] bytes = tar().file("a", "a".repeat(3_000_000)).file("b", "bytes of b").end().bytes();
      long[] counts = new long[2];
      InputStream in =
          new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
              int read = super.read(target, offset, length);
              counts[0] += Math.max(read, 0);
              return read;
            }

            @Override
            public synchronized long skip(long count) {
              long skipped = super.skip(count);
              counts[1] += skipped;
              return skipped;
            }
          };
      TarReader tar = TarReader.seeking(in, LayerLimits.defaults(), Findings.tolerant());
      assertThat(tar.next()).isNotNull();
      TarEntry second = Objects.requireNonNull(tar.next());
      assertThat(second.dataOffset()).isEqualTo(512 + 3_000_320 + 512);
      assertThat(new String(tar.data().readAllBytes(), ISO_8859_1)).isEqualTo("bytes of b");
      assertThat(tar.next()).isNull();
      assertThat(counts[0]).isLessThan(200_000);
      assertThat(counts[0] + counts[1]).isEqualTo(bytes.length);
    }

    @Test
    void noticesAnEndWithinDataItPassesOver() throws IOException {
      byte[] bytes = tar().file("a", "a".repeat(300_000)).end().bytes();
      InputStream in = new ByteArrayInputStream(bytes, 0, 200_000);
      TarReader tar = TarReader.seeking(in, LayerLimits.defaults(), Findings.tolerant());
      assertThat(tar.next()).isNotNull();
      assertThatThrownBy(tar::next).isInstanceOf(MalformedContentException.class);
    }

    @Test
    void stopsWhenInterrupted() {
      TarReader reader = TarReader.of(new ByteArrayInputStream(archive));
      Thread.currentThread().interrupt();
      try {
        assertThatThrownBy(reader::next).isInstanceOf(InterruptedIOException.class);
      } finally {
        Thread.interrupted();
      }
    }
  }
}
