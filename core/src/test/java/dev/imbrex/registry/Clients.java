package dev.imbrex.registry;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.registry.credentials.Credential;
import dev.imbrex.registry.credentials.Credentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** Options and content for tests. */
final class Clients {
  /** Words that must never be in a message; all credentials of the tests hold it. */
  static final String SECRET = "s3cr3t";

  static final String PASSWORD = "pass-" + SECRET;

  private Clients() {}

  /** Short time limits, and pauses that are written down instead of waited. */
  static RegistryOptions options(List<Duration> pauses) {
    return RegistryOptions.defaults()
        .withTimeouts(
            new RegistryTimeouts(
                Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(10)))
        .withSleeper(pauses::add);
  }

  static RegistryOptions options() {
    return options(new CopyOnWriteArrayList<>());
  }

  static RegistryOptions withUser(FakeRegistry registry) {
    return options()
        .withCredentials(Credentials.of(registry.host(), new Credential.Basic("robot", PASSWORD)));
  }

  static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  static Descriptor blob(byte[] bytes) {
    return Descriptor.of(MediaType.OCTET_STREAM, Digest.sha256(bytes), bytes.length);
  }

  static byte[] read(RegistryStorage storage, Descriptor content) throws IOException {
    try (InputStream in = storage.open(content)) {
      return in.readAllBytes();
    }
  }

  static void put(RegistryStorage storage, byte[] bytes) throws IOException {
    storage.put(blob(bytes), new ByteArrayInputStream(bytes));
  }
}
