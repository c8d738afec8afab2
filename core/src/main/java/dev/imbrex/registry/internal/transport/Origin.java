package dev.imbrex.registry.internal.transport;

import java.net.URI;
import java.util.Locale;

/**
 * Whom a URL talks to. What is told to one origin is not told to another (SN-G14).
 *
 * @param scheme {@code http} or {@code https}
 * @param host the host in lower case, an IPv6 address in brackets
 * @param port the port, the usual one filled in
 */
public record Origin(String scheme, String host, int port) {
  /**
   * The origin of a URL.
   *
   * @throws IllegalArgumentException if it is not an http or https URL with a host
   */
  public static Origin of(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    String host = uri.getHost();
    if ((!scheme.equals("http") && !scheme.equals("https")) || host == null) {
      throw new IllegalArgumentException("No http or https URL with a host");
    }
    int usual = scheme.equals("https") ? 443 : 80;
    return new Origin(
        scheme, host.toLowerCase(Locale.ROOT), uri.getPort() < 0 ? usual : uri.getPort());
  }

  /** Whether what is sent is encrypted. */
  public boolean isSecure() {
    return scheme.equals("https");
  }

  /** Whether the host is this machine, or an address that has no meaning outside a network. */
  public boolean isPrivate() {
    return PrivateHosts.isPrivate(host);
  }

  /** The origin as the beginning of a URL: {@code https://host:port}. */
  @Override
  public String toString() {
    int usual = isSecure() ? 443 : 80;
    return scheme + "://" + host + (port == usual ? "" : ":" + port);
  }
}
