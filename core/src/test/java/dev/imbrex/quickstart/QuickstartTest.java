package dev.imbrex.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.image.ImageStore;
import dev.imbrex.store.LayoutStorage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartTest {
  @TempDir Path directory;

  private String run(@Nullable Path input, String layout) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Quickstart.run(input, directory.resolve(layout), new PrintStream(out, true, UTF_8));
    return out.toString(UTF_8);
  }

  @Test
  void showsWhatItBuiltOnABaseOfItsOwn() throws IOException {
    assertThat(run(null, "own"))
        .contains("docker.io/library/base:latest")
        .contains("docker.io/library/app:1.0, docker.io/library/app:latest")
        .contains("4 steps between")
        .contains("rm /etc/motd")
        .contains("diffID sha256:")
        .contains("shared layers counted once");
  }

  @Test
  void takesALayoutAsBase() throws IOException {
    run(null, "first");
    Path single = directory.resolve("single");
    try (ImageStore first = ImageStore.on(LayoutStorage.open(directory.resolve("first")));
        ImageStore store = ImageStore.on(LayoutStorage.create(single))) {
      store.tag("only", store.add(first.require("base")));
    }
    assertThat(run(single, "second")).contains("docker.io/library/base:latest");
  }
}
