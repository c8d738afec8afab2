package dev.imbrex.build;

import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.ContentStream;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.StreamedContent;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.digest.Digester;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/** Computes the digests of the contents of files, of many at a time. Thread-safe. */
final class FileDigests {
  private static final int BLOCK = 1 << 16;

  /** A thread of its own is worth it for this many files. */
  private static final int FILES_OF_A_THREAD = 64;

  private final int parallelism;
  private final Progress progress;

  FileDigests(int parallelism, Progress progress) {
    this.parallelism = parallelism;
    this.progress = progress;
  }

  /** Reads contents, those that lie in one stream in one pass; equal ones once. */
  Map<FileContent, Digest> of(Collection<FileContent> contents) throws IOException {
    List<FileContent> files = new ArrayList<>();
    Map<ContentStream, Set<StreamedContent>> streams = new LinkedHashMap<>();
    long bytes = 0;
    for (FileContent content : new LinkedHashSet<>(contents)) {
      bytes += content.size();
      if (content instanceof StreamedContent streamed) {
        streams.computeIfAbsent(streamed.stream(), s -> new LinkedHashSet<>()).add(streamed);
      } else {
        files.add(content);
      }
    }
    Map<FileContent, Digest> digests = new HashMap<>();
    try (Progress.Task task = progress.start("Hash files to copy", bytes)) {
      readFiles(files, task, digests);
      readStreams(streams, task, digests);
    }
    return digests;
  }

  private void readFiles(
      List<FileContent> files, Progress.Task task, Map<FileContent, Digest> digests)
      throws IOException {
    Digest[] found = new Digest[files.size()];
    AtomicInteger next = new AtomicInteger();
    Callable<Boolean> job =
        () -> {
          byte[] block = new byte[BLOCK];
          ByteBuffer buffer = ByteBuffer.allocateDirect(BLOCK);
          Digester digester = DigestAlgorithm.SHA256.newDigester();
          boolean complete = false;
          try {
            for (int i = next.getAndIncrement(); i < found.length; i = next.getAndIncrement()) {
              found[i] =
                  files.get(i) instanceof DiskFile file
                      ? digest(file, digester, buffer, task)
                      : digest(files.get(i), digester, block, task);
            }
            complete = true;
          } finally {
            if (!complete) {
              // The other threads begin no more files.
              next.set(found.length);
            }
          }
          return Boolean.TRUE;
        };
    int threads = Math.min(parallelism, 1 + files.size() / FILES_OF_A_THREAD);
    Threads.run(Collections.nCopies(threads, job), threads);
    for (int i = 0; i < found.length; i++) {
      digests.put(files.get(i), Objects.requireNonNull(found[i]));
    }
  }

  private static void readStreams(
      Map<ContentStream, Set<StreamedContent>> streams,
      Progress.Task task,
      Map<FileContent, Digest> digests)
      throws IOException {
    byte[] block = new byte[BLOCK];
    Digester digester = DigestAlgorithm.SHA256.newDigester();
    for (Map.Entry<ContentStream, Set<StreamedContent>> stream : streams.entrySet()) {
      stream
          .getKey()
          .read(
              stream.getValue(),
              (content, data) -> digests.put(content, digest(data, digester, block, task)));
    }
  }

  private static Digest digest(
      FileContent content, Digester digester, byte[] block, Progress.Task task) throws IOException {
    try (InputStream in = content.open()) {
      return digest(in, digester, block, task);
    }
  }

  /** Reads without a stream in between, which most of the time of a small file goes to. */
  private static Digest digest(
      DiskFile file, Digester digester, ByteBuffer buffer, Progress.Task task) throws IOException {
    try (ReadableByteChannel channel = file.channel()) {
      int read = channel.read(buffer.clear());
      while (read >= 0) {
        digester.update(buffer.flip());
        task.advance(read);
        read = channel.read(buffer.clear());
      }
      return digester.finish();
    }
  }

  private static Digest digest(InputStream in, Digester digester, byte[] block, Progress.Task task)
      throws IOException {
    int read = in.read(block, 0, block.length);
    while (read >= 0) {
      digester.update(block, 0, read);
      task.advance(read);
      read = in.read(block, 0, block.length);
    }
    return digester.finish();
  }
}
