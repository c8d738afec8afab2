package dev.imbrex.image;

import dev.imbrex.manifest.config.HumanUnits;
import java.util.List;

/** Prints an {@link ImageTree} with the branches drawn. */
final class ImageTreePrinter {
  private final StringBuilder out = new StringBuilder();

  private ImageTreePrinter() {}

  static String print(ImageTree tree) {
    ImageTreePrinter printer = new ImageTreePrinter();
    printer.out.append("scratch\n");
    printer.children(tree.roots(), "");
    return printer.out.toString();
  }

  // As deep as images are built on images with more than one child or a name in between.
  private void children(List<ImageTree.Node> nodes, String indent) {
    for (int i = 0; i < nodes.size(); i++) {
      boolean last = i == nodes.size() - 1;
      out.append(indent).append(last ? "└─ " : "├─ ");
      ImageTree.Node shown = line(nodes.get(i));
      children(shown.children(), indent + (last ? "   " : "│  "));
    }
  }

  /** Prints one image, after folding the steps that lead to it, and tells which it was. */
  private ImageTree.Node line(ImageTree.Node first) {
    ImageTree.Node node = first;
    int steps = 0;
    int layers = node.addedLayers();
    long content = node.addedContent();
    while (node.step() && node.children().size() == 1) {
      node = node.children().get(0);
      steps++;
      layers += node.addedLayers();
      content += node.addedContent();
    }
    out.append(node.id().shortId())
        .append("  ")
        .append(node.names().isEmpty() ? "<none>" : String.join(", ", node.names()))
        .append("  ")
        .append(node.platform())
        .append("  +")
        .append(layers)
        .append(layers == 1 ? " layer, " : " layers, ")
        .append(HumanUnits.size(content));
    if (steps > 0) {
      out.append(", ").append(steps).append(steps == 1 ? " step" : " steps").append(" between");
    }
    out.append('\n');
    return node;
  }
}
