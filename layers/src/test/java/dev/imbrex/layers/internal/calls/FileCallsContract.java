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
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the native provider does, seen through java.nio. */
@Timeout(60)
class NativeCallsTest {
  private static final ByteString A = ByteString.of("a");
  private static final ByteString B = ByteString.of("b");
  private static final ByteString ODD = ByteString.of(new byte[] {(byte) 0xff, '\n', (byte) 0xc3});

  @TempDir Path temporary;
  private DirectoryHandle root;
  private long openBefore;

  @BeforeEach
  void open() throws IOException {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "the native provider is for Linux");
    FileCalls calls = NativeCalls.find().orElseThrow();
    assertThat(calls.serves(temporary)).isTrue();
    openBefore = countOpen();
    root = calls.open(temporary);
  }

  @AfterEach
  void leavesNothingOpen() throws IOException {
    if (root != null) {
      root.close();
      assertThat(countOpen()).isEqualTo(openBefore);
      assertThatThrownBy(() -> root.names()).isInstanceOf(IllegalStateException.class);
    }
  }

  private static long countOpen() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  private void write(ByteString name, String text) throws IOException {
    try (FileHandle file = root.createFile(name)) {
      file.out().write(text.getBytes(UTF_8));
    }
  }

  @Test
  void createsAndReadsFiles() throws IOException {
    byte[] large = new byte[3 * Buffers.SIZE + 17];
    new Random(1).nextBytes(large);
    try (FileHandle file = root.createFile(A)) {
      file.out().write(large, 0, 5);
      file.out().write(large[5]);
      file.out().write(large, 6, large.length - 6);
    }
    assertThat(Files.readAllBytes(temporary.resolve("a"))).isEqualTo(large);
    assertThat(root.status(A).size()).isEqualTo(large.length);
    assertThat(root.status(A).mode()).isEqualTo(0600);
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

  /** LC-M1, LC-G1: names are bytes, and all are listed. */
  @Test
  void namesAreBytes() throws IOException {
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
    root.attributes(A, FileStatus.Type.SYMLINK).setMtime(Instant.ofEpochSecond(5, 6));
    root.attributes(A, FileStatus.Type.SYMLINK)
        .setOwner(root.status(A).uid(), root.status(A).gid());
    assertThatThrownBy(() -> root.attributes(A, FileStatus.Type.SYMLINK).setMode(0777))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(root.status(A).mtime()).isEqualTo(Instant.ofEpochSecond(5, 6));
    assertThat(root.status(ByteString.of("outside")).mode()).isEqualTo(mode);
    assertThat(root.status(ByteString.of("outside")).mtime()).isAfter(Instant.ofEpochSecond(6));
    assertThat(outside.resolve("f")).hasContent("outside");
    root.deleteFile(A);
    assertThat(outside).isNotEmptyDirectory();
  }

  /** LC-G2: what a path of java.nio would lose. */
  @Test
  void keepsTargetsByteForByte() throws IOException {
    for (String target : new String[] {"a//b/", "/", "..//", "./x", "é"}) {
      ByteString name = ByteString.of("l" + target.hashCode());
      root.createSymlink(name, ByteString.of(target));
      assertThat(root.readSymlink(name)).isEqualTo(ByteString.of(target));
    }
    write(A, "");
    assertThatThrownBy(() -> root.readSymlink(A)).isInstanceOf(NotLinkException.class);
  }

  @Test
  void setsAttributes() throws IOException {
    try (FileHandle file = root.createFile(A)) {
      file.setMode(04755);
      assertThat(file.setMtime(Instant.ofEpochSecond(-2, 250_000_001)))
          .isEqualTo(Instant.ofEpochSecond(-2, 250_000_001));
      file.setXattr(ByteString.of("user.x"), ByteString.of(new byte[] {0, 1, (byte) 0xff}));
      file.setXattr(ByteString.of("user.empty"), ByteString.empty());
      file.removeXattr(ByteString.of("user.none"));
    }
    FileStatus status = root.status(A);
    assertThat(status.mode()).isEqualTo(04755);
    assertThat(status.mtime()).isEqualTo(Instant.ofEpochSecond(-2, 250_000_001));
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

  /** LC-G4, LC-A24: what java.nio cannot do at all. */
  @Test
  void makesDevicesPipesAndPrivilegedAttributes() throws IOException {
    assumeTrue(isRoot(), "devices and owners need root");
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
    return Files.getAttribute(temporary, "unix:uid").equals(0);
  }

  @Test
  void linksMovesAndDeletes() throws IOException {
    write(A, "text");
    root.createDirectory(ByteString.of("d"));
    try (DirectoryHandle below = root.openDirectory(ByteString.of("d"))) {
      below.createLink(B, root, A);
      assertThat(below.status(B).identity()).isEqualTo(root.status(A).identity());
      assertThat(below.status(B).links()).isEqualTo(2);
      below.createSymlink(ODD, ByteString.of("../a"));
      root.createLink(ODD, below, ODD);
      assertThat(root.readSymlink(ODD)).isEqualTo(ByteString.of("../a"));
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
    assertThat(root.names()).containsExactly(ODD);
  }

  /** LC-C4, LC-G9: far below what a path can name. */
  @Test
  void goesDeeperThanAPathCan() throws IOException {
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
