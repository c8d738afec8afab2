package dev.imbrex.image;

import static dev.imbrex.testing.ImbrexAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.HandMade;
import dev.imbrex.build.ImageBuilder;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.tree.Change;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.config.History;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.platform.Platform;
import dev.imbrex.testing.ImbrexExtension;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** LC-E12, LC-E13, SN-H9. */
class ImageDiffTest {
  private static final Platform AMD64 = Platform.of("linux", "amd64");

  @RegisterExtension private final ImbrexExtension imbrex = new ImbrexExtension();

  private final ImageStore store = imbrex.store();

  private Image base() throws IOException {
    return ImageBuilder.scratch(store, AMD64)
        .env("PATH", "/bin")
        .layer("base", layer -> layer.file("/a", "a").file("/d/b", "b"))
        .label("v", "1")
        .build();
  }

  private static List<String> shown(List<LayerEntry> entries) {
    return entries.stream().map(e -> e.getClass().getSimpleName() + " " + e.path()).toList();
  }

  private static List<String> told(List<History> history) {
    return history.stream().map(History::createdBy).toList();
  }

  @Test
  void reusesTheLayersAboveASharedStack() throws IOException {
    Image base = base();
    Image app = ImageBuilder.from(base).layer("app", layer -> layer.file("/x", "x")).build();
    ImageDiff diff = ImageDiff.between(base, app);
    assertThat(diff.sharedLayers()).isEqualTo(1);
    assertThat(diff.removedLayers()).isEmpty();
    assertThat(diff.addedLayers()).containsExactly(app.layers().get(1));
    assertThat(diff.layers()).contains(diff.addedLayers());
    assertThat(shown(diff.entries())).containsExactly("Present /x");
    Image built = ImageBuilder.from(base).diff("again", diff).build();
    assertThat(built.layers()).isEqualTo(app.layers());
    assertThat(ImageDiff.between(app, app).layers()).contains(List.of());
    assertThat(ImageDiff.between(app, app).entries()).isEmpty();
  }

  @Test
  void computesOneLayerElse() throws IOException {
    Image base = base();
    Image one = ImageBuilder.from(base).layer("one", layer -> layer.file("/d/one", "1")).build();
    Image two =
        ImageBuilder.from(base)
            .layer("two", layer -> layer.delete("/a").file("/two", "2"))
            .layer("links", layer -> layer.hardLink("/d/c", "/d/b"))
            .build();
    ImageDiff diff = ImageDiff.between(one, two);
    assertThat(diff.sharedLayers()).isEqualTo(1);
    assertThat(diff.removedLayers()).isEqualTo(one.layers().subList(1, 2));
    assertThat(diff.addedLayers()).isEqualTo(two.layers().subList(1, 3));
    assertThat(diff.layers()).isEmpty();
    assertThat(shown(diff.entries()))
        .containsExactly(
            "Removal /a",
            "Present /d",
            "Removal /d/one",
            "Present /d/b",
            "Link /d/c",
            "Present /two");
    Image built = ImageBuilder.from(one).diff("diff", diff).build();
    assertThat(built.layers()).hasSize(3);
    assertThat(built).hasSameFilesAs(two);
    assertThat(told(built.config().history())).endsWith("one", "diff");
    // And back.
    Image back = ImageBuilder.from(built).diff("back", ImageDiff.between(two, one)).build();
    assertThat(back).hasSameFilesAs(one);
  }

  /** LC-E9: a layer is the same if its diffID is, whatever its compression. */
  @Test
  void comparesLayersByDiffId() throws IOException {
    Image plain = base();
    Image packed =
        ImageBuilder.scratch(store, AMD64)
            .layerOptions(LayerOptions.defaults().withCompression(Compression.GZIP))
            .layer("base", layer -> layer.file("/a", "a").file("/d/b", "b"))
            .build();
    assertThat(packed.layers()).isNotEqualTo(plain.layers());
    ImageDiff diff = ImageDiff.between(plain, packed);
    assertThat(diff.sharedLayers()).isEqualTo(1);
    assertThat(diff.entries()).isEmpty();
    // Equal trees of different tars are no shared layer.
    Image other = HandMade.image(store, List.of("a", "d/", "d/b:b", "./"));
    assertThat(ImageDiff.between(plain, other).sharedLayers()).isZero();
  }

