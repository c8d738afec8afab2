package dev.imbrex.testing;

import dev.imbrex.image.ImageStore;
import dev.imbrex.registry.server.RegistryFaults;
import dev.imbrex.registry.server.RegistryServer;

/**
 * A registry on the loopback interface for one test: what clients push is in {@link #store}, and
 * what the store has, clients pull. {@link ImbrexExtension} starts and closes it. Safe for use by
 * many threads.
 */
public final class TestRegistry {
  private final RegistryServer server;
  private final ImageStore store;

  TestRegistry(RegistryServer server, ImageStore store) {
    this.server = server;
    this.store = store;
  }

  /** Host and port, as they stand at the beginning of a reference. */
  public String authority() {
    return server.authority();
  }

  /**
   * The reference of an image in this registry.
   *
   * @param name repository with tag, {@code team/app:1.0}, which is also its name in the store
   */
  public String reference(String name) {
    return authority() + "/" + name;
  }

  /** What is in the registry, under names as {@code team/app:1.0}. */
  public ImageStore store() {
    return store;
  }

  /** What the registry is to do wrong, and which requests it got. */
  public RegistryFaults faults() {
    return server.faults();
  }

  /** The server itself. */
  public RegistryServer server() {
    return server;
  }
}
