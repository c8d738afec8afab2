package dev.imbrex.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.ImageIndexBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.platform.Platform;
import dev.imbrex.registry.server.RegistryAccess;
import dev.imbrex.registry.server.RegistryServer;
import dev.imbrex.registry.server.RegistryServerOptions;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real clients against the embedded registry: skopeo, buildah, a Docker engine. */
class RegistryPeersIT {
  private static final Platform AMD64 = Platform.of("linux", "amd64");
  private static final Platform ARM64 = Platform.of("linux", "arm64", "v8");

  @TempDir Path directory;

  private Path layout;
  private ImageStore images;
  private RegistryServer registry;
  private String authority;

  @BeforeEach
  void start() throws IOException {
    layout = directory.resolve("layout");
    try (ImageStore store = ImageStore.on(LayoutStorage.create(layout))) {
      store.tag("app:1", app(store, AMD64));
      store.tag(
          "multi:1",
          ImageIndexBuilder.in(store).add(app(store, AMD64)).add(app(store, ARM64)).build());
    }
    // Served from a layout, so that the storage on disk is under test too.
    images = ImageStore.on(LayoutStorage.create(directory.resolve("registry")));
    registry = RegistryServer.start(images.storage());
    authority = registry.authority();
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
    images.close();
  }

  private static Image app(ImageStore store, Platform platform) throws IOException {
    Image base =
        ImageBuilder.scratch(store, platform)
            .layer(layer -> layer.file("/etc/base", "base " + platform))
            .build();
    return ImageBuilder.from(base)
        .layer(layer -> layer.file("/data", "x".repeat(300_000)))
        .label("purpose", "test")
        .cmd("/data")
        .build();
  }

  private String image(String name) {
    return "docker://" + authority + "/" + name;
  }

  private String digestIn(Path layoutDirectory, String name) throws IOException {
    try (LayoutStorage storage = LayoutStorage.open(layoutDirectory)) {
      return storage.resolve(name).orElseThrow().digest().toString();
    }
  }

