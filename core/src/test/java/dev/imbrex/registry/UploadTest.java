package dev.imbrex.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.image.Storage;
import dev.imbrex.image.Transfer;
import dev.imbrex.image.TransferOptions;
import dev.imbrex.image.TransferReport;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.registry.FakeRegistry.Reply;
import dev.imbrex.registry.FakeRegistry.Request;
import dev.imbrex.registry.RegistryException.Kind;
import dev.imbrex.store.MemoryStorage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads of blobs, whole and in chunks, and what goes wrong with them (SN-G18 to SN-G21). */
class UploadTest {
  private static final int CHUNK = 1 << 16;

  private final List<AutoCloseable> open = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // each test starts its own
  private FakeRegistry registry;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
  }

  /** Keeps one upload at a time, and may be told to fail. */
  private static class Uploads implements FakeRegistry.Handler {
    final ByteArrayOutputStream received = new ByteArrayOutputStream();
    final List<byte[]> blobs = new ArrayList<>();
    int number;

    @Override
    public void handle(Request request, Reply reply) throws IOException {
      String location = "Location: /upload/" + number + "?state=" + Clients.SECRET;
      switch (request.method()) {
        case "HEAD" -> reply.send(404, "");
        case "POST" -> {
          received.reset();
          number++;
          reply.send(202, "", "Location: /upload/" + number + "?state=" + Clients.SECRET);
        }
        case "GET" -> {
          String range = "Range: 0-" + Math.max(0, received.size() - 1);
          reply.send(204, "", location, range);
        }
        case "PATCH" -> {
          String range = request.header("Content-Range");
          long first = Long.parseLong(range.substring(0, range.indexOf('-')));
          if (first != received.size()) {
            reply.send(416, "", location);
            return;
          }
          received.write(request.body());
          reply.send(202, "", location, "Range: 0-" + (received.size() - 1));
        }
        case "PUT" -> {
          received.write(request.body());
          blobs.add(received.toByteArray());
          reply.send(201, "", "Location: /blob");
        }
        default -> reply.send(204, "");
      }
    }
  }

  private RegistryStorage storage(FakeRegistry.Handler handler, boolean chunked)
      throws IOException {
    registry = FakeRegistry.start(handler);
    open.add(registry);
    HostOptions host = HostOptions.DEFAULT.withChunked(chunked).withChunkBytes(CHUNK);
    RegistryClient client = RegistryClient.create(Clients.options().withAnyHost(host));
    open.add(client);
    return client.repository(registry.host() + "/app");
  }

  private List<String> calls() {
    return registry.requests().stream().map(Request::method).toList();
  }

  private static Storage source(byte[] bytes) throws IOException {
    MemoryStorage memory = new MemoryStorage();
    memory.put(Clients.blob(bytes), new ByteArrayInputStream(bytes));
    return memory;
  }

  private static void copy(RegistryStorage storage, byte[] bytes) throws IOException {
    try (Storage source = source(bytes)) {
      storage.copyFrom(source, Clients.blob(bytes));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_536, 1_048_576, 1_048_577, 3_000_000})
  void sendsABlobInOneRequest(int size) throws IOException {
    Uploads uploads = new Uploads();
    RegistryStorage storage = storage(uploads, false);
    byte[] bytes = Clients.random(size);
    Clients.put(storage, bytes);
    assertThat(calls()).containsExactly("HEAD", "POST", "PUT");
    assertThat(uploads.blobs).containsExactly(bytes);
    Request put = registry.requests().get(2);
    assertThat(put.query())
        .isEqualTo(
            "state="
                + Clients.SECRET
                + "&digest=sha256%3A"
                + Clients.blob(bytes).digest().encoded());
    assertThat(put.header("Content-Length")).isEqualTo(Integer.toString(size));
    assertThat(put.header("Content-Type")).isEqualTo("application/octet-stream");
  }

  @ParameterizedTest
  @CsvSource({
    "1, PUT",
    "65535, PUT",
    "65536, PATCH PUT",
    "65537, PATCH PATCH PUT",
    "200000, PATCH PATCH PATCH PATCH PUT"
  })
  void sendsChunks(int size, String expected) throws IOException {
    Uploads uploads = new Uploads();
    RegistryStorage storage = storage(uploads, true);
    byte[] bytes = Clients.random(size);
    Clients.put(storage, bytes);
    assertThat(calls().subList(2, calls().size())).containsExactly(expected.split(" ", -1));
    assertThat(uploads.blobs).containsExactly(bytes);
    long at = 0;
    for (Request request : registry.requests()) {
      if (request.method().equals("PATCH")) {
        long end = at + request.body().length - 1;
        assertThat(request.header("Content-Range")).isEqualTo(at + "-" + end);
        assertThat(request.header("Content-Length"))
            .isEqualTo(Integer.toString(request.body().length));
        at = end + 1;
      }
    }
  }

  @Test
  void obeysTheLeastSizeOfAChunk() throws IOException {
    Uploads uploads = new Uploads();
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              if (request.method().equals("POST")) {
                reply.send(202, "", "Location: /upload/1", "OCI-Chunk-Min-Length: 100000");
              } else {
                uploads.handle(request, reply);
              }
            },
            true);
    Clients.put(storage, Clients.random(250_000));
    assertThat(registry.requests())
        .filteredOn(request -> request.method().equals("PATCH"))
        .extracting(request -> request.body().length)
        .containsExactly(100_000, 100_000, 50_000);
  }

  @Test
  void refusesToTakeAnyMemoryForAChunk() throws IOException {
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              if (request.method().equals("POST")) {
                reply.send(202, "", "Location: /upload/1", "OCI-Chunk-Min-Length: 999999999");
              } else {
                reply.send(404, "");
              }
            },
            true);
    assertThatThrownBy(() -> Clients.put(storage, Clients.random(100)))
        .isInstanceOf(LimitExceededException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 30_000, 65_535, 65_536})
  void asksWhereToGoOnAfterABrokenChunk(int stored) throws IOException {
    Uploads uploads =
        new Uploads() {
          private boolean broken;

          @Override
          public void handle(Request request, Reply reply) throws IOException {
            if (request.method().equals("PATCH") && received.size() == CHUNK && !broken) {
              broken = true;
              received.write(request.body(), 0, stored);
              reply.reset();
              return;
            }
            super.handle(request, reply);
          }
        };
    RegistryStorage storage = storage(uploads, true);
    byte[] bytes = Clients.random(200_000);
    Clients.put(storage, bytes);
    assertThat(uploads.blobs).containsExactly(bytes);
    assertThat(calls()).containsOnlyOnce("GET");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 65_536})
  void isNotFooledByZeroToZero(int stored) throws IOException {
    Uploads uploads =
        new Uploads() {
          private boolean broken;

          @Override
          public void handle(Request request, Reply reply) throws IOException {
            if (request.method().equals("PATCH") && !broken) {
              broken = true;
              received.write(request.body(), 0, stored);
              reply.reset();
              return;
            }
            super.handle(request, reply);
          }
        };
    RegistryStorage storage = storage(uploads, true);
    byte[] bytes = Clients.random(200_000);
    Clients.put(storage, bytes);
    assertThat(uploads.blobs).containsExactly(bytes);
  }

  @Test
  void goesOnAfterAChunkThatIsOutOfPlace() throws IOException {
    Uploads uploads =
        new Uploads() {
          private boolean lost;

          @Override
          public void handle(Request request, Reply reply) throws IOException {
            if (request.method().equals("PATCH") && received.size() == 2 * CHUNK && !lost) {
              lost = true;
              received.write(Arrays.copyOfRange(Clients.random(200_000), 2 * CHUNK, 150_000));
            }
            super.handle(request, reply);
          }
        };
    RegistryStorage storage = storage(uploads, true);
    byte[] bytes = Clients.random(200_000);
    Clients.put(storage, bytes);
    assertThat(uploads.blobs).containsExactly(bytes);
  }

  @Test
  void failsWhereTheRegistryLosesWhatItHad() throws IOException {
    Uploads uploads =
        new Uploads() {
          @Override
          public void handle(Request request, Reply reply) throws IOException {
            if (request.method().equals("PATCH")) {
              received.reset();
            }
            super.handle(request, reply);
          }
        };
    RegistryStorage storage = storage(uploads, true);
    assertThatThrownBy(
            () ->
                storage.put(
                    Clients.blob(Clients.random(2_000_000)),
                    new ByteArrayInputStream(Clients.random(2_000_000))))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PROTOCOL));
    assertThat(calls()).endsWith("DELETE");
  }

  @Test
  void sendsChunksOnceWhereTheWholeIsTooLarge() throws IOException {
    Uploads uploads =
        new Uploads() {
          @Override
          public void handle(Request request, Reply reply) throws IOException {
            if (request.body().length > CHUNK) {
              reply.send(413, "");
              return;
            }
            super.handle(request, reply);
          }
        };
    RegistryStorage storage = storage(uploads, false);
    byte[] bytes = Clients.random(200_000);
    Clients.put(storage, bytes);
    assertThat(uploads.blobs).containsExactly(bytes);
    assertThat(calls())
        .containsExactly(
            "HEAD", "POST", "PUT", "DELETE", "POST", "PATCH", "PATCH", "PATCH", "PATCH", "PUT");
  }

  @Test
  void failsWhereEvenChunksAreTooLarge() throws IOException {
    Uploads uploads =
        new Uploads() {
          @Override
          public void handle(Request request, Reply reply) throws IOException {
            if (request.body().length > 0) {
              reply.send(413, "");
              return;
            }
            super.handle(request, reply);
          }
        };
    RegistryStorage storage = storage(uploads, false);
    assertThatThrownBy(() -> Clients.put(storage, Clients.random(200_000)))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.status()).isEqualTo(413));
  }

  @Test
  void sendsTheWholeAgainFromAStorage() throws IOException {
    Uploads uploads =
        new Uploads() {
          private int puts;

          @Override
          public void handle(Request request, Reply reply) throws IOException {
            if (request.method().equals("PUT") && puts++ == 0) {
              reply.reset();
              return;
            }
            super.handle(request, reply);
          }
        };
    RegistryStorage storage = storage(uploads, false);
    byte[] bytes = Clients.random(3_000_000);
    copy(storage, bytes);
    assertThat(uploads.blobs).containsExactly(bytes);
  }

  @Test
  void cannotSendAStreamAgain() throws IOException {
    Uploads uploads =
        new Uploads() {
          @Override
          public void handle(Request request, Reply reply) throws IOException {
            if (request.method().equals("PUT")) {
              reply.reset();
              return;
            }
            super.handle(request, reply);
          }
        };
    RegistryStorage storage = storage(uploads, false);
    assertThatThrownBy(() -> Clients.put(storage, Clients.random(3_000_000)))
        .isInstanceOfSatisfying(RegistryException.class, e -> assertThat(e.isTransient()).isTrue());
    assertThat(calls()).containsOnlyOnce("PUT").endsWith("DELETE");
  }

  @Test
  void takesBackWhatDoesNotFit() throws IOException {
    Uploads uploads = new Uploads();
    RegistryStorage storage = storage(uploads, false);
    byte[] bytes = Clients.random(2_000_000);
    byte[] wrong = bytes.clone();
    wrong[1_999_999] ^= 1;
    assertThatThrownBy(() -> storage.put(Clients.blob(bytes), new ByteArrayInputStream(wrong)))
        .isInstanceOf(DigestMismatchException.class);
    assertThat(uploads.blobs).isEmpty();
    assertThat(calls()).endsWith("DELETE");
  }

  @Test
  @SuppressWarnings("InputStreamSlowMultibyteRead") // each byte counts
  void passesOnWhatTheSourceThrows() throws IOException {
    Uploads uploads = new Uploads();
    RegistryStorage storage = storage(uploads, false);
    CancellationException cancelled = new CancellationException("by the user");
    InputStream source =
        new InputStream() {
          private int count;

          @Override
          public int read() {
            if (count++ > 1_500_000) {
              throw cancelled;
            }
            return 1;
          }
        };
    Descriptor large = Clients.blob(Clients.random(2_000_000));
    assertThatThrownBy(() -> storage.put(large, source)).isSameAs(cancelled);
    assertThat(uploads.blobs).isEmpty();
    assertThat(calls()).endsWith("DELETE");
  }

  @Test
  @SuppressWarnings("InputStreamSlowMultibyteRead") // each byte counts
  void isInterruptedAndStillTakesTheUploadBack() throws Exception {
    Uploads uploads = new Uploads();
    RegistryStorage storage = storage(uploads, false);
    Thread uploader = Thread.currentThread();
    InputStream source =
        new InputStream() {
          private int count;

          @Override
          public int read() {
            if (count++ == 1_500_000) {
              uploader.interrupt();
            }
            return 1;
          }
        };
    Descriptor large = Clients.blob(Clients.random(50_000_000));
    assertThatThrownBy(() -> storage.put(large, source)).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(calls()).endsWith("DELETE");
    for (int i = 0; i < 100 && registry.open() > 0; i++) {
      Thread.sleep(50);
    }
    assertThat(registry.open()).isZero();
  }

  @Test
  void namesTheAlgorithmOfADigest() throws IOException {
    Uploads uploads = new Uploads();
    RegistryStorage storage = storage(uploads, false);
    byte[] bytes = Clients.random(100);
    Descriptor blob =
        Descriptor.of(
            Clients.blob(bytes).mediaType(), Digest.of(DigestAlgorithm.SHA512, bytes), 100);
    storage.put(blob, new ByteArrayInputStream(bytes));
    assertThat(registry.log()).contains("POST /v2/app/blobs/uploads/?digest-algorithm=sha512");
  }

  @Test
  void writesABlobWhoseDigestIsNotKnownYet() throws IOException {
    Uploads uploads = new Uploads();
    RegistryStorage storage = storage(uploads, false);
    byte[] bytes = Clients.random(200_000);
    try (BlobWriter writer = storage.write(DigestAlgorithm.SHA256)) {
      for (int i = 0; i < bytes.length; i += 777) {
        writer.write(bytes, i, Math.min(777, bytes.length - i));
      }
      assertThat(writer.size()).isEqualTo(bytes.length);
      assertThat(writer.commit()).isEqualTo(Digest.sha256(bytes));
    }
    assertThat(uploads.blobs).containsExactly(bytes);
    assertThat(calls()).doesNotContain("DELETE");
  }

  @Test
  void forgetsAWriterThatIsClosed() throws IOException {
    RegistryStorage storage = storage(new Uploads(), false);
    try (BlobWriter writer = storage.write(DigestAlgorithm.SHA256)) {
      writer.write(Clients.random(100_000));
    }
    assertThat(calls()).containsExactly("POST", "PATCH", "DELETE");
  }

  /** A transfer shows the target a view of its source. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void mountsFromARepositoryOfTheSameRegistry(boolean inTransfer) throws IOException {
    byte[] bytes = Clients.random(100);
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              if (request.method().equals("POST")) {
                reply.send(201, "", "Location: /blob");
              } else {
                reply.send(404, "");
              }
            },
            false);
    RegistryStorage other = client().repository(registry.host() + "/team/base");
    if (inTransfer) {
      TransferReport report =
          Transfer.between(other, storage).copy(Clients.blob(bytes), TransferOptions.defaults());
      assertThat(report.bytes()).isZero();
    } else {
      storage.copyFrom(other, Clients.blob(bytes));
    }
    assertThat(registry.log())
        .containsExactly(
            "HEAD /v2/app/blobs/" + Clients.blob(bytes).digest(),
            "POST /v2/app/blobs/uploads/?mount=sha256%3A"
                + Clients.blob(bytes).digest().encoded()
                + "&from=team/base");
  }

  @ParameterizedTest
  @ValueSource(ints = {202, 400, 401, 403, 404, 405})
  void sendsWhatCannotBeMounted(int status) throws IOException {
    byte[] bytes = Clients.random(100);
    Uploads uploads = new Uploads();
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              if (request.query().contains("mount") && status != 202) {
                reply.send(status, "", "WWW-Authenticate: Basic realm=\"x\"");
              } else if (request.path().startsWith("/v2/team/base/blobs/")) {
                reply.send(200, bytes);
              } else {
                uploads.handle(request, reply);
              }
            },
            false);
    RegistryStorage other = client().repository(registry.host() + "/team/base");
    storage.copyFrom(other, Clients.blob(bytes));
    assertThat(uploads.blobs).containsExactly(bytes);
    assertThat(registry.log()).filteredOn(line -> line.contains("mount=")).hasSize(1);
  }

  /** The client that was made last. */
  private RegistryClient client() {
    return (RegistryClient) open.get(open.size() - 1);
  }

  @Test
  void remembersWhereABlobIs() throws IOException {
    byte[] bytes = Clients.random(100);
    Uploads uploads = new Uploads();
    RegistryStorage storage = storage(uploads, false);
    copy(storage, bytes);
    copy(client().repository(registry.host() + "/second"), bytes);
    assertThat(registry.log()).anyMatch(line -> line.contains("&from=app"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | Location: /x",
        "201 | Location: /x",
        "202 | X: 1",
        "202 | Location: ftp://x/",
        "202 | Location: http://u:s3cr3t@127.0.0.1/",
        "204 | Location: /x",
        "500 | X: 1"
      })
  void refusesAnUploadThatDoesNotBegin(int status, String header) throws IOException {
    RegistryStorage storage =
        storage(
            (request, reply) ->
                reply.send(request.method().equals("POST") ? status : 404, "", header),
            false);
    assertThatThrownBy(() -> Clients.put(storage, Clients.random(10)))
        .isInstanceOf(RegistryException.class)
        .hasMessageNotContaining(Clients.SECRET);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 202, 204, 400, 404})
  void refusesAnUploadThatDoesNotEnd(int status) throws IOException {
    Uploads uploads = new Uploads();
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              if (request.method().equals("PUT")) {
                reply.send(status, "");
              } else {
                uploads.handle(request, reply);
              }
            },
            false);
    assertThatThrownBy(() -> Clients.put(storage, Clients.random(10)))
        .isInstanceOf(RegistryException.class)
        .hasMessageNotContaining(Clients.SECRET);
    assertThat(calls()).endsWith("DELETE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        "sha256:1",
        "x"
      })
  void refusesTheDigestOfSomethingElse(String digest) throws IOException {
    Uploads uploads = new Uploads();
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              if (request.method().equals("PUT")) {
                reply.send(201, "", "Docker-Content-Digest: " + digest);
              } else {
                uploads.handle(request, reply);
              }
            },
            false);
    assertThatThrownBy(() -> Clients.put(storage, Clients.random(10)))
        .isInstanceOf(DigestMismatchException.class);
  }

  @Test
  void followsALocationOnAnotherHostWithoutThePassword() throws IOException {
    Uploads uploads = new Uploads();
    FakeRegistry other = FakeRegistry.start(uploads);
    open.add(other);
    registry =
        FakeRegistry.start(
            (request, reply) -> {
              if (request.header("Authorization").isEmpty()) {
                reply.send(401, "", "WWW-Authenticate: Basic realm=\"x\"");
              } else if (request.method().equals("POST")) {
                reply.send(202, "", "Location: " + other.url() + "/up?sig=" + Clients.SECRET);
              } else {
                reply.send(404, "");
              }
            });
    open.add(registry);
    RegistryClient client = RegistryClient.create(Clients.withUser(registry));
    open.add(client);
    Clients.put(client.repository(registry.host() + "/app"), Clients.random(10));
    assertThat(other.requests()).hasSize(1);
    assertThat(other.requests().get(0).header("Authorization")).isEmpty();
    assertThat(other.requests().get(0).query()).startsWith("sig=" + Clients.SECRET + "&digest=");
  }
}
