package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.CallSupport;
import dev.imbrex.layers.internal.calls.DirectoryHandle;
import dev.imbrex.layers.internal.calls.FileAttributes;
import dev.imbrex.layers.internal.calls.FileHandle;
import dev.imbrex.layers.internal.calls.FileStatus;
import dev.imbrex.layers.internal.calls.InexactSymlinkException;
import dev.imbrex.layers.internal.calls.XattrRefusedException;
import dev.imbrex.layers.internal.calls.XattrsUnsupportedException;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts single nodes on a disk, with content, owner, extended attributes, time and mode in this
 * order: changing an owner clears set-id bits and capabilities, and a mode may end all other
 * changes (LC-B59). What the disk does not take is told to {@link Losses}.
 */
final class NodeWriter {
  private static final int BUFFER = 1 << 18;

  private final ExtractOptions options;
  private final CallSupport support;
  private final LossSink losses;
  private final Progress.Task task;

  /** Who owns what this process creates; nothing need be changed where it is the right one. */
  private final FileStatus self;

  /** Made when the first content comes as a stream. */
  private byte @Nullable [] buffer;

  NodeWriter(
      ExtractOptions options,
      CallSupport support,
      LossSink losses,
      Progress.Task task,
      FileStatus self) {
    this.options = options;
    this.support = support;
    this.losses = losses;
    this.task = task;
    this.self = self;
  }

  /** Creates a regular file. */
  void writeFile(
      DirectoryHandle directory,
      ByteString name,
      TreePath path,
      Node.RegularFile file,
      InputStream data)
      throws IOException {
    OverrideRecord lost;
    try (FileHandle handle = directory.createFile(name)) {
      copy(path, file.content().size(), data, handle.out());
      lost = setAttributes(path, file, handle, record(FileStatus.Type.REGULAR));
    }
    keep(directory, name, path, file, lost);
  }

  /** Creates a regular file of bytes that were read already: as many of them as it gave. */
  void writeFile(
      DirectoryHandle directory,
      ByteString name,
      TreePath path,
      Node.RegularFile file,
      ReadBytes data)
      throws IOException {
    OverrideRecord lost;
    try (FileHandle handle = directory.createFile(name)) {
      copy(path, file.content().size(), data, handle.out());
      lost = setAttributes(path, file, handle, record(FileStatus.Type.REGULAR));
    }
    keep(directory, name, path, file, lost);
  }

  /** Creates a symbolic link, device or named pipe; false if it is left out. */
  boolean writeSpecial(DirectoryHandle directory, ByteString name, TreePath path, Node node)
      throws IOException {
    if (node instanceof Node.Symlink link) {
      writeSymlink(directory, name, path, link);
      return true;
    }
    boolean isDevice =
        node instanceof Node.Device
            && !(options.isForOverlay() && OverlayForm.isDeviceWhiteout(node));
    if (isDevice && options.devices() == ExtractOptions.Devices.SKIP) {
      losses.report(Finding.Code.DEVICE_NOT_CREATED, path, node + " is left out");
      return false;
    }
    if (!(isDevice && options.devices() == ExtractOptions.Devices.PLACEHOLDER)
        && support.devices()
        && create(directory, name, node)) {
      FileStatus.Type type = directory.status(name).type();
      OverrideRecord lost =
          setAttributes(path, node, directory.attributes(name, type), record(type));
      keep(directory, name, path, node, lost);
      return true;
    }
    if (options.isForOverlay() && OverlayForm.isDeviceWhiteout(node)) {
      throw new UnsupportedContentException(
          "the whiteout " + path + " cannot be made: it takes privilege and native calls");
    }
    writePlaceholder(directory, name, path, node);
    return true;
  }

  /** Gives a directory its attributes, after all that is in it was written (LC-B60). */
  void finishDirectory(DirectoryHandle directory, TreePath path, Node node) throws IOException {
    FileAttributes attributes = directory.attributes();
    OverrideRecord lost = setAttributes(path, node, attributes, record(FileStatus.Type.DIRECTORY));
    if (!lost.isEmpty()) {
      losses.keep(path, node, lost.withDisk(directory.status(), null), attributes);
    }
  }

  private static boolean create(DirectoryHandle directory, ByteString name, Node node)
      throws IOException {
    try {
      if (node instanceof Node.Device device) {
        directory.createDevice(name, device.kind(), device.major(), device.minor());
      } else {
        directory.createFifo(name);
      }
      return true;
    } catch (AccessDeniedException e) {
      return false;
    }
  }

  private void writePlaceholder(
      DirectoryHandle directory, ByteString name, TreePath path, Node node) throws IOException {
    losses.report(Finding.Code.DEVICE_NOT_CREATED, path, "an empty file stands for " + node);
    OverrideRecord lost;
    try (FileHandle handle = directory.createFile(name)) {
      // The node's own mode would let others write where a device should be.
      Node placeholder = node.withMetadata(node.metadata().withMode(0));
      lost = setAttributes(path, placeholder, handle, record(FileStatus.Type.REGULAR));
    }
    keep(directory, name, path, node, lost.withSpecial(node).withMode(node.metadata().mode()));
  }

