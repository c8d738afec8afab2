package dev.imbrex.engine;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/** TLS over another channel, which this one closes. Belongs to one thread. */
final class TlsWire implements ByteChannel {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final ByteChannel wire;
  private final SSLEngine engine;
  private final ByteBuffer outgoing;
  // Both are kept ready to be read from.
  private ByteBuffer incoming;
  private ByteBuffer plain;

  private TlsWire(ByteChannel wire, SSLEngine engine) {
    this.wire = wire;
    this.engine = engine;
    this.outgoing = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    this.incoming = ByteBuffer.allocate(engine.getSession().getPacketBufferSize()).flip();
    this.plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).flip();
  }

  /** Shakes hands; the engine is a client's, and checks whom it talks to. */
  static TlsWire over(ByteChannel wire, SSLEngine engine) throws IOException {
    TlsWire tls = new TlsWire(wire, engine);
    engine.beginHandshake();
    tls.handshake();
    return tls;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    if (!target.hasRemaining()) {
      return 0;
    }
    while (!plain.hasRemaining()) {
      if (!unwrap()) {
        return -1;
      }
      handshake();
    }
    int count = Math.min(target.remaining(), plain.remaining());
    target.put(plain.slice().limit(count));
    plain.position(plain.position() + count);
    return count;
  }

  /** Writes all. */
  @Override
  public int write(ByteBuffer source) throws IOException {
    int count = source.remaining();
    while (source.hasRemaining()) {
      wrap(source);
    }
    return count;
  }

  @Override
  public boolean isOpen() {
    return wire.isOpen();
  }

  /** Closes the channel; the other side is not asked to agree. */
  @Override
  public void close() throws IOException {
    wire.close();
  }

  private void handshake() throws IOException {
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> {
          for (Runnable task = engine.getDelegatedTask();
              task != null;
              task = engine.getDelegatedTask()) {
            task.run();
          }
        }
        case NEED_WRAP -> wrap(NOTHING.duplicate());
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (!unwrap()) {
            throw new EOFException("The connection ended in the middle of the TLS handshake");
          }
          if (plain.hasRemaining()) {
            return;
          }
        }
        default -> {
          return;
        }
      }
    }
  }

  private void wrap(ByteBuffer source) throws IOException {
    outgoing.clear();
    SSLEngineResult result = engine.wrap(source, outgoing);
    if (result.getStatus() == SSLEngineResult.Status.CLOSED && source.hasRemaining()) {
      throw new SSLException("The other side closed the TLS connection");
    }
    outgoing.flip();
    wire.write(outgoing);
  }

  /** Takes in one record; false at the end. */
  private boolean unwrap() throws IOException {
    while (true) {
      plain.compact();
      SSLEngineResult result;
      try {
        result = engine.unwrap(incoming, plain);
      } finally {
        plain.flip();
      }
      switch (result.getStatus()) {
        case OK -> {
          return true;
        }
        case CLOSED -> {
          return false;
        }
        case BUFFER_OVERFLOW ->
            plain = larger(plain, engine.getSession().getApplicationBufferSize());
        case BUFFER_UNDERFLOW -> {
          incoming = larger(incoming, engine.getSession().getPacketBufferSize());
          incoming.compact();
          int read;
          try {
            read = wire.read(incoming);
          } finally {
            incoming.flip();
          }
          if (read < 0) {
            // Without a word of goodbye the answer may have been cut.
            throw new EOFException("The TLS connection was cut");
          }
        }
      }
    }
  }

  /** The same bytes with at least so much room behind them. */
  private static ByteBuffer larger(ByteBuffer buffer, int room) {
    if (buffer.capacity() - buffer.remaining() >= room) {
      return buffer;
    }
    return ByteBuffer.allocate(buffer.remaining() + room).put(buffer).flip();
  }
}
