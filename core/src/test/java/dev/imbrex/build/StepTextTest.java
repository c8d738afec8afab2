package dev.imbrex.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small rules of steps: what Go prints, what chmod does, what is a port or a signal. */
class StepTextTest {
  @ParameterizedTest
  @CsvSource({
    "PT0S, 0s",
    "PT1S, 1s",
    "PT1.5S, 1.5s",
    "PT90S, 1m30s",
    "PT1H, 1h0m0s",
    "PT1H1M1.001S, 1h1m1.001s",
    "PT0.0015S, 1.5ms",
    "PT0.000002S, 2µs",
    "PT0.000000003S, 3ns",
  })
  void printsTimesAsGoDoes(Duration time, String expected) {
    assertThat(StepText.goText(time)).isEqualTo(expected);
  }

  @Test
  void printsListsAsGoDoes() {
    assertThat(StepText.quoted(List.of("a", "b\"\\\n\u0001é")))
        .isEqualTo("[\"a\" \"b\\\"\\\\\\n\\x01é\"]");
    assertThat(StepText.quoted(List.of())).isEqualTo("[]");
  }

  @Test
  void tellsCommandsWithTheirArguments() {
    StepText classic = new StepText(HistoryStyle.CLASSIC, List.of("/bin/sh", "-c"));
    StepText buildKit = new StepText(HistoryStyle.BUILDKIT, List.of("/bin/sh", "-c"));
    Map<String, String> args = new LinkedHashMap<>();
    args.put("b", "1");
    args.put("a", "2 3");
    List<String> command = List.of("/bin/sh", "-c", "make x");
    assertThat(classic.run(command, args)).isEqualTo("|2 a=2 3 b=1 /bin/sh -c make x");
    assertThat(buildKit.run(command, args))
        .isEqualTo("RUN |2 b=1 a=2 3 /bin/sh -c make x # buildkit");
    assertThat(classic.run(command, Map.of())).isEqualTo("/bin/sh -c make x");
  }

  /** What GNU chmod makes of files and directories. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "755 | 0644 | 0755 | 0755",
        "0 | 0644 | 0 | 0",
        "07777 | 0644 | 07777 | 07777",
        "u+x | 0644 | 0744 | 0744",
        "+x | 0644 | 0755 | 0755",
        "a-w | 0666 | 0444 | 0444",
        "go= | 0755 | 0700 | 0700",
        "u=rwX,go=rX | 0600 | 0644 | 0755",
        "u=rwX,go=rX | 0700 | 0755 | 0755",
        "g=u | 0640 | 0660 | 0660",
        "u+s | 0755 | 04755 | 04755",
        "g+s,+t | 0755 | 03755 | 03755",
        "ug-s | 06755 | 0755 | 0755",
        "u=rw | 04755 | 0655 | 04655",
        "u+x-w | 0644 | 0544 | 0544",
      })
  void changesPermissionsAsChmodDoes(String change, String mode, String file, String directory) {
    ModeChange parsed = ModeChange.parse(change);
    assertThat(parsed.apply(Integer.parseInt(mode, 8), false)).isEqualTo(Integer.parseInt(file, 8));
    assertThat(parsed.apply(Integer.parseInt(mode, 8), true))
        .isEqualTo(Integer.parseInt(directory, 8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "8", "77777", "u", "u+q", "u+x,", "x+u", "u+rwx,?", "-1"})
  void refusesWhatIsNoPermission(String change) {
    assertThatThrownBy(() -> ModeChange.parse(change)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "80, 80/tcp",
    "80/UDP, 80/udp",
    "1-3, 1/tcp 2/tcp 3/tcp",
    "1.2.3.4:80:90/sctp, 90/sctp",
    "8080:80, 80/tcp",
    "0, 0/tcp",
  })
  void readsPorts(String text, String expected) {
    assertThat(PortSpecs.parse(text))
        .extracting(Object::toString)
        .containsExactly(expected.split(" ", -1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "70000", "3-1", "80/x", "-1", "80-", "1-70000"})
  void refusesWhatIsNoPort(String text) {
    assertThatThrownBy(() -> PortSpecs.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void knowsSignals() {
    assertThat(List.of("9", "SIGTERM", "term", "SIGRTMIN+3", "RTMAX-1", "sigusr1", "64"))
        .allMatch(StopSignals::isSignal);
    assertThat(List.of("0", "65", "SIG", "SIGNONE", "RTMIN+16", "", "-9", "SIGSIGTERM"))
        .noneMatch(StopSignals::isSignal);
  }
}
