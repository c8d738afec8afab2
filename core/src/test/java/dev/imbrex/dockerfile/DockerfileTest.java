package dev.imbrex.dockerfile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines, positions, comments, directives and here-documents (SN-B1 to SN-B9, SN-B34). */
class DockerfileTest {
  private static Dockerfile parse(String... lines) throws DockerfileException {
    return Dockerfile.parse(String.join("\n", lines) + "\n");
  }

  private static Statement last(Dockerfile dockerfile) {
    List<Instruction> all = dockerfile.instructions();
    return all.get(all.size() - 1).statement();
  }

  private static DockerfileException failure(String... lines) {
    return catchThrowableOfType(DockerfileException.class, () -> parse(lines));
  }

  @Nested
  class Bytes {
    @Test
    void stayAsTheyAre() throws IOException {
      byte[] bytes =
          "\ufeff# syntax=x\r\n\r\nfrom  a \\\r\n # c\r\n  as b\r\nRUN \t<<E\r\nx\r\nE"
              .getBytes(UTF_8);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      Dockerfile dockerfile = Dockerfile.parse("Dockerfile", bytes);
      dockerfile.writeTo(out);
      assertThat(out.toByteArray()).isEqualTo(bytes);
      assertThat(dockerfile.bytes()).isEqualTo(bytes);
    }

    @Test
    void mayBeginWithAByteOrderMark() throws DockerfileException {
      Dockerfile dockerfile = Dockerfile.parse("\ufeffFROM a");
      assertThat(dockerfile.instructions().get(0).statement().range())
          .isEqualTo(new SourceRange(1, 1, 1, 7));
    }

    @Test
    void thatAreNoUtf8AreReplacedWithAWarning() throws DockerfileException {
      byte[] bytes = "FROM a\nLABEL a=\u00e9\n".getBytes(ISO_8859_1);
      Dockerfile dockerfile = Dockerfile.parse("Dockerfile", bytes);
      assertThat(last(dockerfile).arguments()).isEqualTo("a=\ufffd");
      assertThat(dockerfile.warnings())
          .extracting(DockerfileWarning::check)
          .containsExactly(DockerfileCheck.NOT_UTF_8);
      assertThat(dockerfile.bytes()).isEqualTo(bytes);
    }

    @Test
    void ofALineAreAtMost65535() throws DockerfileException {
      assertThat(parse("FROM a", "#" + "x".repeat(65_534)).instructions()).hasSize(1);
      DockerfileException e = failure("FROM a", "#" + "x".repeat(65_535));
      assertThat(e.range().line()).isEqualTo(2);
      assertThat(e.problem()).contains("65536").contains("65535");
    }

    @Test
    void comeFromAFile(@TempDir Path directory) throws IOException {
      Path file = Files.writeString(directory.resolve("Dockerfile"), "FROM a\nFRO b\n");
      DockerfileException e =
          catchThrowableOfType(DockerfileException.class, () -> Dockerfile.read(file));
      assertThat(e).hasMessage(file + ":2:1: unknown instruction \"FRO\" (did you mean FROM?)");
    }
  }

  @Nested
  class Lines {
    @Test
    void areContinuedAfterTheEscapeCharacter() throws DockerfileException {
      assertThat(last(parse("FROM a", "RUN one \\", "  two \\  \t", "three")).arguments())
          .isEqualTo("one   two three");
    }

    @Test
    void areNotContinuedAfterTwoEscapeCharacters() throws DockerfileException {
      assertThat(last(parse("FROM a", "RUN one \\\\")).arguments()).isEqualTo("one \\\\");
    }

    @Test
    void ofTheEscapeCharacterAloneContinue() throws DockerfileException {
      assertThat(last(parse("FROM a", "RUN one\\", "\\", "two")).arguments()).isEqualTo("onetwo");
      assertThat(last(parse("FROM a", "\\", "RUN one")).arguments()).isEqualTo("one");
    }

    @Test
    void dropCommentsBetweenThem() throws DockerfileException {
      Dockerfile dockerfile = parse("FROM a", "RUN one \\", "  # no", "#nor this \\", " two # yes");
      assertThat(last(dockerfile).arguments()).isEqualTo("one  two # yes");
      assertThat(dockerfile.comments())
          .containsExactly(
              new Comment("no", new SourceRange(3, 3, 3, 7)),
              new Comment("nor this \\", new SourceRange(4, 1, 4, 12)));
    }

    @Test
    void mayBeEmptyWithinAnInstructionWithAWarning() throws DockerfileException {
      Dockerfile dockerfile = parse("FROM a", "RUN one \\", "", " two");
      assertThat(last(dockerfile).arguments()).isEqualTo("one  two");
      assertThat(dockerfile.warnings())
          .extracting(DockerfileWarning::check)
          .containsExactly(DockerfileCheck.NO_EMPTY_CONTINUATION);
    }

