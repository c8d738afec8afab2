package dev.imbrex.build;

import dev.imbrex.layers.tree.Metadata;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * How {@link LayerBuilder#copy} takes files from a file system.
 *
 * @param keepOwner whether the owner's numbers are taken over, where the file system has any
 * @param filter which files and directories are taken; a directory that is not takes all below it
 *     along
 * @param change makes the attributes in the layer from those on the disk
 */
public record CopyOptions(
    boolean keepOwner, Predicate<Path> filter, UnaryOperator<Metadata> change) {
  /** All files, owned by 0:0, with the attributes they have. */
  public static final CopyOptions DEFAULT =
      new CopyOptions(false, path -> true, UnaryOperator.identity());

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

  /** The same options, with attributes changed on the way. */
  public CopyOptions withChange(UnaryOperator<Metadata> newChange) {
    return new CopyOptions(keepOwner, filter, newChange);
  }
}
