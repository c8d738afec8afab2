package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.ContentStream;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.StreamedContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Opens the files of the image. A file of a compressed layer can only be had by reading the layer
 * up to it, so that is done a few times at most: then all files that are visible of the layer are
 * kept, in one pass, which verifies the layer as well. Safe for use by many threads.
 */
final class LowerContents {
  /** How many files of a layer are read from it one by one. */
  private static final int SINGLE_READS = 3;

  private final FileTree base;
  private final BlockStore store;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<ContentStream, Streamed> streams = new HashMap<>();

  LowerContents(FileTree base, BlockStore store) {
    this.base = base;
    this.store = store;
  }

  /** A layer whose files cannot be had from their places. */
  private static final class Streamed {
    final ReentrantLock lock = new ReentrantLock();
    int reads;
    @Nullable Map<StreamedContent, FileContent> kept;
  }

  /** A new stream of the bytes of this file, for the caller to close. */
  InputStream open(FileContent content) throws IOException {
    if (!(content instanceof StreamedContent streamed) || streamed.isDirect()) {
      return content.open();
    }
    FileContent here = find(streamed);
    return here == null ? content.open() : here.open();
  }

  private @Nullable FileContent find(StreamedContent content) throws IOException {
    Streamed streamed;
    lock.lock();
    try {
      streamed = streams.computeIfAbsent(content.stream(), stream -> new Streamed());
    } finally {
      lock.unlock();
    }
    try {
      streamed.lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while another thread unpacks the layer");
    }
    try {
      Map<StreamedContent, FileContent> kept = streamed.kept;
      if (kept == null) {
        if (++streamed.reads <= SINGLE_READS) {
          return null;
        }
        kept = keep(content.stream());
        streamed.kept = kept;
      }
      return kept.get(content);
    } finally {
      streamed.lock.unlock();
    }
  }

  private Map<StreamedContent, FileContent> keep(ContentStream stream) throws IOException {
    Set<StreamedContent> wanted = new LinkedHashSet<>();
    try (var entries = base.walk()) {
      entries.forEach(
          entry -> {
            if (entry.node() instanceof Node.RegularFile file
                && file.content() instanceof StreamedContent content
                && content.stream().equals(stream)) {
              wanted.add(content);
            }
          });
    }
    Map<StreamedContent, FileContent> kept = new LinkedHashMap<>();
    List<Block> all = new ArrayList<>();
    boolean complete = false;
    try {
      stream.read(wanted, (content, data) -> kept.put(content, copy(data, all)));
      complete = true;
    } finally {
      if (!complete) {
        all.forEach(Block::release);
      }
    }
    return kept;
  }

  private FrozenContent copy(InputStream data, List<Block> all) throws IOException {
    List<@Nullable Block> blocks = new ArrayList<>();
    byte[] buffer = new byte[Block.SIZE];
    long size = 0;
    for (int read = data.readNBytes(buffer, 0, Block.SIZE);
        read > 0;
        read = data.readNBytes(buffer, 0, Block.SIZE)) {
      Block block = store.allocate();
      all.add(block);
      blocks.add(block);
      block.write(0, ByteBuffer.wrap(buffer, 0, read));
      size += read;
    }
    return new FrozenContent(blocks, size);
  }
}
