/** The engine: file trees, the tar codec, compression. It knows no image. */
@SuppressWarnings("module") // dev.imbrex.core is built after this module, so it is not seen here
module dev.imbrex.layers {
  requires static transitive org.jspecify;
  requires transitive dev.imbrex.manifest;
  requires org.apache.commons.compress;
  requires static com.github.luben.zstd_jni;
  requires static com.sun.jna;
  requires static org.tukaani.xz;

  exports dev.imbrex.layers.compress;
  exports dev.imbrex.layers.disk;
  exports dev.imbrex.layers.layer;
  exports dev.imbrex.layers.progress;
  exports dev.imbrex.layers.tree;
  exports dev.imbrex.layers.internal.threads to
      dev.imbrex.core;
}
