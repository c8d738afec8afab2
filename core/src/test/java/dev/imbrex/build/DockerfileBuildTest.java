package dev.imbrex.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.imbrex.dockerfile.Dockerfile;
import dev.imbrex.dockerfile.DockerfileException;
import dev.imbrex.dockerfile.DockerfileWarning;
import dev.imbrex.dockerfile.IgnorePatterns;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.config.ContainerConfig;
import dev.imbrex.manifest.config.History;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.MemoryStorage;
import dev.imbrex.testing.ScriptedRunExecutor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Builds in memory, instruction by instruction (SN-B13 to SN-B33). */
class DockerfileBuildTest {
  private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);
  private static final Platform AMD64 = Platform.of("linux", "amd64");

  private final ImageStore store = ImageStore.on(new MemoryStorage());
  private final TreeEditor context = FileTree.empty().edit();
  private final ScriptedRunExecutor executor = new ScriptedRunExecutor();
  private Image base;

  @BeforeEach
  void makeBase() throws IOException {
    base =
        ImageBuilder.scratch(store, AMD64)
            .layer(
                layer ->
                    layer
                        .file("/etc/passwd", "root:x:0:0::/:/bin/sh\napp:x:100:200::/:/bin/sh\n")
                        .file("/etc/group", "root:x:0:\nstaff:x:50:\napp:x:300:\n")
                        .directory("/usr/lib")
                        .symlink("/lib", "usr/lib")
                        .directory("/srv", Metadata.ofMode(0700).withOwner(7, 8)))
            .env("PATH", "/bin")
            .env("HOME", "/home")
            .cmd("base")
            .build();
    store.tag("base", base);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private DockerfileBuild build(String... lines) throws IOException {
    return DockerfileBuild.in(store)
        .dockerfile(Dockerfile.parse(String.join("\n", lines) + "\n"))
        .context(BuildContext.of(context.toTree()))
        .buildPlatform(AMD64)
        .created(TIME)
        .remote(RemoteSource.none())
        .run(executor);
  }

  private void file(String path, String text) {
    file(path, text, 0644);
  }

  private void file(String path, String text, int mode) {
    Metadata metadata = Metadata.ofMode(mode).withOwner(1000, 1000).withMtime(TIME);
    context.put(TreePath.of(path), new Node.RegularFile(metadata, Content.text(text)));
  }

  private static String read(Image image, String path) throws IOException {
    return new String(image.files().read(TreePath.of(path), 1 << 20), UTF_8);
  }

  private static Metadata metadata(Image image, String path) throws IOException {
    return image.files().find(TreePath.of(path)).orElseThrow().metadata();
  }

  private static boolean exists(Image image, String path) throws IOException {
    return image.files().find(TreePath.of(path)).isPresent();
  }

  private List<String> history(Image image) {
    List<History> all = image.config().history();
    return all.subList(base.config().history().size(), all.size()).stream()
        .map(h -> h.createdBy() + (h.isEmptyLayer() ? " (0B)" : ""))
        .toList();
  }

  private static DockerfileException failure(DockerfileBuild build) {
    return catchThrowableOfType(DockerfileException.class, build::build);
  }

  @Nested
  class Configs {
    @Test
    void areChangedInstructionByInstruction() throws IOException {
      Image image =
          build(
                  "FROM base",
                  "ARG v=1",
                  "ENV a=$v b=\"x y\" HOME=/root",
                  "LABEL l='$a' \"m n\"=$b",
                  "EXPOSE 90-91/udp 80 $v",
                  "VOLUME /data [x]",
                  "USER app",
                  "STOPSIGNAL SIGRTMIN+3",
                  "SHELL [\"/bin/bash\", \"-c\"]",
                  "HEALTHCHECK --interval=1m30s --timeout=1500ms CMD echo hi",
                  "ENTRYPOINT go \"x\"",
                  "CMD [\"a\\n\", \"b c\"]",
                  "MAINTAINER me")
              .build();
      ContainerConfig config = image.config().container();
      assertThat(config.environment())
          .containsExactly(
              Map.entry("PATH", "/bin"),
              Map.entry("HOME", "/root"),
              Map.entry("a", "1"),
              Map.entry("b", "x y"));
      assertThat(config.labels()).containsExactly(Map.entry("l", "$a"), Map.entry("m n", "x y"));
      assertThat(config.exposedPortKeys()).containsExactly("1/tcp", "80/tcp", "90/udp", "91/udp");
      assertThat(config.volumes()).containsExactly("/data", "[x]");
      assertThat(config.user()).contains("app");
      assertThat(config.stopSignal()).contains("SIGRTMIN+3");
      assertThat(config.shell()).contains(List.of("/bin/bash", "-c"));
      assertThat(config.entrypoint()).contains(List.of("/bin/bash", "-c", "go \"x\""));
      assertThat(config.cmd()).contains(List.of("a\n", "b c"));
      assertThat(image.config().author()).contains("me");
      assertThat(history(image))
          .containsExactly(
              "ARG v=1 (0B)",
              "ENV a=1 b=x y HOME=/root (0B)",
              "LABEL l=$a m n=x y (0B)",
              "EXPOSE [1/tcp 80/tcp 90/udp 91/udp] (0B)",
              "VOLUME [/data [x]] (0B)",
              "USER app (0B)",
              "STOPSIGNAL SIGRTMIN+3 (0B)",
              "SHELL [/bin/bash -c] (0B)",
              "HEALTHCHECK {Test:[CMD-SHELL echo hi] Interval:1m30s Timeout:1.5s StartPeriod:0s"
                  + " StartInterval:0s Retries:0} (0B)",
              "ENTRYPOINT [\"/bin/bash\" \"-c\" \"go \\\"x\\\"\"] (0B)",
              "CMD [\"a\\n\" \"b c\"] (0B)",
              "MAINTAINER me (0B)");
      assertThat(image.config().created()).contains(TIME);
      assertThat(image.layers()).isEqualTo(base.layers());
    }

    @Test
    void areToldInTheClassicWay() throws IOException {
      Image image =
          build(
                  "FROM base",
                  "ENV a=1",
                  "SHELL [\"/bin/bash\", \"-c\"]",
                  "EXPOSE 80 90/udp",
                  "WORKDIR /srv",
                  "WORKDIR /new",
                  "ARG b=2",
                  "ONBUILD RUN x",
                  "CMD x")
              .historyStyle(HistoryStyle.CLASSIC)
              .build();
      assertThat(history(image))
          .containsExactly(
              "/bin/sh -c #(nop)  ENV a=1 (0B)",
              "/bin/bash -c #(nop)  SHELL [/bin/bash -c] (0B)",
              "/bin/bash -c #(nop)  EXPOSE 80 90/udp (0B)",
              "/bin/bash -c #(nop) WORKDIR /srv (0B)",
              "/bin/bash -c #(nop) WORKDIR /new",
              "/bin/bash -c #(nop)  ARG b=2 (0B)",
              "/bin/bash -c #(nop)  ONBUILD RUN x (0B)",
              "/bin/bash -c #(nop)  CMD [\"/bin/bash\" \"-c\" \"x\"] (0B)");
    }

    @Test
    void loseAnInheritedCommandWithAnEntrypoint() throws IOException {
      assertThat(build("FROM base", "ENTRYPOINT [\"e\"]").build().config().container().cmd())
          .isEmpty();
      Image set = build("FROM base", "CMD [\"c\"]", "ENTRYPOINT [\"e\"]").build();
      assertThat(set.config().container().cmd()).contains(List.of("c"));
    }

    @Test
    void getAPathIfTheBaseHasNone() throws IOException {
      Image image = build("FROM scratch", "LABEL a=b").build();
      assertThat(image.config().container().findEnv("PATH"))
          .contains("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
      assertThat(image.config().container().workingDir()).contains("/");
      assertThat(image.layers()).isEmpty();
    }

    @Test
    void getTheLabelsOfTheBuildAtTheEnd() throws IOException {
      Image image = build("FROM base", "ENV a=1").label("x", "y").build();
      assertThat(image.config().container().labels()).containsEntry("x", "y");
      assertThat(history(image)).containsExactly("ENV a=1 (0B)");
    }

    @Test
    void refuseWhatIsWrong() throws IOException {
      assertThat(failure(build("FROM base", "ENV a=\"${b:?no b}\"")))
          .hasMessage("Dockerfile:2:1: ENV: b: no b");
      assertThat(failure(build("FROM base", "EXPOSE x")).instruction()).isEqualTo("EXPOSE");
      assertThat(failure(build("FROM base", "EXPOSE 70000")).problem()).contains("65535");
      assertThat(failure(build("FROM base", "STOPSIGNAL SIGNONE")).problem()).contains("SIGNONE");
      assertThat(failure(build("FROM base", "USER $x")).problem()).contains("blank");
      assertThat(failure(build("FROM nothing:1")).problem()).contains("nothing:1");
      assertThat(failure(build("FROM $x")).problem()).contains("blank");
    }
  }

  @Nested
  class Arguments {
    @Test
    void haveAValueFromTheBuildOrADefaultOrTheGlobalOne() throws IOException {
      Image image =
          build(
                  "ARG g=1",
                  "ARG h=$g-2",
                  "ARG i",
                  "FROM base AS one",
                  "ARG g",
                  "ARG h",
                  "ARG i",
                  "ARG j=$h$given",
                  "ARG given=default",
                  "ARG none",
                  "ENV x=$g/$h/$i/$j/$given/$none")
              .buildArg("given", "yes")
              .buildArg("i", "I")
              .build();
      assertThat(image.config().container().findEnv("x")).contains("1/1-2/I/1-2/yes/");
      assertThat(history(image)).startsWith("ARG g (0B)", "ARG h (0B)", "ARG i (0B)");
      assertThat(history(image)).contains("ARG none (0B)");
    }

    @Test
    void loseToVariablesOfTheSameName() throws IOException {
      Image image = build("FROM base", "ENV a=env", "ARG a=arg", "ENV b=$a").build();
      assertThat(image.config().container().findEnv("b")).contains("env");
    }

    @Test
    void endWithTheirStageButForStagesBuiltOnIt() throws IOException {
      Image image =
          build(
                  "FROM base AS one",
                  "ARG a=1",
                  "FROM base AS two",
                  "ENV x=[$a]",
                  "FROM one",
                  "ENV x=[$a]")
              .build();
      assertThat(image.config().container().findEnv("x")).contains("[1]");
      Image two = build("FROM base AS one", "ARG a=1", "FROM base AS two", "ENV x=[$a]").build();
      assertThat(two.config().container().findEnv("x")).contains("[]");
    }

    @Test
    void tellThePlatforms() throws IOException {
      Image image =
          build(
                  "ARG TARGETARCH",
                  "FROM --platform=$BUILDPLATFORM base",
                  "ARG TARGETPLATFORM",
                  "ARG BUILDARCH",
                  "ARG TARGETSTAGE",
                  "ENV x=$TARGETPLATFORM/$BUILDARCH/$TARGETSTAGE/$TARGETOS")
              .build(Platform.of("linux", "arm64"));
      assertThat(image.config().container().findEnv("x")).contains("linux/arm64/amd64/default/");
    }

    @Test
    void sayWhichChecksAreErrors() throws IOException {
      List<DockerfileWarning> warnings = new ArrayList<>();
      String[] strict = {"# check=error=true", "FROM base AS A", "CMD x"};
      assertThatThrownBy(() -> build(strict).onWarning(warnings::add).build())
          .isInstanceOf(DockerfileException.class)
          .hasMessageContaining(":1:1: ")
          .hasMessageEndingWith("StageNameCasing, JSONArgsRecommended");
      assertThat(warnings).hasSize(2);
      String check = "BUILDKIT_DOCKERFILE_CHECK";
      build(strict).buildArg(check, "error=false").onWarning(warnings::add).build();
      assertThat(warnings).hasSize(4);
      build(strict).buildArg(check, "skip=all;error=true").onWarning(warnings::add).build();
      assertThat(warnings).hasSize(4);
      assertThatThrownBy(() -> build("FROM base", "CMD x").buildArg(check, "error=1").build())
          .hasMessageEndingWith("JSONArgsRecommended");
      assertThatThrownBy(() -> build("FROM base", "CMD x").buildArg(check, "no").build())
          .isInstanceOf(DockerfileException.class)
          .hasMessageContaining(check);
    }

    @Test
    void thatNobodyDeclaresAreAWarning() throws IOException {
      List<DockerfileWarning> warnings = new ArrayList<>();
      build("FROM base", "ARG a", "CMD x")
          .buildArg("a", "1")
          .buildArg("b", "2")
          .buildArg("HTTP_PROXY", "p")
          .onWarning(warnings::add)
          .build();
      assertThat(warnings)
          .extracting(w -> w.check().toString())
          .containsExactly("JSONArgsRecommended", "UnusedBuildArgument");
    }
  }

  @Nested
  class Copies {
    @Test
    void giveAFileItsNameInADirectory() throws IOException {
      file("a.txt", "A", 0640);
      Image image =
          build(
                  "FROM base",
                  "WORKDIR /w",
                  "COPY a.txt b.txt",
                  "COPY a.txt .",
                  "COPY a.txt /srv",
                  "COPY a.txt /x/y/",
                  "COPY /a.txt ../up",
                  "COPY ../../a.txt /lib/z")
              .build();
      for (String path : List.of("w/b.txt", "w/a.txt", "srv/a.txt", "x/y/a.txt", "up")) {
        assertThat(read(image, path)).isEqualTo("A");
      }
      assertThat(read(image, "usr/lib/z")).isEqualTo("A");
      assertThat(metadata(image, "w/b.txt")).isEqualTo(Metadata.ofMode(0640).withMtime(TIME));
      assertThat(metadata(image, "srv")).isEqualTo(Metadata.ofMode(0700).withOwner(7, 8));
      assertThat(metadata(image, "x/y")).isEqualTo(Metadata.forDirectory());
      assertThat(history(image)).contains("COPY a.txt b.txt # buildkit", "WORKDIR /w");
      assertThat(image.layers()).hasSize(base.layers().size() + 7);
    }

    @Test
    void giveADirectoryItsContents() throws IOException {
      file("d/a", "A");
      file("d/e/b", "B");
      context.put(TreePath.of("d/e/l"), new Node.Symlink(Metadata.forFile(), ByteString.of("b")));
      context.link(TreePath.of("d/h"), TreePath.of("d/a"));
      Image image = build("FROM base", "COPY d /to", "COPY d/ /srv").build();
      assertThat(read(image, "to/e/b")).isEqualTo("B");
      assertThat(image.files().linksOf(TreePath.of("to/a")))
          .containsExactly(TreePath.of("to/a"), TreePath.of("to/h"));
      assertThat(image.files().find(TreePath.of("to/e/l")).orElseThrow().kind())
          .isEqualTo(Node.Kind.SYMLINK);
      assertThat(metadata(image, "srv")).isEqualTo(Metadata.ofMode(0700).withOwner(7, 8));
      assertThat(read(image, "srv/a")).isEqualTo("A");
    }

    @Test
    void takePatternsInOrder() throws IOException {
      file("b.go", "b");
      file("a.go", "a");
      file("sub/c.go", "c");
      file("x.txt", "x");
      Image image = build("FROM base", "COPY *.go sub/*.go nothing*.x /to/").build();
      assertThat(image.files().list(TreePath.of("to")))
          .extracting(entry -> entry.path().toString())
          .containsExactly("/to/a.go", "/to/b.go", "/to/c.go");
    }

    @Test
    void followLinksInTheSourceAndKeepThoseInside() throws IOException {
      file("real/f", "F");
      context.put(TreePath.of("link"), new Node.Symlink(Metadata.forFile(), ByteString.of("real")));
      context.put(
          TreePath.of("flink"), new Node.Symlink(Metadata.forFile(), ByteString.of("real/f")));
      Image image = build("FROM base", "COPY link /a", "COPY flink /b", "COPY link/f /c").build();
      assertThat(read(image, "a/f")).isEqualTo("F");
      assertThat(read(image, "b")).isEqualTo("F");
      assertThat(read(image, "c")).isEqualTo("F");
    }

    @Test
    void changeOwnersAndPermissions() throws IOException {
      file("a", "A", 0600);
      file("d/x", "X", 0644);
      Image image =
          build(
                  "FROM base",
                  "COPY --chown=app a /1",
                  "COPY --chown=app:staff a /2",
                  "COPY --chown=5 --chmod=4755 a /3",
                  "COPY --chown=5:app --chmod=u+x,go=rX a /new/4",
                  "COPY --chmod=a+X d /5")
              .build();
      assertThat(metadata(image, "1").uid()).isEqualTo(100);
      assertThat(metadata(image, "1").gid()).isEqualTo(200);
      assertThat(metadata(image, "2").gid()).isEqualTo(50);
      assertThat(metadata(image, "3").gid()).isEqualTo(5);
      assertThat(metadata(image, "3").mode()).isEqualTo(04755);
      assertThat(metadata(image, "new/4").mode()).isEqualTo(0755);
      assertThat(metadata(image, "new/4").gid()).isEqualTo(300);
      assertThat(metadata(image, "new")).isEqualTo(Metadata.forDirectory().withOwner(5, 300));
      assertThat(metadata(image, "5/x").mode()).isEqualTo(0644);
      assertThat(history(image)).contains("COPY --chown=app:staff a /2 # buildkit");
      for (String owner : List.of("nobody", "app:nothing", "a:b:c", ":x", "99999999999")) {
        assertThat(failure(build("FROM base", "COPY --chown=" + owner + " a /x")).instruction())
            .isEqualTo("COPY");
      }
      assertThat(failure(build("FROM base", "COPY --chmod=8 a /x")).problem()).contains("octal");
    }

    @Test
    void keepOwnersFromOtherStagesAndImages() throws IOException {
      file("a", "A");
      Image image =
          build(
                  "FROM base AS one",
                  "COPY --chown=5:6 a /a",
                  "FROM base",
                  "COPY --from=one /a /1",
                  "COPY --from=0 --chown=7 /a /2",
                  "COPY --from=base /etc/passwd /3")
              .build();
      assertThat(metadata(image, "1").uid()).isEqualTo(5);
      assertThat(metadata(image, "2").uid()).isEqualTo(7);
      assertThat(read(image, "3")).contains("app");
      assertThat(failure(build("FROM base AS one", "COPY --from=one /a /b")).problem())
          .contains("the stage itself");
      assertThat(failure(build("FROM base", "COPY --from=1 /a /b", "FROM base AS x"))).isNull();
      assertThat(
              failure(build("FROM base AS y", "COPY --from=x / /b", "FROM base AS x", "FROM y"))
                  .problem())
          .contains("a later stage");
    }

    @Test
    void fromNamedContexts() throws IOException {
      FileTree other =
          FileTree.empty()
              .edit()
              .put(
                  TreePath.of("f"), new Node.RegularFile(Metadata.forFile(), Content.text("other")))
              .toTree();
      Image image =
          build("FROM base", "COPY --from=more f /f")
              .context("more", BuildContext.of(other))
              .build();
      assertThat(read(image, "f")).isEqualTo("other");
    }

    @Test
    void takeHeredocsAsFiles() throws IOException {
      Image image =
          build(
                  "FROM base",
                  "ARG who=you",
                  "COPY <<a.txt <<-\"b.txt\" /to/",
                  "hello $who '$who' \\$x",
                  "a.txt",
                  "\t$who",
                  "b.txt")
              .build();
      assertThat(read(image, "to/a.txt")).isEqualTo("hello you 'you' $x\n");
      assertThat(read(image, "to/b.txt")).isEqualTo("$who\n");
      assertThat(history(image)).contains("COPY <<a.txt <<b.txt /to/ # buildkit");
    }

    @Test
    void leaveOutWhatTheIgnoreFileAndTheFlagSay() throws IOException {
      file("keep.md", "k");
      file("no.md", "n");
      file("d/a.o", "o");
      file("d/a.c", "c");
      file("d/e/b.o", "o");
      Image image =
          build("FROM base", "COPY --exclude=**/*.o . /to/")
              .context(BuildContext.of(context.toTree()), IgnorePatterns.parse("*.md\n!keep.md\n"))
              .build();
      assertThat(image.files().walk(TreePath.of("to")).map(e -> e.path().toString()))
          .containsExactly("/to", "/to/d", "/to/d/a.c", "/to/d/e", "/to/keep.md");
      DockerfileException e =
          failure(
              build("FROM base", "COPY no.md /")
                  .context(BuildContext.of(context.toTree()), IgnorePatterns.parse("no.md")));
      assertThat(e.problem()).contains("no.md").contains(".dockerignore");
    }

    @Test
    void keepParentsIfTold() throws IOException {
      file("a/b/c.txt", "c");
      file("a/d.txt", "d");
      file("x/e.txt", "e");
      Image image = build("FROM base", "COPY --parents a/./**/*.txt x /to/").build();
      assertThat(image.files().walk(TreePath.of("to")).map(e -> e.path().toString()))
          .containsExactly("/to", "/to/b", "/to/b/c.txt", "/to/d.txt", "/to/x", "/to/x/e.txt");
    }

    @Test
    void areIndependentOfLowerLayersWithLink() throws IOException {
      file("a", "A");
      Image image = build("FROM base", "COPY --link a /lib/a").build();
      Image other = build("FROM scratch", "COPY --link a /lib/a").build();
      assertThat(image.layers().get(image.layers().size() - 1).diffId())
          .isEqualTo(other.layers().get(0).diffId());
      assertThat(read(other, "lib/a")).isEqualTo("A");
    }

    @Test
    void needADirectoryForSeveralSources() throws IOException {
      file("a", "A");
      file("b", "B");
      assertThat(failure(build("FROM base", "COPY a b /to")).problem()).contains("directory");
      assertThat(failure(build("FROM base", "COPY nothing /to")).problem())
          .contains("no nothing")
          .contains(".dockerignore");
      assertThat(failure(build("FROM base", "COPY a /etc/passwd/x")).problem())
          .contains("no directory");
      file("d/usr/lib", "not a directory");
      file("e/etc/passwd/x", "in a directory");
      assertThat(failure(build("FROM base", "COPY d /")).problem()).contains("/usr/lib");
      assertThat(failure(build("FROM base", "COPY e /")).problem()).contains("/etc/passwd");
    }
  }

  @Nested
  class Adds {
    @Test
    void fetchFiles() throws IOException {
      RemoteSource remote =
          location ->
              new RemoteSource.RemoteFile(
                  new ByteArrayInputStream(location.getPath().getBytes(UTF_8)), Optional.of(TIME));
      Image image =
          build("FROM base", "ADD http://host/x/y.txt?q /to/", "ADD https://host/z /f")
              .remote(remote)
              .build();
      assertThat(read(image, "to/y.txt")).isEqualTo("/x/y.txt");
      assertThat(metadata(image, "to/y.txt")).isEqualTo(Metadata.ofMode(0600).withMtime(TIME));
      assertThat(read(image, "f")).isEqualTo("/z");
      assertThat(failure(build("FROM base", "ADD http://host/ /to/").remote(remote)).problem())
          .contains("no name");
      String checksum = "--checksum=sha256:" + "0".repeat(64);
      assertThat(failure(build("FROM base", "ADD " + checksum + " http://h/z /f").remote(remote)))
          .hasMessageContaining("0000");
      assertThat(failure(build("FROM base", "ADD http://host/x /to/")).problem())
          .contains("Nothing is fetched");
    }
  }

  @Nested
  class Runs {
    @Test
    void areGivenToTheRunner() throws IOException {
      executor.on(
          "make $x",
          (request, files) -> {
            files.put(
                TreePath.of("out"), new Node.RegularFile(Metadata.forFile(), Content.text("made")));
            files.remove(TreePath.of("etc/group"));
            request.output().write("hello\n".getBytes(UTF_8));
            return 0;
          });
      Image image =
          build(
                  "FROM base",
                  "ARG b=2",
                  "ARG a=1",
                  "ARG none",
                  "ENV b=3",
                  "WORKDIR /srv",
                  "USER app:staff",
                  "RUN --network=none make $x")
              .buildArg("HTTP_PROXY", "p")
              .build();
      assertThat(read(image, "out")).isEqualTo("made");
      assertThat(exists(image, "etc/group")).isFalse();
      RunRequest request = executor.requests().get(0);
      assertThat(request.command()).containsExactly("/bin/sh", "-c", "make $x");
      assertThat(request.environment())
          .containsExactlyInAnyOrderEntriesOf(
              Map.of("PATH", "/bin", "HOME", "/home", "b", "3", "a", "1", "HTTP_PROXY", "p"));
      assertThat(request.workingDirectory()).isEqualTo("/srv");
      assertThat(request.user()).isEqualTo("app:staff");
      assertThat(request.network()).isEqualTo(RunRequest.Network.NONE);
      assertThat(history(image)).contains("RUN |3 b=3 a=1 none= /bin/sh -c make $x # buildkit");
    }

    @Test
    void failWithTheCodeAndTheInstruction() throws IOException {
      executor.on("false", (request, files) -> 3);
      assertThat(failure(build("FROM base", "", "RUN false")))
          .hasMessage("Dockerfile:3:1: RUN: \"/bin/sh -c false\" ended with code 3");
    }

    @Test
    void areAnErrorWithoutARunner() throws IOException {
      DockerfileBuild build =
          DockerfileBuild.in(store)
              .dockerfile(Dockerfile.parse("FROM base\nRUN x\n"))
              .buildPlatform(AMD64);
      assertThat(failure(build).problem()).contains("DockerfileBuild.run");
    }

    @Test
    void takeHeredocs() throws IOException {
      executor.on("one\ntwo\n", (request, files) -> 0);
      executor.on("/dev/pipes/E", (request, files) -> 0);
      executor.on("cat <<A <<B\n1\nA\n2\nB", (request, files) -> 0);
      build(
              "FROM base",
              "RUN <<E",
              "one",
              "two",
              "E",
              "RUN <<E",
              "#!/bin/x",
              "E",
              "RUN cat <<A <<B",
              "1",
              "A",
              "2",
              "B")
          .build();
      assertThat(executor.requests()).hasSize(3);
      RunMountPoint script = executor.requests().get(1).mounts().get(0);
      assertThat(script.target()).contains("/dev/pipes/");
      assertThat(new String(script.files().orElseThrow().read(TreePath.of("E"), 100), UTF_8))
          .isEqualTo("#!/bin/x\n");
    }

    @Test
    void getTheirMounts() throws IOException {
      executor.on("x", (request, files) -> 0);
      file("src/a", "A");
      build(
              "FROM base AS tools",
              "FROM base",
              "ARG d=src",
              "WORKDIR /srv",
              "RUN --mount=target=/m,source=$d --mount=type=bind,from=tools,target=t,rw"
                  + " --mount=type=cache,target=/c,uid=5,mode=0700,sharing=locked"
                  + " --mount=type=secret,id=s,env=S --mount=type=secret,id=s"
                  + " --mount=type=tmpfs,target=/tmp,size=10 x")
          .secret("s", Content.text("hush"))
          .build();
      List<RunMountPoint> mounts = executor.requests().get(0).mounts();
      assertThat(mounts)
          .extracting(mount -> mount.target().orElse("-"))
          .containsExactly("/m", "/srv/t", "/c", "-", "/run/secrets/s", "/tmp");
      assertThat(mounts.get(0).source()).isEqualTo(TreePath.of("src"));
      assertThat(mounts.get(0).isReadOnly()).isTrue();
      assertThat(mounts.get(1).isReadOnly()).isFalse();
      assertThat(mounts.get(2).mode()).isEqualTo(0700);
      assertThat(mounts.get(2).uid()).isEqualTo(5);
      assertThat(mounts.get(2).sharing()).isEqualTo("locked");
      assertThat(mounts.get(3).variable()).contains("S");
      assertThat(mounts.get(4).mode()).isEqualTo(0400);
      assertThat(mounts.get(4).secret().orElseThrow().size()).isEqualTo(4);
      assertThat(failure(build("FROM base", "RUN --mount=type=secret,id=t,required x")).problem())
          .contains("secret t");
    }
  }

  @Nested
  class Stages {
    @Test
    void thatNobodyNeedsAreNotBuilt() throws IOException {
      file("a", "A");
      executor.on("fail", (request, files) -> 1);
      Image image =
          build(
                  "FROM base AS unused",
                  "RUN fail",
                  "FROM base AS used",
                  "COPY a /a",
                  "FROM base AS last",
                  "COPY --from=used /a /b",
                  "FROM unused")
              .target("LAST")
              .build();
      assertThat(read(image, "b")).isEqualTo("A");
      assertThat(executor.requests()).isEmpty();
    }

    @Test
    void haveAllEndedWhenAnInterruptedBuildReturns() throws Exception {
      CountDownLatch begun = new CountDownLatch(2);
      AtomicInteger ended = new AtomicInteger();
      executor.on("first", (request, files) -> 0);
      executor.on(
          "wait",
          (request, files) -> {
            begun.countDown();
            try {
              new CountDownLatch(1).await();
              return 0;
            } catch (InterruptedException e) {
              ended.incrementAndGet();
              throw new InterruptedIOException("Interrupted while waiting");
            }
          });
      DockerfileBuild build =
          build(
                  "FROM base AS one",
                  "RUN first",
                  "RUN wait",
                  "FROM base AS two",
                  "LABEL a=b",
                  "RUN wait",
                  "FROM one",
                  "COPY --from=two /etc /etc")
              .parallelism(3);
      Thread caller = Thread.currentThread();
      Thread interrupter =
          new Thread(
              () -> {
                try {
                  begun.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                caller.interrupt();
              });
      interrupter.start();
      assertThatThrownBy(build::build).isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
      interrupter.join();
      assertThat(ended).hasValue(2);
      executor.on("wait", (request, files) -> 0);
      build.build();
      assertThat(
              executor.requests().stream().filter(request -> request.command().contains("first")))
          .hasSize(1);
    }

    @Test
    void areBuiltTheSameOnManyThreads() throws IOException {
      file("a", "A");
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        lines.add("FROM base AS s" + i);
        lines.add("COPY a /a" + i);
      }
      lines.add("FROM s0");
      for (int i = 1; i < 6; i++) {
        lines.add("COPY --from=s" + i + " /a" + i + " /");
      }
      String[] all = lines.toArray(new String[0]);
      Image many = build(all).parallelism(4).noCache().build();
      Image one = build(all).parallelism(1).noCache().build();
      assertThat(many.digest()).isEqualTo(one.digest());
      assertThat(read(many, "a5")).isEqualTo("A");
    }

    @Test
    void runTheTriggersOfTheirBase() throws IOException {
      file("a", "A");
      Image parent =
          build("FROM base", "ONBUILD COPY a /a", "ONBUILD ENV x=$PATH", "CMD [\"c\"]").build();
      assertThat(parent.config().container().onBuild())
          .contains(List.of("COPY a /a", "ENV x=$PATH"));
      assertThat(history(parent)).containsExactly("CMD [\"c\"] (0B)");
      assertThat(exists(parent, "a")).isFalse();
      store.tag("parent", parent);
      Image child = build("FROM parent", "ENV y=1").build();
      assertThat(read(child, "a")).isEqualTo("A");
      assertThat(child.config().container().onBuild()).isEmpty();
      assertThat(history(child))
          .containsExactly(
              "CMD [\"c\"] (0B)", "COPY a /a # buildkit", "ENV x=/bin (0B)", "ENV y=1 (0B)");
      Image onStage = build("FROM base AS p", "ONBUILD ENV z=1", "FROM p", "ENV q=$z").build();
      assertThat(onStage.config().container().findEnv("q")).contains("1");
      Image alone = build("FROM base", "ONBUILD ENV z=1").build();
      assertThat(alone.config().container().onBuild()).contains(List.of("ENV z=1"));
    }

    @Test
    void withoutAStepAreTheirBase() throws IOException {
      assertThat(build("FROM base").build()).isEqualTo(base);
    }
  }

  @Nested
  class Cache {
    private final List<String> told = new ArrayList<>();
    private final Progress progress =
        (name, bytes) -> {
          told.add(name);
          return Progress.none().start(name, bytes);
        };

    private List<String> cached() {
      return told.stream()
          .filter(name -> name.startsWith("Cached"))
          .map(name -> name.replaceAll(".*] ", ""))
          .toList();
    }

    @Test
    void findsEveryStepAgainAndWritesNothing() throws IOException {
      file("a", "A");
      executor.on("x", (request, files) -> 0);
      String[] lines = {
        "FROM base", "ARG v=1", "COPY a /a", "WORKDIR /w", "RUN x", "CMD y", "ONBUILD RUN z"
      };
      Image first = build(lines).label("l", "1").build();
      int blobs = store.storage().blobs().size();
      long records = store.storage().catalog().all().size();
      Image second = build(lines).label("l", "1").created(TIME).progress(progress).build();
      assertThat(second).isEqualTo(first);
      assertThat(executor.requests()).hasSize(1);
      assertThat(store.storage().blobs()).hasSize(blobs);
      assertThat(store.storage().catalog().all()).hasSize((int) records);
      assertThat(cached()).hasSize(7);
      told.removeIf(name -> name.startsWith("Cached"));
      assertThat(told).containsExactly("Hash files to copy");
    }

    @Test
    void goesByContentAndNotByTime() throws IOException {
      file("a", "A");
      file("b", "B");
      String[] lines = {"FROM base", "COPY a /a", "COPY b /b", "ENV c=1"};
      build(lines).build();
      context.put(
          TreePath.of("a"),
          new Node.RegularFile(
              Metadata.ofMode(0644).withMtime(TIME.plusSeconds(9)), Content.text("A")));
      build(lines).progress(progress).build();
      assertThat(cached()).hasSize(3);
      told.clear();
      file("b", "changed");
      build(lines).progress(progress).build();
      assertThat(cached()).containsExactly("COPY a /a");
      told.clear();
      file("a", "A", 0600);
      build(lines).progress(progress).build();
      assertThat(cached()).isEmpty();
    }

    @Test
    void tellsCopyFromAdd() throws IOException {
      file("a", "A");
      for (HistoryStyle style : HistoryStyle.values()) {
        Image copied = build("FROM base", "COPY a /a").historyStyle(style).build();
        Image added = build("FROM base", "ADD a /a").historyStyle(style).build();
        assertThat(history(copied).get(0)).contains("COPY ");
        assertThat(history(added).get(0)).contains("ADD ");
      }
    }

    /** BuildKit's way has no step for a trigger, so it goes into the image of the next step. */
    @Test
    void seesATriggerThatHasNoStep() throws IOException {
      file("a", "A");
      executor.on("x", (request, files) -> 0);
      for (String next : List.of("COPY a /a", "WORKDIR /w", "RUN x", "ARG b", "ENV c=1")) {
        Image without = build("FROM base", next).build();
        Image with = build("FROM base", "ONBUILD RUN y", next).build();
        assertThat(without.config().container().onBuild()).isEmpty();
        assertThat(with.config().container().onBuild()).contains(List.of("RUN y"));
      }
    }

    @Test
    void isPassedOverIfTold() throws IOException {
      String[] lines = {"FROM base AS one", "ENV a=1", "FROM one AS two", "ENV b=1"};
      build(lines).build();
      build(lines).noCache().progress(progress).build();
      assertThat(cached()).isEmpty();
      build(lines).noCache(List.of("TWO")).progress(progress).build();
      assertThat(cached()).containsExactly("ENV a=1");
    }

    @Test
    void endsWithTheImages() throws IOException {
      file("a", "A");
      Image image = build("FROM base", "COPY a /a").build();
      store.delete(image.digest().toString(), new dev.imbrex.image.DeleteOptions(true, true));
      build("FROM base", "COPY a /a").progress(progress).build();
      assertThat(cached()).isEmpty();
    }

    @Test
    void takesCommandsFromImagesBuiltElsewhere() throws IOException {
      executor.on("x", (request, files) -> 0);
      Image elsewhere;
      try (ImageStore other = ImageStore.on(new MemoryStorage())) {
        elsewhere =
            DockerfileBuild.in(other)
                .images(BaseImageSource.of(store))
                .dockerfile(Dockerfile.parse("FROM base\nENV a=1\nRUN x\n"))
                .buildPlatform(AMD64)
                .run(executor)
                .build();
        Image here = build("FROM base", "ENV a=1", "RUN x").cacheFrom(elsewhere).build();
        assertThat(here.layers()).isEqualTo(elsewhere.layers());
        assertThat(executor.requests()).hasSize(1);
        build("FROM base", "ENV a=2", "RUN x").cacheFrom(elsewhere).build();
        assertThat(executor.requests()).hasSize(2);
      }
    }

    @Test
    void linksEveryStepToTheOneBefore() throws IOException {
      Image image = build("FROM base", "ENV a=1", "ENV b=2", "ENV c=3").build();
      assertThat(store.ancestors(image)).hasSize(3 + store.ancestors(base).size());
      assertThat(store.ancestors(image)).contains(base);
    }
  }

  @Nested
  class Results {
    @Test
    void areTheSameFromTheSameInput() throws IOException {
      file("a", "A");
      Image first = build("FROM base", "COPY a /x/a", "ENV b=1").sourceDateEpoch(TIME).build();
      Image again =
          build("FROM base", "COPY a /x/a", "ENV b=1").sourceDateEpoch(TIME).noCache().build();
      assertThat(again.digest()).isEqualTo(first.digest());
      Image argument =
          build("FROM base", "COPY a /x/a", "ENV b=1")
              .buildArg("SOURCE_DATE_EPOCH", "1000000000")
              .created(Instant.ofEpochSecond(1_000_000_000))
              .build();
      assertThat(metadata(argument, "x/a").mtime()).isEqualTo(Instant.ofEpochSecond(1000000000));
    }

    @Test
    void nameTheirBase() throws IOException {
      Image image = build("FROM base AS one", "ENV a=1", "FROM one", "ENV b=1").build();
      assertThat(image.manifest().annotations())
          .containsEntry("org.opencontainers.image.base.name", "docker.io/library/base:latest")
          .containsEntry("org.opencontainers.image.base.digest", base.digest().toString());
      Image bare = build("FROM base", "ENV a=1").baseAnnotations(false).build();
      assertThat(bare.manifest().annotations()).isEmpty();
      assertThat(build("FROM scratch", "ENV a=1").build().manifest().annotations()).isEmpty();
    }

    @Test
    void areAnIndexForSeveralPlatforms() throws IOException {
      var index =
          build("FROM scratch", "ARG TARGETARCH", "ENV a=$TARGETARCH")
              .buildIndex(List.of(AMD64, Platform.of("linux", "arm64")));
      Image arm =
          index.require(dev.imbrex.platform.PlatformMatcher.only(Platform.of("linux", "arm64")));
      assertThat(arm.config().container().findEnv("a")).contains("arm64");
      assertThat(arm.platform()).isEqualTo(Platform.of("linux", "arm64"));
    }

    @Test
    void areNoneIfTheCallerStops() throws IOException {
      file("a", "A");
      int images = store.images().size();
      DockerfileBuild build =
          build("FROM base", "COPY a /a")
              .progress(
                  (name, bytes) -> {
                    throw new CancellationException("enough");
                  });
      assertThat(catchThrowableOfType(CancellationException.class, build::build))
          .hasMessage("enough");
      assertThat(store.images()).hasSize(images);
    }
  }
}
