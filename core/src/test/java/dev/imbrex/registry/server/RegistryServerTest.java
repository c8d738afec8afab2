package dev.imbrex.registry.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.ImageIndexBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageIndex;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Tag;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.platform.Platform;
import dev.imbrex.registry.server.RawClient.Answer;
import dev.imbrex.registry.server.RegistryServerOptions.Deletable;
import dev.imbrex.store.LayoutOptions;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.store.MemoryStorage;
import dev.imbrex.testing.MovableClock;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server beside the protocol: names, what is where, limits, and bad clients. */
class RegistryServerTest {
  private static final LayoutOptions NO_SYNC = LayoutOptions.DEFAULT.withSync(false);

  private static Image image(ImageStore store, String content) throws IOException {
    return ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
        .layer(layer -> layer.file("/file", content))
        .build();
  }

  private static List<String> names(ImageStore store) throws IOException {
    return store.tags().stream().map(Tag::name).sorted().toList();
  }

  @Nested
  class Names {
    @Test
    void servesWhatIsTaggedInTheStorage() throws Exception {
      try (ImageStore store = ImageStore.on(new MemoryStorage());
          RegistryServer server = RegistryServer.start(store.storage())) {
        Image image = image(store, "hello");
        store.tag("app:1", image);
        store.tag("quay.io/team/app:2", image);
        store.tag("localhost:5000/hidden:3", image);
        RawClient client = new RawClient(server);
        assertThat(client.get("/v2/_catalog").text())
            .isEqualTo("{\"repositories\":[\"app\",\"quay.io/team/app\"]}");
        for (String name : List.of("app", "library/app", "docker.io/library/app")) {
          Answer answer = client.get("/v2/" + name + "/manifests/1").expect(200);
          assertThat(answer.body()).isEqualTo(image.manifest().bytes());
          assertThat(answer.header("Content-Type"))
              .isEqualTo(image.descriptor().mediaType().toString());
          client.get("/v2/" + name + "/manifests/" + image.digest()).expect(200);
          client.get("/v2/" + name + "/blobs/" + image.id()).expect(200);
          for (Descriptor layer : image.manifest().layers()) {
            client.get("/v2/" + name + "/blobs/" + layer.digest()).expect(200);
          }
        }
        client.get("/v2/quay.io/team/app/manifests/2").expect(200);
        client.get("/v2/other/manifests/" + image.digest()).expect(404);
        client.get("/v2/other/blobs/" + image.id()).expect(404);
      }
    }

    @Test
    void tagsInTheStorageWhatIsPushed() throws Exception {
      try (ImageStore store = ImageStore.on(new MemoryStorage());
          RegistryServer server = RegistryServer.start(store.storage())) {
        RawClient client = new RawClient(server);
        Fixture.put(client, "app", "1", Fixture.MANIFEST, Fixture.sparse(1)).expect(201);
        Fixture.put(client, "team/app", "1", Fixture.MANIFEST, Fixture.sparse(1)).expect(201);
        Fixture.put(client, "quay.io/app", "1", Fixture.MANIFEST, Fixture.sparse(1)).expect(201);
        assertThat(names(store))
            .containsExactly("docker.io/library/app:1", "docker.io/team/app:1", "quay.io/app:1");
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "a_b.c/d",
          "localhost",
          "localhost/a",
          "a.b",
          "1/2/3",
          "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
          "manifests/tags/blobs/uploads",
          "index.docker.io/x"
        })
    void findsARepositoryOfAnyNameAgain(String name) throws Exception {
      try (ImageStore store = ImageStore.on(new MemoryStorage());
          RegistryServer server = RegistryServer.start(store.storage())) {
        RawClient client = new RawClient(server);
        Fixture.put(client, name, "x", Fixture.MANIFEST, Fixture.sparse(1)).expect(201);
        client.get("/v2/" + name + "/manifests/x").expect(200);
        assertThat(client.get("/v2/" + name + "/tags/list").expect(200).text())
            .isEqualTo("{\"name\":\"" + name + "\",\"tags\":[\"x\"]}");
        String listed = client.get("/v2/_catalog").text().replaceAll(".*\\[\"|\"\\].*", "");
        client.get("/v2/" + listed + "/manifests/x").expect(200);
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "../../etc",
          "a/../b",
          "a//b",
          "%2e%2e/a",
          "a%2fb",
          "a%00b",
          "a%0ab",
          "a%",
          "a%zz",
          "A",
          "a__-b",
          "-a",
          "a-",
          "a/b:c",
          "a@b",
          "%ff",
          "a%20b"
        })
    void refusesPathsThatAreNoNames(String name) throws Exception {
      try (RegistryServer server = RegistryServer.start(new MemoryStorage());
          Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        String request =
            "GET /v2/" + name + "/manifests/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
        assertThat(answer).matches("(?s)HTTP/1.1 40[04] .*\\{\"errors\":\\[.*");
      }
    }

