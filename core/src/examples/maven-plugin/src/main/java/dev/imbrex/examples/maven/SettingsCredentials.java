package dev.imbrex.examples.maven;

import dev.imbrex.registry.credentials.Credential;
import dev.imbrex.registry.credentials.Credentials;
import java.io.IOException;
import java.util.Optional;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.building.SettingsProblem;
import org.apache.maven.settings.crypto.DefaultSettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.apache.maven.settings.crypto.SettingsDecryptionResult;

/** The servers of {@code settings.xml} whose id is the registry, passwords decrypted. */
final class SettingsCredentials implements Credentials {
  private final Settings settings;
  private final SettingsDecrypter decrypter;

  SettingsCredentials(Settings settings, SettingsDecrypter decrypter) {
    this.settings = settings;
    this.decrypter = decrypter;
  }

  @Override
  public Optional<Credential> find(String host, String path) throws IOException {
    Server server = settings.getServer(host);
    if (server == null || server.getUsername() == null) {
      return Optional.empty();
    }
    SettingsDecryptionResult result =
        decrypter.decrypt(new DefaultSettingsDecryptionRequest(server));
    for (SettingsProblem problem : result.getProblems()) {
      if (problem.getSeverity() != SettingsProblem.Severity.WARNING) {
        throw new IOException(
            "The password of server " + host + " in settings.xml: " + problem.getMessage());
      }
    }
    Server plain = result.getServer();
    return Optional.of(new Credential.Basic(plain.getUsername(), plain.getPassword()));
  }
}
