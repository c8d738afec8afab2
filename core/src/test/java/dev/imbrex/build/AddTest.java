package dev.imbrex.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.imbrex.dockerfile.Dockerfile;
import dev.imbrex.dockerfile.DockerfileException;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.compress.CompressingOutputStream;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.layer.TarWriter;
import dev.imbrex.layers.layer.TimePolicy;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.digest.Digester;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.MemoryStorage;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives, and files from the network (SN-B21). */
class AddTest {
  private static final Metadata OWNED =
      Metadata.ofMode(0640).withOwner(9, 8).withMtime(Instant.ofEpochSecond(1_000_000_000));

  private final ImageStore store = ImageStore.on(new MemoryStorage());
  private final Served server = new Served();

  @AfterEach
  void stop() throws Exception {
    server.stop();
    store.close();
  }

  /** Answers one request after the other: /f… with a file, /moved… with another place. */
  private static final class Served {
    private final ServerSocket socket;
    private final Thread thread = new Thread(this::answer);
    private volatile byte[] file = new byte[0];

    Served() {
      try {
        socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      thread.start();
    }

    String location() {
      return "http://127.0.0.1:" + socket.getLocalPort();
    }

    private void answer() {
      while (!socket.isClosed()) {
        answerOne();
      }
    }

    private void answerOne() {
      try (Socket client = socket.accept()) {
        BufferedReader in =
            new BufferedReader(new InputStreamReader(client.getInputStream(), UTF_8));
        String path = String.valueOf(in.readLine()).split(" ", -1)[1];
        String header = in.readLine();
        while (header != null && !header.isEmpty()) {
          header = in.readLine();
        }
        respond(path, client.getOutputStream());
      } catch (IOException e) {
        // Closed, or a client that goes.
        return;
      }
    }

    private void respond(String path, OutputStream out) throws IOException {
      String status = path.startsWith("/f") ? "200 OK" : "404 Not Found";
      String more = "Last-Modified: Sun, 09 Sep 2001 01:46:40 GMT\r\n";
      if (path.startsWith("/moved")) {
        status = "302 Found";
        more = "Location: " + location() + "/f\r\n";
      }
      String head =
          "HTTP/1.1 "
              + status
              + "\r\n"
              + more
              + "Connection: close\r\nContent-Length: "
              + file.length
              + "\r\n\r\n";
      out.write(head.getBytes(UTF_8));
      out.write(file);
      out.flush();
    }

    void stop() throws IOException, InterruptedException {
      socket.close();
      thread.join();
    }
  }

  private DockerfileBuild build(byte[] file, String line) throws IOException {
    FileTree context =
        FileTree.empty()
            .edit()
            .put(TreePath.of("file"), new Node.RegularFile(Metadata.forFile(), Content.of(file)))
            .toTree();
    return DockerfileBuild.in(store)
        .dockerfile(Dockerfile.parse("FROM scratch\n" + line + "\n"))
        .context(BuildContext.of(context))
        .buildPlatform(Platform.of("linux", "amd64"));
  }

  private static byte[] tar(Compression compression) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (CompressingOutputStream out = CompressionOptions.of(compression).compressTo(bytes)) {
      TarWriter tar = TarWriter.to(out, TimePolicy.seconds());
      tar.add(new LayerEntry.Present(TreePath.of("d"), new Node.Directory(OWNED.withMode(0750))));
      tar.add(
          new LayerEntry.Present(
              TreePath.of("d/x"), new Node.RegularFile(OWNED, Content.text("X"))));
      tar.add(new LayerEntry.Link(TreePath.of("d/y"), TreePath.of("d/x"), OWNED));
      tar.finish();
      out.finish();
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "GZIP", "ZSTD"})
  void unpacksWhatIsATar(Compression compression) throws IOException {
    Image image = build(tar(compression), "ADD file /to").build();
    FileTree files = image.files();
    assertThat(files.find(TreePath.of("to/d")).orElseThrow().metadata())
        .isEqualTo(OWNED.withMode(0750));
    assertThat(files.find(TreePath.of("to/d/x")).orElseThrow().metadata()).isEqualTo(OWNED);
    assertThat(files.linksOf(TreePath.of("to/d/x"))).hasSize(2);
    assertThat(image.config().history().get(0).createdBy()).isEqualTo("ADD file /to # buildkit");
  }

