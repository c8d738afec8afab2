package dev.imbrex.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A key and a certificate for localhost, made by the JDK's keytool for one test. */
final class ServerKeys {
  private static final char[] PASSWORD = "password".toCharArray();

  private final KeyStore store;
  private final Path directory;

  private ServerKeys(KeyStore store, Path directory) {
    this.store = store;
    this.directory = directory;
  }

  static ServerKeys create(Path directory)
      throws IOException, InterruptedException, GeneralSecurityException {
    return create(directory, Optional.empty());
  }

  /** The same, whose certificate is for one more address, too. */
  static ServerKeys create(Path directory, Optional<String> address)
      throws IOException, InterruptedException, GeneralSecurityException {
    Files.createDirectories(directory);
    Path file = directory.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-validity",
                "2",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1" + address.map(more -> ",ip:" + more).orElse(""),
                "-ext",
                "BC=ca:true",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException(Files.readString(directory.resolve("keytool.log")));
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return new ServerKeys(store, directory);
  }

  /** A context that serves with the key, and trusts the certificate. */
  SSLContext context() throws GeneralSecurityException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  /** A directory with the certificate, as Docker and skopeo want it. */
  Path certificateDirectory() throws IOException, GeneralSecurityException {
    return certificate().getParent();
  }

  /** A file with the certificate. */
  Path certificate() throws IOException, GeneralSecurityException {
    Path trusted = Files.createDirectories(directory.resolve("trusted"));
    return Files.write(
        trusted.resolve("ca.crt"), pem("CERTIFICATE", store.getCertificate("server").getEncoded()));
  }

  /** A file with the private key, PKCS#8. */
  Path privateKey() throws IOException, GeneralSecurityException {
    return Files.write(
        directory.resolve("server.key"),
        pem("PRIVATE KEY", store.getKey("server", PASSWORD).getEncoded()));
  }

  private static byte[] pem(String what, byte[] bytes) {
    String text =
        "-----BEGIN "
            + what
            + "-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
            + "\n-----END "
            + what
            + "-----\n";
    return text.getBytes(US_ASCII);
  }
}
