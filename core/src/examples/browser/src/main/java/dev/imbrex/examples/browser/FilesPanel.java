package dev.imbrex.examples.browser;

import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.config.HumanUnits;
import java.awt.BorderLayout;
import java.awt.CardLayout;
import java.awt.Component;
import java.awt.Font;
import java.awt.Insets;
import java.util.List;
import java.util.function.Consumer;
import javax.swing.BorderFactory;
import javax.swing.DefaultListCellRenderer;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.JScrollPane;
import javax.swing.JSplitPane;
import javax.swing.JTextArea;
import javax.swing.JTextField;
import javax.swing.JTree;
import javax.swing.tree.DefaultTreeCellRenderer;
import javax.swing.tree.DefaultTreeModel;

/** The files of an image: as a tree, or those that a search found; and one of them as a text. */
final class FilesPanel extends JPanel {
  private static final long serialVersionUID = 1;

  private final JTree tree = new JTree(new DefaultTreeModel(null));
  private final JList<TreePath> found = new JList<>();
  private final JTextField search = new JTextField(24);
  private final JTextArea preview = new JTextArea();
  private final CardLayout cards = new CardLayout();
  private final JPanel lists = new JPanel(cards);
  private transient TreeOfFiles files;

  /**
   * A panel without files.
   *
   * @param searched is told what the user looks for, and nothing when the user no longer does
   * @param chosen is told of which path the user wants to see more
   */
  FilesPanel(Consumer<String> searched, Consumer<TreePath> chosen) {
    super(new BorderLayout());
    tree.setName("tree");
    found.setName("found");
    search.setName("search");
    preview.setName("preview");
    preview.setEditable(false);
    preview.setMargin(new Insets(6, 8, 6, 8));
    preview.setFont(new Font(Font.MONOSPACED, Font.PLAIN, 12));
    tree.setCellRenderer(new Renderer());
    found.setCellRenderer(new FoundRenderer());
    lists.add(new JScrollPane(tree), "tree");
    lists.add(new JScrollPane(found), "found");
    search.addActionListener(event -> searched.accept(search.getText().strip()));
    tree.addTreeSelectionListener(
        event -> {
          if (event.getNewLeadSelectionPath() != null) {
            chosen.accept(
                ((FileTree.Entry) event.getNewLeadSelectionPath().getLastPathComponent()).path());
          }
        });
    found.addListSelectionListener(
        event -> {
          if (!event.getValueIsAdjusting() && found.getSelectedValue() != null) {
            chosen.accept(found.getSelectedValue());
          }
        });
    JPanel bar = new JPanel(new BorderLayout(6, 0));
    bar.setBorder(BorderFactory.createEmptyBorder(4, 4, 4, 4));
    bar.add(new JLabel("Search"), BorderLayout.WEST);
    bar.add(search);
    JPanel left = new JPanel(new BorderLayout());
    left.add(bar, BorderLayout.NORTH);
    left.add(lists);
    JSplitPane split = new JSplitPane(JSplitPane.HORIZONTAL_SPLIT, left, new JScrollPane(preview));
    split.setDividerLocation(380);
    add(split);
  }

  void show(FileTree shown) {
    files = new TreeOfFiles(shown);
    tree.setModel(files);
    preview.setText("");
    search.setText("");
    cards.show(lists, "tree");
  }

  /** Shows what was found in place of the tree. */
  void showFound(List<TreePath> paths) {
    found.setListData(paths.toArray(TreePath[]::new));
    cards.show(lists, "found");
  }

  /** Shows the tree again. */
  void showTree() {
    cards.show(lists, "tree");
  }

  void showText(String text) {
    preview.setText(text);
    preview.setCaretPosition(0);
  }

  private static final class Renderer extends DefaultTreeCellRenderer {
    private static final long serialVersionUID = 1;

    Renderer() {
      PlainText.only(this);
    }

    @Override
    public Component getTreeCellRendererComponent(
        JTree tree,
        Object value,
        boolean selected,
        boolean expanded,
        boolean leaf,
        int row,
        boolean focused) {
      String text = "";
      if (value instanceof FileTree.Entry entry) {
        text = entry.path().isRoot() ? "/" : entry.path().name().toString();
        if (entry.node() instanceof Node.Symlink link) {
          text += " → " + link.target();
        } else if (entry.node() instanceof Node.RegularFile file) {
          text += "   " + HumanUnits.size(file.content().size());
        }
      }
      return super.getTreeCellRendererComponent(tree, text, selected, expanded, leaf, row, focused);
    }
  }

  private static final class FoundRenderer extends DefaultListCellRenderer {
    private static final long serialVersionUID = 1;

    FoundRenderer() {
      PlainText.only(this);
    }
  }
}
