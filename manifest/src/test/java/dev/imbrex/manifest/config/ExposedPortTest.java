package dev.imbrex.manifest.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.imbrex.manifest.config.ExposedPort.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SN-C4. */
class ExposedPortTest {
  @ParameterizedTest
  @CsvSource({"80,80/tcp", "80/tcp,80/tcp", "53/udp,53/udp", "7/sctp,7/sctp", "65535,65535/tcp"})
  void readsPortKeys(String text, String expected) {
    assertThat(ExposedPort.parse(text)).hasToString(expected);
    assertThat(ExposedPort.parse(expected)).isEqualTo(ExposedPort.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/tcp",
        "80/",
        "80/TCP",
        "80/icmp",
        "65536",
        "-1",
        "+80",
        " 80",
        "80 ",
        "8a",
        "80-90",
        "80/tcp/tcp",
        "1234567890123",
        "٨٠",
        "0x50"
      })
  void refusesOtherText(String text) {
    assertThatExceptionOfType(InvalidExposedPortException.class)
        .isThrownBy(() -> ExposedPort.parse(text))
        .satisfies(e -> assertThat(e.input()).isEqualTo(text));
  }

  @Test
  void ordersByNumberThenProtocol() {
    assertThat(ExposedPort.tcp(9)).isLessThan(ExposedPort.tcp(80));
    assertThat(ExposedPort.tcp(53)).isLessThan(ExposedPort.udp(53));
    assertThatIllegalArgumentException().isThrownBy(() -> new ExposedPort(-1, Protocol.SCTP));
  }
}
