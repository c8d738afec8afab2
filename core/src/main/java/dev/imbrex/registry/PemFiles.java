package dev.imbrex.registry;

import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and private keys. A key never gets into a message, nor into its cause. */
final class PemFiles {
  private static final Pattern KEY =
      Pattern.compile(
          "-----BEGIN ((?:RSA )?PRIVATE KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  /** What stands before an RSA key of PKCS#1 to make it one of PKCS#8: version 0, rsaEncryption. */
  private static final byte[] RSA_PREFIX = {
    2, 1, 0, 0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
  };

  private PemFiles() {}

  static List<Certificate> certificates(Path file) throws ImageException {
    byte[] bytes = read(file, "certificates");
    try {
      List<Certificate> found =
          new ArrayList<>(
              CertificateFactory.getInstance("X.509")
                  .generateCertificates(new ByteArrayInputStream(bytes)));
      if (found.isEmpty()) {
        throw new MalformedContentException("Certificates " + file, "", "there are none in it");
      }
      return found;
    } catch (CertificateException e) {
      throw new MalformedContentException(
          "Certificates " + file, "", "they cannot be read: " + e.getMessage(), e);
    }
  }

  static PrivateKey key(Path file) throws ImageException {
    String text = new String(read(file, "key"), StandardCharsets.US_ASCII);
    Matcher matcher = KEY.matcher(text);
    if (!matcher.find()) {
      throw malformedKey(file);
    }
    byte[] decoded;
    try {
      decoded = Base64.getMimeDecoder().decode(matcher.group(2));
    } catch (IllegalArgumentException e) {
      throw malformedKey(file);
    }
    byte[] encoded = matcher.group(1).startsWith("RSA") ? pkcs8(decoded) : decoded;
    for (String algorithm : ALGORITHMS) {
      Optional<PrivateKey> key = key(algorithm, encoded);
      if (key.isPresent()) {
        return key.get();
      }
    }
    throw malformedKey(file);
  }

  /** The key; empty if it is of another algorithm, or broken. */
  private static Optional<PrivateKey> key(String algorithm, byte[] encoded) {
    try {
      return Optional.of(
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded)));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private static byte[] pkcs8(byte[] pkcs1) {
    byte[] octets = der(4, pkcs1);
    byte[] content = new byte[RSA_PREFIX.length + octets.length];
    System.arraycopy(RSA_PREFIX, 0, content, 0, RSA_PREFIX.length);
    System.arraycopy(octets, 0, content, RSA_PREFIX.length, octets.length);
    return der(0x30, content);
  }

  private static byte[] der(int tag, byte[] content) {
    int length = content.length;
    byte[] head =
        length < 128
            ? new byte[] {(byte) tag, (byte) length}
            : length < 256
                ? new byte[] {(byte) tag, (byte) 0x81, (byte) length}
                : new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
    byte[] all = new byte[head.length + length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(content, 0, all, head.length, length);
    return all;
  }

  private static byte[] read(Path file, String what) throws ImageException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ImageException(
          "Cannot read the " + what + " in " + file + ": " + e.getClass().getSimpleName(), e);
    }
  }

  private static MalformedContentException malformedKey(Path file) {
    return new MalformedContentException(
        "Private key " + file, "", "it is no plain key in PKCS#8 or, for RSA, PKCS#1");
  }
}
