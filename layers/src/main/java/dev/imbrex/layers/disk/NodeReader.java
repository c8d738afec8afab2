package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.CallSupport;
import dev.imbrex.layers.internal.calls.DirectoryHandle;
import dev.imbrex.layers.internal.calls.FileAttributes;
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
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes a node of what a disk says of a file, and of what was recorded about it. */
final class NodeReader {
  private static final int PERMISSIONS = 07777;

  private final ScannedDirectory source;
  private final ScanOptions options;
  private final Findings findings;
  private final CallSupport support;
  private final Sidecar sidecar;

  NodeReader(ScannedDirectory source, ScanOptions options, Findings findings, CallSupport support)
      throws IOException {
    this.source = source;
    this.options = options;
    this.findings = findings;
    this.support = support;
    Optional<Path> records = options.overrideRecords();
    this.sidecar = records.isPresent() ? Sidecar.read(records.get()) : new Sidecar();
  }

  /** Says once what the provider cannot see (LC-G4). */
  void reportBlindness(String provider) throws ImageException {
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
  Node readFile(DirectoryHandle directory, TreePath path, ByteString name, FileStatus status)
      throws IOException {
    OverrideRecord record = sidecar.find(path);
    if (status.type() == FileStatus.Type.REGULAR
        && options.unreadable() == ScanOptions.Unreadable.SKIP
        && (record == null || !record.isPlaceholder(status))) {
      // Here, for whoever reads the content later cannot leave the file out any more.
      directory.openFile(name).close();
    }
    Node node = bareNode(directory, path, name, status);
    return read(path, node, status, directory.attributes(name, status.type()));
  }

  /** The node with the attributes that the disk, or a record, has for it. */
  Node read(TreePath path, Node bare, FileStatus status, FileAttributes attributes)
      throws IOException {
    OverrideRecord record = sidecar.find(path);
    boolean isPlaceholder = record != null && record.isPlaceholder(status);
    Metadata onDisk =
        Metadata.ofMode(status.mode() & PERMISSIONS)
            .withMtime(status.mtime())
            .withXattrs(xattrs(status, attributes, isPlaceholder));
    Node node = bare.withMetadata(options.idMap().withAcls(path, onDisk, false));
    OverrideXattrs.Claim claim =
        options.overrideXattrs() ? claimed(path, node) : OverrideXattrs.Claim.none(node);
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

  private Node bareNode(
      DirectoryHandle directory, TreePath path, ByteString name, FileStatus status)
      throws IOException {
    Metadata none = Metadata.forFile();
    return switch (status.type()) {
      case REGULAR -> new Node.RegularFile(none, new ScannedContent(source, path, status));
      case SYMLINK -> symlink(path, directory.readSymlink(name));
      case FIFO -> new Node.Fifo(none);
      case CHARACTER_DEVICE -> device(Node.Kind.CHARACTER_DEVICE, status);
      case BLOCK_DEVICE -> device(Node.Kind.BLOCK_DEVICE, status);
      case DIRECTORY, OTHER -> throw new AssertionError(status);
    };
  }

  private Node symlink(TreePath path, ByteString target) throws ImageException {
    try {
      return new Node.Symlink(Metadata.ofMode(0777), target);
    } catch (IllegalArgumentException e) {
      throw new UnsupportedContentException(
          "cannot read " + path + " of " + source + ": " + e.getMessage(), e);
    }
  }

  private static Node device(Node.Kind kind, FileStatus status) {
    return new Node.Device(Metadata.forFile(), kind, status.major(), status.minor());
  }

  private SortedMap<ByteString, ByteString> xattrs(
      FileStatus status, FileAttributes attributes, boolean isPlaceholder) throws IOException {
    boolean canHaveUserXattrs =
        status.type() == FileStatus.Type.REGULAR || status.type() == FileStatus.Type.DIRECTORY;
    if (!support.allXattrs() && !(support.userXattrs() && canHaveUserXattrs)) {
      return new TreeMap<>();
    }
    try {
      return attributes.xattrs();
    } catch (XattrsUnsupportedException e) {
      return new TreeMap<>();
    } catch (AccessDeniedException e) {
      if (isPlaceholder) {
        // Its mode keeps all out; what the device has is in the record.
        return new TreeMap<>();
      }
      throw e;
    }
  }

  private OverrideXattrs.Claim claimed(TreePath path, Node node) throws ImageException {
    try {
      return OverrideXattrs.Claim.of(node);
    } catch (IllegalArgumentException e) {
      findings.report(
          Finding.Code.OVERRIDE_IGNORED, -1, path, path + ": " + String.valueOf(e.getMessage()));
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