    @Test
    void refusesNamesThatAreTooLong() throws Exception {
      try (RegistryServer server = RegistryServer.start(new MemoryStorage())) {
        RawClient client = new RawClient(server);
        client.get("/v2/" + "a".repeat(256) + "/tags/list").expect(400, "NAME_INVALID");
        client.get("/v2/" + "a".repeat(240) + "/tags/list").expect(404, "NAME_UNKNOWN");
      }
    }

    @Test
    void keepsWhatHasNoTagByItsDigest() throws Exception {
      try (ImageStore store = ImageStore.on(new MemoryStorage());
          RegistryServer server = RegistryServer.start(store.storage())) {
        RawClient client = new RawClient(server);
        byte[] manifest = Fixture.sparse(1);
        String digest = Fixture.sha256(manifest);
        Fixture.put(client, "app", digest, Fixture.MANIFEST, manifest).expect(201);
        assertThat(names(store)).containsExactly("docker.io/library/app@" + digest);
        Fixture.put(client, "app", "1", Fixture.MANIFEST, manifest).expect(201);
        assertThat(names(store)).containsExactly("docker.io/library/app:1");
        Fixture.put(client, "app", digest, Fixture.MANIFEST, manifest).expect(201);
        assertThat(names(store)).containsExactly("docker.io/library/app:1");
        Fixture.put(client, "app", "1", Fixture.MANIFEST, Fixture.sparse(2)).expect(201);
        assertThat(names(store))
            .containsExactly("docker.io/library/app:1", "docker.io/library/app@" + digest);
        client.get("/v2/app/manifests/" + digest).expect(200);
        store.collect(Duration.ZERO);
        client.get("/v2/app/manifests/" + digest).expect(200);
        client.delete("/v2/app/manifests/" + digest).expect(202);
        assertThat(names(store)).containsExactly("docker.io/library/app:1");
      }
    }

    @Test
    void givesTheManifestsOfAnIndexThatIsTaggedInTheStorage() throws Exception {
      try (ImageStore store = ImageStore.on(new MemoryStorage());
          RegistryServer server = RegistryServer.start(store.storage())) {
        Image one = image(store, "1");
        ImageIndex index = ImageIndexBuilder.in(store).add(one).build();
        store.tag("multi:1", index);
        RawClient client = new RawClient(server);
        client.get("/v2/multi/manifests/1").expect(200);
        client.get("/v2/multi/manifests/" + one.digest()).expect(200);
        client.get("/v2/multi/blobs/" + one.id()).expect(200);
      }
    }
  }

  @Nested
  class Restart {
    @TempDir Path directory;

