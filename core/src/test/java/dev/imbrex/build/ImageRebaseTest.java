package dev.imbrex.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Layer;
import dev.imbrex.image.ReadOptions;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.manifest.config.ImageConfig;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.MemoryStorage;
import dev.imbrex.testing.ImbrexExtension;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** LC-E10, LC-E11, SN-H8. */
class ImageRebaseTest {
  private static final Platform AMD64 = Platform.of("linux", "amd64");

  @RegisterExtension private final ImbrexExtension imbrex = new ImbrexExtension();

  private final ImageStore store = imbrex.store();

  private Image base(String version) throws IOException {
    return ImageBuilder.scratch(store, AMD64)
        .layer("base " + version, layer -> layer.file("/etc/version", version))
        .layer("libs " + version, layer -> layer.file("/lib/a", version).file("/lib/b", "b"))
        .env("VERSION", version)
        .build();
  }

  private static Image app(Image base) throws IOException {
    return ImageBuilder.from(base)
        .env("APP", "1")
        .layer("app", layer -> layer.file("/app/run", "run").delete("/lib/b"))
        .layer("more", layer -> layer.file("/app/data", "data"))
        .cmd("/app/run")
        .build();
  }

  private static List<String> told(Image image) {
    return image.config().history().stream()
        .map(entry -> (entry.isEmptyLayer() ? "-" : "+") + entry.createdBy())
        .toList();
  }

  @Nested
  class Building {
    @Test
    void carriesTheUpperLayersOverAsTheyAre() throws IOException {
      Image one = base("1");
      Image two = base("2");
      Image app = app(one);
      Image rebased = ImageRebase.of(app, one, two).build();
      assertThat(rebased.layers().subList(0, 2)).isEqualTo(two.layers());
      assertThat(rebased.layers().subList(2, 4)).isEqualTo(app.layers().subList(2, 4));
      assertThat(told(rebased))
          .containsExactly(
              "+base 2",
              "+libs 2",
              "-ENV VERSION=2",
              "-ENV APP=1",
              "+app",
              "+more",
              "-CMD [\"/app/run\"]");
      assertThat(rebased.config().violations()).isEmpty();
      // The config is that of the image, and not put together anew.
      assertThat(rebased.config().container()).isEqualTo(app.config().container());
      assertThat(store.parent(rebased)).contains(two);
      assertThat(rebased.files()).isEqualTo(app(two).files());
      assertThat(ImageRebase.of(app, one, one).build()).isEqualTo(app);
    }

    /** LC-E10: diffIDs are compared, so compression does not matter. */
    @Test
    void knowsTheBaseByDiffIds() throws IOException {
      Image one = base("1");
      Image app = app(one);
      Image packed =
          ImageBuilder.scratch(store, AMD64)
              .layerOptions(LayerOptions.defaults().withCompression(Compression.GZIP))
              .layer("base 1", layer -> layer.file("/etc/version", "1"))
              .build();
      assertThat(packed.layers().get(0)).isNotEqualTo(one.layers().get(0));
      Image rebased = ImageRebase.of(app, packed, base("2")).build();
      assertThat(rebased.layers()).hasSize(5);
      assertThat(told(rebased).subList(3, 6))
          .containsExactly("+libs 1", "-ENV VERSION=1", "-ENV APP=1");
    }

    @Test
    void bringsTheNewBaseFromAnotherStore() throws IOException {
      Image one = base("1");
      try (ImageStore elsewhere = ImageStore.on(new MemoryStorage())) {
        Image two =
            ImageBuilder.scratch(elsewhere, AMD64)
                .layer("two", layer -> layer.file("/two", "2"))
                .build();
        Image rebased = ImageRebase.of(app(one), one, two).build();
        assertThat(rebased.storage()).isSameAs(store.storage());
        assertThat(store.parent(rebased)).contains(two);
        rebased.verify();
      }
    }

    @Test
    void bringsWhatIsSaidOfTheBaseUpToDate() throws IOException {
      Image one = base("1");
      Image two = base("2");
      Image app =
          ImageBuilder.from(one)
              .layer(layer -> layer.file("/x", "x"))
              .annotation("org.opencontainers.image.base.name", "docker.io/library/base:1")
              .annotation("org.opencontainers.image.base.digest", one.digest().toString())
              .annotation("kept", "yes")
              .build();
      assertThat(ImageRebase.of(app, one, two).build().manifest().annotations())
          .containsOnlyKeys("org.opencontainers.image.base.digest", "kept")
          .containsEntry("org.opencontainers.image.base.digest", two.digest().toString());
    }

    @Test
    void keepsTheFormatOfTheImage() throws IOException {
      Image one = base("1");
      Image app = app(one);
      ImageManifest docker =
          ImageManifest.ofDocker(
              Descriptor.of(MediaType.DOCKER_IMAGE_CONFIG, app.config().bytes()),
              app.layers().stream()
                  .map(Layer::descriptor)
                  .map(d -> d.withMediaType(MediaType.DOCKER_LAYER))
                  .toList());
      Image rebased = ImageRebase.of(store.put(docker, app.config()), one, base("2")).build();
      assertThat(rebased.manifest().mediaType().isDocker()).isTrue();
      assertThat(rebased.layers()).allMatch(l -> l.descriptor().mediaType().isDocker());
    }

