package dev.imbrex.layers.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.progress.Progress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contents compared by their bytes on several threads: many, and of some length together. */
class ParallelComparisonTest {
  private static final int FILES = 300;
  private static final int SIZE = 10_000;
  private static final DiffOptions BYTES =
      DiffOptions.standard().withContents(DiffOptions.Contents.BY_BYTES);

  private final Set<Thread> readers = ConcurrentHashMap.newKeySet();

  @AfterEach
  void leavesNoThread() {
    Thread.interrupted();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("imbrex-compare"));
  }

  /** Two contents are never the same by reference. */
  private static final class OfBytes implements FileContent {
    private final byte[] bytes;

    OfBytes(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public InputStream open() throws IOException {
      return new ByteArrayInputStream(bytes);
    }
  }

  /** Every seventh content differs in one byte. */
  private FileContent content(int file, boolean isAfter) {
    byte[] bytes = new byte[SIZE + file];
    if (isAfter && file % 7 == 3) {
      bytes[file * 31 % bytes.length] = 1;
    }
    FileContent content = new OfBytes(bytes);
    return new FileContent() {
      @Override
      public long size() {
        return content.size();
      }

      @Override
      public InputStream open() throws IOException {
        readers.add(Thread.currentThread());
        return content.open();
      }
    };
  }

  private static FileTree tree(IntFunction<FileContent> contents) {
    TreeEditor editor = FileTree.empty().edit();
    for (int i = 0; i < FILES; i++) {
      editor.put(
          TreePath.of("d%02d/f%03d".formatted(i / 20, i)),
          new Node.RegularFile(Metadata.forFile(), contents.apply(i)));
    }
    return editor.toTree();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void findsTheSameOnAnyNumberOfThreads(int threads) throws IOException {
    FileTree before = tree(file -> content(file, false));
    FileTree after = tree(file -> content(file, true));
    List<String> expected = new ArrayList<>();
    for (int i = 3; i < FILES; i += 7) {
      expected.add("/d%02d/f%03d".formatted(i / 20, i));
    }
    DiffOptions options = BYTES.withParallelism(threads);
    assertThat(TreeDiff.between(before, after, options))
        .extracting(entry -> entry.path().toString())
        .filteredOn(path -> path.contains("f"))
        .containsExactlyElementsOf(expected);
    assertThat(TreeDiff.changes(before, after, options)).hasSameSizeAs(expected);
    if (threads == 1) {
      assertThat(readers).containsExactly(Thread.currentThread());
    }
    assertThat(readers).hasSizeLessThanOrEqualTo(2 * threads);
  }

  @Test
  void refusesToHaveNoThread() {
    assertThatThrownBy(() -> BYTES.withParallelism(0)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Whichever thread comes first to one of them. */
  @RepeatedTest(20)
  void tellsOfTheFirstThatCannotBeRead() {
    FileTree before = tree(file -> content(file, false));
    FileTree after =
        tree(
            file ->
                file < 150
                    ? content(file, true)
                    : new FileContent() {
                      @Override
                      public long size() {
                        return (long) SIZE + file;
                      }

                      @Override
                      public InputStream open() throws IOException {
                        if (file == 150) {
                          LockSupport.parkNanos(200_000);
                        }
                        throw new IOException("no file " + file);
                      }
                    });
    assertThatThrownBy(() -> TreeDiff.between(before, after, BYTES.withParallelism(4)))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("no file 150");
  }

  @RepeatedTest(20)
  void stopsOnAllThreadsWhenItIsToldTo() {
    FileTree before = tree(file -> content(file, false));
    FileTree after = tree(file -> content(file, true));
    LongAdder told = new LongAdder();
    CancellationException enough = new CancellationException("enough");
    Progress stopping =
        (name, bytes) ->
            new Progress.Task() {
              @Override
              public void advance(long more) {
                told.add(more);
                if (told.sum() > 100L * SIZE) {
                  throw enough;
                }
              }

              @Override
              public void close() {}
            };
    assertThatThrownBy(() -> TreeDiff.between(before, after, BYTES.withParallelism(4), stopping))
        .isSameAs(enough);
    assertThat(told.sum()).isLessThan(120L * SIZE);
  }

  /** Also if a content is what interrupts, on whatever thread it is read. */
  @RepeatedTest(20)
  void stopsOnAllThreadsWhenOneIsInterrupted() {
    FileTree before = tree(file -> content(file, false));
    FileTree after =
        tree(
            file -> {
              FileContent content = content(file, true);
              return new FileContent() {
                @Override
                public long size() {
                  return content.size();
                }

                @Override
                public InputStream open() throws IOException {
                  if (file == 100) {
                    Thread.currentThread().interrupt();
                  }
                  return content.open();
                }
              };
            });
    assertThatThrownBy(() -> TreeDiff.between(before, after, BYTES.withParallelism(4)))
        .isInstanceOf(InterruptedIOException.class)
        .hasMessageContaining("Compare");
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }
}
