package dev.imbrex.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.image.Storage;
import dev.imbrex.image.TagUpdate;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.testing.StorageContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of storages, as far as an archive that is being made has to keep it. */
class ArchiveWriterTest extends StorageContract {
  @TempDir Path directory;

  @Override
  protected Storage open() throws IOException {
    return OciArchive.create(file(), SaveOptions.defaults().withSync(false));
  }

  @Override
  protected Optional<Storage> reopen() throws IOException {
    ((ArchiveWriter) storage).commit();
    storage.close();
    return Optional.of(OciArchive.open(file()));
  }

  private Path file() {
    return directory.resolve("images.tar");
  }

  private List<String> filesThere() throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void leavesNothingWithoutCommit() throws IOException {
    Descriptor one = put("one");
    storage.tag(List.of(TagUpdate.set("docker.io/library/app:1", one)));
    storage.close();
    assertThat(filesThere()).isEmpty();
  }

  @Test
  void leavesTheArchiveAloneAfterCommit() throws IOException {
    Descriptor one = put("one");
    put("nothing leads to this");
    storage.tag(List.of(TagUpdate.set("docker.io/library/app:1", one)));
    ((ArchiveWriter) storage).commit();
    assertThatThrownBy(() -> put("more")).isInstanceOf(UnsupportedContentException.class);
    assertThatThrownBy(() -> ((ArchiveWriter) storage).commit())
        .isInstanceOf(IllegalStateException.class);
    storage.close();
    assertThat(filesThere()).containsExactly("images.tar");
    assertThat(new String(Files.readAllBytes(file()), UTF_8))
        .contains(one.digest().encoded())
        .doesNotContain("nothing leads to this");
  }

  @Test
  void replacesAnArchiveOnlyByACompleteOne() throws IOException {
    Files.writeString(file(), "the old one");
    put("one");
    assertThat(file()).hasContent("the old one");
    ((ArchiveWriter) storage).commit();
    try (Storage read = OciArchive.open(file())) {
      assertThat(read.entries()).isEmpty();
    }
  }
}