  private void writeSymlink(
      DirectoryHandle directory, ByteString name, TreePath path, Node.Symlink link)
      throws IOException {
    OverrideRecord lost = record(FileStatus.Type.SYMLINK);
    try {
      directory.createSymlink(name, link.target());
    } catch (InexactSymlinkException e) {
      ByteString nearest = e.nearest();
      if (nearest == null) {
        throw e;
      }
      losses.report(Finding.Code.SYMLINK_TARGET_CHANGED, path, String.valueOf(e.getReason()));
      directory.createSymlink(name, nearest);
      lost = lost.withTarget(link.target());
    }
    FileAttributes attributes = directory.attributes(name, FileStatus.Type.SYMLINK);
    keep(directory, name, path, link, setAttributes(path, link, attributes, lost));
  }

  private void keep(
      DirectoryHandle directory, ByteString name, TreePath path, Node node, OverrideRecord lost)
      throws IOException {
    if (lost.isEmpty()) {
      return;
    }
    FileStatus status = directory.status(name);
    boolean isLink = status.type() == FileStatus.Type.SYMLINK;
    losses.keep(
        path,
        node,
        lost.withDisk(status, isLink ? directory.readSymlink(name) : null),
        directory.attributes(name, status.type()));
  }

  private OverrideRecord record(FileStatus.Type type) {
    return OverrideRecord.nothing(type);
  }

  private void copy(TreePath path, long size, InputStream data, OutputStream out)
      throws IOException {
    byte[] block = block();
    long left = size;
    while (left > 0) {
      requireUninterrupted(path);
      int read = data.readNBytes(block, 0, (int) Math.min(left, block.length));
      if (read == 0) {
        throw wrongSize(path, size, "ends " + left + " bytes before");
      }
      out.write(block, 0, read);
      left -= read;
      task.advance(read);
    }
    if (data.read() >= 0) {
      throw wrongSize(path, size, "goes on after");
    }
  }

  private byte[] block() {
    if (buffer == null) {
      buffer = new byte[BUFFER];
    }
    return buffer;
  }

  private void copy(TreePath path, long size, ReadBytes data, OutputStream out) throws IOException {
    requireUninterrupted(path);
    if (data.length() < size) {
      throw wrongSize(path, size, "ends " + (size - data.length()) + " bytes before");
    }
    if (data.length() > size) {
      throw wrongSize(path, size, "goes on after");
    }
    if (size > 0) {
      out.write(data.array(), data.offset(), data.length());
      task.advance(size);
    }
  }

