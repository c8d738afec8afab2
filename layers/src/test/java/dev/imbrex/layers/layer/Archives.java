package dev.imbrex.layers.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads archives whole. */
final class Archives {
  /** An entry with its data, a Latin-1 character for each byte. */
  record Read(TarEntry entry, String data) {
    String name() {
      return new String(entry.name().toBytes(), ISO_8859_1);
    }

    String path() {
      return new String(entry.path().toBytes(), ISO_8859_1);
    }

    String linkName() {
      return new String(entry.linkName().toBytes(), ISO_8859_1);
    }
  }

  private Archives() {}

  static List<Read> read(byte[] tar) throws IOException {
    return read(tar, LayerLimits.defaults(), Findings.tolerant());
  }

  static List<Read> read(byte[] tar, LayerLimits limits, Findings findings) throws IOException {
    return read(tar, LayerRules.defaults().withLimits(limits), findings);
  }

  static List<Read> read(byte[] tar, LayerRules rules, Findings findings) throws IOException {
    TarReader reader = TarReader.of(new ByteArrayInputStream(tar), rules, findings);
    List<Read> all = new ArrayList<>();
    for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
      all.add(new Read(entry, new String(reader.data().readAllBytes(), ISO_8859_1)));
    }
    return all;
  }

  static Read only(byte[] archive) throws IOException {
    List<Read> entries = read(archive);
    assertThat(entries).hasSize(1);
    return entries.get(0);
  }

  static List<Finding.Code> findings(byte[] archive) throws IOException {
    Findings findings = Findings.tolerant();
    read(archive, LayerLimits.defaults(), findings);
    return findings.all().stream().map(Finding::code).toList();
  }

  static void refuses(byte[] archive) {
    assertThatThrownBy(() -> read(archive)).isInstanceOf(MalformedContentException.class);
  }

  static void passes(byte[] archive, LayerLimits limits) throws IOException {
    assertThat(read(archive, limits, Findings.tolerant())).isNotEmpty();
  }

  static void exceeds(String option, byte[] archive, LayerLimits limits) {
    assertThatThrownBy(() -> read(archive, limits, Findings.tolerant()))
        .isInstanceOfSatisfying(
            LimitExceededException.class, e -> assertThat(e.limit()).isEqualTo(option));
  }
}
