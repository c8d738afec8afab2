package dev.imbrex.layers.disk;

import dev.imbrex.layers.tree.ByteString;
import java.util.Set;

/** What extended attributes of an image may do to the machine it is extracted on (LC-B69). */
final class XattrPolicy {
  private static final ByteString USER = ByteString.of("user.");
  private static final ByteString USER_OVERLAY = ByteString.of("user.overlay.");
  private static final ByteString TRUSTED_OVERLAY = ByteString.of("trusted.overlay.");
  private static final ByteString SYSTEM = ByteString.of("system.");

  private static final Set<ByteString> HARMLESS =
      Set.of(
          ByteString.of("security.capability"),
          ByteString.of("system.posix_acl_access"),
          ByteString.of("system.posix_acl_default"));

  /** What the kernel sets by itself, and no image has a say in. */
  private static final Set<ByteString> OF_THE_MACHINE =
      Set.of(
          ByteString.of("security.selinux"),
          ByteString.of("security.ima"),
          ByteString.of("security.evm"),
          ByteString.of("security.apparmor"));

  private XattrPolicy() {}

  static boolean isUser(ByteString name) {
    return name.startsWith(USER);
  }

  /** Whether it may be written from an image that nobody vouches for. */
  static boolean isHarmless(ByteString name) {
    return HARMLESS.contains(name) || (isUser(name) && !name.startsWith(USER_OVERLAY));
  }

  /** Whether it is for overlay mounts alone. */
  static boolean isOverlayMark(ByteString name) {
    return name.startsWith(USER_OVERLAY) || name.startsWith(TRUSTED_OVERLAY);
  }

  /** Whether a directory that is extracted over loses it, if the image does not have it. */
  static boolean isManaged(ByteString name) {
    boolean isAcl = HARMLESS.contains(name);
    return !OF_THE_MACHINE.contains(name) && (isAcl || !name.startsWith(SYSTEM));
  }
}
