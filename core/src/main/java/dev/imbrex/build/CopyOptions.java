package dev.imbrex.build;

import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * How {@link LayerBuilder#copy} takes files from a file system.
 *
 * <pre>{@code
 * CopyOptions.DEFAULT
 *     .withFilter(path -> !path.endsWith(".git"))
 *     .withChange(
 *         (path, kind, found) -> found.withMode(kind == Node.Kind.DIRECTORY ? 0755 : 0644))
 * }</pre>
 *
 * @param keepOwner whether the owner's numbers are taken over, where the file system has any
 * @param filter which files and directories are taken; a directory that is not takes all below it
 *     along
 * @param change makes the attributes in the layer from those on the disk
 */
public record CopyOptions(boolean keepOwner, Predicate<Path> filter, AttributeChange change) {
  /** All files, owned by 0:0, with the attributes they have. */
  public static final CopyOptions DEFAULT =
      new CopyOptions(false, path -> true, (path, kind, found) -> found);

  /** Makes the attributes that something has in a layer from those it has on the disk. */
  public interface AttributeChange {
    /**
     * Called for all that is taken, a directory before what is in it. A file of several names has
     * the attributes that were made for the first of them.
     *
     * @param source where it is on the disk
     * @param kind a file, a directory or a symbolic link, which is not followed
     * @param found its attributes there, owned by 0:0 if the owner is not taken over
     */
    Metadata change(Path source, Node.Kind kind, Metadata found);
  }

  /** Refuses null. */
  public CopyOptions {
    Objects.requireNonNull(filter);
    Objects.requireNonNull(change);
  }

  /** The same options, with owners taken over or not. */
  public CopyOptions withOwner(boolean keep) {
    return new CopyOptions(keep, filter, change);
  }

  /** The same options, for those files alone that a filter takes. */
  public CopyOptions withFilter(Predicate<Path> newFilter) {
    return new CopyOptions(keepOwner, newFilter, change);
  }

  /** The same options, with attributes changed on the way, by what they are of. */
  public CopyOptions withChange(AttributeChange newChange) {
    return new CopyOptions(keepOwner, filter, newChange);
  }

  /** The same options, with attributes changed on the way, whatever they are of. */
  public CopyOptions withChange(UnaryOperator<Metadata> newChange) {
    Objects.requireNonNull(newChange);
    return withChange((path, kind, found) -> newChange.apply(found));
  }
}
