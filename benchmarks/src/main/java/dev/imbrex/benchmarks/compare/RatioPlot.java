package dev.imbrex.benchmarks.compare;

import java.util.List;
import java.util.Locale;

/**
 * A picture of how long ours takes where a peer takes one: a bar for each peer, a tick at its aim.
 */
final class RatioPlot {
  private static final int LEFT = 250;
  private static final int WIDTH = 520;
  private static final int LINE = 22;
  private static final double MOST = 1.5;

  private final List<Outcome> outcomes;

  RatioPlot(List<Outcome> outcomes) {
    this.outcomes = outcomes;
  }

  String svg() {
    StringBuilder bars = new StringBuilder();
    int y = 40;
    for (Outcome outcome : outcomes) {
      y += LINE / 2;
      text(bars, 8, y + 15, "start", "bold", outcome.job() + ", " + outcome.input());
      y += LINE;
      for (Outcome.Row row : outcome.rows().subList(1, outcome.rows().size())) {
        bar(bars, y, row);
        y += LINE;
      }
    }
    int height = y + 20;
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                + " font-family=\"sans-serif\" font-size=\"12\">%n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n",
            LEFT + WIDTH + 80,
            height));
    text(
        svg, 8, 20, "start", "normal", "Time of Imbrex where the peer takes 1 (shorter is better)");
    for (double at = 0; at <= MOST; at += 0.25) {
      int x = x(at);
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%d\" y1=\"34\" x2=\"%d\" y2=\"%d\" stroke=\"%s\"/>%n",
              x,
              x,
              height - 10,
              at == 1 ? "#888888" : "#e4e4e4"));
      text(svg, x, 32, "middle", "normal", String.format(Locale.ROOT, "%.2f", at));
    }
    return svg.append(bars).append("</svg>\n").toString();
  }

  private static void bar(StringBuilder svg, int y, Outcome.Row row) {
    text(svg, LEFT - 8, y + 14, "end", "normal", row.name());
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>%n",
            LEFT,
            y + 3,
            x(row.ratio()) - LEFT,
            LINE - 6,
            row.isReached() ? "#3b7dd8" : "#d8803b"));
    if (row.target() > 0) {
      int x = x(row.target());
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#000000\""
                  + " stroke-width=\"2\"/>%n",
              x,
              y + 1,
              x,
              y + LINE - 1));
    }
    text(
        svg,
        x(row.ratio()) + 6,
        y + 15,
        "start",
        "normal",
        String.format(Locale.ROOT, "%.2f", row.ratio()));
  }

  private static int x(double ratio) {
    return LEFT + (int) Math.round(Math.min(ratio, MOST) / MOST * WIDTH);
  }

  private static void text(
      StringBuilder svg, int x, int y, String anchor, String weight, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" font-weight=\"%s\">%s</text>%n",
            x,
            y,
            anchor,
            weight,
            text.replace("&", "&amp;").replace("<", "&lt;")));
  }
}
