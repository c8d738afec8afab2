package dev.imbrex.image;

import dev.imbrex.layers.tree.ContentStream;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.StreamedContent;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.digest.Digester;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Digests of contents, for which each layer is read once. */
final class ContentDigests {
  private final Map<FileContent, Digest> digests = new HashMap<>();

  private ContentDigests() {}

  static Map<FileContent, Digest> of(Collection<FileContent> contents) throws IOException {
    ContentDigests result = new ContentDigests();
    Map<ContentStream, Set<StreamedContent>> streams = new LinkedHashMap<>();
    for (FileContent content : contents) {
      if (content instanceof StreamedContent streamed) {
        streams.computeIfAbsent(streamed.stream(), s -> new LinkedHashSet<>()).add(streamed);
      } else {
        try (InputStream in = content.open()) {
          result.add(content, in);
        }
      }
    }
    for (Map.Entry<ContentStream, Set<StreamedContent>> stream : streams.entrySet()) {
      stream.getKey().read(stream.getValue(), result::add);
    }
    return result.digests;
  }

  private void add(FileContent content, InputStream data) throws IOException {
    Digester digester = DigestAlgorithm.SHA256.newDigester();
    byte[] block = new byte[1 << 16];
    int read = data.read(block, 0, block.length);
    while (read >= 0) {
      digester.update(block, 0, read);
      read = data.read(block, 0, block.length);
    }
    digests.put(content, digester.finish());
  }
}
