package dev.imbrex.layers.internal.calls;

/**
 * What a provider can do on one file system. "Can" means that the call exists there; a call may
 * still be refused for want of privilege, or of support by the very mount.
 *
 * @param owners owners can be read and set
 * @param permissions permissions can be read and set
 * @param specialModes the set-id and sticky bits can be set
 * @param userXattrs extended attributes named {@code user.*} of files and directories
 * @param allXattrs extended attributes of every name, and of symbolic links
 * @param devices devices and named pipes can be made
 * @param byteNames any bytes can name a file; else only what is text
 * @param exactSymlinks symbolic links keep their target byte for byte; else what a path loses
 * @param exactSymlinkTimes symbolic links take times to the nanosecond, before 1970 too
 * @param hardLinks files can have several names
 * @param handles nothing is looked up by a path twice: every call goes through the open directory
 */
public record CallSupport(
    boolean owners,
    boolean permissions,
    boolean specialModes,
    boolean userXattrs,
    boolean allXattrs,
    boolean devices,
    boolean byteNames,
    boolean exactSymlinks,
    boolean exactSymlinkTimes,
    boolean hardLinks,
    boolean handles) {}
