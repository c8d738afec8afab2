package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Notes what is opened in a storage, and can give other content than what was asked for. */
final class WatchedStorage {
  private final Storage storage;
  private final List<Digest> opened = new ArrayList<>();
  private final Map<Digest, Descriptor> replaced = new HashMap<>();
  private int closed;

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
                    return method.invoke(target, arguments);
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

  /** How many streams were closed. */
  int countClosed() {
    return closed;
  }

  /** From now on gives the bytes of one layer where those of another are asked for. */
  void replace(Layer layer, Layer by) {
    replaced.put(layer.descriptor().digest(), by.descriptor());
  }

  private InputStream open(Storage target, Descriptor content) throws IOException {
    opened.add(content.digest());
    return new FilterInputStream(target.open(replaced.getOrDefault(content.digest(), content))) {
      @Override
      public void close() throws IOException {
        closed++;
        super.close();
      }
    };
  }
}
