package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.DirectoryHandle;
import dev.imbrex.layers.internal.calls.FileAttributes;
import dev.imbrex.layers.internal.calls.FileCalls;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Calls of which some fail, and that count what is open. They may be made by many threads. */
final class FaultyCalls {
  private final FileCalls calls;
  private final Map<String, IOException> faults = new HashMap<>();
  private final List<String> made = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger open = new AtomicInteger();

  FaultyCalls(FileCalls calls) {
    this.calls = calls;
  }

  /**
   * Makes a call fail.
   *
   * @param call the method, a space, and the name it is about; nothing for the directory itself
   */
  FaultyCalls failing(String call, IOException failure) {
    faults.put(call, failure);
    return this;
  }

  FileCalls calls() {
    return wrap(FileCalls.class, calls, null);
  }

  /** All calls that named a file, as {@link #failing} has them. */
  List<String> made() {
    return made;
  }

  /** How many directories are open. */
  int open() {
    return open.get();
  }

  private <T> T wrap(Class<T> type, T target, @Nullable String about) {
    InvocationHandler handler =
        (proxy, method, arguments) -> invoke(target, about, method, arguments);
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private @Nullable Object invoke(
      Object target, @Nullable String about, Method method, Object @Nullable [] arguments)
      throws Throwable {
    Object first = arguments == null || arguments.length == 0 ? null : arguments[0];
    boolean isNamed = target instanceof DirectoryHandle && first != null;
    String name = isNamed ? String.valueOf(first) : about == null ? "" : about;
    String call = method.getName() + " " + name;
    made.add(call);
    IOException fault = faults.get(call);
    if (fault != null) {
      throw fault;
    }
    try {
      Object result = method.invoke(target, arguments);
      if (method.getName().equals("close") && target instanceof DirectoryHandle) {
        open.decrementAndGet();
      }
      if (result instanceof DirectoryHandle handle) {
        open.incrementAndGet();
        return wrap(DirectoryHandle.class, handle, isNamed ? name : "/");
      }
      return result instanceof FileAttributes attributes
          ? wrap(FileAttributes.class, attributes, name)
          : result;
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }
}
