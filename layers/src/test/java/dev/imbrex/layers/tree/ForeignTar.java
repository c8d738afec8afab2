package dev.imbrex.layers.tree;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Layers as tars that somebody else wrote: by commons-compress, which checks nothing, so that
 * layers come out that our own writer refuses.
 */
final class ForeignTar {
  private ForeignTar() {}

  static byte[] of(List<LayerEntry> layer) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, 512, "UTF-8")) {
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      for (LayerEntry entry : layer) {
        add(tar, entry);
      }
    }
    return bytes.toByteArray();
  }

  private static void add(TarArchiveOutputStream tar, LayerEntry entry) throws IOException {
    if (entry instanceof LayerEntry.Present present) {
      addNode(tar, present.path(), present.node());
    } else if (entry instanceof LayerEntry.Link link) {
      TarArchiveEntry header = header(link.path(), TarConstants.LF_LINK, link.metadata());
      header.setLinkName(name(link.target()));
      close(tar, header);
    } else {
      TreePath path = whiteout(entry);
      close(tar, header(path, TarConstants.LF_NORMAL, Metadata.forFile()));
    }
  }

  private static TreePath whiteout(LayerEntry entry) {
    if (entry instanceof LayerEntry.Removal removal) {
      return Whiteout.removalOf(removal.path());
    }
    return entry instanceof LayerEntry.Opaque opaque
        ? Whiteout.opaqueMarkOf(opaque.path())
        : entry.path();
  }

  private static void addNode(TarArchiveOutputStream tar, TreePath path, Node node)
      throws IOException {
    TarArchiveEntry header = header(path, type(node.kind()), node.metadata());
    if (node instanceof Node.Symlink link) {
      header.setLinkName(link.target().toString());
    } else if (node instanceof Node.Device device) {
      header.setDevMajor((int) device.major());
      header.setDevMinor((int) device.minor());
    } else if (node instanceof Node.RegularFile file) {
      header.setSize(file.content().size());
      tar.putArchiveEntry(header);
      try (InputStream in = file.content().open()) {
        in.transferTo(tar);
      }
      tar.closeArchiveEntry();
      return;
    }
    close(tar, header);
  }

  private static void close(TarArchiveOutputStream tar, TarArchiveEntry header) throws IOException {
    tar.putArchiveEntry(header);
    tar.closeArchiveEntry();
  }

  private static TarArchiveEntry header(TreePath path, byte type, Metadata metadata) {
    String slash = type == TarConstants.LF_DIR ? "/" : "";
    TarArchiveEntry header = new TarArchiveEntry(name(path) + slash, type, true);
    header.setMode(metadata.mode());
    header.setIds((int) metadata.uid(), (int) metadata.gid());
    header.setModTime(metadata.mtime().toEpochMilli());
    metadata
        .xattrs()
        .forEach((key, value) -> header.addPaxHeader("SCHILY.xattr." + key, value.toString()));
    return header;
  }

  private static String name(TreePath path) {
    return path.isRoot() ? "." : path.toString().substring(1);
  }

  private static byte type(Node.Kind kind) {
    return switch (kind) {
      case REGULAR -> TarConstants.LF_NORMAL;
      case DIRECTORY -> TarConstants.LF_DIR;
      case SYMLINK -> TarConstants.LF_SYMLINK;
      case CHARACTER_DEVICE -> TarConstants.LF_CHR;
      case BLOCK_DEVICE -> TarConstants.LF_BLK;
      case FIFO -> TarConstants.LF_FIFO;
    };
  }
}
