package dev.imbrex.layers.internal.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DigestBehindTest {
  private static final int BLOCK = 1000;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 100})
  void digestsTheBlocksInTheirOrder(int blocks) throws IOException {
    byte[] bytes = new byte[blocks * BLOCK];
    new Random(blocks).nextBytes(bytes);
    for (boolean isParallel : new boolean[] {false, true}) {
      try (DigestBehind behind = new DigestBehind(DigestAlgorithm.SHA256, BLOCK, isParallel)) {
        byte[] block = new byte[BLOCK];
        for (int i = 0; i < blocks; i++) {
          System.arraycopy(bytes, i * BLOCK, block, 0, BLOCK);
          behind.take(block, BLOCK);
          block = behind.exchange();
          // Whoever has a block may do with it what he likes.
          Arrays.fill(block, (byte) 0);
        }
        assertThat(behind.finish()).isEqualTo(Digest.sha256(bytes));
      }
    }
  }

  /** A digest of some of the bytes must not come out, and nobody waits for ever. */
  @Test
  void tellsThatItFailed() throws IOException {
    try (DigestBehind behind = new DigestBehind(DigestAlgorithm.SHA256, BLOCK, true)) {
      behind.take(new byte[BLOCK], BLOCK);
      behind.take(new byte[BLOCK], BLOCK + 1);
      assertThatIllegalStateException()
          .isThrownBy(
              () -> {
                while (true) {
                  behind.take(behind.exchange(), BLOCK);
                }
              });
      assertThatIllegalStateException()
          .isThrownBy(behind::finish)
          .withMessageContaining("could not be computed");
    }
  }
}
