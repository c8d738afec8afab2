package dev.imbrex.examples.maven;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.digest.Digester;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;

/**
 * Identifies a step of a build by all that has a say in its result, so that it need not be done
 * again: the names and the bytes of files, not their times.
 */
final class Step {
  /** Another number wherever this plugin makes something else of the same input. */
  private static final String VERSION = "image-maven-plugin 1";

  private final Digester digester = DigestAlgorithm.SHA256.newDigester();

  Step() {
    add(VERSION);
  }

  Step add(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    byte[] length = (bytes.length + ":").getBytes(UTF_8);
    digester.update(length, 0, length.length);
    digester.update(bytes, 0, bytes.length);
    return this;
  }

  Step add(AppLayer layer) throws IOException {
    add("layer").add(layer.name());
    byte[] buffer = new byte[1 << 16];
    for (AppFile file : layer.files()) {
      Digester content = DigestAlgorithm.SHA256.newDigester();
      try (InputStream in = Files.newInputStream(file.source())) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          content.update(buffer, 0, n);
        }
      }
      add(file.target()).add(content.finish().toString());
    }
    return this;
  }

  Digest digest() {
    return digester.finish();
  }
}
