package dev.imbrex.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.image.ImageStore;
import dev.imbrex.image.StorageEntry;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.DocumentLimits;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.registry.FakeRegistry.Request;
import dev.imbrex.registry.RegistryException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests, tags, referrers and deletion (SN-G15, SN-G16, SN-G22 to SN-G27, SN-M3 to SN-M5). */
class ManifestsTest {
  private static final IndexManifest INDEX = IndexManifest.of(List.of()).withAnnotation("a", "b");
  private static final String OCI_INDEX = "Content-Type: " + MediaType.OCI_IMAGE_INDEX;

  private final List<AutoCloseable> open = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // each test starts its own
  private FakeRegistry registry;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
  }

  private RegistryStorage storage(FakeRegistry.Handler handler) throws IOException {
    return storage(Clients.options(), handler);
  }

  private RegistryStorage storage(RegistryOptions options, FakeRegistry.Handler handler)
      throws IOException {
    registry = FakeRegistry.start(handler);
    open.add(registry);
    RegistryClient client = RegistryClient.create(options);
    open.add(client);
    return client.repository(registry.host() + "/app");
  }

  // ---- Reading

  @Test
  void resolvesATagByItsHead() throws IOException {
    RegistryStorage storage =
        storage(
            (request, reply) ->
                reply.send(200, INDEX.bytes(), OCI_INDEX + "; charset=utf-8", digest(INDEX)));
    assertThat(storage.resolve("1.0")).contains(INDEX.descriptor());
    assertThat(storage.resolve(registry.host() + "/app:1.0")).contains(INDEX.descriptor());
    assertThat(storage.resolve(registry.host() + "/app:1.0@" + INDEX.digest()))
        .contains(INDEX.descriptor());
    assertThat(storage.resolve(INDEX.digest().toString())).contains(INDEX.descriptor());
    assertThat(registry.log())
        .containsExactly(
            "HEAD /v2/app/manifests/1.0",
            "HEAD /v2/app/manifests/1.0",
            "HEAD /v2/app/manifests/" + INDEX.digest(),
            "HEAD /v2/app/manifests/" + INDEX.digest());
    assertThat(registry.requests().get(0).header("Accept"))
        .contains(
            MediaType.OCI_IMAGE_INDEX.toString(),
            MediaType.OCI_IMAGE_MANIFEST.toString(),
            MediaType.DOCKER_MANIFEST.toString(),
            MediaType.DOCKER_MANIFEST_LIST.toString());
  }

  @Test
  void doesNotAskAboutNamesOfOtherRepositories() throws IOException {
    RegistryStorage storage = storage((request, reply) -> reply.send(404, ""));
    assertThat(storage.resolve("docker.io/library/app:1.0")).isEmpty();
    assertThat(storage.resolve(registry.host() + "/other:1")).isEmpty();
    assertThat(storage.resolve("no name at all")).isEmpty();
    assertThat(registry.requests()).isEmpty();
  }

  @Test
  void getsAManifestWhoseHeadSaysTooLittle() throws IOException {
    for (String[] headers :
        new String[][] {
          {OCI_INDEX},
          {digest(INDEX)},
          {"Content-Type: application/json", digest(INDEX)},
          {"Content-Type: text/plain"},
          {"Content-Type: ;;;", digest(INDEX)},
          {OCI_INDEX, "Docker-Content-Digest: blake3:" + "0".repeat(64)}
        }) {
      RegistryStorage storage =
          storage((request, reply) -> reply.send(200, INDEX.bytes(), headers));
      assertThat(storage.resolve("1.0")).contains(INDEX.descriptor());
      assertThat(registry.requests()).extracting(Request::method).containsExactly("HEAD", "GET");
    }
  }

  @Test
  void getsAManifestWhoseHeadHasNoLength() throws IOException {
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              reply.start(200, -1, OCI_INDEX, digest(INDEX));
              if (request.method().equals("GET")) {
                reply.raw(INDEX.bytes());
              }
            });
    assertThat(storage.resolve("1.0")).contains(INDEX.descriptor());
  }

  @Test
  void readsAManifestOnceForACopy() throws IOException {
    RegistryStorage storage =
        storage((request, reply) -> reply.send(200, INDEX.bytes(), OCI_INDEX, digest(INDEX)));
    assertThat(Clients.read(storage, INDEX.descriptor())).isEqualTo(INDEX.bytes());
    assertThat(Clients.read(storage, INDEX.descriptor())).isEqualTo(INDEX.bytes());
    assertThat(registry.log()).containsExactly("GET /v2/app/manifests/" + INDEX.digest());
  }

  @Test
  void verifiesByTheAlgorithmOfTheDigest() throws IOException {
    Digest digest = Digest.of(DigestAlgorithm.SHA512, INDEX.bytes());
    Descriptor wanted = Descriptor.of(INDEX.mediaType(), digest, INDEX.size());
    RegistryStorage good = storage((request, reply) -> reply.send(200, INDEX.bytes(), OCI_INDEX));
    assertThat(Clients.read(good, wanted)).isEqualTo(INDEX.bytes());
    RegistryStorage bad = storage((request, reply) -> reply.send(200, " ".repeat(10), OCI_INDEX));
    assertThatThrownBy(() -> Clients.read(bad, wanted)).isInstanceOf(DigestMismatchException.class);
  }

  @Test
  void comparesTheDigestOfATag() throws IOException {
    RegistryStorage storage =
        storage(
            (request, reply) ->
                reply.send(
                    200,
                    INDEX.bytes(),
                    "Content-Type: application/json",
                    "Docker-Content-Digest: " + Digest.sha256(new byte[1])));
    assertThatThrownBy(() -> storage.resolve("1.0")).isInstanceOf(DigestMismatchException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/vnd.docker.distribution.manifest.v1+json | {\"schemaVersion\":1}",
        "application/vnd.docker.distribution.manifest.v1+prettyjws | {\"schemaVersion\":1}",
        "application/json | {\"schemaVersion\":1,\"name\":\"app\",\"fsLayers\":[]}",
        "application/json; charset=utf-8 | {\"schemaVersion\":1}"
      })
  void refusesTheRetiredFormat(String type, String body) throws IOException {
    RegistryStorage storage =
        storage((request, reply) -> reply.send(200, body, "Content-Type: " + type));
    assertThatThrownBy(() -> storage.resolve("1.0"))
        .isInstanceOf(UnsupportedContentException.class)
        .hasMessageContaining("127.0.0.1")
        .hasMessageContaining("1.0")
        .hasMessageContaining("schema 1")
        .hasMessageContaining("push it again");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"schemaVersion\":2,\"manifests\":[],\"layers\":[]}",
        "{\"schemaVersion\":2,\"manifests\":[],\"config\":{}}",
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
            + "\"manifests\":[]}",
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\","
            + "\"config\":{},\"layers\":[]}",
        "{\"schemaVersion\":3,\"manifests\":[]}",
        "{\"manifests\":[]}",
        "[]",
        "nothing"
      })
  void refusesWhatCouldBeTwoThings(String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    RegistryStorage storage =
        storage(
            (request, reply) -> reply.send(200, bytes, OCI_INDEX, digest(Digest.sha256(bytes))));
    try (ImageStore store = ImageStore.on(storage)) {
      assertThatThrownBy(() -> store.find("1.0")).isInstanceOf(MalformedContentException.class);
    }
  }

  @Test
  void limitsWhatItReads() throws IOException {
    RegistryOptions small =
        Clients.options().withLimits(DocumentLimits.DEFAULT.withManifestBytes(1000));
    byte[] large =
        ("{\"schemaVersion\":2,\"manifests\":[]" + " ".repeat(2000) + "}").getBytes(UTF_8);
    RegistryStorage storage =
        storage(small, (request, reply) -> reply.send(200, large, "Content-Type: text/plain"));
    assertThatThrownBy(() -> storage.resolve("1.0"))
        .isInstanceOf(LimitExceededException.class)
        .hasMessageContaining("manifestBytes");
    Descriptor promised = Descriptor.of(MediaType.OCI_IMAGE_INDEX, large);
    assertThatThrownBy(() -> Clients.read(storage, promised))
        .isInstanceOf(LimitExceededException.class);
    RegistryStorage empty = storage(small, (request, reply) -> reply.send(404, ""));
    assertThatThrownBy(() -> empty.put(promised, new ByteArrayInputStream(large)))
        .isInstanceOf(LimitExceededException.class);
  }

  @Test
  void usesContentThatADescriptorCarries() throws IOException {
    RegistryStorage storage = storage((request, reply) -> reply.send(404, ""));
    assertThat(Clients.read(storage, Descriptor.EMPTY_JSON)).isEqualTo("{}".getBytes(UTF_8));
    assertThat(registry.requests()).isEmpty();
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    RegistryStorage storage = storage((request, reply) -> reply.send(404, ""));
    assertThat(storage.resolve("1.0")).isEmpty();
    assertThat(storage.exists(INDEX.descriptor())).isFalse();
    assertThatThrownBy(() -> Clients.read(storage, INDEX.descriptor()))
        .isInstanceOf(ContentNotFoundException.class)
        .hasMessageContaining(INDEX.digest().toString());
  }

  // ---- Putting

  @Test
  void putsTheExactBytes() throws IOException {
    byte[] odd = "{ \"manifests\" : [ ],\n\"schemaVersion\":2 , \"x\":1.50e1 }".getBytes(UTF_8);
    Descriptor descriptor = Descriptor.of(MediaType.OCI_IMAGE_INDEX, odd);
    RegistryStorage storage =
        storage((request, reply) -> reply.send(request.method().equals("PUT") ? 201 : 404, ""));
    storage.put(descriptor, new ByteArrayInputStream(odd));
    Request put = registry.requests().get(1);
    assertThat(put.body()).isEqualTo(odd);
    assertThat(put.target()).isEqualTo("/v2/app/manifests/" + descriptor.digest());
    assertThat(put.header("Content-Type")).isEqualTo(MediaType.OCI_IMAGE_INDEX.toString());
  }

  @Test
  void refusesTheDigestOfAnotherManifest() throws IOException {
    RegistryStorage storage =
        storage(
            (request, reply) ->
                reply.send(201, "", "Docker-Content-Digest: " + Digest.sha256(new byte[3])));
    assertThatThrownBy(() -> storage.put(INDEX)).isInstanceOf(DigestMismatchException.class);
  }

  @Test
  void setsTagsInOneRequestWhereItCan() throws IOException {
    RegistryStorage storage =
        storage((request, reply) -> reply.send(201, "", "OCI-Tag: 1, latest", "OCI-Tag: 1.0"));
    storage.put(INDEX, "1", "1.0", "latest");
    assertThat(registry.log())
        .containsExactly("PUT /v2/app/manifests/" + INDEX.digest() + "?tag=1&tag=1.0&tag=latest");
  }

  @Test
  void setsThoseTagsThatWereNotSet() throws IOException {
    RegistryStorage storage = storage((request, reply) -> reply.send(201, "", "OCI-Tag: 1"));
    storage.put(INDEX, "1", "1.0", "latest");
    assertThat(registry.log())
        .endsWith("PUT /v2/app/manifests/1.0", "PUT /v2/app/manifests/latest")
        .hasSize(3);
  }

  @Test
  void tellsAManifestWithoutItsBlobs() throws IOException {
    RegistryStorage storage =
        storage(
            (request, reply) ->
                reply.send(
                    400, "{\"errors\":[{\"code\":\"MANIFEST_BLOB_UNKNOWN\",\"message\":\"x\"}]}"));
    assertThatThrownBy(() -> storage.put(INDEX))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.MANIFEST_BLOB_UNKNOWN);
              assertThat(e.codes()).containsExactly("MANIFEST_BLOB_UNKNOWN");
            });
  }

  // ---- Tags

  @Test
  void followsLinksToMoreTags() throws IOException {
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              switch (request.query()) {
                case "n=1000" ->
                    reply.send(
                        200,
                        "{\"tags\":[\"c\",\"a\"]}",
                        "Link: </v2/other>; rel=\"prev\", </v2/app/tags/list?p=2>; title=\"a, b\";"
                            + " rel=\"next\"");
                case "p=2" ->
                    reply.send(
                        200,
                        "{\"name\":\"app\",\"tags\":[\"b\"]}",
                        "Link: <" + registry.url() + "/v2/app/tags/list?p=3>; rel=next");
                default -> reply.send(200, "{\"tags\":null}");
              }
            });
    assertThat(storage.tags()).containsExactly("c", "a", "b");
    assertThat(registry.requests()).hasSize(3);
  }

  @Test
  void asksForMoreAfterAFullPageWithoutALink() throws IOException {
    List<String> all = IntStream.range(0, 2500).mapToObj(i -> "t%05d".formatted(i)).toList();
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              int from =
                  request.query().contains("last=")
                      ? all.indexOf(request.query().replaceFirst(".*last=", "")) + 1
                      : 0;
              List<String> page = all.subList(from, Math.min(all.size(), from + 1000));
              reply.send(200, "{\"tags\":[\"" + String.join("\",\"", page) + "\"]}");
            });
    assertThat(storage.tags()).isEqualTo(all);
    assertThat(registry.requests()).hasSize(3);
  }

  @Test
  void takesACompleteListForOnePage() throws IOException {
    // A registry that knows no pages gives everything each time.
    String all = String.join("\",\"", IntStream.range(0, 1000).mapToObj(i -> "t" + i).toList());
    RegistryStorage storage =
        storage((request, reply) -> reply.send(200, "{\"tags\":[\"" + all + "\"]}"));
    assertThat(storage.tags()).hasSize(1000);
  }

  @Test
  void noticesLinksInACircleAndToElsewhere() throws IOException {
    RegistryStorage circle =
        storage(
            (request, reply) ->
                reply.send(
                    200, "{\"tags\":[\"a\"]}", "Link: </v2/app/tags/list?n=1000>; rel=\"next\""));
    assertProtocol(circle::tags);
    RegistryStorage elsewhere =
        storage(
            (request, reply) ->
                reply.send(
                    200, "{\"tags\":[\"a\"]}", "Link: <https://example.com/x>; rel=\"next\""));
    assertProtocol(elsewhere::tags);
  }

  @Test
  void knowsNoTagsOfWhatIsNotThere() throws IOException {
    RegistryStorage storage =
        storage((request, reply) -> reply.send(404, "{\"errors\":[{\"code\":\"NAME_UNKNOWN\"}]}"));
    assertThat(storage.tags()).isEmpty();
    assertThat(storage.entries()).isEmpty();
  }

  @Test
  void namesItsEntriesInFull() throws IOException {
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              if (request.path().endsWith("/list")) {
                reply.send(200, "{\"tags\":[\"1\",\"gone\"]}");
              } else if (request.path().endsWith("/1")) {
                reply.send(200, INDEX.bytes(), OCI_INDEX, digest(INDEX));
              } else {
                reply.send(404, "");
              }
            });
    assertThat(storage.entries())
        .containsExactly(
            new StorageEntry(
                java.util.Optional.of(registry.host() + "/app:1"), INDEX.descriptor()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "", "a b", "-a", "a/b", "sha256:1"})
  void refusesTagsThatAreNone(String tag) throws IOException {
    RegistryStorage storage =
        storage((request, reply) -> reply.send(200, "{\"tags\":[\"" + tag + "\"]}"));
    assertProtocol(storage::entries);
  }

  @Test
  void listsRepositories() throws IOException {
    storage((request, reply) -> reply.send(200, "{\"repositories\":[\"a\",\"b/c\"]}"));
    RegistryClient client = (RegistryClient) open.get(1);
    assertThat(client.catalog(registry.host())).containsExactly("a", "b/c");
    assertThat(registry.log()).containsExactly("GET /v2/_catalog?n=1000");
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 301, 404, 500})
  void failsAPing(int status) throws IOException {
    storage(
        Clients.options().withRetries(RetryOptions.NONE),
        (request, reply) -> reply.send(status, ""));
    RegistryClient client = (RegistryClient) open.get(1);
    assertThatThrownBy(() -> client.ping(registry.host())).isInstanceOf(RegistryException.class);
  }

  // ---- Referrers

  private static final Digest SUBJECT = Digest.sha256("subject".getBytes(UTF_8));
  private static final MediaType SIGNATURE = MediaType.parse("application/vnd.example.sig");
  private static final MediaType SBOM = MediaType.parse("application/vnd.example.sbom");

  private static Descriptor referrer(String text, MediaType type) {
    return Descriptor.of(MediaType.OCI_IMAGE_MANIFEST, text.getBytes(UTF_8))
        .withArtifactType(type)
        .withAnnotation("text", text);
  }

  private static final Descriptor SIGNED = referrer("signature", SIGNATURE);
  private static final Descriptor LISTED = referrer("sbom", SBOM);

  @Test
  void listsReferrersAndFiltersThemItself() throws IOException {
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              boolean second = request.query().contains("page=2");
              reply.send(
                  200,
                  IndexManifest.of(List.of(second ? LISTED : SIGNED)).bytes(),
                  OCI_INDEX,
                  second ? "X: 1" : "Link: <?page=2>; rel=\"next\"");
            });
    assertThat(storage.referrers(SUBJECT)).containsExactly(SIGNED, LISTED);
    assertThat(storage.referrers(SUBJECT, SBOM)).containsExactly(LISTED);
    assertThat(registry.log())
        .contains(
            "GET /v2/app/referrers/" + SUBJECT,
            "GET /v2/app/referrers/" + SUBJECT + "?artifactType=application/vnd.example.sbom");
  }

  @ParameterizedTest
  @CsvSource({"404, x", "400, x", "405, x", "406, x", "200, text/html"})
  void fallsBackToTheTagWhereThereIsNoList(int status, String type) throws IOException {
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              if (request.path().contains("/referrers/")) {
                reply.send(status, "<html>", "Content-Type: " + type);
              } else if (request.path().endsWith("/sha256-" + SUBJECT.encoded())) {
                reply.send(
                    200, IndexManifest.of(List.of(SIGNED, LISTED, SIGNED)).bytes(), OCI_INDEX);
              } else {
                reply.send(404, "");
              }
            });
    assertThat(storage.referrers(SUBJECT)).containsExactly(SIGNED, LISTED);
    assertThat(storage.referrers(SUBJECT, SIGNATURE)).containsExactly(SIGNED);
    // What is missing is remembered.
    assertThat(registry.requests())
        .filteredOn(request -> request.path().contains("/referrers/"))
        .hasSize(1);
  }

  @Test
  void knowsNoReferrersWhereThereIsNeither() throws IOException {
    RegistryStorage storage = storage((request, reply) -> reply.send(404, ""));
    assertThat(storage.referrers(SUBJECT)).isEmpty();
  }

  @Test
  void refusesAFallBackTagThatIsSomethingElse() throws IOException {
    ImageManifest image = ImageManifest.of(Descriptor.EMPTY_JSON, List.of());
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              if (request.path().contains("/referrers/")) {
                reply.send(404, "");
              } else {
                reply.send(200, image.bytes(), "Content-Type: " + image.mediaType());
              }
            });
    assertThatThrownBy(() -> storage.referrers(SUBJECT)).isInstanceOf(ImageException.class);
  }

  @Test
  void namesTheFallBackTag() {
    assertThat(FallbackTag.of(Digest.parse("sha512:" + "a".repeat(128))))
        .isEqualTo("sha512-" + "a".repeat(64));
    assertThat(FallbackTag.of(Digest.parse("a+b.c_d-e:A=b"))).isEqualTo("a-b.c_d-e-A-b");
    assertThat(FallbackTag.of(Digest.parse("a".repeat(40) + ":x")))
        .isEqualTo("a".repeat(32) + "-x");
  }

  private static ImageManifest artifact() {
    return ImageManifest.of(Descriptor.EMPTY_JSON, List.of())
        .withArtifactType(SIGNATURE)
        .withAnnotation("by", "me")
        .withSubject(Descriptor.of(MediaType.OCI_IMAGE_MANIFEST, SUBJECT, 7));
  }

  @Test
  void leavesTheTagAloneWhereTheRegistryTakesTheSubject() throws IOException {
    RegistryStorage storage =
        storage((request, reply) -> reply.send(201, "", "OCI-Subject: " + SUBJECT));
    storage.put(artifact());
    assertThat(registry.requests()).hasSize(1);
  }

  @Test
  void entersAReferrerUnderTheTag() throws IOException {
    byte[][] kept = new byte[1][];
    RegistryStorage storage = storage((request, reply) -> keepTag(kept, request, reply));
    storage.put(artifact());
    storage.put(artifact());
    IndexManifest index = index(kept[0]);
    assertThat(index.manifests()).hasSize(1);
    Descriptor entry = index.manifests().get(0);
    assertThat(entry.digest()).isEqualTo(artifact().digest());
    assertThat(entry.artifactType()).contains(SIGNATURE);
    assertThat(entry.annotations()).containsEntry("by", "me");
    assertThat(registry.requests())
        .filteredOn(r -> r.method().equals("PUT") && r.path().contains("/sha256-"))
        .hasSize(1);
  }

  private static void keepTag(byte[][] kept, Request request, FakeRegistry.Reply reply)
      throws IOException {
    if (!request.path().contains("/manifests/sha256-")) {
      reply.send(request.method().equals("PUT") ? 201 : 404, "");
    } else if (request.method().equals("PUT")) {
      kept[0] = request.body();
      reply.send(201, "");
    } else if (kept[0] == null) {
      reply.send(404, "");
    } else {
      reply.send(200, kept[0], OCI_INDEX, "ETag: \"" + Digest.sha256(kept[0]) + "\"");
    }
  }

  private static IndexManifest index(byte[] bytes) throws IOException {
    return dev.imbrex.manifest.document.Manifest.parse(
            bytes, dev.imbrex.manifest.document.ParseContext.of("test"))
        .requireIndex();
  }

  @Test
  void entersItAgainWhereSomebodyElseWasFaster() throws IOException {
    byte[][] kept = {IndexManifest.of(List.of()).bytes()};
    int[] refused = new int[1];
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              boolean put = request.method().equals("PUT") && request.path().contains("/sha256-");
              if (put && refused[0]++ == 0) {
                kept[0] = IndexManifest.of(List.of(LISTED)).bytes();
              }
              if (put && !request.header("If-Match").equals("\"" + Digest.sha256(kept[0]) + "\"")) {
                reply.send(412, "");
                return;
              }
              keepTag(kept, request, reply);
            });
    storage.put(artifact());
    assertThat(index(kept[0]).manifests()).hasSize(2).contains(LISTED);
  }

  @Test
  void takesAReferrerOutWhenItIsDeleted() throws IOException {
    ImageManifest artifact = artifact();
    byte[][] kept = {IndexManifest.of(List.of(LISTED, artifact.descriptor())).bytes()};
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              if (request.path().endsWith(artifact.digest().toString())) {
                reply.send(
                    request.method().equals("DELETE") ? 202 : 200,
                    request.method().equals("DELETE") ? new byte[0] : artifact.bytes(),
                    "Content-Type: " + artifact.mediaType());
              } else {
                keepTag(kept, request, reply);
              }
            });
    assertThat(storage.deleteManifest(artifact.digest())).isTrue();
    assertThat(index(kept[0]).manifests()).containsExactly(LISTED);
  }

  // ---- Deleting

  @Test
  void deletesAndSaysWhatWasThere() throws IOException {
    RegistryStorage there =
        storage((request, reply) -> reply.send(request.method().equals("DELETE") ? 202 : 404, ""));
    assertThat(there.deleteManifest(SUBJECT)).isTrue();
    assertThat(there.deleteTag("1")).isTrue();
    assertThat(there.deleteBlob(SUBJECT)).isTrue();
    assertThat(registry.log())
        .contains(
            "DELETE /v2/app/manifests/" + SUBJECT,
            "DELETE /v2/app/manifests/1",
            "DELETE /v2/app/blobs/" + SUBJECT);
    RegistryStorage gone = storage((request, reply) -> reply.send(404, ""));
    assertThat(gone.deleteManifest(SUBJECT)).isFalse();
    assertThat(gone.deleteTag("1")).isFalse();
    assertThat(gone.deleteBlob(SUBJECT)).isFalse();
    assertThat(gone.deleteTagByManifest("1")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 405})
  void saysThatTagsCannotBeDeleted(int status) throws IOException {
    RegistryStorage storage = storage((request, reply) -> reply.send(status, ""));
    assertThatThrownBy(() -> storage.deleteTag("1"))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED));
  }

  private static void assertProtocol(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PROTOCOL));
  }

  private static String digest(IndexManifest index) {
    return digest(index.digest());
  }

  private static String digest(Digest digest) {
    return "Docker-Content-Digest: " + digest;
  }
}
