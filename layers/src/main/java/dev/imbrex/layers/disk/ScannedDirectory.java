package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.DirectoryHandle;
import dev.imbrex.layers.internal.calls.FileCalls;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.nio.file.Path;

/** A directory that was scanned, and can be opened again for what lies in it. */
record ScannedDirectory(FileCalls calls, Path path) {
  /** Opens a directory below, going through one handle after the other (LC-C1). */
  DirectoryHandle open(TreePath directory) throws IOException {
    DirectoryHandle handle = calls.open(path);
    for (ByteString name : directory.names()) {
      handle = enter(handle, name);
    }
    return handle;
  }

  /** Opens the directory itself, for one file after another below it. */
  HandleChain openChain() throws IOException {
    return new HandleChain(calls.open(path));
  }

  private static DirectoryHandle enter(DirectoryHandle parent, ByteString name) throws IOException {
    try (parent) {
      return parent.openDirectory(name);
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
