package dev.imbrex.benchmarks.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Draws how what JMH measured grows with the number of entries: time on the left, bytes allocated
 * (of {@code -prof gc}) on the right. A line for each benchmark that has the parameter {@code
 * entries}; all axes are logarithmic, and the dashed line grows as the entries do.
 *
 * <p>Arguments: the JSON that JMH wrote, the picture to write.
 */
public final class ScalePlot {
  private static final int PANEL = 600;
  private static final int LEFT = 70;
  private static final int TOP = 40;
  private static final int DECADE_X = 180;
  private static final int DECADE_Y = 50;
  private static final int LINE = 14;
  private static final int LOW_X = 4;
  private static final int HIGH_X = 6;
  private static final int LOW_Y = -2;
  private static final int HIGH_Y = 4;
  private static final List<String> COLOURS =
      List.of(
          "#3b7dd8", "#d8803b", "#3ba55c", "#9a4fd0", "#6b6b6b", "#c23b5e", "#1f9e9e", "#8a6d1f");

  private final SortedMap<String, SortedMap<Integer, Double>> lines;
  private final String title;
  private final int left;

  private ScalePlot(SortedMap<String, SortedMap<Integer, Double>> lines, String title, int left) {
    this.lines = lines;
    this.title = title;
    this.left = left + LEFT;
  }

  /** Runs. */
  public static void main(String[] args) throws IOException {
    JsonNode runs = new ObjectMapper().readTree(Path.of(args[0]).toFile());
    ScalePlot time = new ScalePlot(new TreeMap<>(), "Milliseconds by entries", 0);
    ScalePlot memory = new ScalePlot(new TreeMap<>(), "MB allocated by entries", PANEL);
    for (JsonNode run : runs) {
      JsonNode entries = run.path("params").path("entries");
      if (entries.isTextual()) {
        int count = Integer.parseInt(entries.asText());
        String[] words = run.path("benchmark").asText().split("\\.", -1);
        String name = words[words.length - 2] + "." + words[words.length - 1];
        time.add(name, count, run.path("primaryMetric").path("score").asDouble());
        JsonNode allocated = run.path("secondaryMetrics").path("gc.alloc.rate.norm").path("score");
        if (allocated.isNumber()) {
          memory.add(name, count, allocated.asDouble() / 1e6);
        }
      }
    }
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"12\">%n"
            + "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n",
        2 * PANEL,
        TOP + (HIGH_Y - LOW_Y) * DECADE_Y + 40);
    time.draw(svg);
    memory.draw(svg);
    Files.writeString(Path.of(args[1]), svg.append("</svg>\n"));
  }

  private void add(String name, int entries, double value) {
    lines.computeIfAbsent(name, key -> new TreeMap<>()).put(entries, value);
  }

  private void draw(StringBuilder svg) {
    int bottom = y(Math.pow(10, LOW_Y));
    int right = x(Math.pow(10, HIGH_X));
    add(svg, "<text x=\"%d\" y=\"20\">%s</text>%n", left - LEFT + 8, title);
    for (int decade = LOW_Y; decade <= HIGH_Y; decade++) {
      int y = y(Math.pow(10, decade));
      line(svg, left, y, right, y, "stroke=\"#e4e4e4\"");
      String value = decade < 0 ? "0." + "0".repeat(-decade - 1) + "1" : "1" + "0".repeat(decade);
      add(svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n", left - 8, y + 4, value);
    }
    for (int decade = LOW_X; decade <= HIGH_X; decade++) {
      double entries = Math.pow(10, decade);
      int x = x(entries);
      line(svg, x, TOP, x, bottom, "stroke=\"#e4e4e4\"");
      add(
          svg,
          "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%,d</text>%n",
          x,
          bottom + 20,
          Math.round(entries));
    }
    int middle = LOW_Y + (HIGH_Y - LOW_Y) / 2;
    line(
        svg,
        x(Math.pow(10, LOW_X)),
        y(Math.pow(10, middle - 1)),
        x(Math.pow(10, HIGH_X)),
        y(Math.pow(10, middle - 1 + HIGH_X - LOW_X)),
        "stroke=\"#9a9a9a\" stroke-dasharray=\"5 5\"");
    drawLines(svg);
  }

  private void drawLines(StringBuilder svg) {
    // From the slowest down, so that names of lines that end close to each other can make room.
    List<Map.Entry<String, SortedMap<Integer, Double>>> sorted =
        lines.entrySet().stream()
            .sorted((a, b) -> Double.compare(last(b.getValue()), last(a.getValue())))
            .toList();
    int lowest = TOP - LINE;
    for (Map.Entry<String, SortedMap<Integer, Double>> line : sorted) {
      int index = List.copyOf(lines.keySet()).indexOf(line.getKey());
      String colour = COLOURS.get(index % COLOURS.size());
      StringBuilder path = new StringBuilder();
      for (Map.Entry<Integer, Double> point : line.getValue().entrySet()) {
        int x = x(point.getKey());
        int y = y(point.getValue());
        path.append(path.length() == 0 ? "M" : " L").append(x).append(' ').append(y);
        add(svg, "<circle cx=\"%d\" cy=\"%d\" r=\"3\" fill=\"%s\"/>%n", x, y, colour);
      }
      add(svg, "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n", path, colour);
      lowest = Math.max(lowest + LINE, y(last(line.getValue())));
      add(
          svg,
          "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>%n",
          x(Math.pow(10, HIGH_X)) + 8,
          lowest + 4,
          colour,
          line.getKey());
    }
  }

  private static double last(SortedMap<Integer, Double> points) {
    double last = 0;
    for (double value : points.values()) {
      last = value;
    }
    return last;
  }

  private static void line(StringBuilder svg, int x1, int y1, int x2, int y2, String style) {
    add(svg, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" %s/>%n", x1, y1, x2, y2, style);
  }

  private int x(double entries) {
    return left + (int) Math.round((Math.log10(entries) - LOW_X) * DECADE_X);
  }

  private static int y(double value) {
    double clamped = Math.max(value, Math.pow(10, LOW_Y));
    return TOP + (int) Math.round((HIGH_Y - Math.log10(clamped)) * DECADE_Y);
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }
}
