package dev.imbrex.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;

/** What is written beside a file until it is complete, and stays there if its process dies. */
final class Leftovers {
  private static final Duration STALE = Duration.ofDays(1);
  private static final Pattern END =
      Pattern.compile("\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

  private Leftovers() {}

  /** A name beside a file that nothing has. */
  static Path beside(Path file) {
    return file.toAbsolutePath().resolveSibling(start(file) + "." + UUID.randomUUID() + ".tmp");
  }

  /**
   * Deletes what others left beside a file, and nobody changed for a day. What cannot be deleted
   * stays, since nobody asked for it.
   *
   * @param own the new file or directory of the caller, whose time says what time it is there
   */
  static void sweep(Path file, Path own) {
    String start = start(file);
    try (DirectoryStream<Path> siblings =
        Files.newDirectoryStream(
            Objects.requireNonNull(own.getParent()), path -> isLeftover(path, start))) {
      Instant stale = Files.getLastModifiedTime(own).toInstant().minus(STALE);
      for (Path sibling : siblings) {
        if (lastChange(sibling).toInstant().isBefore(stale)) {
          Directories.delete(sibling);
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      // Another process sweeps as well, or it belongs to somebody else.
    }
  }

  private static String start(Path file) {
    return "." + file.getFileName();
  }

  private static boolean isLeftover(Path path, String start) {
    String name = String.valueOf(path.getFileName());
    return name.startsWith(start) && END.matcher(name.substring(start.length())).matches();
  }

  /** When anything in it was changed for the last time; links are not followed. */
  private static FileTime lastChange(Path leftover) throws IOException {
    FileTime[] last = {Files.getLastModifiedTime(leftover, LinkOption.NOFOLLOW_LINKS)};
    Files.walkFileTree(
        leftover,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
            return visitFile(visited, attributes);
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            FileTime time = attributes.lastModifiedTime();
            last[0] = time.compareTo(last[0]) > 0 ? time : last[0];
            return FileVisitResult.CONTINUE;
          }
        });
    return last[0];
  }
}
