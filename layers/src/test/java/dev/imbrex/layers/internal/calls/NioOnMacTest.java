package dev.imbrex.layers.internal.calls;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/** The calls of java.nio on a file system in memory. */
class NioOnMacTest extends FileCallsContract {
  private final FileSystem system = Jimfs.newFileSystem(Configuration.osX());

  @Override
  Path directory() throws IOException {
    return Files.createDirectory(system.getPath("root").toAbsolutePath());
  }

  @AfterEach
  void close() throws IOException {
    system.close();
  }

  @Override
  Optional<FileCalls> calls() {
    return Optional.of(NioCalls.instance());
  }
}