    @Test
    void mayEndInsideAnInstruction() throws DockerfileException {
      assertThat(last(parse("FROM a", "RUN one \\")).arguments()).isEqualTo("one");
    }

    @Test
    void areContinuedAfterABacktickIfTheFileSaysSo() throws DockerfileException {
      Dockerfile dockerfile = parse("# escape=`", "FROM a", "RUN dir c:\\ `", " /s");
      assertThat(dockerfile.escape()).isEqualTo('`');
      assertThat(last(dockerfile).arguments()).isEqualTo("dir c:\\  /s");
    }

    @Test
    void thatHoldNoInstructionAreAnError() {
      assertThat(failure().problem()).isEqualTo("there are no instructions");
      assertThat(failure("# only", "", "# comments").problem())
          .isEqualTo("there are no instructions");
      assertThat(failure("FROM a", "\\", "# x").problem())
          .isEqualTo("there is no instruction on this line");
    }
  }

  @Nested
  class Positions {
    @Test
    void coverAllLinesOfAnInstruction() throws DockerfileException {
      Statement statement = last(parse("FROM a", "", "  RUN one \\", "    two", "# after"));
      assertThat(statement.range()).isEqualTo(new SourceRange(3, 3, 4, 8));
      assertThat(statement.keywordRange()).isEqualTo(new SourceRange(3, 3, 3, 6));
    }

    @Test
    void areThoseOfTheFlagOnItsLine() throws DockerfileException {
      Statement statement = last(parse("FROM a", "COPY --from=x \\", "  --chown=\"1 2\" a b"));
      assertThat(statement.flags())
          .containsExactly(
              new Flag("from", Optional.of("x"), new SourceRange(2, 6, 2, 14)),
              new Flag("chown", Optional.of("1 2"), new SourceRange(3, 3, 3, 16)));
    }

    @Test
    void areToldWithErrors() {
      DockerfileException e = failure("FROM a", "COPY \\", "  --form=x a b");
      assertThat(e)
          .hasMessage("Dockerfile:3:3: COPY: unknown flag \"--form\" (did you mean --from?)");
      assertThat(e.range()).isEqualTo(new SourceRange(3, 3, 3, 11));
      assertThat(e.instruction()).isEqualTo("COPY");
      assertThat(e.hint()).contains("--from");
      assertThat(e.file()).isEqualTo("Dockerfile");
    }

    @Test
    void ofUnknownInstructionsComeWithTheNearest() {
      assertThat(failure("FROM a", "WOKRDIR /x").hint()).contains("WORKDIR");
      assertThat(failure("FROM a", "xyzzy /x").hint()).isEmpty();
    }
  }

  @Nested
  class Directives {
    @Test
    void standAtTheTop() throws DockerfileException {
      Dockerfile dockerfile =
          parse("#SYNTAX = docker/dockerfile:1 ", " # check=skip=all", "# escape = `", "FROM a");
      assertThat(dockerfile.directives())
          .extracting(Directive::name, Directive::value)
          .containsExactly(
              tuple("syntax", "docker/dockerfile:1"),
              tuple("check", "skip=all"),
              tuple("escape", "`"));
      assertThat(dockerfile.syntax()).contains("docker/dockerfile:1");
    }

    @Test
    void endAtTheFirstLineThatIsNone() throws DockerfileException {
      assertThat(parse("# about", "# escape=`", "FROM a").escape()).isEqualTo('\\');
      assertThat(parse("", "# escape=`", "FROM a").escape()).isEqualTo('\\');
      assertThat(parse("# unknown=x", "# escape=`", "FROM a").escape()).isEqualTo('\\');
      assertThat(parse("FROM a", "# escape=`").directives()).isEmpty();
    }

    @Test
    void areGivenOnce() {
      DockerfileException e = failure("# escape=`", "# escape=`", "FROM a");
      assertThat(e.range()).isEqualTo(new SourceRange(2, 1, 2, 11));
      assertThat(e.problem()).contains("only once");
    }

    @Test
    void knowTwoEscapeCharacters() {
      assertThat(failure("# escape=^", "FROM a").problem()).contains("\"^\"");
      assertThat(failure("# escape=\\\\", "FROM a").problem()).contains("escape character");
    }

    @Test
    void ofTheFrontEndStandInOtherPlacesToo() throws DockerfileException {
      assertThat(parse("#!/usr/bin/env x", "# syntax=a/b", "FROM a").syntax()).contains("a/b");
      assertThat(parse("FROM a").syntax()).isEmpty();
      SourceText slashes = SourceText.of("f", "// syntax=a/b\nlet x".getBytes(UTF_8));
      assertThat(ParserDirectives.syntax(slashes)).contains("a/b");
      SourceText json = SourceText.of("f", "{ \"syntax\":\n \"a/b\", \"x\": 1}".getBytes(UTF_8));
      assertThat(ParserDirectives.syntax(json)).contains("a/b");
    }
  }

