package dev.imbrex.layers.disk;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How a directory is read by {@link DirectoryScanner}. Immutable; start from {@link #standard}. */
public final class ScanOptions {
  /** What happens to a file or directory that vanishes or cannot be read (LC-A58). */
  public enum Unreadable {
    /** The scan fails and names it. */
    FAIL,
    /**
     * It is left out with a finding, and a diff then takes it for deleted. A directory that is
     * listed in part is an error all the same.
     */
    SKIP
  }

  /** Beyond this many, the disk or the kernel is the slower part. */
  private static final int MOST_THREADS = 8;

  private static final ScanOptions STANDARD = new ScanOptions(new Values());

  private final Values values;

  private ScanOptions(Values values) {
    this.values = values;
  }

  /** What is chosen; it is changed only as long as nobody else has it. */
  private static final class Values implements Cloneable {
    private DiskAccess access = DiskAccess.AUTOMATIC;
    private IdMap idMap = IdMap.identity();
    private Unreadable unreadable = Unreadable.FAIL;
    private boolean oneFileSystem;
    private boolean overrideXattrs;
    private @Nullable Path overrideRecords;
    private long depth = 1024;
    private long entries = 4_000_000;
    private long directoryEntries = 1_000_000;

    /** 0 is one for each processor. */
    private int parallelism;

    @Override
    protected Values clone() {
      try {
        return (Values) super.clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private ScanOptions with(Consumer<Values> change) {
    Values changed = values.clone();
    change.accept(changed);
    return new ScanOptions(changed);
  }

  /**
   * Owners as they are, an error for what cannot be read, all mounted file systems, nothing
   * overridden; at most 1024 names deep (LC-C33), 4000000 names, 1000000 of them in one directory.
   */
  public static ScanOptions standard() {
    return STANDARD;
  }

  /** A copy that makes its calls in this way. */
  public ScanOptions withAccess(DiskAccess access) {
    requireNonNull(access);
    return with(changed -> changed.access = access);
  }

  /** A copy that maps owners, and ids in ACLs, from host to container (LC-A61). */
  public ScanOptions withIdMap(IdMap idMap) {
    requireNonNull(idMap);
    return with(changed -> changed.idMap = idMap);
  }

  /** A copy that treats what cannot be read in this way. */
  public ScanOptions withUnreadable(Unreadable unreadable) {
    requireNonNull(unreadable);
    return with(changed -> changed.unreadable = unreadable);
  }

  /**
   * A copy that does, or does not, stay on the file system of the directory (LC-A60). A mount point
   * then shows as an empty directory; a file that another is mounted on is left out. Each is a
   * finding.
   */
  public ScanOptions withOneFileSystem(boolean oneFileSystem) {
    return with(changed -> changed.oneFileSystem = oneFileSystem);
  }

  /**
   * A copy that does, or does not, take owner, mode and type from the extended attributes {@code
   * user.rootlesscontainers} and {@code user.containers.override_stat} where a file has them
   * (LC-A61, LC-B64). Who may write to the directory may then claim to be anyone; so this is for
   * directories that were extracted without privilege.
   */
  public ScanOptions withOverrideXattrs(boolean counted) {
    return with(changed -> changed.overrideXattrs = counted);
  }

  /**
   * A copy that takes what the disk could not hold from this file, written when the directory was
   * extracted (LC-B64). Of a file that changed since, what changed counts as it is on the disk
   * (LC-B65). The file may be missing.
   */
  public ScanOptions withOverrideRecords(Path file) {
    requireNonNull(file);
    return with(changed -> changed.overrideRecords = file);
  }

  /**
   * A copy in which a path may have this many names.
   *
   * @throws IllegalArgumentException if the number is not positive
   */
  public ScanOptions withDepth(long depth) {
    requirePositive(depth);
    return with(changed -> changed.depth = depth);
  }

  /**
   * A copy in which there may be this many names in all.
   *
   * @throws IllegalArgumentException if the number is not positive
   */
  public ScanOptions withEntries(long entries) {
    requirePositive(entries);
    return with(changed -> changed.entries = entries);
  }

  /**
   * A copy in which one directory may have this many names.
   *
   * @throws IllegalArgumentException if the number is not positive
   */
  public ScanOptions withDirectoryEntries(long directoryEntries) {
    requirePositive(directoryEntries);
    return with(changed -> changed.directoryEntries = directoryEntries);
  }

  /**
   * A copy in which so many threads read at most, that of the caller among them; with 1 it is the
   * only one. By default there is one for each processor, but no more than 8. The tree does not
   * depend on it. Progress is told on all of them.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public ScanOptions withParallelism(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads cannot scan");
    }
    return with(changed -> changed.parallelism = threads);
  }

  int parallelism() {
    return values.parallelism > 0
        ? values.parallelism
        : Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
  }

  DiskAccess access() {
    return values.access;
  }

  IdMap idMap() {
    return values.idMap;
  }

  Unreadable unreadable() {
    return values.unreadable;
  }

  boolean oneFileSystem() {
    return values.oneFileSystem;
  }

  boolean overrideXattrs() {
    return values.overrideXattrs;
  }

  Optional<Path> overrideRecords() {
    return Optional.ofNullable(values.overrideRecords);
  }

  long depth() {
    return values.depth;
  }

  long entries() {
    return values.entries;
  }

  long directoryEntries() {
    return values.directoryEntries;
  }

  private static void requirePositive(long limit) {
    if (limit <= 0) {
      throw new IllegalArgumentException("a limit must be positive, not " + limit);
    }
  }
}
