package dev.imbrex.layers.disk;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.layers.internal.calls.DirectoryHandle;
import dev.imbrex.layers.internal.calls.FileHandle;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What names become on one disk. Whether it tells case and spelling of letters apart is found out
 * by trying (LC-B74); names it cannot hold are refused or escaped before anything is written
 * (LC-B75).
 */
final class TargetNames {
  private static final ByteString PROBE = ByteString.of("imbrex-\u00e9-probe");
  private static final ByteString PROBE_UPPER = ByteString.of("IMBREX-\u00c9-PROBE");
  private static final ByteString PROBE_DECOMPOSED = ByteString.of("imbrex-e\u0301-probe");
  private static final ByteString ASCII = ByteString.of("imbrex-probe");
  private static final ByteString ASCII_UPPER = ByteString.of("IMBREX-PROBE");

  private final DirectoryHandle directory;
  private final boolean escapes;
  private final boolean foldsCase;
  private final boolean normalises;

  private TargetNames(
      DirectoryHandle directory, boolean escapes, boolean foldsCase, boolean normalises) {
    this.directory = directory;
    this.escapes = escapes;
    this.foldsCase = foldsCase;
    this.normalises = normalises;
  }

  /** Tries a directory in which nothing of the kind exists. */
  static TargetNames probe(DirectoryHandle directory, ExtractOptions options) throws IOException {
    boolean foldsCase = isFoundAs(directory, ASCII, ASCII_UPPER);
    boolean normalises = isFoundAs(directory, PROBE, PROBE_DECOMPOSED);
    foldsCase |= isFoundAs(directory, PROBE, PROBE_UPPER);
    boolean escapes = options.oddNames() == ExtractOptions.OddNames.ESCAPE;
    return new TargetNames(directory, escapes, foldsCase, normalises);
  }

  private static boolean isFoundAs(DirectoryHandle directory, ByteString name, ByteString other)
      throws IOException {
    if (!directory.canHold(name) || !directory.canHold(other)) {
      return false;
    }
    try (FileHandle created = directory.createFile(name)) {
      created.setMode(0600);
    } catch (UnsupportedOperationException e) {
      // Without permissions the file is there all the same.
    } catch (FileSystemException e) {
      // In the locale of this process such names cannot be made, so none will be.
      return false;
    }
    try {
      directory.status(other);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } finally {
      directory.deleteFile(name);
    }
  }

  /**
   * Checks every name of a tree.
   *
   * @param entries all that the tree has
   * @throws UnsupportedContentException if the disk cannot hold one, or takes two for one
   */
  void check(FileTree tree, List<FileTree.Entry> entries) throws ImageException {
    for (FileTree.Entry entry : entries) {
      if (!entry.path().isRoot()) {
        checkName(entry.path());
      }
      if (entry.node().isDirectory() && (foldsCase || normalises)) {
        checkChildren(tree, entry.path());
      }
    }
  }

  private void checkName(TreePath path) throws UnsupportedContentException {
    if (!directory.canHold(onDisk(path.name()))) {
      throw new UnsupportedContentException(
          "Cannot write " + path + ": the file system cannot hold a file of this name");
    }
  }

  private void checkChildren(FileTree tree, TreePath directory) throws ImageException {
    Map<String, ByteString> seen = new HashMap<>();
    for (FileTree.Entry child : tree.list(directory)) {
      ByteString other = seen.put(folded(child.path().name()), child.path().name());
      if (other != null) {
        throw new UnsupportedContentException(
            "Cannot write " + child.path() + ": the file system takes its name for " + other);
      }
    }
  }

  /** Whether every name is what it is, and no two are one. */
  boolean areExact() {
    return !escapes && !foldsCase && !normalises;
  }

  /** The name on the disk. */
  ByteString onDisk(ByteString name) {
    return escapes ? escaped(name) : name;
  }

  /** The path on the disk. */
  TreePath onDisk(TreePath path) {
    if (!escapes) {
      return path;
    }
    TreePath place = TreePath.root();
    for (ByteString name : path.names()) {
      place = place.child(onDisk(name));
    }
    return place;
  }

  private String folded(ByteString name) {
    String text = new String(onDisk(name).toBytes(), UTF_8);
    String upper = foldsCase ? text.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT) : text;
    return normalises ? Normalizer.normalize(upper, Normalizer.Form.NFD) : upper;
  }

  /** Reversible: a percent sign of the name itself is escaped as well. */
  private ByteString escaped(ByteString name) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean isAlias = !directory.canHold(plain(name));
    for (int i = 0; i < name.length(); i++) {
      byte b = name.byteAt(i);
      boolean isLast = i == name.length() - 1;
      boolean isOdd =
          (b >= 0 && b < ' ')
              || "%:\\*?\"<>|".indexOf(b) >= 0
              || (isLast && (b == '.' || b == ' '))
              || (isAlias && i == 0);
      if (isOdd) {
        bytes.writeBytes(String.format("%%%02X", b & 0xff).getBytes(UTF_8));
      } else {
        bytes.write(b);
      }
    }
    return ByteString.of(bytes.toByteArray());
  }

  /** The name with nothing odd in it, so that what is wrong with it then is the whole name. */
  private static ByteString plain(ByteString name) {
    byte[] bytes = name.toBytes();
    for (int i = 0; i < bytes.length; i++) {
      boolean isLast = i == bytes.length - 1;
      if ((bytes[i] >= 0 && bytes[i] < ' ')
          || "%:\\*?\"<>|".indexOf(bytes[i]) >= 0
          || (isLast && (bytes[i] == '.' || bytes[i] == ' '))) {
        bytes[i] = '_';
      }
    }
    return ByteString.of(bytes);
  }
}
