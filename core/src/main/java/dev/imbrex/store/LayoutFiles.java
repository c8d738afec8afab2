package dev.imbrex.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * The files of a layout directory, and how they change: written beside, forced to disk, renamed
 * (SN-S2). What is ours and no part of the OCI layout lies in {@code .imbrex}, which other tools
 * ignore.
 */
final class LayoutFiles {
  private final Path root;
  private final boolean sync;

  LayoutFiles(Path root, boolean sync) {
    this.root = root;
    this.sync = sync;
  }

  Path root() {
    return root;
  }

  Path layoutMarker() {
    return root.resolve("oci-layout");
  }

  Path index() {
    return root.resolve("index.json");
  }

  Path blobs() {
    return root.resolve("blobs");
  }

  Path own() {
    return root.resolve(".imbrex");
  }

  Path lock() {
    return own().resolve("lock");
  }

  Path catalog() {
    return own().resolve("catalog");
  }

  Path temporary() {
    return own().resolve("tmp");
  }

  Path trash() {
    return own().resolve("trash");
  }

  Path leases() {
    return own().resolve("leases");
  }

  /** A new file to write to, open, that nobody sees until it is {@link #publish published}. */
  Path newTemporary() throws IOException {
    Files.createDirectories(temporary());
    return temporary().resolve(UUID.randomUUID().toString());
  }

  /** Gives a finished temporary file its final name, in place of what had it. */
  void publish(Path temporary, Path target) throws IOException {
    move(temporary, target);
    forceDirectory(Objects.requireNonNull(target.getParent()));
  }

  /** Replaces a file by one with these bytes, as one step. */
  void replace(Path target, byte[] bytes) throws IOException {
    Path temporary = newTemporary();
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        force(channel);
      }
      publish(temporary, target);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Forces the content of a file to disk, unless this storage was told not to. */
  void force(FileChannel channel) throws IOException {
    if (sync) {
      channel.force(true);
    }
  }

  void move(Path source, Path target) throws IOException {
    try {
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(source, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Marks a file as used now. Fails with NoSuchFileException if it is gone. */
  static void touch(Path file, Instant now) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(now));
  }

  /** The files in a directory, sorted by name; none if there is no such directory. */
  static List<Path> list(Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(files::add);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    files.sort(null);
    return files;
  }

  /** A rename is durable once its directory is on disk, where the platform lets us say so. */
  private void forceDirectory(Path directory) {
    if (!sync) {
      return;
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows does not open directories; there the rename itself is all one can have.
      return;
    }
  }
}
