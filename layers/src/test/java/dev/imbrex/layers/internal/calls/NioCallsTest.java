package dev.imbrex.layers.internal.calls;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** The calls of java.nio on the file system of the machine. */
class NioCallsTest extends FileCallsContract {
  @TempDir Path temporary;

  @Override
  Path directory() {
    return temporary;
  }

  @Override
  Optional<FileCalls> calls() {
    return Optional.of(NioCalls.instance());
  }
}
