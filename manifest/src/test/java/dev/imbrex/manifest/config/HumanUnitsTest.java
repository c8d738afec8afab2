package dev.imbrex.manifest.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * SN-C11 and SN-C12; sizes as {@code %.3g} prints them. The times given in seconds are what the
 * client of Docker 28.2.2 printed.
 */
class HumanUnitsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0B",
    "1, 1B",
    "10, 10B",
    "999, 999B",
    "1000, 1kB",
    "1001, 1kB",
    "1005, 1kB",
    "1006, 1.01kB",
    "1180, 1.18kB",
    "1184, 1.18kB",
    "1186, 1.19kB",
    "1500, 1.5kB",
    "10000, 10kB",
    "10050, 10.1kB",
    "12340, 12.3kB",
    "100000, 100kB",
    "183000000, 183MB",
    "74800000, 74.8MB",
    "999499, 999kB",
    "999500, 1000kB",
    "999999, 1000kB",
    "1000000, 1MB",
    "1234567890, 1.23GB",
    "7000000000000, 7TB",
    "1500000000000000, 1.5PB",
    "9223372036854775807, 9.22EB",
    "-1, -1B"
  })
  void showsSizes(long bytes, String expected) {
    assertThat(HumanUnits.size(bytes)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "PT-5S, Less than a second",
    "PT0S, Less than a second",
    "PT0.999S, Less than a second",
    "PT1S, 1 second",
    "PT1.999S, 1 second",
    "PT2S, 2 seconds",
    "PT59.999S, 59 seconds",
    "PT60S, About a minute",
    "PT119S, About a minute",
    "PT2M, 2 minutes",
    "PT59M59S, 59 minutes",
    "PT60M, About an hour",
    "PT89M59S, About an hour",
    "PT90M, 2 hours",
    "PT170940S, 47 hours",
    "PT171060S, 2 days",
    "PT216010S, 2 days",
    "PT257340S, 2 days",
    "PT257460S, 3 days",
    "PT1207740S, 13 days",
    "PT1207860S, 2 weeks",
    "P14D, 2 weeks",
    "PT1515600S, 2 weeks",
    "PT1812540S, 2 weeks",
    "PT1812660S, 3 weeks",
    "PT5182140S, 8 weeks",
    "PT5182260S, 2 months",
    "PT6483600S, 2 months",
    "PT7774140S, 2 months",
    "PT7774260S, 3 months",
    "PT63070140S, 24 months",
    "PT63070260S, 1 years",
    "P730D, 2 years",
    "PT78847200S, 2 years",
    "PT94606800S, 2 years",
    "P1095D, 3 years",
    "P365000D, 1000 years"
  })
  void showsElapsedTime(Duration time, String expected) {
    assertThat(HumanUnits.elapsed(time)).isEqualTo(expected);
    assertThat(HumanUnits.ago(time)).isEqualTo(expected + " ago");
  }

  @Test
  void cutsToCells() {
    assertThat(HumanUnits.cut("abc", 3)).isEqualTo("abc");
    assertThat(HumanUnits.cut("abcd", 3)).isEqualTo("ab…");
    assertThat(HumanUnits.cut("界界", 4)).isEqualTo("界界");
    assertThat(HumanUnits.cut("界界", 3)).isEqualTo("界…");
    assertThat(HumanUnits.cut("😀😀", 3)).isEqualTo("😀…");
    assertThat(HumanUnits.cut("", 1)).isEmpty();
    assertThat(HumanUnits.cut("界", 1)).isEqualTo("…");
    assertThatIllegalArgumentException().isThrownBy(() -> HumanUnits.cut("a", 0));
  }
}
