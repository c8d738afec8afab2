package dev.imbrex.manifest.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChainIdTest {
  private static final DiffId EMPTY = DiffId.EMPTY_LAYER;
  private static final DiffId ABC =
      DiffId.parse("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  private static final DiffId LONG =
      DiffId.parse(
          "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
              + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");

  // The chains are of: printf '%s %s' LOWER UPPER | sha256sum (SN-C6).
  private static final String EMPTY_ABC =
      "sha256:65c32902748c4313eafc331dfdb050f44ae20bc3466c12e4a895cca10d4916c0";
  private static final String EMPTY_ABC_LONG =
      "sha256:9ce85687cbf37961862abcb48a1a6456b901fcdbef326b0ab201d8d202e5ec88";
  private static final String ABC_EMPTY =
      "sha256:6c9b159fe31ccb8e2bae0b624198aa48042f5306c0398e480873ef6b3607b933";
  private static final String EMPTY_EMPTY =
      "sha256:170b376f64fb30995c140276be3d71dfb256b308d86183ca3b22aa93a79ad548";

  @Test
  void namesTheLayerWithoutEntries() {
    // SN-C9: two zero blocks
    assertThat(DiffId.EMPTY_LAYER.digest()).isEqualTo(Digest.sha256(new byte[1024]));
  }

  @Test
  void isTheDiffIdOfALoneLayer() {
    assertThat(ChainId.of(ABC)).hasToString(ABC.toString());
    assertThat(ChainId.prefixesOf(List.of(LONG))).containsExactly(ChainId.of(LONG));
  }

  /** LC-D2. */
  @Test
  void growsByOneHashPerLayer() {
    assertThat(ChainId.prefixesOf(List.of(EMPTY, ABC, LONG)))
        .extracting(ChainId::toString)
        .containsExactly(EMPTY.toString(), EMPTY_ABC, EMPTY_ABC_LONG);
    assertThat(ChainId.of(EMPTY).then(ABC).then(LONG)).isEqualTo(ChainId.parse(EMPTY_ABC_LONG));
  }

  /** LC-D2. */
  @Test
  void dependsOnOrderAndCount() {
    assertThat(ChainId.of(ABC).then(EMPTY)).hasToString(ABC_EMPTY);
    assertThat(ChainId.of(EMPTY).then(EMPTY)).hasToString(EMPTY_EMPTY);
  }

  @Test
  void hasNoPrefixesWithoutLayers() {
    assertThat(ChainId.prefixesOf(List.of())).isEmpty();
  }

  @Test
  void readsAndPrintsAsItsDigest() {
    assertThat(ChainId.parse(EMPTY_ABC).digest()).isEqualTo(Digest.parse(EMPTY_ABC));
    assertThat(DiffId.parse(EMPTY_ABC)).hasToString(EMPTY_ABC);
    assertThatExceptionOfType(InvalidDigestException.class)
        .isThrownBy(() -> ChainId.parse("sha256:x"));
    assertThatExceptionOfType(InvalidDigestException.class).isThrownBy(() -> DiffId.parse(""));
  }

  @Test
  void isOrderedByItsText() {
    assertThat(ChainId.parse(EMPTY_EMPTY)).isLessThan(ChainId.parse(ABC_EMPTY));
    assertThat(EMPTY).isLessThan(ABC);
    assertThat(ABC).isLessThan(LONG);
  }
}
