package dev.imbrex.layers.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.layer.Blocks.Header;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Instant;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TarWriterTest {
  private static final Metadata FILE = Metadata.forFile();
  private static final Metadata DIRECTORY = Metadata.forDirectory();

  @Nested
  class PlainHeaders {
    @Test
    void writesTwoZeroBlocksForNoEntries() throws IOException { // LC-A14, LC-A54
      assertThat(write()).isEqualTo(new byte[1024]);
    }

    @Test
    void writesAFileWithItsDataPaddedToBlocks() throws IOException {
      assertThat(write(file("a", FILE.withOwner(1, 2).withMtime(Instant.ofEpochSecond(7)), "hi")))
          .isEqualTo(
              Blocks.tar()
                  .header(Header.of('0', "a").uid(1).gid(2).mtime(7).size(2))
                  .data("hi")
                  .end()
                  .bytes());
    }

    @Test
    void writesNoDataBlockForAnEmptyFile() throws IOException {
      assertThat(write(file("a", FILE, "")))
          .isEqualTo(Blocks.tar().header(Header.of('0', "a")).end().bytes());
    }

    @Test
    void writesAllBitsOfTheMode() throws IOException { // LC-A52
      assertThat(write(file("a", Metadata.ofMode(07777), "")))
          .isEqualTo(Blocks.tar().header(Header.of('0', "a").mode(07777)).end().bytes());
    }

    @Test
    void endsDirectoryNamesInASlash() throws IOException { // LC-A39
      assertThat(write(node("d", new Node.Directory(DIRECTORY))))
          .isEqualTo(Blocks.tar().header(Header.of('5', "d/").mode(0755)).end().bytes());
    }

    @Test
    void namesTheRootDotSlash() throws IOException { // LC-A39
      assertThat(write(node("", new Node.Directory(DIRECTORY))))
          .isEqualTo(Blocks.tar().header(Header.of('5', "./").mode(0755)).end().bytes());
    }

    @Test
    void writesEveryOtherKind() throws IOException { // LC-A55
      byte[] expected =
          Blocks.tar()
              .header(Header.of('2', "l").mode(0777).link("../x/"))
              .header(Header.of('3', "c").mode(0600).device(5, 2097151))
              .header(Header.of('4', "b").device(8, 1))
              .header(Header.of('6', "p"))
              .header(Header.of('1', "h").link("p"))
              .end()
              .bytes();
      Node.Kind character = Node.Kind.CHARACTER_DEVICE;
      assertThat(
              write(
                  node("l", new Node.Symlink(FILE, ByteString.of("../x/"))),
                  node("c", new Node.Device(Metadata.ofMode(0600), character, 5, 2097151)),
                  node("b", new Node.Device(FILE, Node.Kind.BLOCK_DEVICE, 8, 1)),
                  node("p", new Node.Fifo(FILE)),
                  link("h", "p")))
          .isEqualTo(expected);
    }

    @Test
    void writesWhiteoutsWithConstantAttributes() throws IOException { // LC-A26, LC-A34
      TimePolicy fixed = TimePolicy.seconds().fixedAt(Instant.ofEpochSecond(99));
      assertThat(
              write(
                  fixed,
                  new LayerEntry.Removal(TreePath.of("d/x")),
                  new LayerEntry.Opaque(TreePath.of("e")),
                  new LayerEntry.Opaque(TreePath.root())))
          .isEqualTo(
              Blocks.tar()
                  .header(Header.of('0', "d/.wh.x"))
                  .header(Header.of('0', "e/.wh..wh..opq"))
                  .header(Header.of('0', ".wh..wh..opq"))
                  .end()
                  .bytes());
    }
  }

  @Nested
  class Names {
    @Test
    void fillsTheNameFieldToItsLastByte() throws IOException { // LC-A42
      String name = "n".repeat(100);
      assertThat(write(file(name, FILE, "")))
          .isEqualTo(Blocks.tar().header(Header.of('0', name)).end().bytes());
    }

    @Test
    void fillsThePrefixFieldToItsLastByte() throws IOException { // LC-A42
      String prefix = "p".repeat(100) + "/" + "q".repeat(54);
      String name = "n".repeat(100);
      assertThat(write(file(prefix + "/" + name, FILE, "")))
          .isEqualTo(Blocks.tar().header(Header.of('0', name).prefix(prefix)).end().bytes());
    }

    @Test
    void countsTheSlashOfADirectory() throws IOException { // LC-A42
      String name = "n".repeat(100);
      assertThat(write(node(name, new Node.Directory(Metadata.ofMode(0644)))))
          .isEqualTo(
              Blocks.tar().pax('x', "path", name + "/").header(Header.of('5', name)).end().bytes());
    }

    @Test
    void writesARecordForANameThatCannotBeSplit() throws IOException { // LC-A41
      String name = "n".repeat(101);
      assertThat(write(file(name, FILE, "")))
          .isEqualTo(
              Blocks.tar()
                  .pax('x', "path", name)
                  .header(Header.of('0', "n".repeat(100)))
                  .end()
                  .bytes());
    }

    @Test
    void writesARecordForALongTarget() throws IOException { // LC-A41
      String target = "t".repeat(101);
      assertThat(write(node("l", new Node.Symlink(FILE, ByteString.of(target)))))
          .isEqualTo(
              Blocks.tar()
                  .pax('x', "linkpath", target)
                  .header(Header.of('2', "l").mode(0777).link("t".repeat(100)))
                  .end()
                  .bytes());
    }

    @Test
    void writesARecordForNonAsciiNames() throws IOException { // LC-A41
      assertThat(write(file("\u00e9", FILE, "")))
          .isEqualTo(
              Blocks.tar()
                  .pax('x', "path", "\u00c3\u00a9")
                  .header(Header.of('0', "__"))
                  .end()
                  .bytes());
    }

    @Test
    void declaresNamesThatAreNotUtf8() throws IOException { // LC-A43
      TreePath path = TreePath.of(new byte[] {'a', (byte) 0xff});
      assertThat(write(new LayerEntry.Present(path, new Node.Fifo(FILE))))
          .isEqualTo(
              Blocks.tar()
                  .pax('x', "hdrcharset", "BINARY", "path", "a\u00ff")
                  .header(Header.of('6', "a_"))
                  .end()
                  .bytes());
    }

    @Test
    void takesControlBytesForOrdinary() throws IOException { // LC-A45
      assertThat(write(file("-a\n\\:\u0001 ", FILE, "")))
          .isEqualTo(Blocks.tar().header(Header.of('0', "-a\n\\:\u0001 ")).end().bytes());
    }
  }

  @Nested
  class Records {
    @Test
    void writesOwnersOverTheField() throws IOException { // LC-A41
      assertThat(write(file("a", FILE.withOwner(2097151, 2097152), "")))
          .isEqualTo(
              Blocks.tar()
                  .pax('x', "gid", "2097152")
                  .header(Header.of('0', "a").uid(2097151))
                  .end()
                  .bytes());
      assertThat(write(file("a", FILE.withOwner(4294967294L, 0), "")))
          .isEqualTo(
              Blocks.tar().pax('x', "uid", "4294967294").header(Header.of('0', "a")).end().bytes());
    }

    @Test
    void writesDeviceNumbersOverTheField() throws IOException { // LC-A41
      Node device = new Node.Device(FILE, Node.Kind.BLOCK_DEVICE, 2097152, 4294967295L);
      assertThat(write(node("b", device)))
          .isEqualTo(
              Blocks.tar()
                  .pax('x', "SCHILY.devmajor", "2097152", "SCHILY.devminor", "4294967295")
                  .header(Header.of('4', "b"))
                  .end()
                  .bytes());
    }

    @Test
    void floorsTimesToSeconds() throws IOException { // LC-A47
      assertThat(write(timed(Instant.ofEpochSecond(1, 999_999_999))))
          .isEqualTo(Blocks.tar().header(Header.of('0', "a").mtime(1)).end().bytes());
      assertThat(write(timed(Instant.ofEpochSecond(-2, 500_000_000)))) // -1.5 s
          .isEqualTo(mtimeRecord("-2"));
    }

    @Test
    void writesTimesOutsideTheField() throws IOException { // LC-A41
      assertThat(write(timed(Instant.ofEpochSecond(8589934591L))))
          .isEqualTo(Blocks.tar().header(Header.of('0', "a").mtime(8589934591L)).end().bytes());
      assertThat(write(timed(Instant.ofEpochSecond(8589934592L))))
          .isEqualTo(mtimeRecord("8589934592"));
      assertThat(write(timed(Instant.ofEpochSecond(-1)))).isEqualTo(mtimeRecord("-1"));
    }

    @Test
    void writesNanosOnRequest() throws IOException { // LC-A47, LC-A48
      TimePolicy nanos = TimePolicy.nanos();
      assertThat(write(nanos, timed(Instant.ofEpochSecond(3, 120_000_000))))
          .isEqualTo(
              Blocks.tar()
                  .pax('x', "mtime", "3.12")
                  .header(Header.of('0', "a").mtime(3))
                  .end()
                  .bytes());
      assertThat(write(nanos, timed(Instant.ofEpochSecond(-2, 500_000_000))))
          .isEqualTo(mtimeRecord("-1.5"));
      assertThat(write(nanos, timed(Instant.ofEpochSecond(-1, 250_000_000))))
          .isEqualTo(mtimeRecord("-0.75"));
      assertThat(write(nanos, timed(Instant.ofEpochSecond(0, 1))))
          .isEqualTo(mtimeRecord("0.000000001"));
    }

    @Test
    void clampsAndFixesTimes() throws IOException { // LC-D11
      TimePolicy clamped = TimePolicy.seconds().clampedTo(Instant.ofEpochSecond(100));
      assertThat(write(clamped, timed(Instant.ofEpochSecond(101))))
          .isEqualTo(Blocks.tar().header(Header.of('0', "a").mtime(100)).end().bytes());
      assertThat(write(clamped, timed(Instant.ofEpochSecond(99))))
          .isEqualTo(Blocks.tar().header(Header.of('0', "a").mtime(99)).end().bytes());
      TimePolicy fixed = TimePolicy.nanos().fixedAt(Instant.ofEpochSecond(5));
      assertThat(write(fixed, timed(Instant.ofEpochSecond(99))))
          .isEqualTo(Blocks.tar().header(Header.of('0', "a").mtime(5)).end().bytes());
    }

    @Test
    void writesXattrsByRawBytes() throws IOException { // LC-A50
      Metadata metadata =
          FILE.withXattr(ByteString.of("user.empty"), ByteString.empty())
              .withXattr(
                  ByteString.of("security.capability"),
                  ByteString.of(new byte[] {1, 0, 10, (byte) 0xff}));
      assertThat(write(file("a", metadata, "")))
          .isEqualTo(
              Blocks.tar()
                  .pax(
                      'x',
                      "SCHILY.xattr.security.capability",
                      "\u0001\0\n\u00ff",
                      "SCHILY.xattr.user.empty",
                      "")
                  .header(Header.of('0', "a"))
                  .end()
                  .bytes());
    }

    @Test
    void encodesXattrNamesThatCannotBeKeys() throws IOException { // LC-A51
      Metadata metadata = FILE.withXattr(ByteString.of("user.a=b%"), ByteString.of("v"));
      assertThat(write(file("a", metadata, "")))
          .isEqualTo(
              Blocks.tar()
                  .pax('x', "LIBARCHIVE.xattr.user.a%3Db%25", "dg")
                  .header(Header.of('0', "a"))
                  .end()
                  .bytes());
    }

    @Test
    void ordersRecords() throws IOException { // LC-A46
      TreePath path = TreePath.of(new byte[] {(byte) 0xff});
      Metadata metadata =
          FILE.withOwner(3_000_000, 3_000_001)
              .withMtime(Instant.ofEpochSecond(-1))
              .withXattr(ByteString.of("user.x"), ByteString.of("1"))
              .withXattr(ByteString.of("user.="), ByteString.of("1"));
      Node node = new Node.Symlink(metadata, ByteString.of("\u00e9"));
      byte[] tar = write(new LayerEntry.Present(path, node));
      String records = new String(tar, 512, 512, ISO_8859_1);
      assertThat(records.trim().lines().map(line -> line.replaceFirst("\\d+ ", "")))
          .containsExactly(
              "hdrcharset=BINARY",
              "LIBARCHIVE.xattr.user.%3D=MQ",
              "SCHILY.xattr.user.x=1",
              "gid=3000001",
              "linkpath=\u00c3\u00a9",
              "mtime=-1",
              "path=\u00ff",
              "uid=3000000");
    }

    @Test
    void leavesXattrsToTheFirstNameOfALinkGroup() throws IOException { // LC-A23
      Metadata metadata = FILE.withXattr(ByteString.of("user.x"), ByteString.of("1"));
      byte[] tar =
          write(
              file("a", metadata, ""),
              new LayerEntry.Link(TreePath.of("b"), TreePath.of("a"), metadata));
      assertThat(tar)
          .isEqualTo(
              Blocks.tar()
                  .pax('x', "SCHILY.xattr.user.x", "1")
                  .header(Header.of('0', "a"))
                  .header(Header.of('1', "b").link("a"))
                  .end()
                  .bytes());
    }

    /** Docker takes them off the inode when it comes to the link. */
    @Test
    void repeatsCapabilitiesWithEachName() throws IOException {
      Metadata metadata =
          FILE.withXattr(ByteString.of("security.capability"), ByteString.of("c"))
              .withXattr(ByteString.of("user.x"), ByteString.of("1"));
      byte[] tar =
          write(
              file("a", metadata, ""),
              new LayerEntry.Link(TreePath.of("b"), TreePath.of("a"), metadata));
      assertThat(tar)
          .isEqualTo(
              Blocks.tar()
                  .pax('x', "SCHILY.xattr.security.capability", "c", "SCHILY.xattr.user.x", "1")
                  .header(Header.of('0', "a"))
                  .pax('x', "SCHILY.xattr.security.capability", "c")
                  .header(Header.of('1', "b").link("a"))
                  .end()
                  .bytes());
    }

    private LayerEntry timed(Instant mtime) {
      return file("a", FILE.withMtime(mtime), "");
    }

    private byte[] mtimeRecord(String mtime) {
      return Blocks.tar().pax('x', "mtime", mtime).header(Header.of('0', "a")).end().bytes();
    }
  }

  @Nested
  class Refusals {
    @Test
    void refusesAPathTwice() throws IOException { // LC-A38
      TarWriter tar = writer();
      tar.add(file("a", FILE, ""));
      assertThatThrownBy(() -> tar.add(node("./a/", new Node.Directory(DIRECTORY))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("/a");
      tar.add(new LayerEntry.Removal(TreePath.of("b")));
      assertThatThrownBy(() -> tar.add(new LayerEntry.Removal(TreePath.of("b"))))
          .isInstanceOf(IllegalArgumentException.class);
      tar.finish();
    }

    @Test
    void refusesPathsBelowAFile() throws IOException { // LC-B34
      TarWriter tar = writer();
      tar.add(file("a", FILE, ""));
      assertThatThrownBy(() -> tar.add(file("a/b/c", FILE, "")))
          .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesLinksThatPointForward() throws IOException { // LC-A22
      TarWriter tar = writer();
      assertThatThrownBy(() -> tar.add(link("b", "a")))
          .isInstanceOf(IllegalArgumentException.class);
      tar.add(file("a", FILE, ""));
      tar.add(link("b", "a"));
      tar.add(link("c", "b"));
    }

    @Test
    void refusesLinksToDirectories() throws IOException { // LC-B54
      TarWriter tar = writer();
      tar.add(node("d", new Node.Directory(DIRECTORY)));
      assertThatThrownBy(() -> tar.add(link("b", "d")))
          .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesNodesNamedAsWhiteouts() { // LC-A33
      TreePath source = TreePath.of(".wh..wh.plnk/1");
      assertThatThrownBy(() -> writer().add(new LayerEntry.Present(source, new Node.Fifo(FILE))))
          .isInstanceOf(UnsupportedContentException.class);
      assertThatThrownBy(() -> writer().add(new LayerEntry.Leftover(TreePath.of(".wh..wh.x"))))
          .isInstanceOf(UnsupportedContentException.class);
    }

    @Test
    void refusesWhiteoutsWithNoRoomForTheirName() throws IOException {
      TarWriter tar = writer();
      tar.add(new LayerEntry.Removal(TreePath.of("x".repeat(251))));
      assertThatThrownBy(() -> tar.add(new LayerEntry.Removal(TreePath.of("x".repeat(252)))))
          .isInstanceOf(UnsupportedContentException.class);
    }

    @Test
    void refusesShortAndLongContents() throws IOException { // LC-A57
      for (int actual : new int[] {0, 9, 11, 600_000}) {
        TarWriter tar = writer();
        Content content = Content.stream(10, () -> new ByteArrayInputStream(new byte[actual]));
        assertThatThrownBy(() -> tar.add(node("a", new Node.RegularFile(FILE, content))))
            .isInstanceOf(ImageException.class)
            .hasMessageContaining("10 bytes")
            .hasMessageContaining(Math.min(actual, 11) + " bytes");
        assertThatThrownBy(tar::finish).isInstanceOf(IllegalStateException.class);
      }
    }

    @Test
    void stopsWhenInterrupted() throws IOException {
      TarWriter tar = writer();
      Thread.currentThread().interrupt();
      try {
        assertThatThrownBy(() -> tar.add(file("a", FILE, "")))
            .isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
      } finally {
        Thread.interrupted();
      }
    }

    @Test
    void writesNothingAfterTheEnd() throws IOException {
      TarWriter tar = writer();
      tar.finish();
      assertThatThrownBy(() -> tar.add(file("a", FILE, "")))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(tar::finish).isInstanceOf(IllegalStateException.class);
    }

    private TarWriter writer() {
      return TarWriter.to(OutputStream.nullOutputStream(), TimePolicy.seconds());
    }
  }

  @Test
  void readsStreamsThatAnswerZero() throws IOException {
    byte[] bytes = "0123456789".repeat(100).getBytes(ISO_8859_1);
    Content content =
        Content.stream(
            bytes.length,
            () ->
                new ByteArrayInputStream(bytes) {
                  private boolean answersZero;

                  @Override
                  public synchronized int read(byte[] b, int off, int len) {
                    answersZero = !answersZero;
                    return answersZero ? 0 : super.read(b, off, Math.min(3, len));
                  }
                });
    byte[] tar = write(node("a", new Node.RegularFile(FILE, content)));
    assertThat(new String(tar, 512, 1000, ISO_8859_1)).isEqualTo("0123456789".repeat(100));
  }

  static LayerEntry file(String path, Metadata metadata, String content) {
    return node(path, new Node.RegularFile(metadata, Content.text(content)));
  }

  static LayerEntry node(String path, Node node) {
    return new LayerEntry.Present(TreePath.of(path), node);
  }

  static LayerEntry link(String path, String target) {
    return new LayerEntry.Link(TreePath.of(path), TreePath.of(target), FILE);
  }

  static byte[] write(LayerEntry... entries) throws IOException {
    return write(TimePolicy.seconds(), entries);
  }

  static byte[] write(TimePolicy times, LayerEntry... entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter tar = TarWriter.to(out, times);
    for (LayerEntry entry : entries) {
      tar.add(entry);
    }
    tar.finish();
    assertThat(tar.size()).isEqualTo(out.size());
    assertThat(tar.entryCount()).isEqualTo(entries.length);
    return out.toByteArray();
  }
}
