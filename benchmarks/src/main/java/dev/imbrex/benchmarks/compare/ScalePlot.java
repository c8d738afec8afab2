package dev.imbrex.benchmarks.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Draws how what JMH measured grows with the number of entries: a line for each benchmark that has
 * the parameter {@code entries}, both axes logarithmic, so that linear growth is a slope of one.
 *
 * <p>Arguments: the JSON that JMH wrote, the picture to write.
 */
public final class ScalePlot {
  private static final int LEFT = 80;
  private static final int TOP = 40;
  private static final int DECADE_X = 180;
  private static final int DECADE_Y = 60;
  private static final int LOW_X = 4;
  private static final int HIGH_X = 6;
  private static final int LOW_Y = -2;
  private static final int HIGH_Y = 4;
  private static final List<String> COLOURS =
      List.of("#3b7dd8", "#d8803b", "#3ba55c", "#9a4fd0", "#8a8a8a", "#c23b5e");

  private ScalePlot() {}

  /** Runs. */
  public static void main(String[] args) throws IOException {
    JsonNode runs = new ObjectMapper().readTree(Path.of(args[0]).toFile());
    Map<String, Map<Integer, Double>> lines = new LinkedHashMap<>();
    for (JsonNode run : runs) {
      JsonNode entries = run.path("params").path("entries");
      if (entries.isTextual()) {
        String[] name = run.path("benchmark").asText().split("\\.", -1);
        lines
            .computeIfAbsent(
                name[name.length - 2] + "." + name[name.length - 1], key -> new TreeMap<>())
            .put(
                Integer.parseInt(entries.asText()),
                run.path("primaryMetric").path("score").asDouble());
      }
    }
    Files.writeString(Path.of(args[1]), svg(lines));
  }

  private static String svg(Map<String, Map<Integer, Double>> lines) {
    int width = x(Math.pow(10, HIGH_X)) + 190;
    int height = y(Math.pow(10, LOW_Y)) + 40;
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"12\">%n"
            + "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n",
        width,
        height);
    add(svg, "<text x=\"8\" y=\"20\">Milliseconds by entries of the tree</text>%n");
    for (int decade = LOW_Y; decade <= HIGH_Y; decade++) {
      int y = y(Math.pow(10, decade));
      line(svg, LEFT, y, x(Math.pow(10, HIGH_X)), y, "#e4e4e4");
      add(
          svg,
          "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
          LEFT - 8,
          y + 4,
          decade < 0 ? "0." + "0".repeat(-decade - 1) + "1" : "1" + "0".repeat(decade));
    }
    for (int decade = LOW_X; decade <= HIGH_X; decade++) {
      int x = x(Math.pow(10, decade));
      line(svg, x, TOP, x, y(Math.pow(10, LOW_Y)), "#e4e4e4");
      add(
          svg,
          "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%,d</text>%n",
          x,
          height - 20,
          Math.round(Math.pow(10, decade)));
    }
    int colour = 0;
    for (Map.Entry<String, Map<Integer, Double>> line : lines.entrySet()) {
      draw(svg, line.getKey(), line.getValue(), COLOURS.get(colour++ % COLOURS.size()));
    }
    return svg.append("</svg>\n").toString();
  }

  private static void draw(
      StringBuilder svg, String name, Map<Integer, Double> points, String colour) {
    StringBuilder path = new StringBuilder();
    int lastX = LEFT;
    int lastY = TOP;
    for (Map.Entry<Integer, Double> point : points.entrySet()) {
      lastX = x(point.getKey());
      lastY = y(point.getValue());
      path.append(path.length() == 0 ? "M" : " L").append(lastX).append(' ').append(lastY);
      add(svg, "<circle cx=\"%d\" cy=\"%d\" r=\"3\" fill=\"%s\"/>%n", lastX, lastY, colour);
    }
    add(svg, "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n", path, colour);
    add(svg, "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>%n", lastX + 8, lastY + 4, colour, name);
  }

  private static void line(StringBuilder svg, int x1, int y1, int x2, int y2, String colour) {
    add(
        svg,
        "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\"/>%n",
        x1,
        y1,
        x2,
        y2,
        colour);
  }

  private static int x(double entries) {
    return LEFT + (int) Math.round((Math.log10(entries) - LOW_X) * DECADE_X);
  }

  private static int y(double milliseconds) {
    double clamped = Math.max(milliseconds, Math.pow(10, LOW_Y));
    return TOP + (int) Math.round((HIGH_Y - Math.log10(clamped)) * DECADE_Y);
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }
}
