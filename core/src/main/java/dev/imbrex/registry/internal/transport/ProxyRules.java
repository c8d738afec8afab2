package dev.imbrex.registry.internal.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which proxy a request goes through (SN-G31): one for http, one for https, and hosts that are
 * asked without any.
 *
 * <p>An exception is {@code *}; a host, which stands for the names below it, too; an address; a
 * range of addresses ({@code 10.0.0.0/8}); a host or address with a port. Immutable.
 */
public final class ProxyRules extends ProxySelector {
  private final @Nullable URI http;
  private final @Nullable URI https;
  private final List<String> exceptions;

  /**
   * Rules.
   *
   * @param http the proxy for http, as a URL of which host and port count
   * @param https the proxy for https, likewise
   * @param exceptions who is asked directly
   */
  public ProxyRules(@Nullable URI http, @Nullable URI https, List<String> exceptions) {
    this.http = http;
    this.https = https;
    this.exceptions = List.copyOf(exceptions);
  }

  /** The proxy for a URL, as it was given. */
  public Optional<URI> find(URI uri) {
    Origin origin = Origin.of(uri);
    boolean direct = exceptions.stream().anyMatch(exception -> matches(exception, origin));
    return direct ? Optional.empty() : Optional.ofNullable(origin.isSecure() ? https : http);
  }

  @Override
  public List<Proxy> select(URI uri) {
    return List.of(find(uri).map(ProxyRules::proxy).orElse(Proxy.NO_PROXY));
  }

  /** Nothing to do: there is no other proxy to try. */
  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {}

  private static Proxy proxy(URI proxy) {
    int port = proxy.getPort() < 0 ? 80 : proxy.getPort();
    return new Proxy(
        Proxy.Type.HTTP, InetSocketAddress.createUnresolved(unbracketed(proxy.getHost()), port));
  }

  private static boolean matches(String exception, Origin origin) {
    String rule = exception.strip().toLowerCase(Locale.ROOT);
    if (rule.equals("*")) {
      return true;
    }
    int slash = rule.indexOf('/');
    if (slash > 0) {
      return matchesRange(rule.substring(0, slash), rule.substring(slash + 1), origin);
    }
    int colon = rule.lastIndexOf(':');
    boolean hasPort = (colon > 0 && rule.indexOf(':') == colon) || rule.contains("]:");
    if (hasPort && !rule.substring(colon + 1).equals(Integer.toString(origin.port()))) {
      return false;
    }
    return matchesHost(hasPort ? rule.substring(0, colon) : rule, origin);
  }

  private static boolean matchesHost(String rule, Origin origin) {
    Optional<IpLiteral> address = IpLiteral.parse(rule);
    if (address.isPresent()) {
      return IpLiteral.parse(origin.host()).filter(address.get()::isSameAs).isPresent();
    }
    String name = rule.startsWith("*.") ? rule.substring(2) : rule.replaceFirst("^\\.", "");
    return !name.isEmpty() && (origin.host().equals(name) || origin.host().endsWith("." + name));
  }

  private static boolean matchesRange(String network, String bits, Origin origin) {
    Optional<IpLiteral> range = IpLiteral.parse(network);
    Optional<IpLiteral> host = IpLiteral.parse(origin.host());
    if (range.isEmpty() || host.isEmpty() || !bits.matches("[0-9]{1,3}")) {
      return false;
    }
    return host.get().startsLike(range.get(), Integer.parseInt(bits));
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
