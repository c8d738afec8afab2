package dev.imbrex.examples.browser;

import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.config.HumanUnits;
import java.awt.BorderLayout;
import java.awt.Dimension;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.swing.BorderFactory;
import javax.swing.JButton;
import javax.swing.JFileChooser;
import javax.swing.JFrame;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JOptionPane;
import javax.swing.JScrollPane;
import javax.swing.JSplitPane;
import javax.swing.JTabbedPane;
import javax.swing.JTable;
import javax.swing.JToolBar;
import javax.swing.ListSelectionModel;
import javax.swing.WindowConstants;

/**
 * A window that looks into images. All that reads a file or asks a registry is done in the
 * background; the event thread only shows what is there. Used on the event thread.
 */
final class Browser extends JFrame {
  private static final long serialVersionUID = 1;

  private final JList<Source.Choice> choices = new JList<>();
  private final JLabel summary = new JLabel(" ");
  private final JTable history = Tables.empty("history");
  private final JTable layers = Tables.empty("layers");
  private final JTable waste = Tables.empty("waste");
  private final transient Work work;
  private final FilesPanel files = new FilesPanel(this::search, this::preview);
  private final transient CompletableFuture<Void> closed = new CompletableFuture<>();

  /** Made, used and closed on the background thread alone. */
  private transient Source source;

  private transient ImageView view;

  Browser() {
    super("Images");
    StatusBar status = new StatusBar(this::cancel);
    work = new Work(status);
    choices.setName("images");
    choices.setCellRenderer(new ChoiceRenderer());
    choices.setSelectionMode(ListSelectionModel.SINGLE_SELECTION);
    choices.addListSelectionListener(
        event -> {
          if (!event.getValueIsAdjusting() && choices.getSelectedValue() != null) {
            read(choices.getSelectedValue());
          }
        });
    summary.setName("summary");
    PlainText.only(summary);
    summary.setBorder(BorderFactory.createEmptyBorder(4, 8, 4, 8));

    JSplitPane sizes =
        new JSplitPane(JSplitPane.VERTICAL_SPLIT, new JScrollPane(layers), new JScrollPane(waste));
    sizes.setResizeWeight(0.5);
    JTabbedPane tabs = new JTabbedPane();
    tabs.setName("tabs");
    tabs.addTab("Files", files);
    tabs.addTab("History", new JScrollPane(history));
    tabs.addTab("Layers and waste", sizes);

    JScrollPane left = new JScrollPane(choices);
    left.setMinimumSize(new Dimension(160, 0));
    JSplitPane split = new JSplitPane(JSplitPane.HORIZONTAL_SPLIT, left, tabs);
    split.setDividerLocation(260);
    add(toolBar(), BorderLayout.NORTH);
    add(split);
    add(status, BorderLayout.SOUTH);
    setSize(1180, 720);
    setDefaultCloseOperation(WindowConstants.DISPOSE_ON_CLOSE);
    addWindowListener(
        new WindowAdapter() {
          @Override
          public void windowClosed(WindowEvent event) {
            release();
          }
        });
  }

  /** Shows what is in an archive or a layout. */
  void openFile(Path file) {
    open(file.getFileName().toString(), () -> Source.file(file));
  }

  /** Shows an image of a registry. */
  void openRemote(String name) {
    open(name, () -> Source.remote(name));
  }

  /** Ends when the window is closed and nothing is held any more. */
  CompletableFuture<Void> closed() {
    return closed;
  }

  private interface Opener {
    Source open() throws IOException;
  }

  private JToolBar toolBar() {
    JButton file = new JButton("Open file…");
    file.addActionListener(
        event -> {
          JFileChooser chooser = new JFileChooser();
          chooser.setFileSelectionMode(JFileChooser.FILES_AND_DIRECTORIES);
          if (chooser.showOpenDialog(this) == JFileChooser.APPROVE_OPTION) {
            openFile(chooser.getSelectedFile().toPath());
          }
        });
    JButton remote = new JButton("Open remote…");
    remote.addActionListener(
        event -> {
          String name = JOptionPane.showInputDialog(this, "Name of the image");
          if (name != null && !name.isBlank()) {
            openRemote(name.strip());
          }
        });
    JToolBar bar = new JToolBar();
    bar.setFloatable(false);
    bar.add(file);
    bar.add(remote);
    bar.addSeparator();
    bar.add(summary);
    return bar;
  }

  private void open(String title, Opener opener) {
    // What was shown until now cannot be read any more.
    view = null;
    choices.setListData(new Source.Choice[0]);
    files.show(FileTree.empty());
    work.start(
        "Open " + title,
        progress -> {
          closeSource();
          source = opener.open();
          return source.choices();
        },
        this::offer);
  }

  private void offer(List<Source.Choice> images) {
    choices.setListData(images.toArray(Source.Choice[]::new));
    if (images.size() == 1) {
      choices.setSelectedIndex(0);
    }
  }

  private void read(Source.Choice choice) {
    work.start("Read " + choice.name(), progress -> source.read(choice, progress), this::show);
  }

  private void show(ImageView shown) {
    view = shown;
    summary.setText(
        "%s  ·  %s  ·  %d layers  ·  %d files and directories, %s  ·  %s wasted"
            .formatted(
                shown.choice().name() + "  " + shown.choice().platform(),
                shown.image().id().shortId(),
                shown.image().layers().size(),
                shown.files().count(),
                HumanUnits.size(shown.files().size()),
                HumanUnits.size(shown.provenance().wasted())));
    files.show(shown.files());
    Tables.showHistory(history, shown);
    Tables.showLayers(layers, shown);
    Tables.showWaste(waste, shown);
  }

  private void search(String text) {
    ImageView searched = view;
    if (searched == null) {
      return;
    }
    if (text.isEmpty()) {
      files.showTree();
    } else {
      work.start("Search for " + text, progress -> searched.search(text), files::showFound);
    }
  }

  private void preview(TreePath path) {
    ImageView shown = view;
    if (shown == null) {
      return;
    }
    work.start("Read " + path, progress -> Preview.of(shown.files(), path), files::showText);
  }

  private void cancel() {
    work.cancel();
  }

  private void release() {
    work.close(
        () -> {
          try {
            closeSource();
            closed.complete(null);
          } catch (IOException | RuntimeException e) {
            closed.completeExceptionally(e);
          }
        });
  }

  private void closeSource() throws IOException {
    if (source != null) {
      Source open = source;
      source = null;
      open.close();
    }
  }
}
