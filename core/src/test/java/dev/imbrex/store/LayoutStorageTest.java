package dev.imbrex.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.image.ImageRecord;
import dev.imbrex.image.Storage;
import dev.imbrex.image.StorageEntry;
import dev.imbrex.image.TagUpdate;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.testing.StorageContract;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutStorageTest extends StorageContract {
  private static final String APP = "docker.io/library/app:1";

  @TempDir Path directory;

  @Override
  protected Storage open() throws IOException {
    return openLayout();
  }

  @Override
  protected Optional<Storage> reopen() throws IOException {
    storage.close();
    return Optional.of(openLayout());
  }

  private LayoutStorage openLayout() throws IOException {
    return LayoutStorage.openOrCreate(layout(), LayoutOptions.DEFAULT.withClock(clock));
  }

  private Path layout() {
    return directory.resolve("layout");
  }

  private String indexJson() throws IOException {
    return Files.readString(layout().resolve("index.json"));
  }

  private void writeIndex(String json) throws IOException {
    Files.writeString(layout().resolve("index.json"), json);
  }

  private static String entry(Descriptor target, String annotations) {
    return "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\""
        + target.digest()
        + "\",\"size\":"
        + target.size()
        + ",\"annotations\":"
        + annotations
        + "}";
  }

  private static String index(String... entries) {
    return "{\"schemaVersion\":2,\"manifests\":[" + String.join(",", entries) + "]}";
  }

  private List<String> names() throws IOException {
    return storage.entries().stream().flatMap(e -> e.name().stream()).toList();
  }

  /** Bytes go to the file and to their digest block by block, and not on the same thread. */
  @Nested
  class Writing {
    private byte[] random(int size) {
      byte[] bytes = new byte[size];
      new Random(size).nextBytes(bytes);
      return bytes;
    }

    private Descriptor describe(byte[] bytes) throws GeneralSecurityException {
      byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(bytes);
      return Descriptor.of(
          MediaType.OCI_LAYER,
          Digest.parse("sha256:" + HexFormat.of().formatHex(sha256)),
          bytes.length);
    }

    private List<Thread> digesting() {
      return Thread.getAllStackTraces().keySet().stream()
          .filter(thread -> thread.getName().equals("imbrex-digest"))
          .toList();
    }

    @ParameterizedTest
    @ValueSource(
        ints = {0, 1, 8191, 8192, 8193, 262_143, 262_144, 262_145, 524_288, 524_289, 5_000_000})
    void takesAnySizeInAnyPieces(int size) throws Exception {
      byte[] bytes = random(size);
      Descriptor described = describe(bytes);
      storage.put(described, new ByteArrayInputStream(bytes));
      Path blob = layout().resolve("blobs/sha256").resolve(described.digest().encoded());
      assertThat(blob).hasBinaryContent(bytes);
      assertThat(storage.delete(described.digest(), clock.instant().plusSeconds(1))).isTrue();

      Random random = new Random(size);
      try (BlobWriter writer = storage.write(DigestAlgorithm.SHA256)) {
        for (int done = 0; done < size; ) {
          int part = Math.min(size - done, random.nextInt(600_000));
          writer.write(bytes, done, part);
          done += part;
          assertThat(writer.size()).isEqualTo(done);
        }
        assertThat(writer.commit()).isEqualTo(described.digest());
      }
      assertThat(blob).hasBinaryContent(bytes);
      assertThat(digesting()).isEmpty();
    }

    @Test
    void leavesNoThreadAndNoFileWhereItFails() throws Exception {
      byte[] bytes = random(3_000_000);
      Descriptor described = describe(bytes);
      bytes[2_999_999]++;
      assertThatThrownBy(() -> storage.put(described, new ByteArrayInputStream(bytes)))
          .isInstanceOf(DigestMismatchException.class);
      InputStream broken =
          new FilterInputStream(new ByteArrayInputStream(bytes, 0, 2_000_000)) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
              int read = super.read(buffer, offset, length);
              if (read < 0) {
                throw new IOException("the source is gone");
              }
              return read;
            }
          };
      assertThatThrownBy(() -> storage.put(described, broken)).hasMessage("the source is gone");

      assertThat(digesting()).isEmpty();
      assertThat(layout().resolve("blobs/sha256")).isEmptyDirectory();
      assertThat(layout().resolve(".imbrex/tmp")).isEmptyDirectory();
    }
  }

  /** SN-S6. */
  @Nested
  class Opening {
    @Test
    void writesALayoutOfVersionOne() throws IOException {
      assertThat(Files.readString(layout().resolve("oci-layout")))
          .isEqualTo("{\"imageLayoutVersion\":\"1.0.0\"}");
      assertThat(indexJson()).contains("\"schemaVersion\":2").contains("\"manifests\":[]");
      assertThat(layout().resolve("blobs/sha256")).isDirectory();
    }

    @Test
    void refusesADirectoryThatIsNoLayout() throws IOException {
      Path empty = Files.createDirectory(directory.resolve("empty"));
      assertThatThrownBy(() -> LayoutStorage.open(empty))
          .isInstanceOf(ContentNotFoundException.class)
          .hasMessageContaining("oci-layout");
      assertThatThrownBy(() -> LayoutStorage.open(directory.resolve("nowhere")))
          .isInstanceOf(ContentNotFoundException.class);
    }

    @Test
    void refusesToMakeALayoutAmongOtherThings() throws IOException {
      Path used = Files.createDirectory(directory.resolve("used"));
      Files.writeString(used.resolve("thesis.txt"), "years of work");
      assertThatThrownBy(() -> LayoutStorage.openOrCreate(used))
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasMessageContaining("thesis.txt");
      assertThatThrownBy(() -> LayoutStorage.create(layout()))
          .isInstanceOf(FileAlreadyExistsException.class);
      try (Stream<Path> files = Files.list(used)) {
        assertThat(files).hasSize(1);
      }
    }

    @Test
    void finishesALayoutWhoseMakingWasCutOff() throws IOException {
      Path half = directory.resolve("half");
      Files.createDirectories(half.resolve("blobs/sha256"));
      Files.createDirectories(half.resolve(".imbrex/tmp"));
      try (LayoutStorage made = LayoutStorage.openOrCreate(half)) {
        assertThat(made.entries()).isEmpty();
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0.0", "1.0.1", "1.1.0", "1.99.0"})
    void acceptsEveryVersionOne(String version) throws IOException {
      Files.writeString(
          layout().resolve("oci-layout"), "{\"imageLayoutVersion\":\"" + version + "\"}");
      LayoutStorage.open(layout()).close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.0.0", "0.9", "10.0.0", "", "x", "1.", "1.0.0-rc", "11"})
    void refusesOtherVersions(String version) throws IOException {
      Files.writeString(
          layout().resolve("oci-layout"), "{\"imageLayoutVersion\":\"" + version + "\"}");
      assertThatThrownBy(() -> LayoutStorage.open(layout()))
          .isInstanceOf(UnsupportedContentException.class)
          .hasMessageContaining(layout().toString());
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "{",
          "[]",
          "null",
          "1",
          "{}",
          "{\"imageLayoutVersion\":1}",
          "{\"imageLayoutVersion\":null}",
          "{\"imageLayoutVersion\":\"1.0.0\"} x",
          "\u0000"
        })
    void refusesABrokenMarker(String marker) throws IOException {
      Files.writeString(layout().resolve("oci-layout"), marker);
      assertThatThrownBy(() -> LayoutStorage.open(layout()))
          .isInstanceOf(MalformedContentException.class);
    }

    @Test
    void refusesAMarkerOfAbsurdSize() throws IOException {
      Files.writeString(layout().resolve("oci-layout"), " ".repeat(1 << 20));
      assertThatThrownBy(() -> LayoutStorage.open(layout()))
          .isInstanceOf(MalformedContentException.class);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "{",
          "[]",
          "{}",
          "{\"schemaVersion\":1,\"manifests\":[]}",
          "{\"schemaVersion\":\"2\",\"manifests\":[]}",
          "{\"schemaVersion\":2,\"manifests\":{}}",
          "{\"schemaVersion\":2,\"manifests\":[1]}",
          "{\"schemaVersion\":2,\"manifests\":[{}]}",
          "{\"schemaVersion\":2,\"manifests\":[],\"manifests\":[]}",
          "{\"schemaVersion\":2,\"manifests\":[],\"layers\":[]}",
          "{\"schemaVersion\":2,\"config\":{},\"layers\":[]}",
          "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"a/b\",\"digest\":\"../../x\","
              + "\"size\":1}]}",
          "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"a/b\",\"digest\":\"sha256:00\","
              + "\"size\":1}]}",
          "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"a/b\",\"digest\":\"sha256:"
              + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"size\":-1}]}",
          "{\"schemaVersion\":2,\"manifests\":[]} trailing"
        })
    void refusesABrokenIndex(String json) throws IOException {
      writeIndex(json);
      assertThatThrownBy(() -> LayoutStorage.open(layout())).isInstanceOf(ImageException.class);
    }

    @Test
    void refusesALayoutWithoutIndexOrBlobs() throws IOException {
      Files.delete(layout().resolve("index.json"));
      assertThatThrownBy(() -> LayoutStorage.open(layout()))
          .isInstanceOf(ContentNotFoundException.class)
          .hasMessageContaining("index.json");
      writeIndex(index());
      Files.delete(layout().resolve("blobs/sha256"));
      Files.delete(layout().resolve("blobs"));
      assertThatThrownBy(() -> LayoutStorage.open(layout()))
          .isInstanceOf(ContentNotFoundException.class)
          .hasMessageContaining("blobs");
    }

    @Test
    void ignoresFilesOfOthers() throws IOException {
      Descriptor one = put("one");
      Files.writeString(layout().resolve("README"), "hello");
      Files.writeString(layout().resolve("blobs/sha256/notes.txt"), "not a blob");
      Files.createDirectory(layout().resolve("blobs/my..alg"));
      Files.writeString(layout().resolve("blobs/stray"), "x");
      assertThat(storage.blobs()).hasSize(1);
      assertThat(storage.blobs().get(0).digest()).isEqualTo(one.digest());
    }
  }

  /** SN-S2, SN-S3, SN-S5. */
  @Nested
  class Blobs {
    @Test
    void lieUnderTheirDigest() throws IOException {
      Descriptor one = put("one");
      assertThat(layout().resolve("blobs/sha256").resolve(one.digest().encoded()))
          .hasContent("one");
    }

    @Test
    void areVerifiedWhenRead() throws IOException {
      Descriptor one = put("one");
      Files.writeString(blob(one), "eno");
      try (InputStream in = storage.open(one)) {
        assertThatThrownBy(in::readAllBytes)
            .isInstanceOf(DigestMismatchException.class)
            .hasMessageContaining(one.digest().toString());
      }
    }

    @Test
    void areReplacedIfTheirSizeIsWrong() throws IOException {
      Descriptor one = put("one");
      Files.writeString(blob(one), "torn off");
      assertThat(storage.exists(one)).isFalse();
      put("one");
      assertThat(blob(one)).hasContent("one");
    }

    @Test
    void leaveNothingBehindWhenTheyFail() throws IOException {
      Descriptor promised = describe("promised".getBytes(UTF_8));
      assertThatThrownBy(
              () -> storage.put(promised, new ByteArrayInputStream("broken!!".getBytes(UTF_8))))
          .isInstanceOf(DigestMismatchException.class);
      try (BlobWriter writer = storage.write(DigestAlgorithm.SHA256)) {
        writer.write(new byte[100]);
      }
      assertThat(LayoutFiles.list(layout().resolve(".imbrex/tmp"))).isEmpty();
    }

    @Test
    void leftHalfWrittenAreSweptOnceTheyAreOld() throws IOException {
      put("one");
      Path temporary = layout().resolve(".imbrex/tmp");
      Path stale = Files.writeString(temporary.resolve("stale"), "half a bl");
      Path fresh = Files.writeString(temporary.resolve("fresh"), "half");
      Files.setLastModifiedTime(stale, FileTime.from(clock.instant().minus(Duration.ofDays(2))));
      Files.setLastModifiedTime(fresh, FileTime.from(clock.instant()));
      storage = reopen().orElseThrow();
      assertThat(stale).doesNotExist();
      assertThat(fresh).exists();
      clock.advance(Duration.ofSeconds(1));
      assertThat(storage.deleteLeftovers(clock.instant())).isEqualTo(4);
      assertThat(fresh).doesNotExist();
    }

    @Test
    void areTakenBackFromTheTrashOfAProcessThatDied() throws IOException {
      Descriptor one = put("one");
      Path trash = Files.createDirectories(layout().resolve(".imbrex/trash"));
      Files.move(blob(one), trash.resolve("sha256." + one.digest().encoded()));
      assertThat(storage.exists(one)).isFalse();
      storage = reopen().orElseThrow();
      assertThat(storage.exists(one)).isTrue();
    }

    @Test
    void ofUnknownAlgorithmsAreNotTrusted() {
      Descriptor odd = Descriptor.of(describe(new byte[0]).mediaType(), Digest.parse("xyz:abc"), 3);
      assertThatThrownBy(() -> storage.open(odd)).isInstanceOf(UnsupportedContentException.class);
      assertThatThrownBy(() -> storage.put(odd, InputStream.nullInputStream()))
          .isInstanceOf(UnsupportedContentException.class);
    }

    private Path blob(Descriptor descriptor) {
      return layout().resolve("blobs/sha256").resolve(descriptor.digest().encoded());
    }
  }

  /** SN-S7, SN-S8. */
  @Nested
  class Annotations {
    private static final String REF = "org.opencontainers.image.ref.name";
    private static final String FULL = "io.containerd.image.name";

    @Test
    void nameInShortAndInFull() throws IOException {
      set(APP, put("one"));
      assertThat(indexJson())
          .contains("\"" + REF + "\":\"app:1\"")
          .contains("\"" + FULL + "\":\"" + APP + "\"");
    }

    @Test
    void nameFreeTextAsItIs() throws IOException {
      set("v1 beta", put("one"));
      assertThat(indexJson()).contains("\"" + REF + "\":\"v1 beta\"").doesNotContain(FULL);
      assertThat(names()).containsExactly("v1 beta");
      assertThat(storage.resolve("v1 beta")).isPresent();
    }

    @Test
    void ofOthersAreFoundByExactTextFirst() throws IOException {
      Descriptor one = put("one");
      Descriptor two = put("two");
      Descriptor three = put("three");
      writeIndex(
          index(
              entry(one, "{\"" + REF + "\":\"latest\"}"),
              entry(two, "{\"" + REF + "\":\"example.com/web:latest\"}"),
              entry(three, "{\"" + REF + "\":\"3\",\"" + FULL + "\":\"docker.io/library/x:3\"}")));
      assertThat(digest("latest")).contains(one.digest());
      assertThat(digest("example.com/web:latest")).contains(two.digest());
      assertThat(digest("docker.io/library/x:3")).contains(three.digest());
      assertThat(digest("3")).contains(three.digest());
      // By its tag, where the entry names no repository at all.
      assertThat(digest("docker.io/library/anything:latest")).contains(one.digest());
      assertThat(digest("docker.io/library/other:3")).isEmpty();
      assertThat(names())
          .containsExactly("latest", "example.com/web:latest", "docker.io/library/x:3");
    }

    @Test
    void inShortFormFromSkopeoAreTheSameName() throws IOException {
      Descriptor one = put("one");
      Descriptor two = put("two");
      writeIndex(index(entry(one, "{\"" + REF + "\":\"app:1\"}")));
      assertThat(digest(APP)).contains(one.digest());
      set(APP, two);
      assertThat(digest(APP)).contains(two.digest());
      assertThat(names()).containsExactly(APP);
    }

    @Test
    void ofOthersSurviveAMove() throws IOException {
      Descriptor one = put("one");
      Descriptor two = put("two");
      writeIndex(
          index(
              entry(one, "{\"" + REF + "\":\"app:1\",\"com.example.keep\":\"me\"}")
                  .replace("{\"mediaType\"", "{\"x-unknown\":1.50,\"mediaType\"")));
      set(APP, two);
      assertThat(indexJson())
          .contains("\"com.example.keep\":\"me\"")
          .contains("\"x-unknown\":1.50")
          .containsOnlyOnce("\"app:1\"");
    }

    @Test
    void whoseNameWentAwayStayUntilCollectionAndAreReused() throws IOException {
      Descriptor one = put("one");
      set(APP, one);
      storage.tag(List.of(TagUpdate.delete(APP)));
      assertThat(storage.entries()).isEmpty();
      assertThat(indexJson()).contains(one.digest().toString()).contains("dev.imbrex.untagged");
      set("docker.io/library/app:2", one);
      assertThat(indexJson()).containsOnlyOnce(one.digest().toString()).doesNotContain("untagged");
      storage.tag(List.of(TagUpdate.delete("docker.io/library/app:2")));
      clock.advance(Duration.ofHours(1));
      assertThat(storage.delete(one.digest(), clock.instant())).isTrue();
      assertThat(indexJson()).doesNotContain(one.digest().toString());
    }

    @Test
    void ofNamelessEntriesAreLeftAlone() throws IOException {
      Descriptor one = put("one");
      writeIndex(index(entry(one, "{}")));
      assertThat(storage.entries())
          .extracting(StorageEntry::name)
          .containsExactly(Optional.empty());
      set(APP, one);
      assertThat(storage.entries()).hasSize(1);
      assertThat(names()).containsExactly(APP);
    }

    private void set(String name, Descriptor target) throws IOException {
      storage.tag(List.of(TagUpdate.set(name, target)));
    }

    private Optional<Digest> digest(String name) throws IOException {
      return storage.resolve(name).map(Descriptor::digest);
    }
  }

  /** The file beside the layout that holds links and sizes. */
  @Nested
  class Journal {
    private final Descriptor first = describe("first".getBytes(UTF_8));
    private final Descriptor second = describe("second".getBytes(UTF_8));
    private final ImageRecord one =
        new ImageRecord(first, first.digest(), Optional.empty(), false, clock.instant());
    private final ImageRecord two =
        new ImageRecord(
            second, second.digest(), Optional.of(first.digest()), true, clock.instant());

    private Path file() {
      return layout().resolve(".imbrex/catalog");
    }

    @Test
    void showsWhatAnotherStorageOnTheSameDirectoryRecords() throws IOException {
      try (LayoutStorage other = openLayout()) {
        assertThat(other.catalog().all()).isEmpty();
        storage.catalog().record(List.of(one));
        assertThat(other.catalog().all()).containsExactly(one);
        other.catalog().record(List.of(two));
        assertThat(storage.catalog().all()).containsExactly(one, two);
      }
    }

    @Test
    void passesOverALineThatWasCutOff() throws IOException {
      storage.catalog().record(List.of(one));
      Files.writeString(file(), "image\tsha256:0123", StandardOpenOption.APPEND);
      storage.catalog().record(List.of(two));
      assertThat(storage.catalog().all()).containsExactly(one, two);
      storage = reopen().orElseThrow();
      assertThat(storage.catalog().all()).containsExactly(one, two);
    }

    @Test
    void passesOverDamage() throws IOException {
      storage.catalog().record(List.of(one, two));
      byte[] good = Files.readAllBytes(file());
      int changed = 0;
      for (int i = CatalogLine.HEADER_LENGTH + 1; i < good.length; i += 3) {
        byte[] bad = good.clone();
        bad[i] ^= 0x15;
        Files.write(file(), bad);
        try (LayoutStorage again = openLayout()) {
          assertThat(List.of(one, two)).containsAll(again.catalog().all());
          changed += again.catalog().all().size() < 2 ? 1 : 0;
        }
      }
      assertThat(changed).isPositive();
    }

    @Test
    void startsAnewWhenTheFileIsNoJournal() throws IOException {
      Files.createDirectories(file().getParent());
      Files.writeString(file(), "something else entirely\n");
      assertThat(storage.catalog().all()).isEmpty();
      storage.catalog().record(List.of(one));
      assertThat(storage.catalog().all()).containsExactly(one);
    }

    @Test
    void isWrittenAnewWhenMostOfItIsOutdated() throws IOException {
      try (LayoutStorage other = openLayout()) {
        for (int i = 0; i < 60; i++) {
          List<ImageRecord> many = new ArrayList<>();
          for (int j = 0; j < 100; j++) {
            many.add(two);
          }
          storage.catalog().record(many);
          if (i == 10) {
            assertThat(other.catalog().all()).containsExactly(two);
          }
        }
        assertThat(other.catalog().all()).containsExactly(two);
        assertThat(Files.size(file())).isLessThan(400_000);
      }
    }
  }

  @Test
  void tellsThatAReadOnlyDirectoryIsReadOnly() throws IOException {
    Descriptor one = put("one");
    storage.tag(List.of(TagUpdate.set(APP, one)));
    storage.close();
    // Root may write anywhere: the file store, not the permission bits, must refuse.
    if (!layout().toFile().setWritable(false) || Files.isWritable(layout())) {
      storage = openLayout();
      return;
    }
    try {
      storage = openLayout();
      assertThat(storage.capabilities()).containsExactly(Storage.Capability.LIST_NAMES);
      assertThat(storage.resolve(APP)).isPresent();
      assertThatThrownBy(() -> put("two")).isInstanceOf(UnsupportedContentException.class);
    } finally {
      assertThat(layout().toFile().setWritable(true)).isTrue();
    }
  }
}
