package dev.imbrex.container.internal;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Failures that the API of files has no types for, in the words of the system. */
final class Reasons {
  private Reasons() {}

  static FileSystemException notADirectory(Path path) {
    return failure(path, "Not a directory");
  }

  static FileSystemException isADirectory(Path path) {
    return failure(path, "Is a directory");
  }

  static FileSystemException tooManyLinks(Path path) {
    return failure(path, "Too many levels of symbolic links");
  }

  static FileSystemException nameTooLong(Path path) {
    return failure(path, "File name too long");
  }

  static FileSystemException notPermitted(Path path) {
    return failure(path, "Operation not permitted");
  }

  static FileSystemException invalid(Path path) {
    return failure(path, "Invalid argument");
  }

  static FileSystemException busy(Path path) {
    return failure(path, "Device or resource busy");
  }

  static FileSystemException noDevice(Path path) {
    return failure(path, "No such device or address");
  }

  static FileSystemException failure(Path path, String reason) {
    return new FileSystemException(path.toString(), null, reason);
  }
}
