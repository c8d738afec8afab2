package dev.imbrex.layers.tree;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.digest.Digester;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Says which contents have the same bytes. All questions are put first and answered together, so
 * that a stream which holds many files is read once, however many of them are in doubt.
 */
final class ContentComparison {
  private static final int BLOCK = 1 << 16;

  /** From how many bytes on it is worth further threads. */
  private static final long MUCH = 1 << 20;

  private final Pace pace;
  private final int parallelism;

  /** Two contents that are equally long, but not the same by reference. */
  private static final class Pair {
    final FileContent a;
    final FileContent b;
    private final int hash;

    Pair(FileContent a, FileContent b) {
      this.a = a;
      this.b = b;
      this.hash = 31 * a.hashCode() + b.hashCode();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Pair that && a.equals(that.a) && b.equals(that.b);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  private final Map<Pair, Boolean> answers = new LinkedHashMap<>();
  private final Map<FileContent, Digest> digests = new HashMap<>();

  /**
   * Nothing has been asked yet.
   *
   * @param parallelism how many threads may read, that of the caller among them
   */
  ContentComparison(Pace pace, int parallelism) {
    this.pace = pace;
    this.parallelism = parallelism;
  }

  /** Will have to be known. */
  void ask(FileContent a, FileContent b) {
    if (a.size() == b.size() && !a.equals(b)) {
      answers.put(new Pair(a, b), false);
    }
  }

  /** Reads what has been asked for. */
  void decide() throws IOException {
    Map<ContentStream, Set<StreamedContent>> streams = new LinkedHashMap<>();
    for (Pair pair : answers.keySet()) {
      pace.step();
      addStreamed(streams, pair.a);
      addStreamed(streams, pair.b);
    }
    for (Map.Entry<ContentStream, Set<StreamedContent>> stream : streams.entrySet()) {
      stream.getKey().read(stream.getValue(), this::digest);
    }
    List<ParallelComparison.Pair> bare = new ArrayList<>();
    List<Map.Entry<Pair, Boolean>> asked = new ArrayList<>();
    long bytes = 0;
    for (Map.Entry<Pair, Boolean> answer : answers.entrySet()) {
      Pair pair = answer.getKey();
      if (pair.a instanceof StreamedContent || pair.b instanceof StreamedContent) {
        answer.setValue(digestOf(pair.a).equals(digestOf(pair.b)));
      } else {
        bare.add(new ParallelComparison.Pair(pair.a, pair.b));
        asked.add(answer);
        bytes += pair.a.size();
      }
    }
    digests.clear();
    ParallelComparison.of(bare, pace, bytes < MUCH ? 1 : parallelism);
    for (int i = 0; i < bare.size(); i++) {
      asked.get(i).setValue(bare.get(i).areEqual);
    }
  }

  private static void addStreamed(
      Map<ContentStream, Set<StreamedContent>> streams, FileContent content) {
    if (content instanceof StreamedContent streamed) {
      streams.computeIfAbsent(streamed.stream(), s -> new LinkedHashSet<>()).add(streamed);
    }
  }

  /** Whether the bytes are the same; read now, if nobody asked before. */
  boolean areEqual(FileContent a, FileContent b) throws IOException {
    if (a.equals(b) || a.size() != b.size()) {
      return a.equals(b);
    }
    Boolean answer = answers.get(new Pair(a, b));
    return answer == null ? haveEqualBytes(a, b) : answer;
  }

  private Digest digestOf(FileContent content) throws IOException {
    Digest known = digests.get(content);
    if (known != null) {
      return known;
    }
    try (InputStream in = content.open()) {
      return digest(content, in);
    }
  }

  private Digest digest(FileContent content, InputStream data) throws IOException {
    Digester digester = DigestAlgorithm.SHA256.newDigester();
    byte[] block = new byte[BLOCK];
    int read;
    do {
      read = pace.read(data, block);
      digester.update(block, 0, read);
    } while (read == block.length);
    Digest digest = digester.finish();
    digests.put(content, digest);
    return digest;
  }

  private boolean haveEqualBytes(FileContent a, FileContent b) throws IOException {
    try (BytesComparison bytes = new BytesComparison(pace, a.size())) {
      return bytes.areEqual(a, b);
    }
  }
}
