package dev.imbrex.layers.internal.calls;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Node;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.NotLinkException;
import java.util.ArrayList;
import java.util.List;

/** A directory held open by a file descriptor. */
final class NativeDirectory implements DirectoryHandle {
  private static final CallSupport SUPPORT =
      new CallSupport(true, true, true, true, true, true, true, true, true, true, true);

  private static final byte[] ITSELF = {0};
  private static final byte[] NOTHING = {};
  private static final byte[] DOT = {'.', 0};
  private static final ByteString THIS = ByteString.of(".");
  private static final ByteString PARENT = ByteString.of("..");
  private static final int MAX_NAME = 255;
  private static final int NAME_IN_ENTRY = 19;

  private static final int CHARACTER_DEVICE = 0020000;
  private static final int BLOCK_DEVICE = 0060000;
  private static final int FIFO = 0010000;

  private final Fd fd;
  private final LinuxFlags flags;
  private final Buffers buffers;

  NativeDirectory(Fd fd, LinuxFlags flags, Buffers buffers) {
    this.fd = fd;
    this.flags = flags;
    this.buffers = buffers;
  }

  private interface Call<T> {
    T make() throws IOException;
  }

  @Override
  public CallSupport support() {
    return SUPPORT;
  }

  @Override
  public boolean canHold(ByteString name) {
    int length = name.length();
    boolean isDots = length <= 2 && (name.equals(THIS) || name.equals(PARENT));
    boolean isPlain = length > 0 && length <= MAX_NAME && !isDots;
    for (int i = 0; i < length; i++) {
      byte b = name.byteAt(i);
      isPlain &= b != 0 && b != '/';
    }
    return isPlain;
  }

  @Override
  public List<ByteString> names() throws IOException {
    // A handle of its own: the place in a listing belongs to the handle.
    int listed = call(DOT, () -> Libc.openat(fd.number(), DOT, flags.directory, 0));
    Pointer stream;
    try {
      stream = Libc.fdopendir(listed);
    } catch (LastErrorException e) {
      Libc.close(listed);
      throw Errno.about(fd.shown(), e);
    }
    try {
      return names(stream);
    } finally {
      Libc.closedir(stream);
    }
  }

  private List<ByteString> names(Pointer stream) throws IOException {
    List<ByteString> names = new ArrayList<>();
    Native.setLastError(0);
    for (Pointer entry = Libc.readdir(stream); entry != null; entry = Libc.readdir(stream)) {
      int length = Short.toUnsignedInt(entry.getShort(16)) - NAME_IN_ENTRY;
      byte[] padded = entry.getByteArray(NAME_IN_ENTRY, length);
      int end = 0;
      while (padded[end] != 0) {
        end++;
      }
      boolean isDots = padded[0] == '.' && (end == 1 || (end == 2 && padded[1] == '.'));
      if (!isDots) {
        names.add(ByteString.of(padded, 0, end));
      }
    }
    if (Native.getLastError() != 0) {
      throw Errno.about(fd.shown(), new LastErrorException(Native.getLastError()));
    }
    return names;
  }

  @Override
  public FileStatus status() throws IOException {
    return status(ITSELF, LinuxFlags.AT_EMPTY_PATH);
  }

  @Override
  public FileStatus status(ByteString name) throws IOException {
    return status(checked(name), LinuxFlags.AT_SYMLINK_NOFOLLOW);
  }

  private FileStatus status(byte[] name, int how) throws IOException {
    Scratch scratch = buffers.takeScratch();
    try {
      long address = scratch.name(NOTHING, name);
      Libc.statx(fd.number(), address, how, LinuxStatus.WANTED, scratch.answer());
      return scratch.status();
    } catch (LastErrorException e) {
      throw failure(name, e);
    } finally {
      buffers.giveBack(scratch);
    }
  }

  @Override
  public FileAttributes attributes() {
    return new NativeAttributes(new OpenTarget(fd));
  }

  @Override
  public FileAttributes attributes(ByteString name, FileStatus.Type type) {
    return new NativeAttributes(
        new ChildTarget(
            fd,
            NativeCalls.terminated(name),
            fd.shown().child(name),
            buffers,
            type == FileStatus.Type.SYMLINK));
  }

  @Override
  public DirectoryHandle openDirectory(ByteString name) throws IOException {
    byte[] child = checked(name);
    int opened = call(child, () -> Libc.openat(fd.number(), child, flags.directory, 0));
    return new NativeDirectory(new Fd(opened, fd.shown().child(name)), flags, buffers);
  }

  @Override
  public DirectoryHandle reopen() throws IOException {
    int opened = call(DOT, () -> Libc.openat(fd.number(), DOT, flags.directory, 0));
    return new NativeDirectory(new Fd(opened, fd.shown()), flags, buffers);
  }

  @Override
  public SeekableByteChannel openFile(ByteString name) throws IOException {
    // Opening a device can have an effect, so it is looked at first, and once more when open.
    FileStatus seen = status(name);
    requireRegular(name, seen);
    return openFile(name, seen);
  }

