package dev.imbrex.layers.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.layers.layer.Archives.Read;
import dev.imbrex.layers.testing.Peers;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What GNU tar and bsdtar make of our archives, and we of theirs (LC-F15). */
class TarPeersIT {
  private static final Instant TIME = Instant.ofEpochSecond(1_234_567_890);
  private static final Metadata FILE = Metadata.ofMode(0640).withOwner(1, 2).withMtime(TIME);
  private static final String LONG = "long-".repeat(18) + "directory";

  /** Of each kind one, with what needs records. */
  private static final List<LayerEntry> ENTRIES =
      List.of(
          TarWriterTest.node("d", new Node.Directory(FILE.withMode(0750))),
          TarWriterTest.file("d/file", FILE, "content\n"),
          TarWriterTest.file("d/empty", FILE.withMode(0604), ""),
          TarWriterTest.file("d/large", FILE, "x".repeat(1_000_000)),
          TarWriterTest.file("d/block", FILE, "x".repeat(512)),
          new LayerEntry.Link(TreePath.of("d/hard"), TreePath.of("d/file"), FILE),
          TarWriterTest.node("d/link", new Node.Symlink(FILE, ByteString.of("file"))),
          TarWriterTest.node("d/dangling", new Node.Symlink(FILE, ByteString.of("t".repeat(150)))),
          TarWriterTest.node(LONG, new Node.Directory(FILE.withMode(0755))),
          TarWriterTest.file(LONG + "/" + LONG, FILE, "split\n"),
          TarWriterTest.file(LONG + "/" + "n".repeat(200), FILE, "record\n"),
          TarWriterTest.file("old", FILE.withMtime(Instant.ofEpochSecond(-5)), "old\n"),
          TarWriterTest.file("owned", FILE.withOwner(3_000_000, 4_294_967_294L), "owned\n"));

