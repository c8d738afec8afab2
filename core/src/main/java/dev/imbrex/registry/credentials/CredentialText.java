package dev.imbrex.registry.credentials;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Optional;

/** Credentials in a text, of which only {@code auths} counts. */
final class CredentialText implements Credentials {
  private final String text;
  private final String name;

  CredentialText(String text, String name) {
    this.text = text;
    this.name = name;
  }

  @Override
  public Optional<Credential> find(String host, String path) throws IOException {
    return CredentialDocument.parse(text.getBytes(UTF_8), name).entry(ServerKey.of(host, path));
  }

  @Override
  public String toString() {
    return name;
  }
}
