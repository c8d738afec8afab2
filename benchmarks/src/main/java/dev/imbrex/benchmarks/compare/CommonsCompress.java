package dev.imbrex.benchmarks.compare;

import static java.util.Objects.requireNonNull;

import dev.imbrex.manifest.digest.DigestingOutputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * What people write around commons-compress: a walk, an entry for each name, the JDK's gzip and
 * digests. Extended attributes are not kept.
 */
final class CommonsCompress {
  private CommonsCompress() {}

  /** Makes a layer of a directory, and both digests. */
  static long create(Path directory, Path layer, boolean gzip) throws IOException {
    try (OutputStream file = Files.newOutputStream(layer)) {
      DigestingOutputStream stored = DigestingOutputStream.sha256(file);
      OutputStream compressor = gzip ? new GZIPOutputStream(stored, 1 << 16) : stored;
      DigestingOutputStream tar = DigestingOutputStream.sha256(compressor);
      try (TarArchiveOutputStream out = new TarArchiveOutputStream(tar);
          Stream<Path> walk = Files.walk(directory)) {
        out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        out.setAddPaxHeadersForNonAsciiNames(true);
        Map<Object, String> linked = new HashMap<>();
        for (Path path : (Iterable<Path>) walk.sorted()::iterator) {
          if (!path.equals(directory)) {
            add(out, path, directory.relativize(path).toString(), linked);
          }
        }
      }
      if (tar.digest().equals(stored.digest()) == gzip) {
        throw new AssertionError("one of the digests is wrong");
      }
    }
    return Files.size(layer);
  }

  private static void add(
      TarArchiveOutputStream out, Path path, String name, Map<Object, String> linked)
      throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(
            path,
            "unix:mode,uid,gid,nlink,fileKey,size,lastModifiedTime,isDirectory,isRegularFile,"
                + "isSymbolicLink",
            LinkOption.NOFOLLOW_LINKS);
    boolean isDirectory = of(attributes, "isDirectory", Boolean.class);
    boolean isFile = of(attributes, "isRegularFile", Boolean.class);
    String first =
        of(attributes, "nlink", Integer.class) > 1 && !isDirectory
            ? linked.putIfAbsent(of(attributes, "fileKey", Object.class), name)
            : null;
    TarArchiveEntry entry;
    if (first != null) {
      entry = new TarArchiveEntry(name, TarConstants.LF_LINK);
      entry.setLinkName(first);
    } else if (of(attributes, "isSymbolicLink", Boolean.class)) {
      entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
      entry.setLinkName(Files.readSymbolicLink(path).toString());
    } else {
      entry = new TarArchiveEntry(isDirectory ? name + "/" : name);
      entry.setSize(isFile ? of(attributes, "size", Long.class) : 0);
    }
    entry.setMode(of(attributes, "mode", Integer.class) & 07777);
    entry.setIds(of(attributes, "uid", Integer.class), of(attributes, "gid", Integer.class));
    entry.setModTime(of(attributes, "lastModifiedTime", FileTime.class));
    out.putArchiveEntry(entry);
    if (first == null && isFile) {
      Files.copy(path, out);
    }
    out.closeArchiveEntry();
  }

  private static <T> T of(Map<String, Object> attributes, String name, Class<T> type) {
    return type.cast(requireNonNull(attributes.get(name)));
  }

  /** Extracts a layer with owners, modes and times; digests nothing. */
  static long extract(Path layer, boolean gzip, Path target) throws IOException {
    Files.createDirectory(target);
    Map<Path, FileTime> directories = new HashMap<>();
    try (InputStream file = Files.newInputStream(layer);
        InputStream plain =
            gzip ? new GZIPInputStream(file, 1 << 16) : new BufferedInputStream(file, 1 << 16);
        TarArchiveInputStream in = new TarArchiveInputStream(plain)) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        FileTime time = entry.getLastModifiedTime();
        if (entry.isDirectory()) {
          Files.createDirectories(path);
          directories.put(path, time);
        } else if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
          Files.createLink(path, target.resolve(entry.getLinkName()).normalize());
          continue;
        } else if (entry.isFile()) {
          Files.copy(in, path);
        } else {
          continue;
        }
        setAttributes(path, entry, time);
      }
    }
    for (Map.Entry<Path, FileTime> directory : List.copyOf(directories.entrySet())) {
      Files.setLastModifiedTime(directory.getKey(), directory.getValue());
    }
    return 0;
  }

  private static void setAttributes(Path path, TarArchiveEntry entry, FileTime time)
      throws IOException {
    LinkOption here = LinkOption.NOFOLLOW_LINKS;
    Files.setAttribute(path, "unix:uid", (int) entry.getLongUserId(), here);
    Files.setAttribute(path, "unix:gid", (int) entry.getLongGroupId(), here);
    if (!entry.isSymbolicLink()) {
      Files.setAttribute(path, "unix:mode", entry.getMode() & 07777);
      Files.setLastModifiedTime(path, time);
    }
  }
}
