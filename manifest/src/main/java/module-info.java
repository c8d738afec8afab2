/** The words and documents of container images: digests, references, manifests, configs. */
@SuppressWarnings("module") // dev.imbrex.core is built after this module, so it is not seen here
module dev.imbrex.manifest {
  requires static transitive org.jspecify;
  requires transitive dev.imbrex.platform;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;

  exports dev.imbrex.manifest.config;
  exports dev.imbrex.manifest.digest;
  exports dev.imbrex.manifest.document;
  exports dev.imbrex.manifest.error;
  exports dev.imbrex.manifest.reference;
  exports dev.imbrex.manifest.internal.json to
      dev.imbrex.core;
  exports dev.imbrex.manifest.internal.text to
      dev.imbrex.core,
      dev.imbrex.layers;
}
