package dev.imbrex.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.ImageIndexBuilder;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.manifest.document.ManifestConversion;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.NoMatchingPlatformException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.platform.Platform;
import dev.imbrex.platform.PlatformMatcher;
import dev.imbrex.store.LayoutOptions;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.store.MemoryStorage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class TransferTest {
  private static final TransferOptions DEFAULTS = TransferOptions.defaults();

  private final MemoryStorage memory = new MemoryStorage();
  private final TracedStorage from = new TracedStorage(memory);
  private final TracedStorage to = new TracedStorage(new MemoryStorage());
  private final ImageStore source = ImageStore.on(from.storage());
  private final ImageStore target = ImageStore.on(to.storage());
  private Image image;

  @BeforeEach
  void build() throws IOException {
    ImageBuilder builder =
        ImageBuilder.scratch(source, Platform.of("linux", "amd64"))
            .layerOptions(LayerOptions.defaults().withCompression(Compression.GZIP));
    for (int i = 0; i < 6; i++) {
      String name = "/" + i;
      builder.layer(layer -> layer.file(name, name.repeat(40_000)));
    }
    image = builder.build();
    source.tag("app:1", image);
    from.calls.clear();
  }

  @AfterEach
  void close() throws IOException {
    source.close();
    target.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("imbrex copy");
  }

  private Transfer transfer() {
    return Transfer.between(from.storage(), to.storage());
  }

  private static List<Digest> digests(List<Descriptor> contents) {
    return contents.stream().map(Descriptor::digest).toList();
  }

  /** All that the image is made of but its manifest. */
  private List<Digest> blobs() {
    return digests(image.manifest().references());
  }

  private Image other(String architecture) throws IOException {
    return ImageBuilder.scratch(source, Platform.of("linux", architecture))
        .layer(layer -> layer.file("/a", architecture))
        .build();
  }

  /** What moves, and when. */
  @Nested
  class Moving {
    @Test
    void bringsWhatIsMissingOnlyOnce() throws IOException {
      Descriptor layer = image.layers().get(2).descriptor();
      try (InputStream in = memory.open(layer)) {
        to.storage().put(layer, in);
      }
      TransferReport report = transfer().copy("docker.io/library/app:1", DEFAULTS);
      assertThat(report.root()).isEqualTo(image.descriptor());
      assertThat(digests(report.present())).containsExactly(layer.digest());
      List<Digest> moved = new ArrayList<>(digests(image.contents()));
      moved.remove(layer.digest());
      assertThat(digests(report.copied())).containsExactlyInAnyOrderElementsOf(moved);
      assertThat(report.bytes())
          .isEqualTo(image.contents().stream().mapToLong(Descriptor::size).sum() - layer.size());
      assertThat(report.changed()).isEmpty();
      assertThat(report.tags()).extracting(TagResult::applied).containsExactly(true);
      target.require("app:1").verify();

      from.calls.clear();
      TransferReport again = transfer().copy("docker.io/library/app:1", DEFAULTS);
      assertThat(again.copied()).isEmpty();
      assertThat(again.bytes()).isZero();
      // Only the documents that say what there is were read.
      assertThat(from.digests("openUnverified")).isEmpty();
    }

    @Test
    void putsWhatLeadsToOtherContentAfterIt() throws IOException {
      ImageIndex index = ImageIndexBuilder.in(source).add(image).add(other("arm64")).build();
      to.calls.clear();
      transfer().copy(index.descriptor(), DEFAULTS, "docker.io/library/multi:1");
      List<Digest> order = new ArrayList<>(to.digests("put"));
      Set<Digest> seen = new HashSet<>();
      for (Digest digest : order) {
        seen.add(digest);
        for (Image one : index.images()) {
          if (one.digest().equals(digest)) {
            assertThat(seen).containsAll(digests(one.contents()));
          }
        }
      }
      assertThat(order.get(order.size() - 1)).isEqualTo(index.digest());
      List<String> methods = to.calls.stream().map(TracedStorage.Call::method).toList();
      assertThat(methods.indexOf("tag")).isGreaterThan(methods.lastIndexOf("put"));
    }

    /** Each byte is digested where it is taken in, and not on its way out as well. */
    @Test
    void verifiesOnce() throws IOException {
      transfer().copy(image.descriptor(), DEFAULTS);
      assertThat(from.digests("openUnverified")).containsExactlyInAnyOrderElementsOf(blobs());
      assertThat(from.digests("open")).containsExactly(image.digest());
    }

    @Test
    void refusesContentThatIsNotWhatItShouldBe(@TempDir Path directory) throws IOException {
      try (LayoutStorage layout =
          LayoutStorage.create(directory, LayoutOptions.DEFAULT.withSync(false))) {
        Transfer.between(from.storage(), layout).copy(image.descriptor(), DEFAULTS);
        Digest layer = image.layers().get(1).descriptor().digest();
        Path blob = directory.resolve("blobs/sha256").resolve(layer.encoded());
        byte[] bytes = java.nio.file.Files.readAllBytes(blob);
        bytes[100] ^= 1;
        java.nio.file.Files.write(blob, bytes);
        assertThatThrownBy(
                () ->
                    Transfer.between(layout, to.storage())
                        .copy(image.descriptor(), DEFAULTS, "docker.io/library/app:1"))
            .isInstanceOf(DigestMismatchException.class)
            .hasMessageContaining(layer.toString())
            .hasMessageContaining(directory.toString());
        assertThat(to.storage().exists(image.layers().get(1).descriptor())).isFalse();
        assertThat(to.storage().exists(image.descriptor())).isFalse();
        assertThat(target.tags()).isEmpty();
      }
    }

    @Test
    void goesOnAfterAFailure() throws IOException {
      AtomicInteger puts = new AtomicInteger();
      IOException failure = new IOException("the disk is full");
      to.before(
          call -> {
            if (call.method().equals("put") && puts.incrementAndGet() == 4) {
              throw failure;
            }
          });
      TransferOptions alone = DEFAULTS.withParallelism(1);
      assertThatThrownBy(() -> transfer().copy(image.descriptor(), alone)).isSameAs(failure);
      assertThat(to.storage().exists(image.descriptor())).isFalse();
      TransferReport report = transfer().copy(image.descriptor(), alone);
      assertThat(report.present()).hasSize(3);
      assertThat(report.copied()).hasSize(image.contents().size() - 3);
    }

    @Test
    void copiesAllWithNamesAndLinks() throws IOException {
      Image child = ImageBuilder.from(image).env("A", "1").build();
      source.tag("child:1", child);
      source.tag("child:2", child);
      Image old = target.add(other("s390x"));
      target.tag("child:2", old);
      TransferReport report = target.addAll(from.storage(), DEFAULTS);
      assertThat(report.roots()).containsExactly(image.descriptor(), child.descriptor());
      assertThat(target.tags()).extracting(Tag::name).hasSize(3);
      assertThat(target.parent(target.require("child:1"))).contains(target.require("app:1"));
      assertThat(report.tags())
          .filteredOn(tag -> tag.name().equals("docker.io/library/child:2"))
          .singleElement()
          .satisfies(
              tag -> assertThat(tag.previous().orElseThrow().digest()).isEqualTo(old.digest()));
    }
  }

  /** Threads. */
  @Nested
  class Threads {
    @Test
    void bringSeveralBlobsAtATime() throws IOException {
      // Nobody gets on unless three are there at once.
      CyclicBarrier barrier = new CyclicBarrier(3);
      AtomicInteger met = new AtomicInteger();
      from.before(
          call -> {
            if (call.method().equals("openUnverified") && met.getAndIncrement() < 3) {
              barrier.await(30, TimeUnit.SECONDS);
            }
          });
      transfer().copy(image.descriptor(), DEFAULTS.withParallelism(3));
      assertThat(met.get()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void areTheCallersAloneIfSoWanted() throws IOException {
      Set<Thread> threads = new HashSet<>();
      to.before(call -> threads.add(Thread.currentThread()));
      transfer().copy(image.descriptor(), DEFAULTS.withParallelism(1));
      assertThat(threads).containsExactly(Thread.currentThread());
    }

    @Test
    void canBeThoseOfAnExecutor() throws Exception {
      ExecutorService executor = Executors.newFixedThreadPool(1);
      try {
        Set<String> threads = java.util.concurrent.ConcurrentHashMap.newKeySet();
        CyclicBarrier both = new CyclicBarrier(2);
        AtomicInteger met = new AtomicInteger();
        from.before(
            call -> {
              threads.add(Thread.currentThread().getName());
              if (call.method().equals("openUnverified") && met.getAndIncrement() < 2) {
                both.await(30, TimeUnit.SECONDS);
              }
            });
        transfer().copy(image.descriptor(), DEFAULTS.withExecutor(executor));
        assertThat(threads).hasSize(2);
        // One that is busy, and one that takes nothing, are no hindrance.
        CountDownLatch busy = new CountDownLatch(1);
        executor.execute(
            () -> {
              try {
                busy.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
        from.before(call -> {});
        target.add(image, DEFAULTS.withExecutor(executor));
        busy.countDown();
      } finally {
        executor.shutdown();
        assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
      }
      TransferOptions rejecting =
          DEFAULTS.withExecutor(
              task -> {
                throw new RejectedExecutionException();
              });
      transfer().copy(image.descriptor(), rejecting);
    }

    @Test
    void bringTheSameBlobOnceThoughManyWantIt() throws Exception {
      List<Thread> threads = new ArrayList<>();
      List<Throwable> failures = new java.util.concurrent.CopyOnWriteArrayList<>();
      for (int i = 0; i < 6; i++) {
        Thread thread =
            new Thread(
                () -> {
                  try {
                    target.add(image);
                  } catch (IOException | RuntimeException e) {
                    failures.add(e);
                  }
                });
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(failures).isEmpty();
      assertThat(from.digests("openUnverified")).containsExactlyInAnyOrderElementsOf(blobs());
    }

    @Test
    void allStopWhenTheProgressThrows() {
      CancellationException cancelled = new CancellationException();
      AtomicInteger open = new AtomicInteger();
      Progress progress =
          (name, bytes) -> {
            open.incrementAndGet();
            return new Progress.Task() {
              @Override
              public void advance(long more) {
                throw cancelled;
              }

              @Override
              public void close() {
                open.decrementAndGet();
              }
            };
          };
      assertThatThrownBy(() -> transfer().copy(image.descriptor(), DEFAULTS.withProgress(progress)))
          .isSameAs(cancelled);
      assertThat(open).hasValue(0);
    }

    @Test
    void allStopWhenTheCallerIsInterrupted() throws Exception {
      CountDownLatch reading = new CountDownLatch(1);
      Storage slow = new SlowStorage(from.storage(), reading).storage();
      Throwable[] thrown = new Throwable[1];
      boolean[] flag = new boolean[1];
      Thread thread =
          new Thread(
              () -> {
                try {
                  Transfer.between(slow, to.storage()).copy(image.descriptor(), DEFAULTS);
                } catch (IOException e) {
                  thrown[0] = e;
                  flag[0] = Thread.currentThread().isInterrupted();
                }
              });
      thread.start();
      assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
      thread.interrupt();
      thread.join();
      assertThat(thrown[0]).isInstanceOf(InterruptedIOException.class);
      assertThat(flag[0]).isTrue();
      assertThat(to.storage().exists(image.descriptor())).isFalse();
    }
  }

  /** Gives its blobs at the pace of a byte a millisecond. */
  private static final class SlowStorage {
    private final TracedStorage traced;

    SlowStorage(Storage storage, CountDownLatch reading) {
      traced = new TracedStorage(storage);
      traced.before(
          call -> {
            if (call.method().equals("openUnverified")) {
              reading.countDown();
              Thread.sleep(60_000);
            }
          });
    }

    Storage storage() {
      return new Interruptible(traced.storage()).storage();
    }
  }

  /** A sleep that is interrupted is what a read would be. */
  private record Interruptible(Storage inner) {
    Storage storage() {
      return (Storage)
          java.lang.reflect.Proxy.newProxyInstance(
              Storage.class.getClassLoader(),
              new Class<?>[] {Storage.class},
              (proxy, method, arguments) -> {
                try {
                  return method.invoke(inner, arguments);
                } catch (java.lang.reflect.InvocationTargetException e) {
                  Throwable cause = e.getCause();
                  if (cause instanceof java.lang.reflect.UndeclaredThrowableException u) {
                    cause = u.getUndeclaredThrowable();
                  }
                  if (cause instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("interrupted");
                  }
                  throw cause;
                }
              });
    }
  }

  /** Parts of an index (SN-M14). */
  @Nested
  class Platforms {
    private final PlatformMatcher arm = PlatformMatcher.only(Platform.of("linux", "arm64", "v8"));
    private ImageIndex index;
    private Image armImage;

    @BeforeEach
    void buildIndex() throws IOException {
      armImage = other("arm64");
      Descriptor attestation =
          put(
              "{\"schemaVersion\":2,\"config\":"
                  + Descriptor.EMPTY_JSON.toJson()
                  + ",\"layers\":[]}");
      from.storage().put(Descriptor.EMPTY_JSON, new ByteArrayInputStream("{}".getBytes(UTF_8)));
      Descriptor about =
          attestation
              .withPlatform(Platform.of("unknown", "unknown"))
              .withAnnotation("vnd.docker.reference.type", "attestation-manifest")
              .withAnnotation("vnd.docker.reference.digest", armImage.digest().toString());
      IndexManifest document =
          IndexManifest.of(
              List.of(
                  image.descriptor().withPlatform(image.platform()),
                  armImage.descriptor().withPlatform(Platform.of("linux", "arm64")),
                  about));
      from.storage().put(document.descriptor(), new ByteArrayInputStream(document.bytes()));
      index = source.requireIndex(document.descriptor());
    }

    private Descriptor put(String manifest) throws IOException {
      byte[] bytes = manifest.getBytes(UTF_8);
      Descriptor descriptor = Descriptor.of(MediaType.OCI_IMAGE_MANIFEST, bytes);
      from.storage().put(descriptor, new ByteArrayInputStream(bytes));
      return descriptor;
    }

    @Test
    void areAllCopiedUnlessToldOtherwise() throws IOException {
      assertThat(target.add(index)).isEqualTo(index);
      assertThat(target.requireIndex(index.descriptor()).images()).containsExactly(image, armImage);
    }

    @Test
    void makeAnIndexOfTheirOwn() throws IOException {
      TransferReport report = transfer().copy(index.descriptor(), DEFAULTS.withPlatforms(arm));
      assertThat(report.changed()).containsOnlyKeys(index.digest());
      ImageIndex copied = target.requireIndex(report.root());
      // The attestation is about the image, and goes with it (SN-M10).
      assertThat(copied.manifest().manifests())
          .isEqualTo(index.manifest().manifests().subList(1, 3));
      assertThat(to.storage().exists(image.descriptor())).isFalse();
      assertThat(digests(report.leftOut())).containsExactly(image.digest());
      copied.require(arm).verify();
    }

    @Test
    void leaveASparseIndexAsItIs() throws IOException {
      TransferOptions sparse = DEFAULTS.withPlatforms(arm).withSparse(true);
      ImageIndex copied = target.add(index, sparse);
      assertThat(copied.digest()).isEqualTo(index.digest());
      assertThat(copied.images()).containsExactly(armImage);
      // And what is sparse is copied on as it is.
      try (ImageStore third = ImageStore.on(new MemoryStorage())) {
        assertThat(third.add(copied).digest()).isEqualTo(index.digest());
      }
      assertThatThrownBy(() -> sparse.withFormat(TransferOptions.Format.OCI))
          .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void convertAsFarAsAnythingIsThere() throws IOException {
      TransferOptions docker = DEFAULTS.withFormat(TransferOptions.Format.DOCKER);
      assertThatThrownBy(() -> target.add(index, docker))
          .isInstanceOf(UnsupportedContentException.class)
          .hasMessageContaining("no image");
      ImageIndex converted =
          target.add(
              index,
              docker.withFormat(TransferOptions.Format.DOCKER, ManifestConversion.Losses.DROP));
      assertThat(converted.manifest().manifests()).hasSize(2);
      memory.delete(armImage.digest(), java.time.Instant.MAX);
      TransferOptions dropping =
          docker.withFormat(TransferOptions.Format.DOCKER, ManifestConversion.Losses.DROP);
      assertThatThrownBy(() -> target.add(index, dropping))
          .isInstanceOf(UnsupportedContentException.class)
          .hasMessageContaining(armImage.digest().toString());
    }

    @Test
    void ofOthersArePassedOverWhenAllIsCopied() throws IOException {
      source.tag("multi:1", index);
      source.tag("arm:1", armImage);
      Image third = other("s390x");
      ImageIndex alien = ImageIndexBuilder.in(source).add(third).build();
      source.tag("alien:1", alien);
      ImageIndex nesting =
          source.requireIndex(
              putIndex(List.of(alien.descriptor(), index.descriptor())).descriptor());
      source.tag("nesting:1", nesting);
      Descriptor artifact =
          put(
              "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                  + "\"config\":"
                  + Descriptor.EMPTY_JSON.toJson()
                  + ",\"layers\":[]}");
      from.storage().tag(List.of(TagUpdate.set("docker.io/library/sbom:1", artifact)));

      TransferReport report = transfer().copyAll(DEFAULTS.withPlatforms(arm));

      assertThat(target.tags())
          .extracting(Tag::name)
          .containsExactlyInAnyOrder(
              "docker.io/library/multi:1",
              "docker.io/library/arm:1",
              "docker.io/library/nesting:1",
              "docker.io/library/sbom:1");
      assertThat(digests(report.leftOut()))
          .contains(image.digest(), alien.digest())
          .doesNotContain(armImage.digest());
      assertThat(to.storage().exists(third.descriptor())).isFalse();
      assertThat(to.storage().exists(image.descriptor())).isFalse();
      assertThat(target.require("arm:1")).isEqualTo(armImage);
      assertThat(ContentValidation.of(to.storage())).isEmpty();

      PlatformMatcher none = PlatformMatcher.only(Platform.of("linux", "riscv64"));
      assertThat(target.addAll(from.storage(), DEFAULTS.withPlatforms(none)).roots())
          .containsExactly(artifact);
    }

    private IndexManifest putIndex(List<Descriptor> entries) throws IOException {
      IndexManifest document = IndexManifest.of(entries);
      from.storage().put(document.descriptor(), new ByteArrayInputStream(document.bytes()));
      return document;
    }

    /** BuildKit links an attestation by an annotation of its entry (SN-M10). */
    @Test
    void areAttestedUnderTheirNewDigests() throws IOException {
      TransferReport report =
          transfer()
              .copy(
                  index.descriptor(),
                  DEFAULTS.withCompression(CompressionOptions.of(Compression.ZSTD)));
      IndexManifest copied = target.requireIndex(report.root()).manifest();
      Digest now = Objects.requireNonNull(report.changed().get(armImage.digest()));
      assertThat(copied.manifests().get(1).digest()).isEqualTo(now).isNotEqualTo(armImage.digest());
      assertThat(copied.manifests().get(2).annotations())
          .containsEntry("vnd.docker.reference.digest", now.toString());
    }

    @Test
    void mustBeThere() {
      TransferOptions none =
          DEFAULTS.withPlatforms(PlatformMatcher.only(Platform.of("linux", "riscv64")));
      assertThatThrownBy(() -> target.add(index, none))
          .isInstanceOf(NoMatchingPlatformException.class)
          .hasMessageContaining("linux/arm64");
      assertThatThrownBy(() -> target.add(image, none))
          .isInstanceOf(NoMatchingPlatformException.class);
    }
  }

  /** Other forms of the same image (SN-M12, SN-M13). */
  @Nested
  class Converting {
    @Test
    void toDockerAndBackGivesTheSameDigest() throws IOException {
      Image docker = target.add(image, DEFAULTS.withFormat(TransferOptions.Format.DOCKER));
      assertThat(docker.manifest())
          .isEqualTo(
              ManifestConversion.toDocker(image.manifest(), ManifestConversion.Losses.REFUSE));
      assertThat(docker.id()).isEqualTo(image.id());
      docker.verify();
      Image back = source.add(docker, DEFAULTS.withFormat(TransferOptions.Format.OCI));
      assertThat(back).isEqualTo(image);
    }

    @Test
    void anIndexConvertsWhatItNames() throws IOException {
      ImageIndex index = ImageIndexBuilder.in(source).add(image).add(other("arm64")).build();
      ImageIndex docker = target.add(index, DEFAULTS.withFormat(TransferOptions.Format.DOCKER));
      assertThat(docker.descriptor().mediaType()).isEqualTo(MediaType.DOCKER_MANIFEST_LIST);
      assertThat(docker.images())
          .allSatisfy(
              one -> assertThat(one.descriptor().mediaType()).isEqualTo(MediaType.DOCKER_MANIFEST));
      assertThat(docker.platforms()).isEqualTo(index.platforms());
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "GZIP", "ZSTD"})
    void compressesAnewAndKeepsWhatTheImageIs(Compression compression) throws IOException {
      TransferOptions options = DEFAULTS.withCompression(CompressionOptions.of(compression));
      TransferReport report = transfer().copy(image.descriptor(), options);
      Image copied = target.load(report.root());
      copied.verify();
      assertThat(copied.id()).isEqualTo(image.id());
      assertThat(copied.layers())
          .extracting(Layer::diffId)
          .isEqualTo(image.layers().stream().map(Layer::diffId).toList());
      for (int i = 0; i < image.layers().size(); i++) {
        Digest before = image.layers().get(i).descriptor().digest();
        Digest after = copied.layers().get(i).descriptor().digest();
        if (compression == Compression.GZIP) {
          assertThat(after).isEqualTo(before);
        } else {
          assertThat(report.changed()).containsEntry(before, after);
        }
        if (compression == Compression.NONE) {
          assertThat(after).isEqualTo(image.layers().get(i).diffId().digest());
        }
      }
      assertThat(report.changed().containsKey(image.digest()))
          .isEqualTo(compression != Compression.GZIP);
    }

    /** The tar passes by, so it is held against the config (SN-M13). */
    @Test
    void refusesALayerThatIsNotWhatTheConfigSays() throws IOException {
      Image other = other("arm64");
      ImageManifest mixed =
          image.manifest().withLayers(Collections.nCopies(6, other.manifest().layers().get(0)));
      from.storage().put(mixed.descriptor(), new ByteArrayInputStream(mixed.bytes()));
      TransferOptions zstd = DEFAULTS.withCompression(CompressionOptions.of(Compression.ZSTD));
      assertThatThrownBy(() -> transfer().copy(mixed.descriptor(), zstd, "mixed:1"))
          .isInstanceOf(DigestMismatchException.class)
          .hasMessageContaining(other.layers().get(0).diffId().toString());
      assertThat(to.storage().entries()).isEmpty();
      assertThat(to.storage().blobs())
          .extracting(StoredBlob::digest)
          .doesNotContain(target.add(other, zstd).manifest().layers().get(0).digest());
    }

    @Test
    void compressesOnceThoughManyWantIt() throws Exception {
      TransferOptions zstd = DEFAULTS.withCompression(CompressionOptions.of(Compression.ZSTD));
      CountDownLatch reading = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      AtomicInteger tasks = new AtomicInteger();
      Progress held =
          (name, size) -> {
            // While this waits it is asked by another task whether to go on.
            if (name.startsWith("Copy")) {
              tasks.incrementAndGet();
              reading.countDown();
            }
            try {
              go.await();
            } catch (InterruptedException e) {
              throw new CancellationException();
            }
            return Progress.none().start(name, size);
          };
      Image single = other("arm64");
      ExecutorService pool = Executors.newFixedThreadPool(2);
      try {
        var first = pool.submit(() -> target.add(single, zstd.withProgress(held)));
        reading.await();
        Thread[] waiting = new Thread[1];
        CountDownLatch started = new CountDownLatch(1);
        var second =
            pool.submit(
                () -> {
                  waiting[0] = Thread.currentThread();
                  started.countDown();
                  return target.add(single, zstd.withParallelism(1).withProgress(held));
                });
        started.await();
        while (waiting[0].getState() != Thread.State.WAITING) {
          Thread.sleep(1);
        }
        go.countDown();
        assertThat(first.get()).isEqualTo(second.get());
      } finally {
        go.countDown();
        pool.shutdownNow();
      }
      Descriptor layer = single.manifest().layers().get(0);
      assertThat(from.digests("open")).filteredOn(layer.digest()::equals).hasSize(1);
      assertThat(from.digests("openUnverified")).doesNotContain(layer.digest());
      assertThat(tasks).hasValue(2); // The layer once, and the config by one of them.
    }

    @Test
    void followsKeepsOrRefusesWhatIsAboutTheImage() throws IOException {
      from.storage().put(Descriptor.EMPTY_JSON, new ByteArrayInputStream("{}".getBytes(UTF_8)));
      ImageManifest signature =
          ImageManifest.of(Descriptor.EMPTY_JSON, List.of())
              .withArtifactType(MediaType.parse("application/vnd.example.signature"))
              .withSubject(image.descriptor());
      from.storage().put(signature.descriptor(), new ByteArrayInputStream(signature.bytes()));
      // What is about the image may come before it.
      IndexManifest both = IndexManifest.of(List.of(signature.descriptor(), image.descriptor()));
      from.storage().put(both.descriptor(), new ByteArrayInputStream(both.bytes()));
      TransferOptions zstd = DEFAULTS.withCompression(CompressionOptions.of(Compression.ZSTD));

      TransferReport kept = transfer().copy(both.descriptor(), zstd);
      assertThat(kept.changed()).containsKey(image.digest());
      assertThat(kept.changed()).doesNotContainKey(signature.digest());

      TransferReport followed =
          transfer().copy(both.descriptor(), zstd.withSubjects(TransferOptions.Subjects.FOLLOW));
      Digest now = followed.changed().get(signature.digest());
      IndexManifest copied = target.requireIndex(followed.root()).manifest();
      assertThat(copied.manifests().get(0).digest()).isEqualTo(now);
      try (InputStream in = to.storage().open(copied.manifests().get(0))) {
        assertThat(new String(in.readAllBytes(), UTF_8))
            .contains(String.valueOf(kept.changed().get(image.digest())))
            .doesNotContain(image.digest().toString());
      }

      TransferOptions refusing = zstd.withSubjects(TransferOptions.Subjects.REFUSE);
      assertThatThrownBy(() -> transfer().copy(both.descriptor(), refusing, "both:1"))
          .isInstanceOf(UnsupportedContentException.class)
          .hasMessageContaining(signature.digest() + " is about " + image.digest());
      assertThat(to.storage().entries()).isEmpty();
      // Where nothing changes there is nothing to refuse.
      assertThat(
              transfer()
                  .copy(both.descriptor(), DEFAULTS.withSubjects(TransferOptions.Subjects.REFUSE))
                  .changed())
          .isEmpty();
    }

    @Test
    void compressesForTheFormatThatIsWanted() throws IOException {
      TransferOptions zstd = DEFAULTS.withCompression(CompressionOptions.of(Compression.ZSTD));
      Image compressed = target.add(image, zstd);
      assertThatThrownBy(
              () -> source.add(compressed, DEFAULTS.withFormat(TransferOptions.Format.DOCKER)))
          .isInstanceOf(UnsupportedContentException.class);
      Image docker =
          source.add(
              compressed,
              DEFAULTS
                  .withFormat(TransferOptions.Format.DOCKER)
                  .withCompression(CompressionOptions.of(Compression.GZIP)));
      docker.verify();
      assertThat(docker.id()).isEqualTo(image.id());
      assertThatThrownBy(() -> source.add(docker, zstd.withFormat(TransferOptions.Format.DOCKER)))
          .isInstanceOf(UnsupportedContentException.class);
      Image again = source.add(docker, zstd.withFormat(TransferOptions.Format.OCI));
      assertThat(again.manifest().layers())
          .extracting(Descriptor::mediaType)
          .containsOnly(MediaType.OCI_LAYER_ZSTD);
    }
  }

  /** Layers that must not be distributed (SN-M15). */
  @Nested
  class Foreign {
    private Image foreign;
    private Descriptor layer;

    @BeforeEach
    void makeForeign() throws IOException {
      List<Descriptor> layers = new ArrayList<>(image.manifest().layers());
      layer =
          layers
              .get(0)
              .withMediaType(MediaType.OCI_NONDISTRIBUTABLE_LAYER_GZIP)
              .withUrls(List.of("https://example.com/layer"));
      layers.set(0, layer);
      ImageManifest manifest = image.manifest().withLayers(layers);
      foreign = source.put(manifest, image.config());
    }

    @Test
    void areCopiedIfTheyAreThereAndWanted() throws IOException {
      assertThat(target.add(foreign)).isEqualTo(foreign);
      assertThat(to.storage().exists(layer)).isTrue();
    }

    @Test
    void areLeftOutOnRequest() throws IOException {
      TransferReport report = transfer().copy(foreign.descriptor(), DEFAULTS.withoutForeign(true));
      assertThat(report.leftOut()).containsExactly(layer);
      assertThat(report.root()).isEqualTo(foreign.descriptor());
      assertThat(to.storage().exists(layer)).isFalse();
    }

    @Test
    void needNotBeThere() throws IOException {
      memory.delete(layer.digest(), java.time.Instant.MAX);
      assertThat(transfer().copy(foreign.descriptor(), DEFAULTS).leftOut()).containsExactly(layer);
    }
  }
}
