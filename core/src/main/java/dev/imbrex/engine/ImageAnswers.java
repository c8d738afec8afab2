package dev.imbrex.engine;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.InvalidDigestException;
import dev.imbrex.manifest.internal.json.Json;
import dev.imbrex.manifest.internal.json.JsonLimits;
import dev.imbrex.manifest.internal.json.JsonObject;
import dev.imbrex.manifest.reference.InvalidReferenceException;
import dev.imbrex.manifest.reference.Reference;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an engine says of images, in JSON. */
final class ImageAnswers {
  /** No answer is longer. */
  static final int MAX_BYTES = 64 << 20;

  private static final String NO_NAME = "<none>:<none>";

  private final String engine;

  ImageAnswers(String engine) {
    this.engine = engine;
  }

  /** Those of a list, where times are seconds. */
  List<EngineImage> images(byte[] answer) throws IOException {
    List<EngineImage> images = new ArrayList<>();
    for (JsonObject json : Json.parseObjects(answer, "answer of " + engine, limits())) {
      Optional<Long> created = json.findLong("Created").filter(seconds -> seconds > 0);
      images.add(image(json, created.map(Instant::ofEpochSecond)));
    }
    return List.copyOf(images);
  }

  /** A single one, where times are text. */
  EngineImage image(byte[] answer) throws IOException {
    JsonObject json = Json.parseObject(answer, "answer of " + engine, limits());
    return image(json, json.findString("Created").flatMap(ImageAnswers::time));
  }

  /** The full form of a familiar name, which the engine may take more freely than we do. */
  static String fullName(String text) {
    try {
      return Reference.parse(text).toString();
    } catch (InvalidReferenceException e) {
      return text;
    }
  }

  private EngineImage image(JsonObject json, Optional<Instant> created) throws IOException {
    String id = json.requireString("Id");
    List<String> names = new ArrayList<>();
    for (String text : json.findStrings("RepoTags").orElse(List.of())) {
      // Old engines say so of images without a name.
      if (!text.equals(NO_NAME)) {
        names.add(fullName(text));
      }
    }
    try {
      return new EngineImage(
          Digest.parse(id),
          names,
          json.findStrings("RepoDigests").orElse(List.of()),
          created,
          json.findLong("Size").orElse(0L));
    } catch (InvalidDigestException e) {
      throw new EngineException("The engine at " + engine + " has an image with id " + id, e);
    }
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant())
          .filter(instant -> instant.isAfter(Instant.EPOCH));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static JsonLimits limits() {
    return JsonLimits.ofBytes(MAX_BYTES, "answer");
  }
}
