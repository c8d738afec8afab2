package dev.imbrex.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.ImageIndexBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageIndex;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Tag;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.DecompressionLimits;
import dev.imbrex.layers.layer.LayerLimits;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.TarEntry;
import dev.imbrex.layers.layer.TarReader;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.platform.Platform;
import dev.imbrex.testing.ImbrexExtension;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** SN-S18, SN-S19, SN-S22: what is saved is read again, in both kinds of archive. */
class OciArchiveTest {
  @TempDir Path directory;

  @RegisterExtension private final ImbrexExtension imbrex = new ImbrexExtension();

  private final ImageStore store = imbrex.store();
  private Image base;
  private Image app;

  @BeforeEach
  void build() throws IOException {
    base =
        ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
            .layerOptions(LayerOptions.defaults().withCompression(Compression.GZIP))
            .layer(layer -> layer.file("/a", "a".repeat(70_000)))
            .build();
    app = ImageBuilder.from(base).layer(layer -> layer.file("/b", "b")).env("A", "1").build();
    store.tag("base:1", base);
    store.tag("example.com:5000/team/app:2", app);
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private List<String> filesThere() throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void keepsEveryDigestAndName() throws IOException {
    OciArchive.save(file("images.tar"), store, "base:1", "example.com:5000/team/app:2");
    assertThat(filesThere()).containsExactly("images.tar");
    try (ImageStore archive = ImageStore.on(OciArchive.open(file("images.tar")))) {
      assertThat(archive.tags())
          .extracting(Tag::name)
          .containsExactly("docker.io/library/base:1", "example.com:5000/team/app:2");
      assertThat(archive.require("base:1")).isEqualTo(base);
      Image read = archive.require("example.com:5000/team/app:2");
      assertThat(read).isEqualTo(app);
      read.verify();
      // Not only whole blobs: any part, from any place.
      var layer = read.layers().get(0).descriptor();
      try (InputStream whole = archive.storage().open(layer);
          InputStream part = archive.storage().open(layer, 100, 50)) {
        whole.skipNBytes(100);
        assertThat(part.readAllBytes()).isEqualTo(whole.readNBytes(50));
      }
    }
  }

  @Test
  void keepsAnIndexAndImagesWithoutName() throws IOException {
    ImageIndex index = ImageIndexBuilder.in(store).add(app).build();
    ArchiveContents contents = ArchiveContents.none().with(index).with(base);
    OciArchive.save(file("images.tar"), contents, SaveOptions.defaults());
    try (ImageStore archive = ImageStore.on(OciArchive.open(file("images.tar")))) {
      assertThat(archive.tags()).isEmpty();
      assertThat(archive.requireIndex(index.digest().toString())).isEqualTo(index);
      assertThat(archive.images()).containsExactlyInAnyOrder(app, base);
    }
  }

  @Test
  void readsACompressedArchiveAndTidiesUp() throws IOException {
    Path spool = Files.createDirectory(file("spool"));
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file("images.tgz")))) {
      OciArchive.write(out, ArchiveContents.of(store, "base:1"), SaveOptions.defaults());
    }
    ArchiveOptions options = ArchiveOptions.defaults().withTemporary(spool);
    try (ImageStore archive = ImageStore.on(OciArchive.open(file("images.tgz"), options))) {
      archive.require("base:1").verify();
    }
    LayerLimits small =
        LayerLimits.defaults()
            .withDecompression(DecompressionLimits.defaults().withUncompressedBytes(3000));
    assertThatThrownBy(() -> OciArchive.open(file("images.tgz"), options.withLimits(small)))
        .isInstanceOf(LimitExceededException.class)
        .hasMessageContaining("uncompressedBytes");
    assertThat(spool).isEmptyDirectory();
  }

  @Test
  void hasOneOrderAndNoTraceOfWhenAndWhere() throws IOException {
    ArchiveContents contents = ArchiveContents.of(store, "base:1", "example.com:5000/team/app:2");
    byte[] first = bytes(contents, true);
    assertThat(bytes(contents, true)).isEqualTo(first);
    try (ImageStore copy = ImageStore.on(new MemoryStorage())) {
      copy.tag("example.com:5000/team/app:2", copy.add(app));
      copy.tag("base:1", copy.add(base));
      ArchiveContents same = ArchiveContents.of(copy, "base:1", "example.com:5000/team/app:2");
      assertThat(bytes(same, true)).isEqualTo(first);
    }
    List<String> names = new ArrayList<>();
    TarReader tar = TarReader.of(new ByteArrayInputStream(first));
    for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
      names.add(entry.name().toString());
      assertThat(entry.metadata().uid() + entry.metadata().gid()).isZero();
      assertThat(entry.metadata().mtime().getEpochSecond()).isZero();
      assertThat(entry.metadata().mode())
          .isEqualTo(entry.kind() == TarEntry.Kind.DIRECTORY ? 0755 : 0644);
    }
    assertThat(names).isSorted().contains("blobs/", "blobs/sha256/", "index.json", "oci-layout");
  }

  private static byte[] bytes(ArchiveContents contents, boolean oci) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (oci) {
      OciArchive.write(out, contents, SaveOptions.defaults());
    } else {
      DockerArchive.write(out, contents, SaveOptions.defaults());
    }
    return out.toByteArray();
  }

  @Test
  void savesForDockerWithEveryDigest() throws IOException {
    store.tag("also:1", app);
    DockerArchive.save(
        file("images.tar"), store, "base:1", "example.com:5000/team/app:2", "also:1");
    assertThat(DockerArchive.isArchive(file("images.tar"))).isTrue();
    ArchiveContents contents = ArchiveContents.of(store, "base:1");
    assertThat(bytes(contents, false)).isEqualTo(bytes(contents, false));
    for (boolean oci : new boolean[] {true, false}) {
      Path saved = file("images.tar");
      try (ImageStore archive =
          ImageStore.on(oci ? OciArchive.open(saved) : DockerArchive.open(saved))) {
        assertThat(archive.require("base:1")).isEqualTo(base);
        assertThat(archive.require("also:1")).isEqualTo(app);
        archive.require("also:1").verify();
        assertThat(archive.tags()).hasSize(3);
      }
    }
  }

  @Test
  void savesTheOlderFormUncompressed() throws IOException {
    SaveOptions plain = SaveOptions.defaults().withForm(SaveOptions.Form.PLAIN);
    DockerArchive.save(
        file("images.tar"), ArchiveContents.none().with(base, "base:1").with(app, "app"), plain);
    assertThatThrownBy(() -> OciArchive.open(file("images.tar")))
        .isInstanceOf(ContentNotFoundException.class)
        .hasMessageContaining("Docker archive");
    try (ImageStore archive = ImageStore.on(DockerArchive.open(file("images.tar")))) {
      Image read = archive.require("app:latest");
      assertThat(read.id()).isEqualTo(app.id());
      assertThat(read.config().bytes()).isEqualTo(app.config().bytes());
      read.verify();
      assertThat(read.layers())
          .allSatisfy(
              layer -> assertThat(layer.descriptor().digest()).isEqualTo(layer.diffId().digest()));
      // The parent is in the archive, but one step of history is not what lies between.
      assertThat(archive.parent(read)).isEmpty();
    }
  }

  @Test
  void keepsParentsThatDockerAgreesWith() throws IOException {
    Image child = ImageBuilder.from(base).env("ONE", "step").build();
    SaveOptions plain = SaveOptions.defaults().withForm(SaveOptions.Form.PLAIN);
    DockerArchive.save(
        file("images.tar"), ArchiveContents.none().with(child, "c:1").with(base, "b:1"), plain);
    try (ImageStore archive = ImageStore.on(DockerArchive.open(file("images.tar")))) {
      assertThat(archive.parent(archive.require("c:1"))).contains(archive.require("b:1"));
    }
  }

  @Test
  void leavesNothingOfAFailedSave() throws IOException {
    store.storage().delete(app.layers().get(1).descriptor().digest(), java.time.Instant.MAX);
    assertThatThrownBy(() -> OciArchive.save(file("a.tar"), store, "example.com:5000/team/app:2"))
        .isInstanceOf(ContentNotFoundException.class);
    assertThatThrownBy(
            () -> DockerArchive.save(file("a.tar"), store, "example.com:5000/team/app:2"))
        .isInstanceOf(ContentNotFoundException.class);
    assertThatThrownBy(() -> DockerArchive.save(file("a.tar"), store, "missing:1"))
        .isInstanceOf(ContentNotFoundException.class);
    assertThat(filesThere()).isEmpty();
  }

  @Test
  void noticesThatTheFileChanged() throws IOException {
    OciArchive.save(file("images.tar"), store, "base:1");
    try (ImageStore archive = ImageStore.on(OciArchive.open(file("images.tar")))) {
      Files.write(file("images.tar"), new byte[512], StandardOpenOption.APPEND);
      assertThatThrownBy(() -> archive.require("base:1"))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("changed since it was opened");
    }
  }

  @Test
  void doesNotClaimWhatItCannotDo() throws IOException {
    OciArchive.save(file("images.tar"), store, "base:1");
    try (ImageStore archive = ImageStore.on(OciArchive.open(file("images.tar")))) {
      assertThatThrownBy(() -> archive.add(app)).isInstanceOf(UnsupportedContentException.class);
      assertThatThrownBy(() -> archive.untag("base:1"))
          .isInstanceOf(UnsupportedContentException.class);
      assertThatThrownBy(() -> archive.collect(java.time.Duration.ZERO))
          .isInstanceOf(UnsupportedContentException.class);
      assertThat(
              archive
                  .storage()
                  .exists(
                      dev.imbrex.manifest.document.Descriptor.of(
                          base.descriptor().mediaType(),
                          Digest.parse("blake3:" + "ab".repeat(300)),
                          3)))
          .isFalse();
    }
  }
}
