package dev.imbrex.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SPARSE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.ProviderMismatchException;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.condition.EnabledOnJre;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a file system of Linux does, tried on a directory with known files. Held against the default
 * file system, so that the expected values are not our own, against jimfs, and against container
 * layers whose files are new or lie in the image.
 */
abstract class FileSystemContract {
  static final FileTime OLD = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

  static final byte[] BIG = big();

  Path root;

  /** A directory of the file system, which holds what {@link #populate} makes. */
  abstract Path directory() throws IOException;

  /**
   * Tests, by method name, of what this file system is known to do in another way, and in which.
   */
  Map<String, String> differences() {
    return Map.of();
  }

  private static byte[] big() {
    byte[] bytes = new byte[200_000];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31 + i / 251);
    }
    return bytes;
  }

  @BeforeEach
  void open(TestInfo test) throws IOException {
    String difference = differences().get(test.getTestMethod().orElseThrow().getName());
    assumeTrue(difference == null, () -> "Known to differ: " + difference);
    root = directory();
  }

  /** Makes the files that tests start from. */
  static void populate(Path root) throws IOException {
    Files.writeString(root.resolve("file"), "content\n");
    Files.write(root.resolve("big"), BIG);
    Files.createDirectories(root.resolve("dir/sub"));
    Files.writeString(root.resolve("dir/one"), "1");
    Files.writeString(root.resolve("dir/two"), "22");
    Files.writeString(root.resolve("dir/sub/deep"), "deep");
    Files.createDirectory(root.resolve("empty"));
    Files.createSymbolicLink(root.resolve("link"), link(root, "dir/one"));
    Files.createSymbolicLink(root.resolve("dirlink"), link(root, "dir"));
    Files.createSymbolicLink(root.resolve("dangling"), link(root, "nowhere"));
    Files.createSymbolicLink(root.resolve("loop"), link(root, "loop"));
    Files.createSymbolicLink(root.resolve("dir/sub/up"), link(root, "../.."));
    Files.writeString(root.resolve("a"), "linked");
    Files.createLink(root.resolve("b"), root.resolve("a"));
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.toList()) {
        Files.getFileAttributeView(path, BasicFileAttributeView.class, NOFOLLOW_LINKS)
            .setTimes(OLD, OLD, null);
      }
    }
  }

  private static Path link(Path root, String target) {
    return root.getFileSystem().getPath(target);
  }

  Path at(String path) {
    return root.resolve(path);
  }

  static String text(Path path) throws IOException {
    return Files.readString(path);
  }

  static List<String> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  static FileTime mtime(Path path) throws IOException {
    return Files.getLastModifiedTime(path, NOFOLLOW_LINKS);
  }

  static Object unix(Path path, String name) throws IOException {
    return Files.getAttribute(path, "unix:" + name, NOFOLLOW_LINKS);
  }

  @Nested
  class Reading {
    @Test
    void findsTheFiles() throws IOException {
      assertThat(text(at("file"))).isEqualTo("content\n");
      assertThat(Files.readAllBytes(at("big"))).isEqualTo(BIG);
      assertThat(list(root))
          .containsExactly(
              "a", "b", "big", "dangling", "dir", "dirlink", "empty", "file", "link", "loop");
      assertThat(Files.size(at("big"))).isEqualTo(BIG.length);
    }

    @Test
    void readsAnywhereInAFile() throws IOException {
      try (SeekableByteChannel channel = Files.newByteChannel(at("big"))) {
        for (int position : new int[] {70_000, 0, 65_535, 199_999, 131_072, 3}) {
          ByteBuffer buffer = ByteBuffer.allocate(1);
          assertThat(channel.position(position).read(buffer)).isEqualTo(1);
          assertThat(buffer.get(0)).isEqualTo(BIG[position]);
          assertThat(channel.position()).isEqualTo(position + 1);
        }
        assertThat(channel.position(BIG.length).read(ByteBuffer.allocate(1))).isEqualTo(-1);
        assertThat(channel.position(1L << 40).read(ByteBuffer.allocate(1))).isEqualTo(-1);
        assertThatThrownBy(() -> channel.position(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
            .isInstanceOf(NonWritableChannelException.class);
      }
    }

    @Test
    void streamsSkipAndMark() throws IOException {
      try (InputStream in = Files.newInputStream(at("big"))) {
        assertThat(in.skip(150_000)).isEqualTo(150_000);
        assertThat(in.read()).isEqualTo(BIG[150_000] & 0xff);
        assertThat(in.readAllBytes()).hasSize(BIG.length - 150_001);
        assertThat(in.read()).isEqualTo(-1);
      }
    }

    @Test
    void channelsOfFilesReadAtPositionsAndIntoManyBuffers() throws IOException {
      try (FileChannel channel = FileChannel.open(at("big"), READ)) {
        ByteBuffer[] buffers = {ByteBuffer.allocate(10), ByteBuffer.allocate(20)};
        assertThat(channel.read(buffers)).isEqualTo(30);
        assertThat(buffers[1].get(19)).isEqualTo(BIG[29]);
        assertThat(channel.read(ByteBuffer.allocate(5), 100)).isEqualTo(5);
        assertThat(channel.position()).isEqualTo(30);
        Path copy = at("copy");
        try (FileChannel target = FileChannel.open(copy, CREATE_NEW, WRITE)) {
          long done = 0;
          while (done < channel.size()) {
            done += channel.transferTo(done, channel.size() - done, target);
          }
        }
        assertThat(Files.readAllBytes(copy)).isEqualTo(BIG);
      }
    }

    @Test
    void failsAsItShould() {
      assertThatThrownBy(() -> text(at("missing")))
          .isInstanceOf(NoSuchFileException.class)
          .hasMessageContaining("missing");
      assertThatThrownBy(() -> text(at("missing/below"))).isInstanceOf(NoSuchFileException.class);
      assertThatThrownBy(() -> text(at("dangling"))).isInstanceOf(NoSuchFileException.class);
      assertThatThrownBy(() -> Files.readAllBytes(at("dir"))).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> text(at("loop"))).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> list(at("file"))).isInstanceOf(NotDirectoryException.class);
      assertThatThrownBy(() -> list(at("missing"))).isInstanceOf(NoSuchFileException.class);
    }

    /** Later releases of Java say of a file on a disk that it is missing; ours does as 17 does. */
    @Test
    @EnabledOnJre(JRE.JAVA_17)
    void aPathThroughAFileIsNoMissingFile() {
      assertThatThrownBy(() -> Files.readAttributes(at("file/x"), BasicFileAttributes.class))
          .isExactlyInstanceOf(FileSystemException.class)
          .hasMessageContaining("Not a directory");
      assertThatThrownBy(() -> Files.createFile(at("file/x")))
          .isExactlyInstanceOf(FileSystemException.class);
      assertThat(Files.exists(at("file/x"))).isFalse();
      assertThatThrownBy(() -> Files.readAttributes(at("loop"), BasicFileAttributes.class))
          .isExactlyInstanceOf(FileSystemException.class)
          .hasMessageContaining("Too many levels of symbolic links");
    }

    @Test
    void optionsThatContradictEachOtherAreRefused() {
      assertThatThrownBy(() -> Files.newByteChannel(at("file"), READ, APPEND).close())
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> Files.newByteChannel(at("file"), APPEND, TRUNCATE_EXISTING).close())
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Nested
  class Writing {
    @Test
    void createsAndReplaces() throws IOException {
      Files.writeString(at("new"), "new");
      Files.writeString(at("file"), "x");
      assertThat(text(at("new"))).isEqualTo("new");
      assertThat(text(at("file"))).isEqualTo("x");
      assertThat(mtime(at("file"))).isGreaterThan(OLD);
    }

    @Test
    void appends() throws IOException {
      Files.writeString(at("file"), "more", APPEND);
      assertThat(text(at("file"))).isEqualTo("content\nmore");
      try (SeekableByteChannel channel = Files.newByteChannel(at("file"), APPEND)) {
        channel.position(0);
        channel.write(ByteBuffer.wrap("!".getBytes(UTF_8)));
        assertThat(channel.position()).isEqualTo(13);
      }
      assertThat(text(at("file"))).isEqualTo("content\nmore!");
    }

    @Test
    void overwritesInTheMiddle() throws IOException {
      byte[] expected = BIG.clone();
      try (SeekableByteChannel channel = Files.newByteChannel(at("big"), READ, WRITE)) {
        for (int position : new int[] {65_530, 0, 150_000, 199_990}) {
          channel.position(position).write(ByteBuffer.wrap("0123456789".getBytes(UTF_8)));
          System.arraycopy("0123456789".getBytes(UTF_8), 0, expected, position, 10);
        }
        ByteBuffer all = ByteBuffer.allocate(BIG.length);
        channel.position(0);
        while (channel.read(all) > 0) {}
        assertThat(all.array()).isEqualTo(expected);
      }
      assertThat(Files.readAllBytes(at("big"))).isEqualTo(expected);
    }

    @Test
    void leavesZerosInHoles() throws IOException {
      try (SeekableByteChannel channel =
          Files.newByteChannel(at("hole"), CREATE_NEW, WRITE, SPARSE)) {
        channel.position(300_000).write(ByteBuffer.wrap(new byte[] {7}));
      }
      byte[] expected = new byte[300_001];
      expected[300_000] = 7;
      assertThat(Files.readAllBytes(at("hole"))).isEqualTo(expected);
    }

    @Test
    void truncates() throws IOException {
      try (SeekableByteChannel channel = Files.newByteChannel(at("big"), WRITE)) {
        channel.position(190_000).truncate(70_000);
        assertThat(channel.position()).isEqualTo(70_000);
        assertThat(channel.size()).isEqualTo(70_000);
        channel.truncate(100_000);
        assertThat(channel.size()).isEqualTo(70_000);
        channel.position(140_000).write(ByteBuffer.wrap(new byte[] {1}));
      }
      byte[] expected = new byte[140_001];
      System.arraycopy(BIG, 0, expected, 0, 70_000);
      expected[140_000] = 1;
      assertThat(Files.readAllBytes(at("big"))).isEqualTo(expected);
      Files.newByteChannel(at("file"), WRITE, TRUNCATE_EXISTING).close();
      assertThat(Files.size(at("file"))).isZero();
      assertThat(mtime(at("file"))).isGreaterThan(OLD);
    }

    @Test
    void createNewWantsANewName() throws IOException {
      assertThatThrownBy(() -> Files.createFile(at("file")))
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasMessageContaining("file");
      assertThatThrownBy(() -> Files.newByteChannel(at("dangling"), CREATE_NEW, WRITE).close())
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThatThrownBy(() -> Files.newByteChannel(at("dir"), CREATE_NEW, WRITE).close())
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThatThrownBy(() -> Files.writeString(at("missing"), "", WRITE))
          .isInstanceOf(NoSuchFileException.class);
      assertThatThrownBy(() -> Files.writeString(at("missing/below"), "", CREATE, WRITE))
          .isInstanceOf(NoSuchFileException.class);
      assertThatThrownBy(() -> Files.writeString(at("dir"), "")).isInstanceOf(IOException.class);
    }

    @Test
    void createsWhereADanglingLinkLeads() throws IOException {
      Files.writeString(at("dangling"), "there", CREATE, WRITE);
      assertThat(text(at("nowhere"))).isEqualTo("there");
      assertThat(Files.isSymbolicLink(at("dangling"))).isTrue();
    }

    @Test
    void doesNotFollowALinkIfTold() {
      assertThatThrownBy(() -> Files.newByteChannel(at("link"), READ, NOFOLLOW_LINKS).close())
          .isInstanceOf(IOException.class);
    }

    @Test
    void deletesOnClose() throws IOException {
      try (SeekableByteChannel channel =
          Files.newByteChannel(at("gone"), CREATE, WRITE, READ, DELETE_ON_CLOSE)) {
        channel.write(ByteBuffer.wrap(new byte[] {1, 2}));
        assertThat(channel.position(0).read(ByteBuffer.allocate(9))).isEqualTo(2);
      }
      assertThat(Files.exists(at("gone"))).isFalse();
    }

    @Test
    void anOpenFileOutlivesItsName() throws IOException {
      try (SeekableByteChannel channel = Files.newByteChannel(at("big"), READ, WRITE)) {
        Files.delete(at("big"));
        Files.writeString(at("big"), "another");
        channel.position(100_000).write(ByteBuffer.wrap(new byte[] {42}));
        ByteBuffer buffer = ByteBuffer.allocate(2);
        channel.position(99_999).read(buffer);
        assertThat(buffer.array()).containsExactly(BIG[99_999], 42);
      }
      assertThat(text(at("big"))).isEqualTo("another");
    }

    @Test
    void twoChannelsSeeOneFile() throws IOException {
      try (SeekableByteChannel writer = Files.newByteChannel(at("file"), WRITE);
          SeekableByteChannel reader = Files.newByteChannel(at("file"), READ)) {
        ByteBuffer before = ByteBuffer.allocate(3);
        reader.read(before);
        writer.write(ByteBuffer.wrap("CONTENT".getBytes(UTF_8)));
        ByteBuffer after = ByteBuffer.allocate(4);
        reader.read(after);
        assertThat(new String(before.array(), UTF_8)).isEqualTo("con");
        assertThat(new String(after.array(), UTF_8)).isEqualTo("TENT");
      }
    }

    @Test
    void channelsOfFilesWriteAtPositionsAndFromManyBuffers() throws IOException {
      try (FileChannel channel = FileChannel.open(at("file"), READ, WRITE)) {
        channel.write(ByteBuffer.wrap("XY".getBytes(UTF_8)), 2);
        ByteBuffer[] buffers = {
          ByteBuffer.wrap("a".getBytes(UTF_8)), ByteBuffer.wrap("b".getBytes(UTF_8))
        };
        assertThat(channel.write(buffers)).isEqualTo(2);
        assertThat(channel.position()).isEqualTo(2);
        channel.force(true);
        try (FileChannel source = FileChannel.open(at("dir/two"), READ)) {
          assertThat(channel.transferFrom(source, 4, 100)).isEqualTo(2);
        }
      }
      assertThat(text(at("file"))).isEqualTo("abXY22t\n");
    }

    @Test
    void closedChannelsSaySo() throws IOException {
      SeekableByteChannel channel = Files.newByteChannel(at("file"), READ, WRITE);
      channel.close();
      channel.close();
      assertThat(channel.isOpen()).isFalse();
      assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
          .isInstanceOf(ClosedChannelException.class);
      assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
          .isInstanceOf(ClosedChannelException.class);
      assertThatThrownBy(channel::size).isInstanceOf(ClosedChannelException.class);
      assertThatThrownBy(channel::position).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void aChannelForWritingDoesNotRead() throws IOException {
      try (SeekableByteChannel channel = Files.newByteChannel(at("file"), WRITE)) {
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
            .isInstanceOf(NonReadableChannelException.class);
      }
    }

    @Test
    void locksOverlapNot() throws IOException {
      try (FileChannel one = FileChannel.open(at("file"), READ, WRITE);
          FileChannel two = FileChannel.open(at("file"), READ, WRITE)) {
        FileLock lock = one.lock(0, 10, false);
        assertThat(lock.isValid()).isTrue();
        assertThatThrownBy(() -> two.tryLock(5, 10, false))
            .isInstanceOf(OverlappingFileLockException.class);
        assertThatThrownBy(() -> one.tryLock(0, 1, true))
            .isInstanceOf(OverlappingFileLockException.class);
        two.lock(10, 10, false).release();
        lock.release();
        assertThat(lock.isValid()).isFalse();
        two.lock(0, 10, true);
      }
      try (FileChannel three = FileChannel.open(at("file"), READ, WRITE)) {
        assertThat(three.tryLock()).isNotNull();
      }
    }

    @Test
    void streamsWrite() throws IOException {
      try (OutputStream out = Files.newOutputStream(at("out"))) {
        out.write(BIG);
        out.write(1);
      }
      assertThat(Files.size(at("out"))).isEqualTo(BIG.length + 1);
      Files.write(at("lines"), List.of("ä", "ö"));
      assertThat(Files.readAllLines(at("lines"))).containsExactly("ä", "ö");
    }
  }

  @Nested
  class Directories {
    @Test
    void areMade() throws IOException {
      Files.createDirectories(at("x/y/z"));
      assertThat(Files.isDirectory(at("x/y/z"))).isTrue();
      Files.createDirectories(at("dirlink/q"));
      assertThat(Files.isDirectory(at("dir/q"))).isTrue();
      assertThatThrownBy(() -> Files.createDirectory(at("dir")))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThatThrownBy(() -> Files.createDirectory(at("dangling")))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThatThrownBy(() -> Files.createDirectory(at("missing/below")))
          .isInstanceOf(NoSuchFileException.class);
      assertThatThrownBy(() -> Files.createDirectories(at("file/below")))
          .isInstanceOf(IOException.class);
    }

    @Test
    void areDeletedWhenEmpty() throws IOException {
      assertThatThrownBy(() -> Files.delete(at("dir")))
          .isInstanceOf(DirectoryNotEmptyException.class)
          .hasMessageContaining("dir");
      Files.delete(at("empty"));
      assertThat(Files.exists(at("empty"))).isFalse();
      assertThatThrownBy(() -> Files.delete(at("empty"))).isInstanceOf(NoSuchFileException.class);
      assertThat(Files.deleteIfExists(at("empty"))).isFalse();
      Files.delete(at("dirlink"));
      assertThat(Files.isDirectory(at("dir"))).isTrue();
      Files.delete(at("dangling"));
      assertThat(Files.exists(at("dangling"), NOFOLLOW_LINKS)).isFalse();
    }

    @Test
    void canBeEmptiedAndFilledAgain() throws IOException {
      try (Stream<Path> walk = Files.walk(at("dir"))) {
        for (Path path : walk.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
      assertThat(Files.exists(at("dir"))).isFalse();
      assertThat(Files.exists(at("link"))).isFalse();
      Files.createDirectory(at("dir"));
      assertThat(list(at("dir"))).isEmpty();
      Files.writeString(at("dir/one"), "again");
      assertThat(text(at("link"))).isEqualTo("again");
    }

    @Test
    void areWalked() throws IOException {
      try (Stream<Path> walk = Files.walk(at("dir"))) {
        assertThat(walk.map(path -> at("dir").relativize(path).toString()).sorted())
            .containsExactly("", "one", "sub", "sub/deep", "sub/up", "two");
      }
      try (Stream<Path> found =
          Files.find(root, 9, (path, attributes) -> attributes.isSymbolicLink())) {
        assertThat(found.map(path -> root.relativize(path).toString()).sorted())
            .containsExactly("dangling", "dir/sub/up", "dirlink", "link", "loop");
      }
      assertThatThrownBy(
              () -> {
                try (Stream<Path> walk = Files.walk(at("dir"), FileVisitOption.FOLLOW_LINKS)) {
                  walk.count();
                }
              })
          .hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void loopsAreFound() throws IOException {
      Files.delete(at("loop"));
      assertThatThrownBy(
              () -> {
                try (Stream<Path> walk = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
                  walk.count();
                }
              })
          .hasCauseInstanceOf(FileSystemLoopException.class);
    }

    @Test
    void listWhatAGlobMatches() throws IOException {
      Set<String> names = new TreeSet<>();
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(root, "{d*,[a-b]}")) {
        stream.forEach(path -> names.add(path.getFileName().toString()));
      }
      assertThat(names).containsExactly("a", "b", "dangling", "dir", "dirlink");
    }

    @Test
    void streamsAreIteratedOnce() throws IOException {
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(root)) {
        assertThat(stream.iterator().next().getParent()).isEqualTo(root);
        assertThatThrownBy(stream::iterator).isInstanceOf(IllegalStateException.class);
      }
      DirectoryStream<Path> closed;
      try (DirectoryStream<Path> open = Files.newDirectoryStream(root)) {
        closed = open;
      }
      assertThatThrownBy(closed::iterator).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void canChangeWhileListed() throws IOException {
      List<String> names = new ArrayList<>();
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(at("dir"))) {
        for (Path path : stream) {
          names.add(path.getFileName().toString());
          Files.deleteIfExists(at("dir/two"));
          Files.writeString(at("dir/three"), "3");
        }
      }
      assertThat(names).contains("one", "sub");
      assertThat(list(at("dir"))).containsExactly("one", "sub", "three");
    }

    @Test
    void haveTheTimeOfTheirLastChange() throws IOException {
      Files.readAllBytes(at("dir/one"));
      Files.writeString(at("dir/one"), "changed");
      Files.setLastModifiedTime(at("dir/one"), OLD);
      assertThat(mtime(at("dir"))).isEqualTo(OLD);
      Files.delete(at("dir/one"));
      assertThat(mtime(at("dir"))).isGreaterThan(OLD);
      Files.writeString(at("empty/x"), "");
      assertThat(mtime(at("empty"))).isGreaterThan(OLD);
      Files.setLastModifiedTime(root, OLD);
      Files.move(at("file"), at("dir/sub/file"));
      assertThat(mtime(root)).isGreaterThan(OLD);
      assertThat(mtime(at("dir/sub"))).isGreaterThan(OLD);
      assertThat(mtime(at("dir/sub/file"))).isEqualTo(OLD);
    }
  }

  @Nested
  class Links {
    @Test
    void areFollowed() throws IOException {
      assertThat(text(at("link"))).isEqualTo("1");
      assertThat(text(at("dirlink/two"))).isEqualTo("22");
      assertThat(text(at("dir/sub/up/file"))).isEqualTo("content\n");
      assertThat(Files.readSymbolicLink(at("link")).toString()).isEqualTo("dir/one");
      assertThat(Files.isSymbolicLink(at("link"))).isTrue();
      assertThat(Files.isRegularFile(at("link"))).isTrue();
      assertThat(Files.isRegularFile(at("link"), NOFOLLOW_LINKS)).isFalse();
      assertThat(Files.exists(at("dangling"))).isFalse();
      assertThat(Files.exists(at("dangling"), NOFOLLOW_LINKS)).isTrue();
      assertThatThrownBy(() -> Files.readSymbolicLink(at("file")))
          .isInstanceOf(NotLinkException.class);
      assertThatThrownBy(() -> Files.readSymbolicLink(at("missing")))
          .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void leadUpFromWhereTheyLead() throws IOException {
      Files.createSymbolicLink(at("to-sub"), root.getFileSystem().getPath("dir/sub"));
      assertThat(text(at("to-sub/../one"))).isEqualTo("1");
      assertThat(at("to-sub/../one").toRealPath()).isEqualTo(at("dir/one").toRealPath());
      assertThatThrownBy(() -> text(at("missing/../file"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void canBeAbsolute() throws IOException {
      Files.createSymbolicLink(at("absolute"), at("dir").toAbsolutePath());
      assertThat(text(at("absolute/one"))).isEqualTo("1");
    }

    @Test
    void chainsOfThemAreFollowedSoFar() throws IOException {
      Path target = root.getFileSystem().getPath("file");
      for (int i = 1; i <= 41; i++) {
        Path link = at("chain" + i);
        Files.createSymbolicLink(link, target);
        target = link.getFileName();
      }
      assertThat(text(at("chain40"))).isEqualTo("content\n");
      assertThatThrownBy(() -> text(at("chain41"))).isInstanceOf(IOException.class);
    }

    @Test
    void realPathsHaveNone() throws IOException {
      Path real = root.toRealPath();
      assertThat(at("dirlink/sub/deep").toRealPath()).isEqualTo(real.resolve("dir/sub/deep"));
      assertThat(at("link").toRealPath()).isEqualTo(real.resolve("dir/one"));
      assertThat(at("link").toRealPath(NOFOLLOW_LINKS)).isEqualTo(at("link"));
      assertThatThrownBy(() -> at("dangling").toRealPath()).isInstanceOf(NoSuchFileException.class);
      assertThatThrownBy(() -> at("missing").toRealPath()).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void hardOnesShareTheFile() throws IOException {
      assertThat(Files.isSameFile(at("a"), at("b"))).isTrue();
      Files.writeString(at("a"), "changed");
      assertThat(text(at("b"))).isEqualTo("changed");
      Files.createLink(at("dir/c"), at("b"));
      Files.writeString(at("dir/c"), " again", APPEND);
      assertThat(text(at("a"))).isEqualTo("changed again");
      Files.setLastModifiedTime(at("b"), OLD);
      assertThat(mtime(at("dir/c"))).isEqualTo(OLD);
      Files.delete(at("a"));
      assertThat(text(at("b"))).isEqualTo("changed again");
      Files.createFile(at("a"));
      assertThat(Files.isSameFile(at("a"), at("b"))).isFalse();
      assertThatThrownBy(() -> Files.createLink(at("d"), at("dir")))
          .isInstanceOf(FileSystemException.class);
      assertThatThrownBy(() -> Files.createLink(at("file"), at("b")))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThatThrownBy(() -> Files.createLink(at("d"), at("missing")))
          .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void hardOnesAreCounted() throws IOException {
      assertThat(unix(at("a"), "nlink")).isEqualTo(2);
      Files.createLink(at("c"), at("a"));
      assertThat(unix(at("b"), "nlink")).isEqualTo(3);
      Files.delete(at("a"));
      assertThat(unix(at("b"), "nlink")).isEqualTo(2);
      assertThat(unix(at("b"), "ino")).isEqualTo(unix(at("c"), "ino"));
    }

    @Test
    void hardOnesOfSymbolicOnesAreSymbolic() throws IOException {
      Files.createLink(at("hard"), at("dangling"));
      assertThat(Files.readSymbolicLink(at("hard")).toString()).isEqualTo("nowhere");
    }

    @Test
    void areNotMadeOverSomething() {
      assertThatThrownBy(
              () -> Files.createSymbolicLink(at("file"), root.getFileSystem().getPath("x")))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThatThrownBy(
              () -> Files.createSymbolicLink(at("no/where"), root.getFileSystem().getPath("x")))
          .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void sameFilesAreKnownByAnyPath() throws IOException {
      assertThat(Files.isSameFile(at("link"), at("dir/one"))).isTrue();
      assertThat(Files.isSameFile(at("dir/two"), at("dir/one"))).isFalse();
      assertThat(Files.isSameFile(at("missing"), at("missing"))).isTrue();
      assertThatThrownBy(() -> Files.isSameFile(at("missing"), at("file")))
          .isInstanceOf(NoSuchFileException.class);
    }
  }

  @Nested
  class CopyingAndMoving {
    @Test
    void copiesContent() throws IOException {
      Files.copy(at("big"), at("copy"));
      assertThat(Files.readAllBytes(at("copy"))).isEqualTo(BIG);
      assertThat(mtime(at("copy"))).isGreaterThan(OLD);
      Files.writeString(at("copy"), "other", APPEND);
      assertThat(Files.readAllBytes(at("big"))).isEqualTo(BIG);
      Files.writeString(at("big"), "short");
      assertThat(Files.size(at("copy"))).isEqualTo(BIG.length + 5);
    }

    @Test
    void copiesOfCopiesAreTheirOwn() throws IOException {
      Files.writeString(at("x"), "first");
      Files.copy(at("x"), at("y"));
      Files.copy(at("y"), at("z"));
      Files.writeString(at("y"), "!", APPEND);
      Files.delete(at("x"));
      assertThat(text(at("y"))).isEqualTo("first!");
      assertThat(text(at("z"))).isEqualTo("first");
    }

    @Test
    void copiesAttributesIfTold() throws IOException {
      Files.setPosixFilePermissions(at("file"), PosixFilePermissions.fromString("rwx-w---x"));
      Files.copy(at("file"), at("copy"), COPY_ATTRIBUTES);
      assertThat(mtime(at("copy"))).isEqualTo(OLD);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(at("copy"))))
          .isEqualTo("rwx-w---x");
    }

    @Test
    void copiesDirectoriesEmpty() throws IOException {
      Files.copy(at("dir"), at("copy"));
      assertThat(list(at("copy"))).isEmpty();
      assertThatThrownBy(() -> Files.copy(at("file"), at("dir"), REPLACE_EXISTING))
          .isInstanceOf(DirectoryNotEmptyException.class);
      Files.copy(at("file"), at("empty"), REPLACE_EXISTING);
      assertThat(text(at("empty"))).isEqualTo("content\n");
    }

    @Test
    void copiesLinksIfTold() throws IOException {
      Files.copy(at("link"), at("followed"));
      assertThat(Files.isSymbolicLink(at("followed"))).isFalse();
      assertThat(text(at("followed"))).isEqualTo("1");
      Files.copy(at("link"), at("kept"), NOFOLLOW_LINKS);
      assertThat(Files.readSymbolicLink(at("kept")).toString()).isEqualTo("dir/one");
    }

    @Test
    void doesNotReplaceUntold() throws IOException {
      assertThatThrownBy(() -> Files.copy(at("file"), at("a")))
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasMessageContaining("a");
      assertThatThrownBy(() -> Files.move(at("file"), at("a")))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThatThrownBy(() -> Files.copy(at("missing"), at("x")))
          .isInstanceOf(NoSuchFileException.class);
      Files.copy(at("file"), at("a"), REPLACE_EXISTING);
      assertThat(text(at("a"))).isEqualTo("content\n");
      assertThat(text(at("b"))).isEqualTo("linked");
      Files.copy(at("file"), at("link"), REPLACE_EXISTING);
      assertThat(Files.isSymbolicLink(at("link"))).isFalse();
      assertThat(text(at("dir/one"))).isEqualTo("1");
      Files.copy(at("file"), at("file"));
    }

    @Test
    void copiesFromAndToStreams() throws IOException {
      assertThat(Files.copy(Files.newInputStream(at("big")), at("copy"))).isEqualTo(BIG.length);
      try (OutputStream out = Files.newOutputStream(at("twice"))) {
        Files.copy(at("big"), out);
        Files.copy(at("copy"), out);
      }
      assertThat(Files.size(at("twice"))).isEqualTo(2L * BIG.length);
    }

    @Test
    void movesFiles() throws IOException {
      Files.move(at("file"), at("dir/file"));
      assertThat(Files.exists(at("file"))).isFalse();
      assertThat(text(at("dir/file"))).isEqualTo("content\n");
      assertThat(mtime(at("dir/file"))).isEqualTo(OLD);
      Files.move(at("dir/file"), at("a"), REPLACE_EXISTING);
      assertThat(text(at("a"))).isEqualTo("content\n");
      assertThat(text(at("b"))).isEqualTo("linked");
      Files.move(at("link"), at("dir/sub/link"));
      assertThat(Files.readSymbolicLink(at("dir/sub/link")).toString()).isEqualTo("dir/one");
      Files.move(at("a"), at("a"));
    }

    @Test
    void movesWholeDirectories() throws IOException {
      Files.move(at("dir"), at("empty/moved"));
      assertThat(list(at("empty/moved"))).containsExactly("one", "sub", "two");
      assertThat(text(at("empty/moved/sub/deep"))).isEqualTo("deep");
      Files.writeString(at("empty/moved/sub/deep"), "!", APPEND);
      assertThat(text(at("empty/moved/sub/deep"))).isEqualTo("deep!");
      assertThat(Files.exists(at("dir"))).isFalse();
      Files.createDirectory(at("dir"));
      Files.move(at("empty/moved/sub"), at("dir"), REPLACE_EXISTING);
      assertThat(list(at("dir"))).containsExactly("deep", "up");
      assertThatThrownBy(() -> Files.move(at("empty"), at("empty/moved/x")))
          .isInstanceOf(FileSystemException.class);
      assertThatThrownBy(() -> Files.move(at("file"), at("empty"), REPLACE_EXISTING))
          .isInstanceOf(DirectoryNotEmptyException.class);
    }

    @Test
    void movesAtomically() throws IOException {
      Files.move(at("file"), at("a"), ATOMIC_MOVE);
      assertThat(text(at("a"))).isEqualTo("content\n");
      assertThat(text(at("b"))).isEqualTo("linked");
      assertThatThrownBy(() -> Files.move(at("a"), at("dir"), ATOMIC_MOVE))
          .isInstanceOf(FileSystemException.class);
      assertThatThrownBy(() -> Files.move(at("dir"), at("a"), ATOMIC_MOVE))
          .isInstanceOf(FileSystemException.class);
      Files.move(at("dir"), at("empty"), ATOMIC_MOVE);
      assertThat(list(at("empty"))).containsExactly("one", "sub", "two");
      assertThatThrownBy(() -> Files.copy(at("a"), at("c"), ATOMIC_MOVE))
          .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void movingANameOntoAnotherOfTheSameFileDoesNothing() throws IOException {
      Files.move(at("a"), at("b"), REPLACE_EXISTING);
      assertThat(list(root)).contains("a", "b");
      Files.move(at("a"), at("b"), ATOMIC_MOVE);
      assertThat(list(root)).contains("a", "b");
    }

    @Test
    void reachesOtherFileSystems(@org.junit.jupiter.api.io.TempDir Path outside)
        throws IOException {
      Files.copy(at("big"), outside.resolve("out"), COPY_ATTRIBUTES);
      assertThat(Files.readAllBytes(outside.resolve("out"))).isEqualTo(BIG);
      Files.move(outside.resolve("out"), at("in"));
      assertThat(Files.readAllBytes(at("in"))).isEqualTo(BIG);
      assertThat(Files.exists(outside.resolve("out"))).isFalse();
    }
  }

  @Nested
  class Attributes {
    @Test
    void tellTheKind() throws IOException {
      BasicFileAttributes file = Files.readAttributes(at("file"), BasicFileAttributes.class);
      assertThat(file.isRegularFile()).isTrue();
      assertThat(file.isDirectory() || file.isSymbolicLink() || file.isOther()).isFalse();
      assertThat(file.size()).isEqualTo(8);
      assertThat(file.lastModifiedTime()).isEqualTo(OLD);
      assertThat(file.lastAccessTime()).isEqualTo(OLD);
      assertThat(file.fileKey()).isNotNull();
      assertThat(Files.isDirectory(at("dirlink"))).isTrue();
      BasicFileAttributes link =
          Files.readAttributes(at("link"), BasicFileAttributes.class, NOFOLLOW_LINKS);
      assertThat(link.isSymbolicLink()).isTrue();
      assertThat(link.isRegularFile()).isFalse();
      assertThat(Files.readAttributes(at("dir"), BasicFileAttributes.class).fileKey())
          .isEqualTo(Files.readAttributes(at("dirlink"), BasicFileAttributes.class).fileKey())
          .isNotEqualTo(file.fileKey());
    }

    @Test
    void timesAreKeptToTheNanosecond() throws IOException {
      FileTime time = FileTime.from(Instant.parse("2001-02-03T04:05:06.789012345Z"));
      FileTime early = FileTime.from(Instant.parse("1965-02-03T04:05:06Z"));
      Files.setLastModifiedTime(at("file"), time);
      assertThat(mtime(at("file"))).isEqualTo(time);
      BasicFileAttributeView view =
          Files.getFileAttributeView(at("file"), BasicFileAttributeView.class);
      view.setTimes(early, time, null);
      assertThat(view.readAttributes().lastModifiedTime()).isEqualTo(early);
      assertThat(view.readAttributes().lastAccessTime()).isEqualTo(time);
      view.setTimes(null, early, null);
      assertThat(view.readAttributes().lastModifiedTime()).isEqualTo(early);
      assertThat(view.readAttributes().lastAccessTime()).isEqualTo(early);
    }

    @Test
    void timesOfLinksAreTheirOwn() throws IOException {
      FileTime time = FileTime.from(Instant.parse("2001-02-03T04:05:06Z"));
      Files.setLastModifiedTime(at("link"), time);
      assertThat(mtime(at("dir/one"))).isEqualTo(time);
      assertThat(mtime(at("link"))).isEqualTo(OLD);
    }

    @Test
    void permissionsAreKept() throws IOException {
      Set<PosixFilePermission> wanted = PosixFilePermissions.fromString("rwxr-x--x");
      Files.setPosixFilePermissions(at("link"), wanted);
      assertThat(Files.getPosixFilePermissions(at("dir/one"))).isEqualTo(wanted);
      PosixFileAttributes attributes =
          Files.readAttributes(at("dir/one"), PosixFileAttributes.class);
      assertThat(attributes.permissions()).isEqualTo(wanted);
      assertThat(attributes.owner()).isEqualTo(Files.getOwner(at("dir/one")));
    }

    @Test
    void newFilesHaveTheUsualPermissions() throws IOException {
      Files.createFile(at("new"));
      Files.createDirectory(at("new-dir"));
      assertThat(unix(at("new"), "mode")).isEqualTo(0100644);
      assertThat(unix(at("new-dir"), "mode")).isEqualTo(0040755);
      var all = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxrwxrwx"));
      Files.createFile(at("new2"), all);
      assertThat(unix(at("new2"), "mode")).isEqualTo(0100755);
      Files.createDirectory(at("new-dir2"), all);
      assertThat(unix(at("new-dir2"), "mode")).isEqualTo(0040755);
      assertThat(unix(at("link"), "mode")).isEqualTo(0120777);
      assertThatThrownBy(
              () ->
                  Files.createFile(
                      at("new3"),
                      new java.nio.file.attribute.FileAttribute<Integer>() {
                        @Override
                        public String name() {
                          return "unix:mode";
                        }

                        @Override
                        public Integer value() {
                          return 0600;
                        }
                      }))
          .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void unixModeHasAllBits() throws IOException {
      Files.setAttribute(at("file"), "unix:mode", 04755);
      assertThat(unix(at("file"), "mode")).isEqualTo(0104755);
      Files.writeString(at("file"), "x");
      Files.copy(at("file"), at("copy"));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(at("copy"))))
          .isEqualTo("rwxr-xr-x");
      Files.setAttribute(at("empty"), "unix:mode", 02775);
      Files.createDirectory(at("empty/sub"));
      assertThat((Integer) unix(at("empty/sub"), "mode") & 02000).isEqualTo(02000);
      assertThat(unix(at("empty/sub"), "nlink")).isEqualTo(2);
    }

    @Test
    void haveNames() throws IOException {
      Map<String, Object> basic = Files.readAttributes(at("file"), "*");
      assertThat(basic.keySet())
          .contains(
              "size",
              "isDirectory",
              "isRegularFile",
              "isSymbolicLink",
              "isOther",
              "lastModifiedTime",
              "lastAccessTime",
              "creationTime",
              "fileKey");
      assertThat(Files.readAttributes(at("file"), "size,isOther"))
          .isEqualTo(Map.of("size", 8L, "isOther", false));
      assertThat(Files.getAttribute(at("file"), "posix:permissions"))
          .isEqualTo(Files.getPosixFilePermissions(at("file")));
      assertThatThrownBy(() -> Files.readAttributes(at("file"), "nope:*"))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> Files.readAttributes(at("file"), "basic:nope"))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> Files.setAttribute(at("file"), "posix:nope", 1))
          .isInstanceOf(IllegalArgumentException.class);
      Files.setAttribute(at("file"), "lastModifiedTime", FileTime.fromMillis(5000));
      assertThat(mtime(at("file"))).isEqualTo(FileTime.fromMillis(5000));
    }

    @Test
    void unixOnesAreAllThere() throws IOException {
      Map<String, Object> unix = Files.readAttributes(at("file"), "unix:*");
      assertThat(unix.keySet())
          .containsExactlyInAnyOrder(
              "size",
              "creationTime",
              "lastAccessTime",
              "lastModifiedTime",
              "isDirectory",
              "isRegularFile",
              "isSymbolicLink",
              "isOther",
              "fileKey",
              "permissions",
              "owner",
              "group",
              "mode",
              "ino",
              "dev",
              "rdev",
              "nlink",
              "uid",
              "gid",
              "ctime");
      assertThat(unix.get("mode")).isInstanceOf(Integer.class);
      assertThat(unix.get("uid")).isInstanceOf(Integer.class);
      assertThat(unix.get("nlink")).isInstanceOf(Integer.class);
      assertThat(unix.get("ino")).isInstanceOf(Long.class);
      assertThat(unix.get("rdev")).isEqualTo(0L);
      assertThat(Files.readAttributes(at("file"), "owner:*").keySet()).containsExactly("owner");
    }

    @Test
    void changeTimeGoesOn() throws IOException {
      FileTime before = (FileTime) unix(at("file"), "ctime");
      Files.setLastModifiedTime(at("file"), OLD);
      Files.setPosixFilePermissions(at("file"), PosixFilePermissions.fromString("rw-------"));
      assertThat((FileTime) unix(at("file"), "ctime")).isGreaterThanOrEqualTo(before);
      assertThat((FileTime) unix(at("file"), "ctime")).isGreaterThan(OLD);
    }

    @Test
    void accessIsJudged() {
      assertThat(Files.isReadable(at("file"))).isTrue();
      assertThat(Files.isWritable(at("file"))).isTrue();
      assertThat(Files.isExecutable(at("dir"))).isTrue();
      assertThat(Files.isReadable(at("missing"))).isFalse();
      assertThat(Files.isWritable(at("dangling"))).isFalse();
    }

    @Test
    void nothingRunsWithoutTheBit() throws IOException {
      assertThat(Files.isExecutable(at("file"))).isFalse();
      Files.setPosixFilePermissions(at("file"), PosixFilePermissions.fromString("rwx------"));
      assertThat(Files.isExecutable(at("file"))).isTrue();
    }

    @Test
    void userAttributesAreKept() throws IOException {
      UserDefinedFileAttributeView view =
          Files.getFileAttributeView(at("file"), UserDefinedFileAttributeView.class);
      byte[] value = {0, 1, -1};
      assertThat(view.list()).isEmpty();
      assertThat(view.write("name", ByteBuffer.wrap(value))).isEqualTo(3);
      assertThat(view.list()).containsExactly("name");
      assertThat(view.size("name")).isEqualTo(3);
      ByteBuffer read = ByteBuffer.allocate(10);
      assertThat(view.read("name", read)).isEqualTo(3);
      assertThat(read.position()).isEqualTo(3);
      assertThat(Files.getAttribute(at("file"), "user:name")).isEqualTo(value);
      Files.setAttribute(at("file"), "user:other", ByteBuffer.wrap(value));
      assertThat(Files.readAttributes(at("file"), "user:*").keySet())
          .containsExactlyInAnyOrder("name", "other");
      Files.copy(at("file"), at("copy"), COPY_ATTRIBUTES);
      assertThat(Files.getAttribute(at("copy"), "user:other")).isEqualTo(value);
      view.delete("name");
      assertThat(view.list()).containsExactly("other");
      assertThatThrownBy(() -> view.size("name")).isInstanceOf(FileSystemException.class);
      assertThatThrownBy(() -> view.delete("name")).isInstanceOf(FileSystemException.class);
      assertThatThrownBy(() -> view.read("other", ByteBuffer.allocate(1)))
          .isInstanceOf(FileSystemException.class);
    }

    @Test
    void usersAreFoundByName() throws IOException {
      var lookup = root.getFileSystem().getUserPrincipalLookupService();
      assertThat(lookup.lookupPrincipalByName("root").getName()).isEqualTo("root");
      assertThat(lookup.lookupPrincipalByName("0")).isEqualTo(lookup.lookupPrincipalByName("root"));
      assertThat(lookup.lookupPrincipalByGroupName("root").getName()).isEqualTo("root");
      assertThatThrownBy(() -> lookup.lookupPrincipalByName("no-such-user"))
          .isInstanceOf(UserPrincipalNotFoundException.class);
      assertThat(lookup.lookupPrincipalByName("4711").getName()).isEqualTo("4711");
    }

    @Test
    void storesSayWhatTheyCan() throws IOException {
      var store = Files.getFileStore(at("file"));
      assertThat(store.supportsFileAttributeView("posix")).isTrue();
      assertThat(store.supportsFileAttributeView(BasicFileAttributeView.class)).isTrue();
      assertThat(store.isReadOnly()).isFalse();
      assertThat(store.getTotalSpace()).isPositive();
      assertThat(store.getUsableSpace()).isPositive();
    }
  }

  @Nested
  class Paths {
    private Path path(String text) {
      return root.getFileSystem().getPath(text);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        emptyValue = "",
        value = {
          "/|/|0",
          "//|/|0",
          "/a//b/|/a/b|2",
          "a/./b|a/./b|3",
          "..|..|1",
          "'a b/ü'|'a b/ü'|2",
          "''|''|1"
        })
    void areWrittenPlainly(String text, String plain, int names) {
      assertThat(path(text).toString()).isEqualTo(plain);
      assertThat(path(text).getNameCount()).isEqualTo(names);
      assertThat(path(plain)).isEqualTo(path(text)).hasSameHashCodeAs(path(text));
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        emptyValue = "",
        value = {
          "/a/../b|/b",
          "/..|/",
          "/../a|/a",
          "../a/..|..",
          "a/..|''",
          "./a/./b|a/b",
          "a/b/../../..|..",
          "''|''",
          ".|''",
          "/a/b|/a/b"
        })
    void areNormalized(String text, String normal) {
      assertThat(path(text).normalize().toString()).isEqualTo(normal);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        emptyValue = "",
        value = {
          "/a|/a/b/c|b/c",
          "/a/b|/a/c|../c",
          "/a|/a|''",
          "a|b|../b",
          "''|a/b|a/b",
          "a/b|''|../..",
          "/|/x|x",
          "/a/./b|/a/c/../d|../d"
        })
    void areMadeRelative(String from, String to, String way) {
      assertThat(path(from).relativize(path(to)).toString()).isEqualTo(way);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        emptyValue = "",
        value = {"a|b|a/b", "a|/b|/b", "a|''|a", "''|b|b", "/|b|/b", "/a|b/c|/a/b/c", "a|..|a/.."})
    void areResolved(String path, String other, String result) {
      assertThat(path(path).resolve(other).toString()).isEqualTo(result);
      assertThat(path(path).resolve(path(other)).toString()).isEqualTo(result);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        emptyValue = "",
        value = {
          "/a/b|/a|true|false",
          "/a/b|/|true|false",
          "/a/b|a|false|false",
          "/a/b|b|false|true",
          "/a/b|a/b|false|true",
          "/a/b|/a/b|true|true",
          "/ab|/a|false|false",
          "a|''|false|false",
          "''|''|true|true",
          "a/b|a|true|false"
        })
    void startAndEnd(String path, String other, boolean starts, boolean ends) {
      assertThat(path(path).startsWith(other)).isEqualTo(starts);
      assertThat(path(path).endsWith(other)).isEqualTo(ends);
    }

    @Test
    void haveParts() {
      Path path = path("/a/b/c");
      assertThat(path.getRoot()).hasToString("/");
      assertThat(path.getParent()).hasToString("/a/b");
      assertThat(path.getFileName()).hasToString("c");
      assertThat(path.getName(1)).hasToString("b");
      assertThat(path.subpath(1, 3)).hasToString("b/c");
      assertThat(path("/").getParent()).isNull();
      assertThat(path("/").getFileName()).isNull();
      assertThat(path("a").getParent()).isNull();
      assertThat(path("/a").getParent()).hasToString("/");
      assertThat(path("a").getRoot()).isNull();
      assertThat(path("").getFileName()).hasToString("");
      assertThat(path).extracting(Path::isAbsolute).isEqualTo(true);
      assertThatThrownBy(() -> path.getName(3)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> path.subpath(2, 2)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> path("/").getName(0)).isInstanceOf(IllegalArgumentException.class);
      List<String> names = new ArrayList<>();
      path.forEach(name -> names.add(name.toString()));
      assertThat(names).containsExactly("a", "b", "c");
      assertThat(path.resolveSibling("d")).hasToString("/a/b/d");
      assertThat(path("b")).isGreaterThan(path("a"));
      assertThat(path("a/b")).isLessThan(path("a0"));
      assertThat(path("/x").toAbsolutePath()).hasToString("/x");
      assertThat(path("x").toAbsolutePath().isAbsolute()).isTrue();
    }

    @Test
    void holdNoNul() {
      assertThatThrownBy(() -> path("a\0b")).isInstanceOf(java.nio.file.InvalidPathException.class);
    }

    @Test
    void ofOthersAreRefused() {
      Path foreign =
          com.google.common.jimfs.Jimfs.newFileSystem(com.google.common.jimfs.Configuration.unix())
              .getPath("/x");
      assertThatThrownBy(() -> root.resolve(foreign)).isInstanceOf(ProviderMismatchException.class);
      assertThat(root.equals(foreign)).isFalse();
      assertThat(root.startsWith(foreign)).isFalse();
    }

    @Test
    void haveUris() {
      Path odd = at("sp ce/ü%");
      assertThat(root.getFileSystem().provider().getPath(odd.toUri())).isEqualTo(odd);
    }

    @Test
    void namesHave255Bytes() throws IOException {
      String longest = "ü".repeat(127) + "x";
      Files.createFile(at(longest));
      assertThat(list(root)).contains(longest);
      assertThatThrownBy(() -> Files.createFile(at("x".repeat(256))))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("File name too long");
      assertThatThrownBy(() -> Files.size(at("x".repeat(256))))
          .isInstanceOf(FileSystemException.class);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '"',
        emptyValue = "",
        value = {
          "*.java|A.java|true",
          "*.java|a/A.java|false",
          "**.java|a/A.java|true",
          "*.*|a.b|true",
          "*.*|ab|false",
          "?.txt|a.txt|true",
          "?.txt|ab.txt|false",
          "?|/|false",
          "*.{java,class}|x.class|true",
          "*.{java,class}|x.txt|false",
          "/home/*/*|/home/gus/data|true",
          "/home/*/*|/home/gus|false",
          "/home/**|/home/gus/data|true",
          "[abc]x|bx|true",
          "[a-c]x|cx|true",
          "[!a-c]x|cx|false",
          "[!a-c]x|dx|true",
          "[-x]|-|true",
          "[x-]|-|true",
          "[^a]|^|true",
          "[*?]|*|true",
          "[*?]|a|false",
          "\\*|*|true",
          "\\*|a|false",
          "a.b|axb|false",
          "a+(b)|a+(b)|true",
          "{a,b}{c,d}|bd|true",
          "{a*,b}/x|aaa/x|true",
          ".*|.hidden|true",
          "*|.hidden|true",
          "\"a,b\"|\"a,b\"|true"
        })
    void globsMatch(String glob, String path, boolean matches) {
      PathMatcher matcher = root.getFileSystem().getPathMatcher("glob:" + glob);
      assertThat(matcher.matches(path(path))).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {"[a", "{a", "{a{b}}", "[a/b]", "\\", "[c-a]"})
    void badGlobsAreRefused(String glob) {
      assertThatThrownBy(() -> root.getFileSystem().getPathMatcher("glob:" + glob))
          .isInstanceOf(java.util.regex.PatternSyntaxException.class);
    }

    @Test
    void regularExpressionsMatch() {
      PathMatcher matcher = root.getFileSystem().getPathMatcher("regex:.*/[a-f]+");
      assertThat(matcher.matches(path("/x/abc"))).isTrue();
      assertThat(matcher.matches(path("/x/xyz"))).isFalse();
      assertThatThrownBy(() -> root.getFileSystem().getPathMatcher("none:*"))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> root.getFileSystem().getPathMatcher("*"))
          .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hiddenOnesStartWithADot() throws IOException {
      assertThat(Files.isHidden(path(".x"))).isTrue();
      assertThat(Files.isHidden(path("a/.x"))).isTrue();
      assertThat(Files.isHidden(path("x."))).isFalse();
      assertThat(Files.isHidden(path("/"))).isFalse();
    }

    @Test
    void temporaryFilesAreMade() throws IOException {
      Path file = Files.createTempFile(root, "pre", ".suf");
      Path directory = Files.createTempDirectory(root, "pre");
      assertThat(list(root))
          .contains(file.getFileName().toString(), directory.getFileName().toString());
    }
  }

  /** Everything below a directory that can be told without privilege, as lines of text. */
  static List<String> listing(Path root) throws IOException {
    List<String> lines = new ArrayList<>();
    Map<Object, String> keys = new java.util.HashMap<>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path path : walk.sorted().toList()) {
        Map<String, Object> unix =
            Files.readAttributes(path, "unix:mode,nlink,lastModifiedTime,fileKey", NOFOLLOW_LINKS);
        String name = root.relativize(path).toString();
        int mode = (Integer) requireNonNull(unix.get("mode"));
        int type = mode & 0170000;
        String group =
            type == 0040000 ? "" : keys.computeIfAbsent(unix.get("fileKey"), key -> name);
        String content =
            switch (type) {
              case 0100000 ->
                  java.util.Arrays.hashCode(Files.readAllBytes(path)) + " " + Files.size(path);
              case 0120000 -> Files.readSymbolicLink(path).toString();
              default -> "";
            };
        lines.add("%s %o %s [%s] %s".formatted(name, mode, unix.get("nlink"), group, content));
      }
    }
    return lines;
  }

  @Test
  void theFilesAreTheSameEverywhere() throws IOException {
    assertThat(
            listing(root).stream()
                .map(line -> line.replaceAll(" -?\\d+ (\\d+)$", " $1"))
                .collect(Collectors.toList()))
        .containsExactly(
            " 40755 4 [] ",
            "a 100644 2 [a] 6",
            "b 100644 2 [a] 6",
            "big 100644 1 [big] 200000",
            "dangling 120777 1 [dangling] nowhere",
            "dir 40755 3 [] ",
            "dir/one 100644 1 [dir/one] 1",
            "dir/sub 40755 2 [] ",
            "dir/sub/deep 100644 1 [dir/sub/deep] 4",
            "dir/sub/up 120777 1 [dir/sub/up] ../..",
            "dir/two 100644 1 [dir/two] 2",
            "dirlink 120777 1 [dirlink] dir",
            "empty 40755 2 [] ",
            "file 100644 1 [file] 8",
            "link 120777 1 [link] dir/one",
            "loop 120777 1 [loop] loop");
  }
}
