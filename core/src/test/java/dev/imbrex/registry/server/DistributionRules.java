package dev.imbrex.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.image.Storage;
import dev.imbrex.registry.server.RawClient.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules of the OCI distribution-spec 1.1, category by category in its order, held against the
 * server by a client that sends what stands there and nothing else. Where a rule is of the next
 * version of the specification, it says so.
 */
abstract class DistributionRules {
  private static final String REPOSITORY = "conformance/first";
  private static final String OTHER = "conformance/second";
  private static final String BASE = "/v2/" + REPOSITORY;
  private static final String UPLOADS = BASE + "/blobs/uploads/";
  private static final String JSON = "application/json";

  private Storage storage;
  private RegistryServer server;
  private RawClient client;

  /** Opens the storage the server is to serve. */
  abstract Storage open() throws IOException;

  @BeforeEach
  final void start() throws IOException {
    storage = open();
    server = RegistryServer.start(storage);
    client = new RawClient(server);
  }

  @AfterEach
  final void stop() throws IOException {
    server.close();
    storage.close();
  }

  /** end-1. */
  @Test
  void tellsThatItIsARegistry() throws Exception {
    Answer answer = client.get("/v2/").expect(200);
    assertThat(answer.text()).isEqualTo("{}");
    assertThat(answer.header("Content-Type")).isEqualTo(JSON);
    assertThat(answer.header("Docker-Distribution-API-Version")).isEqualTo("registry/2.0");
    client.get("/v2").expect(200);
    client.get("/v3/").expect(404, "UNSUPPORTED");
    client.get("/").expect(404, "UNSUPPORTED");
    client.post("/v2/").expect(405, "UNSUPPORTED");
  }

  /** "Pull": end-2, end-3. */
  @Nested
  class Pull {
    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha512"})
    void givesAManifestAsItWasPut(String algorithm) throws Exception {
      byte[] manifest = Fixture.sparse(1);
      String digest = Fixture.digest(algorithm, manifest);
      Fixture.put(client, REPOSITORY, digest, Fixture.MANIFEST, manifest).expect(201);
      String path = BASE + "/manifests/" + digest;
      for (String accept : List.of(Fixture.MANIFEST, "text/plain", "*/*")) {
        Answer answer = client.with("Accept", accept).get(path).expect(200);
        assertThat(answer.body()).isEqualTo(manifest);
        assertThat(answer.header("Content-Type")).isEqualTo(Fixture.MANIFEST);
        assertThat(answer.header("Content-Length")).isEqualTo("" + manifest.length);
        assertThat(answer.header("Docker-Content-Digest")).isEqualTo(digest);
      }
      Answer head = client.head(path).expect(200);
      assertThat(head.body()).isEmpty();
      assertThat(head.header("Content-Type")).isEqualTo(Fixture.MANIFEST);
      assertThat(head.header("Content-Length")).isEqualTo("" + manifest.length);
      assertThat(head.header("Docker-Content-Digest")).isEqualTo(digest);
    }

    @Test
    void givesAManifestByItsTag() throws Exception {
      byte[] manifest = Fixture.sparse(2);
      Fixture.put(client, REPOSITORY, "v1.0", Fixture.MANIFEST, manifest).expect(201);
      Answer answer = client.get(BASE + "/manifests/v1.0").expect(200);
      assertThat(answer.body()).isEqualTo(manifest);
      assertThat(answer.header("Docker-Content-Digest")).isEqualTo(Fixture.sha256(manifest));
      client.head(BASE + "/manifests/v1.0").expect(200);
    }

    /** SN-T4: one body may be known by several digests; each is reported as it was asked for. */
    @Test
    void knowsOneManifestByTwoDigests() throws Exception {
      byte[] manifest = Fixture.sparse(3);
      for (String algorithm : List.of("sha256", "sha512")) {
        String digest = Fixture.digest(algorithm, manifest);
        Fixture.put(client, REPOSITORY, digest, Fixture.MANIFEST, manifest).expect(201);
      }
      for (String algorithm : List.of("sha256", "sha512")) {
        String digest = Fixture.digest(algorithm, manifest);
        Answer answer = client.get(BASE + "/manifests/" + digest).expect(200);
        assertThat(answer.header("Docker-Content-Digest")).isEqualTo(digest);
      }
    }

    @Test
    void keepsAnyTypeAndAnyBytes() throws Exception {
      byte[] odd = " { \"odd\" : [ 1.50, null ] } \n".getBytes(UTF_8);
      String type = "application/vnd.example.Odd+json";
      Fixture.put(client, REPOSITORY, "odd", type, odd).expect(201);
      Answer answer = client.get(BASE + "/manifests/odd").expect(200);
      assertThat(answer.body()).isEqualTo(odd);
      assertThat(answer.header("Content-Type")).isEqualTo(type);
    }

