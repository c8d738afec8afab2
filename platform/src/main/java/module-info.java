/** Operating system, architecture and variant of container images. */
module dev.imbrex.platform {
  requires static transitive org.jspecify;

  exports dev.imbrex.platform;
}
