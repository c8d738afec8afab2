package dev.imbrex.testing;

import static dev.imbrex.testing.Fixtures.cmd;
import static dev.imbrex.testing.Fixtures.deleted;
import static dev.imbrex.testing.Fixtures.device;
import static dev.imbrex.testing.Fixtures.directory;
import static dev.imbrex.testing.Fixtures.entrypoint;
import static dev.imbrex.testing.Fixtures.env;
import static dev.imbrex.testing.Fixtures.exposedPort;
import static dev.imbrex.testing.Fixtures.fifo;
import static dev.imbrex.testing.Fixtures.file;
import static dev.imbrex.testing.Fixtures.hardLink;
import static dev.imbrex.testing.Fixtures.image;
import static dev.imbrex.testing.Fixtures.index;
import static dev.imbrex.testing.Fixtures.label;
import static dev.imbrex.testing.Fixtures.layer;
import static dev.imbrex.testing.Fixtures.opaque;
import static dev.imbrex.testing.Fixtures.symlink;
import static dev.imbrex.testing.Fixtures.tree;
import static dev.imbrex.testing.Fixtures.user;
import static dev.imbrex.testing.Fixtures.volume;
import static dev.imbrex.testing.Fixtures.workingDir;
import static dev.imbrex.testing.ImbrexAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageIndex;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Layer;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.platform.Platform;
import dev.imbrex.platform.PlatformMatcher;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ImbrexExtension.class)
class FixturesTest {
  private static final ImageFixture BASE =
      image(
          layer(directory("/etc", 0700), file("/etc/motd", "hi"), symlink("/motd", "etc/motd")),
          env("PATH", "/bin"));
  private static final ImageFixture APP =
      image(
              layer("app", file("/app", "x").mode(0755).owner(7, 8), deleted("/etc/motd")),
              cmd("/app"))
          .on(BASE);

  @Test
  void makesWhatItSays(ImageStore store) throws IOException {
    Image app = APP.in(store, "app:1");
    assertThat(store.require("app:1")).isEqualTo(app);
    assertThat(app)
        .hasLayers(2)
        .hasNothingAt("/etc/motd")
        .hasFile("/app")
        .withContent("x")
        .withMode(0755)
        .withOwner(7, 8)
        .hasDirectory("/etc")
        .withMode(0700)
        .hasSymlink("/motd", "etc/motd")
        .hasOnlyPaths("/etc", "/motd", "/app");
    assertThat(app).config().hasEnv("PATH", "/bin").hasCmd("/app").hasPlatform("linux/amd64");
    assertThat(app).history().hasSteps("layer", "ENV PATH=/bin", "app", "CMD [\"/app\"]");
    assertThat(app).layer(1).hasEntries(file("/app", "x", 0755).owner(7, 8), deleted("/etc/motd"));
    assertThat(store.parent(app)).contains(BASE.in(store));
  }

  @Test
  void makesTheSameBytesEverywhere(ImageStore memory, @OnDisk ImageStore disk) throws IOException {
    assertThat(APP.in(memory)).isEqualTo(APP.in(disk));
    // Written down once, so that a later version is noticed that makes others.
    assertThat(BASE.in(memory).digest().shortId()).isEqualTo("1232b708a55e");
    assertThat(APP.onTopOf(BASE.in(memory))).isEqualTo(APP.in(memory));
  }

  @Test
  void isAValue() {
    assertThat(image(layer(file("/a", "x")), env("A", "b")))
        .isEqualTo(image(layer(file("/a", "x"))).with(env("A", "b")))
        .isNotEqualTo(image(layer(file("/a", "y")), env("A", "b")));
  }

  @Test
  void makesIndexesOfSeveralPlatforms(ImageStore store) throws IOException {
    ImageIndex index = index(BASE, BASE.platform("linux/arm64/v8")).in(store, "base:1");
    assertThat(store.requireIndex("base:1")).isEqualTo(index);
    Image arm = index.require(PlatformMatcher.only(Platform.of("linux", "arm64", "v8")));
    assertThat(arm).config().hasPlatform("linux/arm64/v8");
    assertThatThrownBy(() -> APP.platform("linux/arm64")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void makesAllKindsOfNodes() throws IOException {
    Instant time = Instant.parse("2020-01-02T03:04:05Z");
    assertThat(
            tree(
                file("/d/f", "x").mtime(time).xattr("user.k", "v"),
                hardLink("/d/g", "/d/f"),
                fifo("/p"),
                device("/null", 1, 3)))
        .hasFile("/d/f")
        .withMtime(time)
        .withXattr("user.k", "v")
        .withLinks("/d/f", "/d/g")
        .has("/p")
        .withMode(0644)
        .has("/null")
        .withMode(0666);
  }

  @Test
  void appliesLayersToTrees() throws IOException {
    assertThat(layer(opaque("/d"), file("/d/new", "n")).over(tree(file("/d/old", "o"))))
        .hasOnlyPaths("/d", "/d/new");
  }

  @Test
  void writesLayersAlone(ImageStore store) throws IOException {
    Layer plain = layer(file("/a", "x")).in(store.storage());
    Layer packed = layer(file("/a", "x")).compressed(Compression.GZIP).in(store.storage());
    assertThat(packed).hasDiffId(plain.diffId()).isNotEqualTo(plain).files().hasFile("/a");
    assertThat(packed.descriptor().mediaType().toString()).endsWith("tar+gzip");
    packed.verify();
  }

  @Test
  void setsTheConfig(ImageStore store) throws IOException {
    Image image =
        image(
                label("v", "1"),
                user("me"),
                workingDir("/w"),
                entrypoint("/e", "-x"),
                exposedPort("80"),
                volume("/data"))
            .in(store);
    assertThat(image)
        .config()
        .hasLabel("v", "1")
        .hasUser("me")
        .hasWorkingDir("/w")
        .hasEntrypoint("/e", "-x")
        .hasCmd();
    assertThat(image.config().container().volumes()).containsExactly("/data");
    assertThat(image.config().container().exposedPortKeys()).containsExactly("80/tcp");
  }

  @Test
  void givesNoAttributesToADeletion() {
    assertThatThrownBy(() -> deleted("/a").mode(0600))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("/a deleted");
  }
}
