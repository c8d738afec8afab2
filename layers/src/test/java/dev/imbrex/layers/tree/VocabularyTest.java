package dev.imbrex.layers.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.manifest.error.MalformedContentException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Byte strings, attributes, nodes, whiteouts, entries, findings. */
class VocabularyTest {
  @Nested
  class ByteStrings {
    @Test
    void areEqualAndOrderedByUnsignedBytes() {
      assertThat(ByteString.of(new byte[] {(byte) 0x80}))
          .isGreaterThan(ByteString.of("z"))
          .isEqualTo(ByteString.of(new byte[] {0, (byte) 0x80, 0}, 1, 2));
      assertThat(ByteString.of("ab")).isGreaterThan(ByteString.of("a"));
      assertThat(ByteString.of("\u00e9").toBytes()).containsExactly(0xc3, 0xa9);
      assertThat(ByteString.of("")).isEqualTo(ByteString.empty()).matches(ByteString::isEmpty);
      assertThat(ByteString.of("abc").substring(1)).isEqualTo(ByteString.of("bc"));
      assertThat(ByteString.of("abc").startsWith(ByteString.of("ab"))).isTrue();
      assertThat(ByteString.of("a").startsWith(ByteString.of("ab"))).isFalse();
      assertThatIllegalArgumentException().isThrownBy(() -> ByteString.of("a\udc00"));
      assertThatThrownBy(() -> ByteString.of(new byte[2], 1, 3))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void differIfTheirTextsDiffer() {
      Generated.forSeeds(
          2000,
          random -> {
            byte[] a = new byte[1 + random.nextInt(3)];
            byte[] b = new byte[1 + random.nextInt(3)];
            byte[] alphabet = {'\\', 'x', '5', 'c', 'a', (byte) 0xc3, (byte) 0xa9, 0x1b};
            for (int i = 0; i < a.length; i++) {
              a[i] = alphabet[random.nextInt(alphabet.length)];
            }
            for (int i = 0; i < b.length; i++) {
              b[i] = alphabet[random.nextInt(alphabet.length)];
            }
            ByteString first = ByteString.of(a);
            ByteString second = ByteString.of(b);
            assertThat(first.toString().equals(second.toString())).isEqualTo(first.equals(second));
          });
    }
  }

  /** LC-M2. */
  @Nested
  class Attributes {
    @Test
    void haveTheDefaultsOfBuiltLayers() {
      assertThat(Metadata.forFile()).hasToString("0644 0:0 1970-01-01T00:00:00Z");
      assertThat(Metadata.forDirectory()).hasToString("0755 0:0 1970-01-01T00:00:00Z");
    }

    @Test
    void holdTheWholeRangeOfEachValue() {
      Instant time = Instant.ofEpochSecond(-5_000_000_000L, 999_999_999);
      Metadata metadata =
          Metadata.ofMode(07777).withOwner(Metadata.MAX_ID, 2147483648L).withMtime(time);
      assertThat(metadata.mode()).isEqualTo(07777);
      assertThat(metadata.uid()).isEqualTo(4294967294L);
      assertThat(metadata.gid()).isEqualTo(2147483648L);
      assertThat(metadata.mtime()).isEqualTo(time);
      assertThat(metadata.withMtime(Instant.MIN).mtime()).isEqualTo(Instant.MIN);
      assertThat(metadata.withMtime(Instant.MAX).mtime()).isEqualTo(Instant.MAX);
      assertThat(metadata.withMode(0)).isNotEqualTo(metadata);
    }

    @Test
    void refuseValuesOutOfRange() {
      assertThatIllegalArgumentException().isThrownBy(() -> Metadata.ofMode(010000));
      assertThatIllegalArgumentException().isThrownBy(() -> Metadata.forFile().withMode(-1));
      assertThatIllegalArgumentException().isThrownBy(() -> Metadata.forFile().withOwner(-1, 0));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Metadata.forFile().withOwner(0, 4294967295L));
    }

