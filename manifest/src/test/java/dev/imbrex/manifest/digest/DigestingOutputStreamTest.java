package dev.imbrex.manifest.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DigestingOutputStreamTest {
  @Test
  void passesBytesOnAndCountsAndHashesThem() throws IOException {
    ByteArrayOutputStream inside = new ByteArrayOutputStream();
    DigestingOutputStream out = DigestingOutputStream.sha256(inside);

    out.write('{');
    out.write(new byte[] {'x', '}', 'x'}, 1, 1);
    out.write(new byte[0]);

    assertThat(inside).hasToString("{}");
    assertThat(out.size()).isEqualTo(2);
    // SN-D8
    assertThat(out.digest())
        .hasToString("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
  }

  @Test
  void hashesByTheGivenAlgorithm() throws IOException {
    DigestingOutputStream out =
        DigestingOutputStream.of(DigestAlgorithm.SHA512, OutputStream.nullOutputStream());
    out.write(new byte[1000]);

    assertThat(out.digest()).isEqualTo(Digest.of(DigestAlgorithm.SHA512, new byte[1000]));
  }

  @Test
  void givesTheSameDigestAgainAndTakesNoMoreBytes() throws IOException {
    DigestingOutputStream out = DigestingOutputStream.sha256(OutputStream.nullOutputStream());
    out.write(1);
    Digest digest = out.digest();

    assertThatIllegalStateException()
        .isThrownBy(() -> out.write(2))
        .withMessageContaining(digest.toString());
    assertThat(out.digest()).isEqualTo(digest);
    assertThat(out.size()).isEqualTo(1);
  }

  @Test
  void countsOnlyWhatTheStreamInsideTook() {
    DigestingOutputStream out =
        DigestingOutputStream.sha256(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("full");
              }
            });

    assertThatExceptionOfType(IOException.class).isThrownBy(() -> out.write(new byte[10]));
    assertThat(out.size()).isZero();
    assertThat(out.digest()).isEqualTo(Digest.sha256(new byte[0]));
  }

  @Test
  void flushesAndClosesTheStreamInside() throws IOException {
    List<String> calls = new ArrayList<>();
    OutputStream inside =
        new ByteArrayOutputStream() {
          @Override
          public void flush() {
            calls.add("flush");
          }

          @Override
          public void close() {
            calls.add("close");
          }
        };
    DigestingOutputStream out = DigestingOutputStream.sha256(inside);

    out.flush();
    out.close();

    assertThat(calls).containsExactly("flush", "close");
    assertThat(out.digest()).isEqualTo(Digest.sha256(new byte[0]));
  }
}
