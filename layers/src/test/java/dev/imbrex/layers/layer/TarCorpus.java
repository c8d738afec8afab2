package dev.imbrex.layers.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.imbrex.layers.layer.Blocks.Header;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Small archives in all dialects that the reader knows, each of them sound. */
final class TarCorpus {
  private static final String LONG = "a-long-name/".repeat(12);

  private TarCorpus() {}

  static List<byte[]> archives() {
    try {
      return List.of(
          ustar(),
          gnu(),
          gnuSparse(),
          pax(),
          paxSparse00(),
          paxSparse01(),
          paxSparse10(),
          old(),
          star(),
          whiteouts(),
          links(),
          stargz(),
          ours(),
          theirs(TarArchiveOutputStream.LONGFILE_GNU, TarArchiveOutputStream.BIGNUMBER_STAR),
          theirs(TarArchiveOutputStream.LONGFILE_POSIX, TarArchiveOutputStream.BIGNUMBER_POSIX));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] ustar() {
    return Blocks.tar()
        .header(Header.of('5', "./").mode(0755))
        .header(Header.of('5', "d/").mode(01777).uid(10).gid(20).mtime(1_700_000_000))
        .file("d/a", "content")
        .file("d/empty", "")
        .header(Header.of('0', "name").prefix("some/" + "p".repeat(140)).size(600))
        .data("z".repeat(600))
        .header(Header.of('2', "link").link("d/a"))
        .header(Header.of('3', "null").device(1, 3))
        .header(Header.of('4', "disk").device(8, 0))
        .header(Header.of('6', "pipe"))
        .header(Header.of('7', "contiguous").size(3))
        .data("abc")
        .end()
        .bytes();
  }

  private static byte[] gnu() {
    return Blocks.tar()
        .gnuLong('L', LONG + "file\0")
        .header(Header.of('0', LONG.substring(0, 100)).gnu().size(4))
        .data("data")
        .gnuLong('K', LONG + "file\0")
        .gnuLong('L', "l".repeat(120) + "\0")
        .header(Header.of('2', "l".repeat(100)).gnu().link(LONG.substring(0, 100)))
        .header(
            Header.of('0', "big")
                .gnu()
                .text(108, base256(8, 3_000_000))
                .text(116, base256(8, 4_000_000_000L))
                .text(124, base256(12, 2))
                .text(136, base256(12, -3_000_000_000L)))
        .data("ab")
        .header(Header.of('0', "timed").gnu().text(345, "13371337133\00013371337133\0"))
        .end()
        .raw(new byte[8192])
        .bytes();
  }

  private static byte[] gnuSparse() {
    StringBuilder slots = new StringBuilder();
    StringBuilder more = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      (i < 4 ? slots : more).append(String.format("%011o\0%011o\0", 1000 * i, 60));
    }
    byte[] extension = new byte[512];
    System.arraycopy(latin1(more.toString()), 0, extension, 0, more.length());
    return Blocks.tar()
        .header(
            Header.of('S', "sparse")
                .gnu()
                .size(600)
                .text(386, slots.toString())
                .text(482, "\u0001")
                .text(483, String.format("%011o\0", 20_000)))
        .raw(extension)
        .data("s".repeat(600))
        .file("after", "x")
        .end()
        .bytes();
  }

  private static byte[] pax() {
    return Blocks.tar()
        .pax('g', "comment", "for all", "path", "elsewhere")
        .pax(
            'x',
            "hdrcharset",
            "BINARY",
            "path",
            "d/\u00ff\u00c3\u00a9",
            "mtime",
            "-1.25",
            "uid",
            "4294967294",
            "gid",
            "2097152",
            "size",
            "5",
            "SCHILY.xattr.user.a",
            "\0\u00ff\n",
            "SCHILY.xattr.security.capability",
            "\u0001\0\0\u0002\0 \0\0\0\0\0\0\0\0\0\0\0\0\0\0",
            "LIBARCHIVE.xattr.user.b%3D",
            "dmFsdWU",
            "atime",
            "1.5")
        .header(Header.of('0', "d/__").size(0))
        .data("12345")
        .pax('x', "linkpath", "t".repeat(200))
        .header(Header.of('2', "link").link("t".repeat(100)))
        .pax('x', "SCHILY.devmajor", "7000000", "SCHILY.devminor", "4294967295")
        .header(Header.of('3', "device"))
        .pax('x', "path", "d/first")
        .pax('x', "path", "d/second")
        .file("d/third", "one of three")
        .end()
        .bytes();
  }

  private static byte[] paxSparse00() {
    return sparse(
        "abc",
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
        "1");
  }

