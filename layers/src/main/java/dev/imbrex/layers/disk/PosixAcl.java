package dev.imbrex.layers.disk;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The ids in the extended attributes that hold POSIX ACLs (LC-B66): a version of 2, then entries of
 * a tag, permissions (16 bits each) and an id (32 bits), all little-endian.
 */
final class PosixAcl {
  private static final ByteString ACCESS = ByteString.of("system.posix_acl_access");
  private static final ByteString DEFAULT = ByteString.of("system.posix_acl_default");
  private static final int VERSION = 2;
  private static final int HEADER_LENGTH = 4;
  private static final int ENTRY_LENGTH = 8;
  private static final int ID_OFFSET = 4;
  private static final short USER_TAG = 0x02;
  private static final short GROUP_TAG = 0x08;

  private PosixAcl() {}

  /** Gives the counterpart of an id, or fails. */
  interface Mapping {
    long map(long id) throws ImageException;
  }

  static boolean isName(ByteString xattr) {
    return xattr.equals(ACCESS) || xattr.equals(DEFAULT);
  }

  static boolean isWellFormed(ByteString value) {
    byte[] bytes = value.toBytes();
    return bytes.length >= HEADER_LENGTH
        && (bytes.length - HEADER_LENGTH) % ENTRY_LENGTH == 0
        && ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(0) == VERSION;
  }

  /** The value with the ids of named users and groups mapped; other tags have no id. */
  static ByteString withIds(TreePath path, ByteString value, Mapping users, Mapping groups)
      throws ImageException {
    byte[] bytes = value.toBytes();
    ByteBuffer acl = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (!isWellFormed(value)) {
      throw new MalformedContentException("ACL", path.toString(), "it is not of version 2");
    }
    for (int at = HEADER_LENGTH; at < bytes.length; at += ENTRY_LENGTH) {
      short tag = acl.getShort(at);
      if (tag == USER_TAG || tag == GROUP_TAG) {
        long id = Integer.toUnsignedLong(acl.getInt(at + ID_OFFSET));
        if (id > Metadata.MAX_ID) {
          throw new MalformedContentException("ACL", path.toString(), id + " is no id");
        }
        acl.putInt(at + ID_OFFSET, (int) (tag == USER_TAG ? users : groups).map(id));
      }
    }
    return ByteString.of(bytes);
  }
}