    @Test
    void knowsAllAgainThatAManifestLeadsTo() throws Exception {
      byte[] config = Fixture.bytes(1, 50);
      byte[] manifest = Fixture.manifest(Fixture.descriptor(Fixture.CONFIG, config), List.of(), "");
      byte[] untagged = Fixture.sparse(2);
      try (LayoutStorage storage = LayoutStorage.openOrCreate(directory, NO_SYNC);
          RegistryServer server = RegistryServer.start(storage)) {
        RawClient client = new RawClient(server);
        Fixture.push(client, "app", config);
        Fixture.put(client, "app", "1", Fixture.MANIFEST, manifest).expect(201);
        String digest = Fixture.sha256(untagged);
        Fixture.put(client, "app", digest, Fixture.MANIFEST, untagged).expect(201);
      }
      try (LayoutStorage storage = LayoutStorage.open(directory, NO_SYNC);
          RegistryServer server = RegistryServer.start(storage)) {
        RawClient client = new RawClient(server);
        client.get("/v2/app/manifests/1").expect(200);
        client.get("/v2/app/blobs/" + Fixture.sha256(config)).expect(200);
        client.get("/v2/app/manifests/" + Fixture.sha256(untagged)).expect(200);
        client.get("/v2/other/blobs/" + Fixture.sha256(config)).expect(404);
        client.get("/v2/other/manifests/" + Fixture.sha256(untagged)).expect(404);
      }
    }

    /** A push that the end of the server cut in two: the client sends again what it asks for. */
    @Test
    void asksAgainForBlobsThatNoManifestNamesYet() throws Exception {
      byte[] config = Fixture.bytes(1, 50);
      byte[] manifest = Fixture.manifest(Fixture.descriptor(Fixture.CONFIG, config), List.of(), "");
      String blob = "/v2/app/blobs/" + Fixture.sha256(config);
      try (LayoutStorage storage = LayoutStorage.openOrCreate(directory, NO_SYNC);
          RegistryServer server = RegistryServer.start(storage)) {
        RawClient client = new RawClient(server);
        Fixture.push(client, "app", config);
        client.get(blob).expect(200);
      }
      try (LayoutStorage storage = LayoutStorage.open(directory, NO_SYNC);
          RegistryServer server = RegistryServer.start(storage)) {
        RawClient client = new RawClient(server);
        // Whose it was is not known any more, and who has not pushed it may not read it.
        client.get(blob).expect(404);
        Fixture.push(client, "app", config);
        Fixture.put(client, "app", "1", Fixture.MANIFEST, manifest).expect(201);
        client.get(blob).expect(200);
        assertThat(storage.blobs()).hasSize(2);
      }
    }

    @Test
    void leavesNoTemporaryFiles() throws Exception {
      try (LayoutStorage storage = LayoutStorage.openOrCreate(directory, NO_SYNC)) {
        try (RegistryServer server = RegistryServer.start(storage)) {
          RawClient client = new RawClient(server);
          String location = client.post("/v2/app/blobs/uploads/").header("Location");
          client.patch(location, Fixture.bytes(1, 1000)).expect(202);
          assertThat(temporaryFiles()).isEqualTo(1);
        }
        assertThat(temporaryFiles()).isZero();
      }
    }

    private long temporaryFiles() throws IOException {
      try (Stream<Path> files = Files.list(directory.resolve(".imbrex/tmp"))) {
        return files.count();
      }
    }

    @Test
    void freesWhatNothingLeadsTo() throws Exception {
      byte[] config = Fixture.bytes(1, 50);
      byte[] manifest = Fixture.manifest(Fixture.descriptor(Fixture.CONFIG, config), List.of(), "");
      try (LayoutStorage storage = LayoutStorage.openOrCreate(directory, NO_SYNC);
          RegistryServer server = RegistryServer.start(storage)) {
        RawClient client = new RawClient(server);
        Fixture.push(client, "app", config);
        Fixture.put(client, "app", "1", Fixture.MANIFEST, manifest).expect(201);
        Fixture.put(client, "other", "1", Fixture.MANIFEST, manifest).expect(201);
        client.delete("/v2/app/manifests/" + Fixture.sha256(manifest)).expect(202);
        client.delete("/v2/app/blobs/" + Fixture.sha256(config)).expect(202);
        assertThat(storage.blobs()).hasSize(2);
        client.get("/v2/other/blobs/" + Fixture.sha256(config)).expect(200);
        client.delete("/v2/other/manifests/" + Fixture.sha256(manifest)).expect(202);
        client.delete("/v2/other/blobs/" + Fixture.sha256(config)).expect(202);
        assertThat(storage.blobs()).isEmpty();
      }
    }

