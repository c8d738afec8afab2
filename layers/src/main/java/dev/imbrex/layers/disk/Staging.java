package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.DirectoryHandle;
import dev.imbrex.layers.internal.calls.FileCalls;
import dev.imbrex.layers.internal.calls.FileStatus;
import dev.imbrex.layers.internal.calls.TreeRemoval;
import dev.imbrex.layers.internal.calls.XattrsUnsupportedException;
import dev.imbrex.layers.tree.ByteString;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A directory beside a target, for the caller alone, in which the target is made. Closing it
 * without {@link #publish} removes it with all that is in it (LC-B78).
 */
final class Staging implements Closeable {
  private static final String PREFIX = ".imbrex-";
  private static final Pattern NAME = Pattern.compile("\\.imbrex-[0-9a-f]{16}");

  private final DirectoryHandle parent;
  private final Path target;
  private final ByteString targetName;
  private final ByteString name;
  private boolean published;
  private boolean closed;

  private Staging(DirectoryHandle parent, Path target, ByteString targetName, ByteString name) {
    this.parent = parent;
    this.target = target;
    this.targetName = targetName;
    this.name = name;
  }

  /**
   * Makes one.
   *
   * @param target an absolute path; nothing or an empty directory is there
   */
  static Staging beside(FileCalls calls, Path target) throws IOException {
    Path holder = target.getParent();
    if (holder == null) {
      throw new FileAlreadyExistsException(target.toString());
    }
    DirectoryHandle parent = calls.open(holder);
    try {
      requireFree(parent, calls.nameOf(target), target);
    } catch (IOException | RuntimeException e) {
      parent.close();
      throw e;
    }
    return in(parent, calls, target, nameBeside(parent, calls.nameOf(target)));
  }

  /**
   * Makes one in a directory, which it will not become: what is beside the directory may be on
   * another file system.
   *
   * @param name as {@link #newName} gives it
   */
  static Staging within(FileCalls calls, Path directory, ByteString name) throws IOException {
    return in(calls.open(directory), calls, directory, name);
  }

  /** A name that nothing else has. */
  static ByteString newName() {
    byte[] random = new byte[8];
    new SecureRandom().nextBytes(random);
    return ByteString.of(PREFIX + HexFormat.of().formatHex(random));
  }

  /** A name that tells for which target it is, if there is room for that. */
  private static ByteString nameBeside(DirectoryHandle parent, ByteString target) {
    ByteString name = newName();
    ByteString telling = joined(target, name);
    return parent.canHold(telling) ? telling : name;
  }

  private static ByteString joined(ByteString target, ByteString name) {
    byte[] bytes = new byte[1 + target.length() + name.length()];
    bytes[0] = '.';
    System.arraycopy(target.toBytes(), 0, bytes, 1, target.length());
    System.arraycopy(name.toBytes(), 0, bytes, 1 + target.length(), name.length());
    return ByteString.of(bytes);
  }

  /**
   * Removes what was made for a target by processes that were killed, or are still at it.
   *
   * @return how many there were
   */
  static int removeLeft(FileCalls calls, Path target) throws IOException {
    Path holder = target.getParent();
    if (holder == null) {
      return 0;
    }
    int removed = 0;
    try (DirectoryHandle parent = calls.open(holder)) {
      ByteString targetName = calls.nameOf(target);
      for (ByteString name : parent.names()) {
        if (isLeftOf(targetName, name)) {
          TreeRemoval.remove(parent, name);
          removed++;
        }
      }
    }
    return removed;
  }

  private static boolean isLeftOf(ByteString target, ByteString name) {
    int start = 1 + target.length();
    return name.length() == start + PREFIX.length() + 16
        && joined(target, ByteString.of(name.toBytes(), start, name.length())).equals(name)
        && NAME.matcher(ByteString.of(name.toBytes(), start, name.length()).toString()).matches();
  }

  private static Staging in(DirectoryHandle parent, FileCalls calls, Path target, ByteString name)
      throws IOException {
    try {
      parent.createDirectory(name);
      Staging staging = new Staging(parent, target, calls.nameOf(target), name);
      staging.makePrivate();
      return staging;
    } catch (IOException | RuntimeException e) {
      parent.close();
      throw e;
    }
  }

  private static void requireFree(DirectoryHandle parent, ByteString name, Path target)
      throws IOException {
    try {
      if (parent.status(name).type() != FileStatus.Type.DIRECTORY) {
        throw new FileAlreadyExistsException(target.toString());
      }
    } catch (NoSuchFileException e) {
      return;
    }
    try (DirectoryHandle existing = parent.openDirectory(name)) {
      if (!existing.names().isEmpty()) {
        throw new FileAlreadyExistsException(target.toString(), null, "it is not empty");
      }
    }
  }

  /** What a directory inherits from its parent goes: it would be inherited further (LC-B62). */
  private void makePrivate() throws IOException {
    try (DirectoryHandle staging = open()) {
      if (staging.support().permissions()) {
        staging.attributes().setMode(0700);
      }
      if (staging.support().allXattrs()) {
        staging.attributes().removeXattr(ByteString.of("system.posix_acl_default"));
        staging.attributes().removeXattr(ByteString.of("system.posix_acl_access"));
      }
    } catch (XattrsUnsupportedException e) {
      // Then there was nothing to inherit.
      return;
    }
  }

  /** Opens the directory, for the caller to close. */
  DirectoryHandle open() throws IOException {
    return parent.openDirectory(name);
  }

  /** Makes the directory the target. */
  void publish() throws IOException {
    try {
      parent.deleteDirectory(targetName);
    } catch (NoSuchFileException e) {
      // There was nothing, which is as good as an empty directory.
    }
    parent.move(name, parent, targetName);
    published = true;
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (parent) {
      if (!published) {
        TreeRemoval.remove(parent, name);
      }
    }
  }

  @Override
  public String toString() {
    return "staging for " + target;
  }
}
