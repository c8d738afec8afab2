package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.FileAttributes;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds back what one thread has to tell, so that it can be told in the order of the files,
 * whichever thread writes which.
 */
final class DeferredLosses implements LossSink {
  /** Something to tell. */
  interface Report {
    void to(Losses losses) throws IOException;
  }

  private final Losses losses;
  private List<Report> reports = new ArrayList<>();

  DeferredLosses(Losses losses) {
    this.losses = losses;
  }

  @Override
  public void report(Finding.Code code, TreePath path, String message) {
    reports.add(to -> to.report(code, path, message));
  }

  @Override
  public void reportOnce(Finding.Code code, TreePath path, String message) {
    reports.add(to -> to.reportOnce(code, path, message));
  }

  @Override
  public void keep(TreePath path, Node node, OverrideRecord record, FileAttributes attributes)
      throws IOException {
    boolean isNoted = losses.note(node, record, attributes);
    reports.add(to -> to.keepNoted(path, record, isNoted));
  }

  /** What there is to tell since this was asked last. */
  List<Report> take() {
    if (reports.isEmpty()) {
      return List.of();
    }
    List<Report> taken = reports;
    reports = new ArrayList<>();
    return taken;
  }
}
