package dev.imbrex.layers.disk;

import dev.imbrex.layers.tree.FileContent;
import java.io.InputStream;

/** No bytes. */
enum EmptyContent implements FileContent {
  EMPTY;

  @Override
  public long size() {
    return 0;
  }

  @Override
  public InputStream open() {
    return InputStream.nullInputStream();
  }
}
