package dev.imbrex.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.imbrex.manifest.config.Healthcheck;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each instruction takes and refuses (SN-B5 to SN-B9, SN-B15, SN-B23 to SN-B27). */
class InstructionTest {
  private static Instruction parse(String line) throws DockerfileException {
    List<Instruction> all = Dockerfile.parse("FROM base\n" + line + "\n").instructions();
    assertThat(all).hasSize(2);
    return all.get(1);
  }

  private static String problem(String line) {
    DockerfileException e = catchThrowableOfType(DockerfileException.class, () -> parse(line));
    assertThat(e).as(line).isNotNull();
    assertThat(e.range().line()).isEqualTo(2);
    return e.problem();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FROM a | a | |",
        "FROM a AS b | a | | b",
        "from --platform=linux/arm64 a as B.1-x_ | a | linux/arm64 | b.1-x_",
        "FROM --platform=$BUILDPLATFORM ${X:-y} | ${X:-y} | $BUILDPLATFORM |",
      })
  void fromTakesAnImageAndAName(String line, String image, String platform, String name)
      throws DockerfileException {
    Instruction.From from = (Instruction.From) parse(line);
    assertThat(from.image()).isEqualTo(image);
    assertThat(from.platform()).isEqualTo(Optional.ofNullable(platform));
    assertThat(from.stageName()).isEqualTo(Optional.ofNullable(name));
  }

  @Test
  void commandsHaveTwoForms() throws DockerfileException {
    assertThat(((Instruction.Run) parse("RUN a \"b\" 'c'")).command())
        .isEqualTo(CommandForm.shell("a \"b\" 'c'"));
    assertThat(((Instruction.Run) parse("RUN [\"a\", \"b c\\n\\u00e9\"]")).command())
        .isEqualTo(CommandForm.exec(List.of("a", "b c\n\u00e9")));
    assertThat(((Instruction.Cmd) parse("CMD ['a']")).command())
        .isEqualTo(CommandForm.shell("['a']"));
    assertThat(((Instruction.Cmd) parse("CMD []")).command())
        .isEqualTo(CommandForm.exec(List.of()));
    assertThat(((Instruction.Entrypoint) parse("ENTRYPOINT [\"a\"] b")).command())
        .isEqualTo(CommandForm.shell("[\"a\"] b"));
    assertThat(CommandForm.shell("x y").resolve(List.of("/bin/sh", "-c")))
        .containsExactly("/bin/sh", "-c", "x y");
  }

  @Test
  void runTakesMountsAndMore() throws DockerfileException {
    Instruction.Run run =
        (Instruction.Run)
            parse(
                "RUN --mount=type=cache,target=/c --mount=target=/x,source=y,rw"
                    + " --network=none --security=sandbox make");
    assertThat(run.mounts()).containsExactly("type=cache,target=/c", "target=/x,source=y,rw");
    assertThat(run.network()).contains("none");
    RunMount bind = RunMount.parse(run.mounts().get(1));
    assertThat(bind.kind()).isEqualTo(RunMount.Kind.BIND);
    assertThat(bind.isReadOnly()).isFalse();
    assertThat(RunMount.parse("target=/x").isReadOnly()).isTrue();
    assertThat(RunMount.parse("type=cache,dst=/c,ro").isReadOnly()).isTrue();
    assertThat(RunMount.parse("type=secret,id=a,\"target=/a,b\"").target()).contains("/a,b");
    assertThat(RunMount.parse("type=bind,src=a,target=/b,readonly=false").options())
        .isEqualTo(Map.of("source", "a", "readonly", "false"));
  }

  @Test
  void copyTakesFlags() throws DockerfileException {
    Instruction.Copy copy =
        (Instruction.Copy)
            parse(
                "COPY --from=b --chown=1:2 --chmod=u+x --link --parents=FALSE --exclude=*.o"
                    + " --exclude=x a b c/");
    assertThat(copy.sources()).containsExactly("a", "b");
    assertThat(copy.destination()).isEqualTo("c/");
    assertThat(copy.from()).contains("b");
    assertThat(copy.owner()).contains("1:2");
    assertThat(copy.mode()).contains("u+x");
    assertThat(copy.link()).isTrue();
    assertThat(copy.parents()).isFalse();
    assertThat(copy.excludes()).containsExactly("*.o", "x");
    Instruction.Copy json = (Instruction.Copy) parse("COPY [\"a b\", \"c d\"]");
    assertThat(json.sources()).containsExactly("a b");
    assertThat(((Instruction.Copy) parse("COPY -- --a b")).sources()).containsExactly("--a");
  }

  @Test
  void addTakesFlags() throws DockerfileException {
    Instruction.Add add =
        (Instruction.Add)
            parse("ADD --checksum=sha256:x --keep-git-dir=true --unpack=false http://x/a /b");
    assertThat(add.checksum()).contains("sha256:x");
    assertThat(add.keepGitDir()).isTrue();
    assertThat(add.unpack()).contains(false);
    assertThat(((Instruction.Add) parse("ADD a b")).unpack()).isEmpty();
  }

  @Test
  void pairsHaveTwoForms() throws DockerfileException {
    assertThat(((Instruction.Env) parse("ENV a=1 b=\"2 3\" c=4\\ 5 d= e='='")).variables())
        .containsExactly(
            new NameValue("a", "1"),
            new NameValue("b", "\"2 3\""),
            new NameValue("c", "4\\ 5"),
            new NameValue("d", ""),
            new NameValue("e", "'='"));
    assertThat(((Instruction.Env) parse("ENV a  b c=d")).variables())
        .containsExactly(new NameValue("a", "b c=d"));
    assertThat(((Instruction.Label) parse("LABEL \"a b\"=c")).labels())
        .containsExactly(new NameValue("\"a b\"", "c"));
  }

  @Test
  void argTakesNamesWithValuesOrWithout() throws DockerfileException {
    assertThat(((Instruction.Arg) parse("ARG a b=1 c=")).declarations())
        .containsExactly(
            new Instruction.Arg.Declaration("a", Optional.empty()),
            new Instruction.Arg.Declaration("b", Optional.of("1")),
            new Instruction.Arg.Declaration("c", Optional.of("")));
  }

  @Test
  void theRestTakesText() throws DockerfileException {
    assertThat(((Instruction.Expose) parse("EXPOSE 80 \t90/udp")).ports())
        .containsExactly("80", "90/udp");
    assertThat(((Instruction.Volume) parse("VOLUME /a /b")).paths()).containsExactly("/a", "/b");
    assertThat(((Instruction.Volume) parse("VOLUME [\"/a b\"]")).paths()).containsExactly("/a b");
    assertThat(((Instruction.User) parse("USER a:b")).user()).isEqualTo("a:b");
    assertThat(((Instruction.Workdir) parse("WORKDIR  /a b ")).path()).isEqualTo("/a b");
    assertThat(((Instruction.StopSignal) parse("STOPSIGNAL 9")).signal()).isEqualTo("9");
    assertThat(((Instruction.Shell) parse("SHELL [\"a\", \"-c\"]")).shell())
        .containsExactly("a", "-c");
    assertThat(((Instruction.Maintainer) parse("MAINTAINER A B <c>")).author())
        .isEqualTo("A B <c>");
  }

  @Test
  void healthcheckTakesTimes() throws DockerfileException {
    Instruction.HealthCheck check =
        (Instruction.HealthCheck)
            parse(
                "HEALTHCHECK --interval=1m30s --timeout=1.5s --start-period=0"
                    + " --start-interval=1ms --retries=3 cmd [\"a\", \"b\"]");
    assertThat(check.check())
        .isEqualTo(
            new Healthcheck(
                List.of("CMD", "a", "b"),
                Duration.ofSeconds(90),
                Duration.ofMillis(1500),
                Duration.ZERO,
                Duration.ofMillis(1),
                3));
    assertThat(((Instruction.HealthCheck) parse("HEALTHCHECK CMD a  b")).check())
        .isEqualTo(Healthcheck.ofShell("a  b"));
    assertThat(((Instruction.HealthCheck) parse("HEALTHCHECK NONE")).check())
        .isEqualTo(Healthcheck.none());
  }

  @Test
  void onbuildKeepsTheTextOfItsTrigger() throws DockerfileException {
    Instruction.Onbuild onbuild = (Instruction.Onbuild) parse("ONBUILD  copy --from=x a  b");
    assertThat(onbuild.trigger()).isEqualTo("copy --from=x a  b");
    assertThat(((Instruction.Copy) onbuild.instruction()).from()).contains("x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM",
        "FROM a b",
        "FROM a AS",
        "FROM a IS b",
        "FROM a AS 1",
        "FROM a AS b/c",
        "FROM a AS b c",
        "FROM --platform a",
        "RUN",
        "RUN []",
        "RUN [\"a\", 1]",
        "RUN --mount a",
        "RUN --mount=type=disk,target=/x a",
        "RUN --mount=type=cache a",
        "RUN --mount=type=tmpfs,target=/x,id=a a",
        "RUN --mount=target=/x,target=/y a",
        "RUN --mount=target=/x,ro=yes a",
        "RUN --mount=type=cache,target=/x,sharing=some a",
        "RUN --network=bridge a",
        "RUN --security=no a",
        "RUN --unknown a",
        "COPY a",
        "COPY --from=a --from=b a b",
        "COPY --link=maybe a b",
        "COPY --link= a b",
        "COPY --chown a b",
        "COPY [\"a\"]",
        "COPY [\"a\", {\"b\": [1, null, true]}]",
        "ADD",
        "ADD --from=x a b",
        "ENV",
        "ENV a",
        "ENV a=b c",
        "ENV =a",
        "LABEL a",
        "LABEL =b",
        "ARG",
        "ARG =a",
        "CMD --x",
        "CMD [1]",
        "ENTRYPOINT [[]]",
        "EXPOSE",
        "VOLUME",
        "VOLUME []",
        "VOLUME [\" \"]",
        "USER",
        "WORKDIR",
        "STOPSIGNAL",
        "SHELL",
        "SHELL /bin/sh -c",
        "SHELL []",
        "SHELL [\"a\"",
        "MAINTAINER",
        "ONBUILD",
        "ONBUILD ONBUILD RUN a",
        "ONBUILD FROM a",
        "ONBUILD maintainer a",
        "ONBUILD NOTHING",
        "ONBUILD COPY a",
        "HEALTHCHECK",
        "HEALTHCHECK NONE a",
        "HEALTHCHECK CMD",
        "HEALTHCHECK CMD []",
        "HEALTHCHECK CMD [1]",
        "HEALTHCHECK SOME a",
        "HEALTHCHECK --interval=1 CMD a",
        "HEALTHCHECK --interval=-1s CMD a",
        "HEALTHCHECK --interval=1us CMD a",
        "HEALTHCHECK --interval=10000000h CMD a",
        "HEALTHCHECK --retries=-1 CMD a",
        "HEALTHCHECK --retries=many CMD a",
      })
  void whatIsWrongIsRefused(String line) {
    assertThat(problem(line)).isNotEmpty();
  }

  @Test
  void theKindsOfInstructionAreAllParsed() {
    assertThat(Instruction.class.getPermittedSubclasses()).hasSameSizeAs(Keyword.values());
  }
}
