package dev.imbrex.examples.browser;

import dev.imbrex.image.LayerStatistics;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.config.HistoryRow;
import dev.imbrex.manifest.config.HumanUnits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import javax.swing.JComponent;
import javax.swing.JTable;
import javax.swing.table.AbstractTableModel;

/** The history, the layers and the waste of an image as tables. */
final class Tables {
  private Tables() {}

  /** A table without rows. */
  static JTable empty(String name) {
    JTable table = new JTable();
    table.setName(name);
    PlainText.only((JComponent) table.getDefaultRenderer(Object.class));
    table.setFillsViewportHeight(true);
    table.setShowVerticalLines(false);
    table.setRowHeight(table.getRowHeight() + 4);
    return table;
  }

  static void showHistory(JTable table, ImageView view) {
    List<Object[]> rows = new ArrayList<>();
    for (HistoryRow row : view.history()) {
      rows.add(
          new Object[] {
            row.id().map(id -> id.shortId()).orElse("<missing>"),
            row.created().map(Instant::toString).orElse(""),
            row.createdBy(),
            row.size().isPresent() ? HumanUnits.size(row.size().getAsLong()) : "?",
            row.comment()
          });
    }
    show(table, rows, "Image", "Created", "Created by", "Size", "Comment");
    widths(table, 110, 150, 420, 80, 120);
  }

  static void showLayers(JTable table, ImageView view) {
    List<Object[]> rows = new ArrayList<>();
    for (LayerStatistics layer : view.provenance().layers()) {
      rows.add(
          new Object[] {
            rows.size(),
            layer.layer().descriptor().digest().shortId(),
            layer.entries(),
            HumanUnits.size(layer.payload()),
            HumanUnits.size(layer.storedSize()),
            HumanUnits.size(layer.wasted())
          });
    }
    show(table, rows, "Layer", "Digest", "Entries", "Files", "Stored", "Wasted");
  }

  static void showWaste(JTable table, ImageView view) {
    List<Object[]> rows = new ArrayList<>();
    view.provenance().paths().wastedByPath().entrySet().stream()
        .sorted(Map.Entry.<TreePath, Long>comparingByValue(Comparator.reverseOrder()))
        .forEach(
            entry -> rows.add(new Object[] {entry.getKey(), HumanUnits.size(entry.getValue())}));
    show(table, rows, "Hidden by a later layer", "Bytes");
    widths(table, 700, 100);
  }

  private static void widths(JTable table, int... widths) {
    for (int i = 0; i < widths.length; i++) {
      table.getColumnModel().getColumn(i).setPreferredWidth(widths[i]);
    }
  }

  private static void show(JTable table, List<Object[]> rows, String... titles) {
    table.setModel(
        new AbstractTableModel() {
          private static final long serialVersionUID = 1;

          @Override
          public int getRowCount() {
            return rows.size();
          }

          @Override
          public int getColumnCount() {
            return titles.length;
          }

          @Override
          public String getColumnName(int column) {
            return titles[column];
          }

          @Override
          public Object getValueAt(int row, int column) {
            return rows.get(row)[column];
          }
        });
  }
}
