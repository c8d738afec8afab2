package dev.imbrex.registry;

import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.registry.TlsOptions.ClientCertificate;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/** Makes what a connection to one host needs of TLS (SN-G31). */
final class TlsContexts {
  private static final char[] NO_PASSWORD = {};

  private final TlsOptions options;

  TlsContexts(TlsOptions options) {
    this.options = options;
  }

  /** Whether a host needs a context of its own. */
  boolean isSpecial(String host, boolean skipVerify) {
    return skipVerify || options.certificate(host).isPresent() || hostDirectory(host).isPresent();
  }

  /** The context for hosts that need none of their own. */
  SSLContext usual() throws ImageException {
    return context(options.authorities(), Optional.empty(), false);
  }

  /** The context for one host. */
  SSLContext of(String host, boolean skipVerify) throws ImageException {
    List<Path> authorities = new ArrayList<>(options.authorities());
    Optional<ClientCertificate> certificate = options.certificate(host);
    Optional<Path> directory = hostDirectory(host);
    if (directory.isPresent()) {
      List<Path> files = list(directory.get());
      files.stream().filter(file -> file.toString().endsWith(".crt")).forEach(authorities::add);
      if (certificate.isEmpty()) {
        certificate = certificateIn(files);
      }
    }
    return context(authorities, certificate, skipVerify);
  }

  private Optional<Path> hostDirectory(String host) {
    return options.certsDirectory().map(all -> all.resolve(host)).filter(Files::isDirectory);
  }

  private static Optional<ClientCertificate> certificateIn(List<Path> files) throws ImageException {
    for (Path file : files) {
      String name = file.toString();
      if (name.endsWith(".cert")) {
        Path key = Path.of(name.substring(0, name.length() - 4) + "key");
        if (!files.contains(key)) {
          throw new ImageException("There is no key " + key + " for the certificate " + file);
        }
        return Optional.of(new ClientCertificate(file, key));
      }
    }
    return Optional.empty();
  }

  private static List<Path> list(Path directory) throws ImageException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new ImageException("Cannot list the certificates in " + directory, e);
    }
  }

  private static SSLContext context(
      List<Path> authorities, Optional<ClientCertificate> certificate, boolean skipVerify)
      throws ImageException {
    try {
      KeyManager[] keys = certificate.isPresent() ? keys(certificate.get()) : new KeyManager[0];
      TrustManager[] trust = skipVerify ? new TrustManager[] {new TrustAll()} : trust(authorities);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, trust, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      if (e instanceof ImageException known) {
        throw known;
      }
      throw new ImageException("Cannot set up TLS: " + e.getMessage(), e);
    }
  }

  /** What the platform trusts, and these. */
  private static TrustManager[] trust(List<Path> authorities)
      throws GeneralSecurityException, IOException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    if (authorities.isEmpty()) {
      return factory.getTrustManagers();
    }
    KeyStore store = emptyStore();
    int number = 0;
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager known) {
        for (X509Certificate issuer : known.getAcceptedIssuers()) {
          store.setCertificateEntry("platform-" + number++, issuer);
        }
      }
    }
    for (Path file : authorities) {
      for (Certificate authority : PemFiles.certificates(file)) {
        store.setCertificateEntry("authority-" + number++, authority);
      }
    }
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager[] keys(ClientCertificate certificate)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    store.setKeyEntry(
        "client",
        PemFiles.key(certificate.key()),
        NO_PASSWORD,
        PemFiles.certificates(certificate.certificate()).toArray(new Certificate[0]));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  /** Takes any certificate for any name; for hosts that are marked so, and no other. */
  private static final class TrustAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
