package dev.imbrex.layers.internal.calls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Node;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every provider of calls does, seen through java.nio. */
@Timeout(60)
abstract class FileCallsContract {
  private static final ByteString A = ByteString.of("a");
  private static final ByteString B = ByteString.of("b");
  private static final ByteString C = ByteString.of("c");
  private static final ByteString ODD = ByteString.of(new byte[] {(byte) 0xff, '\n', (byte) 0xc3});

  private Path temporary = Path.of("");
  private DirectoryHandle root;
  private long openBefore;

  /** The provider, or nothing where it cannot be. */
  abstract Optional<FileCalls> calls();

  /** An empty directory that it serves. */
  abstract Path directory() throws IOException;

  @BeforeEach
  void open() throws IOException {
    Optional<FileCalls> calls = calls();
    assumeTrue(calls.isPresent(), "this provider is not for this machine");
    temporary = directory();
    assertThat(calls.orElseThrow().serves(temporary)).isTrue();
    openBefore = countOpen();
    root = calls.orElseThrow().open(temporary);
  }

  @AfterEach
  void leavesNothingOpen() throws IOException {
    if (root != null) {
      root.close();
      assertThat(countOpen()).isEqualTo(openBefore);
      assertThatThrownBy(() -> root.names()).isInstanceOf(IllegalStateException.class);
    }
  }

  /** The handles of this process that lead into the directory. */
  private long countOpen() throws IOException {
    Path all = Path.of("/proc/self/fd");
    if (!Files.isDirectory(all)) {
      return 0;
    }
    try (Stream<Path> open = Files.list(all)) {
      return open.filter(this::leadsHere).count();
    }
  }

  private boolean leadsHere(Path handle) {
    try {
      return Files.readSymbolicLink(handle).toString().startsWith(temporary.toString());
    } catch (IOException e) {
      // It was closed meanwhile.
      return false;
    }
  }

  private void write(ByteString name, String text) throws IOException {
    try (FileHandle file = root.createFile(name)) {
      file.out().write(text.getBytes(UTF_8));
    }
  }

  @Test
  void createsAndReadsFiles() throws IOException {
    byte[] large = new byte[800_017];
    new Random(1).nextBytes(large);
    try (FileHandle file = root.createFile(A)) {
      file.out().write(large, 0, 5);
      file.out().write(large[5]);
      file.out().write(large, 6, large.length - 6);
    }
    assertThat(Files.readAllBytes(temporary.resolve("a"))).isEqualTo(large);
    assertThat(root.status(A).size()).isEqualTo(large.length);
    if (root.support().permissions()) {
      assertThat(root.status(A).mode()).isEqualTo(0600);
    }
    ByteBuffer read = ByteBuffer.allocate(large.length + 1);
    try (SeekableByteChannel channel = root.openFile(A)) {
      assertThat(channel.size()).isEqualTo(large.length);
      while (channel.read(read) >= 0) {}
      assertThat(read.position()).isEqualTo(large.length);
      channel.position(7);
      ByteBuffer one = ByteBuffer.allocate(1);
      assertThat(channel.read(one)).isEqualTo(1);
      assertThat(one.get(0)).isEqualTo(large[7]);
    }
    assertThatThrownBy(() -> root.createFile(A)).isInstanceOf(FileAlreadyExistsException.class);
  }

  /** LC-A57: what was opened is what was seen before. */
  @Test
  void opensWhatWasSeen() throws IOException {
    Files.writeString(temporary.resolve("a"), "first");
    Files.writeString(temporary.resolve("b"), "other");
    FileStatus seen = root.status(A);
    assumeTrue(seen.identity() != null, "files have no identity here");
    try (SeekableByteChannel channel = open(seen)) {
      assertThat(channel.size()).isEqualTo(5);
    }
    assertThat(isStill(seen)).isTrue();
    Files.writeString(temporary.resolve("a"), "longer");
    assertThat(isStill(seen)).isFalse();
    Files.writeString(temporary.resolve("a"), "later");
    Files.setLastModifiedTime(temporary.resolve("a"), FileTime.from(seen.mtime().plusSeconds(10)));
    assertThat(isStill(seen)).isFalse();
    assertThatThrownBy(() -> open(seen))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("it changed");
    FileStatus later = root.status(A);
    Files.setLastModifiedTime(
        temporary.resolve("b"), Files.getLastModifiedTime(temporary.resolve("a")));
    Files.move(temporary.resolve("b"), temporary.resolve("a"), StandardCopyOption.REPLACE_EXISTING);

    assertThat(root.status(A).mtime()).isEqualTo(later.mtime());
    assertThat(isStill(later)).isFalse();
    assertThatThrownBy(() -> open(later))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("another file has taken its place");
    Files.delete(temporary.resolve("a"));
    assertThatThrownBy(() -> open(seen)).isInstanceOf(NoSuchFileException.class);
    Files.createDirectory(temporary.resolve("a"));
    assertThat(isStill(seen)).isFalse();
  }

