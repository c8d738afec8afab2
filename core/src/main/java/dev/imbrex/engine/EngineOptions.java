package dev.imbrex.engine;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * How an engine is talked to.
 *
 * @param connectTimeout how long a connection may take to come about
 * @param idleTimeout how long the engine may be silent, or take nothing in, before it is given up;
 *     loading a large image it may be silent for a while
 * @param tls the keys and trusted certificates for an engine on {@code tcp} with TLS; without it
 *     {@code tcp} is plain
 * @param apiVersion the version of the API to speak, as {@code 1.41}; empty to take the newest that
 *     both sides know
 */
public record EngineOptions(
    Duration connectTimeout,
    Duration idleTimeout,
    Optional<SSLContext> tls,
    Optional<String> apiVersion) {
  private static final EngineOptions DEFAULTS =
      new EngineOptions(
          Duration.ofSeconds(10), Duration.ofMinutes(5), Optional.empty(), Optional.empty());

  /** Refuses null, times that are not positive, and what is no version. */
  public EngineOptions {
    Objects.requireNonNull(tls);
    if (connectTimeout.isNegative()
        || connectTimeout.isZero()
        || idleTimeout.isNegative()
        || idleTimeout.isZero()) {
      throw new IllegalArgumentException("A timeout must be positive");
    }
    if (apiVersion.isPresent() && !ApiVersion.isVersion(apiVersion.get())) {
      throw new IllegalArgumentException("No version of the API: " + apiVersion.get());
    }
  }

  /** 10 seconds to connect, 5 minutes of silence, no TLS, the newest version. */
  public static EngineOptions defaults() {
    return DEFAULTS;
  }

  /** A copy with another time to connect. */
  public EngineOptions withConnectTimeout(Duration timeout) {
    return new EngineOptions(timeout, idleTimeout, tls, apiVersion);
  }

  /** A copy with another time of silence. */
  public EngineOptions withIdleTimeout(Duration timeout) {
    return new EngineOptions(connectTimeout, timeout, tls, apiVersion);
  }

  /** A copy that uses TLS. */
  public EngineOptions withTls(SSLContext context) {
    return new EngineOptions(connectTimeout, idleTimeout, Optional.of(context), apiVersion);
  }

  /** A copy that speaks this version of the API. */
  public EngineOptions withApiVersion(String version) {
    return new EngineOptions(connectTimeout, idleTimeout, tls, Optional.of(version));
  }
}
