package dev.imbrex.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The checks of SN-B36. */
class LintChecksTest {
  private static List<String> codes(String text) throws DockerfileException {
    return Dockerfile.parse(text.replace("\\n", "\n")).warnings().stream()
        .map(warning -> warning.check().toString())
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "FROM a\\nrun x | ConsistentInstructionCasing",
        "from a\\nRUN x\\nrun y | ConsistentInstructionCasing",
        "FROM a as b | FromAsCasing",
        "FROM a AS Bc | StageNameCasing",
        "FROM a AS scratch | ReservedStageName",
        "FROM a\\nCMD x | JSONArgsRecommended",
        "FROM a\\nENTRYPOINT x | JSONArgsRecommended",
        "FROM a\\nMAINTAINER x | MaintainerDeprecated",
        "FROM a\\nENV a b | LegacyKeyValueFormat",
        "FROM a\\nLABEL a b | LegacyKeyValueFormat",
        "FROM a\\nWORKDIR x | WorkdirRelativePath",
        "ARG foo\\nFROM a:$foe | UndefinedArgInFrom",
        "FROM a\\nCMD [\"x\"]\\nCMD [\"y\"] | MultipleInstructionsDisallowed",
        "FROM a\\nHEALTHCHECK NONE\\nHEALTHCHECK CMD x | MultipleInstructionsDisallowed",
        "FROM a\\nENV DB_PASSWORD=x | SecretsUsedInArgOrEnv",
        "FROM a\\nARG token | SecretsUsedInArgOrEnv",
        "FROM --platform=$TARGETPLATFORM a | RedundantTargetPlatform",
        "FROM --platform=linux/amd64 a | FromPlatformFlagConstDisallowed",
        "FROM a\\nEXPOSE 80/TCP | ExposeProtoCasing",
        "FROM a\\nEXPOSE 8080:80 | ExposeInvalidFormat",
        "FROM a\\nRUN x \\\\n\\n y | NoEmptyContinuation",
      })
  void warns(String text, String code) throws DockerfileException {
    assertThat(codes(text)).containsExactly(code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "from a as b\\nrun x",
        "ARG v\\nFROM --platform=$BUILDPLATFORM a:$v AS b\\nRUN x",
        "FROM a\\nSHELL [\"s\"]\\nCMD x",
        "FROM a\\nWORKDIR /x\\nWORKDIR y",
        "FROM a\\nCMD [\"x\"]\\nFROM b\\nCMD [\"x\"]",
        "FROM a\\nENV PUBLIC_KEY=x tokenizer=y MONKEY=z",
        "FROM a\\nEXPOSE 80 90-99/udp $x",
        "# check=skip=all\\nFROM a\\nCMD x",
        "# check=skip=JSONArgsRecommended,Other;error=true\\nFROM a\\nCMD x",
      })
  void staysSilent(String text) throws DockerfileException {
    assertThat(codes(text)).isEmpty();
  }

  @Test
  void tellsWhereAndWhat() throws DockerfileException {
    assertThat(Dockerfile.parse("ARG version\nFROM a:$vresion\nENV a b\n").warnings())
        .extracting(DockerfileWarning::toString)
        .containsExactly(
            "2:1: UndefinedArgInFrom: nobody declares vresion; did you mean version",
            "3:1: LegacyKeyValueFormat: write ENV name=value");
  }

  /** As BuildKit reads them: truth values are those of Go. */
  @Test
  void readsTheDirective() throws DockerfileException {
    assertThat(CheckOptions.parse(" error=T ; skip= A , B"))
        .isEqualTo(new CheckOptions(Set.of("A", "B"), true));
    assertThat(CheckOptions.parse("skip=all;error=0;experimental=all"))
        .isEqualTo(new CheckOptions(Set.of("all"), false));
    assertThat(CheckOptions.parse(" ")).isEqualTo(CheckOptions.DEFAULT);
    Dockerfile file = Dockerfile.parse("# check=skip=StageNameCasing;error=true\nFROM a AS B\n");
    assertThat(file.checkOptions()).isEqualTo(new CheckOptions(Set.of("StageNameCasing"), true));
    assertThat(file.warnings()).isEmpty();
    assertThat(file.warnings(CheckOptions.DEFAULT)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"error", "error=yes", "error=", "skip", "other=1", "error=true;", "all"})
  void refusesOtherOptions(String options) {
    assertThatThrownBy(() -> Dockerfile.parse("# syntax=x\n# check=" + options + "\nFROM a\n"))
        .isInstanceOf(DockerfileException.class)
        .hasMessageStartingWith("Dockerfile:2:1: invalid check option");
  }
}
