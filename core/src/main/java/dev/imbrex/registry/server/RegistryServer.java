package dev.imbrex.registry.server;

import dev.imbrex.image.Storage;
import dev.imbrex.registry.internal.http.HttpHandler;
import dev.imbrex.registry.internal.http.HttpLimits;
import dev.imbrex.registry.internal.http.HttpListener;
import dev.imbrex.registry.internal.http.HttpRequest;
import dev.imbrex.registry.internal.http.HttpResponse;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A registry that serves a {@link Storage}, in this process (OCI distribution-spec 1.1, all four
 * categories, with the tag parameters of its next version; SN-T1 to SN-T15).
 *
 * <pre>{@code
 * try (RegistryServer registry = RegistryServer.start(new MemoryStorage())) {
 *   run("skopeo", "copy", "--dest-tls-verify=false",
 *       "oci:image:1.0", "docker://" + registry.authority() + "/team/app:1.0");
 * }
 * }</pre>
 *
 * <p><b>Names.</b> What is pushed to {@code team/app:1} is {@code docker.io/team/app:1} in the
 * storage, which {@link dev.imbrex.image.ImageStore} finds as {@code team/app:1}; an image that is
 * tagged there can be pulled here at once. A name with a host, {@code quay.io/team/app:1}, is in
 * the repository of that path; one with a port is in none. A manifest without a tag is kept under
 * the name {@code docker.io/team/app@sha256:…}, so that it is there after a restart and no garbage.
 * An entry of a layout that is a bare tag answers to that tag in every repository.
 *
 * <p><b>Repositories.</b> Content is in a repository if a name of that repository leads to it, or
 * if it was pushed or mounted there since the server was started. So a blob that no manifest names
 * yet has to be pushed again after a restart, which is what clients do. A blob that is in one
 * repository only is not found in another. What is deleted is gone at once; it is freed in the
 * storage when nothing else there leads to it, and otherwise by collection. What was deleted
 * although a manifest of the repository still refers to it, and is kept for another repository, is
 * back after a restart.
 *
 * <p>The storage belongs to the caller, who closes it after the server. Other users of the storage
 * may work on it at the same time. Safe for use by many threads.
 */
public final class RegistryServer implements Closeable {
  private final RegistryServerOptions options;
  private final Endpoints endpoints;
  private final Endpoints openEndpoints;
  private final RegistryFaults faults;
  private final Uploads uploads;
  private final Optional<Tokens> tokens;
  private final HttpListener listener;
  private final List<HttpListener> others = new CopyOnWriteArrayList<>();

  private RegistryServer(Storage storage, RegistryServerOptions options) throws IOException {
    this.options = options;
    this.tokens =
        options
            .access()
            .filter(access -> access.scheme() == RegistryAccess.Scheme.BEARER)
            .map(access -> new Tokens(access, options.clock()));
    this.uploads = new Uploads(storage, options);
    this.faults = new RegistryFaults(tokens.orElse(null));
    Repositories repositories = new Repositories(storage, options.manifestBytes());
    Gate gate = new Gate(options.access(), tokens.orElse(null));
    TokenEndpoint token =
        tokens.isPresent()
            ? new TokenEndpoint(gate, tokens.get(), options.access().orElseThrow())
            : null;
    this.endpoints = new Endpoints(gate, token, repositories, uploads, options);
    this.openEndpoints =
        new Endpoints(new Gate(Optional.empty(), null), null, repositories, uploads, options);
    this.listener = listen(options.address(), endpoints, this::tidy);
  }

  /** Starts a registry on a free port of the loopback address, for anybody to use. */
  public static RegistryServer start(Storage storage) throws IOException {
    return start(storage, RegistryServerOptions.defaults());
  }

  /**
   * Starts a registry.
   *
   * @param storage what it serves; left open when the server is closed
   * @throws IOException if the address cannot be had
   */
  public static RegistryServer start(Storage storage, RegistryServerOptions options)
      throws IOException {
    return new RegistryServer(storage, options);
  }

  /** The port it listens on. */
  public int port() {
    return listener.port();
  }

  /** Host and port, as they begin the name of an image: {@code 127.0.0.1:36925}. */
  public String authority() {
    return authority(port());
  }

  /** Its URL: {@code http://127.0.0.1:36925}. */
  public URI uri() {
    return URI.create((options.tls().isPresent() ? "https://" : "http://") + authority());
  }

  /** Makes it misbehave, and tells what it was asked. */
  public RegistryFaults faults() {
    return faults;
  }

  /**
   * Opens another port, on which it asks nobody for credentials: as the storage behind a registry
   * that redirects to it does. It is closed with the server.
   *
   * @return the port
   */
  public int openAnotherPort() throws IOException {
    InetSocketAddress address = new InetSocketAddress(options.address().getHostString(), 0);
    HttpListener other = listen(address, openEndpoints, () -> {});
    others.add(other);
    return other.port();
  }

  /** How many uploads are open. */
  int openUploads() {
    return uploads.count();
  }

  /**
   * Stops: frees the ports, cuts all connections, gives up all uploads, and waits until the threads
   * have ended. The storage stays open. Twice is once.
   */
  @Override
  public void close() throws IOException {
    faults.close();
    try {
      for (HttpListener other : others) {
        other.close();
      }
      listener.close();
    } finally {
      uploads.close();
    }
  }

  /** The URL. */
  @Override
  public String toString() {
    return "registry at " + uri();
  }

  private String authority(int port) {
    String host = options.address().getHostString();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  private HttpListener listen(InetSocketAddress address, Endpoints answering, Runnable round)
      throws IOException {
    HttpLimits limits =
        new HttpLimits(
            options.connections(),
            HttpLimits.DEFAULT.headBytes(),
            options.idleTimeout(),
            options.headTimeout(),
            options.stallTimeout());
    Watched handler = new Watched(answering, faults);
    HttpListener started =
        HttpListener.start(
            address,
            options.tls().orElse(null),
            options.clientCertificates(),
            handler,
            limits,
            round);
    handler.port = started.port();
    return started;
  }

  private void tidy() {
    uploads.expire();
    tokens.ifPresent(Tokens::expire);
  }

  /** Answers with the faults that are set. */
  private static final class Watched implements HttpHandler {
    private final Endpoints endpoints;
    private final RegistryFaults faults;
    private volatile int port;

    Watched(Endpoints endpoints, RegistryFaults faults) {
      this.endpoints = endpoints;
      this.faults = faults;
    }

    @Override
    public HttpResponse handle(HttpRequest request) throws IOException {
      return faults.answer(request, port, endpoints);
    }

    @Override
    public HttpResponse refuse(int status, String problem) {
      return endpoints.refuse(status, problem);
    }
  }
}
