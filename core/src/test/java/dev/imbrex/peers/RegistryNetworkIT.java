package dev.imbrex.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.registry.HostOptions;
import dev.imbrex.registry.ProxyOptions;
import dev.imbrex.registry.RegistryClient;
import dev.imbrex.registry.RegistryException;
import dev.imbrex.registry.RegistryException.Kind;
import dev.imbrex.registry.RegistryOptions;
import dev.imbrex.registry.RetryOptions;
import dev.imbrex.registry.TlsOptions;
import dev.imbrex.registry.TlsOptions.ClientCertificate;
import dev.imbrex.registry.credentials.Credential;
import dev.imbrex.registry.credentials.Credentials;
import dev.imbrex.registry.server.RegistryAccess;
import dev.imbrex.registry.server.RegistryServer;
import dev.imbrex.registry.server.RegistryServerOptions;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Client and server with more between them than loopback: proxies, certificates, addresses. */
class RegistryNetworkIT {
  private static final String LOGIN = "user:pass-s3cr3t";

  @TempDir static Path directory;
  private static ServerKeys keys;
  private static MemoryStorage storage;
  private static RegistryServer server;

  @BeforeAll
  static void start() throws Exception {
    keys = ServerKeys.create(directory.resolve("keys"), ownAddress());
    storage = new MemoryStorage();
    server =
        RegistryServer.start(
            storage,
            RegistryServerOptions.defaults()
                .withAddress("localhost", 0)
                .withTls(keys.context())
                .withAccess(RegistryAccess.bearer(Map.of("robot", "pass-s3cr3t"))));
  }

  @AfterAll
  static void stop() throws IOException {
    if (server != null) {
      server.close();
      storage.close();
    }
  }

  private static RegistryOptions trusting() throws Exception {
    return RegistryOptions.defaults()
        .withRetries(RetryOptions.NONE)
        .withTls(TlsOptions.defaults().withAuthority(keys.certificate()));
  }

  private static RegistryOptions known(String host) throws Exception {
    return trusting()
        .withCredentials(Credentials.of(host, new Credential.Basic("robot", "pass-s3cr3t")));
  }

  private static ProxyOptions through(ConnectProxy proxy, String... exceptions) {
    return ProxyOptions.none().withHttps(proxy.url(null)).withExceptions(List.of(exceptions));
  }

  // ---- Proxies (SN-G31)

