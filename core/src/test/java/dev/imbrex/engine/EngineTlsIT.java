package dev.imbrex.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our TLS against that of the JDK's own sockets, with certificates the JDK's keytool makes. */
@Timeout(120)
class EngineTlsIT {
  private static final char[] PASSWORD = "secret-word".toCharArray();

  @TempDir Path directory;

  @BeforeEach
  void makeKeys() throws Exception {
    keys("localhost", "dns:localhost,ip:127.0.0.1");
  }

  /** One certificate is CA, server and client, which is all the same to TLS. */
  private void keys(String name, String names) throws Exception {
    Path store = directory.resolve("store.p12");
    Files.deleteIfExists(store);
    Process keytool =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    "k",
                    "-keyalg",
                    "EC",
                    "-groupname",
                    "secp256r1",
                    "-dname",
                    "CN=" + name,
                    "-ext",
                    "san=" + names,
                    "-ext",
                    "bc:c",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    store.toString(),
                    "-storepass",
                    new String(PASSWORD)))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), US_ASCII);
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(keytool.exitValue()).describedAs(said).isZero();
    KeyStore loaded = store();
    pem("cert.pem", "CERTIFICATE", loaded.getCertificate("k").getEncoded());
    pem("ca.pem", "CERTIFICATE", loaded.getCertificate("k").getEncoded());
    pem("key.pem", "PRIVATE KEY", loaded.getKey("k", PASSWORD).getEncoded());
  }

  private KeyStore store() throws Exception {
    return KeyStore.getInstance(directory.resolve("store.p12").toFile(), PASSWORD);
  }

  private void pem(String file, String type, byte[] bytes) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    Files.writeString(
        directory.resolve(file),
        "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
  }

  private SSLServerSocket listen() throws Exception {
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(store(), PASSWORD);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, PASSWORD);
    trusted.setCertificateEntry("k", store().getCertificate("k"));
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    SSLServerSocket server =
        (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 5);
    server.setNeedClientAuth(true);
    return server;
  }

  /** Answers one request; what fails there is seen on our side. */
  private static Thread answering(SSLServerSocket server, byte[] answer) {
    Thread thread =
        new Thread(
            () -> {
              try (SSLSocket socket = (SSLSocket) server.accept();
                  InputStream in = socket.getInputStream();
                  OutputStream out = socket.getOutputStream()) {
                StringBuilder request = new StringBuilder();
                while (request.indexOf("\r\n\r\n") < 0) {
                  int read = in.read();
                  if (read < 0) {
                    return;
                  }
                  request.append((char) read);
                }
                out.write(answer);
              } catch (IOException e) {
                return;
              }
            });
    thread.start();
    return thread;
  }

  private EngineOptions options(String version) throws Exception {
    SSLContext context =
        EngineKeys.of(
            directory.resolve("ca.pem"),
            directory.resolve("cert.pem"),
            directory.resolve("key.pem"));
    assertThat(version).startsWith("TLSv1");
    return EngineOptions.defaults().withApiVersion("1.41").withTls(context);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void talksBothWaysAndShowsItsCertificate(String version) throws Exception {
    StringBuilder body = new StringBuilder("[");
    for (int i = 0; i < 20_000; i++) {
      body.append(i == 0 ? "" : ",")
          .append("{\"Id\":\"sha256:")
          .append("ab".repeat(32))
          .append("\",\"Size\":")
          .append(i)
          .append('}');
    }
    body.append(']');
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    try (SSLServerSocket server = listen()) {
      server.setEnabledProtocols(new String[] {version});
      Thread thread = answering(server, answer.getBytes(US_ASCII));
      DockerEngine engine =
          DockerEngine.at(URI.create("tcp://localhost:" + server.getLocalPort()), options(version));
      assertThat(engine.images()).hasSize(20_000);
      thread.join();
    }
  }

  @Test
  void trustsNobodyElse() throws Exception {
    try (SSLServerSocket server = listen()) {
      Thread thread = answering(server, new byte[0]);
      keys("localhost", "dns:localhost");
      DockerEngine engine =
          DockerEngine.at(
              URI.create("tcp://localhost:" + server.getLocalPort()), options("TLSv1.3"));
      assertThatThrownBy(engine::images)
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("cannot be reached");
      thread.join();
    }
  }

  @Test
  void wantsTheNameItAskedFor() throws Exception {
    keys("elsewhere", "dns:elsewhere");
    try (SSLServerSocket server = listen()) {
      Thread thread = answering(server, new byte[0]);
      DockerEngine engine =
          DockerEngine.at(
              URI.create("tcp://localhost:" + server.getLocalPort()), options("TLSv1.3"));
      assertThatThrownBy(engine::images).isInstanceOf(EngineException.class);
      thread.join();
    }
  }
}