  @Test
  void comparesHistoryAndConfig() throws IOException {
    Image base = base();
    Image one = ImageBuilder.from(base).env("A", "1").env("B", "2").cmd("/a").build();
    Image two = ImageBuilder.from(base).env("A", "other").label("v", "2").user("me").build();
    ImageDiff diff = ImageDiff.between(one, two);
    assertThat(told(diff.removedHistory())).containsExactly("ENV A=1", "ENV B=2", "CMD [\"/a\"]");
    assertThat(told(diff.addedHistory())).containsExactly("ENV A=other", "LABEL v=2", "USER me");
    assertThat(diff.configChanges())
        .containsExactly(
            new ConfigChange("User", Optional.empty(), Optional.of("me")),
            new ConfigChange("Env.A", Optional.of("1"), Optional.of("other")),
            new ConfigChange("Labels.v", Optional.of("1"), Optional.of("2")),
            new ConfigChange("Cmd", Optional.of("[/a]"), Optional.empty()),
            new ConfigChange("Env.B", Optional.of("2"), Optional.empty()));
    assertThat(ImageDiff.between(two, two).configChanges()).isEmpty();
  }

  private static List<String> changes(ImageDiff diff) throws IOException {
    return diff.pathChanges().stream()
        .map(
            c ->
                "%s %s %d %d %s"
                    .formatted(
                        c.change().path(),
                        c.change().kind(),
                        c.change().sizeBefore(),
                        c.change().sizeAfter(),
                        c.layer().isPresent() ? c.layer().getAsInt() : "-"))
        .toList();
  }

  @Test
  void listsPathsWithSizesAndTheLayerThatDidIt() throws IOException {
    Image base =
        HandMade.image(store, List.of("a:12345", "d/", "d/b", "keep/", "keep/k", "x/", "x/y"));
    Image app =
        ImageBuilder.from(base)
            .layer("one", HandMade.layer(store, ".wh.a", "d/", "d/new:123", "x:file"))
            .layer("two", HandMade.layer(store, "d/new:1234", "e/", "e/f", "keep/.wh..wh..opq"))
            .build();
    ImageDiff diff = ImageDiff.between(base, app);
    assertThat(changes(diff))
        .containsExactly(
            "/a DELETED 5 0 1",
            "/d/new ADDED 0 4 2",
            "/e ADDED 0 0 2",
            "/e/f ADDED 0 3 2",
            "/keep/k DELETED 6 0 2",
            "/x MODIFIED 0 4 1",
            "/x/y DELETED 3 0 1");
    // The other way round it is none of the second image's layers that did it.
    assertThat(changes(ImageDiff.between(app, base)))
        .contains("/a ADDED 0 5 -", "/d/new DELETED 4 0 -", "/x MODIFIED 4 0 -")
        .hasSize(7);
  }

  /** A base that was built anew has the same files in other layers. */
  @Test
  void comparesTheBytesOfFilesThatLieElsewhere() throws IOException {
    Image one = HandMade.image(store, List.of("a:same", "b:text", "d/"), List.of("c"));
    Image two = HandMade.image(store, List.of("c", "b:tale"), List.of("d/", "a:same"));
    ImageDiff diff = ImageDiff.between(one, two);
    assertThat(diff.sharedLayers()).isZero();
    assertThat(changes(diff)).containsExactly("/b MODIFIED 4 4 0");
    assertThat(changes(ImageDiff.between(one, one))).isEmpty();
  }

