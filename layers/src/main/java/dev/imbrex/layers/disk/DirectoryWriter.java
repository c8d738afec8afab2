package dev.imbrex.layers.disk;

import static java.util.Objects.requireNonNull;

import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;

/**
 * Writes a tree to a directory: every name of it, every file once.
 *
 * <p>A tree holds what layers come to, so nothing of a layer is looked up on the disk: a name of
 * the tree is one component, made in a directory that this made before, and what exists is never
 * written to or followed (LC-C1 to LC-C5). All is written to a directory beside the target that
 * only the caller can enter, which becomes the target when it is complete, and is removed if
 * anything fails or the thread is interrupted (LC-B78).
 *
 * <p>What the disk cannot hold is reported as a finding and, if the options say so, recorded.
 */
public final class DirectoryWriter {
  private DirectoryWriter() {}

  /**
   * Writes a tree, and reports what is not kept to nobody.
   *
   * @throws IOException as {@link #write(FileTree, Path, ExtractOptions, Findings, Progress)}
   */
  public static ExtractionReport write(FileTree tree, Path target, ExtractOptions options)
      throws IOException {
    return write(tree, target, options, Findings.tolerant(), Progress.none());
  }

  /**
   * Writes a tree.
   *
   * @param target the directory; it must not exist, or be empty, and its parent must exist
   * @param findings takes what is not kept, or refuses it
   * @param progress is told of the bytes of content
   * @throws dev.imbrex.manifest.error.UnsupportedContentException if the disk cannot hold a name,
   *     or takes two names for one, or an owner is not in the id map; nothing is written then
   * @throws java.nio.file.FileAlreadyExistsException if there is something at the target
   * @throws InterruptedIOException if the thread is interrupted
   * @throws IOException if a content cannot be read, or the disk fails
   */
  public static ExtractionReport write(
      FileTree tree, Path target, ExtractOptions options, Findings findings, Progress progress)
      throws IOException {
    requireNonNull(tree);
    try (DirectoryDraft draft =
        DirectoryDraft.begin(target, options, findings, progress, tree.size())) {
      return draft.write(tree);
    }
  }

  /**
   * Removes the private directories beside a target in which it was being written by processes that
   * were killed. Nobody may be writing it meanwhile: nothing tells their directories apart.
   *
   * @return how many there were
   * @throws IOException if one cannot be removed, or there is no parent directory
   */
  public static int discard(Path target, DiskAccess access) throws IOException {
    Path place = target.toAbsolutePath().normalize();
    return Staging.removeLeft(access.callsFor(place), place);
  }
}
