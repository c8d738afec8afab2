package dev.imbrex.layers.disk;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
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

  private static final ScanOptions STANDARD =
      new ScanOptions(
          DiskAccess.AUTOMATIC,
          IdMap.identity(),
          Unreadable.FAIL,
          false,
          false,
          null,
          1024,
          4_000_000,
          1_000_000);

  private final DiskAccess access;
  private final IdMap idMap;
  private final Unreadable unreadable;
  private final boolean oneFileSystem;
  private final boolean overrideXattrs;
  private final @Nullable Path overrideRecords;
  private final long depth;
  private final long entries;
  private final long directoryEntries;

  private ScanOptions(
      DiskAccess access,
      IdMap idMap,
      Unreadable unreadable,
      boolean oneFileSystem,
      boolean overrideXattrs,
      @Nullable Path overrideRecords,
      long depth,
      long entries,
      long directoryEntries) {
    this.access = access;
    this.idMap = idMap;
    this.unreadable = unreadable;
    this.oneFileSystem = oneFileSystem;
    this.overrideXattrs = overrideXattrs;
    this.overrideRecords = overrideRecords;
    this.depth = requirePositive(depth);
    this.entries = requirePositive(entries);
    this.directoryEntries = requirePositive(directoryEntries);
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
    return new ScanOptions(
        Objects.requireNonNull(access),
        idMap,
        unreadable,
        oneFileSystem,
        overrideXattrs,
        overrideRecords,
        depth,
        entries,
        directoryEntries);
  }

  /** A copy that maps owners, and ids in ACLs, from host to container (LC-A61). */
  public ScanOptions withIdMap(IdMap idMap) {
    return new ScanOptions(
        access,
        Objects.requireNonNull(idMap),
        unreadable,
        oneFileSystem,
        overrideXattrs,
        overrideRecords,
        depth,
        entries,
        directoryEntries);
  }

  /** A copy that treats what cannot be read in this way. */
  public ScanOptions withUnreadable(Unreadable unreadable) {
    return new ScanOptions(
        access,
        idMap,
        Objects.requireNonNull(unreadable),
        oneFileSystem,
        overrideXattrs,
        overrideRecords,
        depth,
        entries,
        directoryEntries);
  }

  /**
   * A copy that does, or does not, stay on the file system of the directory (LC-A60). A mount point
   * then shows as an empty directory; a file that another is mounted on is left out. Each is a
   * finding.
   */
  public ScanOptions withOneFileSystem(boolean oneFileSystem) {
    return new ScanOptions(
        access,
        idMap,
        unreadable,
        oneFileSystem,
        overrideXattrs,
        overrideRecords,
        depth,
        entries,
        directoryEntries);
  }

  /**
   * A copy that does, or does not, take owner, mode and type from the extended attributes {@code
   * user.rootlesscontainers} and {@code user.containers.override_stat} where a file has them
   * (LC-A61, LC-B64). Who may write to the directory may then claim to be anyone; so this is for
   * directories that were extracted without privilege.
   */
  public ScanOptions withOverrideXattrs(boolean counted) {
    return new ScanOptions(
        access,
        idMap,
        unreadable,
        oneFileSystem,
        counted,
        overrideRecords,
        depth,
        entries,
        directoryEntries);
  }

  /**
   * A copy that takes what the disk could not hold from this file, written when the directory was
   * extracted (LC-B64). Of a file that changed since, what changed counts as it is on the disk
   * (LC-B65). The file may be missing.
   */
  public ScanOptions withOverrideRecords(Path file) {
    return new ScanOptions(
        access,
        idMap,
        unreadable,
        oneFileSystem,
        overrideXattrs,
        Objects.requireNonNull(file),
        depth,
        entries,
        directoryEntries);
  }

  /**
   * A copy in which a path may have this many names.
   *
   * @throws IllegalArgumentException if the number is not positive
   */
  public ScanOptions withDepth(long depth) {
    return new ScanOptions(
        access,
        idMap,
        unreadable,
        oneFileSystem,
        overrideXattrs,
        overrideRecords,
        depth,
        entries,
        directoryEntries);
  }

  /**
   * A copy in which there may be this many names in all.
   *
   * @throws IllegalArgumentException if the number is not positive
   */
  public ScanOptions withEntries(long entries) {
    return new ScanOptions(
        access,
        idMap,
        unreadable,
        oneFileSystem,
        overrideXattrs,
        overrideRecords,
        depth,
        entries,
        directoryEntries);
  }

  /**
   * A copy in which one directory may have this many names.
   *
   * @throws IllegalArgumentException if the number is not positive
   */
  public ScanOptions withDirectoryEntries(long directoryEntries) {
    return new ScanOptions(
        access,
        idMap,
        unreadable,
        oneFileSystem,
        overrideXattrs,
        overrideRecords,
        depth,
        entries,
        directoryEntries);
  }

  DiskAccess access() {
    return access;
  }

  IdMap idMap() {
    return idMap;
  }

  Unreadable unreadable() {
    return unreadable;
  }

  boolean oneFileSystem() {
    return oneFileSystem;
  }

  boolean overrideXattrs() {
    return overrideXattrs;
  }

  Optional<Path> overrideRecords() {
    return Optional.ofNullable(overrideRecords);
  }

  long depth() {
    return depth;
  }

  long entries() {
    return entries;
  }

  long directoryEntries() {
    return directoryEntries;
  }

  private static long requirePositive(long limit) {
    if (limit <= 0) {
      throw new IllegalArgumentException("a limit must be positive, not " + limit);
    }
    return limit;
  }
}
