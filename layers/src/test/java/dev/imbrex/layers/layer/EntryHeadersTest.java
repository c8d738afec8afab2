package dev.imbrex.layers.layer;

import static dev.imbrex.layers.layer.Archives.findings;
import static dev.imbrex.layers.layer.Archives.only;
import static dev.imbrex.layers.layer.Archives.refuses;
import static dev.imbrex.layers.layer.Blocks.tar;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.layers.layer.Archives.Read;
import dev.imbrex.layers.layer.Blocks.Header;
import dev.imbrex.layers.tree.Finding.Code;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the headers of one entry come to. */
class EntryHeadersTest {
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

    /** Go knows the field alone, star and libarchive take the record. */
    @Test
    void refusesDeviceNumbersThatOtherReadersSeeOtherwise() throws IOException { // LC-C7
      Header header = Header.of('3', "a").device(1, 5);
      String[] same = {"SCHILY.devmajor", "1", "SCHILY.devminor", "5"};
      assertThat(only(tar().pax('x', same).header(header).end().bytes()).entry().minor())
          .isEqualTo(5);
      refuses(tar().pax('x', "SCHILY.devminor", "3").header(header).end().bytes());
      refuses(tar().pax('x', "SCHILY.devminor", "3000000").header(header).end().bytes());
      refuses(tar().pax('x', "SCHILY.devminor", "3").header(Header.of('3', "a")).end().bytes());
      Header file = Header.of('0', "a").device(1, 5);
      assertThat(only(tar().pax('x', "SCHILY.devminor", "3").header(file).end().bytes()).path())
          .isEqualTo("a");
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
    @ValueSource(
        strings = {"0000018\0", "-000017\0", "17 17   ", "17 \0zzz ", "x       ", "17x     "})
    void refusesOtherFields(String field) { // LC-B18
      refuses(tar().header(Header.of('0', "a").text(108, field)).end().bytes());
    }

    @Test
    void readsBase256() throws IOException { // LC-B18
      assertThat(uidOf(Header.of('0', "a").text(108, "\u0080\0\0\0\u00ff\u00ff\u00ff\u00fe")))
          .isEqualTo(4294967294L);
    }

    /** Those of times nobody takes, and those in star's headers. */
    @Test
    void refusesBrokenNumbersThatMeanNothing() throws IOException { // LC-B18: so does Go
      refuses(tar().header(Header.of('0', "a").text(329, "broken")).end().bytes());
      Header star = Header.of('0', "a").text(476, "x").text(508, "tar\0");
      refuses(tar().header(star).end().bytes());
      Header gnu = Header.of('0', "a").gnu().text(345, "broken");
      assertThat(only(tar().header(gnu).end().bytes()).path()).isEqualTo("broken/a"); // LC-B22
      Header old = Header.of('0', "a").v7().text(329, "broken");
      assertThat(only(tar().header(old).end().bytes()).path()).isEqualTo("a");
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

    @ParameterizedTest
    @ValueSource(strings = {"atime", "ctime"})
    void refusesBrokenTimesThatNobodyTakes(String key) throws IOException { // LC-B20: so does Go
      refuses(tar().pax('x', key, "1e9").file("a", "").end().bytes());
      assertThat(only(tar().pax('x', key, "1.5").file("a", "").end().bytes()).path())
          .isEqualTo("a");
    }

    @Test
    void takesNoLongerForALongNumber() { // LC-B20, LC-C29: 300000 digits hung another reader
      String digits = "9".repeat(300_000);
      refuses(tar().pax('x', "mtime", digits).file("a", "").end().bytes());
      refuses(tar().pax('x', "mtime", "1." + digits + "x").file("a", "").end().bytes());
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
}
