package dev.imbrex.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.launch.Framework;

/** The bundles in Apache Felix: they start, and another bundle uses everything through them. */
class FrameworkIT {
  @TempDir Path directory;

  @Test
  void theFourBundlesAndTheirsStart() throws Exception {
    List<Path> bundles = new ArrayList<>(Jars.closure());
    bundles.removeIf(jar -> jar.getFileName().toString().startsWith("jspecify"));
    use(bundles, "dev.imbrex.core");
  }

  @Test
  void theStandaloneBundleStarts() throws Exception {
    use(List.of(Jars.standalone()), "dev.imbrex.standalone");
  }

  private void use(List<Path> jars, String provider) throws Exception {
    Framework framework =
        new FrameworkFactory()
            .newFramework(
                Map.of(
                    Constants.FRAMEWORK_STORAGE,
                    directory.resolve("felix").toString(),
                    Constants.FRAMEWORK_BOOTDELEGATION,
                    "",
                    "felix.log.level",
                    "1"));
    framework.start();
    try {
      List<Bundle> bundles = new ArrayList<>();
      for (Path jar : jars) {
        bundles.add(framework.getBundleContext().installBundle(jar.toUri().toString()));
      }
      Bundle guest = framework.getBundleContext().installBundle(guest().toUri().toString());
      bundles.add(guest);
      for (Bundle bundle : bundles) {
        bundle.start();
        assertThat(bundle.getState()).describedAs("%s", bundle).isEqualTo(Bundle.ACTIVE);
      }
      Object digest =
          guest
              .loadClass("dev.imbrex.guest.EveryFeature")
              .getMethod("run", String.class, boolean.class)
              .invoke(null, directory.resolve("work").toString(), false);
      assertThat(digest).asString().matches("sha256:[0-9a-f]{64}");
      Bundle origin = FrameworkUtil.getBundle(guest.loadClass("dev.imbrex.image.Image"));
      assertThat(origin.getSymbolicName()).isEqualTo(provider);
    } finally {
      framework.stop();
      framework.waitForStop(10_000);
    }
  }

  /** A bundle that imports what the four export, and has the program. */
  private Path guest() throws IOException {
    Manifest manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue("Bundle-ManifestVersion", "2");
    headers.putValue("Bundle-SymbolicName", "guest");
    try (JarFile standalone = new JarFile(Jars.standalone().toFile())) {
      String exports = standalone.getManifest().getMainAttributes().getValue("Export-Package");
      headers.putValue(
          "Import-Package", exports.replaceAll("version=\"(.*)\"", "version=\"[$1,0.2)\""));
    }
    Path jar = directory.resolve("guest.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest);
        Stream<Path> classes = Files.list(Jars.coreTests().resolve("dev/imbrex/guest"))) {
      for (Path type : classes.filter(path -> path.toString().contains("EveryFeature")).toList()) {
        out.putNextEntry(new ZipEntry("dev/imbrex/guest/" + type.getFileName()));
        Files.copy(type, out);
      }
    }
    return jar;
  }
}
