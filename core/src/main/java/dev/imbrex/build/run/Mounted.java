package dev.imbrex.build.run;

import dev.imbrex.layers.tree.TreePath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Something that is mounted for a command.
 *
 * @param target where, links followed
 * @param source the file or directory of this machine; nothing for a directory in memory
 * @param isDirectory whether it is a directory
 * @param isReadOnly whether the command may not write to it
 * @param size the most bytes of a directory in memory; 0 for no limit
 */
record Mounted(
    TreePath target, Optional<Path> source, boolean isDirectory, boolean isReadOnly, long size) {
  Mounted {
    Objects.requireNonNull(target);
    Objects.requireNonNull(source);
  }

  /** The path as a program is told it. */
  String targetText() {
    return "/" + new String(target.toBytes(), StandardCharsets.UTF_8);
  }
}
