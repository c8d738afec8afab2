package dev.imbrex.peers;

import dev.imbrex.build.CopyOptions;
import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.platform.Platform;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * A base image with a Java runtime, made of this machine's JDK and of the libraries of the system
 * that it is linked with.
 */
final class JavaBase {
  private static final Pattern LIBRARY = Pattern.compile("(/\\S+\\.so\\S*) \\(0x");

  private JavaBase() {}

  /** Builds it for this machine; the directory is the test's own. */
  static Image build(ImageStore store, Path directory) throws IOException, InterruptedException {
    Path runtime = link(directory.resolve("runtime"));
    List<String> libraries = libraries(runtime);
    return ImageBuilder.scratch(store, Platform.of("linux", Platform.host().architecture()))
        .keepSteps(false)
        .layer(
            "libraries",
            layer -> {
              for (String library : libraries) {
                layer.copy(Path.of(library).toRealPath(), library);
              }
            })
        .layer("runtime", layer -> layer.copy(runtime, "/opt/java", CopyOptions.DEFAULT))
        .env("PATH", "/opt/java/bin")
        .build();
  }

  private static Path link(Path runtime) {
    StringWriter messages = new StringWriter();
    PrintWriter out = new PrintWriter(messages);
    ToolProvider jlink = ToolProvider.findFirst("jlink").orElse(null);
    if (jlink == null) {
      Program.leaveOut("Left out: this Java has no jlink");
      throw new AssertionError("left out");
    }
    int result =
        jlink.run(
            out,
            out,
            "--add-modules=java.base",
            "--strip-java-debug-attributes",
            "--no-header-files",
            "--no-man-pages",
            "--output=" + runtime);
    if (result != 0) {
      throw new AssertionError("jlink: " + messages);
    }
    return runtime;
  }

  private static List<String> libraries(Path runtime) throws IOException, InterruptedException {
    List<String> linked = new ArrayList<>(List.of(runtime.resolve("bin/java").toString()));
    try (Stream<Path> files = Files.walk(runtime.resolve("lib"))) {
      files
          .filter(file -> file.toString().endsWith(".so"))
          .map(Path::toString)
          .forEach(linked::add);
    }
    Matcher matcher = LIBRARY.matcher(Program.find("ldd").run(linked.toArray(String[]::new)));
    return matcher
        .results()
        .map(result -> result.group(1))
        .filter(library -> !library.startsWith(runtime.toString()))
        .distinct()
        .sorted()
        .toList();
  }
}
