package dev.imbrex.registry;

/**
 * How to talk to one registry.
 *
 * @param insecure whether plain http may be used if https does not answer; this machine may be
 *     asked so without being told (SN-G2)
 * @param skipTlsVerify whether any certificate is taken (SN-G31); whoever is on the way can then
 *     read and change everything but what a digest protects
 * @param chunked whether blobs are uploaded in chunks instead of in one request (SN-G20)
 * @param chunkBytes the size of a chunk, 65536 at least; as much memory is used for each upload in
 *     chunks
 * @param connections how many requests may be under way at once to send, and how many bodies to
 *     receive, 1 at least
 * @param rangeConnections how many parts of one large blob are asked for at once, 1 at least; 1
 *     means that a blob is read as one stream
 * @param rangeBytes the size of such a part, 65536 at least; see {@link #withParallelRanges}
 */
public record HostOptions(
    boolean insecure,
    boolean skipTlsVerify,
    boolean chunked,
    int chunkBytes,
    int connections,
    int rangeConnections,
    int rangeBytes) {
  /**
   * Https, verified; uploads in one request, chunks of 8 MiB, 8 connections; a blob is downloaded
   * as one stream.
   */
  public static final HostOptions DEFAULT =
      new HostOptions(false, false, false, 8 << 20, 8, 1, 8 << 20);

  /** Checks the ranges. */
  public HostOptions {
    if (chunkBytes < 1 << 16) {
      throw new IllegalArgumentException("chunkBytes must be 65536 at least, not " + chunkBytes);
    }
    if (connections < 1) {
      throw new IllegalArgumentException("connections must be 1 at least, not " + connections);
    }
    if (rangeConnections < 1) {
      throw new IllegalArgumentException(
          "rangeConnections must be 1 at least, not " + rangeConnections);
    }
    if (rangeBytes < 1 << 16) {
      throw new IllegalArgumentException("rangeBytes must be 65536 at least, not " + rangeBytes);
    }
  }

  /** A copy that allows plain http, or does not. */
  public HostOptions withInsecure(boolean newInsecure) {
    return new HostOptions(
        newInsecure, skipTlsVerify, chunked, chunkBytes, connections, rangeConnections, rangeBytes);
  }

  /** A copy that takes any certificate, or does not. */
  public HostOptions withSkipTlsVerify(boolean newSkip) {
    return new HostOptions(
        insecure, newSkip, chunked, chunkBytes, connections, rangeConnections, rangeBytes);
  }

  /** A copy that uploads in chunks, or does not. */
  public HostOptions withChunked(boolean newChunked) {
    return new HostOptions(
        insecure, skipTlsVerify, newChunked, chunkBytes, connections, rangeConnections, rangeBytes);
  }

  /** A copy with another size of chunks. */
  public HostOptions withChunkBytes(int newChunkBytes) {
    return new HostOptions(
        insecure, skipTlsVerify, chunked, newChunkBytes, connections, rangeConnections, rangeBytes);
  }

  /** A copy with another number of connections. */
  public HostOptions withConnections(int newConnections) {
    return new HostOptions(
        insecure, skipTlsVerify, chunked, chunkBytes, newConnections, rangeConnections, rangeBytes);
  }

  /**
   * A copy that downloads each blob of more than one part in parts, several at once, which helps
   * where one connection is slower than the line. So many parts are held in memory for each stream
   * that is open: {@code parts * partBytes} bytes. The requests count among {@link #connections()},
   * and also go to the mirrors of this registry. A registry that knows no ranges is read as one
   * stream, as if this were not set; so is a part that a caller asks for.
   *
   * @param parts how many at once; 1 for one stream, which is the default
   * @param partBytes the size of a part, 65536 at least
   */
  public HostOptions withParallelRanges(int parts, int partBytes) {
    return new HostOptions(
        insecure, skipTlsVerify, chunked, chunkBytes, connections, parts, partBytes);
  }
}