  private static byte[] paxSparse01() {
    return sparse(
        "abc",
        "GNU.sparse.size",
        "10",
        "GNU.sparse.numblocks",
        "2",
        "GNU.sparse.map",
        "2,2,7,1",
        "GNU.sparse.name",
        "dir/s");
  }

  private static byte[] paxSparse10() {
    return sparse(
        "3\n2\n2\n7\n1\n70000\n0\n" + "\0".repeat(512 - 18) + "abc",
        "GNU.sparse.major",
        "1",
        "GNU.sparse.minor",
        "0",
        "GNU.sparse.name",
        "dir/s",
        "GNU.sparse.realsize",
        "70000");
  }

  private static byte[] sparse(String data, String... records) {
    return Blocks.tar()
        .pax('x', records)
        .file("GNUSparseFile.1/s", data)
        .file("after", "x")
        .end()
        .bytes();
  }

  private static byte[] old() {
    return Blocks.tar()
        .header(Header.of('\0', "dir/").v7())
        .header(Header.of('\0', "dir/file").v7().size(3))
        .data("old")
        .header(Header.of('1', "dir/other").v7().link("dir/file"))
        .header(Header.of('0', "go").gnu().text(108, base256(8, 1L << 22)).prefix("written/by/old"))
        .end()
        .bytes();
  }

  private static byte[] star() {
    return Blocks.tar()
        .header(
            Header.of('0', "name")
                .prefix("p".repeat(131))
                .text(476, "00000000000\00000000000000\0")
                .text(508, "tar\0"))
        .file("d/b", "x")
        .end()
        .bytes();
  }

  private static byte[] whiteouts() {
    return Blocks.tar()
        .header(Header.of('5', "d/").mode(0755))
        .file("d/.wh.a", "")
        .file("keep/.wh..wh..opq", "")
        .file("keep/new", "n")
        .file(".wh.link", "")
        .file(".wh..wh.aufs", "")
        .file(".wh..wh.plnk/1.2", "linked")
        .header(Header.of('1', "out").link(".wh..wh.plnk/1.2"))
        .end()
        .bytes();
  }

  private static byte[] links() {
    return Blocks.tar()
        .file("a", "shared")
        .header(Header.of('1', "b").link("./a"))
        .header(Header.of('1', "d/c").link("b"))
        .header(Header.of('2', "way").link("d/deeper"))
        .file("way/in", "through a link")
        .header(Header.of('2', "loop").link("loop"))
        .header(Header.of('1', "e").link("keep/lower"))
        .header(Header.of('2', "a").link("/etc"))
        .end()
        .bytes();
  }

  private static byte[] stargz() {
    return Blocks.tar()
        .file("a", "content")
        .file(".prefetch.landmark", "\u000f")
        .file("d/b", "x".repeat(700))
        .file("stargz.index.json", "{\"version\":1,\"entries\":[]}")
        .end()
        .bytes();
  }

  private static byte[] ours() throws IOException {
    Metadata odd =
        Metadata.ofMode(06755)
            .withOwner(4294967294L, 3_000_000)
            .withMtime(Instant.ofEpochSecond(-5, 120_000_000))
            .withXattr(ByteString.of("user.x=y"), ByteString.of("v"));
    return TarWriterTest.write(
        TimePolicy.nanos(),
        TarWriterTest.file("d/" + "\u00e9".repeat(100), odd, "c".repeat(513)),
        TarWriterTest.node("s", new Node.Symlink(odd, ByteString.of("t".repeat(101)))),
        TarWriterTest.node("n", new Node.Device(odd, Node.Kind.BLOCK_DEVICE, 1L << 30, 9)),
        TarWriterTest.link("l", "s"),
        new LayerEntry.Removal(TreePath.of("keep/lower")),
        new LayerEntry.Opaque(TreePath.of("d")));
  }

  private static byte[] theirs(int longNames, int bigNumbers) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
      tar.setLongFileMode(longNames);
      tar.setBigNumberMode(bigNumbers);
      for (String name : new String[] {"d/a", LONG + "x", "d/" + "\u00fc".repeat(60)}) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setUserId(3_000_000_000L);
        entry.setModTime(1_700_000_000_123L);
        entry.setSize(name.length());
        tar.putArchiveEntry(entry);
        tar.write(latin1(name));
        tar.closeArchiveEntry();
      }
    }
    return out.toByteArray();
  }

  /** A number in the form that GNU and star use for what octal digits cannot hold. */
  static String base256(int length, long value) {
    char[] field = new char[length];
    long rest = value;
    for (int i = length - 1; i >= 0; i--) {
      field[i] = (char) (rest & 0xff);
      rest >>= 8;
    }
    field[0] = (char) (field[0] | 0x80);
    return new String(field);
  }

  private static byte[] latin1(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
