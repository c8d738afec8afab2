package dev.imbrex.layers.internal.calls;

import dev.imbrex.layers.tree.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The attributes of one file, by its path. */
class NioAttributes implements FileAttributes {
  private static final String USER = "user.";

  /** EINVAL, ERANGE, E2BIG and ENOSPC, which is how ext4 says that a block is too small. */
  private static final List<String> REFUSALS =
      List.of(
          "Invalid argument",
          "Numerical result out of range",
          "Argument list too long",
          "No space left on device",
          "is too big");

  private final NioSystem system;
  private final Path file;
  private final FileStatus.Type type;
  private final Shown shown;

  NioAttributes(NioSystem system, Path file, FileStatus.Type type, Shown shown) {
    this.system = system;
    this.file = file;
    this.type = type;
    this.shown = shown;
  }

  private interface Call<T> {
    T make() throws IOException;
  }

  private <T> T call(Call<T> call) throws IOException {
    try {
      return call.make();
    } catch (FileSystemException e) {
      throw NioSystem.told(shown, e);
    }
  }

  @Override
  public final void setOwner(long uid, long gid) throws IOException {
    require(system.isUnix(), "owners");
    call(() -> Files.setAttribute(file, "unix:gid", (int) gid, LinkOption.NOFOLLOW_LINKS));
    call(() -> Files.setAttribute(file, "unix:uid", (int) uid, LinkOption.NOFOLLOW_LINKS));
  }

  @Override
  public final void setMode(int mode) throws IOException {
    require(system.isPosix(), "permissions");
    if (type == FileStatus.Type.SYMLINK) {
      throw new IllegalArgumentException("a symbolic link has no mode: " + shown);
    }
    // With the option not to follow links, a pipe would be opened, and block (LC-G8).
    if (system.isUnix()) {
      call(() -> Files.setAttribute(file, "unix:mode", mode));
    } else {
      require((mode & ~0777) == 0, "set-id and sticky bits");
      call(() -> Files.setPosixFilePermissions(file, NioSystem.permissions(mode)));
    }
  }

  /** Before 1970 only whole seconds can be set: a fraction would make it 1970 (LC-G6). */
  @Override
  public final Instant setMtime(Instant mtime) throws IOException {
    requireHarmless();
    long seconds = mtime.getEpochSecond();
    Instant whole = seconds < 0 ? Instant.ofEpochSecond(seconds) : mtime;
    return call(
        () -> {
          Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
              .setTimes(FileTime.from(whole), null, null);
          return system.status(file).mtime();
        });
  }

  @Override
  public final SortedMap<ByteString, ByteString> xattrs() throws IOException {
    SortedMap<ByteString, ByteString> xattrs = new TreeMap<>();
    UserDefinedFileAttributeView view = view();
    for (String name : call(view::list)) {
      ByteBuffer value = ByteBuffer.allocate(call(() -> view.size(name)));
      call(() -> view.read(name, value));
      xattrs.put(ByteString.of(USER + name), ByteString.of(value.array(), 0, value.position()));
    }
    return xattrs;
  }

  @Override
  public final void setXattr(ByteString name, ByteString value) throws IOException {
    UserDefinedFileAttributeView view = view();
    String key = userName(name);
    try {
      view.write(key, ByteBuffer.wrap(value.toBytes()));
    } catch (FileSystemException e) {
      throw isRefusal(String.valueOf(e.getReason()))
          ? new XattrRefusedException(shown.toString(), e.getReason())
          : NioSystem.told(shown, e);
    }
  }

  @Override
  public final void removeXattr(ByteString name) throws IOException {
    UserDefinedFileAttributeView view = view();
    String key = userName(name);
    if (call(view::list).contains(key)) {
      call(
          () -> {
            view.delete(key);
            return key;
          });
    }
  }

  /** {@code java.nio} has the cause only as a text: that of the system, or its own on the name. */
  private static boolean isRefusal(String reason) {
    return REFUSALS.stream().anyMatch(reason::contains);
  }

  private static String userName(ByteString name) {
    String text = PathNames.text(name);
    if (text == null || !text.startsWith(USER)) {
      throw new UnsupportedOperationException(name + " is beyond java.nio: it is not user.*");
    }
    return text.substring(USER.length());
  }

  private UserDefinedFileAttributeView view() throws IOException {
    requireHarmless();
    require(system.support().userXattrs(), "extended attributes");
    UserDefinedFileAttributeView view =
        type == FileStatus.Type.SYMLINK
            ? null
            : Files.getFileAttributeView(
                file, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      throw new XattrsUnsupportedException(shown.toString());
    }
    return view;
  }

  /** These calls open the file, which a pipe or device must not be (LC-G8). */
  private void requireHarmless() {
    require(
        type == FileStatus.Type.REGULAR
            || type == FileStatus.Type.DIRECTORY
            || type == FileStatus.Type.SYMLINK,
        "attributes of devices and pipes");
  }

  private static void require(boolean isThere, String what) {
    if (!isThere) {
      throw new UnsupportedOperationException(what + " are beyond java.nio here");
    }
  }
}
