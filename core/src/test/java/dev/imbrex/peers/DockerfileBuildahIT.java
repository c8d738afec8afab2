package dev.imbrex.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.build.BuildContext;
import dev.imbrex.build.DockerfileBuild;
import dev.imbrex.build.ImageBuilder;
import dev.imbrex.dockerfile.Dockerfile;
import dev.imbrex.dockerfile.IgnorePatterns;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.LayoutStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same Dockerfiles built here and by buildah: the same files and config. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class DockerfileBuildahIT {
  private static final Platform PLATFORM = Platform.of("linux", "amd64");

  @TempDir static Path directory;

  private static Program buildah;
  private static ImageStore store;
  private static Path layout;

  @BeforeAll
  static void makeBase() throws Exception {
    Program.requireRoot();
    buildah =
        Program.find("buildah").with("STORAGE_DRIVER", "vfs").with("BUILDAH_ISOLATION", "chroot");
    layout = directory.resolve("layout");
    store = ImageStore.on(LayoutStorage.openOrCreate(layout));
    Path tar = directory.resolve("base.tar");
    DockerfileEnginesIT.writeBase(tar);
    Image base =
        ImageBuilder.scratch(store, PLATFORM)
            .tarLayer("base", tar)
            .env("PATH", "/bin:/usr/bin")
            .build();
    store.tag("localhost/base:1", base);
    String id = run("pull", "-q", "oci:" + layout + ":localhost/base:1").strip();
    run("tag", id, "localhost/base:1");
    DockerfileEnginesIT.context(directory);
  }

  @AfterAll
  static void remove() throws Exception {
    if (store != null) {
      store.close();
      Program.find("rm").run("-rf", directory.resolve("storage").toString());
    }
  }

  private static String run(String... words) throws Exception {
    List<String> all = new ArrayList<>();
    all.add("--root=" + directory.resolve("storage/root"));
    all.add("--runroot=" + directory.resolve("storage/run"));
    all.addAll(List.of(words));
    return buildah.run(all.toArray(new String[0]));
  }

  /** Those that are about files; what is said of the config, the engines have judged. */
  static Stream<DockerfileCases.Case> cases() {
    return DockerfileCases.chosen().stream()
        .filter(one -> one.lines().stream().anyMatch(line -> line.matches("(COPY|ADD|WORKDIR).*")))
        .filter(one -> one.lines().stream().noneMatch(line -> line.contains("configured")));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void buildsTheSame(DockerfileCases.Case one) throws Exception {
    if (one.buildah().containsKey(DockerfileCases.LEFT_OUT)) {
      return;
    }
    Path context = directory.resolve("context");
    List<String> lines =
        one.lines().stream()
            .map(line -> line.replace("FROM base:1", "FROM localhost/base:1"))
            .toList();
    Path file = Files.write(directory.resolve("Dockerfile"), lines);
    run(
        "bud",
        "-q",
        "--format=docker",
        "--identity-label=false",
        "-t",
        "t",
        "-f",
        "" + file,
        "" + context);
    Path out = directory.resolve("out");
    run("push", "-q", "--format=oci", "t", "oci:" + out + ":t");
    BuildContext files = BuildContext.directory(context);
    IgnorePatterns ignore = files.ignorePatterns("Dockerfile");
    Image ours =
        DockerfileBuild.in(store)
            .dockerfile(Dockerfile.read(file))
            .context(files, ignore)
            .buildPlatform(PLATFORM)
            .build();
    try (ImageStore theirs = ImageStore.on(LayoutStorage.open(out))) {
      assertThat(
              DockerfileEnginesIT.differing(
                  described(ours), described(theirs.require("t")), one.buildah()))
          .as(one.name())
          .isEmpty();
    } finally {
      Program.find("rm").run("-rf", out.toString());
    }
  }

  /** It tells the history in its own way, and makes one layer of all. */
  private static Map<String, Object> described(Image image) throws Exception {
    Map<String, Object> facts = DockerfileEnginesIT.describe(image);
    facts.keySet().removeAll(Set.of("history", "comments", "layers"));
    return facts;
  }
}
