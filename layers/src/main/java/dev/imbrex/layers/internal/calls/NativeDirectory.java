package dev.imbrex.layers.internal.calls;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Node;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.NotLinkException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A directory held open by a file descriptor. */
final class NativeDirectory implements DirectoryHandle {
  private static final CallSupport SUPPORT =
      new CallSupport(true, true, true, true, true, true, true, true, true, true, true);

  private static final byte[] DOT = {'.', 0};
  private static final ByteString THIS = ByteString.of(".");
  private static final ByteString PARENT = ByteString.of("..");
  private static final int MAX_NAME = 255;
  private static final int LENGTH_IN_ENTRY = 16;
  private static final int NAME_IN_ENTRY = 19;

  private static final int CHARACTER_DEVICE = 0020000;
  private static final int BLOCK_DEVICE = 0060000;
  private static final int FIFO = 0010000;

  private final Fd fd;
  private final LinuxFlags flags;
  private final Buffers buffers;
  private final AtomicBoolean listed = new AtomicBoolean();

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
    if (length == 0 || length > MAX_NAME || name.equals(THIS) || name.equals(PARENT)) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (name.byteAt(i) == 0 || name.byteAt(i) == '/') {
        return false;
      }
    }
    return true;
  }

  @Override
  public List<ByteString> names() throws IOException {
    // The place in a listing belongs to the handle: who lists it again needs one of its own.
    if (listed.compareAndSet(false, true)) {
      return names(fd);
    }
    try (Fd again =
        new Fd(call(DOT, () -> Libc.openat(fd.number(), DOT, flags.directory, 0)), fd.shown())) {
      return names(again);
    }
  }

  private List<ByteString> names(Fd directory) throws IOException {
    List<ByteString> names = new ArrayList<>();
    byte[] name = new byte[MAX_NAME];
    ByteBuffer buffer = buffers.take();
    try {
      long address = Pointer.nativeValue(Native.getDirectBufferPointer(buffer));
      int length;
      do {
        length =
            (int) Libc.syscall(flags.getdents, directory.number(), address, Buffers.SIZE, 0, 0);
        addNames(buffer, length, name, names);
      } while (length > 0);
    } catch (LastErrorException e) {
      throw Errno.about(fd.shown(), e);
    } finally {
      buffers.giveBack(buffer);
    }
    return names;
  }

  /** Reads what the kernel has listed: an entry says how long it is, and its name ends in a NUL. */
  private static void addNames(
      ByteBuffer listing, int length, byte[] name, List<ByteString> names) {
    ByteBuffer entries = listing.order(ByteOrder.nativeOrder());
    for (int at = 0;
        at < length;
        at += Short.toUnsignedInt(entries.getShort(at + LENGTH_IN_ENTRY))) {
      int end = 0;
      for (byte b = entries.get(at + NAME_IN_ENTRY);
          b != 0;
          b = entries.get(at + NAME_IN_ENTRY + end)) {
        name[end++] = b;
      }
      boolean isDots = name[0] == '.' && (end == 1 || (end == 2 && name[1] == '.'));
      if (!isDots) {
        names.add(ByteString.of(name, 0, end));
      }
    }
  }

  @Override
  public FileStatus status() throws IOException {
    Scratch scratch = buffers.takeScratch();
    try {
      scratch.ask(fd);
      return scratch.status();
    } finally {
      buffers.giveBack(scratch);
    }
  }

  @Override
  public FileStatus status(ByteString name) throws IOException {
    check(name);
    Scratch scratch = buffers.takeScratch();
    try {
      ask(name, scratch);
      return scratch.status();
    } finally {
      buffers.giveBack(scratch);
    }
  }

  @Override
  public boolean isRegular(ByteString name, @Nullable Object identity, long size, Instant mtime)
      throws IOException {
    check(name);
    Scratch scratch = buffers.takeScratch();
    try {
      ask(name, scratch);
      return scratch.isRegular(identity, size, mtime);
    } finally {
      buffers.giveBack(scratch);
    }
  }

  private void ask(ByteString name, Scratch scratch) throws IOException {
    try {
      long address = scratch.name(name);
      Libc.statx(
          fd.number(),
          address,
          LinuxFlags.AT_SYMLINK_NOFOLLOW,
          LinuxStatus.WANTED,
          scratch.answer());
    } catch (LastErrorException e) {
      throw failure(name, e);
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
            fd, name, fd.shown().child(name), buffers, type == FileStatus.Type.SYMLINK));
  }

  @Override
  public SortedMap<ByteString, ByteString> xattrs(ByteString name, FileStatus.Type type)
      throws IOException {
    try {
      // Most files have none, and are asked nothing but this.
      if (ChildTarget.sizeOfList(fd, name, buffers) == 0) {
        return Collections.emptySortedMap();
      }
    } catch (LastErrorException e) {
      if (e.getErrorCode() == Errno.EOPNOTSUPP) {
        return Collections.emptySortedMap();
      }
      throw failure(name, e);
    }
    return attributes(name, type).xattrs();
  }

  @Override
  public DirectoryHandle openDirectory(ByteString name) throws IOException {
    check(name);
    int opened = open(name, flags.directory);
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
    if (seen.type() != FileStatus.Type.REGULAR) {
      throw Errors.notRegular(fd.shown().child(name).toString());
    }
    return openFile(name, seen.identity(), seen.size(), seen.mtime());
  }

  @Override
  public SeekableByteChannel openFile(
      ByteString name, @Nullable Object identity, long size, Instant mtime) throws IOException {
    check(name);
    int opened = open(name, flags.read);
    Fd file = new Fd(opened, fd.shown().child(name));
    Scratch scratch = buffers.takeScratch();
    try {
      scratch.ask(file);
      if (!scratch.isRegular(identity, size, mtime)) {
        throw Errors.notSame(file.shown().toString());
      }
      return new NativeChannel(file, buffers, size);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    } finally {
      buffers.giveBack(scratch);
    }
  }

  @Override
  public ByteString readSymlink(ByteString name) throws IOException {
    check(name);
    Scratch scratch = buffers.takeScratch();
    try {
      long address = scratch.name(name);
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

  private int open(ByteString name, int how) throws IOException {
    Scratch scratch = buffers.takeScratch();
    try {
      return Libc.openat(fd.number(), scratch.name(name), how, 0);
    } catch (LastErrorException e) {
      throw failure(name, e);
    } finally {
      buffers.giveBack(scratch);
    }
  }

  /** The name as C wants it; one that is more than a name never gets there. */
  private byte[] checked(ByteString name) throws FileSystemException {
    check(name);
    return NativeCalls.terminated(name);
  }

  private void check(ByteString name) throws FileSystemException {
    if (!canHold(name)) {
      throw Errors.cannotHold(fd.shown().child(name).toString());
    }
  }

  private <T> T call(byte[] name, Call<T> call) throws IOException {
    try {
      return call.make();
    } catch (LastErrorException e) {
      throw failure(ByteString.of(name, 0, name.length - 1), e);
    }
  }

  private FileSystemException failure(ByteString name, LastErrorException e) {
    return Errno.about(name.isEmpty() ? fd.shown() : fd.shown().child(name), e);
  }
}
