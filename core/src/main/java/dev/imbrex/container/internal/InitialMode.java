package dev.imbrex.container.internal;

import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Permissions as sets and as numbers, and those a new file gets. */
final class InitialMode {
  /** The permissions from the highest bit down. */
  private static final List<PosixFilePermission> ORDER =
      List.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE,
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE);

  private InitialMode() {}

  /**
   * The permissions that attributes ask for, less the umask.
   *
   * @param otherwise what is asked for if they do not say
   * @throws UnsupportedOperationException if they ask for anything else
   */
  static int of(FileAttribute<?>[] attributes, int otherwise) {
    int mode = otherwise;
    for (FileAttribute<?> attribute : attributes) {
      String name = Objects.requireNonNull(attribute).name();
      if (!name.equals("posix:permissions") && !name.equals("unix:permissions")) {
        throw new UnsupportedOperationException(
            "'" + name + "' cannot be set when something is created");
      }
      mode = modeOf(attribute.value());
    }
    return mode & ~Settings.UMASK;
  }

  /** The number for a set of permissions. */
  static int modeOf(Object permissions) {
    int mode = 0;
    for (Object permission : (Set<?>) permissions) {
      mode |= 0400 >> ORDER.indexOf((PosixFilePermission) permission);
    }
    return mode;
  }

  /** The set for a number. */
  static Set<PosixFilePermission> permissionsOf(int mode) {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < ORDER.size(); i++) {
      if ((mode & (0400 >> i)) != 0) {
        permissions.add(ORDER.get(i));
      }
    }
    return permissions;
  }
}
