package dev.imbrex.layers.layer;

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
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TarReaderTest {
  @Nested
  class Framing {
    @Test
    void takesNothingAndZerosForAnEmptyArchive() throws IOException { // LC-B6
      assertThat(findings(new byte[0])).isEmpty();
      assertThat(findings(new byte[1024])).isEmpty();
      assertThat(findings(new byte[10240])).isEmpty();
      assertThat(findings(new byte[512])).containsExactly(Code.MISSING_END_MARKER);
      assertThat(Archives.read(new byte[10240])).isEmpty();
    }

    @Test
    void passesOverWhatFollowsTheEnd() throws IOException { // LC-B7, LC-B10
      byte[] archive = tar().file("a", "x").end().file("b", "y").end().bytes();
      assertThat(Archives.read(archive)).extracting(Read::path).containsExactly("a");
      assertThat(findings(archive)).containsExactly(Code.DATA_AFTER_END);
      byte[] padded = tar().file("a", "x").end().raw(new byte[70_001]).bytes();
      assertThat(findings(padded)).isEmpty();
    }

    @Test
    void readsTheStreamToItsEnd() throws IOException { // LC-B7
      byte[] archive = tar().file("a", "x").end().raw(new byte[200_000]).bytes();
      InputStream in = new ByteArrayInputStream(archive);
      TarReader reader = TarReader.of(in);
      reader.next();
      assertThat(reader.next()).isNull();
      assertThat(in.read()).isNegative();
      assertThat(reader.next()).isNull();
    }

    @Test
    void endsWhereAnEntryCouldBegin() throws IOException { // LC-B8
      assertThat(findings(tar().file("a", "x").bytes())).containsExactly(Code.MISSING_END_MARKER);
      assertThat(findings(tar().file("a", "").bytes())).containsExactly(Code.MISSING_END_MARKER);
      byte[] unpadded = Arrays.copyOf(tar().file("a", "x").bytes(), 513);
      assertThat(findings(unpadded)).containsExactly(Code.MISSING_PADDING, Code.MISSING_END_MARKER);
      assertThat(Archives.read(unpadded)).extracting(Read::data).containsExactly("x");
    }

    @Test
    void endsNowhereElse() { // LC-B8
      byte[] archive = tar().pax('x', "path", "b").file("a", "xy").end().bytes();
      int dataStart = 3 * 512;
      for (int length = 1; length < archive.length; length++) {
        if (length < dataStart + 2 || (length > 4 * 512 && length < 5 * 512)) {
          byte[] cut = Arrays.copyOf(archive, length);
          refuses(cut);
        }
      }
    }

    @Test
    void ignoresNamesOfOwners() throws IOException { // LC-B24
      byte[] archive = tar().file("a", "x").end().bytes();
      byte[] named = archive.clone();
      // uname and gname, which count in the checksum: a sum of as much less keeps it.
      System.arraycopy("nobody".getBytes(ISO_8859_1), 0, named, 265, 6);
      System.arraycopy("staff".getBytes(ISO_8859_1), 0, named, 297, 5);
      int sum = 8 * ' ';
      for (int i = 0; i < 512; i++) {
        sum += i >= 148 && i < 156 ? 0 : named[i];
      }
      byte[] checksum = String.format("%06o\0 ", sum).getBytes(ISO_8859_1);
      System.arraycopy(checksum, 0, named, 148, checksum.length);
      Read plain = Archives.read(archive).get(0);
      assertThat(Archives.read(named)).hasSize(1);
      Read found = Archives.read(named).get(0);
      assertThat(found.data()).isEqualTo(plain.data());
      assertThat(found.entry().metadata()).isEqualTo(plain.entry().metadata());
    }

    @Test
    void refusesASingleZeroBlockInTheMiddle() { // LC-B9, LC-C7: others see an end there
      refuses(tar().file("a", "").raw(new byte[512]).file("b", "").end().bytes());
    }

    @Test
    void refusesAnEndAfterAnExtendedHeader() { // LC-B8
      refuses(tar().pax('x', "path", "a").end().bytes());
      refuses(tar().gnuLong('L', "a\0").end().bytes());
      refuses(tar().pax('x', "path", "a").bytes());
    }
  }

  @Nested
  class Types {
    @ParameterizedTest
    @CsvSource({
      "1, HARD_LINK",
      "2, SYMLINK",
      "3, CHARACTER_DEVICE",
      "4, BLOCK_DEVICE",
      "5, DIRECTORY",
      "6, FIFO",
    })
    void expectsNoDataWhateverTheSize(char type, TarEntry.Kind kind) throws IOException { // LC-B11
      byte[] archive =
          tar().header(Header.of(type, "a").link("t").size(512)).file("b", "x").end().bytes();
      List<Read> entries = Archives.read(archive);
      assertThat(entries).extracting(read -> read.entry().kind()).startsWith(kind).hasSize(2);
      assertThat(entries).extracting(Read::path).containsExactly("a", "b");
      assertThat(entries.get(0).entry().size()).isZero();
      assertThat(findings(archive)).containsExactly(Code.SIZE_WITHOUT_DATA);
    }

    @ParameterizedTest
    @ValueSource(chars = {'0', '\0', '7'})
    void expectsDataOfFiles(char type) throws IOException { // LC-B11, LC-B21
      byte[] archive = tar().header(Header.of(type, "a").size(3)).data("abc").end().bytes();
      assertThat(Archives.read(archive)).extracting(Read::data).containsExactly("abc");
      Code[] expected = type == '7' ? new Code[] {Code.CONTIGUOUS_FILE} : new Code[0];
      assertThat(findings(archive)).containsExactly(expected);
    }

    @Test
    void judgesATrailingSlashByTheType() throws IOException { // LC-B12
      refuses(tar().header(Header.of('0', "a/").size(3)).data("abc").end().bytes());
      byte[] empty = tar().header(Header.of('0', "a/")).end().bytes();
      assertThat(findings(empty)).containsExactly(Code.SLASH_AFTER_FILE_NAME);
      assertThat(only(empty).entry().kind()).isEqualTo(TarEntry.Kind.REGULAR);
      byte[] old = tar().header(Header.of('\0', "a/").v7()).end().bytes();
      assertThat(findings(old)).isEmpty();
      assertThat(only(old).entry().kind()).isEqualTo(TarEntry.Kind.DIRECTORY);
    }

    @Test
    void judgesATrailingSlashOfARecordToo() { // LC-B12
      refuses(
          tar()
              .pax('x', "path", "a/")
              .header(Header.of('0', "a").size(3))
              .data("abc")
              .end()
              .bytes());
    }

    @ParameterizedTest
    @ValueSource(chars = {'8', 'D', 'M', 'N', 'V', 'A', 'X', '\u00ff'})
    void refusesUnknownTypes(char type) { // LC-B21
      refuses(tar().header(Header.of(type, "a")).end().bytes());
    }

    @Test
    void readsDeviceNumbers() throws IOException {
      TarEntry entry = only(tar().header(Header.of('3', "a").device(5, 7)).end().bytes()).entry();
      assertThat(entry.major()).isEqualTo(5);
      assertThat(entry.minor()).isEqualTo(7);
      TarEntry file = only(tar().header(Header.of('0', "a").device(5, 7)).end().bytes()).entry();
      assertThat(file.major()).isZero();
    }

    @Test
    void refusesDeviceNumbersThatWouldWrap() throws IOException { // LC-B19
      byte[] largest =
          tar()
              .pax('x', "SCHILY.devmajor", "4294967295", "SCHILY.devminor", "4294967295")
              .header(Header.of('4', "a"))
              .end()
              .bytes();
      assertThat(only(largest).entry().minor()).isEqualTo(4294967295L);
      refuses(
          tar()
              .pax('x', "SCHILY.devmajor", "4294967296")
              .header(Header.of('4', "a"))
              .end()
              .bytes());
      String base256 = "\u0080\0\0\u0001\0\0\0\0";
      refuses(tar().header(Header.of('4', "a").text(329, base256)).end().bytes());
    }

    @Test
    void refusesLinksWithoutTarget() {
      refuses(tar().header(Header.of('1', "a")).end().bytes());
      refuses(tar().header(Header.of('2', "a")).end().bytes());
      refuses(tar().header(Header.of('1', "a").link("../x")).end().bytes());
      refuses(
          tar().pax('x', "linkpath", "x".repeat(4096)).header(Header.of('2', "a")).end().bytes());
    }
  }

  @Nested
  class Numbers {
    @ParameterizedTest
    @CsvSource({
      "'0000017 ', 15",
      "'     17 ', 15",
      "'17      ', 15",
      "'17\0     ', 15",
      "'17\0zzz\0\0', 15",
      "'00000017', 15",
      "'\0\0\0\0\0\0\0\0', 0",
      "'        ', 0",
    })
    void readsOctalDigitsBetweenBlanks(String field, long expected) throws IOException { // LC-B18
      Header header = Header.of('0', "a").text(108, field.replace("\\0", "\0"));
      assertThat(uidOf(header)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000018\0", "-000017\0", "17 17   ", "x       ", "17x     "})
    void refusesOtherFields(String field) { // LC-B18
      refuses(tar().header(Header.of('0', "a").text(108, field)).end().bytes());
    }

    @Test
    void readsBase256() throws IOException { // LC-B18
      assertThat(uidOf(Header.of('0', "a").text(108, "\u0080\0\0\0\u00ff\u00ff\u00ff\u00fe")))
          .isEqualTo(4294967294L);
    }

    @Test
    void refusesOwnersThatWouldWrap() { // LC-B18
      refuses(
          tar()
              .header(Header.of('0', "a").text(108, "\u0080\0\0\0\u00ff\u00ff\u00ff\u00ff"))
              .end()
              .bytes());
      for (String uid : new String[] {"4294967295", "4294967296", "18446744073709551616", "-1"}) {
        refuses(tar().pax('x', "uid", uid).file("a", "").end().bytes());
        refuses(tar().pax('x', "gid", uid).file("a", "").end().bytes());
      }
    }

    @Test
    void refusesNegativeNumbersButForTimes() throws IOException { // LC-B18
      String minusTwo = "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00fe";
      refuses(tar().header(Header.of('0', "a").text(100, minusTwo)).end().bytes());
      refuses(tar().header(Header.of('0', "a").text(108, minusTwo)).end().bytes());
      String longMinusTwo = "\u00ff\u00ff\u00ff\u00ff" + minusTwo;
      refuses(tar().header(Header.of('0', "a").text(124, longMinusTwo)).end().bytes());
      TarEntry entry =
          only(tar().header(Header.of('0', "a").text(136, longMinusTwo)).end().bytes()).entry();
      assertThat(entry.metadata().mtime()).isEqualTo(Instant.ofEpochSecond(-2));
    }

    @Test
    void refusesNumbersOver63Bits() {
      String huge = "\u0080\0\0\0\u0080\0\0\0\0\0\0\0";
      refuses(tar().header(Header.of('0', "a").text(124, huge)).end().bytes());
      refuses(tar().header(Header.of('0', "a").text(136, huge)).end().bytes());
    }

    @Test
    void dropsTypeBitsOfTheMode() throws IOException { // LC-A52
      TarEntry entry = only(tar().header(Header.of('0', "a").mode(0104755)).end().bytes()).entry();
      assertThat(entry.metadata().mode()).isEqualTo(04755);
    }

    @Test
    void acceptsTheSignedChecksum() throws IOException { // LC-B21
      byte[] block = Header.of('0', "\u00e9\u00e9").bytes();
      int signed = 8 * ' ';
      for (int i = 0; i < 512; i++) {
        signed += i >= 148 && i < 156 ? 0 : block[i];
      }
      byte[] sum = String.format("%06o\0 ", signed).getBytes(ISO_8859_1);
      System.arraycopy(sum, 0, block, 148, 8);
      assertThat(only(tar().raw(block).end().bytes()).name()).isEqualTo("\u00e9\u00e9");
      block[148] ^= 1;
      refuses(tar().raw(block).end().bytes());
    }

    private long uidOf(Header header) throws IOException {
      return only(tar().header(header).end().bytes()).entry().metadata().uid();
    }
  }

  @Nested
  class Times {
    @ParameterizedTest
    @CsvSource({
      "0, 0, 0",
      "1.5, 1, 500000000",
      "+1.5, 1, 500000000",
      "-1.5, -2, 500000000",
      "-0.75, -1, 250000000",
      "1., 1, 0",
      "1.0000000019, 1, 1",
      "-1.0000000001, -2, 999999999",
      "-1.0, -1, 0",
      "-1.0000000000000, -1, 0",
      "0000000000000000000000000000001, 1, 0",
      "31556889864403199, 31556889864403199, 0",
    })
    void floorsToNanoseconds(String text, long seconds, int nanos) throws IOException { // LC-B20
      TarEntry entry = only(tar().pax('x', "mtime", text).file("a", "").end().bytes()).entry();
      assertThat(entry.metadata().mtime()).isEqualTo(Instant.ofEpochSecond(seconds, nanos));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"1e5", ".5", "-", "1.5.5", "1,5", " 1", "0x1", "31556889864403200", "--1", "1-"})
    void refusesOtherTexts(String text) { // LC-B20
      refuses(tar().pax('x', "mtime", text).file("a", "").end().bytes());
    }

    @Test
    void takesNoLongerForALongNumber() { // LC-B20, LC-C29: 300000 digits hung another reader
      String digits = "9".repeat(300_000);
      refuses(tar().pax('x', "mtime", digits).file("a", "").end().bytes());
      refuses(tar().pax('x', "mtime", "1." + digits + "x").file("a", "").end().bytes());
    }
  }

  @Nested
  class Extensions {
    @Test
    void letsRecordsReplaceFields() throws IOException { // LC-B13
      byte[] archive =
          tar()
              .pax(
                  'x',
                  "path",
                  "long/name",
                  "uid",
                  "5",
                  "gid",
                  "4294967294",
                  "size",
                  "3",
                  "mtime",
                  "7.25",
                  "uname",
                  "someone",
                  "comment",
                  "none")
              .header(Header.of('0', "a").uid(1).gid(2).size(1).mtime(3))
              .data("abc")
              .file("next", "")
              .end()
              .bytes();
      List<Read> entries = Archives.read(archive);
      assertThat(entries).extracting(Read::path).containsExactly("long/name", "next");
      assertThat(entries.get(0).data()).isEqualTo("abc");
      assertThat(entries.get(0).entry().metadata())
          .isEqualTo(
              Metadata.ofMode(0644)
                  .withOwner(5, 4294967294L)
                  .withMtime(Instant.ofEpochSecond(7, 250_000_000)));
      assertThat(entries.get(1).entry().metadata()).isEqualTo(Metadata.ofMode(0644));
    }

    @Test
    void framesByTheRecordedSize() throws IOException { // LC-B13, LC-C27
      byte[] archive =
          tar()
              .pax('x', "size", "0")
              .header(Header.of('0', "a").size(512))
              .file("b", "")
              .end()
              .bytes();
      assertThat(Archives.read(archive)).extracting(Read::path).containsExactly("a", "b");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "9 path=ab", // no line end
          "10 path=ab\n", // too long
          "8 path=ab\n", // too short
          "08 path=a\n",
          "+9 path=a\n",
          "-9 path=a\n",
          "0 path=ab\n",
          "5 =a\n",
          "8 patha\n",
          "path=ab\n",
          "9 path=a\n\0",
          " 9 path=a\n",
          "99999999999999999999 path=a\n",
          "11 path=a\0b\n",
        })
    void refusesBrokenRecords(String records) { // LC-B14
      refuses(tar().paxText('x', records).file("a", "").end().bytes());
      refuses(tar().paxText('g', records).file("a", "").end().bytes());
    }

    @Test
    void letsTheLastRecordWin() throws IOException { // LC-B15
      byte[] archive = tar().pax('x', "path", "b", "path", "c").file("a", "").end().bytes();
      assertThat(only(archive).path()).isEqualTo("c");
      byte[] deleted = tar().pax('x', "path", "b", "path", "").file("a", "").end().bytes();
      assertThat(only(deleted).path()).isEqualTo("a");
    }

    @Test
    void letsTheLastHeaderReplaceTheOther() throws IOException { // LC-B15
      byte[] archive = tar().pax('x', "path", "b").pax('x', "uid", "7").file("a", "").end().bytes();
      assertThat(only(archive).path()).isEqualTo("a");
      assertThat(only(archive).entry().metadata().uid()).isEqualTo(7);
    }

    @Test
    void ignoresGlobalHeaders() throws IOException { // LC-B16
      byte[] archive = tar().pax('g', "path", "b", "uid", "7").file("a", "").end().bytes();
      assertThat(only(archive).path()).isEqualTo("a");
      assertThat(only(archive).entry().metadata().uid()).isZero();
      assertThat(findings(archive)).containsExactly(Code.GLOBAL_HEADER_IGNORED);
      byte[] harmless = tar().pax('g', "comment", "0123").end().bytes();
      assertThat(findings(harmless)).isEmpty();
      assertThat(Archives.read(harmless)).isEmpty();
    }

    @Test
    void refusesAGlobalHeaderBetweenHeaders() {
      refuses(tar().pax('x', "path", "b").pax('g', "comment", "").file("a", "").end().bytes());
    }

    @Test
    void readsLongNames() throws IOException { // LC-B17
      String name = "d/" + "n".repeat(200);
      String target = "t".repeat(200);
      byte[] archive =
          tar()
              .gnuLong('K', target + "\0")
              .gnuLong('L', name + "\0junk")
              .header(Header.of('2', "cut").gnu().link("cut"))
              .file("next", "")
              .end()
              .bytes();
      List<Read> entries = Archives.read(archive);
      assertThat(entries).extracting(Read::path).containsExactly(name, "next");
      assertThat(entries.get(0).linkName()).isEqualTo(target);
    }

    @Test
    void refusesTwoLongNamesThatDiffer() throws IOException { // LC-B17
      refuses(tar().gnuLong('L', "b\0").pax('x', "path", "c").file("a", "").end().bytes());
      byte[] equal = tar().pax('x', "path", "c").gnuLong('L', "c\0").file("a", "").end().bytes();
      assertThat(only(equal).path()).isEqualTo("c");
      refuses(
          tar()
              .gnuLong('K', "b\0")
              .pax('x', "linkpath", "c")
              .header(Header.of('2', "a"))
              .end()
              .bytes());
    }

    @Test
    void joinsThePrefix() throws IOException {
      byte[] ustar = tar().header(Header.of('0', "name").prefix("some/dir")).end().bytes();
      assertThat(only(ustar).path()).isEqualTo("some/dir/name");
      String full = "n".repeat(100);
      byte[] filled = tar().header(Header.of('0', full).prefix("p".repeat(155))).end().bytes();
      assertThat(only(filled).path()).isEqualTo("p".repeat(155) + "/" + full);
      byte[] star =
          tar()
              .header(
                  Header.of('0', "name")
                      .prefix("p".repeat(131))
                      .text(476, "00000000000\0")
                      .text(508, "tar\0"))
              .end()
              .bytes();
      assertThat(only(star).path()).isEqualTo("p".repeat(131) + "/name");
      byte[] old = tar().header(Header.of('0', "name").v7().prefix("dir")).end().bytes();
      assertThat(only(old).path()).isEqualTo("name");
    }

    @Test
    void readsThePrefixThatOldGoWroteIntoGnuHeaders() throws IOException { // LC-B22
      String base256 = "\u0080\0\0\0\0 \0\0";
      Header header = Header.of('0', "name").gnu().text(108, base256).prefix("some/dir");
      assertThat(only(tar().header(header).end().bytes()).path()).isEqualTo("some/dir/name");
      Header times = Header.of('0', "name").gnu().text(345, "13371337133\0" + "13371337133\0");
      assertThat(only(tar().header(times).end().bytes()).path()).isEqualTo("name");
    }
  }

  @Nested
  class Xattrs {
    @Test
    void takesSchilyKeysLiterally() throws IOException { // LC-B25
      assertThat(xattrs("SCHILY.xattr.user.a%3D", "\0\u00ff\n", "SCHILY.xattr.user.e", ""))
          .isEqualTo("{user.a%3D=\\x00\\xff\\x0a, user.e=}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dg", "dg=="})
    void decodesLibarchiveKeys(String value) throws IOException { // LC-B25
      assertThat(xattrs("LIBARCHIVE.xattr.user.a%3d%25", value)).isEqualTo("{user.a=%=v}");
    }

    @Test
    void prefersSchily() throws IOException { // LC-B25
      String libarchive = "LIBARCHIVE.xattr.user.a";
      assertThat(xattrs("SCHILY.xattr.user.a", "s", libarchive, "bA")).isEqualTo("{user.a=s}");
      assertThat(xattrs(libarchive, "bA", "SCHILY.xattr.user.a", "s")).isEqualTo("{user.a=s}");
    }

    @Test
    void keepsAnEmptyValue() throws IOException { // LC-B15
      assertThat(xattrs("SCHILY.xattr.user.a", "s", "SCHILY.xattr.user.a", ""))
          .isEqualTo("{user.a=}");
    }

    @ParameterizedTest
    @CsvSource({
      "LIBARCHIVE.xattr.user.a%3, dg",
      "LIBARCHIVE.xattr.user.a%zz, dg",
      "LIBARCHIVE.xattr.user.a%00, dg",
      "LIBARCHIVE.xattr.user.a, d",
      "LIBARCHIVE.xattr.user.a, d!==",
      "LIBARCHIVE.xattr., dg",
      "SCHILY.xattr., dg",
    })
    void refusesBrokenOnes(String key, String value) { // LC-B14
      refuses(tar().pax('x', key, value).file("a", "").end().bytes());
    }

    private String xattrs(String... records) throws IOException {
      byte[] archive = tar().pax('x', records).file("a", "").end().bytes();
      return only(archive).entry().metadata().xattrs().toString();
    }
  }

  @Nested
  class Sparse {
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

  /** LC-C33 to C36, LC-F19: each limit passes at its value and fails beyond it. */
  @Nested
  class Limits {
    private final LayerLimits limits = LayerLimits.defaults();

    @Test
    void boundsEntries() throws IOException {
      byte[] archive = tar().file("a", "").file("b", "").end().bytes();
      bounds("entries", archive, 2, limits::withEntries);
    }

    @Test
    void boundsDepth() throws IOException {
      bounds("depth", tar().file("a/b/c", "").end().bytes(), 3, limits::withDepth);
    }

    @Test
    void boundsContent() throws IOException {
      byte[] archive = tar().file("a", "x").end().raw(new byte[10_000]).bytes();
      bounds(
          "uncompressedBytes",
          archive,
          archive.length,
          bytes -> limits.withDecompression(limits.decompression().withUncompressedBytes(bytes)));
    }

    @Test
    void boundsExtensions() throws IOException {
      byte[] pax = tar().pax('x', "comment", "x").file("a", "").end().bytes();
      bounds("extensionBytes", pax, "13 comment=x\n".length(), limits::withExtensionBytes);
      byte[] gnu = tar().gnuLong('L', "name").file("a", "").end().bytes();
      bounds("extensionBytes", gnu, 4, limits::withExtensionBytes);
      byte[] records = tar().pax('x', "a", "", "b", "", "c", "").file("a", "").end().bytes();
      bounds("extensionRecords", records, 3, limits::withExtensionRecords);
      byte[] headers =
          tar().pax('x', "a", "").gnuLong('L', "b").pax('x', "a", "").file("a", "").end().bytes();
      bounds("extensionHeaders", headers, 3, limits::withExtensionHeaders);
    }

    @Test
    void boundsXattrs() throws IOException {
      byte[] archive =
          tar()
              .pax('x', "SCHILY.xattr.user.a", "123", "SCHILY.xattr.user.bc", "1")
              .file("a", "")
              .end()
              .bytes();
      bounds("xattrs", archive, 2, limits::withXattrs);
      bounds("xattrNameBytes", archive, 7, limits::withXattrNameBytes);
      bounds("xattrValueBytes", archive, 3, limits::withXattrValueBytes);
      bounds("xattrBytes", archive, 17, limits::withXattrBytes);
    }

    @Test
    void allocatesOnlyForWhatArrives() {
      byte[] archive =
          tar().header(Header.of('x', "p").size((1 << 30) - 1)).raw(new byte[512]).bytes();
      assertThatThrownBy(
              () ->
                  Archives.read(
                      archive, limits.withExtensionBytes((1 << 30) - 1), Findings.tolerant()))
          .isInstanceOf(MalformedContentException.class);
    }

    private void bounds(String option, byte[] archive, long value, LongFunction<LayerLimits> with)
        throws IOException {
      passes(archive, with.apply(value));
      exceeds(option, archive, with.apply(value - 1));
    }
  }

  private static void passes(byte[] archive, LayerLimits limits) throws IOException {
    assertThat(Archives.read(archive, limits, Findings.tolerant())).isNotEmpty();
  }

  private static void exceeds(String option, byte[] archive, LayerLimits limits) {
    assertThatThrownBy(() -> Archives.read(archive, limits, Findings.tolerant()))
        .isInstanceOfSatisfying(
            LimitExceededException.class, e -> assertThat(e.limit()).isEqualTo(option));
  }

  private static void refuses(byte[] archive) {
    assertThatThrownBy(() -> Archives.read(archive)).isInstanceOf(MalformedContentException.class);
  }

  private static Read only(byte[] archive) throws IOException {
    List<Read> entries = Archives.read(archive);
    assertThat(entries).hasSize(1);
    return entries.get(0);
  }

  private static List<Code> findings(byte[] archive) throws IOException {
    Findings findings = Findings.tolerant();
    Archives.read(archive, LayerLimits.defaults(), findings);
    return findings.all().stream().map(Finding::code).toList();
  }
}
