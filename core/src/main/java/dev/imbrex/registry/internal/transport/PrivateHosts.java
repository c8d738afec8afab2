package dev.imbrex.registry.internal.transport;

import java.util.Locale;
import java.util.Optional;

/** Tells hosts that are this machine, or of a network of its own, by how they are written. */
public final class PrivateHosts {
  private PrivateHosts() {}

  /** Whether a host is {@code localhost}, or a loopback address. */
  public static boolean isLoopback(String host) {
    return isLocalhost(host) || IpLiteral.parse(host).filter(IpLiteral::isLoopback).isPresent();
  }

  /**
   * Whether a host is {@code localhost}, or a literal loopback, link-local or private address. Text
   * that looks like an address and cannot be read as one counts, too.
   */
  public static boolean isPrivate(String host) {
    if (isLocalhost(host)) {
      return true;
    }
    Optional<IpLiteral> address = IpLiteral.parse(host);
    if (address.isPresent()) {
      return address.get().isPrivate();
    }
    String last = host.substring(host.lastIndexOf('.') + 1);
    return host.startsWith("[")
        || (!last.isEmpty() && last.charAt(0) >= '0' && last.charAt(0) <= '9');
  }

  private static boolean isLocalhost(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost") || name.endsWith(".localhost");
  }
}
