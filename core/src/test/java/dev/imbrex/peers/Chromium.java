package dev.imbrex.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A browser without a window, driven through the DevTools protocol: one page, used as by hand. */
final class Chromium implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SECONDS = 60;

  private final Process process;
  private final HttpClient client = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private @Nullable String session;
  private int last;

  /**
   * Starts one.
   *
   * @param directory an empty one, for the browser's profile
   */
  Chromium(Path directory) throws IOException, InterruptedException {
    String executable = Program.find("chromium").executable().toString();
    Path log = directory.resolve("log");
    process =
        new ProcessBuilder(
                executable,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--force-device-scale-factor=1",
                "--remote-debugging-port=0",
                "--user-data-dir=" + directory.resolve("profile"),
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      Path port = directory.resolve("profile").resolve("DevToolsActivePort");
      List<String> lines = List.of();
      for (int i = 0; i < SECONDS * 20 && lines.size() < 2; i++) {
        Thread.sleep(50);
        lines = Files.exists(port) ? Files.readAllLines(port) : lines;
      }
      assertThat(lines).describedAs(() -> "no browser: " + read(log)).hasSize(2);
      socket =
          client
              .newWebSocketBuilder()
              .buildAsync(
                  URI.create("ws://127.0.0.1:" + lines.get(0) + lines.get(1)), new Listener())
              .join();
      String target =
          call("Target.createTarget", Map.of("url", "about:blank")).get("targetId").asText();
      session =
          call("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
              .get("sessionId")
              .asText();
      for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
        call(domain + ".enable", Map.of());
      }
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      end();
      throw e;
    }
  }

  /** Opens a file, and waits until its script has run. Gives the milliseconds that took. */
  long open(Path html) throws InterruptedException {
    complaints.clear();
    requests.clear();
    long start = System.nanoTime();
    call("Page.navigate", Map.of("url", html.toUri().toString()));
    waitFor("document.body && document.body.dataset.ready");
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  /** The value of an expression, as text. */
  String evaluate(String expression) throws InterruptedException {
    JsonNode answer =
        call(
            "Runtime.evaluate",
            Map.of("expression", "String(" + expression + ")", "returnByValue", true));
    assertThat(answer.has("exceptionDetails")).describedAs("%s: %s", expression, answer).isFalse();
    return answer.get("result").get("value").asText();
  }

  /** Clicks with the mouse into the middle of the element that an expression gives. */
  void click(String element) throws InterruptedException {
    String[] place =
        evaluate(
                "(e => { e.scrollIntoView({ block: 'nearest' }); const r ="
                    + " e.getBoundingClientRect(); return (r.x + r.width / 2) + ' ' + (r.y +"
                    + " r.height / 2); })("
                    + element
                    + ")")
            .split(" ", -1);
    for (String type : List.of("mousePressed", "mouseReleased")) {
      call(
          "Input.dispatchMouseEvent",
          Map.of(
              "type",
              type,
              "x",
              Double.parseDouble(place[0]),
              "y",
              Double.parseDouble(place[1]),
              "button",
              "left",
              "clickCount",
              1));
    }
  }

  /** Types into what has the focus. */
  void type(String text) throws InterruptedException {
    call("Input.insertText", Map.of("text", text));
  }

  /** Presses a key, by its name. */
  void press(String key, int code) throws InterruptedException {
    for (String type : List.of("rawKeyDown", "keyUp")) {
      call(
          "Input.dispatchKeyEvent",
          Map.of("type", type, "key", key, "windowsVirtualKeyCode", code));
    }
  }

  void show(boolean dark, int width, int height) throws InterruptedException {
    call(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** A picture of the page, as PNG. */
  byte[] screenshot() throws InterruptedException {
    String data = call("Page.captureScreenshot", Map.of("format", "png")).get("data").asText();
    return Base64.getDecoder().decode(data);
  }

  /** Errors of scripts, and what the policy of the page stopped. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** What the page asked for. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  private void waitFor(String expression) throws InterruptedException {
    for (int i = 0; i < SECONDS * 100; i++) {
      if (!List.of("undefined", "null", "").contains(evaluate(expression))) {
        return;
      }
      Thread.sleep(10);
    }
    throw new AssertionError(expression + " does not become true; " + complaints);
  }

  private JsonNode call(String method, Map<String, ?> parameters) throws InterruptedException {
    int id = ++last;
    Map<String, Object> message = new TreeMap<>();
    message.put("id", id);
    message.put("method", method);
    message.put("params", parameters);
    if (session != null) {
      message.put("sessionId", session);
    }
    socket.sendText(JSON.valueToTree(message).toString(), true).join();
    while (true) {
      JsonNode answer = answers.poll(SECONDS, TimeUnit.SECONDS);
      assertThat(answer).describedAs("answer to %s", method).isNotNull();
      if (answer.get("id").asInt() == id) {
        assertThat(answer.has("error")).describedAs("%s: %s", method, answer).isFalse();
        return answer.get("result");
      }
    }
  }

  @Override
  public void close() {
    try {
      session = null;
      call("Browser.close", Map.of()); // It takes its temporary files along.
      process.waitFor(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      socket.abort();
      end();
    }
  }

  private void end() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    process.onExit().orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  private static String read(Path log) {
    try {
      return Files.readString(log, UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean isLast) {
      text.append(part);
      if (isLast) {
        take(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    private void take(String message) {
      try {
        JsonNode node = JSON.readTree(message);
        String method = node.path("method").asText();
        if (node.has("id")) {
          answers.add(node);
        } else if (method.equals("Runtime.exceptionThrown") || method.equals("Log.entryAdded")) {
          complaints.add(node.get("params").toString());
        } else if (method.equals("Network.requestWillBeSent")) {
          requests.add(node.get("params").get("request").get("url").asText());
        }
      } catch (IOException e) {
        complaints.add(e.toString());
      }
    }
  }
}