  @Nested
  class Heredocs {
    @Test
    void followTheLineThatNamesThem() throws DockerfileException {
      Statement statement =
          last(parse("FROM a", "RUN cat <<one 3<<-\"two\" x", "1", "", "one", "\t2", "\ttwo"));
      assertThat(statement.heredocs())
          .containsExactly(
              new Heredoc("one", 0, true, false, "1\n\n", new SourceRange(3, 1, 5, 4)),
              new Heredoc("two", 3, false, true, "\t2\n", new SourceRange(6, 1, 7, 5)));
      assertThat(statement.heredocs().get(1).text()).isEqualTo("2\n");
      assertThat(statement.range()).isEqualTo(new SourceRange(2, 1, 7, 5));
    }

    @Test
    void keepTheirLineEndsAndWhatLooksLikeComments() throws DockerfileException {
      Dockerfile dockerfile = Dockerfile.parse("FROM a\r\nCOPY <<E /x\r\n# a \\\r\nE\r\nCMD b");
      assertThat(dockerfile.instructions().get(1).statement().heredocs().get(0).content())
          .isEqualTo("# a \\\r\n");
      assertThat(dockerfile.instructions()).hasSize(3);
      assertThat(dockerfile.comments()).isEmpty();
    }

    @Test
    void areNoneInJsonAndWhereAllIsQuoted() throws DockerfileException {
      assertThat(last(parse("FROM a", "RUN [\"cat\", \"<<E\"]")).heredocs()).isEmpty();
      assertThat(last(parse("FROM a", "RUN echo \"<<E\"")).heredocs()).isEmpty();
      assertThat(last(parse("FROM a", "RUN echo $((1<<2)) <<<x << y")).heredocs()).isEmpty();
      assertThat(last(parse("FROM a", "ENV x=<<E")).heredocs()).isEmpty();
    }

    @Test
    void areQuotedInAnyWay() throws DockerfileException {
      for (String word : List.of("'E F'", "\"E F\"", "E' 'F", "E\\ F")) {
        Heredoc heredoc = last(parse("FROM a", "RUN <<" + word, "x", "E F")).heredocs().get(0);
        assertThat(heredoc.word()).isEqualTo("E F");
        assertThat(heredoc.isExpanded()).isFalse();
      }
    }

    @Test
    void standInTriggers() throws DockerfileException {
      Dockerfile dockerfile = parse("FROM a", "ONBUILD RUN <<E", "x", "E");
      Instruction.Onbuild onbuild = (Instruction.Onbuild) dockerfile.instructions().get(1);
      assertThat(onbuild.trigger()).isEqualTo("RUN <<E\nx\nE");
      assertThat(Dockerfile.parseTrigger("image", onbuild.trigger()).statement().heredocs())
          .extracting(Heredoc::content)
          .containsExactly("x\n");
    }

    @Test
    void thatDoNotEndAreAnError() {
      DockerfileException e = failure("FROM a", "RUN <<E", "x", " E");
      assertThat(e).hasMessage("Dockerfile:2:1: RUN: no line ends the here-document \"E\"");
    }

    @Test
    void areNoDestination() {
      assertThat(failure("FROM a", "COPY x <<E", "E").problem()).contains("destination");
    }
  }

  @Nested
  class Stages {
    @Test
    void areCountedAndNamed() throws DockerfileException {
      Dockerfile dockerfile =
          parse("ARG v=1", "ARG w", "FROM a:$v AS One", "RUN x", "from one", "CMD y");
      assertThat(dockerfile.globalArgs()).hasSize(2);
      assertThat(dockerfile.stages()).hasSize(2);
      assertThat(dockerfile.requireStage("ONE").index()).isZero();
      assertThat(dockerfile.requireStage("1").from().image()).isEqualTo("one");
      assertThat(dockerfile.requireStage("1").instructions()).hasSize(1);
    }

    @Test
    void thatAreUnknownComeWithTheNearest() throws DockerfileException {
      Dockerfile dockerfile = parse("FROM a AS builder");
      DockerfileException e =
          catchThrowableOfType(DockerfileException.class, () -> dockerfile.requireStage("bulider"));
      assertThat(e.hint()).contains("builder");
    }

    @Test
    void haveNamesOfTheirOwn() {
      assertThat(failure("FROM a AS x", "FROM b AS X").range().line()).isEqualTo(2);
    }

    @Test
    void beginWithFrom() {
      assertThat(failure("RUN x", "FROM a").problem()).contains("before the first FROM");
      assertThat(failure("ARG x").problem()).isEqualTo("there is no FROM");
    }
  }
}
