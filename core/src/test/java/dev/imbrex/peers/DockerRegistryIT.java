package dev.imbrex.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.reference.Repository;
import dev.imbrex.platform.Platform;
import dev.imbrex.registry.HostOptions;
import dev.imbrex.registry.RegistryClient;
import dev.imbrex.registry.RegistryException;
import dev.imbrex.registry.RegistryException.Kind;
import dev.imbrex.registry.RegistryOptions;
import dev.imbrex.registry.RegistryStorage;
import dev.imbrex.registry.TlsOptions;
import dev.imbrex.registry.credentials.Credential;
import dev.imbrex.registry.credentials.Credentials;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.store.MemoryStorage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our client and Docker's registry, version 2.8.2. */
class DockerRegistryIT {
  private static final String PASSWORD = "pass-s3cr3t";

  /** Of the password, by bcrypt, which this registry wants. */
  private static final String HTPASSWD =
      "robot:$2b$04$K/a.OAyq7WxxNEvwj2CpfOUT1sSDcVIJQhlLfXB5KdPM6R5BQvtb6\n";

  @TempDir static Path directory;
  private static DockerRegistry registry;
  private static RegistryClient client;

  @BeforeAll
  static void start() throws Exception {
    registry = DockerRegistry.start(directory.resolve("open"));
    client = RegistryClient.create();
  }

