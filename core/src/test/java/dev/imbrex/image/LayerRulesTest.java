package dev.imbrex.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.HandMade;
import dev.imbrex.build.ImageBuilder;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.layer.ClimbingNames;
import dev.imbrex.layers.layer.LayerLimits;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.platform.Platform;
import dev.imbrex.testing.ImbrexExtension;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What an image was read with holds when its contents are read. */
class LayerRulesTest {
  @RegisterExtension private final ImbrexExtension imbrex = new ImbrexExtension();

  private final ImageStore store = imbrex.store();

  @TempDir Path directory;

  private Image image(String... items) throws IOException {
    return ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
        .layer("hand-made", HandMade.unreadLayer(store, items))
        .build();
  }

  private static String text(FileTree files, String path) throws IOException {
    try (InputStream in = files.open(TreePath.of(path))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static ExtractOptions extracting() {
    return ExtractOptions.untrusted();
  }

  /** LC-B26, LENIENT: as umoci and containerd do. */
  @Test
  void clampsNamesIfAsked() throws IOException {
    Image image = image("etc/", "../../etc/a:one", "b=../etc/../etc/a", "etc/../../.wh.c");
    assertThatThrownBy(image::files).isInstanceOf(MalformedContentException.class);
    Findings findings = Findings.tolerant();
    ReadOptions options =
        ReadOptions.defaults().withFindings(findings).withClimbingNames(ClimbingNames.CLAMP);
    FileTree files = image.files(options);
    assertThat(files.walk().skip(1).map(entry -> entry.path().toString()))
        .containsExactly("/b", "/etc", "/etc/a");
    assertThat(findings.all())
        .allMatch(finding -> finding.code() == Finding.Code.CLAMPED_NAME && finding.layer() == 0)
        .extracting(Finding::entry)
        .containsExactly(1L, 2L, 3L);
    assertThat(text(files, "b")).isEqualTo("one");
    assertThat(image.provenance(options).paths().walk().map(a -> a.path() + " " + a.layer()))
        .containsExactly("/b 0", "/etc 0", "/etc/a 0");
    Path target = directory.resolve("target");
    image.extractTo(target, extracting(), options);
    assertThat(target.resolve("b")).hasContent("one");
    assertThat(target.resolve("etc/a")).hasContent("one");
    try (var siblings = Files.list(directory)) {
      assertThat(siblings).containsExactly(target);
    }
    // What was remembered under other rules does not count.
    assertThatThrownBy(image::files).isInstanceOf(MalformedContentException.class);
  }

  @Test
  void readsContentsWithinTheLimitsOfTheTree() throws IOException {
    Image image = image("a:one", "+1100000", "b:two");
    assertThatThrownBy(image::files).isInstanceOf(LimitExceededException.class);
    ReadOptions options =
        ReadOptions.defaults()
            .withLimits(
                ImageLimits.defaults()
                    .withLayer(LayerLimits.defaults().withExtensionBytes(1_100_000)));
    FileTree files = image.files(options);
    assertThat(text(files, "b")).isEqualTo("two");
    Path target = directory.resolve("target");
    image.extractTo(target, extracting(), options);
    assertThat(target.resolve("a")).hasContent("one");
    assertThat(target.resolve("b")).hasContent("two");
  }
}
