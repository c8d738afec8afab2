package dev.imbrex.layers.disk;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * Extracts random trees, changes them, and writes what changed as layers: as root, or in a process
 * of its own as somebody else.
 */
final class RootlessRun {
  private static final FileTime TIME = FileTime.from(Instant.ofEpochSecond(1_650_000_000));
  private static final ByteString CAPABILITY =
      ByteString.of(HexFormat.of().parseHex("0100000200040000000000000000000000000000"));

  private final Path work;
  private final ExtractOptions extract;
  private final ScanOptions scan;

  private RootlessRun(Path work, ExtractOptions extract, ScanOptions scan) {
    this.work = work;
    this.extract = extract;
    this.scan = scan;
  }

  /**
   * Runs without privilege.
   *
   * @param arguments a directory to work in, by which calls, user, group, and how many trees
   */
  public static void main(String[] arguments) throws IOException {
    Path work = Path.of(arguments[0]);
    DiskAccess access = DiskAccess.valueOf(arguments[1]);
    long uid = Long.parseLong(arguments[2]);
    long gid = Long.parseLong(arguments[3]);
    for (long seed : DiskTrees.seeds(Integer.parseInt(arguments[4]))) {
      Path records = work.resolve(seed + ".records");
      new RootlessRun(
              work,
              ExtractOptions.trusted()
                  .withAccess(access)
                  .withOwners(ExtractOptions.Owners.CALLER)
                  .withDevices(ExtractOptions.Devices.PLACEHOLDER)
                  .withOverrideRecords(records),
              ScanOptions.standard()
                  .withAccess(access)
                  .withIdMap(IdMap.ofUser(uid, gid))
                  .withOverrideRecords(records))
          .run(seed);
    }
  }

  /** Runs as root. */
  static void asRoot(Path work, int trees) throws IOException {
    for (long seed : DiskTrees.seeds(trees)) {
      new RootlessRun(
              work,
              ExtractOptions.trusted().withAccess(DiskAccess.NATIVE),
              ScanOptions.standard().withAccess(DiskAccess.NATIVE))
          .run(seed);
    }
  }

  private void run(long seed) throws IOException {
    Random random = new Random(seed);
    FileTree tree =
        new DiskTrees(random, true)
            .tree(2 + random.nextInt(25))
            .edit()
            .put(
                TreePath.of("capable"),
                new Node.RegularFile(
                    Metadata.ofMode(0)
                        .withOwner(9, 70000)
                        .withXattr(ByteString.of("security.capability"), CAPABILITY),
                    Content.text("c")))
            .toTree();
    Path root = work.resolve(seed + ".root");
    DirectoryWriter.write(tree, root, extract);
    write(tree, root, seed + ".before.tar");
    change(random, tree, root);
    write(tree, root, seed + ".after.tar");
  }

  private void write(FileTree tree, Path root, String name) throws IOException {
    FileTree now = DirectoryScanner.scan(root, scan, Findings.tolerant(), Progress.none());
    DiffOptions options =
        DiffOptions.standard()
            .withTimePrecision(DiffOptions.TimePrecision.NANOS)
            .withContents(DiffOptions.Contents.BY_BYTES);
    List<LayerEntry> layer = TreeDiff.between(tree, now, options);
    try (OutputStream out = Files.newOutputStream(work.resolve(name))) {
      LayerWriter.write(layer, LayerOptions.defaults().withCompression(Compression.NONE), out);
    }
  }

  /** Does the same to both trees, whatever stands for their nodes on the disk. */
  private static void change(Random random, FileTree tree, Path root) throws IOException {
    for (FileTree.Entry entry : tree.walk().toList()) {
      String name = entry.path().toString().substring(1);
      if (!name.matches("[a-d /-]*")) {
        continue;
      }
      Path path = root.resolve(name);
      int what = random.nextInt(6);
      boolean isThere = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
      if (!isThere || what > 3) {
        continue;
      }
      if (entry.node().isDirectory()) {
        changeDirectory(root, path, what);
      } else if (what == 0) {
        Files.delete(path);
      } else if (entry.node() instanceof Node.RegularFile) {
        changeFile(path, what);
      }
    }
    setTimes(tree, root);
  }

  private static void changeDirectory(Path root, Path path, int what) throws IOException {
    if (what == 0) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx--x--x"));
    } else {
      Path fresh = Files.writeString(path.resolve("fresh"), "fresh");
      // In a set-gid directory it has the directory's group, which differs on the two disks.
      Files.setAttribute(fresh, "unix:gid", Files.getAttribute(root, "unix:gid"));
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
      Files.setLastModifiedTime(fresh, TIME);
    }
  }

  private static void changeFile(Path path, int what) throws IOException {
    if (what == 1) {
      Files.writeString(path, "changed");
    }
    // The kernel takes set-id bits off what others than root write to.
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
    Files.setLastModifiedTime(path, TIME);
  }

  private static void setTimes(FileTree tree, Path root) throws IOException {
    for (FileTree.Entry entry : tree.walk().toList()) {
      String name = entry.path().toString().substring(1);
      if (entry.node().isDirectory() && name.matches("[a-d /-]*")) {
        Path path = root.resolve(name);
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          Files.setLastModifiedTime(path, TIME);
        }
      }
    }
  }
}
