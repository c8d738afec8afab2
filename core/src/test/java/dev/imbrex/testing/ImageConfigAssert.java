package dev.imbrex.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.manifest.config.ImageConfig;
import dev.imbrex.platform.Platform;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.AbstractAssert;

/** Assertions on what an image says about itself. */
public final class ImageConfigAssert extends AbstractAssert<ImageConfigAssert, ImageConfig> {
  ImageConfigAssert(ImageConfig actual) {
    super(actual, ImageConfigAssert.class);
  }

  /** A variable of the environment. */
  public ImageConfigAssert hasEnv(String name, String value) {
    return has("variable", name, value, actual.container().environment());
  }

  /** A label. */
  public ImageConfigAssert hasLabel(String name, String value) {
    return has("label", name, value, actual.container().labels());
  }

  /** The words of the command that runs unless told otherwise; none where it says none. */
  public ImageConfigAssert hasCmd(String... words) {
    return same("cmd", List.of(words), actual.container().cmd().orElse(List.of()));
  }

  /** The words of the command that always runs; none where it says none. */
  public ImageConfigAssert hasEntrypoint(String... words) {
    return same("entrypoint", List.of(words), actual.container().entrypoint().orElse(List.of()));
  }

  /** The user that commands run as. */
  public ImageConfigAssert hasUser(String user) {
    return same("user", user, actual.container().user().orElse(""));
  }

  /** The directory that commands run in. */
  public ImageConfigAssert hasWorkingDir(String directory) {
    return same("working directory", directory, actual.container().workingDir().orElse(""));
  }

  /** What the image is for, {@code linux/arm64/v8}. */
  public ImageConfigAssert hasPlatform(String platform) {
    return same("platform", Platform.parse(platform), actual.platform());
  }

  /** Goes on with the history. */
  public HistoryAssert history() {
    return new HistoryAssert(actual.history()).as(descriptionText());
  }

  /** Every member of the document is the same, those that nobody knows included. */
  public ImageConfigAssert hasSameMembersAs(ImageConfig expected) {
    List<String> differences =
        JsonMembers.compare(
            JsonMembers.of(new String(expected.bytes(), UTF_8)),
            JsonMembers.of(new String(actual.bytes(), UTF_8)));
    if (!differences.isEmpty()) {
      throw failure(
          "Expected another config (- expected, + found, ~ differs):%n%s",
          String.join("\n", LineDiff.cut(differences)));
    }
    return this;
  }

  private ImageConfigAssert has(String what, String name, String value, Map<String, String> found) {
    Optional<String> there = Optional.ofNullable(found.get(name));
    if (there.isEmpty()) {
      throw failure("Expected the %s %s, but there is only %s", what, name, found.keySet());
    }
    return same(what + " " + name, value, there.get());
  }

  private ImageConfigAssert same(String what, Object expected, Object found) {
    if (!found.equals(expected)) {
      throw failure("Expected the %s to be %s, but it is %s", what, expected, found);
    }
    return this;
  }
}
