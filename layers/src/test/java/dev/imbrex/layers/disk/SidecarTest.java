package dev.imbrex.layers.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.internal.calls.FileStatus;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of override records: LC-B64 and LC-B65. */
class SidecarTest {
  private static final Instant TIME = Instant.ofEpochSecond(1700000000, 5);
  private static final ByteString CAPABILITY = ByteString.of("security.capability");

  @TempDir Path directory;

  @Test
  void keepsEveryRecordOfEveryName() throws IOException {
    String wanted = System.getProperty("imbrex.seed");
    long seed = wanted == null ? 20 : Long.parseLong(wanted);
    Random random = new Random(seed);
    Sidecar sidecar = new Sidecar();
    List<TreePath> paths =
        List.of(
            TreePath.root(),
            TreePath.of("a b/c=d:e%"),
            TreePath.root().child(ByteString.of(new byte[] {1, '\n', (byte) 0xff, (byte) 0x80})),
            TreePath.of("ä/|/-"));
    for (TreePath path : paths) {
      sidecar.record(path, randomRecord(random));
    }

    sidecar.write(directory.resolve("records"));

    Sidecar read = Sidecar.read(directory.resolve("records"));
    for (TreePath path : paths) {
      assertThat(read.find(path)).as("-Dimbrex.seed=" + seed).isEqualTo(sidecar.find(path));
    }
    assertThat(read.find(TreePath.of("other"))).isNull();
    try (var files = Files.list(directory)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void isTextOfOneLineForEachPath() throws IOException {
    Sidecar sidecar = new Sidecar();
    OverrideRecord record =
        OverrideRecord.of(status(FileStatus.Type.REGULAR, 0, 1000, 0), null)
            .withSpecial(new Node.Device(Metadata.forFile(), Node.Kind.CHARACTER_DEVICE, 1, 3))
            .withMode(0666)
            .withOwner(0, 5)
            .withXattr(ByteString.of("trusted.a=b"), ByteString.of(new byte[] {0, 'x'}));
    sidecar.record(TreePath.of("dev/nu ll"), record);

    sidecar.write(directory.resolve("records"));

    assertThat(directory.resolve("records"))
        .hasContent(
            """
            imbrex-overrides 1
            /dev/nu%20ll disk=REGULAR:0000:1000:1000:1700000000.000000005:0\
             special=CHARACTER_DEVICE:1:3 mode=0666 owner=0:5 xattr.trusted.a%3Db=%00x
            """);
  }

  @Test
  void forgetsAPathWithAllBelowIt() {
    Sidecar sidecar = new Sidecar();
    OverrideRecord record = OverrideRecord.of(status(FileStatus.Type.FIFO, 0600, 1, 0), null);
    for (String path : List.of("d", "d/x", "d/x/y", "d-x", "e")) {
      sidecar.record(TreePath.of(path), record.withMode(0));
    }

    sidecar.forget(TreePath.of("d"));

    assertThat(sidecar.find(TreePath.of("d"))).isNull();
    assertThat(sidecar.find(TreePath.of("d/x/y"))).isNull();
    assertThat(sidecar.find(TreePath.of("d-x"))).isNotNull();
    assertThat(sidecar.find(TreePath.of("e"))).isNotNull();
  }

  @Test
  void holdsNothingIfThereIsNoFile() throws IOException {
    assertThat(Sidecar.read(directory.resolve("missing")).isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/x",
        "/x disk=REGULAR:0644:0:0:0",
        "/x disk=REGULAR:0644:0:0:0:0 mode=99999",
        "/x disk=REGULAR:0644:0:0:0:0 owner=0:4294967295",
        "/x disk=REGULAR:0644:0:0:0:0 special=SYMLINK:0:0",
        "/x disk=REGULAR:0644:0:0:0:0 special=BLOCK_DEVICE:0:4294967296",
        "/x disk=REGULAR:0644:0:0:0:0 mtime=1e400000000",
        "/x disk=REGULAR:0644:0:0:0.0000000001:0",
        "/x disk=REGULAR:0644:0:0:0:0 colour=red",
        "/x disk=REGULAR:0644:0:0:0:0 mode=0 mode=0",
        "/x disk=REGULAR:0644:0:0:0:0  ",
        "/%2 disk=REGULAR:0644:0:0:0:0",
        "/%zz disk=REGULAR:0644:0:0:0:0",
        "/../x disk=REGULAR:0644:0:0:0:0",
        "/x disk=OLD:0644:0:0:0:0"
      })
  void namesTheLineThatItCannotRead(String line) throws IOException {
    Path file = directory.resolve("records");
    Files.writeString(file, Sidecar.FIRST_LINE + "\n" + line + "\n", StandardCharsets.US_ASCII);

    assertThatThrownBy(() -> Sidecar.read(file))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining("line 2");
  }

  @Test
  void refusesAFileOfAnotherFormat() throws IOException {
    Path file = Files.writeString(directory.resolve("records"), "imbrex-overrides 2\n");

    assertThatThrownBy(() -> Sidecar.read(file)).isInstanceOf(MalformedContentException.class);
  }

  /** What counts of a record when the file has changed since. */
  @Nested
  class AfterAChangeOnDisk {
    private final FileStatus written = status(FileStatus.Type.REGULAR, 0644, 1000, 7);
    private final Node.Fifo stand = new Node.Fifo(Metadata.forFile());
    private final OverrideRecord record =
        OverrideRecord.of(written, null)
            .withMode(04755)
            .withOwner(1, 2)
            .withMtime(Instant.EPOCH)
            .withXattr(CAPABILITY, ByteString.of("c"))
            .withXattr(ByteString.of("trusted.x"), ByteString.of("t"));

    @Test
    void countsInFullIfNothingChanged() {
      Metadata restored = restore(written);

      assertThat(restored)
          .isEqualTo(
              Metadata.ofMode(04755)
                  .withOwner(1, 2)
                  .withXattr(CAPABILITY, ByteString.of("c"))
                  .withXattr(ByteString.of("trusted.x"), ByteString.of("t")));
    }

    @Test
    void losesTheModeAloneIfTheModeChanged() {
      FileStatus now = status(FileStatus.Type.REGULAR, 0600, 1000, 7);

      assertThat(restore(now)).isEqualTo(restore(written).withMode(0600));
    }

    @Test
    void losesTheOwnerAndCapabilitiesIfTheOwnerChanged() {
      FileStatus now = status(FileStatus.Type.REGULAR, 0644, 0, 7);

      Metadata restored = restore(now);

      assertThat(restored.uid()).isZero();
      assertThat(restored.mode()).isEqualTo(04755);
      assertThat(restored.xattrs()).containsOnlyKeys(ByteString.of("trusted.x"));
    }

    @Test
    void losesTheTimeAndCapabilitiesIfTheContentChanged() {
      Instant later = TIME.plusSeconds(1);
      FileStatus now =
          new FileStatus(FileStatus.Type.REGULAR, 0644, 1000, 1000, later, 7, 1, "inode", 1, 0, 0);

      Metadata restored = restore(now);

      assertThat(restored.mtime()).isEqualTo(later);
      assertThat(restored.uid()).isEqualTo(1);
      assertThat(restored.mode()).isEqualTo(04755);
      assertThat(restored.xattrs()).containsOnlyKeys(ByteString.of("trusted.x"));
    }

    @Test
    void losesEverythingIfTheTypeChanged() {
      FileStatus now = status(FileStatus.Type.FIFO, 0644, 1000, 0);

      assertThat(restore(now)).isEqualTo(onDisk(now));
    }

    @Test
    void givesWayToAnAttributeOfTheDisk() {
      Node node =
          stand.withMetadata(
              onDisk(written).withXattr(ByteString.of("trusted.x"), ByteString.of("disk")));

      assertThat(record.restore(node, written).metadata().xattrs())
          .containsEntry(ByteString.of("trusted.x"), ByteString.of("disk"));
    }

    @Test
    void keepsADeviceUntilItsPlaceholderIsWrittenTo() {
      FileStatus empty = status(FileStatus.Type.REGULAR, 0, 1000, 0);
      FileStatus filled = status(FileStatus.Type.REGULAR, 0, 1000, 3);
      Node.Device device =
          new Node.Device(Metadata.forFile(), Node.Kind.BLOCK_DEVICE, 8, 4294967295L);
      OverrideRecord placeholder = OverrideRecord.of(empty, null).withSpecial(device);

      assertThat(placeholder.restore(stand, empty)).isEqualTo(device);
      assertThat(placeholder.restore(stand, filled)).isEqualTo(stand);
    }

    @Test
    void keepsATargetUntilTheLinkIsMadeAnew() {
      FileStatus status = status(FileStatus.Type.SYMLINK, 0777, 1000, 4);
      ByteString stored = ByteString.of("a/b");
      OverrideRecord link = OverrideRecord.of(status, stored).withTarget(ByteString.of("a//b/"));

      assertThat(link.restore(symlink("a/b"), status)).isEqualTo(symlink("a//b/"));
      assertThat(link.restore(symlink("c"), status)).isEqualTo(symlink("c"));
    }

    @Test
    void countsCopiesAsLinksUntilOneIsWrittenTo() {
      OverrideRecord copy = OverrideRecord.of(written, null).withGroup(3);

      assertThat(copy.isStillInGroup(written)).isTrue();
      assertThat(copy.isStillInGroup(status(FileStatus.Type.REGULAR, 0600, 1000, 7))).isTrue();
      assertThat(copy.isStillInGroup(status(FileStatus.Type.REGULAR, 0644, 1000, 8))).isFalse();
      assertThat(OverrideRecord.of(written, null).isStillInGroup(written)).isFalse();
    }

    private Metadata restore(FileStatus now) {
      return record.restore(stand.withMetadata(onDisk(now)), now).metadata();
    }

    private static Metadata onDisk(FileStatus now) {
      return Metadata.ofMode(now.mode()).withOwner(now.uid(), now.gid()).withMtime(now.mtime());
    }

    private static Node symlink(String target) {
      return new Node.Symlink(Metadata.ofMode(0777), ByteString.of(target));
    }
  }

  private static FileStatus status(FileStatus.Type type, int mode, long owner, long size) {
    return new FileStatus(type, mode, owner, owner, TIME, size, 1, "inode", 1, 0, 0);
  }

  private static OverrideRecord randomRecord(Random random) {
    byte[] bytes = new byte[20];
    random.nextBytes(bytes);
    ByteString any = ByteString.of(bytes);
    Instant time = Instant.ofEpochSecond(random.nextLong() >> 20, random.nextInt(1_000_000_000));
    FileStatus.Type[] types = FileStatus.Type.values();
    FileStatus status =
        new FileStatus(
            types[random.nextInt(types.length)],
            random.nextInt(010000),
            random.nextInt() & 0x7fffffffL,
            Metadata.MAX_ID,
            time,
            random.nextLong() >>> 1,
            1,
            null,
            1,
            0,
            0);
    OverrideRecord record = OverrideRecord.of(status, random.nextBoolean() ? any : null);
    record = random.nextBoolean() ? record.withMode(random.nextInt(010000)) : record;
    record = random.nextBoolean() ? record.withOwner(random.nextInt(9), Metadata.MAX_ID) : record;
    record = random.nextBoolean() ? record.withMtime(Instant.ofEpochSecond(-1, 5)) : record;
    record = random.nextBoolean() ? record.withTarget(any) : record;
    record = random.nextBoolean() ? record.withXattr(any, any) : record;
    record =
        random.nextBoolean() ? record.withXattr(ByteString.of("x"), ByteString.empty()) : record;
    record = random.nextBoolean() ? record.withGroup(random.nextInt(9)) : record;
    return random.nextBoolean()
        ? record.withSpecial(new Node.Device(Metadata.forFile(), Node.Kind.BLOCK_DEVICE, 1, 2))
        : record;
  }
}