  @Test
  void isListedByGnuTarWithAllAttributes(@TempDir Path directory) throws IOException {
    Peers tar = gnuTar();
    List<LayerEntry> entries = new ArrayList<>(ENTRIES);
    TreePath notUtf8 = TreePath.of(new byte[] {'r', (byte) 0xff, 'w'});
    entries.add(new LayerEntry.Present(notUtf8, new Node.Fifo(FILE)));
    Node device = new Node.Device(FILE, Node.Kind.CHARACTER_DEVICE, 5, 300);
    entries.add(TarWriterTest.node("device", device));
    Path archive = write(directory, TimePolicy.seconds(), entries);
    List<String> lines =
        tar.run(
                directory,
                "--list",
                "--verbose",
                "--numeric-owner",
                "--full-time",
                "--quoting-style=escape",
                "--file=" + archive)
            .lines()
            // It says of each name with a character set that it knows no character sets.
            .filter(line -> !line.contains("hdrcharset"))
            .map(line -> line.replaceAll(" +", " "))
            .toList();
    String end = " 2009-02-13 23:31:30 ";
    assertThat(lines)
        .containsExactly(
            "drwxr-x--- 1/2 0" + end + "d/",
            "-rw-r----- 1/2 8" + end + "d/file",
            "-rw----r-- 1/2 0" + end + "d/empty",
            "-rw-r----- 1/2 1000000" + end + "d/large",
            "-rw-r----- 1/2 512" + end + "d/block",
            "hrw-r----- 1/2 0" + end + "d/hard link to d/file",
            "lrwxrwxrwx 1/2 0" + end + "d/link -> file",
            "lrwxrwxrwx 1/2 0" + end + "d/dangling -> " + "t".repeat(150),
            "drwxr-xr-x 1/2 0" + end + LONG + "/",
            "-rw-r----- 1/2 6" + end + LONG + "/" + LONG,
            "-rw-r----- 1/2 7" + end + LONG + "/" + "n".repeat(200),
            "-rw-r----- 1/2 4 1969-12-31 23:59:55 old",
            "-rw-r----- 3000000/4294967294 6" + end + "owned",
            "prw-r----- 1/2 0" + end + "r\\377w",
            "crw-r----- 1/2 5,300" + end + "device");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GNU", "bsdtar"})
  void isExtractedAlike(String kind, @TempDir Path directory) throws IOException {
    Peers tar = peer(kind);
    Path archive = write(directory, TimePolicy.seconds(), ENTRIES);
    Path target = Files.createDirectory(directory.resolve("target"));
    tar.run(target, "-x", "-p", "-o", "-f", archive.toString());
    Map<String, String> expected = new TreeMap<>();
    for (Read read : Archives.read(Files.readAllBytes(archive))) {
      expected.put(read.path(), describe(read));
    }
    expected.put("d/hard", expected.get("d/file"));
    assertThat(describe(target)).isEqualTo(expected);
    assertThat(Files.getAttribute(target.resolve("d/hard"), "unix:ino"))
        .isEqualTo(Files.getAttribute(target.resolve("d/file"), "unix:ino"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GNU", "bsdtar"})
  void givesNanosecondsTo(String kind, @TempDir Path directory) throws IOException { // LC-A47
    Peers tar = peer(kind);
    Instant time = Instant.ofEpochSecond(1_234_567_890, 123_456_789);
    LayerEntry entry = TarWriterTest.file("f", FILE.withMtime(time), "");
    Path archive = write(directory, TimePolicy.nanos(), List.of(entry));
    tar.run(directory, "-x", "-o", "-f", archive.toString());
    assertThat(Files.getLastModifiedTime(directory.resolve("f")).toInstant()).isEqualTo(time);
  }

  @ParameterizedTest
  @CsvSource({"GNU, user.plain", "bsdtar, user.plain", "bsdtar, user.a=b"})
  void givesXattrsTo(String kind, String name, @TempDir Path directory)
      throws IOException { // LC-A50, LC-A51
    Peers tar = peer(kind);
    requireXattrs(directory);
    Metadata metadata =
        FILE.withXattr(ByteString.of(name), ByteString.of(new byte[] {0, '\n', (byte) 0xff}));
    LayerEntry entry = TarWriterTest.file("f", metadata, "");
    Path archive = write(directory, TimePolicy.seconds(), List.of(entry));
    tar.run(directory, "-x", "-o", "--xattrs", "-f", archive.toString());
    String shortName = name.substring("user.".length());
    assertThat(xattr(directory.resolve("f"), shortName))
        .isEqualTo(new byte[] {0, '\n', (byte) 0xff});
  }

  @ParameterizedTest
  @CsvSource({
    "GNU, gnu",
    "GNU, pax",
    "GNU, ustar",
    "GNU, oldgnu",
    "GNU, v7",
    "bsdtar, pax",
    "bsdtar, ustar",
    "bsdtar, gnutar"
  })
  void isUnderstood(String kind, String format, @TempDir Path directory) throws IOException {
    Peers tar = peer(kind);
    boolean takesLongNames = !format.equals("v7");
    boolean takesAnything = takesLongNames && !format.equals("ustar");
    Path source = tree(directory, takesLongNames, takesAnything);
    if (takesAnything && !format.equals("gnutar")) { // for which bsdtar 3.6 writes zero instead
      Files.setLastModifiedTime(source.resolve("empty"), FileTime.from(Instant.ofEpochSecond(-5)));
    }
    tar.run(source, "-c", "--format=" + format, "-f", "../theirs.tar", ".");
    byte[] theirs = Files.readAllBytes(directory.resolve("theirs.tar"));
    Map<String, String> read = new TreeMap<>();
    String firstOfPair = null;
    Findings findings = Findings.tolerant();
    for (Read entry : Archives.read(theirs, LayerLimits.defaults(), findings)) {
      assertOwner(source.resolve(entry.path()), entry.entry().metadata());
      if (entry.entry().kind() == TarEntry.Kind.HARD_LINK) {
        TreePath target = TreePath.of(entry.linkName());
        firstOfPair = new String(target.toBytes(), ISO_8859_1);
        read.put(entry.path(), read.get(firstOfPair));
      } else {
        read.put(entry.path(), describe(entry));
      }
    }
    assertThat(firstOfPair).isIn("file", "hard");
    Map<String, String> expected = describe(source);
    expected.put("", describeOne(source));
    assertThat(withoutFractions(read)).isEqualTo(withoutFractions(expected));
    if (format.equals("pax")) {
      assertThat(read).isEqualTo(expected);
    }
    assertThat(findings.all()).isEmpty();
  }

  /** In PAX, bsdtar leaves fields that Go and we would misread, were there no records. */
  @ParameterizedTest
  @CsvSource({
    "GNU, gnu, --owner=:3000000",
    "GNU, pax, --owner=:3000000",
    "bsdtar, gnutar, --uid=3000000",
    "bsdtar, pax, --uid=3000000"
  })
  void givesUsLargeOwners(String kind, String format, String option, @TempDir Path directory)
      throws IOException { // LC-B13, LC-B18
    Peers tar = peer(kind);
    Files.writeString(directory.resolve("f"), "x");
    tar.run(directory, "-c", "--format=" + format, option, "-f", "theirs.tar", "f");
    List<Read> entries = Archives.read(Files.readAllBytes(directory.resolve("theirs.tar")));
    assertThat(entries).hasSize(1);
    assertThat(entries.get(0).entry().metadata().uid()).isEqualTo(3_000_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GNU", "bsdtar"})
  void givesUsXattrs(String kind, @TempDir Path directory) throws IOException { // LC-B25
    Peers tar = peer(kind);
    requireXattrs(directory);
    Path file = Files.writeString(directory.resolve("f"), "x");
    byte[] value = {0, '\n', (byte) 0xff, '='};
    Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
        .write("binary", ByteBuffer.wrap(value));
    tar.run(directory, "-c", "--format=pax", "--xattrs", "-f", "theirs.tar", "f");
    List<Read> entries = Archives.read(Files.readAllBytes(directory.resolve("theirs.tar")));
    assertThat(entries).hasSize(1);
    assertThat(entries.get(0).entry().metadata().xattrs())
        .containsEntry(ByteString.of("user.binary"), ByteString.of(value));
  }

  @ParameterizedTest
  @CsvSource({
    "GNU, --format=gnu",
    "GNU, --format=pax --sparse-version=0.0",
    "GNU, --format=pax --sparse-version=0.1",
    "GNU, --format=pax --sparse-version=1.0",
    "bsdtar, --format=pax",
  })
  void givesUsSparseFiles(String kind, String options, @TempDir Path directory)
      throws IOException { // LC-B23
    Peers tar = peer(kind);
    byte[] content = sparseFile(directory.resolve("sparse"));
    Files.writeString(directory.resolve("z"), "next");
    List<String> arguments = new ArrayList<>(List.of("-c", "-f", "theirs.tar"));
    for (String option : options.split(" ", -1)) {
      arguments.add(option);
    }
    if (kind.equals("GNU")) {
      arguments.add("--sparse");
    }
    arguments.addAll(List.of("sparse", "z"));
    tar.run(directory, arguments.toArray(new String[0]));
    byte[] theirs = Files.readAllBytes(directory.resolve("theirs.tar"));
    assumeTrue(theirs.length < content.length, "the file system keeps no holes");
    List<Read> entries = Archives.read(theirs, LayerLimits.defaults(), Findings.strict());
    assertThat(entries).extracting(Read::path).containsExactly("sparse", "z");
    assertThat(entries.get(0).data().getBytes(ISO_8859_1)).isEqualTo(content);
    assertThat(entries.get(1).data()).isEqualTo("next");
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTD"})
  void isDecompressedByTheirPrograms(Compression compression, @TempDir Path directory)
      throws IOException {
    Peers program = compression == Compression.GZIP ? gzip() : zstd();
    Path stored = directory.resolve(compression == Compression.GZIP ? "l.tar.gz" : "l.tar.zst");
    try (OutputStream out = Files.newOutputStream(stored)) {
      LayerWriter.write(ENTRIES, LayerOptions.defaults().withCompression(compression), out);
    }
    program.run(directory, "-t", stored.toString());
    program.run(directory, "-d", "-f", "-k", stored.toString());
    assertThat(directory.resolve("l.tar"))
        .hasSameBinaryContentAs(write(directory, TimePolicy.seconds(), ENTRIES));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstd", "bzip2", "xz"})
  void isGivenLayersByTheirPrograms(String name, @TempDir Path directory) throws IOException {
    Peers program =
        switch (name) {
          case "gzip" -> gzip();
          case "zstd" -> zstd();
          case "xz" -> Peers.require("xz", "XZ");
          default -> Peers.require("bzip2", "bzip2");
        };
    Path tar = write(directory, TimePolicy.seconds(), ENTRIES);
    program.run(directory, "-k", tar.toString());
    Path stored;
    try (Stream<Path> files = Files.list(directory)) {
      stored = files.filter(file -> !file.equals(tar)).findFirst().orElseThrow();
    }
    try (var in = Files.newInputStream(stored);
        OutputStream out = Files.newOutputStream(directory.resolve("again"))) {
      LayerWriter.recompress(
          in,
          CompressionOptions.of(Compression.NONE),
          LayerLimits.defaults(),
          Findings.strict(),
          out);
    }
    assertThat(directory.resolve("again")).hasSameBinaryContentAs(tar);
  }

  private static Peers gnuTar() {
    return Peers.require("tar", "GNU tar");
  }

  private static Peers peer(String kind) {
    return kind.equals("GNU") ? gnuTar() : Peers.require("bsdtar", "libarchive");
  }

  private static Peers gzip() {
    return Peers.require("gzip", "gzip");
  }

  private static Peers zstd() {
    return Peers.require("zstd", "Zstandard");
  }

  private static Path write(Path directory, TimePolicy times, List<LayerEntry> entries)
      throws IOException {
    byte[] tar = TarWriterTest.write(times, entries.toArray(new LayerEntry[0]));
    return Files.write(directory.resolve("ours.tar"), tar);
  }

  private static Path tree(Path directory, boolean takesLongNames, boolean takesAnything)
      throws IOException {
    Path root = Files.createDirectory(directory.resolve("source"));
    Files.writeString(root.resolve("file"), "content\n");
    Files.createLink(root.resolve("hard"), root.resolve("file"));
    Files.writeString(root.resolve("empty"), "");
    Files.write(root.resolve("block"), new byte[1024]);
    Files.write(root.resolve("large"), new byte[100_001]);
    Files.createSymbolicLink(root.resolve("link"), Path.of("..", "x"));
    Path inner = Files.createDirectories(root.resolve("some/dir"));
    Path modes = Files.writeString(inner.resolve("modes"), "m");
    Files.setPosixFilePermissions(modes, PosixFilePermissions.fromString("rwxr-x--x"));
    Files.setLastModifiedTime(modes, FileTime.from(TIME.plusNanos(123_456_789)));
    if (takesLongNames) {
      Path split = Files.createDirectory(root.resolve(LONG));
      Files.writeString(split.resolve(LONG), "split");
      if (takesAnything) {
        Files.writeString(split.resolve("n".repeat(200)), "record");
        Files.createSymbolicLink(root.resolve("dangling"), Path.of("t".repeat(200)));
      }
    }
    return root;
  }

  /** Data, a hole, data, and a hole to the end. */
  private static byte[] sparseFile(Path file) throws IOException {
    try (RandomAccessFile random = new RandomAccessFile(file.toFile(), "rw")) {
      random.write(new byte[] {1, 2, 3});
      for (int i = 1; i <= 6; i++) {
        random.seek(i * 1_048_576L);
        random.write(new byte[] {4, 5, 6});
      }
      random.setLength(10_000_001);
    }
    return Files.readAllBytes(file);
  }

  private static void requireXattrs(Path directory) throws IOException {
    Path probe = Files.createTempFile(directory, "probe", "");
    try {
      Files.getFileAttributeView(probe, UserDefinedFileAttributeView.class)
          .write("probe", ByteBuffer.allocate(1));
    } catch (IOException | NullPointerException e) {
      assumeTrue(false, "the file system has no extended attributes");
    } finally {
      Files.delete(probe);
    }
  }

  private static byte[] xattr(Path file, String name) throws IOException {
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
    ByteBuffer value = ByteBuffer.allocate(view.size(name));
    view.read(name, value);
    return value.array();
  }

  private static void assertOwner(Path file, Metadata metadata) throws IOException {
    Map<String, Object> owner =
        Files.readAttributes(file, "unix:uid,gid", LinkOption.NOFOLLOW_LINKS);
    assertThat(owner)
        .containsEntry("uid", (int) metadata.uid())
        .containsEntry("gid", (int) metadata.gid());
  }

  /** All below a directory by its path. */
  private static Map<String, String> describe(Path root) throws IOException {
    Map<String, String> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : (Iterable<Path>) files.filter(path -> !path.equals(root))::iterator) {
        all.put(root.relativize(file).toString(), describeOne(file));
      }
    }
    return all;
  }

  private static String describeOne(Path file) throws IOException {
    Integer bits = (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    String mode = Integer.toOctalString(Objects.requireNonNull(bits) & 07777);
    Instant time = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
    if (Files.isSymbolicLink(file)) {
      return "symlink " + time + " " + Files.readSymbolicLink(file);
    }
    if (Files.isDirectory(file)) {
      return "directory " + mode + " " + time;
    }
    return "file " + mode + " " + time + " " + Files.readString(file, ISO_8859_1).hashCode();
  }

  private static String describe(Read read) {
    String mode = Integer.toOctalString(read.entry().metadata().mode());
    String time = read.entry().metadata().mtime().toString();
    return switch (read.entry().kind()) {
      case SYMLINK -> "symlink " + time + " " + read.linkName();
      case DIRECTORY -> "directory " + mode + " " + time;
      default -> "file " + mode + " " + time + " " + read.data().hashCode();
    };
  }

  private static Map<String, String> withoutFractions(Map<String, String> described) {
    Map<String, String> whole = new TreeMap<>();
    described.forEach((path, text) -> whole.put(path, text.replaceAll("\\.\\d+Z", "Z")));
    return whole;
  }
}
