package dev.imbrex.layers.internal.calls;

import dev.imbrex.layers.tree.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * The calls of {@code java.nio}, on any of its file systems. They go by path, each name below an
 * open directory being one component that is looked at without following links; this is safe where
 * nobody else can write, as in the directories that trees are written in (LC-C6, LC-G13).
 *
 * <p>{@link java.nio.file.SecureDirectoryStream} is not used where there is one. It opens, removes
 * and moves by handles, but makes no directory and no link of either kind, reads no symbolic link,
 * and knows no extended attributes (LC-G9): half of the steps would go by path all the same, and
 * safety would rest on the same condition. Where it does not hold, the native calls are for.
 */
public final class NioCalls implements FileCalls {
  private static final NioCalls INSTANCE = new NioCalls();

  private NioCalls() {}

  /** The provider. */
  public static FileCalls instance() {
    return INSTANCE;
  }

  @Override
  public String name() {
    return "nio";
  }

  @Override
  public boolean serves(Path path) {
    return true;
  }

  @Override
  public ByteString nameOf(Path path) {
    return new PathNames(path.getFileSystem()).bytesOf(path.getFileName());
  }

  @Override
  public DirectoryHandle open(Path directory) throws IOException {
    Path absolute = directory.toAbsolutePath();
    NioSystem system = NioSystem.of(absolute);
    Shown shown = Shown.root(system.names().bytesOf(absolute).toString());
    if (!Files.exists(absolute)) {
      throw new NoSuchFileException(shown.toString());
    }
    if (!Files.isDirectory(absolute)) {
      throw new NotDirectoryException(shown.toString());
    }
    // A link in the caller's own path is resolved once, and not at each call.
    boolean isLink = !Files.isDirectory(absolute, LinkOption.NOFOLLOW_LINKS);
    return new NioDirectory(system, isLink ? absolute.toRealPath() : absolute, shown);
  }
}
