package dev.imbrex.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A minimal Debian, with make and Python, as a tar, for all classes of a run that ask for it as a
 * parameter: made when it is first needed, removed when the run ends. {@code -Dimbrex.rootfs=FILE}
 * names the tar of another root file system.
 */
final class MinimalDebian implements AutoCloseable {
  private @Nullable Path tar;

  private MinimalDebian() {}

  /** The tar, which nobody may change. */
  synchronized Path tar() throws IOException, InterruptedException {
    String given = System.getProperty("imbrex.rootfs");
    if (given != null) {
      return Path.of(given);
    }
    if (tar == null) {
      Program mmdebstrap = Program.find("mmdebstrap");
      Path made = Files.createTempFile("debian", ".tar");
      mmdebstrap.run(
          "--quiet",
          "--variant=minbase",
          "--include=make,python3-minimal",
          "bookworm",
          made.toString());
      tar = made;
    }
    return tar;
  }

  @Override
  public synchronized void close() throws IOException {
    if (tar != null) {
      Files.deleteIfExists(tar);
    }
  }

  /** Hands the one of the run to whoever declares a parameter for it. */
  static final class Parameter implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == MinimalDebian.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(MinimalDebian.class))
          .getOrComputeIfAbsent(
              MinimalDebian.class, key -> new MinimalDebian(), MinimalDebian.class);
    }
  }
}
