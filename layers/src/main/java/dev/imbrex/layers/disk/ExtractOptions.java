package dev.imbrex.layers.disk;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;
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

  private static final ExtractOptions UNTRUSTED =
      new ExtractOptions(
          DiskAccess.AUTOMATIC,
          Owners.SET,
          Devices.PLACEHOLDER,
          false,
          OddNames.REFUSE,
          IdMap.identity(),
          null,
          false,
          false);

  private final DiskAccess access;
  private final Owners owners;
  private final Devices devices;
  private final boolean allXattrs;
  private final OddNames oddNames;
  private final IdMap idMap;
  private final @Nullable Path overrideRecords;
  private final boolean overrideXattrs;
  private final boolean overlay;

  private ExtractOptions(
      DiskAccess access,
      Owners owners,
      Devices devices,
      boolean allXattrs,
      OddNames oddNames,
      IdMap idMap,
      @Nullable Path overrideRecords,
      boolean overrideXattrs,
      boolean overlay) {
    this.access = requireNonNull(access);
    this.owners = requireNonNull(owners);
    this.devices = requireNonNull(devices);
    this.allXattrs = allXattrs;
    this.oddNames = requireNonNull(oddNames);
    this.idMap = requireNonNull(idMap);
    this.overrideRecords = overrideRecords;
    this.overrideXattrs = overrideXattrs;
    this.overlay = overlay;
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
    return new ExtractOptions(
        access,
        owners,
        devices,
        allXattrs,
        oddNames,
        idMap,
        overrideRecords,
        overrideXattrs,
        overlay);
  }

  /** A copy that treats owners in this way. */
  public ExtractOptions withOwners(Owners owners) {
    return new ExtractOptions(
        access,
        owners,
        devices,
        allXattrs,
        oddNames,
        idMap,
        overrideRecords,
        overrideXattrs,
        overlay);
  }

  /** A copy that treats devices in this way. */
  public ExtractOptions withDevices(Devices devices) {
    return new ExtractOptions(
        access,
        owners,
        devices,
        allXattrs,
        oddNames,
        idMap,
        overrideRecords,
        overrideXattrs,
        overlay);
  }

  /** A copy that does, or does not, write extended attributes of every name (LC-B69). */
  public ExtractOptions withAllXattrs(boolean allXattrs) {
    return new ExtractOptions(
        access,
        owners,
        devices,
        allXattrs,
        oddNames,
        idMap,
        overrideRecords,
        overrideXattrs,
        overlay);
  }

  /** A copy that treats names that cannot stand on Windows in this way (LC-B75). */
  public ExtractOptions withOddNames(OddNames oddNames) {
    return new ExtractOptions(
        access,
        owners,
        devices,
        allXattrs,
        oddNames,
        idMap,
        overrideRecords,
        overrideXattrs,
        overlay);
  }

  /** A copy that maps owners, and ids in ACLs, from container to host (LC-B66). */
  public ExtractOptions withIdMap(IdMap idMap) {
    return new ExtractOptions(
        access,
        owners,
        devices,
        allXattrs,
        oddNames,
        idMap,
        overrideRecords,
        overrideXattrs,
        overlay);
  }

  /**
   * A copy that records in this file what the disk cannot hold (LC-B64), for a scan to find. It
   * lies outside the directory, and is replaced.
   */
  public ExtractOptions withOverrideRecords(Path file) {
    return new ExtractOptions(
        access,
        owners,
        devices,
        allXattrs,
        oddNames,
        idMap,
        requireNonNull(file),
        overrideXattrs,
        overlay);
  }

  /**
   * A copy that does, or does not, note owners, modes and devices that could not be stored in the
   * extended attribute {@code user.containers.override_stat} of files and directories, where other
   * engines find them (LC-B64).
   */
  public ExtractOptions withOverrideXattrs(boolean written) {
    return new ExtractOptions(
        access, owners, devices, allXattrs, oddNames, idMap, overrideRecords, written, overlay);
  }

  /** A copy for the directory of an overlay, whose marks and whiteouts are written (LC-B70). */
  ExtractOptions forOverlay() {
    return new ExtractOptions(
        access, owners, devices, allXattrs, oddNames, idMap, overrideRecords, overrideXattrs, true);
  }

  boolean isForOverlay() {
    return overlay;
  }

  DiskAccess access() {
    return access;
  }

  Owners owners() {
    return owners;
  }

  Devices devices() {
    return devices;
  }

  boolean allXattrs() {
    return allXattrs;
  }

  OddNames oddNames() {
    return oddNames;
  }

  IdMap idMap() {
    return idMap;
  }

  Optional<Path> overrideRecords() {
    return Optional.ofNullable(overrideRecords);
  }

  boolean overrideXattrs() {
    return overrideXattrs;
  }
}
