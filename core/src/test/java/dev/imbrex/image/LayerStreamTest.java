package dev.imbrex.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.tree.ContentStream;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.StreamedContent;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of {@link ContentStream}, kept by the files of a layer. */
class LayerStreamTest {
  private final WatchedStorage storage = new WatchedStorage(new MemoryStorage());
  private final ImageStore store = ImageStore.on(storage.storage());

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private static Layer layer(ImageStore store, Compression compression, String text)
      throws IOException {
    return ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
        .layerOptions(LayerOptions.defaults().withCompression(compression))
        .layer(
            layer ->
                layer
                    .file("/a", "first " + text)
                    .file("/b/empty", "")
                    .file("/b/large", "large ".repeat(100_000))
                    .symlink("/c", "a")
                    .file("/z", "last"))
        .build()
        .layers()
        .get(0);
  }

  private static StreamedContent file(Layer layer, String path) throws IOException {
    FileTree files = Layer.filesOf(List.of(layer));
    Node node = files.find(TreePath.of(path)).orElseThrow();
    return (StreamedContent) ((Node.RegularFile) node).content();
  }

  private static String text(InputStream data) throws IOException {
    return new String(data.readAllBytes(), UTF_8);
  }

  private static String text(FileContent content) throws IOException {
    try (InputStream in = content.open()) {
      return text(in);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "GZIP", "ZSTD"})
  void givesEachWantedFileOnceInTheOrderOfTheLayer(Compression compression) throws IOException {
    Layer layer = layer(store, compression, "text");
    StreamedContent a = file(layer, "a");
    StreamedContent empty = file(layer, "b/empty");
    StreamedContent large = file(layer, "b/large");
    StreamedContent z = file(layer, "z");
    List<StreamedContent> received = new ArrayList<>();
    List<String> texts = new ArrayList<>();

    a.stream()
        .read(
            List.of(z, large, a, empty, file(layer, "a")),
            (content, data) -> {
              received.add(content);
              texts.add(text(data));
            });

    assertThat(received).containsExactly(a, empty, large, z);
    assertThat(texts).containsExactly("first text", "", "large ".repeat(100_000), "last");
    assertThat(texts).containsExactly(text(a), text(empty), text(large), text(z));
  }

  @Test
  void goesOnBehindDataThatNobodyRead() throws IOException {
    Layer layer = layer(store, Compression.GZIP, "text");
    List<String> texts = new ArrayList<>();
    file(layer, "a").stream()
        .read(
            List.of(file(layer, "a"), file(layer, "b/large"), file(layer, "z")),
            (content, data) -> texts.add(content.size() > 10 ? "" + data.read() : text(data)));
    assertThat(texts).containsExactly("first text", "" + (int) 'l', "last");
  }

  @Test
  void isEqualWhereverTheSameBytesAreStored() throws IOException {
    StreamedContent plain = file(layer(store, Compression.NONE, "text"), "a");
    StreamedContent gzip = file(layer(store, Compression.GZIP, "text"), "a");
    StreamedContent other = file(layer(store, Compression.GZIP, "other"), "a");
    try (ImageStore elsewhere = ImageStore.on(new MemoryStorage())) {
      StreamedContent copy = file(layer(elsewhere, Compression.GZIP, "text"), "a");
      assertThat(copy.stream()).isEqualTo(gzip.stream()).hasSameHashCodeAs(gzip.stream());
      copy.stream().read(List.of(gzip), (content, data) -> assertThat(text(data)).isNotEmpty());
    }
    // The same tar in another form is another stream of the same contents.
    assertThat(plain.stream()).isNotEqualTo(gzip.stream());
    assertThat(plain).isEqualTo(gzip).hasSameHashCodeAs(gzip);
    assertThat(other.stream()).isNotEqualTo(gzip.stream());
    assertThat(other).isNotEqualTo(gzip);
    assertThatThrownBy(() -> gzip.stream().read(List.of(other), (content, data) -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not lie in");
  }

  @Test
  void opensTheLayerOnceAndClosesIt() throws IOException {
    Layer layer = layer(store, Compression.GZIP, "text");
    StreamedContent a = file(layer, "a");
    StreamedContent z = file(layer, "z");
    int opened = storage.countOpened(layer);
    int closed = storage.countClosed();

    a.stream().read(List.of(), (content, data) -> {});
    assertThat(storage.countOpened(layer)).isEqualTo(opened);
    a.stream().read(List.of(a, z), (content, data) -> {});
    assertThat(storage.countOpened(layer)).isEqualTo(opened + 1);
    assertThatIsEnough(List.of(a, z));
    assertThat(storage.countOpened(layer)).isEqualTo(opened + 2);
    // Only what lies before it is read, so this is no opening of the whole.
    assertThatIsEnough(List.of(a));
    assertThat(storage.countOpened(layer)).isEqualTo(opened + 2);
    assertThat(storage.countPartBytes(layer)).isPositive();
    assertThat(storage.countClosed()).isEqualTo(closed + 3);
  }

  private static void assertThatIsEnough(List<StreamedContent> wanted) {
    assertThatThrownBy(
            () ->
                wanted.get(0).stream()
                    .read(
                        wanted,
                        (content, data) -> {
                          throw new IOException("enough");
                        }))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("enough");
  }

  /** LC-D9, LC-B79: a layer that changed since it was indexed does not pass. */
  @ParameterizedTest
  @ValueSource(strings = {"b/large", "z"})
  void failsIfAFileIsNotWhereItWas(String path) throws IOException {
    Layer layer = layer(store, Compression.GZIP, "text");
    StreamedContent wanted = file(layer, path);
    storage.replace(
        layer,
        ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
            .layer(other -> other.file("/a", "alone").symlink("/b", "a").file("/c", ""))
            .build()
            .layers()
            .get(0));
    assertThatThrownBy(() -> wanted.stream().read(List.of(wanted), (content, data) -> {}))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining(layer.diffId().toString())
        .hasMessageContaining("is gone");
  }

  /** LC-D9, LC-B79: nor does one of the same form with other bytes. */
  @Test
  void failsAtTheEndIfTheDiffIdIsAnother() throws IOException {
    Layer layer = layer(store, Compression.GZIP, "text");
    StreamedContent wanted = file(layer, "z");
    storage.replace(layer, layer(store, Compression.GZIP, "tale"));
    List<String> texts = new ArrayList<>();
    assertThatThrownBy(
            () -> wanted.stream().read(List.of(wanted), (content, data) -> texts.add(text(data))))
        .isInstanceOf(DigestMismatchException.class)
        .hasMessageContaining("DiffID");
    assertThat(texts).containsExactly("last");
  }
}
