package dev.imbrex.guest;

import com.sun.jna.Native;
import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.spi.FileSystemProvider;
import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A host: loads the library in a class loader of its own, uses everything, closes the loader, waits
 * until it is collected, and prints what is not as it was before, a line each.
 *
 * <p>The first argument is the class path of the guest, the second a directory for what it makes.
 * Native libraries that are on the class path of the host are shared with the guest.
 */
final class GuestProgram {
  /** Of the host: see {@link #useRecord}. */
  private record Own(Object first, @Nullable Own second) {}

  /** A library that the host itself calls, so that JNA's threads are those of the host. */
  private static final class HostLibrary {
    static {
      Native.register(HostLibrary.class, "c");
    }

    static native int getpid();
  }

  /** What the host gives to its guests. */
  private static final class Shared extends ClassLoader {
    private Shared() {
      super("shared", ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (name.startsWith("com.sun.jna.") || name.startsWith("com.github.luben.zstd.")) {
        return Class.forName(name, false, GuestProgram.class.getClassLoader());
      }
      throw new ClassNotFoundException(name);
    }
  }

  private GuestProgram() {}

  /** Runs. */
  @SuppressWarnings("SystemOut") // A program that shows something.
  public static void main(String[] args) throws Exception {
    boolean natives = GuestProgram.class.getResource("/com/sun/jna/Native.class") != null;
    if (natives) {
      HostLibrary.getpid();
      Class.forName("com.github.luben.zstd.util.Native").getMethod("load").invoke(null);
    }
    // What the JDK itself makes at first use is there before: its file systems, TLS.
    warmUp();
    Map<String, String> before = state();
    WeakReference<ClassLoader> guest = visit(args[0], args[1], natives);
    useRecord();
    boolean collected = isCollected(guest);
    Map<String, String> after = settled(before);
    if (!collected) {
      System.out.println("class loader: still reachable");
    }
    Set<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    for (String name : names) {
      String was = before.getOrDefault(name, "-");
      String is = after.getOrDefault(name, "-");
      if (!was.equals(is)) {
        System.out.println(name + ": " + was + " -> " + is);
      }
    }
    System.out.println("looked at " + before.size());
  }

  private static void warmUp() throws Exception {
    SSLContext.getDefault();
    FileSystemProvider.installedProviders();
    Logger.getLogger("host").fine("here");
  }

  /**
   * Compares a record. JDK 17 keeps the class of which it last made the methods of a record in a
   * cache of one ({@code java.lang.runtime.ObjectMethods}, the {@code asTypeCache} of its handles),
   * whoever's it was; the next record of another class loader takes its place.
   */
  private static void useRecord() {
    Own inner = new Own("x", new Own("y", null));
    if (!inner.equals(new Own("x", new Own("y", null)))
        || inner.hashCode() == 1
        || inner.toString().isEmpty()) {
      throw new IllegalStateException();
    }
  }

  private static WeakReference<ClassLoader> visit(
      String classPath, String directory, boolean natives)
      throws IOException, ReflectiveOperationException {
    URLClassLoader loader =
        new URLClassLoader(
            "guest",
            urls(classPath),
            natives ? new Shared() : ClassLoader.getPlatformClassLoader());
    try (loader) {
      Class<?> feature = Class.forName("dev.imbrex.guest.EveryFeature", true, loader);
      if (feature.getClassLoader() != loader) {
        throw new IllegalStateException("not the guest's: " + feature.getClassLoader());
      }
      Object digest =
          feature.getMethod("run", String.class, boolean.class).invoke(null, directory, natives);
      if (!String.valueOf(digest).startsWith("sha256:")) {
        throw new IllegalStateException("made " + digest);
      }
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    }
    return new WeakReference<>(loader);
  }

  private static URL[] urls(String classPath) throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (String element : classPath.split(File.pathSeparator, -1)) {
      urls.add(Path.of(element).toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }

  private static boolean isCollected(WeakReference<ClassLoader> guest) throws InterruptedException {
    for (int i = 0; i < 100 && guest.get() != null; i++) {
      System.gc();
      Thread.sleep(20);
    }
    return guest.get() == null;
  }

  /**
   * What is there when no more changes, or after some seconds: the JDK's threads end by themselves.
   */
  private static Map<String, String> settled(Map<String, String> before) throws Exception {
    Map<String, String> now = state();
    for (int i = 0; i < 100 && !now.equals(before); i++) {
      System.gc();
      Thread.sleep(50);
      now = state();
    }
    return now;
  }

  private static Map<String, String> state() throws Exception {
    Map<String, String> state = new TreeMap<>();
    state.put("locale", Locale.getDefault().toString());
    state.put("time zone", TimeZone.getDefault().getID());
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      state.put("thread " + thread.getName(), "runs");
    }
    System.getProperties().forEach((name, value) -> state.put("property " + name, "" + value));
    for (Provider provider : Security.getProviders()) {
      state.put("security " + provider.getName(), provider.getVersionStr());
    }
    for (FileSystemProvider provider : FileSystemProvider.installedProviders()) {
      state.put("file system " + provider.getScheme(), provider.getClass().getName());
    }
    state.put("shutdown hooks", hooks());
    logging(state);
    if (Files.isDirectory(Path.of("/proc/self/fd"))) {
      try (Stream<Path> handles = Files.list(Path.of("/proc/self/fd"))) {
        handles.forEach(handle -> handle(handle, state));
      }
    }
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      files.forEach(file -> state.put("temporary file " + file.getFileName(), "there"));
    }
    return state;
  }

  /** The names of the open files and sockets; numbers of handles say nothing. */
  private static void handle(Path handle, Map<String, String> state) {
    try {
      String target = Files.readSymbolicLink(handle).toString();
      // The directory that lists the handles is one itself.
      if (!target.contains("/proc/")) {
        state.merge("handle " + target, "1", (a, b) -> a + "1");
      }
    } catch (IOException e) {
      // Closed meanwhile.
    }
  }

  private static void logging(Map<String, String> state) {
    LogManager manager = LogManager.getLogManager();
    for (String name : Collections.list(manager.getLoggerNames())) {
      Logger logger = manager.getLogger(name);
      // The JDK has loggers of its own, which come and go; their settings are what could be
      // changed.
      if (logger != null && (logger.getLevel() != null || logger.getHandlers().length > 0)) {
        state.put("logger " + name, logger.getLevel() + " " + logger.getHandlers().length);
      }
    }
  }

  /** Needs java.lang opened. */
  private static String hooks() throws ReflectiveOperationException {
    var field = Class.forName("java.lang.ApplicationShutdownHooks").getDeclaredField("hooks");
    field.setAccessible(true);
    return ((IdentityHashMap<?, ?>) field.get(null))
            .keySet().stream().map(Object::toString).collect(Collectors.joining(", "))
        + " and to be deleted "
        + toDelete();
  }

  private static String toDelete() throws ReflectiveOperationException {
    var field = Class.forName("java.io.DeleteOnExitHook").getDeclaredField("files");
    field.setAccessible(true);
    return String.valueOf(field.get(null));
  }
}
