package dev.imbrex.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.image.Storage;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.store.MemoryStorage;
import dev.imbrex.testing.StorageFault.Operation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FaultyStorageTest {
  private static final byte[] BYTES =
      "0123456789".getBytes(java.nio.charset.StandardCharsets.UTF_8);
  private static final Descriptor CONTENT =
      Descriptor.of(MediaType.OCTET_STREAM, Digest.sha256(BYTES), BYTES.length);

  private final FaultyStorage storage = FaultyStorage.on(new MemoryStorage());

  private void put() throws IOException {
    storage.put(CONTENT, new ByteArrayInputStream(BYTES));
  }

  private byte[] read() throws IOException {
    try (InputStream in = storage.open(CONTENT)) {
      return in.readAllBytes();
    }
  }

  /** Without a fault it is the storage behind it. */
  @Nested
  class Contract extends StorageContract {
    @Override
    protected Storage open() {
      return FaultyStorage.on(new MemoryStorage(clock));
    }
  }

  @Test
  void failsTheNthOperationOnly() throws IOException {
    storage.add(StorageFault.fail().on(Operation.EXISTS).after(1).times(1));
    assertThat(storage.exists(CONTENT)).isFalse();
    put();
    assertThatThrownBy(() -> storage.exists(CONTENT)).isInstanceOf(IOException.class);
    assertThat(storage.exists(CONTENT)).isTrue();
    assertThat(storage.calls().stream().map(FaultyStorage.Call::operation))
        .containsExactly(Operation.EXISTS, Operation.PUT, Operation.EXISTS, Operation.EXISTS);
    assertThat(storage.digests(Operation.PUT)).containsExactly(CONTENT.digest());
  }

  @Test
  void verifiesWhatItTruncatesOrCorrupts() throws IOException {
    put();
    storage.add(StorageFault.truncate(4));
    assertThatThrownBy(this::read)
        .isInstanceOf(DigestMismatchException.class)
        .hasMessageContaining("4 bytes");
    try (InputStream in = storage.openUnverified(CONTENT)) {
      assertThat(in.readAllBytes()).asString().isEqualTo("0123");
    }
    storage.heal();
    storage.add(StorageFault.corrupt(9).times(1));
    assertThatThrownBy(this::read).isInstanceOf(DigestMismatchException.class);
    assertThat(read()).isEqualTo(BYTES);
  }

  @Test
  void failsReadsAfterSoManyBytes() throws IOException {
    put();
    storage.add(StorageFault.failAfter(4));
    try (InputStream in = storage.open(CONTENT)) {
      assertThat(in.readNBytes(4)).asString().isEqualTo("0123");
      assertThatThrownBy(in::read).hasMessageContaining("after 4 bytes");
    }
  }

  @Test
  void spoilsWhatIsPut() throws IOException {
    storage.add(StorageFault.truncate(4).on(Operation.PUT).times(1));
    assertThatThrownBy(this::put).isInstanceOf(DigestMismatchException.class);
    assertThat(storage.exists(CONTENT)).isFalse();
    put();
    assertThat(read()).isEqualTo(BYTES);
  }

  @Test
  void meetsOneContentAlone() throws IOException {
    put();
    storage.add(StorageFault.fail().on(Digest.sha256(new byte[1])));
    assertThat(read()).isEqualTo(BYTES);
    storage.add(StorageFault.fail().on(CONTENT.digest()));
    assertThatThrownBy(this::read).isInstanceOf(IOException.class);
  }

  @Test
  void letsACommitFail() throws IOException {
    storage.add(StorageFault.fail().on(Operation.COMMIT).times(1));
    try (BlobWriter writer = storage.write(DigestAlgorithm.SHA256)) {
      writer.write(BYTES);
      assertThatThrownBy(writer::commit).isInstanceOf(IOException.class);
    }
    assertThat(storage.exists(CONTENT)).isFalse();
  }

  @Test
  void endsADelayWhenInterrupted() {
    storage.add(StorageFault.delay(Duration.ofHours(1)));
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> storage.exists(CONTENT)).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
