package dev.imbrex.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.BlobWriter;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.platform.Platform;
import dev.imbrex.registry.credentials.Credential;
import dev.imbrex.registry.credentials.Credentials;
import dev.imbrex.registry.server.Fault;
import dev.imbrex.registry.server.RecordedRequest;
import dev.imbrex.registry.server.RegistryAccess;
import dev.imbrex.registry.server.RegistryServer;
import dev.imbrex.registry.server.RegistryServerOptions;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our client and our server, which is told what to do wrong. */
class FaultyRegistryTest {
  private static final byte[] BYTES = Clients.random(300_000);
  private static final Descriptor BLOB = Clients.blob(BYTES);

  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // each test starts its own
  private RegistryServer server;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
  }

  private RegistryStorage start(RegistryServerOptions options, HostOptions host)
      throws IOException {
    server = RegistryServer.start(new MemoryStorage(), options);
    server.faults().record();
    RegistryClient client =
        RegistryClient.create(
            Clients.options(pauses)
                .withAnyHost(host)
                .withTimeouts(RegistryTimeouts.DEFAULT.withStall(Duration.ofSeconds(2)))
                .withCredentials(
                    Credentials.of(
                        server.authority(), new Credential.Basic("robot", Clients.PASSWORD))));
    open.add(client);
    open.add(server);
    return client.repository(server.authority() + "/app");
  }

  private RegistryStorage start() throws IOException {
    return start(RegistryServerOptions.defaults(), HostOptions.DEFAULT);
  }

  private RegistryStorage startWithTokens(HostOptions host) throws IOException {
    return start(
        RegistryServerOptions.defaults()
            .withAccess(RegistryAccess.bearer(Map.of("robot", Clients.PASSWORD))),
        host);
  }

  /**
   * SN-G23: a registry that has lost parts of a manifest gets them, and the manifest, once more.
   */
  @Test
  void sendsWhatARegistryMissesWhenItRefusesAManifest() throws IOException {
    RegistryStorage storage =
        start(RegistryServerOptions.defaults().withBlobsRequired(true), HostOptions.DEFAULT);
    try (ImageStore store = ImageStore.on(new MemoryStorage())) {
      Image image =
          ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
              .layer(layer -> layer.file("/a", "a"))
              .build();
      storage.copyFrom(store.storage(), image.descriptor());
      assertThat(ImageStore.on(storage).load(image.descriptor()).files().find(TreePath.of("/a")))
          .isPresent();
    }
  }

  @Test
  void passesOnThatARegistryMissesWhatNobodyHas() throws IOException {
    RegistryStorage storage =
        start(RegistryServerOptions.defaults().withBlobsRequired(true), HostOptions.DEFAULT);
    try (ImageStore store = ImageStore.on(new MemoryStorage());
        MemoryStorage sparse = new MemoryStorage()) {
      Image image =
          ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
              .layer(layer -> layer.file("/a", "a"))
              .build();
      sparse.copyFrom(store.storage(), image.descriptor());
      assertThatThrownBy(() -> storage.copyFrom(sparse, image.descriptor()))
          .isInstanceOfSatisfying(
              RegistryException.class,
              e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.MANIFEST_BLOB_UNKNOWN));
    }
  }

  @Test
  void carriesAnImageThereAndBackWithTokens() throws IOException {
    RegistryStorage storage = startWithTokens(HostOptions.DEFAULT);
    try (ImageStore store = ImageStore.on(new MemoryStorage());
        ImageStore registry = ImageStore.on(storage);
        ImageStore other = ImageStore.on(new MemoryStorage())) {
      Image image =
          ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
              .layer(layer -> layer.file("/a", "a"))
              .layer(layer -> layer.file("/b", "b"))
              .build();
      Image pushed = registry.add(image);
      registry.tag(server.authority() + "/app:1", pushed);
      assertThat(other.add(registry.require("1")).digest()).isEqualTo(image.digest());
      assertThat(registry.require(server.authority() + "/app:1").id()).isEqualTo(image.id());
    }
  }

  @Test
  void goesOnWhenTokensEndInTheMiddleOfAnUpload() throws IOException {
    RegistryStorage storage = startWithTokens(HostOptions.DEFAULT.withChunkBytes(1 << 16));
    try (BlobWriter writer = storage.write(DigestAlgorithm.SHA256)) {
      writer.write(BYTES, 0, 100_000);
      server.faults().expireTokens();
      writer.write(BYTES, 100_000, 100_000);
      server.faults().expireTokens();
      writer.write(BYTES, 200_000, 100_000);
      server.faults().expireTokens();
      assertThat(writer.commit()).isEqualTo(BLOB.digest());
    }
    server.faults().expireTokens();
    assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1000, 65_536, 150_000, 299_999})
  void goesOnWhereADownloadBreaks(long after) throws IOException {
    RegistryStorage storage = start();
    Clients.put(storage, BYTES);
    server.faults().add(Fault.dropAfter(after).on("GET", "/blobs/").times(2));
    assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 20, 100})
  void asksAgainWhereTheHeadOfAnAnswerBreaks(long after) throws IOException {
    RegistryStorage storage = start();
    Clients.put(storage, BYTES);
    server.faults().add(Fault.dropInHead(after).on("GET", "/blobs/").times(2));
    assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 65_536, 200_000})
  void goesOnWhereAnUploadBreaks(long after) throws IOException {
    for (boolean chunked : new boolean[] {false, true}) {
      RegistryStorage storage =
          start(
              RegistryServerOptions.defaults(),
              HostOptions.DEFAULT.withChunked(chunked).withChunkBytes(1 << 16));
      server.faults().add(Fault.dropRequestAfter(after).on("P(UT|ATCH)", "/uploads/").times(1));
      server.faults().add(Fault.dropRequestAfter(after).on("PUT", "/uploads/").times(1));
      server.faults().add(Fault.dropRequestAfter(after).on("PATCH", "/uploads/").times(1));
      Clients.put(storage, BYTES);
      assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
    }
  }

  @Test
  void doesNotTakeALostAnswerForALostChunk() throws IOException {
    RegistryStorage storage =
        start(
            RegistryServerOptions.defaults(),
            HostOptions.DEFAULT.withChunked(true).withChunkBytes(1 << 16));
    server.faults().add(Fault.dropAnswer().on("PATCH", "/uploads/").after(1).times(2));
    Clients.put(storage, BYTES);
    assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
  }

  @Test
  void waitsWhereThereAreTooManyRequests() throws IOException {
    RegistryStorage storage = start();
    server.faults().add(Fault.tooManyRequests("3").on("POST", "/uploads/").times(2));
    Clients.put(storage, BYTES);
    assertThat(pauses).containsExactly(Duration.ofSeconds(3), Duration.ofSeconds(3));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 150_000, 299_999})
  void refusesADamagedBlob(long at) throws IOException {
    RegistryStorage storage = start();
    Clients.put(storage, BYTES);
    server.faults().add(Fault.corrupt(at).on("GET", "/blobs/"));
    assertThatThrownBy(() -> Clients.read(storage, BLOB))
        .isInstanceOf(DigestMismatchException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 299_999})
  void refusesAShortBlob(long length) throws IOException {
    RegistryStorage storage = start();
    Clients.put(storage, BYTES);
    server.faults().add(Fault.truncate(length).on("GET", "/blobs/"));
    assertThatThrownBy(() -> Clients.read(storage, BLOB)).isInstanceOf(IOException.class);
  }

  @Test
  void goesOnAfterAStall() throws IOException {
    RegistryStorage storage = start();
    Clients.put(storage, BYTES);
    server.faults().add(Fault.stallAfter(100_000).on("GET", "/blobs/").times(1));
    assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
  }

  @Test
  void startsOverWhereRangesAreIgnored() throws IOException {
    RegistryStorage storage = start();
    Clients.put(storage, BYTES);
    server.faults().add(Fault.dropAfter(100_000).on("GET", "/blobs/").times(1));
    server.faults().add(Fault.ignoreRange());
    assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
  }

  @Test
  void refusesALyingRange() throws IOException {
    RegistryStorage storage = start();
    Clients.put(storage, BYTES);
    Throwable failure = null;
    // A cut can take with it what arrived, and then the client rightly begins anew.
    for (int i = 0; i < 20 && failure == null; i++) {
      server.faults().clear();
      server.faults().forgetRequests();
      server
          .faults()
          .add(
              Fault.header("Content-Range", "bytes 0-299999/300000").on("GET", "/blobs/").after(1));
      server.faults().add(Fault.dropAfter(100_000).on("GET", "/blobs/").times(1));
      failure = catchThrowable(() -> Clients.read(storage, BLOB));
      if (failure == null) {
        assertThat(server.faults().requests().get(1).header("Range")).isEmpty();
      }
    }
    assertThat(failure).isInstanceOf(RegistryException.class).hasMessageContaining("Content-Range");
  }

  @Test
  void takesNoTokenToAnotherHost() throws IOException {
    RegistryStorage storage = startWithTokens(HostOptions.DEFAULT);
    Clients.put(storage, BYTES);
    int other = server.openAnotherPort();
    server.faults().forgetRequests();
    server
        .faults()
        .add(Fault.redirect(307, "http://127.0.0.1:" + other).on("GET", "/blobs/").times(1));
    assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
    List<RecordedRequest> requests = server.faults().requests();
    assertThat(requests).hasSize(2);
    assertThat(requests.get(0).header("Authorization")).isPresent();
    assertThat(requests.get(1).header("Authorization")).isEmpty();
  }

  @Test
  void uploadsToAnotherHostWithoutTheToken() throws IOException {
    RegistryStorage storage = startWithTokens(HostOptions.DEFAULT);
    int other = server.openAnotherPort();
    server
        .faults()
        .add(Fault.locationAt("http://127.0.0.1:" + other).on("POST", "/uploads/").times(1));
    Clients.put(storage, BYTES);
    assertThat(server.faults().requests())
        .filteredOn(request -> request.method().equals("PUT"))
        .isNotEmpty()
        .allMatch(request -> request.header("Authorization").isEmpty());
    assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
  }

  @Test
  void managesWithoutTheHeadersOfAHead() throws IOException {
    RegistryStorage storage = start();
    Clients.put(storage, BYTES);
    server.faults().add(Fault.withoutHeader("Docker-Content-Digest"));
    assertThat(storage.exists(BLOB)).isTrue();
    assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
    Clients.put(storage, Clients.random(5));
  }

  @Test
  void doesWithoutReferrers() throws IOException {
    RegistryStorage storage = start();
    server.faults().add(Fault.status(404).on("GET", "/referrers/"));
    assertThat(storage.referrers(Digest.sha256(BYTES))).isEmpty();
  }

  /** SN-G22: our server sets the tags that a manifest comes with. */
  @Test
  void putsAManifestAndItsTagsByOneRequest() throws IOException {
    RegistryStorage storage = start();
    Descriptor nothing = Descriptor.EMPTY_JSON;
    Clients.put(storage, nothing.embeddedContent().orElseThrow());
    ImageManifest manifest = ImageManifest.of(nothing, List.of(nothing));
    server.faults().forgetRequests();
    storage.put(manifest, "1", "1.0", "latest");
    assertThat(server.faults().requests())
        .extracting(RecordedRequest::method)
        .containsExactly("PUT");
    assertThat(storage.tags()).containsExactlyInAnyOrder("1", "1.0", "latest");
    assertThat(storage.resolve("1.0").orElseThrow().digest()).isEqualTo(manifest.digest());
  }
}