    @Test
    void takesNothingInWhereItMayOnlyRead() throws Exception {
      try (MemoryStorage storage = new MemoryStorage();
          RegistryServer server =
              RegistryServer.start(storage, RegistryServerOptions.defaults().withReadOnly(true))) {
        RawClient client = new RawClient(server);
        client.get("/v2/").expect(200);
        client.post("/v2/app/blobs/uploads/").expect(405, "UNSUPPORTED");
        Fixture.put(client, "app", "1", Fixture.MANIFEST, Fixture.sparse(1))
            .expect(405, "UNSUPPORTED");
        client.delete("/v2/app/manifests/1").expect(405, "UNSUPPORTED");
        client.get("/v2/app/manifests/1").expect(404, "MANIFEST_UNKNOWN");
      }
    }
  }

  @Nested
  class Limits {
    private final MovableClock clock = new MovableClock();

    private RegistryServer start(RegistryServerOptions options) throws IOException {
      return RegistryServer.start(new MemoryStorage(), options);
    }

    @Test
    void takesNoLargerBlobsAndManifestsThanItMay() throws Exception {
      RegistryServerOptions options =
          RegistryServerOptions.defaults().withBlobBytes(1000).withManifestBytes(2000);
      try (RegistryServer server = start(options)) {
        RawClient client = new RawClient(server);
        byte[] blob = Fixture.bytes(1, 1001);
        String digest = Fixture.sha256(blob);
        client.post("/v2/app/blobs/uploads/?digest=" + digest, blob).expect(413, "SIZE_INVALID");
        String location = client.post("/v2/app/blobs/uploads/").header("Location");
        client.stream("PATCH", location, blob).expect(413, "SIZE_INVALID");
        client.get(location).expect(404, "BLOB_UPLOAD_UNKNOWN");
        Fixture.push(client, "app", Fixture.bytes(1, 1000));
        client.stream("PUT", "/v2/app/manifests/x", new byte[2001]).expect(413, "SIZE_INVALID");
        assertThat(server.openUploads()).isZero();
      }
    }

    @Test
    void wantsChunksOfALength() throws Exception {
      try (RegistryServer server = start(RegistryServerOptions.defaults().withChunkMinBytes(100))) {
        RawClient client = new RawClient(server);
        Answer started = client.post("/v2/app/blobs/uploads/").expect(202);
        assertThat(started.header("OCI-Chunk-Min-Length")).isEqualTo("100");
        String location = started.header("Location");
        client.with("Content-Range", "0-99").patch(location, new byte[100]).expect(202);
        client.with("Content-Range", "100-149").patch(location, new byte[50]).expect(202);
        client
            .with("Content-Range", "150-199")
            .patch(location, new byte[50])
            .expect(400, "SIZE_INVALID");
        String digest = Fixture.sha256(new byte[150]);
        client.put(location + "?digest=" + digest, new byte[0]).expect(201);
      }
    }

    @Test
    void givesUploadsUpThatNobodyTouches() throws Exception {
      RegistryServerOptions options =
          RegistryServerOptions.defaults().withClock(clock).withUploads(2);
      try (RegistryServer server = start(options)) {
        RawClient client = new RawClient(server);
        String first = client.post("/v2/app/blobs/uploads/").header("Location");
        clock.advance(Duration.ofMinutes(50));
        String second = client.post("/v2/app/blobs/uploads/").header("Location");
        Answer third = client.post("/v2/app/blobs/uploads/").expect(429, "TOOMANYREQUESTS");
        assertThat(third.header("Retry-After")).isEqualTo("5");
        clock.advance(Duration.ofMinutes(11));
        for (int i = 0; i < 100 && server.openUploads() > 1; i++) {
          Thread.sleep(100);
        }
        client.get(first).expect(404, "BLOB_UPLOAD_UNKNOWN");
        client.get(second).expect(204);
      }
    }