  @Test
  void goesThroughATunnelToOurServer() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.start(null)) {
      Carried.carry(known(server.authority()).withProxy(through(proxy)), server.authority());
      assertThat(proxy.targets()).isNotEmpty().containsOnly(server.authority());
    }
  }

  @Test
  void goesThroughATunnelToDockersRegistry() throws Exception {
    String tls =
        "  tls: {certificate: " + keys.certificate() + ", key: " + keys.privateKey() + "}\n";
    try (ConnectProxy proxy = ConnectProxy.start(null);
        DockerRegistry registry = DockerRegistry.start(directory.resolve("registry"), "", tls)) {
      Carried.carry(trusting().withProxy(through(proxy)), registry.host());
      assertThat(proxy.targets()).isNotEmpty().containsOnly(registry.host());
    }
  }

  @Test
  void asksExceptionsWithoutTheProxy() throws Exception {
    String authority = server.authority();
    try (ConnectProxy proxy = ConnectProxy.start(null)) {
      Carried.carry(
          known(authority).withProxy(through(proxy, "example.com", "localhost")), authority);
      Carried.carry(known(authority).withProxy(through(proxy, authority)), authority);
      ProxyOptions environment =
          ProxyOptions.fromEnvironment(Map.of("HTTPS_PROXY", proxy.url(null).toString()));
      Carried.carry(known(authority).withProxy(environment), authority);
      assertThat(proxy.targets()).isEmpty();
      Carried.carry(known(authority).withProxy(through(proxy, "localhost:1")), authority);
      assertThat(proxy.targets()).isNotEmpty();
    }
  }

  @Test
  void saysWhatAProxyWants() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.start(LOGIN)) {
      for (String user : new String[] {null, "other:pass-s3cr3t", LOGIN}) {
        RegistryOptions options =
            known(server.authority()).withProxy(ProxyOptions.none().withHttps(proxy.url(user)));
        try (RegistryClient client = RegistryClient.create(options)) {
          assertThatThrownBy(() -> client.ping(server.authority()))
              .isInstanceOfSatisfying(
                  RegistryException.class,
                  e -> {
                    assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED);
                    assertThat(e.status()).isEqualTo(407);
                  })
              .hasMessageContaining(
                  user == null ? "its URL has none" : "-Djdk.http.auth.tunneling.disabledSchemes=")
              .hasMessageNotContaining("s3cr3t");
        }
      }
      assertThat(proxy.targets()).isEmpty();
    }
  }

  /** The platform reads the setting once, so this needs a process of its own. */
  @Test
  void tellsAProxyWhoAsksWhereThePlatformMay() throws Exception {
    try (ConnectProxy proxy = ConnectProxy.start(LOGIN);
        RegistryServer open =
            RegistryServer.start(
                storage,
                RegistryServerOptions.defaults()
                    .withAddress("localhost", 0)
                    .withTls(keys.context()))) {
      open.faults().record();
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Djdk.http.auth.tunneling.disabledSchemes=",
                  "-cp",
                  System.getProperty("java.class.path"),
                  ProxyWorker.class.getName(),
                  proxy.url(LOGIN).toString(),
                  keys.certificate().toString(),
                  open.authority())
              .inheritIO()
              .start();
      assertThat(process.waitFor()).isZero();
      assertThat(proxy.targets()).isNotEmpty().containsOnly(open.authority());
      // What is for the proxy stays there.
      assertThat(open.faults().requests())
          .isNotEmpty()
          .allMatch(request -> request.header("Proxy-Authorization").isEmpty());
    }
  }

  // ---- HTTP/2 (SN-G34)

  @Test
  void speaksTheSecondVersionOfHttpWithAServerThatDoes() throws Exception {
    try (DockerRegistry registry = DockerRegistry.start(directory.resolve("behind"));
        Nginx nginx = Nginx.start(directory.resolve("nginx"), keys, registry.host());
        ConnectProxy proxy = ConnectProxy.start(null)) {
      Carried.carry(trusting(), nginx.host());
      int direct = nginx.requests().size();
      // Six blobs and a config each way, and two manifests.
      assertThat(direct).isGreaterThan(16);
      ProxyOptions known = ProxyOptions.none().withHttps(proxy.url(LOGIN));
      Carried.carry(trusting().withProxy(known), nginx.host());
      assertThat(proxy.targets()).containsOnly(nginx.host());
      assertThat(nginx.requests())
          .hasSizeGreaterThan(direct)
          .allMatch(line -> line.startsWith("HTTP/2.0 ") && line.endsWith(" [-]"))
          .anyMatch(line -> line.startsWith("HTTP/2.0 PUT 201"))
          .anyMatch(line -> line.startsWith("HTTP/2.0 GET 200"));
    }
  }

  // ---- Certificates of clients

  @Test
  void servesOnlyClientsWithACertificate() throws Exception {
    RegistryServerOptions demanding =
        RegistryServerOptions.defaults()
            .withAddress("localhost", 0)
            .withTls(keys.context())
            .withClientCertificates(true);
    ServerKeys strangers = ServerKeys.create(directory.resolve("strangers"), Optional.empty());
    try (RegistryServer mutual = RegistryServer.start(storage, demanding)) {
      mutual.faults().record();
      String host = mutual.authority();
      assertThatThrownBy(() -> Carried.carry(trusting(), host))
          .isInstanceOf(RegistryException.class);
      assertThatThrownBy(() -> Carried.carry(trusting().withTls(shown(host, strangers)), host))
          .isInstanceOf(RegistryException.class);
      assertThat(mutual.faults().requests()).isEmpty();
      Carried.carry(trusting().withTls(shown(host, keys)), host);
    }
  }

  private static TlsOptions shown(String host, ServerKeys client) throws Exception {
    return TlsOptions.defaults()
        .withAuthority(keys.certificate())
        .withCertificate(host, new ClientCertificate(client.certificate(), client.privateKey()));
  }

  // ---- Other addresses than loopback

  @Test
  void servesOnEveryAddressAndTakesPlainHttpOnlyIfItIsAllowed() throws Exception {
    String own = ownAddress().orElse(null);
    Assumptions.assumeTrue(own != null, "Left out: only loopback here");
    RegistryServerOptions everywhere = RegistryServerOptions.defaults().withAddress("0.0.0.0", 0);
    try (RegistryServer plain = RegistryServer.start(storage, everywhere)) {
      plain.faults().record();
      String host = own + ":" + plain.port();
      assertThatThrownBy(() -> Carried.carry(trusting(), host))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONNECTION));
      assertThat(plain.faults().requests()).isEmpty();
      Carried.carry(trusting().withHost(host, HostOptions.DEFAULT.withInsecure(true)), host);
    }
    RegistryAccess access = RegistryAccess.bearer(Map.of("robot", "pass-s3cr3t"));
    try (RegistryServer guarded =
        RegistryServer.start(storage, everywhere.withTls(keys.context()).withAccess(access))) {
      // Its token endpoint is where the client found it.
      String host = own + ":" + guarded.port();
      Carried.carry(known(host), host);
    }
    try (RegistryServer one =
        RegistryServer.start(storage, RegistryServerOptions.defaults().withAddress(own, 0))) {
      assertThat(one.authority()).isEqualTo(own + ":" + one.port());
      Carried.carry(
          trusting().withHost(one.authority(), HostOptions.DEFAULT.withInsecure(true)),
          one.authority());
      assertThatThrownBy(() -> Carried.carry(trusting(), "127.0.0.1:" + one.port()))
          .isInstanceOf(RegistryException.class);
    }
  }

  /** An address of this machine that others can reach, if there is one. */
  private static Optional<String> ownAddress() throws SocketException {
    return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
        .map(InetAddress::getHostAddress)
        .findFirst();
  }
}
