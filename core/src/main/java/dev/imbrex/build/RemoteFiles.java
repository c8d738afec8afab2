package dev.imbrex.build;

import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.digest.Digester;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.internal.text.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Brings files from the network to the disk (SN-B21). */
final class RemoteFiles {
  private static final int BLOCK = 1 << 16;

  private final RemoteSource source;
  private final Archives archives;

  RemoteFiles(RemoteSource source, Archives archives) {
    this.source = source;
    this.archives = archives;
  }

  /**
   * A file that was fetched.
   *
   * @param name the last name of its path
   * @param lastModified when the server says it was changed, or the epoch
   */
  record Fetched(String name, FileContent content, Instant lastModified) {}

  static boolean isRemote(String text) {
    return text.startsWith("http://") || text.startsWith("https://");
  }

  /** Whether a text names a git repository, which is not a file. */
  static boolean isGit(String text) {
    String location = text.contains("#") ? text.substring(0, text.indexOf('#')) : text;
    return location.startsWith("git@")
        || location.startsWith("git://")
        || location.startsWith("ssh://")
        || (isRemote(location) && location.endsWith(".git"));
  }

  /**
   * Fetches a file and checks it.
   *
   * @param checksum what its digest must be
   * @param needsName whether it goes under its own name
   */
  Fetched fetch(String text, Optional<String> checksum, boolean needsName) throws IOException {
    Optional<Digest> expected = checksum.map(Digest::parse);
    URI location = location(text);
    List<String> names = CopySources.names(Optional.ofNullable(location.getPath()).orElse(""));
    if (names.isEmpty() && needsName) {
      throw new IllegalArgumentException(
          "the location has no name to call the file by; name it in the destination");
    }
    Path file = archives.newFile();
    Digester digester =
        expected
            .flatMap(digest -> DigestAlgorithm.find(digest.algorithm()))
            .orElse(DigestAlgorithm.SHA256)
            .newDigester();
    Optional<Instant> lastModified;
    try (RemoteSource.RemoteFile remote = source.fetch(location);
        OutputStream out = Files.newOutputStream(file)) {
      lastModified = remote.lastModified();
      copy(remote.content(), out, digester);
    }
    Digest found = digester.finish();
    if (expected.isPresent() && !expected.get().equals(found)) {
      throw new DigestMismatchException(
          "File " + HttpRemoteSource.shown(location), expected.get().toString(), found.toString());
    }
    String name = names.isEmpty() ? "file" : names.get(names.size() - 1);
    return new Fetched(name, Content.file(file), lastModified.orElse(Instant.EPOCH));
  }

  private static void copy(InputStream in, OutputStream out, Digester digester) throws IOException {
    byte[] block = new byte[BLOCK];
    int read = in.read(block);
    while (read >= 0) {
      digester.update(block, 0, read);
      out.write(block, 0, read);
      read = in.read(block);
    }
  }

  private static URI location(String text) {
    try {
      URI location = new URI(text);
      if (location.getHost() != null) {
        return location;
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("expected a location, not " + Quoted.of(text), e);
    }
    throw new IllegalArgumentException("there is no host in " + Quoted.of(text));
  }
}
