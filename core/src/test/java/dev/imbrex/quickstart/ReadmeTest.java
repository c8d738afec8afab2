package dev.imbrex.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.cookbook.DocPage;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every snippet of the README compiles, and does what it says. */
class ReadmeTest {
  private static final String HEADER =
      """
      import static dev.imbrex.testing.Fixtures.*;
      import static dev.imbrex.testing.ImbrexAssertions.assertThat;
      import static org.assertj.core.api.Assertions.assertThat;
      import dev.imbrex.build.*;
      import dev.imbrex.build.run.*;
      import dev.imbrex.dockerfile.*;
      import dev.imbrex.container.*;
      import dev.imbrex.engine.*;
      import dev.imbrex.image.*;
      import dev.imbrex.layers.disk.*;
      import dev.imbrex.layers.tree.*;
      import dev.imbrex.platform.*;
      import dev.imbrex.registry.*;
      import dev.imbrex.registry.credentials.*;
      import dev.imbrex.registry.server.*;
      import dev.imbrex.report.*;
      import dev.imbrex.store.*;
      import dev.imbrex.testing.*;
      import java.io.IOException;
      import java.nio.charset.StandardCharsets;
      import java.nio.file.Files;
      import java.nio.file.Path;
      import java.time.Duration;
      import java.util.List;
      import org.junit.jupiter.api.Test;
      import org.junit.jupiter.api.extension.ExtendWith;
      class Snippet { void run(Image base) throws Exception {
      """;

  @Test
  void snippetsCompile(@TempDir Path directory) throws IOException {
    List<String> snippets = DocPage.read("README.md").snippets();
    assertThat(snippets).hasSizeGreaterThanOrEqualTo(3);
    ToolProvider compiler = ToolProvider.findFirst("javac").orElseThrow();
    Path source = directory.resolve("Snippet.java");
    for (String snippet : snippets) {
      // What the method is given, a snippet may want to make itself.
      String header =
          snippet.contains("Image base =") ? HEADER.replace("Image base", "Image given") : HEADER;
      Files.writeString(source, header + snippet + "}}");
      StringWriter messages = new StringWriter();
      PrintWriter out = new PrintWriter(messages);
      int result =
          compiler.run(
              out,
              out,
              "-d",
              directory.toString(),
              "-cp",
              System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
              source.toString());
      assertThat(result).describedAs("%s%n%s", snippet, messages).isZero();
    }
  }

  @Test
  void theFirstOneBuildsAnImage(@TempDir Path directory) throws IOException {
    Path images = directory.resolve("images");
    try (ImageStore store = ImageStore.on(LayoutStorage.openOrCreate(images))) {
      store.tag(
          "base",
          ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
              .layer(layer -> layer.file("/etc/motd", "hi"))
              .build());
    }
    try (ImageStore store = ImageStore.on(LayoutStorage.openOrCreate(images))) {
      Image base = store.require("base");
      Image app =
          ImageBuilder.from(base)
              .layer(layer -> layer.file("/app/greeting", "Hello\n").delete("/etc/motd"))
              .env("LANG", "C.UTF-8")
              .cmd("/bin/cat", "/app/greeting")
              .build();
      store.tag("app:1.0", app);
      assertThat(store.require("app:1.0").files().find(TreePath.of("/etc/motd"))).isEmpty();
    }
  }

  @Test
  void theOneForTestsHolds() throws IOException {
    try (ImageStore store = ImageStore.on(new MemoryStorage())) {
      Image image =
          ImageBuilder.scratch(store, Platform.of("linux", "arm64", "v8"))
              .layer(
                  layer ->
                      layer.file("/etc/os-release", "ID=test\n").symlink("/os", "etc/os-release"))
              .label("purpose", "fixture")
              .build();
      assertThat(image.files().follow(TreePath.of("/os"))).contains(TreePath.of("/etc/os-release"));
      assertThat(image.digest()).isEqualTo(store.require(image.id().shortId()).digest());
    }
  }

  @Test
  void namesTheTestCommandThatCiRuns() throws IOException {
    assertThat(Files.readString(DocPage.root().resolve("README.md")))
        .contains("\nmvn -B -ntp verify\n");
    assertThat(Files.readString(DocPage.root().resolve(".ci/run")))
        .contains("\nmvn -B -ntp verify\n");
  }
}