    @Test
    void deletesOnlyWhatMayBeDeleted() throws Exception {
      try (RegistryServer server =
          start(RegistryServerOptions.defaults().withDeletable(Set.of(Deletable.TAG)))) {
        RawClient client = new RawClient(server);
        byte[] manifest = Fixture.sparse(1);
        Fixture.put(client, "app", "1", Fixture.MANIFEST, manifest).expect(201);
        String digest = Fixture.push(client, "app", new byte[1]);
        client.delete("/v2/app/blobs/" + digest).expect(405, "UNSUPPORTED");
        client.delete("/v2/app/manifests/" + Fixture.sha256(manifest)).expect(405, "UNSUPPORTED");
        client.delete("/v2/app/manifests/1").expect(202);
      }
    }

    @Test
    void wantsTheBlobsOfAManifestOnRequest() throws Exception {
      try (RegistryServer server =
          start(RegistryServerOptions.defaults().withBlobsRequired(true))) {
        RawClient client = new RawClient(server);
        byte[] config = Fixture.bytes(1, 10);
        byte[] manifest =
            Fixture.manifest(
                Fixture.descriptor(Fixture.CONFIG, config),
                List.of(
                    Fixture.descriptor(
                        "application/vnd.oci.image.layer.nondistributable.v1.tar", config),
                    Fixture.descriptor(Fixture.LAYER, Fixture.sha256(new byte[5]), 5)),
                "");
        Fixture.put(client, "app", "1", Fixture.MANIFEST, manifest)
            .expect(400, "MANIFEST_BLOB_UNKNOWN");
        Fixture.push(client, "app", config);
        Fixture.put(client, "app", "1", Fixture.MANIFEST, manifest)
            .expect(400, "MANIFEST_BLOB_UNKNOWN");
        Fixture.push(client, "app", new byte[5]);
        Fixture.put(client, "app", "1", Fixture.MANIFEST, manifest).expect(201);
        byte[] index =
            Fixture.index(List.of(Fixture.descriptor(Fixture.MANIFEST, Fixture.sparse(5))), "");
        Fixture.put(client, "app", "2", Fixture.INDEX, index).expect(400, "MANIFEST_BLOB_UNKNOWN");
      }
    }

