/** The words and documents of container images: digests, references, manifests, configs. */
module dev.imbrex.manifest {
  requires static transitive org.jspecify;
  requires transitive dev.imbrex.platform;

  exports dev.imbrex.manifest.config;
  exports dev.imbrex.manifest.digest;
  exports dev.imbrex.manifest.error;
  exports dev.imbrex.manifest.reference;
}