    @Test
    void orderExtendedAttributesByNameAndKeepEmptyValues() {
      Map<ByteString, ByteString> given = new LinkedHashMap<>();
      given.put(ByteString.of("user.b"), ByteString.empty());
      given.put(ByteString.of("user.a"), ByteString.of(new byte[] {0, (byte) 0xff}));
      Metadata metadata = Metadata.forFile().withXattrs(given);
      given.clear();

      assertThat(metadata.xattrs().keySet())
          .containsExactly(ByteString.of("user.a"), ByteString.of("user.b"));
      assertThat(metadata.xattrs().get(ByteString.of("user.b"))).isEqualTo(ByteString.empty());
      assertThat(metadata)
          .isEqualTo(
              Metadata.forFile()
                  .withXattr(ByteString.of("user.b"), ByteString.empty())
                  .withXattr(ByteString.of("user.a"), ByteString.of(new byte[] {0, (byte) 0xff})))
          .isNotEqualTo(metadata.withXattr(ByteString.of("user.b"), ByteString.of("1")));
      assertThatThrownBy(() -> metadata.xattrs().clear())
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> metadata.withXattr(ByteString.of("a\0"), ByteString.empty()));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> metadata.withXattr(ByteString.empty(), ByteString.empty()));
    }
  }

  /** LC-M2, LC-B19, LC-C34. */
  @Nested
  class Nodes {
    private final FileContent content = new TextContent("x");

    @Test
    void areEqualByKindAttributesAndWhatTheKindHas() {
      Metadata metadata = Metadata.forFile();
      List<Node> all =
          List.of(
              new Node.RegularFile(metadata, content),
              new Node.RegularFile(metadata, new TextContent("x")),
              new Node.Directory(metadata),
              new Node.Symlink(metadata, ByteString.of("a")),
              new Node.Symlink(metadata, ByteString.of("b")),
              new Node.Device(metadata, Node.Kind.CHARACTER_DEVICE, 1, 3),
              new Node.Device(metadata, Node.Kind.CHARACTER_DEVICE, 1, 4),
              new Node.Device(metadata, Node.Kind.BLOCK_DEVICE, 1, 3),
              new Node.Fifo(metadata));
      for (int i = 0; i < all.size(); i++) {
        for (int j = 0; j < all.size(); j++) {
          assertThat(all.get(i).equals(all.get(j))).isEqualTo(i == j);
        }
        Node node = all.get(i);
        assertThat(node.withMetadata(metadata)).isEqualTo(node).hasSameHashCodeAs(node);
        assertThat(node.withMetadata(metadata.withOwner(1, 1))).isNotEqualTo(node);
        assertThat(node.withMetadata(metadata.withOwner(1, 1)).kind()).isEqualTo(node.kind());
      }
      assertThat(all.stream().map(Node::kind).distinct()).hasSize(Node.Kind.values().length);
    }

    @Test
    void symlinksHaveNoPermissionsOfTheirOwn() {
      Node link = new Node.Symlink(Metadata.ofMode(0600), ByteString.of("t"));
      assertThat(link.metadata().mode()).isEqualTo(0777);
      assertThat(link.withMetadata(Metadata.ofMode(0))).isEqualTo(link);
    }

    @Test
    void keepSymlinkTargetsVerbatimWithinLimits() {
      for (String target : List.of("a//b/", "../../..", "/", ".", "t".repeat(4095))) {
        assertThat(new Node.Symlink(Metadata.forFile(), ByteString.of(target)).target())
            .isEqualTo(ByteString.of(target));
      }
      for (String target : List.of("", "a\0", "t".repeat(4096))) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new Node.Symlink(Metadata.forFile(), ByteString.of(target)));
      }
    }

    @Test
    void limitDeviceNumbersTo32Bits() {
      Node.Device device =
          new Node.Device(Metadata.forFile(), Node.Kind.BLOCK_DEVICE, 4294967295L, 0);
      assertThat(device.major()).isEqualTo(4294967295L);
      for (long number : new long[] {-1, 4294967296L}) {
        assertThatIllegalArgumentException()
            .isThrownBy(
                () -> new Node.Device(Metadata.forFile(), Node.Kind.BLOCK_DEVICE, 0, number));
      }
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Node.Device(Metadata.forFile(), Node.Kind.FIFO, 0, 0));
    }
  }

  /** LC-B36 to LC-B42. */
  @Nested
  class Whiteouts {
    @ParameterizedTest
    @CsvSource({
      "a, NONE",
      "/, NONE",
      "a.wh.b, NONE",
      ".wh, NONE",
      ".WH.a, NONE",
      ".wh.a, SINGLE",
      "d/.wh.a, SINGLE",
      ".wh..a, SINGLE",
      ".wh..wh, SINGLE",
      ".wh.wh.a, SINGLE",
      ".wh....., SINGLE",
      ".wh..wh..opq, OPAQUE",
      "d/.wh..wh..opq, OPAQUE",
      ".wh..wh..opqx, LEFTOVER",
      ".wh..wh., LEFTOVER",
      ".wh..wh.aufs, LEFTOVER",
      "d/.wh..wh.x, LEFTOVER",
      ".wh..wh.plnk, LEFTOVER",
      ".wh..wh.plnk/1.2, LINK_SOURCE",
      ".wh..wh.plnk/a/b, LEFTOVER",
    })
    void areToldByTheirLastName(String path, Whiteout expected) throws Exception {
      assertThat(Whiteout.of(TreePath.of(path))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          ".wh.",
          ".wh..",
          ".wh...",
          "d/.wh.",
          "d/.wh..",
          ".wh.a/b",
          ".wh..wh..opq/b",
          ".wh..wh.orph/b",
          "d/.wh..wh.plnk/a",
          ".wh.a/.wh.b"
        })
    void areRefusedIfTheyNameNothingOrHoldSomething(String path) {
      assertThatThrownBy(() -> Whiteout.of(TreePath.of(path)))
          .isInstanceOf(MalformedContentException.class)
          .hasMessageContaining(path);
    }

    @Test
    void translateBetweenWhatIsRemovedAndTheEntry() {
      TreePath removed = TreePath.of("d/x");
      assertThat(Whiteout.removalOf(removed)).isEqualTo(TreePath.of("d/.wh.x"));
      assertThat(Whiteout.removedBy(TreePath.of("d/.wh.x"))).isEqualTo(removed);
      assertThat(Whiteout.opaqueMarkOf(TreePath.root())).isEqualTo(TreePath.of(".wh..wh..opq"));
      assertThatIllegalArgumentException().isThrownBy(() -> Whiteout.removedBy(removed));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Whiteout.removalOf(TreePath.of("n".repeat(252))));
      assertThat(Whiteout.hasReservedName(TreePath.of("a/.wh.b/c"))).isTrue();
      assertThat(Whiteout.hasReservedName(TreePath.of("a/b.wh."))).isFalse();
      assertThat(Whiteout.hasReservedName(TreePath.of(".wh.a"))).isTrue();
      assertThat(Whiteout.hasReservedName(TreePath.of("a/.wh."))).isTrue();
      assertThat(Whiteout.hasReservedName(TreePath.of("a/.wh"))).isFalse();
      assertThat(Whiteout.hasReservedName(TreePath.root())).isFalse();
    }

    /** LC-B38: the type of a whiteout is irrelevant. */
    @Test
    void countWhateverTheEntryIs() throws Exception {
      TreePath path = TreePath.of("d/.wh.x");
      LayerEntry removal = new LayerEntry.Removal(TreePath.of("d/x"));
      assertThat(LayerEntry.of(path, new Node.Directory(Metadata.forDirectory())))
          .isEqualTo(removal);
      assertThat(LayerEntry.link(path, TreePath.of("a"), Metadata.forFile())).isEqualTo(removal);
      assertThat(Sketch.layer("d/.wh..wh..opq", ".wh..wh.aufs", ".wh..wh.plnk/d/"))
          .containsExactly(
              new LayerEntry.Opaque(TreePath.of("d")),
              new LayerEntry.Leftover(TreePath.of(".wh..wh.aufs")),
              new LayerEntry.Leftover(TreePath.of(".wh..wh.plnk/d")));
    }

    @Test
    void doNotStandAsNamesInEntries() {
      TreePath path = TreePath.of("d/.wh.x");
      Node node = new Node.Fifo(Metadata.forFile());
      assertThatIllegalArgumentException().isThrownBy(() -> new LayerEntry.Present(path, node));
      assertThatIllegalArgumentException().isThrownBy(() -> new LayerEntry.Removal(path));
      assertThatIllegalArgumentException().isThrownBy(() -> new LayerEntry.Opaque(path));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new LayerEntry.Link(path, TreePath.of("a"), Metadata.forFile()));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new LayerEntry.Removal(TreePath.root()));
    }
  }

  /** LC-M10. */
  @Nested
  class FindingsOfAnOperation {
    private final TreePath path = TreePath.of("a\nb");

    @Test
    void areKeptInOrderWithTheirPlace() throws Exception {
      Findings findings = Findings.tolerant();
      findings.inLayer(2).report(Finding.Code.DUPLICATE_PATH, 7, path, "twice");
      findings.report(Finding.Code.DATA_AFTER_END, -1, null, "tail");
      assertThat(findings.all())
          .containsExactly(
              new Finding(Finding.Code.DUPLICATE_PATH, 2, 7, path, "twice"),
              new Finding(Finding.Code.DATA_AFTER_END, -1, -1, null, "tail"));
    }

    @Test
    void areErrorsIfStrict() {
      assertThatThrownBy(
              () ->
                  Findings.strict()
                      .inLayer(2)
                      .report(Finding.Code.DUPLICATE_PATH, 7, path, "twice"))
          .isInstanceOf(MalformedContentException.class)
          .hasMessage("layer 2, at entry 7 (/a\\x0ab): twice [DUPLICATE_PATH]");
    }

    @Test
    void areCountedBeyondThoseKept() throws Exception {
      Findings findings = Findings.tolerant();
      for (int i = 0; i < Findings.KEPT_PER_CODE + 5; i++) {
        findings.inLayer(i % 3).report(Finding.Code.DUPLICATE_PATH, i, null, "again");
      }
      findings.report(Finding.Code.DATA_AFTER_END, -1, null, "tail");
      assertThat(findings.all()).hasSize(Findings.KEPT_PER_CODE + 1);
      assertThat(findings.count(Finding.Code.DUPLICATE_PATH)).isEqualTo(Findings.KEPT_PER_CODE + 5);
      assertThat(findings.count(Finding.Code.AUFS_LEFTOVER)).isZero();
      List<Finding> copy = new ArrayList<>(findings.all());
      findings.report(Finding.Code.CONTIGUOUS_FILE, -1, null, "later");
      assertThat(findings.all()).hasSize(copy.size() + 1);
    }
  }
}