    @Test
    void refusesAnotherBaseAndAnotherPlatform() throws IOException {
      Image one = base("1");
      Image two = base("2");
      Image app = app(one);
      assertThatThrownBy(() -> ImageRebase.of(app, two, one).build())
          .isInstanceOf(UnsupportedContentException.class)
          .hasMessageContaining("not its lowest 2");
      assertThatThrownBy(() -> ImageRebase.of(one, app, two).hazards())
          .isInstanceOf(UnsupportedContentException.class);
      Image arm =
          ImageBuilder.scratch(store, Platform.of("linux", "arm64"))
              .layer("arm", layer -> layer.file("/arm", "arm"))
              .build();
      assertThatThrownBy(() -> ImageRebase.of(app, one, arm).build())
          .isInstanceOf(UnsupportedContentException.class)
          .hasMessageContaining("another platform");
      // A variant may be known on one side only; that of the new base holds.
      Image v2 =
          ImageBuilder.scratch(store, Platform.of("linux", "amd64", "v2"))
              .layer("v2", layer -> layer.file("/v2", "v2"))
              .build();
      assertThat(ImageRebase.of(app, one, v2).build().platform()).isEqualTo(v2.platform());
    }
  }

  /** LC-E11. */
  @Nested
  class Hazards {
    private List<RebaseHazard> hazards(List<String> one, List<String> two, List<String> upper)
        throws IOException {
      Image old = HandMade.image(store, List.of("same"), one);
      Image image =
          ImageBuilder.from(old)
              .layer("upper", HandMade.layer(store, upper.toArray(String[]::new)))
              .build();
      return ImageRebase.of(image, old, HandMade.image(store, two)).hazards();
    }

    private void check(
        List<String> one, List<String> two, List<String> upper, RebaseHazard.Code code, String path)
        throws IOException {
      assertThat(hazards(one, two, upper))
          .extracting(RebaseHazard::code, RebaseHazard::layer, h -> h.path().orElseThrow() + "")
          .containsExactly(tuple(code, 1, path));
      assertThat(hazards(one, one, upper)).isEmpty();
    }

    @Test
    void areWhiteoutsWithoutTarget() throws IOException {
      RebaseHazard.Code code = RebaseHazard.Code.WHITEOUT_WITHOUT_TARGET;
      check(List.of("f"), List.of("g"), List.of(".wh.f"), code, "/f");
      check(List.of("d/", "d/f"), List.of("d/"), List.of("d/.wh.f"), code, "/d/f");
      check(List.of("d/"), List.of("e/"), List.of("d/.wh..wh..opq"), code, "/d");
      assertThat(hazards(List.of("f"), List.of("f:new"), List.of(".wh.f"))).isEmpty();
      assertThat(hazards(List.of("f"), List.of("g"), List.of(".wh.never"))).isEmpty();
      assertThat(
              hazards(
                  List.of("d/", "d/f"), List.of("l->e", "d->e", "e/", "e/f"), List.of("d/.wh.f")))
          .isEmpty();
    }

    @Test
    void areParentsThatAreSymbolicLinksNow() throws IOException {
      check(
          List.of("lib/"),
          List.of("usr/", "usr/lib/", "lib->usr/lib"),
          List.of("lib/x"),
          RebaseHazard.Code.SYMLINK_AS_PARENT,
          "/lib/x");
      assertThat(hazards(List.of("l->d", "d/"), List.of("l->d", "d/"), List.of("l/x"))).isEmpty();
    }

    @Test
    void areDirectoriesInPlaceOfSymbolicLinks() throws IOException {
      check(
          List.of("lib/"),
          List.of("usr/", "lib->usr"),
          List.of("lib/", "lib/x"),
          RebaseHazard.Code.DIRECTORY_OVER_SYMLINK,
          "/lib");
    }

    @Test
    void areLinksToFilesOfTheBase() throws IOException {
      assertThat(hazards(List.of("f"), List.of("f:new"), List.of("l=f", "g", "h=g")))
          .extracting(RebaseHazard::code, h -> h.path().orElseThrow() + "")
          .containsExactly(tuple(RebaseHazard.Code.LINK_TO_BASE, "/l"));
    }

    @Test
    void areLayersThatCannotBeApplied() throws IOException {
      assertThat(hazards(List.of("f"), List.of("g"), List.of("l=f")))
          .extracting(RebaseHazard::code)
          .containsExactly(RebaseHazard.Code.LINK_TO_BASE, RebaseHazard.Code.NOT_APPLICABLE);
    }

    /** LC-M10: what is irregular in a layer is no hazard; findings take it, or refuse it. */
    @Test
    void areNotFindings() throws IOException {
      Image old = HandMade.image(store, List.of("f"));
      Image image =
          ImageBuilder.from(old).layer("twice", HandMade.layer(store, "g", "g:2")).build();
      Image base = HandMade.image(store, List.of("f:new"));
      Findings findings = Findings.tolerant();
      ReadOptions reading = ReadOptions.defaults().withFindings(findings);
      assertThat(ImageRebase.of(image, old, base).readOptions(reading).hazards()).isEmpty();
      assertThat(findings.all()).extracting(Finding::layer).containsExactly(1);
      ReadOptions strict = ReadOptions.defaults().withFindings(Findings.strict());
      assertThatThrownBy(() -> ImageRebase.of(image, old, base).readOptions(strict).hazards())
          .isInstanceOf(MalformedContentException.class)
          .hasMessageContaining("DUPLICATE_PATH");
    }

    @Test
    void areHistoriesThatDiffer() throws IOException {
      Image one = base("1");
      Image app = app(one);
      ImageConfig config = app.config().withHistory(List.of());
      Image silent =
          store.put(
              app.manifest()
                  .withConfig(Descriptor.of(app.manifest().config().mediaType(), config.bytes())),
              config);
      assertThat(ImageRebase.of(silent, one, base("2")).hazards())
          .extracting(RebaseHazard::code)
          .containsExactly(RebaseHazard.Code.HISTORY_DIFFERS);
      Image rebased = ImageRebase.of(silent, one, base("2")).build();
      assertThat(told(rebased)).containsExactly("+base 2", "+libs 2", "-ENV VERSION=2", "+", "+");
    }
  }
}
