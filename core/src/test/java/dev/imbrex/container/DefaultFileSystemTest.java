package dev.imbrex.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The file system the contract is taken from: with this, the contract is right. */
@EnabledOnOs(OS.LINUX)
class DefaultFileSystemTest extends FileSystemContract {
  @TempDir Path temporary;

  @Override
  Path directory() throws IOException {
    Path directory = Files.createDirectory(temporary.toRealPath().resolve("root"));
    Files.setAttribute(directory, "unix:mode", 0755);
    populate(directory);
    return directory;
  }
}
