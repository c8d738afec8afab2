package dev.imbrex.layers.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ids between host and container: LC-A61 and LC-B66. */
class IdMapTest {
  private static final TreePath PATH = TreePath.of("etc/shadow");
  private static final IdMap NAMESPACE =
      IdMap.of(
          List.of(new IdMap.Range(0, 1000, 1), new IdMap.Range(1, 100000, 65535)),
          List.of(new IdMap.Range(0, 1001, 1), new IdMap.Range(1, 200000, 65535)));

  @Test
  void mapsBothWaysWithinEachRange() {
    assertThat(NAMESPACE.findHostUid(0)).hasValue(1000);
    assertThat(NAMESPACE.findHostUid(1)).hasValue(100000);
    assertThat(NAMESPACE.findHostUid(65535)).hasValue(165534);
    assertThat(NAMESPACE.findHostUid(65536)).isEmpty();
    assertThat(NAMESPACE.findHostGid(42)).hasValue(200041);
    assertThat(NAMESPACE.findContainerUid(1000)).hasValue(0);
    assertThat(NAMESPACE.findContainerUid(165534)).hasValue(65535);
    assertThat(NAMESPACE.findContainerUid(165535)).isEmpty();
    assertThat(NAMESPACE.findContainerUid(999)).isEmpty();
    assertThat(NAMESPACE.findContainerGid(1001)).hasValue(0);
  }

  @Test
  void leavesEveryIdThatExistsToTheIdentity() {
    assertThat(IdMap.identity().findHostUid(Metadata.MAX_ID)).hasValue(Metadata.MAX_ID);
    assertThat(IdMap.identity().findHostUid(Metadata.MAX_ID + 1)).isEmpty();
    assertThat(IdMap.identity().findContainerGid(0)).hasValue(0);
  }

  @Test
  void mapsTheOwnersOfMetadata() throws ImageException {
    Metadata metadata = Metadata.ofMode(0640).withOwner(0, 42);

    assertThat(NAMESPACE.toHost(PATH, metadata)).isEqualTo(metadata.withOwner(1000, 200041));
    assertThat(NAMESPACE.toContainer(PATH, NAMESPACE.toHost(PATH, metadata))).isEqualTo(metadata);
  }

  @Test
  void namesPathIdAndRemedyOfAnIdOutsideTheMap() {
    assertThatThrownBy(
            () -> IdMap.ofUser(1000, 1000).toHost(PATH, Metadata.forFile().withOwner(0, 42)))
        .isInstanceOf(UnsupportedContentException.class)
        .hasMessage("group 42 of /etc/shadow is not in the id map; give it a range there");
    assertThatThrownBy(() -> NAMESPACE.toContainer(PATH, Metadata.forFile().withOwner(33, 1001)))
        .isInstanceOf(UnsupportedContentException.class)
        .hasMessageContaining("user 33 of /etc/shadow");
  }

  /** A value as setfacl -m u:7:r,g:8:w writes it: user, user 7, group, group 8, mask, other. */
  @Test
  void mapsTheIdsOfNamedUsersAndGroupsInAcls() throws ImageException {
    String acl =
        "02000000 01000600ffffffff 0200040007000000 04000400ffffffff"
            + " 0800020008000000 10000600ffffffff 20000400ffffffff";
    String mapped =
        "02000000 01000600ffffffff 02000400a6860100 04000400ffffffff"
            + " 08000200470d0300 10000600ffffffff 20000400ffffffff";
    ByteString name = ByteString.of("system.posix_acl_access");
    Metadata inside = Metadata.forFile().withXattr(name, bytes(acl));

    Metadata outside = NAMESPACE.toHost(PATH, inside);

    assertThat(outside.xattrs()).containsEntry(name, bytes(mapped));
    assertThat(NAMESPACE.toContainer(PATH, outside)).isEqualTo(inside);
    assertThatThrownBy(() -> IdMap.ofUser(5, 5).toHost(PATH, inside))
        .isInstanceOf(UnsupportedContentException.class)
        .hasMessageContaining("user 7 of /etc/shadow");
  }

  @Test
  void refusesAclsItCannotRead() {
    for (String acl : List.of("", "020000", "03000000", "0200000001000600ffffff")) {
      Metadata metadata =
          Metadata.forFile().withXattr(ByteString.of("system.posix_acl_default"), bytes(acl));
      assertThatThrownBy(() -> NAMESPACE.toHost(PATH, metadata))
          .as(acl)
          .isInstanceOf(MalformedContentException.class)
          .hasMessageContaining("/etc/shadow");
    }
  }

  @Test
  void refusesRangesThatOverlapOnEitherSideOrLeaveTheIds() {
    IdMap.Range first = new IdMap.Range(0, 1000, 10);
    for (IdMap.Range second : List.of(new IdMap.Range(9, 2000, 1), new IdMap.Range(20, 995, 6))) {
      assertThatThrownBy(() -> IdMap.of(List.of(first, second), List.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("overlap");
    }
    assertThatThrownBy(() -> new IdMap.Range(0, Metadata.MAX_ID, 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new IdMap.Range(0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThat(IdMap.of(List.of(first, new IdMap.Range(10, 990, 10)), List.of()).findHostUid(10))
        .hasValue(990);
  }

  private static ByteString bytes(String hex) {
    return ByteString.of(HexFormat.of().parseHex(hex.replace(" ", "")));
  }
}
