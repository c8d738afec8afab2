package dev.imbrex.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.digest.Digester;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sums up all that has a say in a step but the image it begins with (SN-B32). */
final class StepDigest {
  /** Another number makes everything ever built a stranger. */
  private static final String VERSION = "imbrex step 1";

  private static final ByteString CAPABILITY = ByteString.of("security.capability");
  private static final ByteString USER = ByteString.of("user.");

  private final Digester digester = DigestAlgorithm.SHA256.newDigester();

  /** What is not digested yet: a context has many files, and of each some short texts. */
  private final ByteBuffer pending = ByteBuffer.allocate(1 << 13);

  private @Nullable Metadata lastMetadata;
  private byte[] lastOwner = {};

  StepDigest(String kind) {
    add(VERSION);
    add(kind);
  }

  StepDigest add(String text) {
    return add(text.getBytes(UTF_8));
  }

  StepDigest add(Collection<String> texts) {
    add(Integer.toString(texts.size()));
    texts.forEach(this::add);
    return this;
  }

  StepDigest add(byte[] bytes) {
    if (pending.remaining() < Integer.BYTES + bytes.length) {
      digestPending();
    }
    pending.putInt(bytes.length);
    if (bytes.length <= pending.remaining()) {
      pending.put(bytes);
    } else {
      digestPending();
      digester.update(bytes, 0, bytes.length);
    }
    return this;
  }

  private void digestPending() {
    digester.update(pending.flip());
    pending.clear();
  }

  /** Adds files: everything but times. Their contents are read. */
  StepDigest addFiles(List<CopyGroup> groups, FileDigests digests) throws IOException {
    List<FileContent> files = new ArrayList<>();
    for (CopyGroup group : groups) {
      for (CopyItem item : group.items()) {
        if (item.node() instanceof Node.RegularFile file) {
          files.add(file.content());
        }
      }
    }
    Map<FileContent, Digest> contents = digests.of(files);
    for (CopyGroup group : groups) {
      add(group.name().toBytes());
      add(Boolean.toString(group.isFile()));
      add(Integer.toString(group.items().size()));
      for (CopyItem item : group.items()) {
        add(item.path().toBytes());
        add(item.link().map(path -> "link " + path).orElse(""));
        add(item.node(), contents);
      }
    }
    return this;
  }

  Digest finish() {
    digestPending();
    return digester.finish();
  }

  private void add(Node node, Map<FileContent, Digest> contents) {
    Metadata metadata = node.metadata();
    add(node.kind().name());
    add(owner(metadata));
    metadata
        .xattrs()
        .forEach(
            (name, value) -> {
              if (name.equals(CAPABILITY) || name.startsWith(USER)) {
                add(name.toBytes());
                add(value.toBytes());
              }
            });
    if (node instanceof Node.RegularFile file) {
      add(Objects.requireNonNull(contents.get(file.content())).toString());
    } else if (node instanceof Node.Symlink link) {
      add(link.target().toBytes());
    } else if (node instanceof Node.Device device) {
      add(device.major() + ":" + device.minor());
    }
  }

  /** Neighbours mostly have the same, so that it is put into words once. */
  private byte[] owner(Metadata metadata) {
    Metadata last = lastMetadata;
    if (last == null
        || last.mode() != metadata.mode()
        || last.uid() != metadata.uid()
        || last.gid() != metadata.gid()) {
      lastOwner = (metadata.mode() + " " + metadata.uid() + " " + metadata.gid()).getBytes(UTF_8);
      lastMetadata = metadata;
    }
    return lastOwner;
  }
}
