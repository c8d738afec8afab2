package dev.imbrex.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.layer.TarWriter;
import dev.imbrex.layers.layer.TimePolicy;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.platform.Platform;
import dev.imbrex.testing.ImbrexExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A tar becomes a layer with its bytes as they are (LC-D14, LC-D15). */
class TarLayerTest {
  @TempDir Path directory;

  @RegisterExtension private final ImbrexExtension imbrex = new ImbrexExtension();

  private final ImageStore store = imbrex.store();

  private Image image(Path tar) throws IOException {
    return ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
        .tarLayer("import", tar)
        .build();
  }

  /** A tar with more after its end than we would write ourselves. */
  private static byte[] tar() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarWriter tar = TarWriter.to(bytes, TimePolicy.seconds());
    tar.add(
        new LayerEntry.Present(
            TreePath.of("f"), new Node.RegularFile(Metadata.forFile(), Content.text("content"))));
    tar.finish();
    bytes.write(new byte[9 * 512]);
    return bytes.toByteArray();
  }

  @Test
  void keepsItsBytesPlainOrCompressed() throws IOException {
    byte[] tar = tar();
    Path plain = Files.write(directory.resolve("plain.tar"), tar);
    Path gzip = directory.resolve("gzip.tar");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
      out.write(tar);
    }
    for (Path file : new Path[] {plain, gzip}) {
      Image image = image(file);
      assertThat(image.layers().get(0).diffId().digest()).isEqualTo(Digest.sha256(tar));
      assertThat(image.files().find(TreePath.of("f"))).isPresent();
      assertThat(store.sizes(image.layers().get(0)).content()).isEqualTo(7);
      assertThat(store.sizes(image.layers().get(0)).tar()).isEqualTo(tar.length);
    }
  }

  @Test
  void refusesWhatIsNoTar() throws IOException {
    Path text = Files.writeString(directory.resolve("text"), "no tar at all ".repeat(100));
    assertThatThrownBy(() -> image(text)).isInstanceOf(MalformedContentException.class);
    Path cut = Files.write(directory.resolve("cut"), Arrays.copyOf(tar(), 515));
    assertThatThrownBy(() -> image(cut)).isInstanceOf(MalformedContentException.class);
    assertThat(store.storage().blobs()).isEmpty();
  }
}
