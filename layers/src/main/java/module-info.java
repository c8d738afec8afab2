/** The engine: file trees, the tar codec, compression. It knows no image. */
module dev.imbrex.layers {
  requires static transitive org.jspecify;
  requires transitive dev.imbrex.manifest;

  exports dev.imbrex.layers.tree;
}
