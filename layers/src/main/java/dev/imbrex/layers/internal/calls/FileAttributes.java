package dev.imbrex.layers.internal.calls;

import dev.imbrex.layers.tree.ByteString;
import java.io.IOException;
import java.time.Instant;
import java.util.SortedMap;

/**
 * The attributes of one file, whatever its type; a link itself, never what it leads to. Nothing
 * here blocks on a named pipe or has an effect on a device.
 *
 * <p>What the provider does not have ({@link CallSupport}) fails as {@link
 * UnsupportedOperationException}; what is refused for want of privilege as {@link
 * java.nio.file.AccessDeniedException}; a mount without extended attributes as {@link
 * XattrsUnsupportedException}.
 */
public interface FileAttributes {
  /** Sets both owners; clears the set-id bits and {@code security.capability} (LC-B59). */
  void setOwner(long uid, long gid) throws IOException;

  /**
   * Sets the permissions, whatever the umask.
   *
   * @param mode {@code 0} to {@code 07777}; must not be called for a symbolic link
   */
  void setMode(int mode) throws IOException;

  /**
   * Sets the modification time.
   *
   * @return the time that was stored: the nearest one the target can hold, as far as it tells
   */
  Instant setMtime(Instant mtime) throws IOException;

  /** The extended attributes that the provider can see, by name. */
  SortedMap<ByteString, ByteString> xattrs() throws IOException;

  /**
   * Sets an extended attribute.
   *
   * @throws XattrRefusedException if the value is one that the target does not take
   */
  void setXattr(ByteString name, ByteString value) throws IOException;

  /** Removes an extended attribute; no error if there is none. */
  void removeXattr(ByteString name) throws IOException;
}