  private static void requireUninterrupted(TreePath path) throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("Interrupted while writing " + path);
    }
  }

  private static ImageException wrongSize(TreePath path, long size, String how) {
    return new MalformedContentException(
        "content of " + path, "", "it " + how + " the " + size + " bytes it should have");
  }

  private OverrideRecord setAttributes(
      TreePath path, Node node, FileAttributes attributes, OverrideRecord lost) throws IOException {
    Metadata wanted = options.idMap().toHost(path, node.metadata());
    OverrideRecord now = setOwner(path, node, wanted, attributes, lost);
    now = setXattrs(path, node, wanted, attributes, now);
    now = setMtime(path, node.metadata().mtime(), attributes, now);
    return node instanceof Node.Symlink ? now : setMode(path, node, attributes, now);
  }

  private OverrideRecord setOwner(
      TreePath path, Node node, Metadata wanted, FileAttributes attributes, OverrideRecord lost)
      throws IOException {
    boolean isSelf = wanted.uid() == self.uid() && wanted.gid() == self.gid();
    if (isSelf && support.owners() && !node.isDirectory()) {
      return lost;
    }
    if (options.owners() == ExtractOptions.Owners.SET && support.owners()) {
      try {
        attributes.setOwner(wanted.uid(), wanted.gid());
        return lost;
      } catch (AccessDeniedException e) {
        losses.reportOnce(
            Finding.Code.OWNER_NOT_STORED, path, "owners cannot be set: no privilege");
      }
    } else if (!support.owners()) {
      losses.reportOnce(Finding.Code.OWNER_NOT_STORED, path, "the disk knows no owners");
    }
    return lost.withOwner(node.metadata().uid(), node.metadata().gid());
  }

  private OverrideRecord setXattrs(
      TreePath path, Node node, Metadata wanted, FileAttributes attributes, OverrideRecord lost)
      throws IOException {
    if (wanted.xattrs().isEmpty()) {
      return lost;
    }
    OverrideRecord now = lost;
    for (Map.Entry<ByteString, ByteString> xattr : wanted.xattrs().entrySet()) {
      if (!setXattr(path, node, xattr.getKey(), xattr.getValue(), attributes)) {
        ByteString original = node.metadata().xattrs().get(xattr.getKey());
        now = now.withXattr(xattr.getKey(), original == null ? xattr.getValue() : original);
      }
    }
    return now;
  }

  private boolean setXattr(
      TreePath path, Node node, ByteString name, ByteString value, FileAttributes attributes)
      throws IOException {
    boolean isMark = options.isForOverlay() && XattrPolicy.isOverlayMark(name);
    if (!options.allXattrs() && !isMark && !XattrPolicy.isHarmless(name)) {
      losses.report(
          Finding.Code.XATTR_REFUSED, path, "the extended attribute " + name + " is not written");
      return false;
    }
    boolean isUser = XattrPolicy.isUser(name);
    boolean canHold =
        support.allXattrs()
            || (support.userXattrs()
                && isUser
                && (node.isDirectory() || node instanceof Node.RegularFile));
    if (canHold) {
      try {
        attributes.setXattr(name, value);
        return true;
      } catch (XattrRefusedException e) {
        reportRefused(path, name, value, e);
        return false;
      } catch (XattrsUnsupportedException e) {
        // So the kernel also says that it cannot read an ACL.
        if (PosixAcl.isName(name) && !PosixAcl.isWellFormed(value)) {
          reportRefused(path, name, value, e);
        } else {
          reportXattr(path, name, "is refused by the disk");
        }
        return false;
      } catch (AccessDeniedException e) {
        reportXattr(path, name, "is refused by the disk");
        return false;
      }
    }
    reportXattr(path, name, "cannot be written by these calls");
    return false;
  }

  /** It is the value that is wrong, so other files do not lose theirs. */
  private void reportRefused(
      TreePath path, ByteString name, ByteString value, FileSystemException cause)
      throws IOException {
    String reason =
        "is refused by the disk, with its " + value.length() + " bytes: " + cause.getReason();
    requireNoMark(path, name, reason);
    losses.report(
        Finding.Code.XATTR_NOT_STORED, path, "the extended attribute " + name + " " + reason);
  }

  private void reportXattr(TreePath path, ByteString name, String reason) throws IOException {
    requireNoMark(path, name, reason);
    losses.reportOnce(
        Finding.Code.XATTR_NOT_STORED, path, "the extended attribute " + name + " " + reason);
  }

  private void requireNoMark(TreePath path, ByteString name, String reason) throws IOException {
    if (options.isForOverlay() && XattrPolicy.isOverlayMark(name)) {
      // Without it a mount would show what the layer removes.
      throw new UnsupportedContentException("the mark " + name + " of " + path + " " + reason);
    }
  }

  /** Takes the extended attributes off that the node does not have (LC-B46). */
  void removeOtherXattrs(DirectoryHandle directory, Node node) throws IOException {
    if (!support.userXattrs()) {
      return;
    }
    try {
      FileAttributes attributes = directory.attributes();
      for (ByteString name : attributes.xattrs().keySet()) {
        if (XattrPolicy.isManaged(name) && !node.metadata().xattrs().containsKey(name)) {
          attributes.removeXattr(name);
        }
      }
    } catch (XattrsUnsupportedException e) {
      // Then there are none to take off.
      return;
    }
  }

  private OverrideRecord setMtime(
      TreePath path, Instant mtime, FileAttributes attributes, OverrideRecord lost)
      throws IOException {
    Instant stored = attributes.setMtime(mtime);
    if (stored.equals(mtime)) {
      return lost;
    }
    losses.reportOnce(
        Finding.Code.TIME_CHANGED, path, "the time " + mtime + " is stored as " + stored);
    return lost.withMtime(mtime);
  }

  /**
   * What the caller, who owns everything, needs to read and change it later without privilege. It
   * is added if the true mode is recorded, save for placeholders, which nobody should open.
   */
  private int permissionsToReadAgain(Node node) {
    boolean isRecorded = options.overrideRecords().isPresent() || options.overrideXattrs();
    if (options.owners() != ExtractOptions.Owners.CALLER || !isRecorded) {
      return 0;
    }
    return node.isDirectory() ? 0700 : node instanceof Node.RegularFile ? 0600 : 0;
  }

  private OverrideRecord setMode(
      TreePath path, Node node, FileAttributes attributes, OverrideRecord lost) throws IOException {
    int mode = node.metadata().mode();
    boolean isPlain = (mode & ~0777) == 0;
    if (support.permissions() && (isPlain || support.specialModes())) {
      int stored = mode | permissionsToReadAgain(node);
      attributes.setMode(stored);
      return stored == mode ? lost : lost.withMode(mode);
    }
    if (support.permissions()) {
      attributes.setMode(mode & 0777);
    }
    losses.reportOnce(
        Finding.Code.MODE_NOT_STORED, path, "the mode " + Integer.toOctalString(mode) + " is lost");
    return lost.withMode(mode);
  }
}
