package dev.imbrex.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.layers.progress.Progress;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.InvalidDigestException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.internal.json.Json;
import dev.imbrex.manifest.internal.json.JsonLimits;
import dev.imbrex.manifest.internal.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The answer to a load: messages in JSON, one a line, while the engine works. */
final class LoadAnswer implements Closeable {
  private static final int MAX_LINE = 1 << 20;
  private static final String NAMED = "Loaded image: ";
  private static final String NAMELESS = "Loaded image ID: ";

  private final String engine;
  private final Progress progress;
  private final List<String> names = new ArrayList<>();
  private final List<Digest> ids = new ArrayList<>();
  private final List<String> messages = new ArrayList<>();
  private final Map<String, LayerTask> tasks = new LinkedHashMap<>();

  LoadAnswer(String engine, Progress progress) {
    this.engine = engine;
    this.progress = progress;
  }

  /** Reads to the end. */
  LoadReport read(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    byte[] block = new byte[1 << 13];
    for (int read = in.read(block); read >= 0; read = in.read(block)) {
      for (int i = 0; i < read; i++) {
        if (block[i] == '\n') {
          message(line.toString(UTF_8));
          line.reset();
        } else if (line.size() < MAX_LINE) {
          line.write(block[i]);
        } else {
          throw new EngineException("The engine at " + engine + " says too much at once", 200);
        }
      }
    }
    message(line.toString(UTF_8));
    return new LoadReport(names, ids, messages);
  }

  @Override
  public void close() {
    tasks.values().forEach(LayerTask::close);
  }

  private void message(String line) throws IOException {
    if (line.isBlank()) {
      return;
    }
    JsonObject json;
    try {
      json =
          Json.parseObject(
              line.strip().getBytes(UTF_8),
              "answer of " + engine,
              JsonLimits.ofBytes(MAX_LINE, "answer"));
    } catch (MalformedContentException e) {
      throw new EngineException("The engine at " + engine + " does not answer in JSON", e);
    }
    Optional<String> error = json.findString("error");
    if (error.isPresent()) {
      throw new EngineException(
          "The engine at " + engine + " could not load images: " + error.get(), 200);
    }
    json.findString("stream").ifPresent(this::said);
    Optional<JsonObject> detail = json.findObject("progressDetail");
    if (detail.isPresent() && json.findString("id").isPresent()) {
      layer(json.requireString("id"), json.findString("status").orElse(""), detail.get());
    }
  }

  private void said(String stream) {
    for (String text : stream.split("\n", -1)) {
      if (text.startsWith(NAMELESS)) {
        try {
          ids.add(Digest.parse(text.substring(NAMELESS.length()).strip()));
        } catch (InvalidDigestException e) {
          messages.add(text);
        }
      } else if (text.startsWith(NAMED)) {
        names.add(ImageAnswers.fullName(text.substring(NAMED.length()).strip()));
      } else if (!text.isBlank()) {
        messages.add(text.strip());
      }
    }
  }

  private void layer(String id, String status, JsonObject detail) throws IOException {
    long current = detail.findLong("current").orElse(0L);
    if (current <= 0) {
      return;
    }
    LayerTask task = tasks.get(id);
    if (task == null) {
      long total = detail.findLong("total").orElse(-1L);
      task = new LayerTask(progress.start(status + " " + id + " at " + engine, total));
      tasks.put(id, task);
    }
    task.at(current);
  }

  private static final class LayerTask {
    private final Progress.Task task;
    private long told;

    LayerTask(Progress.Task task) {
      this.task = task;
    }

    void at(long current) {
      if (current > told) {
        task.advance(current - told);
        told = current;
      }
    }

    void close() {
      task.close();
    }
  }
}
