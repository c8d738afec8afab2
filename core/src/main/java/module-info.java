/** Images as immutable values, the stores that keep them, and the builders that make them. */
module dev.imbrex.core {
  requires static transitive org.jspecify;
  requires transitive dev.imbrex.layers;
  requires java.net.http;

  exports dev.imbrex.build;
  exports dev.imbrex.build.run;
  exports dev.imbrex.container;
  exports dev.imbrex.dockerfile;
  exports dev.imbrex.engine;
  exports dev.imbrex.image;
  exports dev.imbrex.registry;
  exports dev.imbrex.registry.credentials;
  exports dev.imbrex.registry.server;
  exports dev.imbrex.report;
  exports dev.imbrex.store;
}
