package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.CallSupport;
import dev.imbrex.layers.internal.calls.DirectoryHandle;
import dev.imbrex.layers.internal.calls.FileStatus;
import dev.imbrex.layers.internal.calls.XattrsUnsupportedException;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Makes a node of what a disk says of a file, and of what was recorded about it. */
final class NodeReader {
  private static final int PERMISSIONS = 07777;

  private final ScannedDirectory source;
  private final ScanOptions options;
  private final CallSupport support;
  private final Sidecar sidecar;

  NodeReader(ScannedDirectory source, ScanOptions options, CallSupport support) throws IOException {
    this.source = source;
    this.options = options;
    this.support = support;
    Optional<Path> records = options.overrideRecords();
    this.sidecar = records.isPresent() ? Sidecar.read(records.get()) : new Sidecar();
  }

  /** Says once what the provider cannot see (LC-G4). */
  void reportBlindness(String provider, Findings findings) throws ImageException {
    if (!support.allXattrs()) {
      String seen = support.userXattrs() ? "other than user.* of files and directories " : "";
      findings.report(
          Finding.Code.XATTRS_NOT_VISIBLE,
          -1,
          null,
          "extended attributes "
              + seen
              + "in "
              + source
              + " cannot be seen by the "
              + provider
              + " calls");
    }
  }

  /** A node that is no directory, and no socket. */
  Node readFile(
      DirectoryHandle directory,
      TreePath path,
      ByteString name,
      FileStatus status,
      ScannedFolder folder)
      throws IOException {
    OverrideRecord record = sidecar.find(path);
    if (status.type() == FileStatus.Type.REGULAR
        && options.unreadable() == ScanOptions.Unreadable.SKIP
        && (record == null || !record.isPlaceholder(status))) {
      // Here, for whoever reads the content later cannot leave the file out any more.
      directory.openFile(name).close();
    }
    boolean isPlaceholder = record != null && record.isPlaceholder(status);
    SortedMap<ByteString, ByteString> xattrs = xattrs(directory, name, status, isPlaceholder);
    Metadata metadata = metadata(path, record, status, xattrs);
    Node onDisk = node(directory, path, name, status, metadata, folder);
    return overridden(path, onDisk, record, status, folder);
  }

  /**
   * A directory.
   *
   * @param folder takes what is found
   */
  Node readDirectory(
      TreePath path,
      FileStatus status,
      SortedMap<ByteString, ByteString> xattrs,
      ScannedFolder folder)
      throws IOException {
    OverrideRecord record = sidecar.find(path);
    Node onDisk = new Node.Directory(metadata(path, record, status, xattrs));
    return overridden(path, onDisk, record, status, folder);
  }

  private boolean isOverridden(@Nullable OverrideRecord record) {
    return record != null || options.overrideXattrs();
  }

  /** The attributes that the disk has; owners are left out if they may be recorded. */
  private Metadata metadata(
      TreePath path,
      @Nullable OverrideRecord record,
      FileStatus status,
      SortedMap<ByteString, ByteString> xattrs)
      throws ImageException {
    IdMap ids = options.idMap();
    boolean isOwned = !isOverridden(record);
    Metadata metadata =
        Metadata.of(
            status.mode() & PERMISSIONS,
            isOwned ? ids.containerUid(path, status.uid()) : 0,
            isOwned ? ids.containerGid(path, status.gid()) : 0,
            status.mtime());
    return xattrs.isEmpty() ? metadata : ids.withAcls(path, metadata.withXattrs(xattrs), false);
  }

  /** The node with what a record, or attributes that stand for others, say of it. */
  private Node overridden(
      TreePath path,
      Node node,
      @Nullable OverrideRecord record,
      FileStatus status,
      ScannedFolder folder)
      throws ImageException {
    if (!isOverridden(record)) {
      return node;
    }
    OverrideXattrs.Claim claim =
        options.overrideXattrs() ? claimed(path, node, folder) : OverrideXattrs.Claim.none(node);
    if (record == null) {
      return withOwner(path, claim, status);
    }
    // An owner that is recorded need not be in the id map.
    boolean isOwned = record.hasOwnerFor(status);
    return record.restore(isOwned ? claim.node() : withOwner(path, claim, status), status);
  }