  private SeekableByteChannel open(FileStatus seen) throws IOException {
    return root.openFile(A, seen.identity(), seen.size(), seen.mtime());
  }

  private boolean isStill(FileStatus seen) throws IOException {
    return root.isRegular(A, seen.identity(), seen.size(), seen.mtime());
  }

  /** LC-M1, LC-G1: names are bytes, and all are listed. */
  @Test
  void namesAreBytes() throws IOException {
    assumeTrue(root.support().byteNames(), "names are text here");
    write(ODD, "x");
    write(A, "x");
    write(ByteString.of("x".repeat(255)), "x");
    assertThat(root.names()).containsExactlyInAnyOrder(ODD, A, ByteString.of("x".repeat(255)));
    assertThat(root.status(ODD).type()).isEqualTo(FileStatus.Type.REGULAR);
    for (String name : new String[] {"", ".", "..", "a/b", "x".repeat(256), "a\0b"}) {
      assertThat(root.canHold(ByteString.of(name))).as(name).isFalse();
      assertThatThrownBy(() -> root.createDirectory(ByteString.of(name)))
          .as(name)
          .isInstanceOf(FileSystemException.class);
    }
  }

  @Test
  void listsManyNames() throws IOException {
    for (int i = 0; i < 3000; i++) {
      root.createDirectory(ByteString.of("directory " + i));
    }
    assertThat(root.names()).hasSize(3000).doesNotHaveDuplicates();
    assertThat(root.names()).hasSize(3000);
  }

