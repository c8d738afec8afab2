package dev.imbrex.build;

import dev.imbrex.layers.compress.DecompressingInputStream;
import dev.imbrex.layers.compress.DecompressionLimits;
import dev.imbrex.layers.layer.TarReader;
import dev.imbrex.layers.layer.TarTree;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Unpacks archives that {@code ADD} takes (SN-B21), and keeps files from the network, in temporary
 * files until it is closed.
 */
final class Archives implements Closeable {
  private final List<Path> temporary = new ArrayList<>();

  /** The tree in a content, if that is a tar: plain, or in gzip, bzip2, xz or zstd. */
  Optional<FileTree> unpack(FileContent content) throws IOException {
    if (content.size() == 0 || !isTar(content)) {
      return Optional.empty();
    }
    Path plain = newFile();
    try (InputStream in = content.open();
        InputStream tar =
            DecompressingInputStream.openAny(
                new BufferedInputStream(in), DecompressionLimits.defaults());
        OutputStream out = Files.newOutputStream(plain)) {
      tar.transferTo(out);
    }
    return Optional.of(TarTree.read(plain));
  }

  /** A new temporary file. */
  Path newFile() throws IOException {
    Path file = Files.createTempFile("imbrex", ".add");
    temporary.add(file);
    return file;
  }

  /** Whether there is an entry of a tar at the beginning. */
  private static boolean isTar(FileContent content) throws IOException {
    try (InputStream in = content.open();
        InputStream tar =
            DecompressingInputStream.openAny(
                new BufferedInputStream(in), DecompressionLimits.defaults())) {
      return TarReader.of(tar).next() != null;
    } catch (MalformedContentException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    for (Path file : temporary) {
      Files.deleteIfExists(file);
    }
  }
}
