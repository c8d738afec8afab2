package dev.imbrex.examples.browser;

import java.awt.Component;
import java.awt.Font;
import java.awt.GridLayout;
import javax.swing.BorderFactory;
import javax.swing.JLabel;
import javax.swing.JList;
import javax.swing.JPanel;
import javax.swing.ListCellRenderer;

/** Shows an image in a list: its name, and below it the platform. */
final class ChoiceRenderer implements ListCellRenderer<Source.Choice> {
  private final JPanel panel = new JPanel(new GridLayout(2, 1));
  private final JLabel name = new JLabel();
  private final JLabel platform = new JLabel();

  ChoiceRenderer() {
    PlainText.only(name);
    PlainText.only(platform);
    platform.setFont(platform.getFont().deriveFont(Font.PLAIN));
    panel.setBorder(BorderFactory.createEmptyBorder(4, 8, 4, 8));
    panel.add(name);
    panel.add(platform);
  }

  @Override
  public Component getListCellRendererComponent(
      JList<? extends Source.Choice> list,
      Source.Choice choice,
      int index,
      boolean selected,
      boolean focused) {
    name.setText(choice.name());
    platform.setText(choice.platform());
    panel.setBackground(selected ? list.getSelectionBackground() : list.getBackground());
    return panel;
  }
}
