package dev.imbrex.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.HandMade;
import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.ImageSquash;
import dev.imbrex.manifest.config.ImageConfig;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.MemoryStorage;
import dev.imbrex.testing.ImbrexExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What makes an image that image, and what must fit together in it (LC-D). */
class ImageIdentityTest {
  private static final Platform AMD64 = Platform.of("linux", "amd64");
  private static final MediaType FOREIGN =
      MediaType.parse("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip");

  @RegisterExtension private final ImbrexExtension imbrex = new ImbrexExtension();

  private final ImageStore store = imbrex.store();

  private static ImageConfig config(String json) throws IOException {
    return ImageConfig.parse(json.getBytes(UTF_8), "config of the test");
  }

  private Image put(ImageConfig config, List<Descriptor> layers) throws IOException {
    Descriptor descriptor = Descriptor.of(MediaType.OCI_IMAGE_CONFIG, config.bytes());
    return store.put(ImageManifest.of(descriptor, layers), config);
  }

  /** LC-D3, LC-D15: what nobody edits keeps its bytes, however they are laid out. */
  @Test
  void theIdIsTheDigestOfTheConfigAsItIsWritten() throws IOException {
    String json =
        """
        { "rootfs" : {"type":"layers","diff_ids":[]},  "os":"linux",
          "x-unknown": [1, 2.50],   "architecture":"amd64" }
        """;
    Image image = put(config(json), List.of());
    assertThat(image.id()).isEqualTo(Digest.sha256(json.getBytes(UTF_8)));
    try (ImageStore other = ImageStore.on(new MemoryStorage())) {
      Image copy = other.add(image);
      assertThat(new String(copy.config().bytes(), UTF_8)).isEqualTo(json);
      assertThat(copy.id()).isEqualTo(image.id());
      assertThat(copy).isEqualTo(image);
    }
  }

  /** LC-D4. */
  @Nested
  class Layers {
    private final List<Layer> layers = new ArrayList<>();

    private ImageConfig config(String type) throws IOException {
      layers.add(HandMade.layer(store, "a"));
      layers.add(HandMade.layer(store, "b"));
      return ImageIdentityTest.config(
          "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{"
              + type
              + "\"diff_ids\":[\"%s\",\"%s\"]}}"
                  .formatted(layers.get(0).diffId(), layers.get(1).diffId()));
    }

    @Test
    void correspondToDiffIdsByNumberAndPlace() throws IOException {
      ImageConfig config = config("\"type\":\"layers\",");
      Descriptor a = layers.get(0).descriptor();
      Descriptor b = layers.get(1).descriptor();
      put(config, List.of(a, b)).verify();
      for (List<Descriptor> wrong : List.of(List.<Descriptor>of(), List.of(a), List.of(a, b, b))) {
        assertThatThrownBy(() -> put(config, wrong))
            .isInstanceOf(MalformedContentException.class)
            .hasMessageContaining(wrong.size() + " layers")
            .hasMessageContaining("2 diffIDs");
      }
      Image swapped = put(config, List.of(b, a));
      assertThatThrownBy(swapped::files).isInstanceOf(DigestMismatchException.class);
    }

    @Test
    void areTheOnlyTypeOfRootfs() throws IOException {
      for (String type : List.of("", "\"type\":\"layers+base\",", "\"type\":\"\",")) {
        ImageConfig config = config(type);
        assertThatThrownBy(() -> put(config, layers.stream().map(Layer::descriptor).toList()))
            .as("%s", type)
            .isInstanceOf(MalformedContentException.class)
            .hasMessageContaining("/rootfs/type");
        layers.clear();
      }
    }
  }

  /** LC-D8, LC-C18: urls are data. */
  @Nested
  class ForeignLayers {
    private Image image(Layer layer, List<String> urls) throws IOException {
      Descriptor foreign = layer.descriptor().withMediaType(FOREIGN).withUrls(urls);
      Image plain =
          ImageBuilder.scratch(store, AMD64)
              .layer("foreign", layer)
              .layer("own", HandMade.layer(store, "own"))
              .build();
      ImageManifest manifest =
          plain.manifest().withLayers(List.of(foreign, plain.manifest().layers().get(1)));
      return store.put(manifest, plain.config());
    }

    @Test
    void areReadIfTheirContentIsHere() throws IOException {
      Image image = image(HandMade.layer(store, "win"), List.of("https://example.com/layer"));
      assertThat(image.files().walk().skip(1).map(e -> "" + e.path()))
          .containsExactly("/own", "/win");
      image.verify();
      try (ImageStore other = ImageStore.on(new MemoryStorage())) {
        Image copy = other.add(image);
        assertThat(copy.layers().get(0).descriptor().mediaType()).isEqualTo(FOREIGN);
        assertThat(copy.manifest().bytes()).isEqualTo(image.manifest().bytes());
      }
      // What is made anew is no foreign layer.
      Image squashed = ImageSquash.of(image).build();
      assertThat(squashed.layers().get(0).descriptor().mediaType().isNondistributable()).isFalse();
    }

    @Test
    void areNeverFetched() throws IOException {
      try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        server.setSoTimeout(50);
        String url = "http://127.0.0.1:" + server.getLocalPort() + "/layer";
        Layer elsewhere;
        try (ImageStore other = ImageStore.on(new MemoryStorage())) {
          elsewhere = HandMade.layer(other, "win");
        }
        ImageConfig config =
            config(
                "{\"architecture\":\"amd64\",\"os\":\"windows\",\"rootfs\":{\"type\":\"layers\","
                    + "\"diff_ids\":[\"%s\"]}}".formatted(elsewhere.diffId()));
        Descriptor foreign = elsewhere.descriptor().withMediaType(FOREIGN).withUrls(List.of(url));
        Image image = put(config, List.of(foreign));
        assertThat(image.layers().get(0).descriptor().urls()).containsExactly(url);
        assertThatThrownBy(image::files).isInstanceOf(ContentNotFoundException.class);
        assertThatThrownBy(image::verify).isInstanceOf(ContentNotFoundException.class);
        try (ImageStore target = ImageStore.on(new MemoryStorage())) {
          assertThat(target.add(image).digest()).isEqualTo(image.digest());
        }
        assertThatThrownBy(server::accept).isInstanceOf(SocketTimeoutException.class);
      }
    }
  }
}
