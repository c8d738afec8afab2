package dev.imbrex.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.image.ImageRecord;
import dev.imbrex.image.LayerSizes;
import dev.imbrex.image.Lease;
import dev.imbrex.image.Storage;
import dev.imbrex.image.Storage.Capability;
import dev.imbrex.image.StorageEntry;
import dev.imbrex.image.StoredBlob;
import dev.imbrex.image.TagResult;
import dev.imbrex.image.TagUpdate;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.store.MemoryStorage;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Storage} must do. Extend it, say how to open a new one, and run it.
 *
 * <pre>{@code
 * class BucketStorageTest extends StorageContract {
 *   @Override
 *   protected Storage open() {
 *     return new BucketStorage(new InMemoryBucket(), clock);
 *   }
 * }
 * }</pre>
 *
 * <p>Parts that need a {@link Capability} the storage does not have are left out, as is what is
 * kept over closing where {@link #reopen} gives nothing. What it cannot find out is whether updates
 * of several processes are lost, and what is left when one is killed.
 */
public abstract class StorageContract {
  /** The clock the storage under test is to use. */
  protected final MovableClock clock = new MovableClock();

  /** The storage under test. */
  protected Storage storage;

  /** Opens a new, empty storage that uses the clock. */
  protected abstract Storage open() throws IOException;

  /**
   * Closes the storage and opens it again, with what is in it; empty if it keeps nothing when it is
   * closed.
   */
  protected Optional<Storage> reopen() throws IOException {
    return Optional.empty();
  }

  @BeforeEach
  final void openStorage() throws IOException {
    storage = open();
  }

  @AfterEach
  final void closeStorage() throws IOException {
    storage.close();
  }

  /** The descriptor of some bytes, as a blob. */
  protected static Descriptor describe(byte[] bytes) {
    return Descriptor.of(MediaType.OCTET_STREAM, Digest.sha256(bytes), bytes.length);
  }

  /** Puts bytes into the storage. */
  protected final Descriptor put(byte[] bytes) throws IOException {
    Descriptor descriptor = describe(bytes);
    storage.put(descriptor, new ByteArrayInputStream(bytes));
    return descriptor;
  }

  /** Puts a text into the storage. */
  protected final Descriptor put(String text) throws IOException {
    return put(text.getBytes(UTF_8));
  }

  /** A name as this storage has names; the one given is a full reference with a tag. */
  protected String name(String reference) {
    return reference;
  }

  /** Whether names can be taken away; some registries do not. */
  protected boolean deletesNames() {
    return true;
  }

  /** Puts something a name can stand for into the storage; different for different texts. */
  protected Descriptor putTarget(String text) throws IOException {
    return put(text);
  }

  private byte[] read(Descriptor descriptor) throws IOException {
    try (InputStream in = storage.open(descriptor)) {
      return in.readAllBytes();
    }
  }

  private byte[] readUnverified(Descriptor descriptor) throws IOException {
    try (InputStream in = storage.openUnverified(descriptor)) {
      return in.readAllBytes();
    }
  }

  private void needs(Capability capability) {
    assumeThat(storage.capabilities()).contains(capability);
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  /** Content by digest. */
  @Nested
  class Content {
    @BeforeEach
    void needsWriting() {
      needs(Capability.WRITE);
    }

    @Test
    void givesBackWhatWasPut() throws IOException {
      for (int size : new int[] {0, 1, 511, 512, 513, 1 << 16, (1 << 20) + 7}) {
        byte[] bytes = random(size);
        Descriptor descriptor = put(bytes);
        assertThat(storage.exists(descriptor)).isTrue();
        assertThat(read(descriptor)).isEqualTo(bytes);
      }
    }

    @Test
    void verifiesWithSha512Too() throws IOException {
      byte[] bytes = random(1000);
      Descriptor descriptor =
          Descriptor.of(
              MediaType.OCTET_STREAM, Digest.of(DigestAlgorithm.SHA512, bytes), bytes.length);
      storage.put(descriptor, new ByteArrayInputStream(bytes));
      assertThat(read(descriptor)).isEqualTo(bytes);
    }

    @Test
    void doesNotKnowWhatWasNeverPut() throws IOException {
      Descriptor unknown = describe(random(3));
      assertThat(storage.exists(unknown)).isFalse();
      assertThatThrownBy(() -> read(unknown))
          .isInstanceOf(ContentNotFoundException.class)
          .hasMessageContaining(unknown.digest().toString());
    }

    @Test
    void keepsNothingOfContentWithAnotherDigest() throws IOException {
      Descriptor promised = describe("promised".getBytes(UTF_8));
      assertThatThrownBy(
              () -> storage.put(promised, new ByteArrayInputStream("broken!!".getBytes(UTF_8))))
          .isInstanceOf(DigestMismatchException.class);
      assertThat(storage.exists(promised)).isFalse();
    }

    @Test
    void keepsNothingOfContentWithAnotherSize() throws IOException {
      byte[] bytes = random(100);
      for (int size : new int[] {0, 99, 101, 1000}) {
        Descriptor promised = Descriptor.of(MediaType.OCTET_STREAM, Digest.sha256(bytes), size);
        assertThatThrownBy(() -> storage.put(promised, new ByteArrayInputStream(bytes)))
            .isInstanceOf(DigestMismatchException.class);
      }
      assertThat(storage.exists(describe(bytes))).isFalse();
    }

    @Test
    void doesNotOpenContentUnderAnotherSize() throws IOException {
      byte[] bytes = random(100);
      put(bytes);
      Descriptor wrong = Descriptor.of(MediaType.OCTET_STREAM, Digest.sha256(bytes), 101);
      assertThat(storage.exists(wrong)).isFalse();
      assertThatThrownBy(() -> read(wrong)).isInstanceOf(DigestMismatchException.class);
    }

    @Test
    void opensForThoseWhoVerifyThemselves() throws IOException {
      byte[] bytes = random(70_000);
      Descriptor descriptor = put(bytes);
      assertThat(readUnverified(descriptor)).isEqualTo(bytes);
      Descriptor wrong = Descriptor.of(MediaType.OCTET_STREAM, Digest.sha256(bytes), 70_001);
      assertThatThrownBy(() -> readUnverified(wrong)).isInstanceOf(DigestMismatchException.class);
      Descriptor unknown = describe(random(3));
      assertThatThrownBy(() -> readUnverified(unknown))
          .isInstanceOf(ContentNotFoundException.class);
    }

    @Test
    void keepsNothingWhenTheSourceFails() throws IOException {
      byte[] bytes = random(200_000);
      Descriptor promised = describe(bytes);
      IOException failure = new IOException("the source broke");
      InputStream broken =
          new FilterInputStream(new ByteArrayInputStream(bytes)) {
            private int left = 150_000;

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
              if (left <= 0) {
                throw failure;
              }
              int count = super.read(target, offset, Math.min(left, length));
              left -= count;
              return count;
            }
          };
      assertThatThrownBy(() -> storage.put(promised, broken)).isSameAs(failure);
      assertThat(storage.exists(promised)).isFalse();
    }

    @Test
    void doesNotReadContentItHasAlready() throws IOException {
      Descriptor descriptor = put("here");
      InputStream untouchable =
          new InputStream() {
            @Override
            public int read() {
              throw new AssertionError("read, though the content is here");
            }

            @Override
            public int read(byte[] target, int offset, int length) {
              return read();
            }
          };
      storage.put(descriptor, untouchable);
      assertThat(read(descriptor)).isEqualTo("here".getBytes(UTF_8));
    }

    @Test
    void leavesTheSourceOpen() throws IOException {
      boolean[] closed = new boolean[1];
      byte[] bytes = random(10);
      InputStream source =
          new ByteArrayInputStream(bytes) {
            @Override
            public void close() {
              closed[0] = true;
            }
          };
      storage.put(describe(bytes), source);
      assertThat(closed[0]).isFalse();
    }

    @Test
    void readsARange() throws IOException {
      byte[] bytes = random(300_000);
      Descriptor descriptor = put(bytes);
      for (int[] range : new int[][] {{0, 10}, {299_990, 100}, {300_000, 5}, {150_000, 150_000}}) {
        try (InputStream in = storage.open(descriptor, range[0], range[1])) {
          int end = Math.min(bytes.length, range[0] + range[1]);
          assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, range[0], end));
        }
      }
      assertThatThrownBy(() -> storage.open(descriptor, 300_001, 1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> storage.open(descriptor, -1, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesARangeThatCannotBe() throws IOException {
      Descriptor descriptor = put(random(10));
      for (long[] range : new long[][] {{-1, 1}, {0, -1}, {11, 1}}) {
        assertThatThrownBy(() -> storage.open(descriptor, range[0], range[1]))
            .isInstanceOf(IllegalArgumentException.class);
      }
      try (InputStream in = storage.open(descriptor, 10, 1)) {
        assertThat(in.read()).isNegative();
      }
    }

    @Test
    void letsAStreamBeClosedEarly() throws IOException {
      byte[] bytes = random(100_000);
      Descriptor descriptor = put(bytes);
      try (InputStream in = storage.open(descriptor)) {
        assertThat(in.read()).isEqualTo(bytes[0] & 0xff);
      }
      assertThat(read(descriptor)).isEqualTo(bytes);
    }

    @Test
    void takesOverWhatAnotherStorageHas() throws IOException {
      byte[] bytes = random(5000);
      Descriptor descriptor = describe(bytes);
      try (MemoryStorage source = new MemoryStorage()) {
        source.put(descriptor, new ByteArrayInputStream(bytes));
        storage.copyFrom(source, descriptor);
      }
      assertThat(read(descriptor)).isEqualTo(bytes);
      // What is here already is not asked for.
      try (MemoryStorage empty = new MemoryStorage()) {
        storage.copyFrom(empty, descriptor);
        Descriptor nowhere = describe(random(4));
        assertThatThrownBy(() -> storage.copyFrom(empty, nowhere))
            .isInstanceOf(ContentNotFoundException.class);
        assertThat(storage.exists(nowhere)).isFalse();
      }
    }

    @Test
    void keepsNothingOfWhatAnotherStorageHasWrong() throws IOException {
      byte[] bytes = random(5000);
      Descriptor descriptor = describe(bytes);
      for (StorageFault fault :
          List.of(
              StorageFault.truncate(4000),
              StorageFault.corrupt(17),
              StorageFault.failAfter(4000))) {
        try (FaultyStorage source = FaultyStorage.on(new MemoryStorage())) {
          source.put(descriptor, new ByteArrayInputStream(bytes));
          source.add(fault);
          assertThatThrownBy(() -> storage.copyFrom(source, descriptor))
              .isInstanceOf(IOException.class);
        }
        assertThat(storage.exists(descriptor)).isFalse();
      }
    }

    @Test
    void keepsNothingOfABlobThatIsAnotherThanExpected() throws IOException {
      byte[] bytes = "written".getBytes(UTF_8);
      Descriptor expected = describe("expected".getBytes(UTF_8));
      try (BlobWriter writer = storage.write(DigestAlgorithm.SHA256)) {
        writer.write(bytes);
        assertThatThrownBy(() -> writer.commit(expected.digest()))
            .isInstanceOf(DigestMismatchException.class);
      }
      assertThat(storage.exists(expected)).isFalse();
      assertThat(storage.exists(describe(bytes))).isFalse();
    }

    @Test
    void takesInABlobOfUnknownDigest() throws IOException {
      byte[] bytes = random(100_000);
      Digest digest;
      try (BlobWriter writer = storage.write(DigestAlgorithm.SHA256)) {
        writer.write(bytes, 0, 60_000);
        writer.write(bytes, 60_000, 40_000);
        assertThat(writer.size()).isEqualTo(100_000);
        assertThat(storage.exists(describe(bytes))).isFalse();
        digest = writer.commit();
        assertThatThrownBy(writer::commit).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> writer.write(1)).isInstanceOf(IllegalStateException.class);
      }
      assertThat(digest).isEqualTo(Digest.sha256(bytes));
      assertThat(read(describe(bytes))).isEqualTo(bytes);
    }

    @Test
    void forgetsABlobThatIsNotCommitted() throws IOException {
      byte[] bytes = random(1000);
      try (BlobWriter writer = storage.write(DigestAlgorithm.SHA256)) {
        writer.write(bytes);
      }
      assertThat(storage.exists(describe(bytes))).isFalse();
      try (BlobWriter writer = storage.write(DigestAlgorithm.SHA256)) {
        writer.write(bytes);
        assertThatThrownBy(() -> writer.commit(Digest.sha256(new byte[0])))
            .isInstanceOf(DigestMismatchException.class);
      }
      assertThat(storage.exists(describe(bytes))).isFalse();
    }

    @Test
    void takesTheSameContentFromManyThreads() throws Exception {
      byte[] bytes = random(500_000);
      Descriptor descriptor = describe(bytes);
      inParallel(
          8,
          thread -> {
            for (int i = 0; i < 10; i++) {
              storage.put(descriptor, new ByteArrayInputStream(bytes));
              assertThat(read(descriptor)).isEqualTo(bytes);
            }
          });
    }
  }

  /** Names and what they stand for. */
  @Nested
  class Names {
    private final String app = name("docker.io/library/app:1");
    private final String web = name("example.com:5000/team/web:2");
    private final String latest = name("docker.io/library/app:latest");

    @BeforeEach
    void needsTagging() {
      needs(Capability.WRITE);
      needs(Capability.TAG);
      needs(Capability.LIST_NAMES);
    }

    @Test
    void standForWhatTheyWereSetTo() throws IOException {
      Descriptor one = putTarget("one");
      Descriptor two = putTarget("two");
      assertThat(storage.resolve(app)).isEmpty();
      TagResult first = set(app, one);
      assertThat(first.applied()).isTrue();
      assertThat(first.previous()).isEmpty();
      assertThat(digestOf(app)).contains(one.digest());
      TagResult second = set(app, two);
      assertThat(second.applied()).isTrue();
      assertThat(second.previous().map(Descriptor::digest)).contains(one.digest());
      assertThat(digestOf(app)).contains(two.digest());
      assertThat(names()).containsExactly(app);
    }

    @Test
    void maySeveralStandForOneThing() throws IOException {
      Descriptor one = putTarget("one");
      set(app, one);
      set(web, one);
      set(latest, one);
      assertThat(names()).containsExactlyInAnyOrder(app, web, latest);
      if (!deletesNames()) {
        return;
      }
      storage.tag(List.of(TagUpdate.delete(web)));
      assertThat(names()).containsExactlyInAnyOrder(app, latest);
      assertThat(digestOf(app)).contains(one.digest());
      assertThat(digestOf(web)).isEmpty();
    }

    @Test
    void areListedInAStableOrder() throws IOException {
      needs(Capability.LIST_NAMES);
      for (String text : List.of("c", "a", "b")) {
        Descriptor target = putTarget(text);
        storage.tag(List.of(TagUpdate.set(name("docker.io/library/app:" + text), target)));
      }
      List<StorageEntry> entries = storage.entries();
      assertThat(entries).hasSizeGreaterThanOrEqualTo(3).isEqualTo(storage.entries());
    }

    @Test
    void moveOnlyUnderTheirCondition() throws IOException {
      Descriptor one = putTarget("one");
      Descriptor two = putTarget("two");
      assertThat(tag(TagUpdate.set(app, two).ifCurrently(one.digest())).applied()).isFalse();
      assertThat(tag(TagUpdate.set(app, one).ifAbsent()).applied()).isTrue();
      TagResult lost = tag(TagUpdate.set(app, two).ifAbsent());
      assertThat(lost.applied()).isFalse();
      assertThat(lost.previous().map(Descriptor::digest)).contains(one.digest());
      assertThat(tag(TagUpdate.set(app, two).ifCurrently(two.digest())).applied()).isFalse();
      assertThat(digestOf(app)).contains(one.digest());
      assertThat(tag(TagUpdate.set(app, two).ifCurrently(one.digest())).applied()).isTrue();
      assertThat(tag(TagUpdate.delete(app).ifCurrently(one.digest())).applied()).isFalse();
      if (deletesNames()) {
        assertThat(tag(TagUpdate.delete(app).ifCurrently(two.digest())).applied()).isTrue();
        assertThat(digestOf(app)).isEmpty();
      }
    }

    @Test
    void areJudgedOneAfterTheOtherInABatch() throws IOException {
      Descriptor one = putTarget("one");
      Descriptor two = putTarget("two");
      List<TagResult> results =
          storage.tag(
              List.of(
                  TagUpdate.set(app, one).ifAbsent(),
                  TagUpdate.set(app, two).ifAbsent(),
                  TagUpdate.set(app, two).ifCurrently(one.digest()),
                  TagUpdate.set(web, one)));
      assertThat(results).extracting(TagResult::applied).containsExactly(true, false, true, true);
      assertThat(digestOf(app)).contains(two.digest());
      assertThat(digestOf(web)).contains(one.digest());
    }

    @Test
    void doNotStandForWhatIsNotHere() throws IOException {
      Descriptor one = putTarget("one");
      Descriptor missing = describe("missing".getBytes(UTF_8));
      assertThatThrownBy(
              () -> storage.tag(List.of(TagUpdate.set(app, one), TagUpdate.set(web, missing))))
          .isInstanceOf(ContentNotFoundException.class)
          .hasMessageContaining(missing.digest().toString());
      assertThat(names()).isEmpty();
    }

    @Test
    void loseNoUpdateOfManyThreads() throws Exception {
      Descriptor one = putTarget("one");
      inParallel(
          8,
          thread -> {
            for (int i = 0; i < 10; i++) {
              set(name("docker.io/library/app:t" + thread + "-" + i), one);
            }
          });
      assertThat(names()).hasSize(80);
    }

    @Test
    void letOneOfManyRacersWin() throws Exception {
      List<Descriptor> targets = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        targets.add(putTarget("target " + i));
      }
      List<Boolean> won = new ArrayList<>();
      inParallel(
          8,
          thread -> {
            boolean applied = tag(TagUpdate.set(app, targets.get(thread)).ifAbsent()).applied();
            synchronized (won) {
              won.add(applied);
            }
          });
      assertThat(won).containsOnlyOnce(true);
    }

    @Test
    void surviveReopening() throws IOException {
      Descriptor one = putTarget("one");
      set(app, one);
      set(web, one);
      Optional<Storage> again = reopen();
      assumeThat(again).isPresent();
      storage = again.get();
      assertThat(names()).containsExactlyInAnyOrder(app, web);
      Descriptor resolved = storage.resolve(app).orElseThrow();
      assertThat(resolved.digest()).isEqualTo(one.digest());
      assertThat(read(resolved)).hasSize((int) one.size());
    }

    private TagResult set(String name, Descriptor target) throws IOException {
      return tag(TagUpdate.set(name, target));
    }

    private TagResult tag(TagUpdate update) throws IOException {
      return storage.tag(List.of(update)).get(0);
    }

    private Optional<Digest> digestOf(String name) throws IOException {
      return storage.resolve(name).map(Descriptor::digest);
    }

    private List<String> names() throws IOException {
      return storage.entries().stream().map(StorageEntry::name).flatMap(Optional::stream).toList();
    }
  }

  /** Deleting, and what keeps content from it. */
  @Nested
  class Deleting {
    @BeforeEach
    void needsDeleting() {
      needs(Capability.WRITE);
      needs(Capability.DELETE);
    }

    @Test
    void takesWhatWasNotUsedSince() throws IOException {
      Descriptor old = put("old");
      clock.advance(Duration.ofHours(1));
      Descriptor young = put("young");
      assertThat(storage.delete(young.digest(), clock.instant())).isFalse();
      assertThat(storage.delete(old.digest(), clock.instant())).isTrue();
      assertThat(storage.delete(old.digest(), clock.instant())).isFalse();
      assertThat(storage.exists(old)).isFalse();
      assertThat(storage.blobs())
          .containsExactly(new StoredBlob(young.digest(), young.size(), clock.instant()));
    }

    @Test
    void sparesWhatWasPutAgain() throws IOException {
      Descriptor reused = put("reused");
      clock.advance(Duration.ofHours(1));
      put("reused");
      assertThat(storage.delete(reused.digest(), clock.instant())).isFalse();
      clock.advance(Duration.ofHours(1));
      try (BlobWriter writer = storage.write(DigestAlgorithm.SHA256)) {
        writer.write("reused".getBytes(UTF_8));
        writer.commit();
      }
      assertThat(storage.delete(reused.digest(), clock.instant())).isFalse();
      assertThat(read(reused)).isEqualTo("reused".getBytes(UTF_8));
    }

    @Test
    void sparesWhatHasAName() throws IOException {
      needs(Capability.TAG);
      Descriptor named = put("named");
      storage.tag(List.of(TagUpdate.set("docker.io/library/app:1", named)));
      clock.advance(Duration.ofHours(1));
      assertThat(storage.delete(named.digest(), clock.instant())).isFalse();
      storage.tag(List.of(TagUpdate.delete("docker.io/library/app:1")));
      clock.advance(Duration.ofHours(1));
      assertThat(storage.delete(named.digest(), clock.instant())).isTrue();
      assertThat(storage.entries()).isEmpty();
    }

    @Test
    void knowsTheOldestLease() throws IOException {
      assertThat(storage.oldestLease()).isEmpty();
      Instant begin = clock.instant();
      Lease first = storage.lease();
      clock.advance(Duration.ofMinutes(5));
      Lease second = storage.lease();
      assertThat(storage.oldestLease()).contains(begin);
      assertThat(first.since()).isEqualTo(begin);
      first.close();
      first.close();
      assertThat(storage.oldestLease()).contains(clock.instant());
      second.close();
      assertThat(storage.oldestLease()).isEmpty();
    }
  }

  /** Links and sizes beside the images. */
  @Nested
  class Catalog {
    private Descriptor base;
    private Descriptor child;
    private Descriptor other;

    @BeforeEach
    void putImages() throws IOException {
      needs(Capability.WRITE);
      needs(Capability.CATALOG);
      base = put("base");
      child = put("child");
      other = put("other");
    }

    @Test
    void keepsLinks() throws IOException {
      assertThat(storage.catalog().find(base.digest())).isEmpty();
      ImageRecord first = record(base, Optional.empty());
      ImageRecord second = record(child, Optional.of(base.digest()));
      ImageRecord third = record(other, Optional.of(base.digest()));
      storage.catalog().record(List.of(first, second));
      storage.catalog().record(List.of(third));
      assertThat(storage.catalog().find(child.digest())).contains(second);
      assertThat(storage.catalog().all()).containsExactly(first, second, third);
      assertThat(storage.catalog().children(base.digest())).containsExactly(second, third);
      assertThat(storage.catalog().children(child.digest())).isEmpty();
    }

    @Test
    void movesAndDropsLinks() throws IOException {
      storage
          .catalog()
          .record(
              List.of(
                  record(base, Optional.empty()),
                  record(child, Optional.of(base.digest())),
                  record(other, Optional.of(base.digest()))));
      storage.catalog().record(List.of(record(other, Optional.of(child.digest()))));
      assertThat(digests(storage.catalog().children(base.digest())))
          .containsExactly(child.digest());
      assertThat(digests(storage.catalog().children(child.digest())))
          .containsExactly(other.digest());
      storage.catalog().forget(List.of(child.digest(), describe(new byte[7]).digest()));
      assertThat(storage.catalog().find(child.digest())).isEmpty();
      assertThat(storage.catalog().children(base.digest())).isEmpty();
      assertThat(storage.catalog().all()).hasSize(2);
    }

    @Test
    void keepsSizesOfLayers() throws IOException {
      DiffId layer = new DiffId(base.digest());
      assertThat(storage.catalog().layerSizes(layer)).isEmpty();
      storage.catalog().recordLayers(Map.of(layer, new LayerSizes(12, 2048)));
      assertThat(storage.catalog().layerSizes(layer)).contains(new LayerSizes(12, 2048));
    }

    @Test
    void survivesReopening() throws IOException {
      ImageRecord first = record(base, Optional.empty());
      ImageRecord second =
          record(child, Optional.of(base.digest())).withStep(describe(new byte[9]).digest());
      DiffId layer = new DiffId(base.digest());
      storage.catalog().record(List.of(first, second));
      storage.catalog().recordLayers(Map.of(layer, new LayerSizes(1, 1024)));
      Optional<Storage> again = reopen();
      assumeThat(again).isPresent();
      storage = again.get();
      assertThat(storage.catalog().all()).containsExactly(first, second);
      assertThat(storage.catalog().children(base.digest())).containsExactly(second);
      assertThat(storage.catalog().layerSizes(layer)).contains(new LayerSizes(1, 1024));
    }

    private ImageRecord record(Descriptor image, Optional<Digest> parent) {
      return new ImageRecord(image, image.digest(), parent, true, clock.instant());
    }

    private List<Digest> digests(List<ImageRecord> records) {
      return records.stream().map(record -> record.image().digest()).toList();
    }
  }

  /** What a storage cannot do it does not claim, and refuses. */
  @Nested
  class Refusing {
    private void lacks(Capability capability) {
      assumeThat(storage.capabilities()).doesNotContain(capability);
    }

    private void refused(Callable<?> call) {
      assertThatThrownBy(call::call).isInstanceOf(UnsupportedContentException.class);
    }

    @Test
    void claimsTheSameAsLongAsItIsOpen() {
      assertThat(storage.capabilities()).isEqualTo(storage.capabilities());
    }

    @Test
    void takesNoContentWithoutWriting() {
      lacks(Capability.WRITE);
      byte[] bytes = random(3);
      assertThatThrownBy(() -> put(bytes)).isInstanceOf(UnsupportedContentException.class);
      refused(() -> storage.write(DigestAlgorithm.SHA256));
    }

    @Test
    void deletesNothingWithoutDeleting() {
      lacks(Capability.DELETE);
      refused(() -> storage.blobs());
      refused(() -> storage.delete(describe(random(3)).digest(), clock.instant()));
    }

    @Test
    void movesNoNamesWithoutTagging() {
      lacks(Capability.TAG);
      TagUpdate update = TagUpdate.set(name("docker.io/library/app:1"), describe(random(3)));
      refused(() -> storage.tag(List.of(update)));
    }

    @Test
    void listsNoNamesWithoutListing() {
      lacks(Capability.LIST_NAMES);
      refused(() -> storage.entries());
    }
  }

  /** Closing. */
  @Nested
  class Closing {
    @Test
    void endsEverything() throws IOException {
      storage.close();
      storage.close();
      Descriptor any = describe(new byte[1]);
      assertThatThrownBy(() -> storage.exists(any)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> storage.open(any)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> storage.put(any, InputStream.nullInputStream()))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> storage.resolve("a")).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> storage.entries()).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> storage.tag(List.of())).isInstanceOf(IllegalStateException.class);
    }
  }

  /** What a thread does in {@link #inParallel}. */
  protected interface Job {
    /** Runs in the thread of this number, from 0. */
    void run(int thread) throws Exception;
  }

  /** Runs a job in many threads at once, and fails with the first failure. */
  protected static void inParallel(int threads, Job job) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Boolean>> jobs = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        jobs.add(
            () -> {
              job.run(thread);
              return true;
            });
      }
      for (Future<Boolean> done : executor.invokeAll(jobs)) {
        done.get();
      }
    } finally {
      executor.shutdownNow();
    }
  }
}
