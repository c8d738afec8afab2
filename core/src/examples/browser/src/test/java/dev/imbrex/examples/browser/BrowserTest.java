package dev.imbrex.examples.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.image.ImageStore;
import dev.imbrex.manifest.config.HumanUnits;
import dev.imbrex.platform.Platform;
import dev.imbrex.registry.server.Fault;
import dev.imbrex.registry.server.RegistryServer;
import dev.imbrex.store.DockerArchive;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.store.MemoryStorage;
import java.awt.Component;
import java.awt.Container;
import java.awt.GraphicsEnvironment;
import java.awt.Robot;
import java.awt.event.WindowEvent;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.swing.JButton;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JProgressBar;
import javax.swing.JTabbedPane;
import javax.swing.JTable;
import javax.swing.JTextArea;
import javax.swing.JTextField;
import javax.swing.JTree;
import javax.swing.SwingUtilities;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Uses the window as a user would, on a real display; the time limit catches what never ends. */
@Timeout(60)
class BrowserTest {
  private static final String NAME = "example.com/team/app:1.0";

  @TempDir Path directory;
  private Browser browser;

  @BeforeEach
  void show() throws Exception {
    Assumptions.assumeFalse(GraphicsEnvironment.isHeadless(), "Left out: there is no display");
    browser = ask(Browser::new);
    onEventThread(() -> browser.setVisible(true));
  }

  @AfterEach
  void close() throws Exception {
    if (browser != null) {
      onEventThread(
          () -> browser.dispatchEvent(new WindowEvent(browser, WindowEvent.WINDOW_CLOSING)));
      browser.closed().get(30, TimeUnit.SECONDS);
      while (Thread.getAllStackTraces().keySet().stream()
          .anyMatch(thread -> thread.getName().equals("image browser"))) {
        Thread.sleep(10);
      }
    }
  }

  @Test
  void showsTheFilesOfADockerArchive() throws Exception {
    Path archive = directory.resolve("app.tar");
    try (ImageStore store = ImageStore.on(new MemoryStorage())) {
      store.tag(NAME, Fixtures.app(store, Platform.of("linux", "amd64")));
      DockerArchive.save(archive, store, NAME);
    }
    onEventThread(() -> browser.openFile(archive));
    awaitSummary("amd64");

    search("os-release");
    JList<?> found = find(JList.class, "found");
    await(() -> found.getModel().getSize() == 1);
    onEventThread(() -> found.setSelectedIndex(0));
    awaitPreview("Roof tiles 1.0");

    search("");
    JTree tree = find(JTree.class, "tree");
    await(tree::isShowing);
    int rows = ask(tree::getRowCount);
    onEventThread(() -> tree.expandRow(1));
    assertThat(ask(tree::getRowCount)).isGreaterThan(rows);
    onEventThread(() -> tree.setSelectionRow(2));
    awaitPreview("For linux/amd64");
    screenshot("files");

    JTabbedPane tabs = find(JTabbedPane.class, "tabs");
    onEventThread(() -> tabs.setSelectedIndex(1));
    JTable history = find(JTable.class, "history");
    assertThat(ask(() -> history.getValueAt(0, 2))).isEqualTo("CMD [\"/usr/bin/tile\"]");
    screenshot("history");

    onEventThread(() -> tabs.setSelectedIndex(2));
    JTable waste = find(JTable.class, "waste");
    assertThat(ask(() -> waste.getValueAt(0, 0))).hasToString("/var/cache/packages.bin");
    assertThat(ask(() -> waste.getValueAt(0, 1))).isEqualTo(HumanUnits.size(Fixtures.HIDDEN));
    screenshot("waste");
  }

  @Test
  void offersAllPlatformsOfALayout() throws Exception {
    Path layout = directory.resolve("layout");
    try (ImageStore store = ImageStore.on(LayoutStorage.create(layout))) {
      Fixtures.tagBoth(store, NAME);
    }
    onEventThread(() -> browser.openFile(layout));
    JList<?> images = find(JList.class, "images");
    await(() -> images.getModel().getSize() == 2);
    onEventThread(() -> images.setSelectedIndex(1));
    awaitSummary("arm64");
  }

