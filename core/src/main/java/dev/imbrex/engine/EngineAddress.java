package dev.imbrex.engine;

import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Locale;

/** Where an engine listens: a socket in the file system, or a host and a port. */
final class EngineAddress {
  private static final int PLAIN_PORT = 2375;
  private static final int TLS_PORT = 2376;

  private final URI uri;
  private final boolean unix;

  private EngineAddress(URI uri, boolean unix) {
    this.uri = uri;
    this.unix = unix;
  }

  /**
   * Reads an address.
   *
   * @throws UnsupportedContentException if engines can be there, but are not reached from here
   * @throws IllegalArgumentException if no engine can be there
   */
  static EngineAddress of(URI uri) throws UnsupportedContentException {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    switch (scheme) {
      case "unix" -> {
        if (uri.getPath() == null || uri.getPath().isEmpty()) {
          throw new IllegalArgumentException("The address of an engine has no path: " + uri);
        }
        return new EngineAddress(uri, true);
      }
      case "tcp", "http", "https" -> {
        if (uri.getHost() == null) {
          throw new IllegalArgumentException("The address of an engine has no host: " + uri);
        }
        return new EngineAddress(uri, false);
      }
      case "npipe" ->
          throw new UnsupportedContentException(
              "The engine at "
                  + uri
                  + " listens on a named pipe of Windows, which this library cannot open;"
                  + " let it listen on tcp as well, and give that address");
      case "ssh", "fd" ->
          throw new UnsupportedContentException(
              "The engine at " + uri + " cannot be reached by " + scheme + " from this library");
      default ->
          throw new IllegalArgumentException(
              "The address of an engine is unix:///path or tcp://host:port, not " + uri);
    }
  }

  boolean isUnix() {
    return unix;
  }

  /** Whether the address itself says that TLS is spoken there. */
  boolean isHttps() {
    return "https".equalsIgnoreCase(uri.getScheme());
  }

  /** The name of the host, for TLS and for the Host header. */
  String host() {
    return unix ? "docker" : uri.getHost();
  }

  int port(boolean tls) {
    return uri.getPort() > 0 ? uri.getPort() : tls ? TLS_PORT : PLAIN_PORT;
  }

  /** A channel that is not connected yet. */
  SocketChannel newChannel() throws IOException {
    return unix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
  }

  SocketAddress socket(boolean tls) {
    return unix
        ? UnixDomainSocketAddress.of(uri.getPath())
        : new InetSocketAddress(uri.getHost(), port(tls));
  }

  @Override
  public String toString() {
    return unix ? "unix://" + uri.getPath() : "tcp://" + uri.getHost() + port();
  }

  private String port() {
    return uri.getPort() > 0 ? ":" + uri.getPort() : "";
  }
}
