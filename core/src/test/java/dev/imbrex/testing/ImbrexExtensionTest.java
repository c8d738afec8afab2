package dev.imbrex.testing;

import static dev.imbrex.testing.Fixtures.file;
import static dev.imbrex.testing.Fixtures.image;
import static dev.imbrex.testing.Fixtures.layer;
import static dev.imbrex.testing.ImbrexAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Storage;
import dev.imbrex.registry.RegistryClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ImbrexExtensionTest {
  @RegisterExtension private final ImbrexExtension imbrex = new ImbrexExtension();

  private final ImageStore fields = imbrex.store();

  @BeforeEach
  void givesStoresToWhatRunsBefore(ImageStore store) throws IOException {
    image(layer(file("/a", "x"))).in(store, "app:1");
    image(layer(file("/a", "x"))).in(fields, "app:1");
  }

  @Test
  void givesEachParameterItsOwn(
      ImageStore memory, @OnDisk ImageStore disk, Storage bare, MovableClock clock)
      throws IOException {
    assertThat(memory.find("app:1")).isEmpty();
    Image image = disk.add(fields.require("app:1"));
    assertThat(image).hasFile("/a").withContent("x");
    assertThat(disk.storage().toString()).contains("imbrex-test");
    assertThat(bare.entries()).isEmpty();
    assertThat(memory.clock()).isSameAs(clock).isSameAs(disk.clock());
  }

  @Test
  void givesARegistry(TestRegistry registry, ImageStore store) throws IOException {
    Image image = image(layer(file("/a", "x"))).in(store);
    try (RegistryClient client = RegistryClient.create();
        ImageStore remote = ImageStore.on(client.repository(registry.authority() + "/team/app"))) {
      remote.tag(registry.reference("team/app:1"), remote.add(image));
    }
    assertThat(registry.store().require("team/app:1")).isEqualTo(image);
  }

  @Test
  void closesAndDeletesEverything() throws IOException {
    TestResources resources = new TestResources();
    TestRegistry registry = resources.registry();
    ImageStore disk = resources.store(resources.disk());
    image(layer(file("/a", "x"))).in(disk, "app:1");
    Path directory = Path.of(disk.storage().toString().replaceFirst("^[^/]*", ""));
    assertThat(directory).isDirectory();
    resources.close();
    assertThat(Files.exists(directory)).isFalse();
    assertThatThrownBy(() -> disk.find("app:1")).isInstanceOf(IllegalStateException.class);
    int port = registry.server().port();
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
        .isInstanceOf(ConnectException.class);
    resources.close();
  }

  @Test
  void tellsWhatIsLeftOpenAndWhoOpenedIt() throws IOException {
    TestResources resources = new TestResources();
    ImageStore store = resources.store(resources.memory());
    Image image = image(layer(file("/a", "x"))).in(store);
    image.layers().get(0).open();
    store.storage().lease();
    assertThatThrownBy(resources::close)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("A stream of " + image.layers().get(0).descriptor().digest())
        .hasMessageContaining("A lease was opened here")
        .satisfies(
            error ->
                assertThat(error.getSuppressed()[0].getStackTrace())
                    .anyMatch(
                        frame ->
                            frame.getMethodName().equals("tellsWhatIsLeftOpenAndWhoOpenedIt")));
  }

  @Test
  void tellsOfTemporaryFiles() throws IOException {
    TestResources resources = new TestResources();
    Storage disk = resources.disk();
    Path layout = Path.of(disk.toString().replaceFirst("^[^/]*", ""));
    Path left = layout.resolve(".imbrex/tmp/left");
    Files.createDirectories(layout.resolve(".imbrex/tmp"));
    Files.writeString(left, "x");
    assertThatThrownBy(resources::close).hasMessageContaining("temporary file .imbrex/tmp/left");
    assertThat(Files.exists(left)).isFalse();
  }
}