  @Test
  void overridesOwnersInBuildKitsWayOnly() throws IOException {
    byte[] tar = tar(Compression.NONE);
    Image buildKit = build(tar, "ADD --chown=5:6 file /to/").build();
    assertThat(buildKit.files().find(TreePath.of("to/d/x")).orElseThrow().metadata().uid())
        .isEqualTo(5);
    Image classic =
        build(tar, "ADD --chown=5:6 file /to/").historyStyle(HistoryStyle.CLASSIC).build();
    assertThat(classic.files().find(TreePath.of("to/d/x")).orElseThrow().metadata().uid())
        .isEqualTo(9);
  }

  @Test
  void copiesWhatIsNoTarOrMustNotBeUnpacked() throws IOException {
    for (byte[] file :
        List.of(new byte[0], "text".getBytes(UTF_8), new byte[] {0x1f, (byte) 0x8b, 1})) {
      Image image = build(file, "ADD file /to").build();
      assertThat(image.files().read(TreePath.of("to"), 100)).isEqualTo(file);
    }
    byte[] tar = tar(Compression.GZIP);
    Image kept = build(tar, "ADD --unpack=false file /to").build();
    assertThat(kept.files().read(TreePath.of("to"), 1 << 20)).isEqualTo(tar);
    Image copied = build(tar, "COPY file /to").build();
    assertThat(copied.files().read(TreePath.of("to"), 1 << 20)).isEqualTo(tar);
  }

  private static Digest sha256(byte[] bytes) {
    Digester digester = DigestAlgorithm.SHA256.newDigester();
    digester.update(bytes, 0, bytes.length);
    return digester.finish();
  }

  @Test
  void fetchesByHttp() throws IOException {
    server.file = "hello".getBytes(UTF_8);
    Digest digest = sha256(server.file);
    Image image =
        build(
                new byte[0],
                "ADD --checksum=" + digest + " " + server.location() + "/moved/f.txt?x=y /to/")
            .build();
    assertThat(image.files().read(TreePath.of("to/f.txt"), 100)).isEqualTo(server.file);
    assertThat(image.files().find(TreePath.of("to/f.txt")).orElseThrow().metadata())
        .isEqualTo(Metadata.ofMode(0600).withMtime(Instant.ofEpochSecond(1_000_000_000)));
    DockerfileException wrong =
        catchThrowableOfType(
            DockerfileException.class,
            () ->
                build(
                        new byte[0],
                        "ADD --checksum="
                            + sha256(new byte[1])
                            + " "
                            + server.location()
                            + "/f /to")
                    .build());
    assertThat(wrong.problem()).contains(digest.toString());
    assertThatThrownBy(
            () -> build(new byte[0], "ADD " + server.location() + "/none?secret /x").build())
        .hasMessageContaining("404")
        .hasMessageNotContaining("secret")
        .hasCauseInstanceOf(ContentNotFoundException.class);
    assertThatThrownBy(() -> RemoteSource.http().fetch(URI.create(server.location() + "/none")))
        .isInstanceOf(ContentNotFoundException.class);
  }

  @Test
  void unpacksWhatIsFetchedIfTold() throws IOException {
    server.file = tar(Compression.GZIP);
    Image image = build(new byte[0], "ADD --unpack=true " + server.location() + "/f /to").build();
    assertThat(image.files().find(TreePath.of("to/d/x"))).isPresent();
    Image plain = build(new byte[0], "ADD " + server.location() + "/f /to").build();
    assertThat(plain.files().find(TreePath.of("to")).orElseThrow().isDirectory()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ADD --checksum=sha256:00 file /x",
        "ADD git@host:a/b /x",
        "ADD https://host/a.git#main /x",
        "ADD http:///x /x",
        "ADD --checksum=md5 http://host/x /x",
      })
  void refusesTheRest(String line) {
    assertThatThrownBy(() -> build(new byte[0], line).remote(RemoteSource.none()).build())
        .isInstanceOf(DockerfileException.class);
  }
}
