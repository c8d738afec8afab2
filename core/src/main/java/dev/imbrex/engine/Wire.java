package dev.imbrex.engine;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A connection whose every step ends in time, or when its thread is interrupted; sockets in the
 * file system have no timeouts of their own. Belongs to one thread, but may be closed by another.
 */
final class Wire implements ByteChannel, Closeable {
  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final Duration idle;

  private Wire(SocketChannel channel, Selector selector, SelectionKey key, Duration idle) {
    this.channel = channel;
    this.selector = selector;
    this.key = key;
    this.idle = idle;
  }

  static Wire connect(
      SocketChannel channel, SocketAddress address, Duration connectTimeout, Duration idle)
      throws IOException {
    Selector selector = null;
    boolean connected = false;
    try {
      channel.configureBlocking(false);
      selector = channel.provider().openSelector();
      SelectionKey key = channel.register(selector, 0);
      Wire wire = new Wire(channel, selector, key, idle);
      boolean isDone = channel.connect(address);
      while (!isDone) {
        wire.await(SelectionKey.OP_CONNECT, connectTimeout, "to connect");
        isDone = channel.finishConnect();
      }
      connected = true;
      return wire;
    } finally {
      if (!connected) {
        if (selector != null) {
          selector.close();
        }
        channel.close();
      }
    }
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    if (!target.hasRemaining()) {
      return 0;
    }
    int read = channel.read(target);
    while (read == 0) {
      await(SelectionKey.OP_READ, idle, "for an answer");
      read = channel.read(target);
    }
    return read;
  }

  /** Writes all. */
  @Override
  public int write(ByteBuffer source) throws IOException {
    int count = source.remaining();
    while (source.hasRemaining()) {
      if (channel.write(source) == 0) {
        await(SelectionKey.OP_WRITE, idle, "to be taken in");
      }
    }
    return count;
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      selector.close();
    }
  }

  private void await(int operation, Duration timeout, String what) throws IOException {
    if (!selector.isOpen()) {
      throw new ClosedChannelException();
    }
    key.interestOps(operation);
    long end = System.nanoTime() + timeout.toNanos();
    while (true) {
      long left = (end - System.nanoTime()) / 1_000_000 + 1;
      if (left <= 0) {
        throw new SocketTimeoutException("Waited " + timeout + " " + what);
      }
      int ready = selector.select(left);
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("Interrupted while waiting " + what);
      }
      if (!selector.isOpen()) {
        throw new ClosedChannelException();
      }
      if (ready > 0) {
        selector.selectedKeys().clear();
        return;
      }
    }
  }
}
