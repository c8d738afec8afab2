package dev.imbrex.layers.tree;

import org.jspecify.annotations.Nullable;

/**
 * Something a layer does that it should not, but that has one clear meaning, so that work goes on
 * (LC-M10, LC-C40).
 *
 * @param code what it is
 * @param layer which layer of the image, counted from 0 for the lowest; -1 if not known
 * @param entry which entry of the layer, counted from 0; -1 if it is about the layer as a whole
 * @param path the path concerned, or null
 * @param message a sentence for people, without control characters
 */
public record Finding(Code code, int layer, long entry, @Nullable TreePath path, String message) {
  /** What was found. The names are stable; new ones may be added. */
  public enum Code {
    /** The compression is not the one the media type names (LC-B1). */
    COMPRESSION_MISMATCH,
    /** Zero bytes follow the last compressed member (LC-B4). */
    ZEROS_AFTER_COMPRESSED_DATA,
    /** Bytes other than zero follow the end of the archive (LC-B7). */
    DATA_AFTER_END,
    /** The archive ends without its end marker (LC-B8). */
    MISSING_END_MARKER,
    /** The last entry's data is not padded to a whole block (LC-B8). */
    MISSING_PADDING,
    /** An entry whose type has no data declares a size (LC-B11). */
    SIZE_WITHOUT_DATA,
    /** A regular file's name ends in a slash (LC-B12). */
    SLASH_AFTER_FILE_NAME,
    /** A global header sets what other programs would obey (LC-B16). */
    GLOBAL_HEADER_IGNORED,
    /** A contiguous file was read as a regular one (LC-B21). */
    CONTIGUOUS_FILE,
    /** Other readers of tars see another entry than Go's, which was followed (LC-C7). */
    SEEN_OTHERWISE_ELSEWHERE,
    /** A name that climbs above the root was clamped to it (LC-B26). */
    CLAMPED_NAME,
    /** The parent of an entry is a symbolic link of the lower tree; engines differ (LC-B31). */
    SYMLINK_AS_PARENT,
    /** A non-directory of the lower tree made room for an implied directory (LC-B34). */
    REPLACED_ANCESTOR,
    /** A whiteout holds data (LC-B38). */
    WHITEOUT_WITH_DATA,
    /** A file of AUFS' bookkeeping was left out (LC-B41). */
    AUFS_LEFTOVER,
    /** A path occurs twice in one layer; the later entry acts on the earlier (LC-B50). */
    DUPLICATE_PATH,
    /** A hard link's target was found in the lower tree only (LC-B52). */
    LINK_TO_REMOVED,
    /** An owner could not be set on the disk (LC-B64). */
    OWNER_NOT_STORED,
    /** A mode could not be set on the disk (LC-B64). */
    MODE_NOT_STORED,
    /** A time was stored as the nearest that the disk can hold (LC-B63). */
    TIME_CHANGED,
    /** An extended attribute could not be set on the disk (LC-B68). */
    XATTR_NOT_STORED,
    /** An extended attribute was not written, as an image has no say in it (LC-B69). */
    XATTR_REFUSED,
    /** A placeholder, or nothing, stands for a device or named pipe (LC-B67). */
    DEVICE_NOT_CREATED,
    /** The disk has a target of a symbolic link with fewer slashes (LC-G2). */
    SYMLINK_TARGET_CHANGED,
    /** The disk has a copy of a file instead of a hard link (LC-B57). */
    LINK_COPIED,
    /** A socket, or a file of a kind that layers know nothing of, was left out (LC-A56). */
    SOCKET_SKIPPED,
    /** What vanished or could not be read was left out, as asked for (LC-A58). */
    UNREADABLE_SKIPPED,
    /** Another file system is mounted there and was not entered, as asked for (LC-A60). */
    MOUNT_POINT_SKIPPED,
    /** Extended attributes other than {@code user.*} could not be seen (LC-G4). */
    XATTRS_NOT_VISIBLE,
    /** An override record in an extended attribute is malformed and had no effect (LC-B64). */
    OVERRIDE_IGNORED
  }
}