  /** LC-C1, LC-C2: a link is never taken for the directory it leads to. */
  @Test
  void followsNoLink() throws IOException {
    Instant time = Instant.ofEpochSecond(5, root.support().exactSymlinkTimes() ? 6 : 0);
    Path outside = Files.createDirectory(temporary.resolve("outside"));
    Files.writeString(outside.resolve("f"), "outside");
    int mode = root.status(ByteString.of("outside")).mode();
    root.createSymlink(A, ByteString.of("outside"));
    root.createSymlink(B, ByteString.of("outside/f"));

    assertThatThrownBy(() -> root.openDirectory(A)).isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> root.createDirectory(A))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> root.createFile(B)).isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> root.openFile(B))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("not a regular file");
    root.attributes(A, FileStatus.Type.SYMLINK).setMtime(time);
    if (root.support().owners()) {
      root.attributes(A, FileStatus.Type.SYMLINK)
          .setOwner(root.status(A).uid(), root.status(A).gid());
    }
    if (root.support().permissions()) {
      assertThatThrownBy(() -> root.attributes(A, FileStatus.Type.SYMLINK).setMode(0777))
          .isInstanceOf(IllegalArgumentException.class);
    }

    assertThat(root.status(A).mtime()).isEqualTo(time);
    assertThat(root.status(ByteString.of("outside")).mode()).isEqualTo(mode);
    assertThat(root.status(ByteString.of("outside")).mtime()).isAfter(Instant.ofEpochSecond(6));
    assertThat(outside.resolve("f")).hasContent("outside");
    root.deleteFile(A);
    assertThat(outside).isNotEmptyDirectory();
  }

  /** LC-G2: what a path of java.nio would lose. */
  @Test
  void keepsTargetsByteForByte() throws IOException {
    for (String target : new String[] {"a//b/", "..//", "./x", "é"}) {
      ByteString name = ByteString.of("l" + target.hashCode());
      boolean isExact = root.support().exactSymlinks() || !target.contains("//");
      if (!isExact) {
        assertThatThrownBy(() -> root.createSymlink(name, ByteString.of(target)))
            .isInstanceOf(InexactSymlinkException.class);
        assertThatThrownBy(() -> root.status(name)).isInstanceOf(NoSuchFileException.class);
        continue;
      }
      root.createSymlink(name, ByteString.of(target));
      assertThat(root.readSymlink(name)).isEqualTo(ByteString.of(target));
    }
    write(A, "");
    assertThatThrownBy(() -> root.readSymlink(A)).isInstanceOf(NotLinkException.class);
  }

  @Test
  void setsAttributes() throws IOException {
    assumeTrue(root.support().specialModes() && root.support().userXattrs(), "fewer attributes");
    // Before 1970 java.nio sets whole seconds (LC-G6).
    Instant early = Instant.ofEpochSecond(-2, root.support().exactSymlinkTimes() ? 250_000_001 : 0);
    try (FileHandle file = root.createFile(A)) {
      file.setMode(04755);
      assertThat(file.setMtime(early)).isEqualTo(early);
      file.setXattr(ByteString.of("user.x"), ByteString.of(new byte[] {0, 1, (byte) 0xff}));
      file.setXattr(ByteString.of("user.empty"), ByteString.empty());
      file.removeXattr(ByteString.of("user.none"));
    }
    FileStatus status = root.status(A);
    assertThat(status.mode()).isEqualTo(04755);
    assertThat(status.mtime()).isEqualTo(early);
    FileAttributes attributes = root.attributes(A, FileStatus.Type.REGULAR);
    assertThat(attributes.xattrs())
        .isEqualTo(
            Map.of(
                ByteString.of("user.x"),
                ByteString.of(new byte[] {0, 1, (byte) 0xff}),
                ByteString.of("user.empty"),
                ByteString.empty()));
    attributes.removeXattr(ByteString.of("user.x"));
    attributes.setMode(0640);
    assertThat(attributes.xattrs()).containsOnlyKeys(ByteString.of("user.empty"));
    assertThat(root.status(A).mode()).isEqualTo(0640);
    root.attributes().setMode(0711);
    root.attributes().setXattr(ByteString.of("user.root"), ByteString.of("r"));
    assertThat(root.status().mode()).isEqualTo(0711);
    assertThat(root.attributes().xattrs()).containsOnlyKeys(ByteString.of("user.root"));
  }

  /** LC-G4, LC-G8, LC-A24: what java.nio cannot do at all; no pipe blocks and no device acts. */
  @Test
  void makesDevicesPipesAndPrivilegedAttributes() throws IOException {
    assumeTrue(root.support().devices() && isRoot(), "devices need root and a provider that can");
    root.createFifo(ByteString.of("fifo"));
    root.createDevice(A, Node.Kind.CHARACTER_DEVICE, 1, 3);
    root.createDevice(B, Node.Kind.BLOCK_DEVICE, 4095, 1_048_575);
    ByteString link = ByteString.of("link");
    root.createSymlink(link, ByteString.of("nowhere"));
    for (ByteString name : root.names()) {
      FileStatus.Type type = root.status(name).type();
      FileAttributes attributes = root.attributes(name, type);
      attributes.setOwner(4294967294L, 70_000);
      attributes.setXattr(ByteString.of("trusted.x"), ByteString.of("y"));
      attributes.setMtime(Instant.ofEpochSecond(7));
      assertThat(attributes.xattrs()).containsKey(ByteString.of("trusted.x"));
      assertThat(root.status(name).uid()).isEqualTo(4294967294L);
      assertThat(root.status(name).gid()).isEqualTo(70_000);
      assertThat(root.status(name).mtime()).isEqualTo(Instant.ofEpochSecond(7));
    }
    assertThat(root.status(A).major()).isEqualTo(1);
    assertThat(root.status(A).minor()).isEqualTo(3);
    assertThat(root.status(B).major()).isEqualTo(4095);
    assertThat(root.status(B).minor()).isEqualTo(1_048_575);
    assertThat(root.status(B).type()).isEqualTo(FileStatus.Type.BLOCK_DEVICE);
    assertThat(Files.getAttribute(temporary.resolve("a"), "unix:rdev", LinkOption.NOFOLLOW_LINKS))
        .isEqualTo(0x103L);
    assertThatThrownBy(() -> root.createDevice(link, Node.Kind.BLOCK_DEVICE, 4096, 0))
        .isInstanceOf(FileSystemException.class);
    // Neither blocks nor has an effect.
    assertThatThrownBy(() -> root.openFile(ByteString.of("fifo")))
        .hasMessageContaining("not a regular file");
    assertThatThrownBy(
            () ->
                root.attributes(link, FileStatus.Type.SYMLINK)
                    .setXattr(ByteString.of("user.x"), ByteString.of("y")))
        .isInstanceOf(FileSystemException.class);
  }

  private boolean isRoot() throws IOException {
    return System.getProperty("os.name").equals("Linux")
        && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  /** LC-G7, LC-G13. */
  @Test
  void linksMovesAndDeletes() throws IOException {
    write(A, "text");
    root.createDirectory(ByteString.of("d"));
    try (DirectoryHandle below = root.openDirectory(ByteString.of("d"))) {
      below.createLink(B, root, A);
      assertThat(below.status(B).identity()).isEqualTo(root.status(A).identity());
      assertThat(below.status(B).links()).isEqualTo(2);
      if (root.support().exactSymlinks()) {
        // A link to a link is one, and not to what it leads to (LC-G7).
        below.createSymlink(ODD, ByteString.of("../a"));
        root.createLink(ODD, below, ODD);
        assertThat(root.status(ODD).type()).isEqualTo(FileStatus.Type.SYMLINK);
        root.deleteFile(ODD);
      }
      below.createSymlink(C, ByteString.of("../a"));
      assertThat(below.readSymlink(C)).isEqualTo(ByteString.of("../a"));
      assertThatThrownBy(() -> root.move(A, below, B))
          .isInstanceOf(FileAlreadyExistsException.class);
      root.move(A, below, A);
      assertThatThrownBy(() -> root.status(A)).isInstanceOf(NoSuchFileException.class);
      assertThatThrownBy(() -> root.deleteDirectory(ByteString.of("d")))
          .isInstanceOf(DirectoryNotEmptyException.class);
      for (ByteString name : below.names()) {
        below.deleteFile(name);
      }
    }
    root.deleteDirectory(ByteString.of("d"));
    assertThat(root.names()).isEmpty();
  }

  /** LC-C4: what a directory holds is removed, links as links, whatever its modes. */
  @Test
  void removesTreesWithoutFollowingLinks() throws IOException {
    Path outside = Files.createDirectory(temporary.resolve("outside"));
    Files.writeString(outside.resolve("f"), "x");
    Path deep = temporary.resolve("d");
    for (int i = 0; i < 100; i++) {
      deep = deep.resolve("d");
    }
    Files.createDirectories(deep);
    Files.writeString(deep.resolve("f"), "x");
    Files.createSymbolicLink(temporary.resolve("d").resolve("l"), outside);
    Files.createSymbolicLink(temporary.resolve("l"), outside);
    if (root.support().permissions()) {
      root.attributes(ByteString.of("d"), FileStatus.Type.DIRECTORY).setMode(0);
    }
    TreeRemoval.remove(root, ByteString.of("d"));
    TreeRemoval.remove(root, ByteString.of("l"));
    TreeRemoval.remove(root, ByteString.of("none"));
    assertThat(root.names()).containsExactly(ByteString.of("outside"));
    assertThat(Files.readString(outside.resolve("f"))).isEqualTo("x");
  }

  /** LC-C10: a process that the caller starts has none of our handles. */
  @Test
  void handlesAreNotInherited() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "there is no list of handles");
    write(A, "x");
    try (DirectoryHandle again = root.reopen();
        SeekableByteChannel file = root.openFile(A);
        FileHandle created = root.createFile(B)) {
      assertThat(again.names()).isNotEmpty();
      assertThat(file.size()).isEqualTo(1);
      created.out().write(1);
      Process child = new ProcessBuilder("ls", "-l", "/proc/self/fd").start();
      String listed = new String(child.getInputStream().readAllBytes(), UTF_8);
      assertThat(child.waitFor()).isZero();
      assertThat(listed).doesNotContain(temporary.toString());
    }
  }

  /** LC-C4, LC-G9: far below what a path can name. */
  @Test
  void goesDeeperThanAPathCan() throws IOException {
    assumeTrue(root.support().handles(), "this provider goes by path");
    ByteString name = ByteString.of("n".repeat(250));
    DirectoryHandle here = root;
    for (int i = 0; i < 40; i++) {
      here.createDirectory(name);
      DirectoryHandle below = here.openDirectory(name);
      if (here != root) {
        here.close();
      }
      here = below;
    }
    try (FileHandle file = here.createFile(A)) {
      file.out().write(1);
    }
    assertThat(here.status(A).size()).isEqualTo(1);
    here.deleteFile(A);
    here.close();
    for (int depth = 40; depth > 0; depth--) {
      removeAt(name, depth);
    }
  }

  private void removeAt(ByteString name, int depth) throws IOException {
    DirectoryHandle here = root;
    for (int i = 1; i < depth; i++) {
      DirectoryHandle below = here.openDirectory(name);
      if (here != root) {
        here.close();
      }
      here = below;
    }
    here.deleteDirectory(name);
    if (here != root) {
      here.close();
    }
  }
}
