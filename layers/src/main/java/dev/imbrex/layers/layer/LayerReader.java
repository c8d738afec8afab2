package dev.imbrex.layers.layer;

import static java.util.Objects.requireNonNull;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.DecompressingInputStream;
import dev.imbrex.layers.compress.DecompressionLimits;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stored layer in one pass: its compression is recognised, its entries are given, and the
 * digests of both forms are computed on the way, so that a layer can be indexed or extracted and
 * verified at once.
 *
 * <p>Nothing read is known to be right before {@link #summary} was compared with what was promised.
 * What holds for {@link TarReader} holds here. Belongs to one thread.
 */
public final class LayerReader implements AutoCloseable {
  private final DigestedInput stored;
  private final DecompressingInputStream decompressed;
  private final DigestedInput tarBytes;
  private final TarReader tar;
  private final @Nullable AheadInput ahead;
  private final Findings findings;
  private boolean hasReportedZeros;
  private boolean isSummed;

  private LayerReader(
      DigestedInput stored,
      DecompressingInputStream decompressed,
      @Nullable AheadInput ahead,
      LayerRules rules,
      Findings findings) {
    this.stored = stored;
    this.decompressed = decompressed;
    this.findings = findings;
    this.ahead = ahead;
    InputStream bytes = ahead == null ? decompressed : ahead;
    // What is not compressed needs to be digested but once.
    boolean isDigested = decompressed.compression() == Compression.NONE && stored.isSha256();
    tarBytes = isDigested ? stored : DigestedInput.marking(bytes);
    tar = TarReader.of(isDigested ? bytes : tarBytes, rules, findings);
  }

  /**
   * Reads within the default limits, and lets pass what can be.
   *
   * @param stored the stored bytes; closed by {@link #close}, and left open if this fails
   * @throws UnsupportedContentException as {@link DecompressingInputStream#open}
   */
  public static LayerReader open(InputStream stored) throws IOException {
    return open(stored, LayerRules.defaults(), Findings.tolerant());
  }

  /**
   * Reads within limits.
   *
   * @param stored the stored bytes; closed by {@link #close}, and left open if this fails
   * @param findings takes what is harmless but not right, or refuses it
   * @throws UnsupportedContentException as {@link DecompressingInputStream#open}
   */
  public static LayerReader open(InputStream stored, LayerLimits limits, Findings findings)
      throws IOException {
    return open(stored, LayerRules.defaults().withLimits(limits), findings);
  }

  /**
   * Reads by rules.
   *
   * @param stored the stored bytes; closed by {@link #close}, and left open if this fails
   * @param findings takes what is harmless but not right, or refuses it
   * @throws UnsupportedContentException as {@link DecompressingInputStream#open}
   */
  public static LayerReader open(InputStream stored, LayerRules rules, Findings findings)
      throws IOException {
    return open(DigestedInput.of(stored), ReadAhead.none(), rules, findings);
  }

  /**
   * Reads by rules what is verified by the stream that gives it.
   *
   * @param stored the stored bytes, which fails before it ends if they have another digest; closed
   *     by {@link #close}, and left open if this fails
   * @param digest of the stored bytes
   * @param ahead how far threads read and decompress ahead of this, which live until the end or
   *     {@link #close}; what the stream throws comes from here all the same
   * @param findings takes what is harmless but not right, or refuses it
   * @throws UnsupportedContentException as {@link DecompressingInputStream#open}
   */
  public static LayerReader openVerified(
      InputStream stored, Digest digest, ReadAhead ahead, LayerRules rules, Findings findings)
      throws IOException {
    return open(DigestedInput.verified(stored, requireNonNull(digest)), ahead, rules, findings);
  }

  private static LayerReader open(
      DigestedInput stored, ReadAhead room, LayerRules rules, Findings findings)
      throws IOException {
    requireNonNull(findings);
    DecompressionLimits limits = rules.limits().decompression();
    if (room.isNone()) {
      DecompressingInputStream decompressed = DecompressingInputStream.openNoting(stored, limits);
      return new LayerReader(stored, decompressed, null, rules, findings);
    }
    AheadInput storedAhead = new AheadInput(stored, stored, ReadAhead.little());
    DecompressingInputStream decompressed =
        DecompressingInputStream.openNoting(storedAhead, limits);
    if (decompressed.compression() != Compression.NONE) {
      // To decompress is the most of it, and has a thread to itself.
      storedAhead.begin();
    }
    AheadInput ahead = new AheadInput(decompressed, storedAhead, room).begin();
    return new LayerReader(stored, decompressed, ahead, rules, findings);
  }

  /** The compression that was recognised by the first bytes. */
  public Compression compression() {
    return decompressed.compression();
  }

  /**
   * Reports a finding if the compression is not the one a media type names (LC-B1).
   *
   * @throws MalformedContentException if findings are errors
   */
  public void expect(Compression declared) throws MalformedContentException {
    if (declared != compression()) {
      findings.report(
          Finding.Code.COMPRESSION_MISMATCH,
          -1,
          null,
          "the layer is declared as " + declared + ", but is " + compression());
    }
  }

  /**
   * The next entry, or null at the end, as {@link TarReader#next}.
   *
   * @throws IOException as {@link TarReader#next}, and if the compressed form is broken
   */
  public @Nullable TarEntry next() throws IOException {
    TarEntry entry = tar.next();
    if (entry == null && decompressed.trailingZeros() > 0 && !hasReportedZeros) {
      hasReportedZeros = true;
      findings.report(
          Finding.Code.ZEROS_AFTER_COMPRESSED_DATA,
          -1,
          null,
          decompressed.trailingZeros() + " zero bytes follow the compressed data");
    }
    return entry;
  }

  /**
   * The data of the last entry, as {@link TarReader#data}.
   *
   * @throws IllegalStateException if there is no entry
   */
  public InputStream data() {
    return tar.data();
  }

  /**
   * What there is to know about the layer. What was not read yet is read.
   *
   * @throws IOException as {@link #next}
   */
  public LayerSummary summary() throws IOException {
    TarEntry entry;
    do {
      entry = next();
    } while (entry != null);
    isSummed = true;
    return new LayerSummary(
        new DiffId(tarBytes.digest()),
        stored.digest(),
        stored.count(),
        tarBytes.count(),
        tar.payloadSize(),
        tar.entryCount(),
        compression());
  }

  /**
   * Where reading can begin later, for {@link LayerContents#remember}.
   *
   * @throws IllegalStateException before {@link #summary}
   */
  public LayerCheckpoints checkpoints() {
    if (!isSummed) {
      throw new IllegalStateException("The layer was not read to its end yet");
    }
    return new LayerCheckpoints(decompressed.checkpoints(), tarBytes.marks());
  }

  /** Closes the stored stream. */
  @Override
  public void close() throws IOException {
    try {
      if (ahead != null) {
        ahead.close();
      }
    } finally {
      // Not before: what decompresses must not go while a thread is in it.
      decompressed.close();
    }
  }
}
