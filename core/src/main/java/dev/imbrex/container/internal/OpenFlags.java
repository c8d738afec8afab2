package dev.imbrex.container.internal;

import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;

/** How a file is opened, the contradictions sorted out. */
record OpenFlags(
    boolean read,
    boolean write,
    boolean append,
    boolean truncate,
    boolean create,
    boolean createNew,
    boolean deleteOnClose,
    boolean followLinks) {
  /**
   * The meaning of options.
   *
   * @throws IllegalArgumentException if they contradict each other
   * @throws UnsupportedOperationException if one is none that files have
   */
  static OpenFlags of(Set<? extends OpenOption> options) {
    for (OpenOption option : options) {
      if (!(Objects.requireNonNull(option) instanceof StandardOpenOption)
          && option != LinkOption.NOFOLLOW_LINKS) {
        throw new UnsupportedOperationException(option + " is no option to open a file with");
      }
    }
    boolean append = options.contains(StandardOpenOption.APPEND);
    boolean write = append || options.contains(StandardOpenOption.WRITE);
    boolean read = !write || options.contains(StandardOpenOption.READ);
    boolean truncate = options.contains(StandardOpenOption.TRUNCATE_EXISTING);
    if (append && options.contains(StandardOpenOption.READ)) {
      throw new IllegalArgumentException("READ + APPEND not allowed");
    }
    if (append && truncate) {
      throw new IllegalArgumentException("APPEND + TRUNCATE_EXISTING not allowed");
    }
    return new OpenFlags(
        read,
        write,
        append,
        write && truncate,
        write && options.contains(StandardOpenOption.CREATE),
        write && options.contains(StandardOpenOption.CREATE_NEW),
        options.contains(StandardOpenOption.DELETE_ON_CLOSE),
        !options.contains(LinkOption.NOFOLLOW_LINKS));
  }
}
