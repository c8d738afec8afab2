package dev.imbrex.examples.browser;

import java.nio.file.Files;
import java.nio.file.Path;
import javax.swing.SwingUtilities;

/**
 * Opens a window, on the file or the remote image that the first argument names, if there is one.
 */
public final class Main {
  private Main() {}

  /** Starts the program. */
  public static void main(String[] args) {
    SwingUtilities.invokeLater(
        () -> {
          Browser browser = new Browser();
          browser.setVisible(true);
          if (args.length > 0) {
            Path file = Path.of(args[0]);
            if (Files.exists(file)) {
              browser.openFile(file);
            } else {
              browser.openRemote(args[0]);
            }
          }
        });
  }
}
