package dev.imbrex.image.internal.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.progress.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AskingTest {
  /** What was told, in order. */
  private final List<String> told = new CopyOnWriteArrayList<>();

  private final CountDownLatch never = new CountDownLatch(1);

  @AfterEach
  void forgetInterruption() {
    Thread.interrupted();
  }

  /** Throws once it was asked so often. */
  private Progress objectingAt(int asked, Throwable objection) {
    return (name, bytes) -> {
      told.add("start " + name);
      return new Progress.Task() {
        private int left = asked;

        @Override
        public void advance(long more) {
          if (--left == 0) {
            throw AskingTest.<RuntimeException>unchecked(objection);
          }
        }

        @Override
        public void close() {
          told.add("close " + name);
        }
      };
    };
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E unchecked(Throwable thrown) throws E {
    throw (E) thrown;
  }

  private String waitForEver() throws IOException {
    try {
      never.await();
      return "done";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  /** Leaves the flag set from the first moment on, as who catches the exception cannot. */
  private static String parkForEver() throws IOException {
    while (!Thread.currentThread().isInterrupted()) {
      LockSupport.park();
    }
    throw new InterruptedIOException("interrupted");
  }

  private static void assertNobodyAsks() {
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("imbrex-ask"));
  }

  @Test
  void asksThroughTheOpenTaskWhileTheWorkWaits() {
    CancellationException objection = new CancellationException("enough");
    assertThatThrownBy(
            () ->
                Asking.during(
                    objectingAt(3, objection),
                    asked -> {
                      try (Progress.Task task = asked.start("Copy", 10)) {
                        task.advance(1);
                        return waitForEver();
                      }
                    }))
        .isSameAs(objection);
    assertThat(told).containsExactly("start Copy", "close Copy");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertNobodyAsks();
  }

  @Test
  void asksThroughATaskOfItsOwnWhereThereIsNone() {
    CancellationException objection = new CancellationException("enough");
    assertThatThrownBy(() -> Asking.during(objectingAt(2, objection), asked -> waitForEver()))
        .isSameAs(objection);
    assertThat(told).containsExactly("start Wait", "close Wait");
    assertNobodyAsks();
  }

  @Test
  void throwsWhateverTheProgressThrows() {
    for (Throwable objection : List.of(new Exception("checked"), new AssertionError("error"))) {
      assertThatThrownBy(() -> Asking.during(objectingAt(1, objection), asked -> waitForEver()))
          .isSameAs(objection);
    }
  }

  @RepeatedTest(20)
  void keepsTheFlagOfAThreadThatSomebodyElseInterrupted() {
    Thread caller = Thread.currentThread();
    CancellationException objection = new CancellationException("enough");
    Progress progress =
        (name, bytes) -> {
          caller.interrupt();
          throw objection;
        };
    assertThatThrownBy(() -> Asking.during(progress, asked -> parkForEver())).isSameAs(objection);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void givesTheResultAndWhatTheWorkThrows() throws IOException {
    Progress patient = objectingAt(-1, new AssertionError());
    String result = Asking.during(patient, asked -> "done");
    assertThat(result).isEqualTo("done");
    IOException failure = new IOException("broken");
    assertThatThrownBy(
            () ->
                Asking.during(
                    patient,
                    asked -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    assertNobodyAsks();
  }

  @Test
  void asksOnceForWorkWithinWork() throws IOException {
    Progress patient = objectingAt(-1, new AssertionError());
    Asking.during(
        patient,
        outer -> {
          Progress inner = Asking.during(outer, asked -> asked);
          assertThat(inner).isSameAs(outer);
          return "done";
        });
  }

  @Test
  void asksNobodyWhereNobodyIsTold() throws IOException {
    Asking.during(
        Progress.none(),
        asked -> {
          assertNobodyAsks();
          return asked;
        });
  }
}
