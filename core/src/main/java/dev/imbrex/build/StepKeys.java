package dev.imbrex.build;

import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.manifest.config.History;
import dev.imbrex.manifest.digest.Digest;
import java.io.IOException;
import java.util.List;

/** What all steps of a build have in common: how they are summed up, told and written. */
final class StepKeys {
  private final BuildSettings settings;

  StepKeys(BuildSettings settings) {
    this.settings = settings;
  }

  /** The beginning of a key: everything that shapes the bytes of any step (SN-B32). */
  StepDigest digest(String kind, StageState state) {
    LayerOptions layers = settings.layerOptions();
    StepDigest digest =
        new StepDigest(kind)
            .add(settings.style().name())
            .add(layers.compression().compression() + " " + layers.compression().level())
            .add(layers.times().toString())
            .add(settings.isCreatedFixed() ? settings.created().toString() : "");
    if (!state.isWritten()) {
      // The parent does not say it yet: what an ONBUILD has added, above all.
      digest.add(state.container().toString());
    }
    if (state.draft().parent().isEmpty()) {
      digest.add(state.config().platform().toFullString());
    }
    state.annotations().forEach((name, value) -> digest.add(name).add(value));
    return digest;
  }

  /** All that counts of files that are copied, or mounted. */
  Digest content(List<CopyGroup> groups) throws IOException {
    FileDigests digests = new FileDigests(settings.parallelism(), settings.progress());
    return new StepDigest("content").addFiles(groups, digests).finish();
  }

  StepText text(StageState state) {
    return new StepText(settings.style(), state.shell());
  }

  /** An entry of the history (SN-B31: one reading of the clock is the time of all). */
  History history(String createdBy) {
    History history = History.createdBy(settings.created(), createdBy);
    return settings.style() == HistoryStyle.BUILDKIT
        ? history.withComment("buildkit.dockerfile.v0")
        : history;
  }

  /** Adds a layer; in the classic way nothing changed is no layer (SN-B28, SN-C9). */
  Draft withLayer(Draft draft, List<LayerEntry> entries, History history) throws IOException {
    if (entries.isEmpty() && settings.style() == HistoryStyle.CLASSIC) {
      return draft.withConfig(draft.config(), history);
    }
    return draft.withEntries(entries, settings.layerOptions(), history, settings.progress());
  }
}