    @Test
    void saysWhatItDoesNotHave() throws Exception {
      String absent = Fixture.sha256(Fixture.bytes(9, 9));
      client.get(BASE + "/manifests/absent").expect(404, "MANIFEST_UNKNOWN");
      client.get(BASE + "/manifests/" + absent).expect(404, "MANIFEST_UNKNOWN");
      client.get(BASE + "/blobs/" + absent).expect(404, "BLOB_UNKNOWN");
      assertThat(client.head(BASE + "/manifests/absent").expect(404).body()).isEmpty();
      assertThat(client.head(BASE + "/blobs/" + absent).expect(404).body()).isEmpty();
      client.get(BASE + "/manifests/sha256:baddigeststring").expect(400, "DIGEST_INVALID");
      client.get(BASE + "/blobs/sha256:baddigeststring").expect(400, "DIGEST_INVALID");
      client.get(BASE + "/manifests/.tag").expect(400, "TAG_INVALID");
      client.get("/v2/Upper/Case/manifests/a").expect(400, "NAME_INVALID");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha512"})
    void givesABlob(String algorithm) throws Exception {
      byte[] blob = Fixture.bytes(4, 300_000);
      String digest = Fixture.digest(algorithm, blob);
      client.post(UPLOADS + "?digest=" + digest, blob).expect(201);
      Answer answer = client.get(BASE + "/blobs/" + digest).expect(200);
      assertThat(answer.body()).isEqualTo(blob);
      assertThat(answer.header("Content-Length")).isEqualTo("" + blob.length);
      assertThat(answer.header("Docker-Content-Digest")).isEqualTo(digest);
      Answer head = client.head(BASE + "/blobs/" + digest).expect(200);
      assertThat(head.body()).isEmpty();
      assertThat(head.header("Content-Length")).isEqualTo("" + blob.length);
      assertThat(head.header("Docker-Content-Digest")).isEqualTo(digest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}"})
    void givesTheWellKnownBlobs(String content) throws Exception {
      byte[] blob = content.getBytes(UTF_8);
      String digest = Fixture.push(client, REPOSITORY, blob);
      Answer answer = client.get(BASE + "/blobs/" + digest).expect(200);
      assertThat(answer.body()).isEqualTo(blob);
      assertThat(answer.header("Content-Length")).isEqualTo("" + blob.length);
      Answer head = client.head(BASE + "/blobs/" + digest).expect(200);
      assertThat(head.header("Content-Length")).isEqualTo("" + blob.length);
    }

    /** RFC 9110, section 14; SN-T10. */
    @Test
    void givesPartsOfABlob() throws Exception {
      byte[] blob = Fixture.bytes(5, 2048);
      String path = BASE + "/blobs/" + Fixture.push(client, REPOSITORY, blob);
      expectPart(path, blob, "bytes=500-1499", 500, 1500);
      expectPart(path, blob, "bytes=500-", 500, 2048);
      expectPart(path, blob, "bytes=-500", 1548, 2048);
      expectPart(path, blob, "bytes=2000-5000", 2000, 2048);
      expectPart(path, blob, "bytes=-5000", 0, 2048);
      for (String range : List.of("bytes=500-0", "bytes=5000-10000", "bytes=2048-", "bytes=-0")) {
        Answer answer = client.with("Range", range).get(path).expect(416, "RANGE_INVALID");
        assertThat(answer.header("Content-Range")).isEqualTo("bytes */2048");
      }
      for (String range : List.of("bytes=0-1,4-5", "lines=0-1", "bytes=")) {
        assertThat(client.with("Range", range).get(path).expect(200).body()).isEqualTo(blob);
      }
      String etag = client.head(path).header("ETag");
      client.with("Range", "bytes=0-1").with("If-Range", etag).get(path).expect(206);
      client.with("Range", "bytes=0-1").with("If-Range", "\"other\"").get(path).expect(200);
    }

    private void expectPart(String path, byte[] blob, String range, int from, int to)
        throws Exception {
      Answer answer = client.with("Range", range).get(path).expect(206);
      assertThat(answer.body()).isEqualTo(Arrays.copyOfRange(blob, from, to));
      assertThat(answer.header("Content-Length")).isEqualTo("" + (to - from));
      assertThat(answer.header("Content-Range"))
          .isEqualTo("bytes " + from + "-" + (to - 1) + "/" + blob.length);
    }
  }

  /** "Push": end-4, end-5, end-6, end-7, end-11, end-13. */
  @Nested
  class Push {
    private byte[] blob = new byte[0];
    private String digest = "";

    /** A blob of three chunks, and what the client will say its digest is. */
    private void make(String algorithm) {
      blob = Fixture.bytes(algorithm.hashCode(), 3 * 1024 - 5);
      digest = Fixture.digest(algorithm, blob);
    }

    private void expectPushed(Answer answer) throws Exception {
      answer.expect(201);
      assertThat(answer.header("Docker-Content-Digest")).isEqualTo(digest);
      assertThat(client.get(answer.header("Location")).expect(200).body()).isEqualTo(blob);
      client.head(BASE + "/blobs/" + digest).expect(200);
    }

    private String start(String parameters) throws Exception {
      Answer answer = client.post(UPLOADS + parameters).expect(202);
      assertThat(answer.header("Range")).isEqualTo("0-0");
      return answer.header("Location");
    }

    private String withDigest(String location) {
      return location + (location.indexOf('?') < 0 ? '?' : '&') + "digest=" + digest;
    }

    private Answer chunk(String method, String location, int from, int to) throws Exception {
      RawClient chunked =
          client
              .with("Content-Type", "application/octet-stream")
              .with("Content-Range", from + "-" + (to - 1));
      byte[] bytes = Arrays.copyOfRange(blob, from, to);
      return method.equals("PUT")
          ? chunked.put(withDigest(location), bytes)
          : chunked.patch(location, bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha512"})
    void takesABlobInOneRequest(String algorithm) throws Exception {
      make(algorithm);
      expectPushed(client.post(UPLOADS + "?digest=" + digest, blob));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha512"})
    void takesABlobInOnePut(String algorithm) throws Exception {
      make(algorithm);
      expectPushed(client.put(withDigest(start("")), blob));
      expectPushed(client.put(withDigest(start("?digest-algorithm=" + algorithm)), blob));
      expectPushed(client.stream("PUT", withDigest(start("")), blob));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha512"})
    void takesABlobInOneChunk(String algorithm) throws Exception {
      make(algorithm);
      Answer answer = chunk("PATCH", start(""), 0, blob.length).expect(202);
      assertThat(answer.header("Range")).isEqualTo("0-" + (blob.length - 1));
      expectPushed(client.put(withDigest(answer.header("Location")), new byte[0]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha512"})
    void takesABlobInSeveralChunks(String algorithm) throws Exception {
      make(algorithm);
      String location = start("");
      for (int from = 0; from < blob.length; from += 1024) {
        int to = Math.min(from + 1024, blob.length);
        Answer answer = chunk("PATCH", location, from, to).expect(202);
        assertThat(answer.header("Range")).isEqualTo("0-" + (to - 1));
        location = answer.header("Location");
      }
      expectPushed(client.put(withDigest(location), new byte[0]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha512"})
    void takesTheLastChunkWithThePut(String algorithm) throws Exception {
      make(algorithm);
      String location = chunk("PATCH", start(""), 0, 1024).expect(202).header("Location");
      location = chunk("PATCH", location, 1024, 2048).expect(202).header("Location");
      expectPushed(chunk("PUT", location, 2048, blob.length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha512"})
    void goesOnAfterChunksOutOfOrder(String algorithm) throws Exception {
      make(algorithm);
      String location = start("");
      chunk("PATCH", location, 1024, 2048).expect(416, "BLOB_UPLOAD_INVALID");
      location = chunk("PATCH", location, 0, 1024).expect(202).header("Location");
      Answer refused = chunk("PATCH", location, 0, 1024).expect(416, "BLOB_UPLOAD_INVALID");
      assertThat(refused.header("Location")).isEqualTo(location);
      assertThat(refused.header("Range")).isEqualTo("0-1023");
      Answer status = client.get(location).expect(204);
      assertThat(status.header("Range")).isEqualTo("0-1023");
      location = chunk("PATCH", status.header("Location"), 1024, 2048).header("Location");
      chunk("PUT", location, 0, 1024).expect(416, "BLOB_UPLOAD_INVALID");
      assertThat(client.get(location).expect(204).header("Range")).isEqualTo("0-2047");
      expectPushed(chunk("PUT", location, 2048, blob.length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha512"})
    void takesAStreamWithoutAnyLength(String algorithm) throws Exception {
      make(algorithm);
      String location = client.stream("PATCH", start(""), blob).expect(202).header("Location");
      expectPushed(client.put(withDigest(location), new byte[0]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha512"})
    void mountsABlobFromAnotherRepository(String algorithm) throws Exception {
      make(algorithm);
      client.post("/v2/" + OTHER + "/blobs/uploads/?digest=" + digest, blob).expect(201);
      client.head(BASE + "/blobs/" + digest).expect(404);
      expectPushed(client.post(UPLOADS + "?mount=" + digest + "&from=" + OTHER));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha512"})
    void mountsABlobFromWhereverItIs(String algorithm) throws Exception {
      make(algorithm);
      client.post("/v2/" + OTHER + "/blobs/uploads/?digest=" + digest, blob).expect(201);
      expectPushed(client.post(UPLOADS + "?mount=" + digest));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha512"})
    void beginsAnUploadWhereThereIsNothingToMount(String algorithm) throws Exception {
      make(algorithm);
      for (String parameters : List.of("&from=" + OTHER, "&from=does/not/exist", "")) {
        Answer answer = client.post(UPLOADS + "?mount=" + digest + parameters).expect(202);
        client.delete(answer.header("Location")).expect(204);
      }
      Answer answer = client.post(UPLOADS + "?mount=" + digest + "&from=" + OTHER).expect(202);
      expectPushed(client.put(withDigest(answer.header("Location")), blob));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha512"})
    void refusesABlobThatHasAnotherDigest(String algorithm) throws Exception {
      make(algorithm);
      byte[] wrong = Fixture.bytes(77, blob.length);
      client.post(UPLOADS + "?digest=" + digest, wrong).expect(400, "DIGEST_INVALID");
      String location = start("");
      client.put(withDigest(location), wrong).expect(400, "DIGEST_INVALID");
      client.get(location).expect(404, "BLOB_UPLOAD_UNKNOWN");
      location = client.stream("PATCH", start(""), wrong).header("Location");
      client.put(withDigest(location), new byte[0]).expect(400, "DIGEST_INVALID");
      client.get(BASE + "/blobs/" + digest).expect(404, "BLOB_UNKNOWN");
      assertThat(server.openUploads()).isZero();
    }

    @Test
    void refusesDigestsItCannotVerify() throws Exception {
      make("sha256");
      for (String bad : List.of("sha256:abc", "md5:d41d8cd98f00b204e9800998ecf8427e", "x", "")) {
        client.post(UPLOADS + "?digest=" + bad, blob).expect(400, "DIGEST_INVALID");
        String location = start("");
        client.put(location + "?digest=" + bad, blob).expect(400, "DIGEST_INVALID");
        client.put(location, blob).expect(400, "DIGEST_INVALID");
        client.delete(location).expect(204);
      }
      client.post(UPLOADS + "?digest-algorithm=md5").expect(400, "DIGEST_INVALID");
    }

    @Test
    void endsAnUploadThatIsCancelled() throws Exception {
      make("sha256");
      String location = chunk("PATCH", start(""), 0, 1024).header("Location");
      client.delete(location).expect(204);
      client.get(location).expect(404, "BLOB_UPLOAD_UNKNOWN");
      client.patch(location, blob).expect(404, "BLOB_UPLOAD_UNKNOWN");
      client.put(withDigest(location), blob).expect(404, "BLOB_UPLOAD_UNKNOWN");
      client.delete(location).expect(404, "BLOB_UPLOAD_UNKNOWN");
    }

    @Test
    void doesNotTakeAChunkOfAnotherLength() throws Exception {
      make("sha256");
      String location = start("");
      client
          .with("Content-Range", "0-99")
          .patch(location, Arrays.copyOf(blob, 50))
          .expect(400, "SIZE_INVALID");
      client
          .with("Content-Range", "abc")
          .patch(location, Arrays.copyOf(blob, 50))
          .expect(400, "BLOB_UPLOAD_INVALID");
      expectPushed(client.put(withDigest(location), blob));
    }

    @Test
    void knowsAnUploadInItsRepositoryOnly() throws Exception {
      String location = start("");
      String elsewhere = location.replace(REPOSITORY, OTHER);
      client.get(elsewhere).expect(404, "BLOB_UPLOAD_UNKNOWN");
      client.delete(location).expect(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha512"})
    void takesManifestsByDigest(String algorithm) throws Exception {
      byte[] manifest = Fixture.sparse(11);
      String wanted = Fixture.digest(algorithm, manifest);
      Answer answer = Fixture.put(client, REPOSITORY, wanted, Fixture.MANIFEST, manifest);
      answer.expect(201);
      assertThat(answer.header("Docker-Content-Digest")).isEqualTo(wanted);
      assertThat(client.get(answer.header("Location")).expect(200).body()).isEqualTo(manifest);
    }

    @Test
    void takesManifestsByTag() throws Exception {
      byte[] manifest = Fixture.sparse(12);
      Answer answer = Fixture.put(client, REPOSITORY, "tag", Fixture.MANIFEST, manifest);
      answer.expect(201);
      String wanted = Fixture.sha256(manifest);
      assertThat(answer.header("Docker-Content-Digest")).isEqualTo(wanted);
      assertThat(client.get(answer.header("Location")).expect(200).body()).isEqualTo(manifest);
      client.get(BASE + "/manifests/" + wanted).expect(200);
    }

    /** Of the next version: tag parameters of a push by digest. */
    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha512"})
    void makesTagsWithAPushByDigest(String algorithm) throws Exception {
      byte[] manifest = Fixture.sparse(13);
      String wanted = Fixture.digest(algorithm, manifest);
      Answer answer =
          Fixture.put(client, REPOSITORY, wanted + "?tag=one&tag=two", Fixture.MANIFEST, manifest);
      assertThat(answer.expect(201).headers("OCI-Tag")).containsExactly("one", "two");
      for (String tag : List.of("one", "two")) {
        Answer tagged = client.get(BASE + "/manifests/" + tag).expect(200);
        assertThat(tagged.header("Docker-Content-Digest")).isEqualTo(wanted);
      }
      Fixture.put(client, REPOSITORY, wanted + "?tag=.x", Fixture.MANIFEST, manifest)
          .expect(400, "TAG_INVALID");
    }

    @Test
    void refusesAManifestThatHasAnotherDigest() throws Exception {
      byte[] manifest = Fixture.sparse(14);
      String other = Fixture.sha256(Fixture.sparse(15));
      Fixture.put(client, REPOSITORY, other, Fixture.MANIFEST, manifest)
          .expect(400, "DIGEST_INVALID");
      Fixture.put(client, REPOSITORY, "sha256:baddigeststring", Fixture.MANIFEST, manifest)
          .expect(400, "DIGEST_INVALID");
      Fixture.put(client, REPOSITORY, "md5:" + "0".repeat(32), Fixture.MANIFEST, manifest)
          .expect(400, "DIGEST_INVALID");
      client.get(BASE + "/manifests/" + other).expect(404, "MANIFEST_UNKNOWN");
    }

    @Test
    void refusesWhatIsNoManifestAtAll() throws Exception {
      Fixture.put(client, REPOSITORY, "x", Fixture.MANIFEST, "blabla".getBytes(UTF_8))
          .expect(400, "MANIFEST_INVALID");
      Fixture.put(client, REPOSITORY, "x", "no type", Fixture.sparse(1))
          .expect(400, "MANIFEST_INVALID");
      client.put(BASE + "/manifests/x", "{}".getBytes(UTF_8)).expect(400, "MANIFEST_INVALID");
      client.get(BASE + "/manifests/x").expect(404, "MANIFEST_UNKNOWN");
    }

    @Test
    void takesTheTypeFromTheDocumentWhereNothingElseSaysIt() throws Exception {
      client.put(BASE + "/manifests/typed", Fixture.sparse(1)).expect(201);
      assertThat(client.head(BASE + "/manifests/typed").header("Content-Type"))
          .isEqualTo(Fixture.MANIFEST);
    }

    /** Specification: registries should take manifests of 4 MiB. */
    @Test
    void takesLargeManifestsUpToALimit() throws Exception {
      String padding = ",\"annotations\":{\"a\":\"" + "A".repeat(4 << 20) + "\"}";
      byte[] large =
          Fixture.manifest(Fixture.descriptor(Fixture.CONFIG, new byte[0]), List.of(), padding);
      Fixture.put(client, REPOSITORY, "large", Fixture.MANIFEST, large).expect(201);
      assertThat(client.get(BASE + "/manifests/large").expect(200).body()).isEqualTo(large);
      byte[] tooLarge = new byte[(8 << 20) + 1];
      Fixture.put(client, REPOSITORY, "larger", Fixture.MANIFEST, tooLarge)
          .expect(413, "SIZE_INVALID");
    }

    @Test
    void takesIndexesSparseNestedAndEmpty() throws Exception {
      byte[] child = Fixture.sparse(20);
      Fixture.put(client, REPOSITORY, Fixture.sha256(child), Fixture.MANIFEST, child).expect(201);
      byte[] inner =
          Fixture.index(
              List.of(
                  Fixture.descriptor(Fixture.MANIFEST, child),
                  Fixture.descriptor(Fixture.MANIFEST, Fixture.sparse(21))),
              "");
      byte[] outer = Fixture.index(List.of(Fixture.descriptor(Fixture.INDEX, inner)), "");
      for (byte[] index : List.of(inner, outer, Fixture.index(List.of(), ""))) {
        Fixture.put(client, REPOSITORY, "index", Fixture.INDEX, index).expect(201);
        assertThat(client.get(BASE + "/manifests/index").expect(200).body()).isEqualTo(index);
      }
      client.get(BASE + "/manifests/" + Fixture.sha256(inner)).expect(200);
      client
          .get(BASE + "/manifests/" + Fixture.sha256(Fixture.sparse(21)))
          .expect(404, "MANIFEST_UNKNOWN");
    }

    /** end-7: also if the subject is missing. */
    @Test
    void namesTheSubjectOfAManifest() throws Exception {
      String subject = Fixture.sha256(Fixture.bytes(1, 1));
      byte[] manifest =
          Fixture.manifest(
              Fixture.descriptor("application/vnd.oci.empty.v1+json", "{}".getBytes(UTF_8)),
              List.of(),
              ",\"subject\":" + Fixture.descriptor(Fixture.MANIFEST, subject, 1));
      Answer answer = Fixture.put(client, REPOSITORY, "about", Fixture.MANIFEST, manifest);
      assertThat(answer.expect(201).header("OCI-Subject")).isEqualTo(subject);
    }

    /** SN-G26: what clients use to change a fall-back tag without losing an update. */
    @Test
    void movesATagOnlyFromWhereTheClientSawIt() throws Exception {
      Fixture.put(client, REPOSITORY, "tag", Fixture.MANIFEST, Fixture.sparse(30)).expect(201);
      String etag = client.head(BASE + "/manifests/tag").header("ETag");
      RawClient conditional = client.with("If-Match", etag);
      Fixture.put(conditional, REPOSITORY, "tag", Fixture.MANIFEST, Fixture.sparse(31)).expect(201);
      Fixture.put(conditional, REPOSITORY, "tag", Fixture.MANIFEST, Fixture.sparse(32))
          .expect(412, "TAG_INVALID");
      assertThat(client.get(BASE + "/manifests/tag").body()).isEqualTo(Fixture.sparse(31));
    }
  }

  /** "Content Discovery": end-8, end-12. */
  @Nested
  class Discovery {
    private final List<String> tags =
        List.of("10", "2", "A", "Z", "_x", "a", "a-b", "a.b", "a_b", "latest", "z");

    private void tagAll() throws Exception {
      byte[] manifest = Fixture.sparse(40);
      List<String> shuffled = new ArrayList<>(tags);
      Collections.shuffle(shuffled, new Random(5));
      String parameters = "?tag=" + String.join("&tag=", shuffled);
      Fixture.put(
              client, REPOSITORY, Fixture.sha256(manifest) + parameters, Fixture.MANIFEST, manifest)
          .expect(201);
    }

    private String list(List<String> expected) {
      return "{\"name\":\""
          + REPOSITORY
          + "\",\"tags\":["
          + String.join(",", expected.stream().map(tag -> '"' + tag + '"').toList())
          + "]}";
    }

    @Test
    void knowsNoTagsOfWhatNobodyPushed() throws Exception {
      client.get(BASE + "/tags/list").expect(404, "NAME_UNKNOWN");
    }

    @Test
    void listsTagsByCodePoint() throws Exception {
      tagAll();
      Answer answer = client.get(BASE + "/tags/list").expect(200);
      assertThat(answer.text()).isEqualTo(list(tags));
      assertThat(answer.header("Content-Type")).isEqualTo(JSON);
      assertThat(answer.headers("Link")).isEmpty();
    }

    @Test
    void listsTagsInPages() throws Exception {
      tagAll();
      List<String> seen = new ArrayList<>();
      String next = BASE + "/tags/list?n=4";
      while (next != null) {
        Answer answer = client.get(next).expect(200);
        Stream.of(answer.text().replaceAll(".*\\[|\\].*", "").split(",", -1))
            .map(tag -> tag.replace("\"", ""))
            .forEach(seen::add);
        assertThat(seen.size() % 4 == 0 || answer.headers("Link").isEmpty()).isTrue();
        next =
            answer.headers("Link").isEmpty()
                ? null
                : answer.header("Link").replaceAll("^<|>; rel=\"next\"$", "");
      }
      assertThat(seen).isEqualTo(tags);
    }

    @Test
    void listsTagsAfterOne() throws Exception {
      tagAll();
      assertThat(client.get(BASE + "/tags/list?last=a.b").text())
          .isEqualTo(list(tags.subList(8, 11)));
      assertThat(client.get(BASE + "/tags/list?n=2&last=B").text())
          .isEqualTo(list(List.of("Z", "_x")));
      Answer all = client.get(BASE + "/tags/list?n=3&last=a_b").expect(200);
      assertThat(all.text()).isEqualTo(list(List.of("latest", "z")));
      assertThat(all.headers("Link")).isEmpty();
      assertThat(client.get(BASE + "/tags/list?last=zz").text()).isEqualTo(list(List.of()));
    }

    @Test
    void listsNoneOnRequest() throws Exception {
      tagAll();
      Answer answer = client.get(BASE + "/tags/list?n=0").expect(200);
      assertThat(answer.text()).isEqualTo(list(List.of()));
      assertThat(answer.headers("Link")).isEmpty();
      client.get(BASE + "/tags/list?n=-1").expect(400, "PAGINATION_NUMBER_INVALID");
      client.get(BASE + "/tags/list?n=x").expect(400, "PAGINATION_NUMBER_INVALID");
    }

    @Test
    void listsRepositories() throws Exception {
      for (String repository : List.of("b/c", "a", "b")) {
        Fixture.put(client, repository, "x", Fixture.MANIFEST, Fixture.sparse(1)).expect(201);
      }
      assertThat(client.get("/v2/_catalog").expect(200).text())
          .isEqualTo("{\"repositories\":[\"a\",\"b\",\"b/c\"]}");
      Answer page = client.get("/v2/_catalog?n=2").expect(200);
      assertThat(page.text()).isEqualTo("{\"repositories\":[\"a\",\"b\"]}");
      assertThat(page.header("Link")).isEqualTo("</v2/_catalog?n=2&last=b>; rel=\"next\"");
    }

    private String subject() {
      return Fixture.sha256(Fixture.sparse(50));
    }

    private String aboutSubject() {
      return ",\"subject\":"
          + Fixture.descriptor(Fixture.MANIFEST, subject(), Fixture.sparse(50).length);
    }

    private byte[] referrer(String artifactType, String more) {
      String config = artifactType.isEmpty() ? "application/vnd.example.config" : "a/b";
      return Fixture.manifest(
          Fixture.descriptor(config, "{}".getBytes(UTF_8)),
          List.of(),
          (artifactType.isEmpty() ? "" : ",\"artifactType\":\"" + artifactType + "\"")
              + aboutSubject()
              + more);
    }

    private String entry(String type, byte[] manifest, String artifactType, String annotations) {
      String descriptor = Fixture.descriptor(type, manifest);
      return descriptor.substring(0, descriptor.length() - 1)
          + (annotations.isEmpty() ? "" : ",\"annotations\":" + annotations)
          + (artifactType.isEmpty() ? "" : ",\"artifactType\":\"" + artifactType + "\"")
          + "}";
    }

    private void expectReferrers(Answer answer, List<String> entries) {
      answer.expect(200);
      assertThat(answer.header("Content-Type")).isEqualTo(Fixture.INDEX);
      assertThat(answer.text()).isEqualTo(new String(Fixture.index(entries, ""), UTF_8));
    }

    @Test
    void knowsNoReferrersOfWhatNobodyPushed() throws Exception {
      expectReferrers(client.get(BASE + "/referrers/" + subject()), List.of());
      expectReferrers(client.get(BASE + "/referrers/unknown+algo:abc"), List.of());
      client.get(BASE + "/referrers/sha256:bad").expect(400, "DIGEST_INVALID");
    }

    @Test
    void listsReferrersWithTypesAndAnnotations() throws Exception {
      String annotations = "{\"b\":\"2\",\"a\":\"1\"}";
      byte[] plain = referrer("", "");
      byte[] typed = referrer("application/vnd.x+json", ",\"annotations\":" + annotations);
      byte[] index = Fixture.index(List.of(), aboutSubject());
      byte[] typedIndex =
          Fixture.index(List.of(), ",\"artifactType\":\"application/vnd.y\"" + aboutSubject());
      Fixture.put(client, REPOSITORY, Fixture.sha256(plain), Fixture.MANIFEST, plain);
      Fixture.put(client, REPOSITORY, "typed", Fixture.MANIFEST, typed);
      Fixture.put(client, REPOSITORY, "typed-again", Fixture.MANIFEST, typed);
      Fixture.put(client, REPOSITORY, "index", Fixture.INDEX, index);
      Fixture.put(client, REPOSITORY, "typed-index", Fixture.INDEX, typedIndex);
      Fixture.put(client, OTHER, "elsewhere", Fixture.MANIFEST, referrer("a/c", ""));
      expectReferrers(
          client.get(BASE + "/referrers/" + subject()),
          List.of(
              entry(Fixture.MANIFEST, plain, "application/vnd.example.config", ""),
              entry(Fixture.MANIFEST, typed, "application/vnd.x+json", annotations),
              entry(Fixture.INDEX, index, "", ""),
              entry(Fixture.INDEX, typedIndex, "application/vnd.y", "")));
      for (String type : List.of("application/vnd.x+json", "application/vnd.x%2Bjson")) {
        Answer filtered = client.get(BASE + "/referrers/" + subject() + "?artifactType=" + type);
        assertThat(filtered.header("OCI-Filters-Applied")).isEqualTo("artifactType");
        expectReferrers(
            filtered,
            List.of(entry(Fixture.MANIFEST, typed, "application/vnd.x+json", annotations)));
      }
    }

    @Test
    void forgetsReferrersThatAreDeleted() throws Exception {
      byte[] referrer = referrer("a/b", "");
      Fixture.put(client, REPOSITORY, "one", Fixture.MANIFEST, referrer).expect(201);
      client.delete(BASE + "/manifests/" + Fixture.sha256(referrer)).expect(202);
      expectReferrers(client.get(BASE + "/referrers/" + subject()), List.of());
    }

    /** "Enabling the Referrers API": what older clients noted under a tag is listed as well. */
    @Test
    void mergesWhatStandsUnderTheFallBackTag() throws Exception {
      byte[] noted = Fixture.sparse(51);
      byte[] known = referrer("a/b", "");
      Fixture.put(client, REPOSITORY, "noted", Fixture.MANIFEST, noted).expect(201);
      Fixture.put(client, REPOSITORY, "known", Fixture.MANIFEST, known).expect(201);
      byte[] fallback =
          Fixture.index(
              List.of(
                  Fixture.descriptor(Fixture.MANIFEST, known),
                  Fixture.descriptor(Fixture.MANIFEST, noted)),
              "");
      Fixture.put(client, REPOSITORY, subject().replace(':', '-'), Fixture.INDEX, fallback)
          .expect(201);
      expectReferrers(
          client.get(BASE + "/referrers/" + subject()),
          List.of(
              entry(Fixture.MANIFEST, known, "a/b", ""),
              entry(Fixture.MANIFEST, noted, Fixture.CONFIG, "")));
    }
  }

  /** "Content Management": end-9, end-10. */
  @Nested
  class Management {
    @Test
    void deletesATagAndNothingElse() throws Exception {
      byte[] manifest = Fixture.sparse(60);
      Fixture.put(client, REPOSITORY, "one", Fixture.MANIFEST, manifest).expect(201);
      Fixture.put(client, REPOSITORY, "two", Fixture.MANIFEST, manifest).expect(201);
      client.delete(BASE + "/manifests/one").expect(202);
      client.head(BASE + "/manifests/one").expect(404);
      client.delete(BASE + "/manifests/one").expect(404, "MANIFEST_UNKNOWN");
      client.get(BASE + "/manifests/two").expect(200);
      client.delete(BASE + "/manifests/two").expect(202);
      client.get(BASE + "/manifests/" + Fixture.sha256(manifest)).expect(200);
      assertThat(client.get(BASE + "/tags/list").expect(200).text()).endsWith("\"tags\":[]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha512"})
    void deletesAManifestWithItsTags(String algorithm) throws Exception {
      byte[] manifest = Fixture.sparse(61);
      byte[] other = Fixture.sparse(62);
      String digest = Fixture.digest(algorithm, manifest);
      Fixture.put(client, REPOSITORY, digest + "?tag=a&tag=b", Fixture.MANIFEST, manifest);
      Fixture.put(client, REPOSITORY, "c", Fixture.MANIFEST, other).expect(201);
      client.delete(BASE + "/manifests/" + digest).expect(202);
      client.get(BASE + "/manifests/" + digest).expect(404, "MANIFEST_UNKNOWN");
      client.head(BASE + "/manifests/a").expect(404);
      client.head(BASE + "/manifests/b").expect(404);
      assertThat(client.get(BASE + "/tags/list").text()).endsWith("\"tags\":[\"c\"]}");
      client.delete(BASE + "/manifests/" + digest).expect(404, "MANIFEST_UNKNOWN");
      Fixture.put(client, REPOSITORY, digest, Fixture.MANIFEST, manifest).expect(201);
      client.get(BASE + "/manifests/" + digest).expect(200);
    }

    @Test
    void deletesAManifestThatAnIndexHas() throws Exception {
      byte[] child = Fixture.sparse(63);
      String digest = Fixture.sha256(child);
      byte[] index = Fixture.index(List.of(Fixture.descriptor(Fixture.MANIFEST, child)), "");
      Fixture.put(client, REPOSITORY, digest, Fixture.MANIFEST, child).expect(201);
      Fixture.put(client, REPOSITORY, "index", Fixture.INDEX, index).expect(201);
      client.delete(BASE + "/manifests/" + digest).expect(202);
      client.get(BASE + "/manifests/" + digest).expect(404, "MANIFEST_UNKNOWN");
      client.get(BASE + "/manifests/index").expect(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha512"})
    void deletesABlobFromOneRepository(String algorithm) throws Exception {
      byte[] blob = Fixture.bytes(64, 100);
      String digest = Fixture.digest(algorithm, blob);
      client.post(UPLOADS + "?digest=" + digest, blob).expect(201);
      client.post("/v2/" + OTHER + "/blobs/uploads/?mount=" + digest).expect(201);
      client.delete(BASE + "/blobs/" + digest).expect(202);
      client.head(BASE + "/blobs/" + digest).expect(404);
      client.delete(BASE + "/blobs/" + digest).expect(404, "BLOB_UNKNOWN");
      assertThat(client.get("/v2/" + OTHER + "/blobs/" + digest).expect(200).body())
          .isEqualTo(blob);
      client.post(UPLOADS + "?digest=" + digest, blob).expect(201);
      client.head(BASE + "/blobs/" + digest).expect(200);
    }

    @Test
    void deletesABlobThatAManifestHas() throws Exception {
      byte[] config = Fixture.bytes(65, 100);
      String digest = Fixture.push(client, REPOSITORY, config);
      byte[] manifest = Fixture.manifest(Fixture.descriptor(Fixture.CONFIG, config), List.of(), "");
      Fixture.put(client, REPOSITORY, "kept", Fixture.MANIFEST, manifest).expect(201);
      client.delete(BASE + "/blobs/" + digest).expect(202);
      client.get(BASE + "/blobs/" + digest).expect(404, "BLOB_UNKNOWN");
      client.get(BASE + "/manifests/kept").expect(200);
    }

    @Test
    void saysWhatCannotBeDeleted() throws Exception {
      client.delete(BASE + "/manifests/absent").expect(404, "MANIFEST_UNKNOWN");
      client.delete(BASE + "/manifests/sha256:bad").expect(400, "DIGEST_INVALID");
      client.delete(BASE + "/blobs/sha256:bad").expect(400, "DIGEST_INVALID");
      client.delete(BASE + "/tags/list").expect(405, "UNSUPPORTED");
    }
  }
}