  /** The number of the group of copies that the file is one of; 0 for none. */
  long groupOf(TreePath path, FileStatus status) {
    OverrideRecord record = sidecar.find(path);
    return record != null && record.isStillInGroup(status) ? record.group() : 0;
  }

  private Node node(
      DirectoryHandle directory,
      TreePath path,
      ByteString name,
      FileStatus status,
      Metadata metadata,
      ScannedFolder folder)
      throws IOException {
    return switch (status.type()) {
      case REGULAR ->
          new Node.RegularFile(metadata, new ScannedContent(source, folder.path, name, status));
      case SYMLINK -> symlink(path, metadata, directory.readSymlink(name));
      case FIFO -> new Node.Fifo(metadata);
      case CHARACTER_DEVICE -> device(metadata, Node.Kind.CHARACTER_DEVICE, status);
      case BLOCK_DEVICE -> device(metadata, Node.Kind.BLOCK_DEVICE, status);
      case DIRECTORY, OTHER -> throw new AssertionError(status);
    };
  }

  private Node symlink(TreePath path, Metadata metadata, ByteString target) throws ImageException {
    try {
      return new Node.Symlink(metadata, target);
    } catch (IllegalArgumentException e) {
      throw new UnsupportedContentException(
          "cannot read " + path + " of " + source + ": " + e.getMessage(), e);
    }
  }

  private static Node device(Metadata metadata, Node.Kind kind, FileStatus status) {
    return new Node.Device(metadata, kind, status.major(), status.minor());
  }

  /** The extended attributes of a directory itself, as far as they can be seen. */
  SortedMap<ByteString, ByteString> xattrs(DirectoryHandle directory, FileStatus status)
      throws IOException {
    if (!canHaveXattrs(status)) {
      return Collections.emptySortedMap();
    }
    try {
      return directory.attributes().xattrs();
    } catch (XattrsUnsupportedException e) {
      return Collections.emptySortedMap();
    }
  }

  private SortedMap<ByteString, ByteString> xattrs(
      DirectoryHandle directory, ByteString name, FileStatus status, boolean isPlaceholder)
      throws IOException {
    if (!canHaveXattrs(status)) {
      return Collections.emptySortedMap();
    }
    try {
      return directory.xattrs(name, status.type());
    } catch (XattrsUnsupportedException e) {
      return Collections.emptySortedMap();
    } catch (AccessDeniedException e) {
      if (isPlaceholder) {
        // Its mode keeps all out; what the device has is in the record.
        return Collections.emptySortedMap();
      }
      throw e;
    }
  }

  private boolean canHaveXattrs(FileStatus status) {
    boolean canHaveUserXattrs =
        status.type() == FileStatus.Type.REGULAR || status.type() == FileStatus.Type.DIRECTORY;
    return support.allXattrs() || (support.userXattrs() && canHaveUserXattrs);
  }

  private static OverrideXattrs.Claim claimed(TreePath path, Node node, ScannedFolder folder)
      throws ImageException {
    try {
      return OverrideXattrs.Claim.of(node);
    } catch (IllegalArgumentException e) {
      folder
          .findings()
          .report(
              Finding.Code.OVERRIDE_IGNORED,
              -1,
              path,
              path + ": " + String.valueOf(e.getMessage()));
      return OverrideXattrs.Claim.none(OverrideXattrs.removeFrom(node));
    }
  }

  private Node withOwner(TreePath path, OverrideXattrs.Claim claim, FileStatus status)
      throws ImageException {
    IdMap ids = options.idMap();
    boolean isUserSet = claim.uid() != OverrideXattrs.UNSET;
    boolean isGroupSet = claim.gid() != OverrideXattrs.UNSET;
    long uid = isUserSet ? claim.uid() : ids.containerUid(path, status.uid());
    long gid = isGroupSet ? claim.gid() : ids.containerGid(path, status.gid());
    return claim.node().withMetadata(claim.node().metadata().withOwner(uid, gid));
  }
}
