package dev.imbrex.peers;

import dev.imbrex.registry.ProxyOptions;
import dev.imbrex.registry.RegistryClient;
import dev.imbrex.registry.RegistryOptions;
import dev.imbrex.registry.TlsOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** Asks a registry through a proxy, in a process that was started with other settings. */
final class ProxyWorker {
  private ProxyWorker() {}

  /**
   * Fails unless the registry answers.
   *
   * @param args the URL of the proxy, a file with the certificate to trust, and the registry
   */
  public static void main(String[] args) throws IOException {
    RegistryOptions options =
        RegistryOptions.defaults()
            .withTls(TlsOptions.defaults().withAuthority(Path.of(args[1])))
            .withProxy(ProxyOptions.none().withHttps(URI.create(args[0])));
    try (RegistryClient client = RegistryClient.create(options)) {
      client.ping(args[2]);
    }
  }
}
