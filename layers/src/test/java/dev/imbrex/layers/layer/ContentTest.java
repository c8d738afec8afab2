package dev.imbrex.layers.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentTest {
  @Test
  void keepsACopyOfBytes() throws IOException {
    byte[] bytes = {1, 2};
    Content content = Content.of(bytes);
    bytes[0] = 9;
    assertThat(read(content)).containsExactly(1, 2);
    assertThat(content.size()).isEqualTo(2);
  }

  @Test
  void comparesBytesInMemoryOnly() {
    assertThat(Content.text("a")).isEqualTo(Content.of(new byte[] {'a'}));
    assertThat(Content.text("a")).isNotEqualTo(Content.text("b"));
    assertThat(Content.text("")).isEqualTo(Content.empty());
    Content.Opener opener = () -> new ByteArrayInputStream(new byte[1]);
    assertThat(Content.stream(1, opener)).isNotEqualTo(Content.stream(1, opener));
  }

  @Test
  void encodesTextInUtf8() throws IOException {
    assertThat(read(Content.text("\u00e9"))).isEqualTo("\u00e9".getBytes(UTF_8));
    assertThatThrownBy(() -> Content.text("\ud800")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsAFileAgainAndAgain(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("f"), "abc");
    Content content = Content.file(file);
    assertThat(content.size()).isEqualTo(3);
    assertThat(read(content)).isEqualTo(read(content)).hasSize(3);
  }

  @Test
  void followsNoLinkAndOpensNothingButFiles(@TempDir Path directory) throws IOException { // LC-A59
    Path file = Files.writeString(directory.resolve("f"), "abc");
    Path link = Files.createSymbolicLink(directory.resolve("l"), file);
    assertThatThrownBy(() -> Content.file(link)).isInstanceOf(UnsupportedContentException.class);
    assertThatThrownBy(() -> Content.file(directory))
        .isInstanceOf(UnsupportedContentException.class);
    assertThatThrownBy(() -> Content.file(directory.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
    Content content = Content.file(file);
    Files.delete(file);
    Files.createSymbolicLink(file, link);
    assertThatThrownBy(content::open).isInstanceOf(UnsupportedContentException.class);
  }

  @Test
  void readsFilesOfOtherFileSystems(@TempDir Path directory) throws IOException {
    try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
      assertThat(read(Content.file(Files.writeString(memory.getPath("/f"), "abc")))).hasSize(3);
    }
    URI zip = URI.create("jar:" + directory.resolve("z.zip").toUri());
    try (FileSystem archive = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      assertThat(read(Content.file(Files.writeString(archive.getPath("/f"), "abc")))).hasSize(3);
    }
  }

  @Test
  void readsResources() throws IOException {
    Content beside = Content.resource(ContentTest.class, "ContentTest.class");
    Content loaded =
        Content.resource(
            ContentTest.class.getClassLoader(), "dev/imbrex/layers/layer/ContentTest.class");
    assertThat(read(beside)).isEqualTo(read(loaded)).startsWith(0xca, 0xfe, 0xba, 0xbe);
    assertThat(beside.size()).isEqualTo(read(beside).length);
    assertThatThrownBy(() -> Content.resource(ContentTest.class, "none"))
        .isInstanceOf(ContentNotFoundException.class)
        .hasMessageContaining("none");
  }

  @Test
  void refusesANegativeSize() {
    assertThatThrownBy(() -> Content.stream(-1, InputStream::nullInputStream))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] read(Content content) throws IOException {
    try (InputStream in = content.open()) {
      return in.readAllBytes();
    }
  }
}
