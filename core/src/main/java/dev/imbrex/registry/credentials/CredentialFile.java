package dev.imbrex.registry.credentials;

import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.LimitExceededException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;

/** Credentials in a file, and of the helpers it names, in the order of SN-G12. */
final class CredentialFile implements Credentials {
  private static final int LIMIT = 4 << 20;

  private final Path file;
  private final HelperOptions helpers;

  CredentialFile(Path file, HelperOptions helpers) {
    this.file = file;
    this.helpers = helpers;
  }

  @Override
  public Optional<Credential> find(String host, String path) throws IOException {
    Optional<CredentialDocument> document = read();
    if (document.isEmpty()) {
      return Optional.empty();
    }
    ServerKey key = ServerKey.of(host, path);
    Optional<String> helper = document.get().helper(key);
    if (helper.isEmpty()) {
      return document.get().entry(key);
    }
    Optional<Credential> kept = ask(helper.get(), key);
    return kept.isEmpty() && helpers.fallThrough() ? document.get().entry(key) : kept;
  }

  private Optional<Credential> ask(String helper, ServerKey key) throws IOException {
    try {
      return new CredentialHelper(helper, helpers).find(key.helperKey());
    } catch (ImageException e) {
      if (helpers.fallThrough()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Optional<CredentialDocument> read() throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(LIMIT + 1);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new ImageException("Cannot read " + name() + ": " + e.getClass().getSimpleName(), e);
    }
    if (bytes.length > LIMIT) {
      throw new LimitExceededException(name(), "bytes", LIMIT);
    }
    return Optional.of(CredentialDocument.parse(bytes, name()));
  }

  private String name() {
    return "credentials file " + file;
  }

  @Override
  public String toString() {
    return name();
  }
}
