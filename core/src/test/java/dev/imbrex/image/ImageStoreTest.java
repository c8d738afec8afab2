package dev.imbrex.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.manifest.config.HistoryRow;
import dev.imbrex.manifest.digest.ChainId;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.AmbiguousNameException;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.NoMatchingPlatformException;
import dev.imbrex.manifest.reference.InvalidReferenceException;
import dev.imbrex.platform.Platform;
import dev.imbrex.platform.PlatformMatcher;
import dev.imbrex.store.MemoryStorage;
import dev.imbrex.testing.MovableClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ImageStoreTest {
  private static final Platform AMD64 = Platform.of("linux", "amd64");

  private final MovableClock clock = new MovableClock();
  private final ImageStore store = ImageStore.on(new MemoryStorage(clock), clock);

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private Image image(String content) throws IOException {
    return ImageBuilder.scratch(store, AMD64)
        .in(store)
        .layer(layer -> layer.file("/content", content))
        .build();
  }

  private Image child(Image base, String content) throws IOException {
    return ImageBuilder.from(base)
        .in(store)
        .layer(layer -> layer.file("/" + content, content))
        .build();
  }

  /** SN-R13, SN-R18, SN-S7. */
  @Nested
  class Finding {
    @Test
    void goesByNameWithAndWithoutTagAndDomain() throws IOException {
      Image app = image("app");
      store.tag("app", app);
      for (String text :
          List.of(
              "app",
              "app:latest",
              "library/app",
              "docker.io/library/app",
              "docker.io/library/app:latest",
              "index.docker.io/app",
              "app@" + app.digest(),
              "app:other@" + app.digest())) {
        assertThat(store.find(text)).describedAs(text).contains(app);
      }
      assertThat(store.find("app:1")).isEmpty();
      assertThat(store.find("example.com/app")).isEmpty();
      assertThatThrownBy(() -> store.require("nothing"))
          .isInstanceOf(ContentNotFoundException.class)
          .hasMessageContaining("nothing");
    }

    @Test
    void goesByDigestAndIdInFullAndInShort() throws IOException {
      Image app = image("app");
      for (Digest digest : List.of(app.digest(), app.id())) {
        assertThat(store.find(digest.toString())).contains(app);
        assertThat(store.find(digest.encoded())).contains(app);
        assertThat(store.find(digest.shortId())).contains(app);
        assertThat(store.find("sha256:" + digest.shortId())).contains(app);
        // Only a beginning counts, never an inner part.
        assertThat(store.find(digest.encoded().substring(1))).isEmpty();
      }
    }

    @Test
    void refusesAShortIdThatFitsSeveral() throws IOException {
      List<Image> images = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        images.add(image("content " + i));
      }
      String first = images.get(0).id().encoded().substring(0, 1);
      assertThatThrownBy(() -> store.find(first))
          .isInstanceOf(AmbiguousNameException.class)
          .satisfies(
              e ->
                  assertThat(((AmbiguousNameException) e).choices())
                      .contains(images.get(0).digest().toString()));
    }

    @Test
    void prefersANameToAnIdItLooksLike() throws IOException {
      Image app = image("app");
      Image other = image("other");
      store.tag(app.digest().shortId(), other);
      assertThat(store.find(app.digest().shortId())).contains(other);
    }

    @Test
    void findsNothingUnderTextThatIsNoName() throws IOException {
      for (String text :
          List.of("", " ", "UPPER", "a//b", "..", "app:", "@", "\u0000", "sha256:")) {
        assertThat(store.find(text)).describedAs(text).isEmpty();
      }
    }
  }

  /** Names as aliases. */
  @Nested
  class Tagging {
    @Test
    void refusesTextThatIsNoName() throws IOException {
      Image app = image("app");
      for (String text : List.of("", "UPPER", "a//b", "app:", "app tag", "-app")) {
        assertThatThrownBy(() -> store.tag(text, app))
            .describedAs(text)
            .isInstanceOf(InvalidReferenceException.class);
      }
      assertThatThrownBy(() -> store.tag("app@" + app.digest(), app))
          .isInstanceOf(IllegalArgumentException.class);
    }

    /** SN-S15. */
    @Test
    void listsTheTagsOfARepository() throws IOException {
      Image app = image("app");
      for (String name : List.of("app:2", "app", "example.com/app:1", "team/app:1", "apps:1")) {
        store.tag(name, app);
      }
      store.storage().tag(List.of(TagUpdate.set("NO REFERENCE", app.descriptor())));
      assertThat(store.tagsOf("app")).isEqualTo(store.tagsOf("docker.io/library/app"));
      assertThat(store.tagsOf("app"))
          .containsExactly(
              new Tag("docker.io/library/app:2", app.descriptor()),
              new Tag("docker.io/library/app:latest", app.descriptor()));
      assertThat(store.tagsOf("example.com/app"))
          .extracting(Tag::name)
          .containsExactly("example.com/app:1");
      assertThat(store.tagsOf("nothing")).isEmpty();
      assertThatThrownBy(() -> store.tagsOf("app:2"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("app:2");
      assertThatThrownBy(() -> store.tagsOf("NO REFERENCE"))
          .isInstanceOf(InvalidReferenceException.class);
    }

    @Test
    void listsMovesAndDeletes() throws IOException {
      Image one = image("one");
      Image two = image("two");
      assertThat(store.tag("app:1", one).previous()).isEmpty();
      store.tag("app:2", one);
      assertThat(store.tags())
          .extracting(Tag::name)
          .containsExactly("docker.io/library/app:1", "docker.io/library/app:2");
      TagResult moved = store.tag("app:1", two);
      assertThat(moved.previous().orElseThrow().digest()).isEqualTo(one.digest());
      assertThat(store.require("app:1")).isEqualTo(two);
      assertThat(store.tag(TagUpdate.set("app:1", one.descriptor()).ifAbsent()).applied())
          .isFalse();
      assertThat(store.untag("app:1")).isTrue();
      assertThat(store.untag("app:1")).isFalse();
      assertThat(store.find("app:1")).isEmpty();
      assertThat(store.find("app:2")).contains(one);
    }
  }

  /** SN-H1, SN-H2. */
  @Nested
  class Links {
    @Test
    void leadBackThroughEveryStep() throws IOException {
      Image base = image("base");
      store.tag("base", base);
      Image app =
          ImageBuilder.from(base)
              .in(store)
              .layer(layer -> layer.file("/app", "app"))
              .env("A", "1")
              .cmd("/app")
              .build();
      List<Image> ancestors = store.ancestors(app);
      assertThat(ancestors).hasSize(3);
      assertThat(ancestors.get(2)).isEqualTo(base);
      assertThat(store.parent(app)).contains(ancestors.get(0));
      assertThat(store.parent(base)).isEmpty();
      assertThat(store.children(base)).containsExactly(ancestors.get(1));
      assertThat(store.descendants(base)).containsExactly(ancestors.get(1), ancestors.get(0), app);
      assertThat(store.heads()).containsExactly(app);
      assertThat(store.dangling()).containsExactly(app);
      assertThat(store.intermediate())
          .containsExactlyInAnyOrder(ancestors.get(0), ancestors.get(1));
    }

    @Test
    void leadToTheBaseAloneWhereStepsAreNotKept() throws IOException {
      Image base = image("base");
      Image app =
          ImageBuilder.from(base)
              .in(store)
              .keepSteps(false)
              .layer(layer -> layer.file("/app", "app"))
              .env("A", "1")
              .build();
      assertThat(store.parent(app)).contains(base);
      assertThat(store.images()).containsExactlyInAnyOrder(base, app);
    }

    @Test
    void makeNoLoop() throws IOException {
      Image base = image("base");
      Image app = child(base, "app");
      assertThatThrownBy(() -> store.setParent(base, app))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> store.setParent(base, base))
          .isInstanceOf(IllegalArgumentException.class);
      Image other = image("other");
      store.setParent(app, other);
      assertThat(store.parent(app)).contains(other);
      assertThat(store.children(base)).isEmpty();
      assertThat(store.storage().catalog().find(app.digest()).orElseThrow().builtLocally())
          .isTrue();
    }

    @Test
    void doNotChangeTheImage() throws IOException {
      Image base = image("base");
      Image linked = child(base, "app");
      try (ImageStore elsewhere = ImageStore.on(new MemoryStorage())) {
        Image copied = elsewhere.add(linked);
        assertThat(copied.digest()).isEqualTo(linked.digest());
        assertThat(copied.id()).isEqualTo(linked.id());
        assertThat(elsewhere.parent(copied)).isEmpty();
        copied.verify();
      }
    }
  }

  /** SN-H4. */
  @Nested
  class Bases {
    @Test
    void areKnownFromLinks() throws IOException {
      Image base = image("base");
      store.tag("base", base);
      Image app =
          ImageBuilder.from(base)
              .in(store)
              .layer(layer -> layer.file("/a", "a"))
              .layer(layer -> layer.file("/b", "b"))
              .build();
      BaseImage found = store.findBase(app).orElseThrow();
      assertThat(found.image()).contains(base);
      assertThat(found.name()).contains("docker.io/library/base:latest");
      assertThat(found.evidence()).isEqualTo(BaseImage.Evidence.PARENT_LINK);
    }

    @Test
    void areKnownFromLayersWhereNoLinkTells() throws IOException {
      Image base = image("base");
      Image middle = child(base, "middle");
      Image app = child(middle, "app");
      try (ImageStore other = ImageStore.on(new MemoryStorage())) {
        Image copied = other.add(app);
        assertThat(other.findBase(copied)).isEmpty();
        other.add(base);
        assertThat(other.findBase(copied).orElseThrow().image()).contains(base);
        other.add(middle);
        BaseImage found = other.findBase(copied).orElseThrow();
        assertThat(found.image()).contains(middle);
        assertThat(found.evidence()).isEqualTo(BaseImage.Evidence.LAYERS);
      }
    }

    @Test
    void areKnownFromAnnotations() throws IOException {
      Image base = image("base");
      Image app =
          ImageBuilder.from(base)
              .in(store)
              .layer(layer -> layer.file("/app", "app"))
              .annotation("org.opencontainers.image.base.name", "docker.io/library/base:1")
              .annotation("org.opencontainers.image.base.digest", base.digest().toString())
              .build();
      try (ImageStore other = ImageStore.on(new MemoryStorage())) {
        BaseImage found = other.findBase(other.add(app)).orElseThrow();
        assertThat(found.evidence()).isEqualTo(BaseImage.Evidence.ANNOTATION);
        assertThat(found.name()).contains("docker.io/library/base:1");
        assertThat(found.digest()).contains(base.digest());
        assertThat(found.image()).isEmpty();
      }
    }

    @Test
    void ofEqualLayersAreVariantsAndNoBases() throws IOException {
      Image base = image("base");
      Image variant = ImageBuilder.from(base).in(store).env("A", "1").build();
      try (ImageStore other = ImageStore.on(new MemoryStorage())) {
        other.add(base);
        assertThat(other.findBase(other.add(variant))).isEmpty();
      }
    }
  }

  /** SN-C10. */
  @Nested
  class HistoryViews {
    @Test
    void showIdsWhereLinksAreKnown() throws IOException {
      Image base = image("base!");
      store.tag("base", base);
      Image app =
          ImageBuilder.from(base)
              .in(store)
              .layer("add app", layer -> layer.file("/app", "12345678"))
              .env("A", "1")
              .build();
      store.tag("app:1", app);
      List<HistoryRow> rows = store.history(app);
      assertThat(rows)
          .extracting(HistoryRow::createdBy)
          .containsExactly("ENV A=1", "add app", "layer");
      assertThat(rows)
          .extracting(HistoryRow::id)
          .containsExactly(
              Optional.of(app.id()),
              Optional.of(store.parent(app).orElseThrow().id()),
              Optional.of(base.id()));
      assertThat(rows).extracting(row -> row.size().orElseThrow()).containsExactly(0L, 8L, 5L);
      assertThat(rows)
          .extracting(HistoryRow::tags)
          .containsExactly(
              List.of("docker.io/library/app:1"),
              List.of(),
              List.of("docker.io/library/base:latest"));
    }

    @Test
    void showMissingWhereTheyAreNot() throws IOException {
      Image base = image("base");
      Image app =
          ImageBuilder.from(base)
              .in(store)
              .keepSteps(false)
              .layer(layer -> layer.file("/a", "a"))
              .env("A", "1")
              .build();
      assertThat(store.history(app))
          .extracting(HistoryRow::id)
          .containsExactly(Optional.of(app.id()), Optional.empty(), Optional.of(base.id()));
      try (ImageStore other = ImageStore.on(new MemoryStorage())) {
        assertThat(other.history(other.add(app)))
            .extracting(HistoryRow::id)
            .containsExactly(Optional.of(app.id()), Optional.empty(), Optional.empty());
      }
    }
  }

  /** SN-H7. */
  @Nested
  class Footprints {
    @Test
    void countSharedLayersOnce() throws IOException {
      Image base = image("0123456789");
      store.tag("base", base);
      Image one = child(base, "one");
      store.tag("one", one);
      Image two = child(base, "three");
      store.tag("two", two);
      Footprint footprint = store.footprint();
      assertThat(footprint.images())
          .extracting(Footprint.Line::image, Footprint.Line::content)
          .containsExactlyInAnyOrder(
              tuple(base.digest(), new Footprint.Sizes(10, 10)),
              tuple(one.digest(), new Footprint.Sizes(13, 10)),
              tuple(two.digest(), new Footprint.Sizes(15, 10)));
      assertThat(footprint.content()).isEqualTo(new Footprint.Totals(18, 8));
      long layers =
          base.storedSize() + one.layers().get(1).storedSize() + two.layers().get(1).storedSize();
      assertThat(footprint.stored().used()).isEqualTo(layers);
      assertThat(footprint.toString()).contains("docker.io/library/one:latest").contains("18B");
    }

    @Test
    void leaveStepsOutButCountWhatOnlyTheyHold() throws IOException {
      Image base = image("0123456789");
      Image app = child(base, "app");
      store.tag("app", app);
      Footprint footprint = store.footprint();
      assertThat(footprint.images())
          .extracting(Footprint.Line::image)
          .containsExactly(app.digest());
      assertThat(footprint.content()).isEqualTo(new Footprint.Totals(13, 13));
    }

    @Test
    void tellAStackFromTheSameLayerOnAnotherBase() throws IOException {
      Image one = child(image("base one"), "same");
      Image two = child(image("base two"), "same");
      store.tag("one", one);
      store.tag("two", two);
      assertThat(one.layers().get(1)).isEqualTo(two.layers().get(1));
      assertThat(one.chainIds().get(1)).isNotEqualTo(two.chainIds().get(1));
      // By chainID nothing is shared; as stored, the layer is there once (SN-H7).
      assertThat(store.footprint().content().used()).isEqualTo(8 + 8 + 4 + 4);
      assertThat(store.footprint().stored().used())
          .isEqualTo(one.storedSize() + two.layers().get(0).storedSize());
    }
  }

  /** SN-H6. */
  @Nested
  class Trees {
    @Test
    void showEachImageBelowItsParent() throws IOException {
      Image base = image("base");
      store.tag("base", base);
      Image app =
          ImageBuilder.from(base)
              .in(store)
              .layer(layer -> layer.file("/app", "12345"))
              .env("A", "1")
              .build();
      store.tag("app:1", app);
      Image tool = child(base, "tool");
      store.tag("tool:1", tool);
      assertThat(store.tree().toString())
          .isEqualTo(
              """
              scratch
              └─ %s  docker.io/library/base:latest  linux/amd64  +1 layer, 4B
                 ├─ %s  docker.io/library/tool:1  linux/amd64  +1 layer, 4B
                 └─ %s  docker.io/library/app:1  linux/amd64  +1 layer, 5B, 1 step between
              """
                  .formatted(base.id().shortId(), tool.id().shortId(), app.id().shortId()));
    }

    @Test
    void goByLayersWhereNoLinkTells() throws IOException {
      Image base = image("base");
      Image app = child(base, "app");
      try (ImageStore other = ImageStore.on(new MemoryStorage())) {
        other.tag("app", other.add(app));
        other.tag("base", other.add(base));
        List<ImageTree.Node> roots = other.tree().roots();
        assertThat(roots).hasSize(1);
        assertThat(roots.get(0).image()).isEqualTo(base.digest());
        assertThat(roots.get(0).children()).hasSize(1);
        assertThat(roots.get(0).children().get(0).linked()).isFalse();
      }
    }

    @Test
    void holdADeepChainOfSteps() throws IOException {
      ImageBuilder builder = ImageBuilder.scratch(store, AMD64).in(store);
      for (int i = 0; i < 300; i++) {
        builder.env("A", Integer.toString(i));
      }
      store.tag("deep", builder.build());
      assertThat(store.tree().toString()).contains("299 steps between");
    }
  }

  /** SN-H3. */
  @Nested
  class Deleting {
    @Test
    void takesANameAndWithTheLastOneTheImage() throws IOException {
      Image app = image("app");
      store.tag("app:1", app);
      store.tag("app:2", app);
      DeletionReport first = store.delete("app:1", DeleteOptions.DEFAULT);
      assertThat(first.untagged()).containsExactly("docker.io/library/app:1");
      assertThat(first.deleted()).isEmpty();
      DeletionReport second = store.delete("app:2", DeleteOptions.DEFAULT);
      assertThat(second.deleted()).containsExactly(app.digest());
      assertThat(store.images()).isEmpty();
    }

    @Test
    void refusesAnImageInUse() throws IOException {
      Image base = image("base");
      Image app = child(base, "app");
      assertThatThrownBy(() -> store.delete(base.id().toString(), DeleteOptions.DEFAULT))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("1 images were built on it");
      store.tag("a", app);
      store.tag("b", app);
      assertThatThrownBy(() -> store.delete(app.id().toString(), DeleteOptions.DEFAULT))
          .isInstanceOf(ImageException.class);
      assertThat(store.images()).hasSize(2);
      DeletionReport forced = store.delete(base.id().toString(), new DeleteOptions(true, true));
      assertThat(forced.deleted()).containsExactly(base.digest());
      assertThat(store.parent(app)).isEmpty();
    }

    @Test
    void prunesStepsNobodyUses() throws IOException {
      Image base = image("base");
      store.tag("base", base);
      Image app =
          ImageBuilder.from(base).in(store).env("A", "1").env("B", "2").env("C", "3").build();
      store.tag("app", app);
      DeletionReport report = store.delete("app", DeleteOptions.DEFAULT);
      assertThat(report.deleted()).hasSize(3);
      assertThat(store.images()).containsExactly(base);
    }

    @Test
    void keepsStepsIfTold() throws IOException {
      Image base = image("base");
      Image app = ImageBuilder.from(base).in(store).env("A", "1").env("B", "2").build();
      store.tag("app", app);
      store.delete("app", new DeleteOptions(false, false));
      assertThat(store.images()).hasSize(2);
    }
  }

  /** SN-S11. */
  @Nested
  class Collecting {
    @Test
    void takesWhatNothingLeadsTo() throws IOException {
      Image kept = child(image("base"), "kept");
      store.tag("kept", kept);
      Image dropped = image("dropped");
      clock.advance(Duration.ofHours(1));
      CollectionReport dry = store.collectDryRun(Duration.ZERO);
      assertThat(dry.dryRun()).isTrue();
      assertThat(store.find(dropped.digest().toString())).isPresent();
      CollectionReport report = store.collect(Duration.ZERO);
      assertThat(report.garbage()).containsExactlyInAnyOrderElementsOf(dry.garbage());
      assertThat(report.bytes()).isEqualTo(dry.bytes());
      assertThat(report.garbage())
          .containsExactlyInAnyOrder(
              dropped.digest(), dropped.id(), dropped.layers().get(0).descriptor().digest());
      assertThat(store.find(dropped.digest().toString())).isEmpty();
      kept.verify();
      // What a named image was built on is kept with it.
      assertThat(store.ancestors(kept)).hasSize(1);
      assertThat(store.collect(Duration.ZERO).garbage()).isEmpty();
    }

    @Test
    @SuppressWarnings("try") // The lease is held, not used.
    void sparesWhatIsYoungOrLeased() throws IOException {
      Image young = image("young");
      clock.advance(Duration.ofMinutes(10));
      assertThat(store.collect(Duration.ofMinutes(11)).garbage()).isEmpty();
      try (Lease lease = store.storage().lease()) {
        Image leased = image("leased");
        clock.advance(Duration.ofHours(1));
        assertThat(store.collect(Duration.ZERO).garbage()).hasSize(3).contains(young.digest());
        leased.verify();
      }
      assertThat(store.collect(Duration.ZERO).garbage()).hasSize(3);
    }

    @Test
    void sparesTheLayersOfAYoungImageThatAreOld() throws IOException {
      Image base = image("base");
      clock.advance(Duration.ofHours(2));
      Image app = child(base, "app");
      clock.advance(Duration.ofMinutes(1));
      store.collect(Duration.ofHours(1));
      app.verify();
    }
  }

  /** Identities. */
  @Nested
  class Identities {
    @Test
    void areThoseOfTheSpecification() throws IOException {
      Image app = child(image("base"), "app");
      assertThat(app.digest()).isEqualTo(Digest.sha256(app.manifest().bytes()));
      assertThat(app.id()).isEqualTo(Digest.sha256(app.config().bytes()));
      List<DiffId> diffIds = app.config().diffIds();
      assertThat(app.chainIds().get(0).digest()).isEqualTo(diffIds.get(0).digest());
      assertThat(app.chainIds().get(1))
          .isEqualTo(
              new ChainId(
                  Digest.sha256((diffIds.get(0) + " " + diffIds.get(1)).getBytes(US_ASCII))));
    }

    @Test
    void areTheSameWhereverTheImageIsBuilt() throws IOException {
      Image here = child(image("base"), "app");
      try (ImageStore other = ImageStore.on(new MemoryStorage())) {
        Image base =
            ImageBuilder.scratch(other, AMD64)
                .layer(layer -> layer.file("/content", "base"))
                .build();
        Image there = ImageBuilder.from(base).layer(layer -> layer.file("/app", "app")).build();
        assertThat(there).isEqualTo(here);
      }
    }
  }

  @Test
  void refusesAnImageForAnotherPlatform() throws IOException {
    store.tag("app", image("app"));
    assertThat(store.require("app", PlatformMatcher.only(AMD64))).isNotNull();
    assertThatThrownBy(
            () -> store.require("app", PlatformMatcher.only(Platform.of("linux", "arm64"))))
        .isInstanceOf(NoMatchingPlatformException.class)
        .hasMessageContaining("linux/arm64")
        .hasMessageContaining("linux/amd64");
  }
}
