package dev.imbrex.layers.internal.calls;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import org.jspecify.annotations.Nullable;

/** Errors of {@code java.nio} told about names that cannot forge a line of a log (LC-C12). */
final class Errors {
  private Errors() {}

  /** The same error, about a file as it is shown to people. */
  static FileSystemException about(String file, FileSystemException error) {
    FileSystemException told = ofKind(file, error);
    told.initCause(error);
    return told;
  }

  private static FileSystemException ofKind(String file, FileSystemException error) {
    @Nullable String reason = error.getReason();
    if (error instanceof NoSuchFileException) {
      return new NoSuchFileException(file, null, reason);
    }
    if (error instanceof FileAlreadyExistsException) {
      return new FileAlreadyExistsException(file, null, reason);
    }
    if (error instanceof AccessDeniedException) {
      return new AccessDeniedException(file, null, reason);
    }
    if (error instanceof DirectoryNotEmptyException) {
      return new DirectoryNotEmptyException(file);
    }
    if (error instanceof NotDirectoryException) {
      return new NotDirectoryException(file);
    }
    if (error instanceof NotLinkException) {
      return new NotLinkException(file, null, reason);
    }
    return new FileSystemException(file, null, reason);
  }

  static FileSystemException cannotHold(String file) {
    return new FileSystemException(file, null, "the file system cannot hold a file of this name");
  }

  static FileSystemException notRegular(String file) {
    return new FileSystemException(file, null, "not a regular file");
  }

  /** What is opened is not what was seen before. */
  static FileSystemException notSame(String file) {
    return new FileSystemException(file, null, "another file has taken its place, or it changed");
  }
}
