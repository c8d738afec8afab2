package dev.imbrex.build.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a command sees of how this machine finds others. */
final class HostFiles {
  private static final String LOOPBACK = "127.0.0.1\tlocalhost\n::1\tlocalhost\n";

  private HostFiles() {}

  static String hosts(boolean hasNetwork) throws IOException {
    return hasNetwork ? read(Path.of("/etc/hosts"), LOOPBACK) : LOOPBACK;
  }

  static String resolvConf(boolean hasNetwork) throws IOException {
    return hasNetwork ? read(Path.of("/etc/resolv.conf"), "") : "";
  }

  private static String read(Path file, String otherwise) throws IOException {
    return Files.isReadable(file)
        ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
        : otherwise;
  }
}
