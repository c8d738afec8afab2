package dev.imbrex.layers.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The owners and types that other engines note in extended attributes: LC-B64. */
class OverrideXattrsTest {
  private static final Metadata METADATA = Metadata.ofMode(0700);

  /** The bytes are protobuf's: a tag of field and wire type, then seven bits a byte. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, ''",
    "1, 0, 0801",
    "0, 42, 102a",
    "1000, 1000, 08e80710e807",
    "4294967295, 5, 08ffffffff0f1005",
    "4294967294, 4294967295, 08feffffff0f10ffffffff0f"
  })
  void writesAndReadsOwnersAsProtobuf(long uid, long gid, String hex) {
    assertThat(OverrideXattrs.rootless(uid, gid)).isEqualTo(bytes(hex));
    assertThat(OverrideXattrs.parseRootless(bytes(hex)))
        .isEqualTo(new OverrideXattrs.Owner(uid, gid));
  }

  @Test
  void readsFieldsInAnyOrderAndPassesOverOthers() {
    // gid 7; field 3 a string "ab"; field 4 fixed 64; field 5 fixed 32; field 6 a varint; uid 9.
    String message = "1007 1a026162 210102030405060708 2d01020304 30ac02 0809";

    assertThat(OverrideXattrs.parseRootless(bytes(message)))
        .isEqualTo(new OverrideXattrs.Owner(9, 7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"08", "0880", "088080808010", "0b", "1a05", "00", "1affffffffffffffffff01"})
  void refusesWhatIsNoOwner(String hex) {
    assertThatThrownBy(() -> OverrideXattrs.parseRootless(bytes(hex)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** The texts are those that containers/storage has in its tests. */
  @Test
  void writesStatLikeContainersStorage() {
    Metadata metadata = Metadata.ofMode(0600).withOwner(1005, 1016);

    assertThat(stat(file(5).withMetadata(Metadata.ofMode(0644).withOwner(1000, 1011))))
        .isEqualTo("1000:1011:0644:file");
    assertThat(stat(new Node.Directory(Metadata.ofMode(0755).withOwner(1001, 1012))))
        .isEqualTo("1001:1012:0755:dir");
    assertThat(stat(new Node.Fifo(metadata))).isEqualTo("1005:1016:0600:pipe");
    assertThat(stat(new Node.Device(metadata, Node.Kind.BLOCK_DEVICE, 8, 0)))
        .isEqualTo("1005:1016:0600:block-8-0");
    assertThat(stat(new Node.Device(metadata.withMode(04755), Node.Kind.CHARACTER_DEVICE, 1, 3)))
        .isEqualTo("1005:1016:4755:char-1-3");
  }

  @Test
  void readsTheNodeThatAnEmptyFileStandsFor() {
    Metadata metadata = Metadata.ofMode(0666).withOwner(0, 5);

    assertThat(parse("0:5:0666:char-5-2", file(0)))
        .isEqualTo(new Node.Device(metadata, Node.Kind.CHARACTER_DEVICE, 5, 2));
    assertThat(parse("0:5:0666:block-7-0-later", file(0)))
        .isEqualTo(new Node.Device(metadata, Node.Kind.BLOCK_DEVICE, 7, 0));
    assertThat(parse("0:5:666:pipe", file(0))).isEqualTo(new Node.Fifo(metadata));
    assertThat(parse("0:5:0666", new Node.Directory(METADATA)))
        .isEqualTo(new Node.Directory(metadata));
    assertThat(parse("0:5:0666:dir", new Node.Directory(METADATA)))
        .isEqualTo(new Node.Directory(metadata));
  }

  @Test
  void takesAPlaceholderThatWasWrittenToForAFile() {
    Node written = file(3);

    assertThat(parse("0:5:0666:char-5-2", written))
        .isEqualTo(written.withMetadata(Metadata.ofMode(0666).withOwner(0, 5)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0:0",
        "a:0:0644:file",
        "0:0:0999:file",
        "0:0:17777:file",
        "-1:0:0644:file",
        "4294967295:0:0644:file",
        "0:0:0644:dir",
        "0:0:0644:symlink",
        "0:0:0644:char",
        "0:0:0644:char-1",
        "0:0:0644:block-x-1"
      })
  void refusesWhatIsNoStat(String value) {
    assertThatThrownBy(() -> parse(value, file(0))).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesDirectoriesThatStandForDevices() {
    assertThatThrownBy(() -> parse("0:0:0644:char-1-3", new Node.Directory(METADATA)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void letsStatCountOfBothAndTakesBothOff() {
    Metadata metadata =
        METADATA
            .withXattr(OverrideXattrs.ROOTLESS_NAME, OverrideXattrs.rootless(7, 8))
            .withXattr(OverrideXattrs.STAT_NAME, ByteString.of("1:2:0751:dir"))
            .withXattr(ByteString.of("user.kept"), ByteString.empty());

    OverrideXattrs.Claim claim = OverrideXattrs.Claim.of(new Node.Directory(metadata));

    assertThat(claim.uid()).isEqualTo(1);
    assertThat(claim.gid()).isEqualTo(2);
    assertThat(claim.node().metadata().mode()).isEqualTo(0751);
    assertThat(claim.node().metadata().xattrs()).containsOnlyKeys(ByteString.of("user.kept"));
  }

  private static String stat(Node node) {
    return new String(OverrideXattrs.stat(node).toBytes(), StandardCharsets.US_ASCII);
  }

  private static Node parse(String value, Node onDisk) {
    return OverrideXattrs.parseStat(ByteString.of(value), onDisk);
  }

  private static Node file(long size) {
    FileContent content =
        new FileContent() {
          @Override
          public long size() {
            return size;
          }

          @Override
          public InputStream open() {
            return InputStream.nullInputStream();
          }
        };
    return new Node.RegularFile(METADATA, content);
  }

  private static ByteString bytes(String hex) {
    return ByteString.of(HexFormat.of().parseHex(hex.replace(" ", "")));
  }
}
