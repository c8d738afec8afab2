package dev.imbrex.image;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Notes what is opened in a storage, and can give other content than what was asked for. */
final class WatchedStorage {
  private final Storage storage;
  private final List<Digest> opened = new CopyOnWriteArrayList<>();
  private final Map<Digest, Descriptor> replaced = new ConcurrentHashMap<>();
  private final Map<Digest, Digest> held = new ConcurrentHashMap<>();
  private final Map<Digest, Long> parts = new ConcurrentHashMap<>();
  private final AtomicInteger closed = new AtomicInteger();

  WatchedStorage(Storage target) {
    storage =
        (Storage)
            Proxy.newProxyInstance(
                Storage.class.getClassLoader(),
                new Class<?>[] {Storage.class},
                (proxy, method, arguments) -> {
                  boolean isOpening = method.getName().matches("open|openUnverified");
                  if (isOpening && arguments.length == 1) {
                    return open(target, (Descriptor) arguments[0]);
                  }
                  try {
                    Object result = method.invoke(target, arguments);
                    return isOpening
                        ? part(((Descriptor) arguments[0]).digest(), (InputStream) result)
                        : result;
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
  }

  Storage storage() {
    return storage;
  }

  /** How often this layer was opened as a whole. */
  int countOpened(Layer layer) {
    return (int) opened.stream().filter(layer.descriptor().digest()::equals).count();
  }

  /** How many bytes were read of parts of this layer. */
  long countPartBytes(Layer layer) {
    return parts.getOrDefault(layer.descriptor().digest(), 0L);
  }

  /** Forgets what was opened so far. */
  void forget() {
    opened.clear();
    parts.clear();
  }

  /** How many streams were closed. */
  int countClosed() {
    return closed.get();
  }

  /** From now on gives the bytes of one layer where those of another are asked for. */
  void replace(Layer layer, Layer by) {
    replaced.put(layer.descriptor().digest(), by.descriptor());
  }

  /** From now on a layer gives no byte before another is opened too. */
  void hold(Layer layer, Layer other) {
    held.put(layer.descriptor().digest(), other.descriptor().digest());
  }

  private InputStream part(Digest digest, InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = super.read(bytes, offset, length);
        parts.merge(digest, (long) Math.max(read, 0), Long::sum);
        return read;
      }

      @Override
      public void close() throws IOException {
        closed.incrementAndGet();
        super.close();
      }
    };
  }

  private InputStream open(Storage target, Descriptor content) throws IOException {
    opened.add(content.digest());
    Digest awaited = held.get(content.digest());
    return new FilterInputStream(target.open(replaced.getOrDefault(content.digest(), content))) {
      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        for (int i = 0; awaited != null && !opened.contains(awaited); i++) {
          if (i > 1000) {
            throw new IOException(awaited + " is not opened");
          }
          Uninterruptibles.sleepUninterruptibly(Duration.ofMillis(10));
        }
        return super.read(bytes, offset, length);
      }

      @Override
      public void close() throws IOException {
        closed.incrementAndGet();
        super.close();
      }
    };
  }
}
