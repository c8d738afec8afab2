package dev.imbrex.layers.internal.calls;

import com.sun.jna.LastErrorException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** The errors of Linux as those of {@code java.nio.file}. */
final class Errno {
  static final int E2BIG = 7;
  static final int EINVAL = 22;
  static final int ENOSPC = 28;
  static final int ERANGE = 34;
  static final int ENODATA = 61;
  static final int EOPNOTSUPP = 95;

  static final int EPERM = 1;
  static final int ENOSYS = 38;

  private static final int ENOENT = 2;
  private static final int EACCES = 13;
  private static final int EEXIST = 17;
  private static final int ENOTDIR = 20;
  private static final int ENOTEMPTY = 39;
  private static final int ELOOP = 40;

  private Errno() {}

  /** The error about a file, named for people. */
  static FileSystemException about(Object file, LastErrorException error) {
    String name = file.toString();
    String reason = error.getMessage();
    FileSystemException told =
        switch (error.getErrorCode()) {
          case ENOENT -> new NoSuchFileException(name);
          case EEXIST -> new FileAlreadyExistsException(name);
          case ENOTDIR, ELOOP -> new NotDirectoryException(name);
          case ENOTEMPTY -> new DirectoryNotEmptyException(name);
          case EPERM, EACCES -> new AccessDeniedException(name, null, reason);
          default -> new FileSystemException(name, null, reason);
        };
    told.initCause(error);
    return told;
  }
}
