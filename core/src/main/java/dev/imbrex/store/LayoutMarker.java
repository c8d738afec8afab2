package dev.imbrex.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.manifest.internal.json.Json;
import dev.imbrex.manifest.internal.json.JsonLimits;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** {@code oci-layout}, the file that makes a directory a layout (SN-S6). */
final class LayoutMarker {
  private static final String VERSION = "imageLayoutVersion";
  static final byte[] CONTENT = ("{\"" + VERSION + "\":\"1.0.0\"}").getBytes(UTF_8);

  /** The name of the file. */
  static final String NAME = "oci-layout";

  /** No marker is larger. */
  static final int MAX_BYTES = 64 * 1024;

  // What a layout that is being made, or whose making was cut off, may hold already.
  private static final Set<String> BEGINNINGS = Set.of("blobs", "index.json", ".imbrex");

  private LayoutMarker() {}

  /** Checks that the directory is a layout that we can read. */
  static void require(LayoutFiles files) throws IOException {
    Path marker = files.layoutMarker();
    byte[] bytes;
    try {
      if (Files.size(marker) > MAX_BYTES) {
        throw new MalformedContentException(marker.toString(), "", "too long for an oci-layout");
      }
      bytes = Files.readAllBytes(marker);
    } catch (NoSuchFileException e) {
      throw new ContentNotFoundException(
          files.root() + " is no OCI layout: it has no file oci-layout", e);
    }
    check(bytes, marker.toString(), files.root().toString());
    if (!Files.isDirectory(files.blobs())) {
      throw new ContentNotFoundException(
          files.root() + " is no OCI layout: it has no directory blobs");
    }
  }

  /**
   * Checks that a marker is of a version that we can read.
   *
   * @param what the marker, for messages
   * @param layout what it marks, for messages
   */
  static void check(byte[] bytes, String what, String layout) throws IOException {
    String version =
        Json.parseObject(bytes, what, JsonLimits.ofBytes(MAX_BYTES, NAME)).requireString(VERSION);
    if (!version.matches("1(\\.[0-9]+)*")) {
      throw new UnsupportedContentException(
          layout + " is an OCI layout of version " + version + "; 1.x is supported");
    }
  }

  static void requireEmpty(LayoutFiles files) throws IOException {
    if (Files.exists(files.root()) && !LayoutFiles.list(files.root()).isEmpty()) {
      throw new FileAlreadyExistsException(
          files.root().toString(), null, "a new layout needs an empty directory");
    }
  }

  /** Makes what is missing of a layout, the marker last: before it nobody takes it for one. */
  static void create(LayoutFiles files) throws IOException {
    if (Files.exists(files.root())) {
      List<Path> foreign =
          LayoutFiles.list(files.root()).stream()
              .filter(file -> !BEGINNINGS.contains(file.getFileName().toString()))
              .filter(file -> !file.equals(files.layoutMarker()))
              .toList();
      if (!foreign.isEmpty()) {
        throw new FileAlreadyExistsException(
            files.root().toString(), null, "it is no OCI layout, and holds " + foreign.get(0));
      }
    }
    Files.createDirectories(files.blobs().resolve("sha256"));
    try (LayoutLock lock = new LayoutLock(files.lock())) {
      lock.holding(
          () -> {
            if (!Files.exists(files.index())) {
              files.replace(files.index(), IndexManifest.of(List.of()).bytes());
            }
            if (!Files.exists(files.layoutMarker())) {
              files.replace(files.layoutMarker(), CONTENT);
            }
            return true;
          });
    }
  }
}