  /** LC-M3: which names are links of one file is part of the tree. */
  @Test
  void listsNamesThatHaveOtherLinksNow() throws IOException {
    Image base = HandMade.image(store, List.of("a", "b", "s"));
    Image app =
        ImageBuilder.from(base)
            .layer("link", layer -> layer.hardLink("/c", "/a"))
            .layer("mode", layer -> layer.file("/s", "more"))
            .build();
    List<PathChange> changes = ImageDiff.between(base, app).pathChanges();
    assertThat(changes.get(0).change())
        .isInstanceOfSatisfying(
            Change.Modified.class,
            change -> assertThat(change.aspects()).containsExactly(Change.Aspect.LINKS));
    assertThat(changes(ImageDiff.between(base, app)))
        .containsExactly("/a MODIFIED 1 1 1", "/c ADDED 0 1 1", "/s MODIFIED 1 4 2");
    assertThat(Change.summary(changes.stream().map(PathChange::change).toList()))
        .containsExactly(
            Map.entry(TreePath.of("c"), Change.Kind.ADDED),
            Map.entry(TreePath.of("s"), Change.Kind.MODIFIED));
  }

  /** LC-M10: a layer that both images have is reported once. */
  @Test
  void reportsWhatIsIrregularInTheLayersRead() throws IOException {
    Image base = HandMade.image(store, List.of("a", "a:again"));
    Image app = ImageBuilder.from(base).layer("x", HandMade.layer(store, "x", "x:again")).build();
    ImageDiff diff = ImageDiff.between(base, app);
    Findings findings = Findings.tolerant();
    ReadOptions reading = ReadOptions.defaults().withFindings(findings);
    assertThat(diff.pathChanges(DiffOptions.standard(), reading)).hasSize(1);
    assertThat(findings.all().stream().map(f -> f.layer() + " " + f.path()))
        .containsExactly("0 /a", "1 /x");
    assertThat(diff.entries(DiffOptions.standard(), reading)).hasSize(1);
    assertThat(findings.count(Finding.Code.DUPLICATE_PATH)).isEqualTo(4);
    ReadOptions strict = ReadOptions.defaults().withFindings(Findings.strict());
    assertThatThrownBy(() -> diff.pathChanges(DiffOptions.standard(), strict))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining("DUPLICATE_PATH");
    assertThatThrownBy(() -> diff.entries(DiffOptions.standard(), strict))
        .isInstanceOf(MalformedContentException.class);
  }

  /** LC-E12: whiteouts of later stacks act on earlier ones, and merging is associative. */
  @Test
  void mergesIndependentStacks() throws IOException {
    Image one = HandMade.image(store, List.of("a", "d/", "d/x"));
    Image two = HandMade.image(store, List.of("d/", "d/.wh.x", "d/y"), List.of("b"));
    Image three = HandMade.image(store, List.of(".wh.b", "c"));
    Image left =
        ImageBuilder.from(ImageBuilder.from(one).layersOf(two).build()).layersOf(three).build();
    Image upper = ImageBuilder.from(two).layersOf(three).build();
    Image right = ImageBuilder.from(one).layersOf(upper).build();
    assertThat(left.layers()).isEqualTo(right.layers()).hasSize(4);
    assertThat(left.files().walk().skip(1).map(e -> "" + e.path()))
        .containsExactly("/a", "/c", "/d", "/d/y");
    assertThat(told(left.config().history()))
        .containsExactly("layer 0", "layer 0", "layer 1", "layer 0");
    assertThat(left.config().violations()).isEmpty();
  }

  @Test
  void takesComputedEntriesAsALayer() throws IOException {
    Image base = base();
    List<LayerEntry> entries = base.entries(0, ReadOptions.defaults());
    Image copy = ImageBuilder.scratch(store, AMD64).layer("copied", entries).build();
    assertThat(copy).hasSameFilesAs(base);
    assertThat(copy.layers().get(0).diffId()).isEqualTo(base.layers().get(0).diffId());
  }
}
