package dev.imbrex.registry.server;

import dev.imbrex.image.Storage;
import dev.imbrex.store.LayoutOptions;
import dev.imbrex.store.LayoutStorage;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The rules of the protocol, over a layout directory. */
class LayoutDistributionRulesTest extends DistributionRules {
  @TempDir Path directory;

  @Override
  Storage open() throws IOException {
    return LayoutStorage.openOrCreate(directory, LayoutOptions.DEFAULT.withSync(false));
  }
}
