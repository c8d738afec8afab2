package dev.imbrex.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Keys of steps are what they always were, or nothing that was built would be found again. */
class StepDigestTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** Each text is its length in four bytes, and its bytes. */
  private void expect(byte[] text) throws IOException {
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(text.length);
    out.write(text);
  }

  private void expect(String... texts) throws IOException {
    for (String text : texts) {
      expect(text.getBytes(UTF_8));
    }
  }

  private String expected() throws Exception {
    return "sha256:"
        + HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
  }

  @Test
  void sumsUpTextsOfAnyLength() throws Exception {
    long seed = Long.getLong("imbrex.seed", System.nanoTime());
    Random random = new Random(seed);
    StepDigest digest = new StepDigest("kind");
    expect("imbrex step 1", "kind");
    for (int i = 0; i < 500; i++) {
      byte[] text = new byte[random.nextInt(random.nextInt(20) == 0 ? 20_000 : 100)];
      random.nextBytes(text);
      digest.add(text);
      expect(text);
    }
    assertThat(digest.finish()).as("-Dimbrex.seed=" + seed).hasToString(expected());
  }

  @Test
  void sumsUpFilesWithTheirOwnersAndContents() throws Exception {
    Node one = new Node.RegularFile(Metadata.ofMode(0644), Content.text("one"));
    Node two = new Node.RegularFile(Metadata.ofMode(0644).withOwner(1, 2), Content.text("two"));
    List<CopyItem> items =
        List.of(
            new CopyItem(TreePath.of("a"), one, Optional.empty()),
            new CopyItem(TreePath.of("b"), one, Optional.of(TreePath.of("a"))),
            new CopyItem(TreePath.of("c"), two, Optional.empty()),
            new CopyItem(
                TreePath.of("d"), new Node.Directory(Metadata.ofMode(0755)), Optional.empty()));
    CopyGroup group = new CopyGroup(TreePath.of("x"), false, false, items);

    StepDigest digest = new StepDigest("content");
    digest.addFiles(List.of(group), new FileDigests(1, Progress.none()));

    String ofOne = sha256("one");
    expect("imbrex step 1", "content", "x", "false", "4");
    expect("a", "", "REGULAR", "420 0 0", ofOne);
    expect("b", "link /a", "REGULAR", "420 0 0", ofOne);
    expect("c", "", "REGULAR", "420 1 2", sha256("two"));
    expect("d", "", "DIRECTORY", "493 0 0");
    assertThat(digest.finish()).hasToString(expected());
  }

  private static String sha256(String text) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    return "sha256:" + HexFormat.of().formatHex(digest);
  }
}
