package dev.imbrex.build.run;

import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.LayerEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The files of one command on the disk, and what it changed in them. */
interface RunRoot {
  /** Where the files are when the command runs. */
  Path path();

  /** The options of the overlay mount that makes them; empty if they are there already. */
  String overlayOptions();

  /** What is different after the command. */
  List<LayerEntry> changes(Progress progress) throws IOException;
}
