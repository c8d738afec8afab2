package dev.imbrex.manifest.document;

/** How the tar of a layer is compressed, as its media type tells. */
public enum LayerCompression {
  /** A plain tar. */
  NONE,
  /** A tar in gzip. */
  GZIP,
  /** A tar in zstd; OCI only. */
  ZSTD
}
