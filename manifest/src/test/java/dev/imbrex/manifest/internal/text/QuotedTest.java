package dev.imbrex.manifest.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotedTest {
  @Test
  void leavesReadableTextAsItIs() {
    assertThat(Quoted.of("")).isEqualTo("\"\"");
    assertThat(Quoted.of("a/b:1 ~ Grüße 名")).isEqualTo("\"a/b:1 ~ Grüße 名\"");
  }

  @Test
  void showsByNumberWhatCouldDeceiveAReader() {
    assertThat(Quoted.of("a\nb\r\t\0\u007f"))
        .isEqualTo("\"a\\u000ab\\u000d\\u0009\\u0000\\u007f\"");
    assertThat(Quoted.of("\u001b[31m")).isEqualTo("\"\\u001b[31m\"");
    assertThat(Quoted.of("\u202eabc\u2028\ufeff\u00a0"))
        .isEqualTo("\"\\u202eabc\\u2028\\ufeff\\u00a0\"");
    assertThat(Quoted.of("\"\\")).isEqualTo("\"\\\"\\\\\"");
  }

  @Test
  void cutsLongText() {
    assertThat(Quoted.of("x".repeat(512))).hasSize(514);
    assertThat(Quoted.of("x".repeat(1_000_000)))
        .startsWith("\"xxx")
        .endsWith("x… (1000000 characters)\"")
        .hasSizeLessThan(550);
  }
}
