package dev.imbrex.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.imbrex.manifest.error.MalformedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The files by which Docker's client and an engine know each other: {@code ca.pem}, {@code
 * cert.pem} and {@code key.pem}. What is in the key never gets into a message.
 */
final class EngineKeys {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ((?:RSA )?PRIVATE KEY)-----([^-]+)-----END \\1-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  // Version 0 and the name of RSA, which make a key of PKCS#1 one of PKCS#8.
  private static final byte[] RSA = {
    2, 1, 0, 0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
  };
  private static final char[] NO_PASSWORD = new char[0];

  private EngineKeys() {}

  /** Makes a context of what is there: a CA to trust instead of the usual ones, a key to show. */
  static SSLContext of(Path ca, Path certificate, Path key) throws IOException {
    try {
      KeyStore trusted = null;
      if (Files.exists(ca)) {
        trusted = emptyStore();
        int number = 0;
        for (Certificate one : certificates(ca)) {
          trusted.setCertificateEntry("ca" + number++, one);
        }
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      KeyManagerFactory own =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      KeyStore keys = emptyStore();
      if (Files.exists(certificate)) {
        keys.setKeyEntry(
            "own",
            privateKey(key),
            NO_PASSWORD,
            certificates(certificate).toArray(new Certificate[0]));
      }
      own.init(keys, NO_PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new MalformedContentException(
          "Keys in " + ca.getParent(), "", "they cannot be used: " + e.getMessage(), e);
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, NO_PASSWORD);
    return store;
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws GeneralSecurityException, IOException {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (found.isEmpty()) {
        throw new MalformedContentException(file.toString(), "", "it holds no certificate");
      }
      return found;
    }
  }

  private static PrivateKey privateKey(Path file) throws IOException {
    Matcher matcher = KEY.matcher(new String(Files.readAllBytes(file), US_ASCII));
    if (matcher.find()) {
      byte[] decoded;
      try {
        decoded = Base64.getMimeDecoder().decode(matcher.group(2));
      } catch (IllegalArgumentException e) {
        throw malformedKey(file);
      }
      byte[] encoded =
          matcher.group(1).startsWith("RSA") ? der(0x30, RSA, der(4, decoded)) : decoded;
      Optional<PrivateKey> key =
          ALGORITHMS.stream().flatMap(algorithm -> key(algorithm, encoded).stream()).findFirst();
      if (key.isPresent()) {
        return key.get();
      }
    }
    throw malformedKey(file);
  }

  /** The key, if it is one of this algorithm. */
  private static Optional<PrivateKey> key(String algorithm, byte[] encoded) {
    try {
      PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(encoded);
      return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(spec));
    } catch (GeneralSecurityException e) {
      // Of another algorithm, then, or broken, which the caller hears in the end.
      return Optional.empty();
    }
  }

  private static byte[] der(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer der = ByteBuffer.allocate(4 + length);
    der.put((byte) tag).put((byte) 0x82).putShort((short) length);
    for (byte[] part : parts) {
      der.put(part);
    }
    return der.array();
  }

  private static MalformedContentException malformedKey(Path file) {
    return new MalformedContentException(
        "Private key " + file, "", "it is no plain key in PKCS#8 or, for RSA, PKCS#1");
  }
}
