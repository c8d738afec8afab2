package dev.imbrex.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are hashed for the key of a step (SN-B32). */
class FileDigestsTest {
  private static final int COUNT = 1000;

  private static byte[] bytes(int i) {
    return ("file " + i + " ").repeat(i * 31 % 20_000).getBytes(UTF_8);
  }

  private static List<FileContent> contents() {
    List<FileContent> contents = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      contents.add(Content.of(bytes(i)));
    }
    return contents;
  }

  /** Every other one in memory, the rest in files, one of them of many blocks. */
  private static List<FileContent> contentsIn(Path directory) throws IOException {
    List<FileContent> contents = contents();
    for (int i = 0; i < COUNT; i += 2) {
      byte[] bytes = i == 0 ? new byte[1_000_000] : bytes(i);
      Path file = Files.write(directory.resolve("f" + i), bytes);
      contents.set(i, new DiskFile(file, bytes.length));
    }
    return contents;
  }

  @Test
  void refuseWhatIsNoFileAnyMore(@TempDir Path directory) throws IOException {
    DiskFile gone = new DiskFile(Files.createDirectory(directory.resolve("d")), 4096);
    assertThatThrownBy(() -> new FileDigests(1, Progress.none()).of(List.of(gone)))
        .isInstanceOf(UnsupportedContentException.class)
        .hasMessageContaining("" + directory.resolve("d"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void areThoseOfEachFile(int parallelism, @TempDir Path directory) throws Exception {
    List<FileContent> contents = contentsIn(directory);
    AtomicLong announced = new AtomicLong();
    AtomicLong read = new AtomicLong();
    Progress progress =
        (name, bytes) -> {
          announced.addAndGet(bytes);
          return new CountingTask(read);
        };
    Map<FileContent, String> found = new HashMap<>();
    new FileDigests(parallelism, progress)
        .of(contents)
        .forEach((content, digest) -> found.put(content, digest.encoded()));
    MessageDigest plain = MessageDigest.getInstance("SHA-256");
    Map<FileContent, String> expected = new HashMap<>();
    for (FileContent content : contents) {
      expected.put(content, HexFormat.of().formatHex(plain.digest(content.open().readAllBytes())));
    }
    assertThat(found).isEqualTo(expected);
    assertThat(read).hasValue(announced.get());
    assertThat(announced).hasPositiveValue();
  }

  private record CountingTask(AtomicLong read) implements Progress.Task {
    @Override
    public void advance(long bytes) {
      read.addAndGet(bytes);
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void stopAtTheFirstFailure(int parallelism) {
    List<FileContent> contents = contents();
    IOException failure = new IOException("of a disk");
    contents.set(
        10,
        Content.stream(
            1,
            () -> {
              throw failure;
            }));
    AtomicInteger opened = new AtomicInteger();
    for (int i = 100; i < COUNT; i++) {
      byte[] bytes = bytes(i);
      contents.set(
          i,
          Content.stream(
              bytes.length,
              () -> {
                opened.incrementAndGet();
                return Content.of(bytes).open();
              }));
    }
    FileDigests digests = new FileDigests(parallelism, Progress.none());
    int before = Thread.activeCount();
    assertThatThrownBy(() -> digests.of(contents)).isSameAs(failure);
    assertThat(opened.get()).isLessThan(COUNT - 100);
    assertThat(Thread.activeCount()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void endWhenTheListenerThrows(int parallelism) {
    RuntimeException cancelled = new RuntimeException("cancelled");
    Progress progress =
        (name, bytes) ->
            new Progress.Task() {
              @Override
              public void advance(long done) {
                throw cancelled;
              }

              @Override
              public void close() {}
            };
    FileDigests digests = new FileDigests(parallelism, progress);
    assertThatThrownBy(() -> digests.of(contents())).isSameAs(cancelled);
  }

  @Test
  void endWhenTheCallerIsInterrupted() {
    Thread.currentThread().interrupt();
    FileDigests digests = new FileDigests(4, Progress.none());
    assertThatThrownBy(() -> digests.of(contents())).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