  @Override
  public SeekableByteChannel openFile(ByteString name, FileStatus seen) throws IOException {
    byte[] child = checked(name);
    int opened = call(child, () -> Libc.openat(fd.number(), child, flags.read, 0));
    Fd file = new Fd(opened, fd.shown().child(name));
    try {
      FileStatus status =
          new NativeDirectory(file, flags, buffers).status(ITSELF, LinuxFlags.AT_EMPTY_PATH);
      requireRegular(name, status);
      Errors.requireSame(file.shown(), seen, status);
      return new NativeChannel(file, buffers, status.size());
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private void requireRegular(ByteString name, FileStatus status) throws FileSystemException {
    if (status.type() != FileStatus.Type.REGULAR) {
      throw Errors.notRegular(fd.shown().child(name).toString());
    }
  }

  @Override
  public ByteString readSymlink(ByteString name) throws IOException {
    byte[] child = checked(name);
    Scratch scratch = buffers.takeScratch();
    try {
      long address = scratch.name(NOTHING, child);
      int length = (int) Libc.readlinkat(fd.number(), address, scratch.answer(), Scratch.ANSWER);
      return ByteString.of(scratch.bytes(length));
    } catch (LastErrorException e) {
      if (e.getErrorCode() == Errno.EINVAL) {
        throw new NotLinkException(fd.shown().child(name).toString());
      }
      throw Errno.about(fd.shown().child(name), e);
    } finally {
      buffers.giveBack(scratch);
    }
  }

  @Override
  public void createDirectory(ByteString name) throws IOException {
    byte[] child = checked(name);
    call(child, () -> Libc.mkdirat(fd.number(), child, 0700));
  }

  @Override
  public FileHandle createFile(ByteString name) throws IOException {
    byte[] child = checked(name);
    int opened = call(child, () -> Libc.openat(fd.number(), child, flags.create, 0600));
    return new NativeFile(new Fd(opened, fd.shown().child(name)), buffers);
  }

  @Override
  public void createSymlink(ByteString name, ByteString target) throws IOException {
    byte[] child = checked(name);
    byte[] content = NativeCalls.terminated(target);
    call(child, () -> Libc.symlinkat(content, fd.number(), child));
  }

  @Override
  public void createDevice(ByteString name, Node.Kind kind, long major, long minor)
      throws IOException {
    int type =
        switch (kind) {
          case CHARACTER_DEVICE -> CHARACTER_DEVICE;
          case BLOCK_DEVICE -> BLOCK_DEVICE;
          default -> throw new IllegalArgumentException(kind + " is not a kind of device");
        };
    byte[] child = checked(name);
    if (major >> 12 != 0 || minor >> 20 != 0) {
      throw new FileSystemException(
          fd.shown().child(name).toString(),
          null,
          "Linux has no device " + major + ":" + minor + "; 12 and 20 bits are what there is");
    }
    long device = (minor & 0xff) | major << 8 | (minor & ~0xffL) << 12;
    call(child, () -> Libc.mknodat(fd.number(), child, type | 0600, device));
  }

  @Override
  public void createFifo(ByteString name) throws IOException {
    byte[] child = checked(name);
    call(child, () -> Libc.mknodat(fd.number(), child, FIFO | 0600, 0));
  }

  @Override
  public void createLink(ByteString name, DirectoryHandle holder, ByteString existing)
      throws IOException {
    byte[] child = checked(name);
    int from = own(holder).fd.number();
    byte[] target = checked(existing);
    call(child, () -> Libc.linkat(from, target, fd.number(), child, 0));
  }

  @Override
  public void deleteFile(ByteString name) throws IOException {
    byte[] child = checked(name);
    call(child, () -> Libc.unlinkat(fd.number(), child, 0));
  }

  @Override
  public void deleteDirectory(ByteString name) throws IOException {
    byte[] child = checked(name);
    call(child, () -> Libc.unlinkat(fd.number(), child, LinuxFlags.AT_REMOVEDIR));
  }

  @Override
  public void move(ByteString name, DirectoryHandle target, ByteString newName) throws IOException {
    byte[] child = checked(name);
    byte[] moved = checked(newName);
    int to = own(target).fd.number();
    call(child, () -> Libc.renameat2(fd.number(), child, to, moved, LinuxFlags.RENAME_NOREPLACE));
  }

  @Override
  public void close() throws IOException {
    fd.close();
  }

  @Override
  public String toString() {
    return fd.shown().toString();
  }

  private static NativeDirectory own(DirectoryHandle handle) {
    if (handle instanceof NativeDirectory directory) {
      return directory;
    }
    throw new IllegalArgumentException("a directory of another provider: " + handle);
  }

  /** The name as C wants it; one that is more than a name never gets there. */
  private byte[] checked(ByteString name) throws FileSystemException {
    if (!canHold(name)) {
      throw Errors.cannotHold(fd.shown().child(name).toString());
    }
    return NativeCalls.terminated(name);
  }

  private <T> T call(byte[] name, Call<T> call) throws IOException {
    try {
      return call.make();
    } catch (LastErrorException e) {
      throw failure(name, e);
    }
  }

  private FileSystemException failure(byte[] name, LastErrorException e) {
    ByteString shown = ByteString.of(name, 0, name.length - 1);
    return Errno.about(shown.isEmpty() ? fd.shown() : fd.shown().child(shown), e);
  }
}
