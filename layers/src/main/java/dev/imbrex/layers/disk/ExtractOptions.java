package dev.imbrex.layers.disk;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a tree is written to a disk by {@link DirectoryWriter}. Immutable; start from {@link
 * #untrusted} or {@link #trusted}.
 */
public final class ExtractOptions {
  /** What becomes of devices (LC-B67). */
  public enum Devices {
    /** They are made, where privilege and provider allow; else as {@link #PLACEHOLDER}. */
    CREATE,
    /** An empty file of mode 0 stands for each, and a record of it, if records are kept. */
    PLACEHOLDER,
    /** They are left out. */
    SKIP
  }

  /** What becomes of owners. */
  public enum Owners {
    /** They are set; what privilege does not allow is recorded, if records are kept. */
    SET,
    /** All files belong to who writes them; owners are recorded, if records are kept. */
    CALLER
  }

  /** What becomes of names that a file system of Windows gives another meaning (LC-B75). */
  public enum OddNames {
    /** They are an error, before anything is written. */
    REFUSE,
    /** Bytes that cannot stand are written as {@code %} and two hexadecimal digits, as is %. */
    ESCAPE
  }

  /** Beyond this many threads a disk is the slower part. */
  private static final int MOST_THREADS = 8;

  private static final ExtractOptions UNTRUSTED = new ExtractOptions(new Values());

  private final Values values;

  private ExtractOptions(Values values) {
    this.values = values;
  }

  /** What is chosen; it is changed only as long as nobody else has it. */
  private static final class Values implements Cloneable {
    private DiskAccess access = DiskAccess.AUTOMATIC;
    private Owners owners = Owners.SET;
    private Devices devices = Devices.PLACEHOLDER;
    private boolean allXattrs;
    private OddNames oddNames = OddNames.REFUSE;
    private IdMap idMap = IdMap.identity();
    private @Nullable Path overrideRecords;
    private boolean overrideXattrs;
    private boolean overlay;
    // 0 is one for each processor.
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

  private ExtractOptions with(Consumer<Values> change) {
    Values changed = values.clone();
    change.accept(changed);
    return new ExtractOptions(changed);
  }

  /**
   * For images from anywhere: owners are set, devices become placeholders, and of extended
   * attributes {@code user.*}, {@code security.capability} and POSIX ACLs are written (LC-B69).
   */
  public static ExtractOptions untrusted() {
    return UNTRUSTED;
  }

  /** For images whose author may do to this machine what the caller may: all is written. */
  public static ExtractOptions trusted() {
    return UNTRUSTED.withDevices(Devices.CREATE).withAllXattrs(true);
  }

  /** A copy that makes its calls in this way. */
  public ExtractOptions withAccess(DiskAccess access) {
    requireNonNull(access);
    return with(changed -> changed.access = access);
  }

  /** A copy that treats owners in this way. */
  public ExtractOptions withOwners(Owners owners) {
    requireNonNull(owners);
    return with(changed -> changed.owners = owners);
  }

  /** A copy that treats devices in this way. */
  public ExtractOptions withDevices(Devices devices) {
    requireNonNull(devices);
    return with(changed -> changed.devices = devices);
  }

  /** A copy that does, or does not, write extended attributes of every name (LC-B69). */
  public ExtractOptions withAllXattrs(boolean allXattrs) {
    return with(changed -> changed.allXattrs = allXattrs);
  }

  /** A copy that treats names that cannot stand on Windows in this way (LC-B75). */
  public ExtractOptions withOddNames(OddNames oddNames) {
    requireNonNull(oddNames);
    return with(changed -> changed.oddNames = oddNames);
  }

  /** A copy that maps owners, and ids in ACLs, from container to host (LC-B66). */
  public ExtractOptions withIdMap(IdMap idMap) {
    requireNonNull(idMap);
    return with(changed -> changed.idMap = idMap);
  }

  /**
   * A copy that records in this file what the disk cannot hold (LC-B64), for a scan to find. It
   * lies outside the directory, and is replaced.
   */
  public ExtractOptions withOverrideRecords(Path file) {
    requireNonNull(file);
    return with(changed -> changed.overrideRecords = file);
  }

  /**
   * A copy that does, or does not, note owners, modes and devices that could not be stored in the
   * extended attribute {@code user.containers.override_stat} of files and directories, where other
   * engines find them (LC-B64).
   */
  public ExtractOptions withOverrideXattrs(boolean written) {
    return with(changed -> changed.overrideXattrs = written);
  }

  /**
   * A copy in which so many threads write at most, that of the caller among them; with 1 it is the
   * only one. By default there is one for each processor, but no more than 8. What is written, and
   * what is reported, does not depend on it.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public ExtractOptions withParallelism(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads cannot write");
    }
    return with(changed -> changed.parallelism = threads);
  }

  /** A copy for the directory of an overlay, whose marks and whiteouts are written (LC-B70). */
  ExtractOptions forOverlay() {
    return with(changed -> changed.overlay = true);
  }

  boolean isForOverlay() {
    return values.overlay;
  }

  DiskAccess access() {
    return values.access;
  }

  Owners owners() {
    return values.owners;
  }

  Devices devices() {
    return values.devices;
  }

  boolean allXattrs() {
    return values.allXattrs;
  }

  OddNames oddNames() {
    return values.oddNames;
  }

  IdMap idMap() {
    return values.idMap;
  }

  Optional<Path> overrideRecords() {
    return Optional.ofNullable(values.overrideRecords);
  }

  boolean overrideXattrs() {
    return values.overrideXattrs;
  }

  /** How many threads write at most. */
  public int parallelism() {
    return values.parallelism > 0
        ? values.parallelism
        : Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
  }
}
