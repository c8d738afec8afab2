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
 */
public record HostOptions(
    boolean insecure, boolean skipTlsVerify, boolean chunked, int chunkBytes, int connections) {
  /** Https, verified; uploads in one request, chunks of 8 MiB, 8 connections. */
  public static final HostOptions DEFAULT = new HostOptions(false, false, false, 8 << 20, 8);

  /** Checks the ranges. */
  public HostOptions {
    if (chunkBytes < 1 << 16) {
      throw new IllegalArgumentException("chunkBytes must be 65536 at least, not " + chunkBytes);
    }
    if (connections < 1) {
      throw new IllegalArgumentException("connections must be 1 at least, not " + connections);
    }
  }

  /** A copy that allows plain http, or does not. */
  public HostOptions withInsecure(boolean newInsecure) {
    return new HostOptions(newInsecure, skipTlsVerify, chunked, chunkBytes, connections);
  }

  /** A copy that takes any certificate, or does not. */
  public HostOptions withSkipTlsVerify(boolean newSkip) {
    return new HostOptions(insecure, newSkip, chunked, chunkBytes, connections);
  }

  /** A copy that uploads in chunks, or does not. */
  public HostOptions withChunked(boolean newChunked) {
    return new HostOptions(insecure, skipTlsVerify, newChunked, chunkBytes, connections);
  }

  /** A copy with another size of chunks. */
  public HostOptions withChunkBytes(int newChunkBytes) {
    return new HostOptions(insecure, skipTlsVerify, chunked, newChunkBytes, connections);
  }

  /** A copy with another number of connections. */
  public HostOptions withConnections(int newConnections) {
    return new HostOptions(insecure, skipTlsVerify, chunked, chunkBytes, newConnections);
  }
}
