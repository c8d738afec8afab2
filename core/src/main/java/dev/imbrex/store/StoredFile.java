package dev.imbrex.store;

import dev.imbrex.image.Storage;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.manifest.document.Descriptor;
import java.io.IOException;
import java.io.InputStream;

/** Content of a storage as a file of an archive, verified as it is read. */
record StoredFile(Storage storage, Descriptor descriptor) implements FileContent {
  @Override
  public long size() {
    return descriptor.size();
  }

  @Override
  public InputStream open() throws IOException {
    return storage.open(descriptor);
  }
}
