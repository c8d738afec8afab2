package dev.imbrex.build;

import dev.imbrex.dockerfile.IgnorePatterns;
import dev.imbrex.layers.tree.FileTree;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The contexts of a build, each read when it is first wanted, and once. Thread-safe. */
final class BuildContexts {
  private final Once main;
  private final Map<String, Once> named = new LinkedHashMap<>();

  BuildContexts(BuildContext main, IgnorePatterns ignore, Map<String, BuildContext> others) {
    this.main = new Once(main, ignore);
    others.forEach((name, context) -> named.put(name, new Once(context, IgnorePatterns.none())));
  }

  FileTree main() throws IOException {
    return main.files();
  }

  Optional<FileTree> named(String name) throws IOException {
    Once context = named.get(name);
    return context == null ? Optional.empty() : Optional.of(context.files());
  }

  private static final class Once {
    private final BuildContext context;
    private final IgnorePatterns ignore;
    private final ReentrantLock reading = new ReentrantLock();
    private @Nullable FileTree files;

    Once(BuildContext context, IgnorePatterns ignore) {
      this.context = context;
      this.ignore = ignore;
    }

    FileTree files() throws IOException {
      reading.lock();
      try {
        if (files == null) {
          files = context.files(ignore);
        }
        return files;
      } finally {
        reading.unlock();
      }
    }
  }
}
