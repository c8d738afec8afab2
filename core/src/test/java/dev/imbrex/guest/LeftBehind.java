package dev.imbrex.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.image.ContentValidation;
import dev.imbrex.image.Storage;
import dev.imbrex.store.LayoutStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What an operation that was stopped may leave: whole content in a layout, nothing else. */
final class LeftBehind {
  private static final List<String> PASSING =
      List.of(".imbrex/tmp", ".imbrex/trash", ".imbrex/leases");

  private LeftBehind() {}

  /** Looks through a directory that was empty but for layouts. */
  static void in(Path place) throws IOException {
    for (Path left : list(place)) {
      assertThat(left.resolve("oci-layout")).exists();
      for (String passing : PASSING) {
        Path directory = left.resolve(passing);
        if (Files.exists(directory)) {
          assertThat(directory).isEmptyDirectory();
        }
      }
      try (Storage storage = LayoutStorage.open(left)) {
        assertThat(ContentValidation.of(storage)).isEmpty();
      }
    }
  }

  private static List<Path> list(Path place) throws IOException {
    try (Stream<Path> left = Files.list(place)) {
      return left.toList();
    }
  }
}