  @AfterAll
  static void stop() throws IOException {
    if (client != null) {
      client.close();
      registry.close();
    }
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static Descriptor blob(byte[] bytes) {
    return Descriptor.of(MediaType.OCTET_STREAM, bytes);
  }

  private static Descriptor put(RegistryStorage storage, byte[] bytes) throws IOException {
    storage.put(blob(bytes), new ByteArrayInputStream(bytes));
    return blob(bytes);
  }

  private static byte[] read(RegistryStorage storage, Descriptor content) throws IOException {
    try (InputStream in = storage.open(content)) {
      return in.readAllBytes();
    }
  }

  @Test
  void carriesAnImageThereAndBack() throws Exception {
    String name = registry.host() + "/team/app";
    try (ImageStore store = ImageStore.on(new MemoryStorage());
        ImageStore remote = ImageStore.on(client.repository(name));
        ImageStore other = ImageStore.on(new MemoryStorage())) {
      Image image =
          ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
              .layer(layer -> layer.file("/hello", "Hello\n"))
              .layer(layer -> layer.file("/big", new String(new char[2_000_000])))
              .cmd("/hello")
              .build();
      Image pushed = remote.add(image);
      remote.tag(name + ":1.0", pushed);
      assertThat(remote.tags()).extracting(tag -> tag.name()).containsExactly(name + ":1.0");
      Image pulled = other.add(remote.require("1.0"));
      assertThat(pulled.digest()).isEqualTo(image.digest());
      assertThat(pulled.id()).isEqualTo(image.id());
      assertThat(remote.require(image.digest().toString()).digest()).isEqualTo(image.digest());
      assertThat(remote.find("2.0")).isEmpty();
      // Another client reads the same.
      Path layout = directory.resolve("layout");
      Program.find("skopeo")
          .run(
              "copy",
              "--src-tls-verify=false",
              "docker://" + name + ":1.0",
              "oci:" + layout + ":app");
      try (ImageStore copied = ImageStore.on(LayoutStorage.open(layout))) {
        assertThat(copied.require("app").id()).isEqualTo(image.id());
      }
    }
  }

  /** SN-G17: it knows ranges, so the parts come at once and make the whole. */
  @Test
  void readsOneBlobInPartsAtOnce() throws Exception {
    byte[] bytes = random(20 * 1_048_576 + 77);
    RegistryOptions parallel =
        RegistryOptions.defaults().withAnyHost(HostOptions.DEFAULT.withParallelRanges(4, 1 << 20));
    try (RegistryClient reader = RegistryClient.create(parallel);
        MemoryStorage other = new MemoryStorage()) {
      Descriptor blob = put(client.repository(registry.host() + "/parts"), bytes);
      RegistryStorage storage = reader.repository(registry.host() + "/parts");
      try (InputStream in = storage.openUnverified(blob)) {
        // Were it read as one stream for want of ranges, the bytes would be the same.
        assertThat(in.getClass().getSimpleName()).isEqualTo("ParallelDownload");
      }
      assertThat(read(storage, blob)).isEqualTo(bytes);
      other.copyFrom(storage, blob);
      try (InputStream in = other.open(blob)) {
        assertThat(in.readAllBytes()).isEqualTo(bytes);
      }
    }
  }

  @Test
  void knowsUsersByBasic() throws Exception {
    Path users = directory.resolve("htpasswd");
    Files.writeString(users, HTPASSWD);
    try (DockerRegistry closed =
        DockerRegistry.start(
            directory.resolve("basic"),
            "auth: {htpasswd: {realm: basic-realm, path: " + users + "}}\n")) {
      RegistryOptions known =
          RegistryOptions.defaults()
              .withCredentials(
                  Credentials.of(closed.host(), new Credential.Basic("robot", PASSWORD)));
      try (RegistryClient robot = RegistryClient.create(known)) {
        robot.ping(closed.host());
        RegistryStorage storage = robot.repository(closed.host() + "/private/app");
        byte[] bytes = random(3_000_000);
        assertThat(read(storage, put(storage, bytes))).isEqualTo(bytes);
        assertThat(robot.catalog(closed.host())).containsExactly("private/app");
      }
      assertThatThrownBy(() -> client.ping(closed.host()))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED));
      RegistryOptions wrong =
          RegistryOptions.defaults()
              .withCredentials(
                  Credentials.of(closed.host(), new Credential.Basic("robot", "s3cr3t")));
      try (RegistryClient stranger = RegistryClient.create(wrong)) {
        assertThatThrownBy(() -> stranger.ping(closed.host()))
            .isInstanceOf(RegistryException.class)
            .hasMessageNotContaining("s3cr3t");
      }
    }
  }

  @Test
  void trustsAPrivateAuthority() throws Exception {
    Path certificates = directory.resolve("certificates");
    Files.createDirectories(certificates);
    openssl(
        certificates,
        "req -x509 -newkey rsa:2048 -nodes -days 30 -keyout ca.key -out ca.crt -subj /CN=test-ca");
    openssl(
        certificates,
        "req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=server");
    Files.writeString(certificates.resolve("san"), "subjectAltName=IP:127.0.0.1\n");
    openssl(
        certificates,
        "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30"
            + " -extfile san -out server.crt");
    openssl(
        certificates,
        "req -newkey rsa:2048 -nodes -keyout client.key -out client.csr -subj /CN=client");
    openssl(
        certificates,
        "x509 -req -in client.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30"
            + " -out client.cert");
    Path ca = certificates.resolve("ca.crt");
    String tls =
        "  tls: {certificate: %s, key: %s%s}\n"
            .formatted(
                certificates.resolve("server.crt"), certificates.resolve("server.key"), "%s");
    try (DockerRegistry secure =
        DockerRegistry.start(directory.resolve("tls"), "", tls.formatted(""))) {
      // The platform does not know the authority, and nothing falls back to http.
      assertThatThrownBy(() -> client.ping(secure.host()))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.isTransient()).isFalse())
          .hasMessageContaining("https://");
      ping(secure, TlsOptions.defaults().withAuthority(ca));
      RegistryOptions marked =
          RegistryOptions.defaults()
              .withHost(secure.host(), HostOptions.DEFAULT.withSkipTlsVerify(true));
      try (RegistryClient trusting = RegistryClient.create(marked)) {
        trusting.ping(secure.host());
      }
    }
    try (DockerRegistry mutual =
        DockerRegistry.start(
            directory.resolve("mtls"), "", tls.formatted(", clientcas: [" + ca + "]"))) {
      assertThatThrownBy(() -> ping(mutual, TlsOptions.defaults().withAuthority(ca)))
          .isInstanceOf(RegistryException.class);
      ping(
          mutual,
          TlsOptions.defaults()
              .withAuthority(ca)
              .withCertificate(
                  mutual.host(),
                  new TlsOptions.ClientCertificate(
                      certificates.resolve("client.cert"), certificates.resolve("client.key"))));
      // As Docker has them.
      Path host = directory.resolve("certs.d").resolve(mutual.host());
      Files.createDirectories(host);
      Files.copy(ca, host.resolve("ca.crt"));
      Files.copy(certificates.resolve("client.cert"), host.resolve("client.cert"));
      openssl(certificates, "rsa -traditional -in client.key -out pkcs1.key");
      Files.copy(certificates.resolve("pkcs1.key"), host.resolve("client.key"));
      ping(mutual, TlsOptions.defaults().withCertsDirectory(directory.resolve("certs.d")));
    }
  }

  private static void ping(DockerRegistry secure, TlsOptions tls) throws IOException {
    try (RegistryClient trusting = RegistryClient.create(RegistryOptions.defaults().withTls(tls))) {
      trusting.ping(secure.host());
      RegistryStorage storage = trusting.repository(secure.host() + "/app");
      byte[] bytes = random(2_000_000);
      assertThat(read(storage, put(storage, bytes))).isEqualTo(bytes);
    }
  }

  private static void openssl(Path directory, String arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Program.find("openssl").executable().toString());
    command.addAll(List.of(arguments.split(" ", -1)));
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).describedAs(said).isZero();
  }

  @Test
  void uploadsInChunks() throws Exception {
    RegistryOptions options =
        RegistryOptions.defaults()
            .withAnyHost(HostOptions.DEFAULT.withChunked(true).withChunkBytes(1 << 16));
    try (RegistryClient chunked = RegistryClient.create(options)) {
      RegistryStorage storage = chunked.repository(registry.host() + "/chunks");
      for (int size : new int[] {0, 1, 65_535, 65_536, 65_537, 1_000_000}) {
        byte[] bytes = random(size);
        assertThat(read(storage, put(storage, bytes))).isEqualTo(bytes);
      }
    }
  }

  @Test
  void mountsWithoutSending() throws Exception {
    RegistryStorage from = client.repository(registry.host() + "/mount/from");
    RegistryStorage to = client.repository(registry.host() + "/mount/to");
    Descriptor content = put(from, random(500_000));
    assertThat(to.exists(content)).isFalse();
    assertThat(to.mount(content, Repository.parse(registry.host() + "/mount/from"))).isTrue();
    assertThat(to.exists(content)).isTrue();
    assertThat(to.mount(blob(random(9)), from.repository())).isFalse();
  }

  @Test
  void deletesWhatThisRegistryDeletes() throws Exception {
    RegistryStorage storage = client.repository(registry.host() + "/deletes");
    IndexManifest index = IndexManifest.of(List.of()).withAnnotation("x", "y");
    storage.put(index, "1", "2");
    assertThat(storage.tags()).containsExactlyInAnyOrder("1", "2");
    assertThatThrownBy(() -> storage.deleteTag("1"))
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED));
    assertThat(storage.deleteTagByManifest("1")).isTrue();
    assertThat(storage.resolve("1")).isEmpty();
    assertThat(storage.resolve("2")).contains(index.descriptor());
    assertThat(storage.deleteManifest(index.digest())).isTrue();
    assertThat(storage.deleteManifest(index.digest())).isFalse();
    assertThat(storage.resolve("2")).isEmpty();
    Descriptor content = put(storage, random(77));
    assertThat(storage.deleteBlob(content.digest())).isTrue();
    assertThat(storage.exists(content)).isFalse();
    assertThat(storage.deleteBlob(content.digest())).isFalse();
  }

  @Test
  void readsMoreThanAThousandTags() throws Exception {
    RegistryStorage storage = client.repository(registry.host() + "/tags");
    IndexManifest index = IndexManifest.of(List.of());
    List<String> tags = new ArrayList<>();
    for (int i = 0; i < 1203; i++) {
      tags.add("t%04d".formatted(i));
    }
    storage.put(index, tags.toArray(new String[0]));
    assertThat(storage.tags()).isEqualTo(tags);
  }

  @Test
  void keepsReferrersUnderATagHere() throws Exception {
    RegistryStorage storage = client.repository(registry.host() + "/referrers");
    IndexManifest subject = IndexManifest.of(List.of()).withAnnotation("subject", "1");
    storage.put(subject, "1");
    byte[] empty = "{}".getBytes(UTF_8);
    storage.put(Descriptor.EMPTY_JSON, new ByteArrayInputStream(empty));
    MediaType type = MediaType.parse("application/vnd.example.signature");
    ImageManifest signature =
        ImageManifest.of(Descriptor.EMPTY_JSON, List.of(Descriptor.EMPTY_JSON))
            .withArtifactType(type)
            .withSubject(subject.descriptor());
    storage.put(signature);
    assertThat(storage.referrers(subject.digest()))
        .extracting(Descriptor::digest)
        .containsExactly(signature.digest());
    assertThat(storage.referrers(subject.digest(), type)).hasSize(1);
    assertThat(storage.deleteManifest(signature.digest())).isTrue();
    assertThat(storage.referrers(subject.digest())).isEmpty();
  }

  @Test
  void refusesWrongContent() throws Exception {
    RegistryStorage storage = client.repository(registry.host() + "/wrong");
    byte[] bytes = random(2_000_000);
    Descriptor promised =
        Descriptor.of(MediaType.OCTET_STREAM, Digest.sha256(new byte[1]), bytes.length);
    assertThatThrownBy(() -> storage.put(promised, new ByteArrayInputStream(bytes)))
        .isInstanceOf(DigestMismatchException.class);
    assertThat(storage.exists(promised)).isFalse();
  }
}
