package dev.imbrex.layers.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LC-B80: work on trees stops soon after it is told to, within a file and between entries. */
class CancelTest {
  private static final long GIB = 1L << 30;
  private static final long MIB = 1L << 20;
  private static final DiffOptions BYTES =
      DiffOptions.standard().withContents(DiffOptions.Contents.BY_BYTES);

  /** Bytes read of all contents, and how many of them when it was time to stop. */
  private long read;

  private long readWhenStopped = -1;

  @AfterEach
  void forgetInterruption() {
    Thread.interrupted();
  }

  /** Zeros that nobody keeps; what happens after so many bytes is up to the test. */
  private final class Zeros implements StreamedContent {
    private final Runnable whenRead;

    Zeros(Runnable whenRead) {
      this.whenRead = whenRead;
    }

    @Override
    public long size() {
      return GIB;
    }

    @Override
    public ContentStream stream() {
      return (wanted, receiver) -> {
        for (StreamedContent content : wanted) {
          receiver.receive(content, content.open());
        }
      };
    }

    @Override
    public InputStream open() {
      return new InputStream() {
        private long left = GIB;

        @Override
        public int read() {
          throw new AssertionError("read in blocks");
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
          int count = (int) Math.min(left, length);
          Arrays.fill(bytes, offset, offset + count, (byte) 0);
          left -= count;
          read += count;
          whenRead.run();
          return count == 0 ? -1 : count;
        }
      };
    }
  }

  /** The same, as a content that no stream has with others. */
  private static FileContent alone(FileContent content) {
    return new FileContent() {
      @Override
      public long size() {
        return content.size();
      }

      @Override
      public InputStream open() throws IOException {
        return content.open();
      }
    };
  }

  private static FileTree tree(FileContent content) {
    return FileTree.empty()
        .edit()
        .put(TreePath.of("large"), new Node.RegularFile(Metadata.forFile(), content))
        .toTree();
  }

  /** Throws once so many bytes were told. */
  private Progress stoppingAfter(long bytes) {
    long[] told = new long[1];
    return (name, all) ->
        new Progress.Task() {
          @Override
          public void advance(long more) {
            told[0] += more;
            if (told[0] >= bytes) {
              readWhenStopped = readWhenStopped < 0 ? read : readWhenStopped;
              throw new CancellationException("enough");
            }
          }

          @Override
          public void close() {}
        };
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void comparingALargeFileStopsAtOnce(boolean streamed) {
    FileContent one = new Zeros(() -> {});
    FileContent two = new Zeros(() -> {});
    FileTree a = tree(streamed ? one : alone(one));
    FileTree b = tree(streamed ? two : alone(two));
    for (int way = 0; way < 2; way++) {
      boolean isLayer = way == 0;
      read = 0;
      readWhenStopped = -1;
      Progress progress = stoppingAfter(8 * MIB);
      assertThatThrownBy(
              () -> {
                if (isLayer) {
                  TreeDiff.between(a, b, BYTES, progress);
                } else {
                  TreeDiff.changes(a, b, BYTES, progress);
                }
              })
          .isExactlyInstanceOf(CancellationException.class)
          .hasMessage("enough");
      assertThat(readWhenStopped).isBetween(8 * MIB, 10 * MIB);
      assertThat(read).isLessThanOrEqualTo(readWhenStopped + MIB);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void comparingALargeFileIsInterrupted(boolean streamed) {
    Runnable interrupting =
        () -> {
          if (read >= 8 * MIB && readWhenStopped < 0) {
            readWhenStopped = read;
            Thread.currentThread().interrupt();
          }
        };
    FileContent one = new Zeros(interrupting);
    FileContent two = new Zeros(interrupting);
    FileTree a = tree(streamed ? one : alone(one));
    FileTree b = tree(streamed ? two : alone(two));
    assertThatThrownBy(() -> TreeDiff.changes(a, b, BYTES))
        .isInstanceOf(InterruptedIOException.class)
        .hasMessageContaining("Compare");
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
    assertThat(read).isLessThanOrEqualTo(readWhenStopped + MIB);
  }

  /** What was done when somebody objected for the first time, counted in calls. */
  private static Progress stoppingAtCall(int call, int[] calls) {
    return (name, all) ->
        new Progress.Task() {
          @Override
          public void advance(long bytes) {
            if (++calls[0] == call) {
              throw new CancellationException("enough");
            }
          }

          @Override
          public void close() {}
        };
  }

  private static List<LayerEntry> manyFiles(int count, String prefix) {
    List<LayerEntry> entries = new ArrayList<>();
    FileContent content = new TextContent("x");
    for (int i = 0; i < 100; i++) {
      Node node = new Node.Directory(Metadata.forDirectory());
      entries.add(new LayerEntry.Present(TreePath.of(prefix + i), node));
    }
    for (int i = 0; i < count; i++) {
      Node node = new Node.RegularFile(Metadata.forFile(), content);
      entries.add(new LayerEntry.Present(TreePath.of(prefix + i % 100 + "/" + i), node));
    }
    return entries;
  }

  @Test
  void applyingStopsWithinAThousandEntries() {
    List<LayerEntry> entries = manyFiles(20_000, "d");
    int[] taken = new int[1];
    int[] calls = new int[1];
    Iterable<LayerEntry> counted =
        () -> {
          taken[0] = 0;
          Iterator<LayerEntry> all = entries.iterator();
          return new Iterator<>() {
            @Override
            public boolean hasNext() {
              return all.hasNext();
            }

            @Override
            public LayerEntry next() {
              taken[0]++;
              return all.next();
            }
          };
        };
    ApplyOptions options = ApplyOptions.defaults().withProgress(stoppingAtCall(3, calls));
    assertThatThrownBy(() -> FileTree.empty().apply(counted, options))
        .isExactlyInstanceOf(CancellationException.class);
    assertThat(taken[0]).isLessThanOrEqualTo(3 * 1000);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> FileTree.empty().apply(counted, ApplyOptions.defaults()))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(taken[0]).isLessThanOrEqualTo(1000);
  }

  @Test
  void otherWorkOnManyEntriesStops() throws IOException {
    List<LayerEntry> one = manyFiles(20_000, "d");
    List<LayerEntry> two = manyFiles(20_000, "e");
    FileTree a = FileTree.empty().apply(one, Findings.strict());
    FileTree b = a.apply(two, Findings.strict());
    assertStops(p -> TreeDiff.between(a, b, DiffOptions.standard(), p));
    assertStops(p -> TreeDiff.changes(a, b, DiffOptions.standard(), p));
    assertStops(p -> LayerSquash.of(List.of(one, two), p));
    assertStops(
        p -> LayerSquash.onto(a, List.of(one, two), ApplyOptions.defaults().withProgress(p)));
    assertStops(p -> Provenance.of(List.of(one, two), ApplyOptions.defaults().withProgress(p)));
  }

  private interface Work {
    void run(Progress progress) throws IOException;
  }

  private static void assertStops(Work work) throws IOException {
    int[] calls = new int[1];
    work.run(stoppingAtCall(-1, calls));
    int all = calls[0];
    assertThat(all).isGreaterThan(20);
    calls[0] = 0;
    assertThatThrownBy(() -> work.run(stoppingAtCall(10, calls)))
        .isExactlyInstanceOf(CancellationException.class);
    assertThat(calls[0]).isEqualTo(10);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> work.run(Progress.none())).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
