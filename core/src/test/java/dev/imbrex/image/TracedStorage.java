package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes every call of a storage, and lets a test step in before it is made. */
final class TracedStorage {
  /** A call. */
  record Call(String method, List<Object> arguments) {
    /** The content it is about. */
    Digest digest() {
      return arguments.stream()
          .filter(Descriptor.class::isInstance)
          .map(argument -> ((Descriptor) argument).digest())
          .findFirst()
          .orElseThrow();
    }
  }

  /** What happens before a call. */
  interface Before {
    void call(Call call) throws Exception;
  }

  final List<Call> calls = new CopyOnWriteArrayList<>();
  private final Storage storage;
  private volatile Before before = call -> {};

  TracedStorage(Storage target) {
    storage =
        (Storage)
            Proxy.newProxyInstance(
                Storage.class.getClassLoader(),
                new Class<?>[] {Storage.class},
                (proxy, method, arguments) -> call(proxy, target, method, arguments));
  }

  Storage storage() {
    return storage;
  }

  void before(Before newBefore) {
    before = newBefore;
  }

  List<Digest> digests(String method) {
    return calls.stream().filter(c -> c.method.equals(method)).map(Call::digest).toList();
  }

  private Object call(Object proxy, Storage target, Method method, Object[] arguments)
      throws Throwable {
    Call call = new Call(method.getName(), arguments == null ? List.of() : List.of(arguments));
    calls.add(call);
    before.call(call);
    try {
      // So that its own calls are noted, too.
      return method.isDefault() && method.getName().equals("copyFrom")
          ? java.lang.reflect.InvocationHandler.invokeDefault(proxy, method, arguments)
          : method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
