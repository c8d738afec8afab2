package dev.imbrex.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.ContentValidation;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Storage;
import dev.imbrex.image.StoredBlob;
import dev.imbrex.image.Transfer;
import dev.imbrex.image.TransferOptions;
import dev.imbrex.image.TransferReport;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.platform.Platform;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies and archives whose processes are killed (SN-S5): nothing partial shows. */
@Timeout(120)
class KilledTravelIT {
  private static final String NAME = "docker.io/library/app:1";
  private static final int LAYERS = 6;

  @TempDir Path directory;
  private Path layout;
  private Digest image;

  @BeforeEach
  void build() throws IOException {
    layout = directory.resolve("layout");
    Random random = new Random(1);
    try (ImageStore store = ImageStore.on(LayoutStorage.create(layout))) {
      ImageBuilder builder = ImageBuilder.scratch(store, Platform.of("linux", "amd64"));
      for (int i = 0; i < LAYERS; i++) {
        byte[] noise = new byte[1 << 20];
        random.nextBytes(noise);
        String name = "/" + i;
        builder.layer(layer -> layer.file(name, Content.of(noise), Metadata.ofMode(0644)));
      }
      Image built = builder.build();
      store.tag(NAME, built);
      image = built.digest();
    }
  }

  /** Starts a worker, and kills it when it has told a number of times that it gets on. */
  private void runAndKill(String what, Path target, int steps) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                TravelWorker.class.getName(),
                what,
                layout.toString(),
                target.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = process.inputReader(UTF_8)) {
      for (int i = 0; i < steps; i++) {
        assertThat(out.readLine()).isEqualTo("advanced");
      }
      process.destroyForcibly();
      assertThat(process.waitFor()).isEqualTo(128 + 9);
    }
  }

  private static Set<Digest> digests(LayoutStorage storage) throws IOException {
    Set<Digest> digests = new HashSet<>();
    for (StoredBlob blob : storage.blobs()) {
      digests.add(blob.digest());
    }
    return digests;
  }

  /** Each of the six layers is told of in four or five steps. */
  @ParameterizedTest
  @ValueSource(ints = {7, 21})
  void aCopyBringsWhatWasMissingOnly(int steps) throws Exception {
    Path target = directory.resolve("target");
    runAndKill("copy", target, steps);
    try (LayoutStorage from = LayoutStorage.open(layout);
        LayoutStorage to = LayoutStorage.openOrCreate(target)) {
      assertThat(to.entries()).isEmpty();
      Set<Digest> there = digests(to);
      assertThat(there).hasSizeBetween((steps - 1) / 5, LAYERS);
      for (StoredBlob blob : to.blobs()) {
        assertThat(
                Digest.sha256(
                    Files.readAllBytes(target.resolve("blobs/sha256/" + blob.digest().encoded()))))
            .isEqualTo(blob.digest());
      }

      TransferReport report = Transfer.between(from, to).copyAll(TransferOptions.defaults());

      assertThat(report.copied()).extracting(Descriptor::digest).doesNotContainAnyElementsOf(there);
      assertThat(report.present())
          .extracting(Descriptor::digest)
          .containsExactlyInAnyOrderElementsOf(there);
      // The layers, the config and the manifest.
      assertThat(digests(to)).hasSize(LAYERS + 2);
      assertThat(ContentValidation.of(to)).isEmpty();
      assertThat(to.resolve(NAME).map(Descriptor::digest)).contains(image);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"save", "fill"})
  void anArchiveIsTheOldOneUntilTheNewOneIsComplete(String what) throws Exception {
    Path archive = Files.createDirectory(directory.resolve("archives")).resolve("app.tar");
    runAndKill(what, archive, 12);
    assertThat(archive).doesNotExist();
    assertThat(names(archive)).singleElement().asString().matches("\\.app\\.tar\\..*\\.tmp");

    Files.writeString(archive, "the old one");
    runAndKill(what, archive, 12);
    assertThat(archive).hasContent("the old one");
    assertThat(names(archive)).hasSize(3);

    save(archive);
    assertThat(names(archive)).as("what others may be writing stays").hasSize(3);
    age(archive);
    Files.writeString(archive.resolveSibling(".app.tar.tmp"), "somebody else's");
    save(archive);
    assertThat(names(archive)).containsExactly(".app.tar.tmp", "app.tar");
  }

  private void save(Path archive) throws IOException {
    try (ImageStore store = ImageStore.on(LayoutStorage.open(layout))) {
      OciArchive.save(archive, store, "app:1");
    }
    try (Storage saved = OciArchive.open(archive)) {
      assertThat(saved.resolve(NAME).map(Descriptor::digest)).contains(image);
      assertThat(ContentValidation.of(saved)).isEmpty();
    }
  }

  private static List<String> names(Path archive) throws IOException {
    try (Stream<Path> files = Files.list(archive.resolveSibling(""))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Makes everything two days older. */
  private static void age(Path archive) throws IOException {
    try (Stream<Path> files = Files.walk(archive.resolveSibling(""))) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
      }
    }
  }
}
