package dev.imbrex.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
}
