package dev.imbrex.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Content for the tests of the server, made without anything of ours. */
final class Fixture {
  static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  static final String INDEX = "application/vnd.oci.image.index.v1+json";
  static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

  private Fixture() {}

  static byte[] bytes(long seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** The digest of bytes: {@code sha256:…} or {@code sha512:…}. */
  static String digest(String algorithm, byte[] bytes) {
    try {
      MessageDigest hash = MessageDigest.getInstance(algorithm.replace("sha", "SHA-"));
      return algorithm + ":" + HexFormat.of().formatHex(hash.digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static String sha256(byte[] bytes) {
    return digest("sha256", bytes);
  }

  static String descriptor(String type, String digest, long size) {
    return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + digest + "\",\"size\":" + size + "}";
  }

  static String descriptor(String type, byte[] content) {
    return descriptor(type, sha256(content), content.length);
  }

  /** A manifest of a config and layers; {@code more} are further members, each after a comma. */
  static byte[] manifest(String config, List<String> layers, String more) {
    return ("{\"schemaVersion\":2,\"mediaType\":\""
            + MANIFEST
            + "\",\"config\":"
            + config
            + ",\"layers\":["
            + String.join(",", layers)
            + "]"
            + more
            + "}")
        .getBytes(UTF_8);
  }

  static byte[] index(List<String> manifests, String more) {
    return ("{\"schemaVersion\":2,\"mediaType\":\""
            + INDEX
            + "\",\"manifests\":["
            + String.join(",", manifests)
            + "]"
            + more
            + "}")
        .getBytes(UTF_8);
  }

  /** A manifest whose blobs nobody has pushed; another one for each number. */
  static byte[] sparse(long number) {
    return manifest(
        descriptor(CONFIG, bytes(number, 20)),
        List.of(descriptor(LAYER, bytes(number + 1000, 30))),
        "");
  }

  /** Pushes a blob in one step. */
  static String push(RawClient client, String repository, byte[] blob)
      throws IOException, InterruptedException {
    String digest = sha256(blob);
    client.post("/v2/" + repository + "/blobs/uploads/?digest=" + digest, blob).expect(201);
    return digest;
  }

  /** Pushes a manifest. */
  static RawClient.Answer put(
      RawClient client, String repository, String reference, String type, byte[] manifest)
      throws IOException, InterruptedException {
    return client
        .with("Content-Type", type)
        .put("/v2/" + repository + "/manifests/" + reference, manifest);
  }
}
