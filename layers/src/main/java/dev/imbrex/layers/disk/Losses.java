package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.FileAttributes;
import dev.imbrex.layers.internal.calls.FileStatus;
import dev.imbrex.layers.internal.calls.XattrRefusedException;
import dev.imbrex.layers.internal.calls.XattrsUnsupportedException;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ImageException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes note of what a disk did not keep: as findings, and where asked for as records (LC-B64). */
final class Losses implements LossSink {
  private final Findings findings;
  private final @Nullable Sidecar records;
  private final boolean inXattrs;
  private final Set<Finding.Code> reported = EnumSet.noneOf(Finding.Code.class);

  Losses(Findings findings, @Nullable Sidecar records, boolean inXattrs) {
    this.findings = findings;
    this.records = records;
    this.inXattrs = inXattrs;
  }

  @Override
  public void report(Finding.Code code, TreePath path, String message) throws ImageException {
    findings.report(code, -1, path, message);
  }

  @Override
  public void reportOnce(Finding.Code code, TreePath path, String message) throws ImageException {
    if (reported.add(code)) {
      findings.report(code, -1, path, message + "; the first of its kind is " + path);
    }
  }

  @Override
  public void keep(TreePath path, Node node, OverrideRecord record, FileAttributes attributes)
      throws IOException {
    keepNoted(path, record, note(node, record, attributes));
  }

  /**
   * Notes in the file itself what it should have had, if that is asked for; by any thread.
   *
   * @return false if it could not be noted
   */
  boolean note(Node node, OverrideRecord record, FileAttributes attributes) throws IOException {
    if (!inXattrs || !isForXattr(record)) {
      return true;
    }
    try {
      attributes.setXattr(OverrideXattrs.STAT_NAME, OverrideXattrs.stat(node));
      return true;
    } catch (XattrsUnsupportedException
        | XattrRefusedException
        | AccessDeniedException
        | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Keeps the rest of what a path should have had. */
  void keepNoted(TreePath path, OverrideRecord record, boolean isNoted) throws ImageException {
    if (!isNoted) {
      reportOnce(Finding.Code.XATTR_NOT_STORED, path, "override attributes cannot be written");
    }
    if (records != null) {
      records.record(path, record);
    }
  }

  /** Whether records are kept in a file. */
  boolean isRecorded() {
    return records != null;
  }

  /** Keeps for another name of an inode what is kept for the first, which may go before it. */
  void keepForLink(TreePath first, TreePath path) {
    OverrideRecord record = records == null ? null : records.find(first);
    if (records != null && record != null) {
      records.record(path, record);
    }
  }

  /** Keeps that a path is one of the copies that stand for a link group (LC-B57). */
  void keepGroup(TreePath path, OverrideRecord onDisk, long group) {
    if (records != null) {
      OverrideRecord record = records.find(path);
      records.record(path, (record == null ? onDisk : record).withGroup(group));
    }
  }

  /** Links, and what is missing other than owner, mode and type, have no place there. */
  private static boolean isForXattr(OverrideRecord record) {
    boolean isFile =
        record.disk().type() == FileStatus.Type.REGULAR
            || record.disk().type() == FileStatus.Type.DIRECTORY;
    return isFile && (record.uid() >= 0 || record.mode() >= 0 || record.special() != null);
  }
}
