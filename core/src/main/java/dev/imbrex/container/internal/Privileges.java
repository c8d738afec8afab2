package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Metadata;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a file may do because of its attributes, and loses with certain changes, as in Linux. */
final class Privileges {
  private static final ByteString CAPABILITY = ByteString.of("security.capability");

  private Privileges() {}

  /** What a file has left when its bytes were changed. */
  static Metadata dropped(Metadata metadata) {
    if (!metadata.xattrs().containsKey(CAPABILITY)) {
      return metadata;
    }
    SortedMap<ByteString, ByteString> left = new TreeMap<>(metadata.xattrs());
    left.remove(CAPABILITY);
    return metadata.withXattrs(left);
  }

  /** What a file that is no directory has left when its owner was changed. */
  static Metadata droppedByOwner(Metadata metadata) {
    int lost = 04000 | ((metadata.mode() & 010) == 0 ? 0 : 02000);
    return dropped(metadata).withMode(metadata.mode() & ~lost);
  }
}
