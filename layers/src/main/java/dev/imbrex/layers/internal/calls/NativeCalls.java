package dev.imbrex.layers.internal.calls;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import dev.imbrex.layers.tree.ByteString;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The calls of 64-bit Linux, by way of JNA: relative to handles, on names of bytes, with all
 * extended attributes, devices, and times as exact as the file system keeps them.
 *
 * <p>JNA unpacks a small library of its own to the directory for temporary files when it is first
 * used. A JDK of today warns of native access unless {@code --enable-native-access} names it.
 */
public final class NativeCalls implements FileCalls {
  private final LinuxFlags flags;

  private NativeCalls(LinuxFlags flags) {
    this.flags = flags;
  }

  /** The provider, if this is a machine it knows, and JNA is there. */
  public static Optional<FileCalls> find() {
    LinuxFlags flags = LinuxFlags.of(System.getProperty("os.arch", ""));
    boolean isLinux = System.getProperty("os.name", "").equals("Linux");
    if (!isLinux || flags == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(working(flags));
    } catch (LinkageError | IOException e) {
      // JNA is not there or cannot load its library, or the system lacks a function.
      return Optional.empty();
    }
  }

  /** Makes a first call: a container may forbid what the C library has. */
  private static FileCalls working(LinuxFlags flags) throws IOException {
    if (Native.POINTER_SIZE != Long.BYTES) {
      throw new IOException("not a 64-bit process");
    }
    NativeCalls calls = new NativeCalls(flags);
    try (DirectoryHandle root = calls.open(Path.of("/"))) {
      root.status();
    }
    return calls;
  }

  @Override
  public String name() {
    return "native";
  }

  @Override
  public boolean serves(Path path) {
    return path.getFileSystem() == FileSystems.getDefault();
  }

  @Override
  public ByteString nameOf(Path path) {
    return new PathNames(path.getFileSystem()).bytesOf(path.getFileName());
  }

  @Override
  public DirectoryHandle open(Path directory) throws IOException {
    ByteString path = pathBytes(directory);
    Shown shown = Shown.root(path.toString());
    try {
      int fd = Libc.open(terminated(path), flags.trustedDirectory, 0);
      return new NativeDirectory(new Fd(fd, shown), flags, new Buffers());
    } catch (LastErrorException e) {
      throw Errno.about(shown, e);
    }
  }

  /** The path as the system has it, whatever the encoding of the locale (LC-G1). */
  private static ByteString pathBytes(Path path) {
    return new PathNames(path.getFileSystem()).bytesOf(path.toAbsolutePath());
  }

  /** A name as C wants it. */
  static byte[] terminated(ByteString name) {
    byte[] terminated = new byte[name.length() + 1];
    for (int i = 0; i < name.length(); i++) {
      terminated[i] = name.byteAt(i);
    }
    return terminated;
  }
}
