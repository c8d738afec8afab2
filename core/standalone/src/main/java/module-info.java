/** All of Imbrex in one module, with the libraries it stands on inside, under names of its own. */
module dev.imbrex.standalone {
  requires static transitive org.jspecify;
  requires static com.github.luben.zstd_jni;
  requires static com.sun.jna;
  requires static org.tukaani.xz;
  requires static java.sql;
  requires static java.xml;
  requires java.net.http;

  exports dev.imbrex.build;
  exports dev.imbrex.build.run;
  exports dev.imbrex.container;
  exports dev.imbrex.dockerfile;
  exports dev.imbrex.engine;
  exports dev.imbrex.image;
  exports dev.imbrex.layers.compress;
  exports dev.imbrex.layers.disk;
  exports dev.imbrex.layers.layer;
  exports dev.imbrex.layers.progress;
  exports dev.imbrex.layers.tree;
  exports dev.imbrex.manifest.config;
  exports dev.imbrex.manifest.digest;
  exports dev.imbrex.manifest.document;
  exports dev.imbrex.manifest.error;
  exports dev.imbrex.manifest.reference;
  exports dev.imbrex.platform;
  exports dev.imbrex.registry;
  exports dev.imbrex.registry.credentials;
  exports dev.imbrex.registry.server;
  exports dev.imbrex.report;
  exports dev.imbrex.store;
}
