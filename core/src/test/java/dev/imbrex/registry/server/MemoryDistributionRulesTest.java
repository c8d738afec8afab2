package dev.imbrex.registry.server;

import dev.imbrex.image.Storage;
import dev.imbrex.store.MemoryStorage;

/** The rules of the protocol, over a storage in memory. */
class MemoryDistributionRulesTest extends DistributionRules {
  @Override
  Storage open() {
    return new MemoryStorage();
  }
}
