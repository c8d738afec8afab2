package dev.imbrex.layers.disk;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.sun.jna.Native;
import dev.imbrex.layers.testing.Peers;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.manifest.error.ImageException;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** LC-F17: who runs without privilege gets the same layers as root, byte for byte (LC-B64). */
class RootlessIT {
  private static final int TREES = 60;

  @TempDir Path temporary;

  @Test
  void givesRootAndOthersTheSameLayers() throws IOException {
    Peers setpriv = Peers.require("setpriv", "util-linux");
    Peers cp = Peers.require("cp", "coreutils");
    Peers chown = Peers.require("chown", "coreutils");
    boolean isRoot = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    if (!isRoot && "true".equals(System.getenv("IMBREX_REQUIRE_PEERS"))) {
      throw new AssertionError("only root can become somebody else");
    }
    Assumptions.assumeTrue(isRoot, "only root can become somebody else");
    // The classes may lie where others cannot read them.
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path classes = Files.createDirectory(temporary.resolve("classes"));
    Set<String> path = new LinkedHashSet<>();
    for (Path source : classPath()) {
      Path copy = classes.resolve(path.size() + "-" + source.getFileName());
      cp.run(temporary, "-rL", source.toString(), copy.toString());
      path.add(copy.toString());
    }
    Path asRoot = Files.createDirectory(temporary.resolve("root"));
    RootlessRun.asRoot(asRoot, TREES);
    String seed = System.getProperty("imbrex.seed");
    for (DiskAccess access : new DiskAccess[] {DiskAccess.NIO, DiskAccess.NATIVE}) {
      Path work = Files.createDirectory(temporary.resolve(access.name()));
      chown.run(temporary, "12345:23456", work.toString());

      setpriv.run(
          work,
          "--reuid=12345",
          "--regid=23456",
          "--clear-groups",
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-Djava.io.tmpdir=" + work,
          "-Djna.tmpdir=" + work,
          seed == null ? "-Dimbrex.none=" : "-Dimbrex.seed=" + seed,
          "-Xmx256m",
          "-cp",
          String.join(File.pathSeparator, path),
          RootlessRun.class.getName(),
          work.toString(),
          access.name(),
          "12345",
          "23456",
          "" + TREES);

      assertSameLayers(asRoot, work);
    }
  }

  private static void assertSameLayers(Path expected, Path found) throws IOException {
    int compared = 0;
    try (Stream<Path> files = Files.list(expected)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".tar")).sorted().toList()) {
        Path other = found.resolve(file.getFileName());
        assertThat(other).hasSameBinaryContentAs(file);
        compared++;
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(2);
  }

  private static Set<Path> classPath() {
    Set<Path> path = new LinkedHashSet<>();
    for (Class<?> type :
        new Class<?>[] {
          RootlessRun.class,
          ByteString.class,
          ImageException.class,
          Splitter.class,
          Native.class,
          ArchiveEntry.class
        }) {
      path.add(
          Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString())));
    }
    return path;
  }
}
