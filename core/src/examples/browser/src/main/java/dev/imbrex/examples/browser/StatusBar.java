package dev.imbrex.examples.browser;

import dev.imbrex.manifest.config.HumanUnits;
import java.awt.BorderLayout;
import java.awt.Color;
import java.awt.Dimension;
import javax.swing.BorderFactory;
import javax.swing.JButton;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JProgressBar;

/** Says what is done, how far it is, and stops it. */
final class StatusBar extends JPanel implements Work.Listener {
  private static final long serialVersionUID = 1;
  private static final int STEPS = 1000;

  private final JLabel message = new JLabel(" ");
  private final JProgressBar bar = new JProgressBar(0, STEPS);
  private final JButton cancel = new JButton("Cancel");

  StatusBar(Runnable cancelled) {
    super(new BorderLayout(8, 0));
    setBorder(BorderFactory.createEmptyBorder(4, 8, 4, 8));
    message.setName("message");
    PlainText.only(message);
    PlainText.only(bar);
    bar.setName("progress");
    bar.setStringPainted(true);
    bar.setString("");
    bar.setPreferredSize(new Dimension(260, 20));
    cancel.setName("cancel");
    cancel.setEnabled(false);
    cancel.addActionListener(event -> cancelled.run());
    JPanel right = new JPanel(new BorderLayout(8, 0));
    right.add(bar);
    right.add(cancel, BorderLayout.EAST);
    add(message);
    add(right, BorderLayout.EAST);
  }

  @Override
  public void began(String title) {
    message.setForeground(Color.BLACK);
    message.setText(title + " …");
    bar.setIndeterminate(true);
    bar.setString("");
    cancel.setEnabled(true);
  }

  @Override
  public void advanced(String what, long bytes, long total) {
    bar.setIndeterminate(total == 0);
    if (total > 0) {
      bar.setValue((int) (STEPS * Math.min(1.0, (double) bytes / total)));
      bar.setString(HumanUnits.size(bytes) + " of " + HumanUnits.size(total));
    }
    if (!what.isEmpty()) {
      message.setText(what);
    }
  }

  @Override
  public void ended(String text, boolean failed) {
    message.setForeground(failed ? new Color(0xB00020) : Color.BLACK);
    message.setText(text);
    bar.setIndeterminate(false);
    bar.setValue(0);
    bar.setString("");
    cancel.setEnabled(false);
  }
}
