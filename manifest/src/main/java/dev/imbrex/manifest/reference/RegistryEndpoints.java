package dev.imbrex.manifest.reference;

import static java.util.Objects.requireNonNull;

import dev.imbrex.manifest.reference.InvalidReferenceException.Reason;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the registries behind names answer: a table from the domain of a repository to the host,
 * with an optional port, that speaks the distribution protocol (SN-R19). A domain that is not in
 * the table answers itself. Immutable; equal by content.
 */
public final class RegistryEndpoints {
  private static final RegistryEndpoints NONE = new RegistryEndpoints(Map.of());
  private static final RegistryEndpoints DEFAULTS =
      NONE.with(Repository.DEFAULT_DOMAIN, "registry-1.docker.io");

  private final Map<String, String> hosts;

  private RegistryEndpoints(Map<String, String> hosts) {
    this.hosts = Collections.unmodifiableMap(new TreeMap<>(hosts));
  }

  /** The table that knows where {@code docker.io} answers, and nothing else. */
  public static RegistryEndpoints defaults() {
    return DEFAULTS;
  }

  /** The empty table: every domain answers itself. */
  public static RegistryEndpoints none() {
    return NONE;
  }

  /**
   * This table with one more entry, or with another host for a domain it has.
   *
   * @param domain the domain as it stands in a repository
   * @param host the host and optional port that answers for it; it is not looked up again
   * @throws InvalidReferenceException if either is not a host with an optional port
   */
  public RegistryEndpoints with(String domain, String host) {
    Map<String, String> copy = new HashMap<>(hosts);
    copy.put(requireHost(domain), requireHost(host));
    return new RegistryEndpoints(copy);
  }

  /** This table without an entry for a domain, which then answers itself. */
  public RegistryEndpoints without(String domain) {
    Map<String, String> copy = new HashMap<>(hosts);
    copy.remove(requireNonNull(domain));
    return new RegistryEndpoints(copy);
  }

  /** The host, with its port if one is given, that answers for a domain. */
  public String hostOf(String domain) {
    return hosts.getOrDefault(domain, domain);
  }

  /**
   * The host, with its port if one is given, that answers for a repository.
   *
   * @throws IllegalStateException if the repository has no domain
   */
  public String hostOf(Repository repository) {
    return hostOf(repository.requireDomain());
  }

  /** The entries, sorted by domain; not modifiable. */
  public Map<String, String> asMap() {
    return hosts;
  }

  private static String requireHost(String text) {
    if (!Grammar.isDomain(text)) {
      throw new InvalidReferenceException(text, Reason.INVALID_FORMAT, "it is no host[:port]");
    }
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RegistryEndpoints that && hosts.equals(that.hosts);
  }

  @Override
  public int hashCode() {
    return hosts.hashCode();
  }

  /** The entries, as {@code {docker.io=registry-1.docker.io}}. */
  @Override
  public String toString() {
    return hosts.toString();
  }
}
