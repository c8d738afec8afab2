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
import dev.imbrex.layers.tree.Metadata;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How headers follow each other, and where an archive ends. */
class HeaderReaderTest {
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

    @ParameterizedTest
    @ValueSource(chars = {'x', 'g', 'L', 'K'})
    void refusesBrokenNumbersOfExtendedHeaders(char type) { // LC-B18: so does Go
      for (int field : new int[] {100, 108, 116, 136, 329, 337}) {
        Header header = Header.of(type, "name").text(field, "broken");
        refuses(tar().header(header).file("a", "").end().bytes());
      }
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

  /** Each was seen: GNU tar 1.34 or bsdtar 3.6.2 shows another name, target or size. */
  @Nested
  class OtherReaders {
    @Test
    void areToldOfWhereTheySeeAnotherName() throws IOException { // LC-C7
      differs(tar().pax('x', "path", "").file("a", "d"));
      differs(tar().pax('x', "path", "p", "path", "").file("a", "d"));
      differs(tar().gnuLong('L', "\0").file("a", "d"));
      differs(tar().pax('x', "GNU.sparse.name", "other").file("a", "d"));
      differs(tar().header(Header.of('0', "a").gnu().prefix("of/old/go"))); // LC-B22
      differs(tar().header(Header.of('0', "a").text(257, "ustar x\0").prefix("p")));
      Header star = Header.of('0', "a").text(476, "00000000000\0").text(508, "tar\0");
      differs(tar().header(star.prefix("p".repeat(131))));
    }

    @Test
    void areToldOfWhereTheySeeAnotherTargetOrSize() throws IOException { // LC-C7
      differs(tar().pax('x', "linkpath", "").header(Header.of('2', "a").link("t")));
      differs(tar().pax('x', "size", "").file("a", "d"));
      differs(tar().pax('x', "GNU.sparse.size", "700").file("a", "d"));
      differs(tar().pax('x', "GNU.sparse.realsize", "700").file("a", "d"));
      differs(tar().pax('x', "SCHILY.realsize", "700").file("a", "d"));
      Header sparse =
          Header.of('S', "s")
              .gnu()
              .size(1)
              .text(386, "00000000000\00000000000001\0")
              .text(483, "00000000005\0");
      differs(tar().pax('x', "GNU.sparse.realsize", "9").header(sparse).data("d"));
    }

    @Test
    void areToldOfWhereTheySeeNoEntryOrALongerName() throws IOException { // LC-C7
      byte[] header = Header.of('0', "a").bytes();
      header[155] = 'W';
      differs(tar().raw(header));
      differs(tar().header(Header.of('0', "a").gnu().text(482, "\u0001")));
      String slot = "00000000000\00000000000001\0";
      differs(tar().header(Header.of('0', "a").gnu().size(1).text(386, slot)).data("d"));
      byte[] longName = tar().gnuLong('L', "name").bytes();
      longName[512 + 4] = 'x';
      differs(tar().raw(longName).file("a", ""));
      String[] sparse = {
        "GNU.sparse.size",
        "5",
        "GNU.sparse.map",
        "0,1",
        "GNU.sparse.numblocks",
        "1",
        "GNU.sparse.name",
        "s"
      };
      differs(tar().gnuLong('L', "name\0").pax('x', sparse).file("a", "d"));
    }

    @Test
    void areNotToldOfWhereTheySeeTheSame() throws IOException {
      assertThat(findings(tar().gnuLong('L', "b\0").gnuLong('L', "c").file("a", "").end().bytes()))
          .isEmpty();
      Header star = Header.of('0', "a").text(476, "00000000000\0").text(508, "tar\0");
      for (Header header :
          new Header[] {
            star.prefix("p".repeat(130)),
            Header.of('0', "a").prefix("p"),
            Header.of('0', "a").v7().prefix("p"),
            Header.of('0', "a").gnu().text(345, "13371337133\0" + "13371337133\0"),
          }) {
        assertThat(findings(tar().header(header).end().bytes())).isEmpty();
      }
    }

    private void differs(Blocks blocks) throws IOException {
      assertThat(findings(blocks.end().bytes())).containsExactly(Code.SEEN_OTHERWISE_ELSEWHERE);
    }
  }
}
