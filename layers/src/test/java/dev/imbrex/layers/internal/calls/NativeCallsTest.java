package dev.imbrex.layers.internal.calls;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** The calls of the system. */
class NativeCallsTest extends FileCallsContract {
  @TempDir Path temporary;

  @Override
  Path directory() {
    return temporary;
  }

  @Override
  Optional<FileCalls> calls() {
    return NativeCalls.find();
  }
}
