package dev.imbrex.manifest.document;

import static dev.imbrex.manifest.document.Fixtures.image;
import static dev.imbrex.manifest.document.Fixtures.index;
import static dev.imbrex.manifest.document.Fixtures.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.manifest.internal.json.GeneratedJson;
import dev.imbrex.platform.Platform;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * SN-D10 on generated documents: after a change, the text is what it was, but for the text of what
 * was changed. The expected text is put together from the same pieces, without the code under test.
 */
class ManifestPropertyTest {
  private static final int ROUNDS = 1000;

  private final long seed = Long.getLong("imbrex.seed", 20261126L);
  private final Random random = new Random(seed);
  private final GeneratedJson generated = new GeneratedJson(random);

  @Test
  void keepsAllThatWasNotChangedInAManifest() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      Frame frame = frame("application/vnd.oci.image.manifest.v1+json", "config");
      String config = descriptor("");
      List<String> layers = descriptors("");
      ImageManifest manifest = image(frame.around(config, "layers", layers));
      assertThat(text(manifest.withConfig(manifest.config())))
          .as(name(i))
          .isEqualTo(frame.around(config, "layers", layers));

      String newConfig = descriptor("");
      assertThat(text(manifest.withConfig(Descriptor.fromJson(newConfig, "x"))))
          .as(name(i))
          .isEqualTo(frame.around(newConfig, "layers", layers));

      List<String> newLayers = new ArrayList<>(layers);
      newLayers.add(random.nextInt(layers.size() + 1), descriptor(""));
      newLayers.remove(random.nextInt(newLayers.size()));
      assertThat(text(manifest.withLayers(read(newLayers))))
          .as(name(i))
          .isEqualTo(frame.around(config, "layers", newLayers));

      assertThat(text(manifest.withoutAnnotation("k").withAnnotation("n", "1")))
          .as(name(i))
          .isEqualTo(
              frame
                  .around(config, "layers", layers)
                  .replace("\"annotations\":{\"k\":\"v\",\"l\":", "\"annotations\":{\"l\":")
                  .replace("\"END\"}", "\"END\",\"n\":\"1\"}"));
    }
  }

  @Test
  void keepsAllThatWasNotChangedInAnIndex() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      Frame frame = frame("application/vnd.oci.image.index.v1+json", "x-config");
      String unknown = generated.value(3);
      String platformEnd = "," + generated.members(3, 1 + random.nextInt(2)) + "}";
      List<String> entries =
          descriptors("\"platform\":{\"os\":\"linux\",\"architecture\":\"arm\"" + platformEnd);
      entries.add(
          descriptor("\"platform\":{\"os\":\"linux\",\"architecture\":\"arm\"" + platformEnd));
      IndexManifest index = index(frame.around(unknown, "manifests", entries));

      int place = random.nextInt(entries.size());
      List<String> replaced = new ArrayList<>(entries);
      replaced.set(place, descriptor(""));
      assertThat(text(index.replace(place, Descriptor.fromJson(replaced.get(place), "x"))))
          .as(name(i))
          .isEqualTo(frame.around(unknown, "manifests", replaced));

      List<String> removed = new ArrayList<>(entries);
      removed.remove(place);
      Descriptor gone = index.manifests().get(place);
      assertThat(text(index.remove(gone.digest())))
          .as(name(i))
          .isEqualTo(frame.around(unknown, "manifests", removed));

      List<String> moved = new ArrayList<>(entries);
      moved.set(
          place, entries.get(place).replace("\"arm\"" + platformEnd, "\"s390x\"" + platformEnd));
      assertThat(text(index.replace(place, gone.withPlatform(Platform.of("linux", "s390x")))))
          .as(name(i))
          .isEqualTo(frame.around(unknown, "manifests", moved));
    }
  }

  /** What stands around the parts that change. */
  private record Frame(String start, String middle, String end) {
    String around(String single, String name, List<String> several) {
      return start + single + middle + '"' + name + "\":[" + String.join(",", several) + "]" + end;
    }
  }

  private Frame frame(String mediaType, String single) {
    return new Frame(
        "{"
            + generated.members(4, 1 + random.nextInt(3))
            + ",\"schemaVersion\":2,\"y\":"
            + generated.value(4)
            + ",\"mediaType\":\""
            + mediaType
            + "\",\""
            + single
            + "\":",
        ",\"z\":" + generated.value(4) + ",",
        ",\"annotations\":{\"k\":\"v\",\"l\":\""
            + generated.chunks()
            + "\",\"m\":\"END\"},\"zz\":"
            + generated.value(4)
            + "}");
  }

  private String name(int round) {
    return "seed " + seed + ", round " + round;
  }

  private List<String> descriptors(String extra) {
    List<String> descriptors = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      descriptors.add(descriptor(extra));
    }
    return descriptors;
  }

  /** A descriptor with a digest of its own, its members in no particular order. */
  private String descriptor(String extra) {
    List<String> members =
        new ArrayList<>(
            List.of(
                "\"mediaType\":\"a/b" + random.nextInt(9) + "\"",
                "\"size\":" + random.nextInt(1000),
                "\"digest\":\"sha256:" + "%016x".formatted(random.nextLong()).repeat(4) + "\"",
                generated.members(3, 1 + random.nextInt(3)),
                "\"y\":" + generated.value(3)));
    if (!extra.isEmpty()) {
      members.add(extra);
    }
    Collections.shuffle(members, random);
    return "{" + String.join(",", members) + "}";
  }

  private static List<Descriptor> read(List<String> texts) throws Exception {
    List<Descriptor> descriptors = new ArrayList<>();
    for (String text : texts) {
      descriptors.add(Descriptor.fromJson(text, "x"));
    }
    return descriptors;
  }
}