    @Test
    void listsInPagesByItself() throws Exception {
      try (RegistryServer server = start(RegistryServerOptions.defaults().withPageSize(2))) {
        RawClient client = new RawClient(server);
        String subject = Fixture.sha256(new byte[1]);
        List<String> digests = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          byte[] referrer =
              Fixture.manifest(
                  Fixture.descriptor("a/b", Fixture.bytes(i, 5)),
                  List.of(),
                  ",\"subject\":" + Fixture.descriptor(Fixture.MANIFEST, subject, 1));
          Fixture.put(client, "app", "t" + i, Fixture.MANIFEST, referrer).expect(201);
          digests.add(Fixture.sha256(referrer));
        }
        Answer tags = client.get("/v2/app/tags/list").expect(200);
        assertThat(tags.text()).endsWith("[\"t0\",\"t1\"]}");
        assertThat(tags.header("Link")).isEqualTo("</v2/app/tags/list?n=2&last=t1>; rel=\"next\"");
        List<String> seen = new ArrayList<>();
        String next = "/v2/app/referrers/" + subject + "?artifactType=a/b";
        while (next != null) {
          Answer page = client.get(next).expect(200);
          Stream.of(page.text().split("\"digest\":\"", -1))
              .skip(1)
              .forEach(part -> seen.add(part.substring(0, part.indexOf('"'))));
          next =
              page.headers("Link").isEmpty()
                  ? null
                  : page.header("Link").replaceAll("^<|>; rel=\"next\"$", "");
        }
        assertThat(seen).containsExactlyElementsOf(digests.stream().sorted().toList());
      }
    }
  }

  @Nested
  class BadClients {
    @TempDir Path directory;

    @Test
    void keepsWhatArrivedFromAClientThatVanished() throws Exception {
      byte[] blob = Fixture.bytes(3, 200_000);
      String digest = Fixture.sha256(blob);
      try (LayoutStorage storage = LayoutStorage.openOrCreate(directory, NO_SYNC);
          RegistryServer server = RegistryServer.start(storage)) {
        RawClient client = new RawClient(server);
        String location = client.post("/v2/app/blobs/uploads/").header("Location");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
          String head =
              "PATCH " + location + " HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n";
          socket.getOutputStream().write(head.getBytes(ISO_8859_1));
          socket.getOutputStream().write(blob, 0, 100_000);
        }
        // Waits for the request above, which still has what the socket holds, once that has begun.
        Answer status = client.get(location).expect(204);
        for (int i = 0; i < 500 && "0-0".equals(status.header("Range")); i++) {
          Thread.sleep(10);
          status = client.get(location).expect(204);
        }
        assertThat(status.header("Range")).isEqualTo("0-99999");
        client
            .with("Content-Range", "100000-199999")
            .put(location + "?digest=" + digest, Arrays.copyOfRange(blob, 100_000, 200_000))
            .expect(201);
        assertThat(client.get("/v2/app/blobs/" + digest).expect(200).body()).isEqualTo(blob);
      }
    }

    @Test
    void publishesNothingOfABlobThatEndsEarly() throws Exception {
      byte[] blob = Fixture.bytes(3, 2000);
      String digest = Fixture.sha256(blob);
      try (LayoutStorage storage = LayoutStorage.openOrCreate(directory, NO_SYNC);
          RegistryServer server = RegistryServer.start(storage)) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
          String head =
              "POST /v2/app/blobs/uploads/?digest="
                  + digest
                  + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n";
          socket.getOutputStream().write(head.getBytes(ISO_8859_1));
          socket.getOutputStream().write(blob, 0, 1999);
        }
        for (int i = 0; i < 100 && server.openUploads() > 0; i++) {
          Thread.sleep(20);
        }
        assertThat(server.openUploads()).isZero();
        new RawClient(server).get("/v2/app/blobs/" + digest).expect(404, "BLOB_UNKNOWN");
        assertThat(storage.blobs()).isEmpty();
        assertThat(storage.deleteLeftovers(Instant.MAX)).isZero();
      }
    }
  }

  @Test
  void tellsOfFailuresAndAnswersWithoutDetails() throws Exception {
    List<Exception> failures = new ArrayList<>();
    MemoryStorage storage = new MemoryStorage();
    try (RegistryServer server =
        RegistryServer.start(
            storage, RegistryServerOptions.defaults().withFailureListener(failures::add))) {
      storage.close();
      Answer answer = new RawClient(server).get("/v2/app/manifests/1").expect(500, "UNKNOWN");
      assertThat(answer.text()).doesNotContain("closed");
      assertThat(failures).hasSize(1);
    }
  }

  @Test
  void freesThePortAndRefusesOneThatIsTaken() throws Exception {
    RegistryServer server = RegistryServer.start(new MemoryStorage());
    int port = server.port();
    RegistryServerOptions same = RegistryServerOptions.defaults().withAddress("127.0.0.1", port);
    assertThatThrownBy(() -> RegistryServer.start(new MemoryStorage(), same))
        .isInstanceOf(BindException.class);
    server.close();
    server.close();
    try (RegistryServer again = RegistryServer.start(new MemoryStorage(), same)) {
      assertThat(again.port()).isEqualTo(port);
      assertThat(again.authority()).isEqualTo("127.0.0.1:" + port);
    }
  }
}
