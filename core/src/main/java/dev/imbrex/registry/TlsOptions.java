package dev.imbrex.registry;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whom to trust beyond what the Java platform trusts, and who to be (SN-G31). Files are in PEM, and
 * are read when the first connection to a host is made. Immutable.
 */
public final class TlsOptions {
  private static final TlsOptions DEFAULTS = new TlsOptions(List.of(), Map.of(), null);

  private final List<Path> authorities;
  private final Map<String, ClientCertificate> certificates;
  private final @Nullable Path certsDirectory;

  /**
   * A certificate to show, and its key.
   *
   * @param certificate a file with the certificate, and those that lead to its authority
   * @param key a file with its private key, not encrypted: PKCS#8, or PKCS#1 for RSA
   */
  public record ClientCertificate(Path certificate, Path key) {}

  private TlsOptions(
      List<Path> authorities,
      Map<String, ClientCertificate> certificates,
      @Nullable Path certsDirectory) {
    this.authorities = List.copyOf(authorities);
    this.certificates = new LinkedHashMap<>(certificates);
    this.certsDirectory = certsDirectory;
  }

  /** What the Java platform trusts, and no certificate of our own. */
  public static TlsOptions defaults() {
    return DEFAULTS;
  }

  /** A copy that trusts the certificates in a file, too, for every host. */
  public TlsOptions withAuthority(Path file) {
    List<Path> more = new ArrayList<>(authorities);
    more.add(file);
    return new TlsOptions(more, certificates, certsDirectory);
  }

  /** A copy that shows a certificate to one host ({@code host} or {@code host:port}). */
  public TlsOptions withCertificate(String host, ClientCertificate certificate) {
    Map<String, ClientCertificate> more = new LinkedHashMap<>(certificates);
    more.put(host, certificate);
    return new TlsOptions(authorities, more, certsDirectory);
  }

  /**
   * A copy that looks, for each host, into a directory as Docker has it: in {@code host:port/},
   * files {@code *.crt} are trusted for this host, and {@code NAME.cert} is shown with {@code
   * NAME.key}. Docker's own is {@code /etc/docker/certs.d}.
   */
  public TlsOptions withCertsDirectory(Path directory) {
    return new TlsOptions(authorities, certificates, directory);
  }

  List<Path> authorities() {
    return authorities;
  }

  Optional<ClientCertificate> certificate(String host) {
    return Optional.ofNullable(certificates.get(host));
  }

  Optional<Path> certsDirectory() {
    return Optional.ofNullable(certsDirectory);
  }
}