  @Test
  void readsARemoteImageAndLeavesNothing() throws Exception {
    List<Path> before = temporaryFiles();
    try (ImageStore store = ImageStore.on(new MemoryStorage());
        RegistryServer registry = RegistryServer.start(store.storage())) {
      Fixtures.tagBoth(store, "team/app:1.0");
      onEventThread(() -> browser.openRemote(registry.authority() + "/team/app:1.0"));
      JList<?> images = find(JList.class, "images");
      await(() -> images.getModel().getSize() == 2);
      onEventThread(() -> images.setSelectedIndex(0));
      awaitSummary("amd64");
      assertThat(temporaryFiles()).isNotEqualTo(before);
      search("readme.txt");
      JList<?> found = find(JList.class, "found");
      await(() -> found.getModel().getSize() == 1);
      onEventThread(() -> found.setSelectedIndex(0));
      awaitPreview("For linux/amd64");
      close();
      browser = null;
    }
    assertThat(temporaryFiles()).isEqualTo(before);
  }

  @Test
  void staysUsableWhileARegistryHangsAndCancels() throws Exception {
    try (ImageStore store = ImageStore.on(new MemoryStorage());
        RegistryServer registry = RegistryServer.start(store.storage())) {
      Fixtures.tagBoth(store, "team/app:1.0");
      registry.faults().add(Fault.stallAfter(1 << 20).on("GET", "/blobs/"));
      onEventThread(() -> browser.openRemote(registry.authority() + "/team/app:1.0"));
      JList<?> images = find(JList.class, "images");
      await(() -> images.getModel().getSize() == 2);
      onEventThread(() -> images.setSelectedIndex(0));
      JProgressBar progress = find(JProgressBar.class, "progress");
      await(() -> progress.getValue() > 0);
      screenshot("progress");

      // The event thread answers, as all along, and takes the click.
      JButton cancel = find(JButton.class, "cancel");
      onEventThread(() -> cancel.doClick());
      awaitMessage("cancelled");
      assertThat(ask(cancel::isEnabled)).isFalse();

      // And goes on with something else.
      registry.faults().clear();
      onEventThread(() -> images.setSelectedIndex(1));
      awaitSummary("arm64");
    }
  }

  @Test
  void saysWhatIsWrongWithAFile() throws Exception {
    Path text = Files.writeString(directory.resolve("text.tar"), "no tar ".repeat(200));
    onEventThread(() -> browser.openFile(text));
    awaitMessage("text.tar");
    await(() -> !find(JButton.class, "cancel").isEnabled());
    assertThat(ask(() -> find(JLabel.class, "message").getText())).contains("tar");
  }

  private void search(String text) throws Exception {
    JTextField field = find(JTextField.class, "search");
    onEventThread(
        () -> {
          field.setText(text);
          field.postActionEvent();
        });
  }

  private void awaitSummary(String part) throws Exception {
    JLabel summary = find(JLabel.class, "summary");
    await(() -> summary.getText().contains(part));
  }

  private void awaitMessage(String part) throws Exception {
    JLabel message = find(JLabel.class, "message");
    await(() -> message.getText().contains(part));
  }

  private void awaitPreview(String part) throws Exception {
    JTextArea preview = find(JTextArea.class, "preview");
    await(() -> preview.getText().contains(part));
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    while (!ask(condition)) {
      Thread.sleep(10);
    }
  }

  private void screenshot(String name) throws Exception {
    Robot robot = new Robot();
    robot.setAutoWaitForIdle(true);
    robot.waitForIdle();
    BufferedImage picture = robot.createScreenCapture(ask(browser::getBounds));
    File file = Path.of("target", name + ".png").toFile();
    assertThat(ImageIO.write(picture, "png", file)).isTrue();
    assertThat(picture.getRGB(20, picture.getHeight() - 10)).isNotEqualTo(0xFF000000);
  }

  private static List<Path> temporaryFiles() throws Exception {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("image-browser"))
          .sorted()
          .toList();
    }
  }

  private <T extends Component> T find(Class<T> type, String name) {
    return type.cast(find(browser.getContentPane(), name));
  }

  private static Component find(Container container, String name) {
    for (Component child : container.getComponents()) {
      if (name.equals(child.getName())) {
        return child;
      }
      if (child instanceof Container inner) {
        Component found = find(inner, name);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private static void onEventThread(Runnable action) throws Exception {
    ask(
        () -> {
          action.run();
          return null;
        });
  }

  private static <T> T ask(Callable<T> action) throws Exception {
    FutureTask<T> task = new FutureTask<>(action);
    SwingUtilities.invokeLater(task);
    return task.get(30, TimeUnit.SECONDS);
  }
}
