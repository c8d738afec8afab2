package dev.imbrex.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.HandMade;
import dev.imbrex.build.ImageBuilder;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.MemoryStorage;
import dev.imbrex.testing.ImbrexExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** LC-E14 to LC-E18, LC-F18. */
class ImageProvenanceTest {
  @RegisterExtension private final ImbrexExtension imbrex = new ImbrexExtension();

  private final ImageStore store = imbrex.store();

  private static ImageProvenance provenance(Image image) throws IOException {
    return image.provenance(ReadOptions.defaults());
  }

  private static List<String> history(ImageProvenance provenance, String path) throws IOException {
    return provenance.paths().history(TreePath.of(path)).stream()
        .map(event -> event.layer() + " " + event.kind() + " " + event.aspects())
        .toList();
  }

  /** A chmod sends the whole file again; a rewritten file has equal attributes. */
  @Test
  void tellsWhatTheLayersDid() throws IOException {
    Image image =
        ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
            .layerOptions(LayerOptions.defaults().withCompression(Compression.GZIP))
            .layer("base", layer -> layer.file("/bin/tool", "12345").file("/etc/conf", "old"))
            .layer("chmod", layer -> layer.attributes("/bin/tool", old -> old.withMode(0700)))
            .layer("conf", layer -> layer.file("/etc/conf", "new").delete("/bin/tool"))
            .build();
    ImageProvenance provenance = provenance(image);
    assertThat(provenance.paths().walk().map(a -> a.path() + " " + a.layer()))
        .containsExactly("/bin 0", "/etc 0", "/etc/conf 2");
    assertThat(history(provenance, "/bin/tool"))
        .containsExactly("0 ADDED []", "1 MODIFIED [MODE]", "2 REMOVED []");
    assertThat(history(provenance, "/etc/conf"))
        .containsExactly("0 ADDED []", "2 MODIFIED [CONTENT]");
    assertThat(provenance.paths().wastedByPath().toString())
        .isEqualTo("{/bin/tool=10, /etc/conf=3}");
    assertThat(provenance.wasted()).isEqualTo(13);
    assertThat(image.files().size()).isEqualTo(3);
  }

  /** LC-E18: by hand. A header and a file's padded data take 512 bytes each, the end takes 1024. */
  @Test
  void weighsLayers() throws IOException {
    Image image =
        HandMade.image(
            store, List.of("d/", "d/a:12345", "b:123", "c=b"), List.of(".wh.b", "d/a:1"));
    List<LayerStatistics> layers = provenance(image).layers();
    LayerStatistics lower = layers.get(0);
    assertThat(lower.layer()).isEqualTo(image.layers().get(0));
    assertThat(lower.entries()).isEqualTo(4);
    assertThat(lower.payload()).isEqualTo(8);
    assertThat(lower.visible()).isEqualTo(3);
    assertThat(lower.wasted()).isEqualTo(5);
    assertThat(lower.tarSize()).isEqualTo(6 * 512 + 1024);
    assertThat(lower.overhead()).isEqualTo(6 * 512 + 1024 - 8);
    assertThat(lower.storedSize()).isEqualTo(image.layers().get(0).storedSize()).isPositive();
    assertThat(layers.get(1).visible()).isEqualTo(1);
    assertThat(layers.get(1).entries()).isEqualTo(2);
  }

  /** LC-F18: with the sizes that the catalog has of layers. */
  @Test
  void sumsUp() throws IOException {
    List<String> lower = List.of("a:1", "a:22", "b:333", "c=b", "d/", "d/e:4444", "s->a");
    Image image =
        HandMade.image(
            store,
            lower,
            List.of(
                ".wh.b", "d/.wh..wh..opq", "d/f:55555", ".wh..wh.plnk/", ".wh..wh.plnk/1:666666"),
            lower,
            List.of("c:7", "s/", "x=d/e"));
    ImageProvenance provenance = provenance(image);
    long payload = 0;
    for (LayerStatistics layer : provenance.layers()) {
      LayerSizes sizes = LayerIndex.measure(layer.layer(), Progress.none());
      assertThat(layer.payload()).isEqualTo(sizes.content());
      payload += layer.payload();
    }
    assertThat(payload).isEqualTo(10 + 11 + 10 + 1);
    assertThat(image.files().size() + provenance.wasted()).isEqualTo(payload);
    // By hand: a:22 and b:333, d/e:4444 of the third layer, d/f of the second, and c of the last.
    assertThat(image.files().size()).isEqualTo(2 + 3 + 4 + 5 + 1);
  }

