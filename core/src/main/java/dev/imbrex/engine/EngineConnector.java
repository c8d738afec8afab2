package dev.imbrex.engine;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** Opens connections to an engine. */
final class EngineConnector {
  private EngineConnector() {}

  static ByteChannel connect(EngineAddress address, EngineOptions options) throws IOException {
    boolean tls = !address.isUnix() && options.tls().isPresent();
    Wire wire;
    try {
      wire =
          Wire.connect(
              address.newChannel(),
              address.socket(tls),
              options.connectTimeout(),
              options.idleTimeout());
    } catch (IOException | UnresolvedAddressException | UnsupportedOperationException e) {
      if (isInterruption(e)) {
        throw (IOException) e;
      }
      throw unreachable(address, e);
    }
    if (!tls) {
      return wire;
    }
    try {
      SSLEngine engine =
          options.tls().orElseThrow().createSSLEngine(address.host(), address.port(true));
      engine.setUseClientMode(true);
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      engine.setSSLParameters(parameters);
      return TlsWire.over(wire, engine);
    } catch (IOException | RuntimeException e) {
      wire.close();
      if (e instanceof RuntimeException || isInterruption(e)) {
        throw e;
      }
      throw unreachable(address, e);
    }
  }

  private static boolean isInterruption(Exception e) {
    return Thread.currentThread().isInterrupted()
        && (e instanceof InterruptedIOException || e instanceof ClosedByInterruptException);
  }

  private static EngineException unreachable(EngineAddress address, Exception e) {
    String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new EngineException("The engine at " + address + " cannot be reached: " + reason, e);
  }
}
