package dev.imbrex.store;

import dev.imbrex.image.Storage;
import dev.imbrex.testing.StorageContract;

class MemoryStorageTest extends StorageContract {
  @Override
  protected Storage open() {
    return new MemoryStorage(clock);
  }
}