  /** An index that is remembered is enough: nothing is read again. */
  @Test
  void readsEachLayerOnce() throws IOException {
    WatchedStorage watched = new WatchedStorage(new MemoryStorage());
    try (ImageStore counted = ImageStore.on(watched.storage())) {
      Image built = HandMade.image(counted, List.of("a"), List.of("b"));
      Image image = counted.require(built.digest().toString());
      int before = opened(watched, image);
      provenance(image);
      image.files();
      provenance(image);
      assertThat(opened(watched, image)).isLessThanOrEqualTo(before + 2);
    }
  }

  private static int opened(WatchedStorage watched, Image image) {
    return image.layers().stream().mapToInt(watched::countOpened).sum();
  }

  /** LC-M10: strict findings make an error of each; tolerant ones name the layer. */
  @Test
  void reportsWhatIsIrregular() throws IOException {
    Image image = HandMade.image(store, List.of("a"), List.of("b", "b:2"));
    Findings findings = Findings.tolerant();
    image.provenance(ReadOptions.defaults().withFindings(findings));
    image.provenance(ReadOptions.defaults().withFindings(findings));
    assertThat(findings.all()).hasSize(2).allMatch(f -> f.layer() == 1);
    assertThat(findings.count(Finding.Code.DUPLICATE_PATH)).isEqualTo(2);
    assertThatThrownBy(
            () -> image.provenance(ReadOptions.defaults().withFindings(Findings.strict())))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining("layer 1");
  }

  @Test
  void keepsToLimits() throws IOException {
    Image image = HandMade.image(store, List.of("a"), List.of("b", "c"));
    ImageLimits limits = ImageLimits.defaults();
    long tar = 4 * 512 + 1024 + 2 * 512 + 1024;
    for (ImageLimits low :
        List.of(
            limits.withLayers(1), limits.withEntries(2), limits.withUncompressedBytes(tar - 1))) {
      assertThatThrownBy(() -> image.provenance(ReadOptions.defaults().withLimits(low)))
          .isInstanceOf(LimitExceededException.class);
    }
    ImageLimits enough = limits.withLayers(2).withEntries(3).withUncompressedBytes(tar);
    assertThat(image.provenance(ReadOptions.defaults().withLimits(enough)).layers()).hasSize(2);
  }

  /** LC-E14: 20 layers of 1,000 files each, and one that takes half of it back. */
  @Test
  void attributesManyFilesOfManyLayers() throws IOException {
    ImageBuilder builder = ImageBuilder.scratch(store, Platform.of("linux", "amd64"));
    for (int i = 0; i < 20; i++) {
      int number = i;
      builder.layer(
          "layer " + i,
          layer -> {
            for (int f = 0; f < 1000; f++) {
              layer.file("/d" + number + "/f" + f, "x");
            }
          });
    }
    for (int i = 0; i < 10; i++) {
      int number = 2 * i;
      builder.layer("remove " + i, layer -> layer.delete("/d" + number));
    }
    Image image = builder.build();
    ImageProvenance provenance = provenance(image);
    assertThat(provenance.paths().walk()).hasSize(10 * 1001);
    assertThat(provenance.wasted()).isEqualTo(10 * 1000);
    Set<Integer> layers = new TreeSet<>();
    provenance.paths().walk().forEach(a -> layers.add(a.layer()));
    List<Integer> odd = new ArrayList<>();
    for (int i = 1; i < 20; i += 2) {
      odd.add(i);
    }
    assertThat(layers).containsExactlyElementsOf(odd);
    assertThat(history(provenance, "/d0/f7"))
        .containsExactly("0 ADDED []", "20 REMOVED_WITH_PARENT []");
  }
}