  @Test
  void skopeoPushesListsInspectsPullsAndDeletes() throws Exception {
    Program skopeo = Program.find("skopeo");
    String pushed = image("team/app:1");
    skopeo.run("copy", "-q", "--dest-tls-verify=false", "oci:" + layout + ":app:1", pushed);
    skopeo.run(
        "copy", "-q", "--dest-tls-verify=false", "oci:" + layout + ":app:1", image("team/app:2"));
    assertThat(images.require("team/app:1").digest())
        .hasToString(digestIn(layout, "docker.io/library/app:1"));

    assertThat(skopeo.run("inspect", "--tls-verify=false", pushed))
        .contains("\"Digest\": \"" + images.require("team/app:1").digest() + "\"")
        .contains("\"purpose\": \"test\"")
        .contains("\"1\",\n        \"2\"");
    assertThat(skopeo.runForBytes("inspect", "--raw", "--tls-verify=false", pushed))
        .isEqualTo(images.require("team/app:1").manifest().bytes());
    assertThat(skopeo.run("list-tags", "--tls-verify=false", image("team/app")))
        .contains("\"1\",\n        \"2\"");

    Path back = directory.resolve("back");
    skopeo.run("copy", "-q", "--src-tls-verify=false", pushed, "oci:" + back + ":app:1");
    assertThat(digestIn(back, "docker.io/library/app:1"))
        .isEqualTo(digestIn(layout, "docker.io/library/app:1"));

    skopeo.run("delete", "--tls-verify=false", pushed);
    assertThatThrownBy(() -> skopeo.run("inspect", "--tls-verify=false", image("team/app:2")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("manifest unknown");
    assertThat(images.find("team/app:1")).isEmpty();
  }

  @Test
  void skopeoPushesDockerTypesAndPullsThemBack() throws Exception {
    Program skopeo = Program.find("skopeo");
    String pushed = image("docker/app:1");
    skopeo.run(
        "copy",
        "-q",
        "--dest-tls-verify=false",
        "--format=v2s2",
        "oci:" + layout + ":app:1",
        pushed);
    assertThat(skopeo.run("inspect", "--raw", "--tls-verify=false", pushed))
        .contains("application/vnd.docker.distribution.manifest.v2+json")
        .contains("application/vnd.docker.image.rootfs.diff.tar.gzip");
    assertThat(images.require("docker/app:1").files().read(TreePath.of("/data"), 1 << 20))
        .isEqualTo("x".repeat(300_000).getBytes(UTF_8));
    Path archive = directory.resolve("app.tar");
    skopeo.run(
        "copy", "-q", "--src-tls-verify=false", pushed, "docker-archive:" + archive + ":app:1");
    assertThat(archive).isNotEmptyFile();
  }

  @Test
  void skopeoCopiesAllOfAnIndexAndSyncsARepository() throws Exception {
    Program skopeo = Program.find("skopeo");
    String pushed = image("multi:1");
    skopeo.run(
        "copy", "-q", "--all", "--dest-tls-verify=false", "oci:" + layout + ":multi:1", pushed);
    assertThat(images.requireIndex("multi:1").manifest().manifests()).hasSize(2);
    Path back = directory.resolve("back");
    skopeo.run("copy", "-q", "--all", "--src-tls-verify=false", pushed, "oci:" + back + ":multi:1");
    assertThat(digestIn(back, "docker.io/library/multi:1"))
        .isEqualTo(digestIn(layout, "docker.io/library/multi:1"));

    skopeo.run(
        "copy",
        "-q",
        "--all",
        "--src-tls-verify=false",
        "--dest-tls-verify=false",
        pushed,
        image("multi:2"));
    Path synced = Files.createDirectory(directory.resolve("synced"));
    skopeo.run(
        "sync",
        "--all",
        "--src-tls-verify=false",
        "--src=docker",
        "--dest=dir",
        authority + "/multi",
        synced.toString());
    assertThat(synced.resolve("multi:1/manifest.json"))
        .hasBinaryContent(Files.readAllBytes(synced.resolve("multi:2/manifest.json")));
    skopeo.run(
        "sync",
        "--all",
        "--src=dir",
        "--dest=docker",
        "--dest-tls-verify=false",
        synced.toString(),
        authority + "/mirror");
    assertThat(images.requireIndex("mirror/multi:2").digest())
        .isEqualTo(images.requireIndex("multi:1").digest());
  }

  @Test
  void skopeoPullsWhatWasBuiltInTheStorage() throws Exception {
    Program skopeo = Program.find("skopeo");
    Image built = app(images, AMD64);
    images.tag("built:1", built);
    Path back = directory.resolve("back");
    skopeo.run("copy", "-q", "--src-tls-verify=false", image("built:1"), "oci:" + back + ":b:1");
    assertThat(digestIn(back, "docker.io/library/b:1")).isEqualTo(built.digest().toString());
  }

  @ParameterizedTest
  @EnumSource(RegistryAccess.Scheme.class)
  void skopeoSaysWhoItIsOverTls(RegistryAccess.Scheme scheme) throws Exception {
    Program skopeo = Program.find("skopeo");
    ServerKeys keys = ServerKeys.create(directory.resolve("keys"));
    RegistryAccess access =
        scheme == RegistryAccess.Scheme.BASIC
            ? RegistryAccess.basic(Map.of("user", "pass:word"))
            : RegistryAccess.bearer(Map.of("user", "pass:word"));
    RegistryServerOptions options =
        RegistryServerOptions.defaults()
            .withAddress("localhost", 0)
            .withTls(keys.context())
            .withAccess(access);
    try (MemoryStorage storage = new MemoryStorage();
        RegistryServer guarded = RegistryServer.start(storage, options)) {
      String target = "docker://" + guarded.authority() + "/app:1";
      String source = "oci:" + layout + ":app:1";
      String certificates = "--dest-cert-dir=" + keys.certificateDirectory();
      skopeo.run("copy", "-q", certificates, "--dest-creds=user:pass:word", source, target);
      assertThatThrownBy(
              () -> skopeo.run("copy", "-q", certificates, "--dest-creds=user:no", source, target))
          .isInstanceOf(AssertionError.class);
      assertThatThrownBy(() -> skopeo.run("copy", "-q", certificates, source, target))
          .isInstanceOf(AssertionError.class);
      String trusted = "--cert-dir=" + keys.certificateDirectory();
      assertThat(
              skopeo.run(
                  "list-tags", trusted, "--creds=user:pass:word", target.replaceAll(":1$", "")))
          .contains("\"1\"");
    }
  }

  @Test
  void buildahPushesAndPulls() throws Exception {
    Program.requireRoot();
    Program buildah = Program.find("buildah");
    List<String> store =
        List.of(
            "--storage-driver=vfs",
            "--root=" + directory.resolve("buildah"),
            "--runroot=" + directory.resolve("buildah-run"));
    String[] from = {"from", "scratch"};
    String container = run(buildah, store, from).strip();
    Path file = Files.writeString(directory.resolve("file"), "from buildah");
    run(buildah, store, "copy", container, file.toString(), "/file");
    run(buildah, store, "config", "--label", "by=buildah", container);
    run(buildah, store, "commit", "-q", container, "local:1");
    run(buildah, store, "push", "-q", "--tls-verify=false", "local:1", image("by/buildah:1"));
    Image pushed = images.require("by/buildah:1");
    assertThat(pushed.files().read(TreePath.of("/file"), 100))
        .isEqualTo("from buildah".getBytes(UTF_8));
    run(buildah, store, "rmi", "-f", "local:1");
    String id =
        run(buildah, store, "pull", "-q", "--tls-verify=false", authority + "/by/buildah:1");
    assertThat(id.strip()).isEqualTo(pushed.id().encoded());
    run(buildah, store, "rm", "-a");
    run(buildah, store, "rmi", "-a", "-f");
  }

  private static String run(Program program, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of(arguments));
    return program.run(all.toArray(String[]::new));
  }

  @Test
  void aDockerEnginePullsRunsAndPushes() throws Exception {
    // A program that needs nothing else in the image.
    Path program = Path.of("/sbin/ldconfig");
    Image runnable =
        ImageBuilder.scratch(images, AMD64)
            .layer(
                layer ->
                    layer.file("/show", Content.file(program), Metadata.forFile().withMode(0755)))
            .entrypoint("/show", "--version")
            .build();
    images.tag("runnable:1", runnable);
    try (DockerEngine engine = DockerEngine.start(directory.resolve("docker"))) {
      Program docker = engine.docker();
      String name = authority + "/runnable:1";
      docker.run("pull", "-q", name);
      assertThat(docker.run("inspect", "--format={{.Id}}", name).strip())
          .isEqualTo(runnable.id().toString());
      assertThat(docker.run("run", "--rm", "--network=none", name)).contains("ldconfig");
      assertThat(docker.run("inspect", "--format={{index .RepoDigests 0}}", name).strip())
          .endsWith("@" + runnable.digest());

      docker.run("tag", name, authority + "/pushed/by-engine:2");
      docker.run("push", "-q", authority + "/pushed/by-engine:2");
      Image pushed = images.require("pushed/by-engine:2");
      assertThat(pushed.id()).isEqualTo(runnable.id());
      docker.run("rmi", "-f", runnable.id().encoded());
      docker.run("pull", "-q", authority + "/pushed/by-engine:2");
      docker.run("pull", "-q", authority + "/pushed/by-engine@" + pushed.digest());
      docker.run("rmi", "-f", runnable.id().encoded());
    }
  }
}
